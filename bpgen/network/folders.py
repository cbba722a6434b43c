"""Where the files lie that a net.yaml names: in its own folder, or in one for data.

In: a name as net.yaml writes it. Out: what the file holds. Nothing else is read, so
that a net.yaml from elsewhere cannot bring a file of yours into what is emitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bpgen.errors import InputError, Place, shown


@dataclass(frozen=True, slots=True)
class Folders:
    """The folder of a net.yaml, and another one that its user opens to it."""

    net: Path
    data: Path | None = None

    def content(self, name: str, place: Place, most: int) -> bytes:
        """What a file holds that net.yaml names.

        Raises:
            InputError: no such file, outside the folders, not a regular one, too large.
        """
        try:
            paths = list(self._inside(name))
            if not paths:
                raise InputError.at(place, f"{shown(name)} {self._outside()}")
            path = next(filter(Path.exists, paths), None)
            if path is None:
                raise InputError.at(
                    place, f"there is no file {shown(name)} {self._absent()}"
                )
            if not path.is_file():
                raise InputError.at(place, f"{shown(name)} is not a regular file")
            if path.stat().st_size > most:
                message = f"{shown(name)} is larger than {most:,} bytes"
                raise InputError.at(place, message)
            return path.read_bytes()
        except (OSError, ValueError, RuntimeError) as error:  # of a loop of links
            reason = getattr(error, "strerror", None) or "not a path"
            message = f"cannot read {shown(name)}: {reason}"
            raise InputError.at(place, message) from None

    def find(self, name: str) -> Path | None:
        """Where a file is that net.yaml may name, if it is there."""
        with suppress(OSError, ValueError, RuntimeError):
            return next(filter(Path.is_file, self._inside(name)), None)
        return None

    def _inside(self, name: str) -> Iterator[Path]:
        """What a name may mean, by the net's folder first."""
        if "\\" in name or (self.data is None and Path(name).is_absolute()):
            return
        open_to_it = [folder for folder in (self.net, self.data) if folder is not None]
        roots = [folder.resolve() for folder in open_to_it]
        for folder in open_to_it:
            whole = (folder / name).resolve()
            if any(whole.is_relative_to(root) for root in roots):
                yield folder / name

    def _outside(self) -> str:
        """Why a file is not read, and what to do."""
        where = "is not inside the folder of the net"
        if self.data is not None:
            where += f", nor inside {shown(str(self.data))}"
        return (
            f"{where}, and nothing else is read, so that no net.yaml from elsewhere "
            "has files of yours: copy it there, or add `--data-folder` and its folder"
        )

    def _absent(self) -> str:
        if self.data is not None:
            return f"beside the net, nor in {shown(str(self.data))}"
        return (
            "beside the net: if it lies elsewhere, add `--data-folder` and its folder"
        )
