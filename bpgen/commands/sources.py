"""Where the net.yaml of an emitted file is: its header has the name alone.

In: a file and its marks. Out: the path of its source, or why there is none. Every net
is read once, however many files come from it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from bpgen.commands.files import content_of
from bpgen.commands.nets import folders_of, load_network
from bpgen.errors import InputError
from bpgen.lowering.network import lower
from bpgen.network.identity import net_hash
from bpgen.network.network import Network
from bpgen.network.source import Digests, digests_of, source_hash
from bpgen.program.blocks import Program
from bpgen.reading.yaml_reader import MAX_BYTES, Mapping, read_known
from bpgen.writing.marks import Marks

# Whose content nobody wrote; hidden folders are left out, too.
BUILT = {"build", "dist", "node_modules", "target", "venv", "__pycache__"}


class MissingError(Exception):
    """There is no source, or more than one; says so."""


class Source:
    """A net.yaml, read no further than someone asks."""

    def __init__(self, path: Path, data_folder: str | None = None) -> None:
        self.path, self.data_folder = path, data_folder
        self.file = shown_path(path)

    @cached_property
    def digests(self) -> Digests:
        """Of what stands in it; of nothing, if it cannot be read."""
        try:
            tree = read_known(content_of(str(self.path), MAX_BYTES), self.file)
            if isinstance(tree, Mapping):
                folders = folders_of(str(self.path), self.data_folder)
                return digests_of(tree, self.path.stem, folders)
        except InputError:
            pass  # whoever emits it gets the reason
        return {}

    @cached_property
    def network(self) -> Network:
        """What it means.

        Raises:
            InputError: with all that is wrong with it.
        """
        return load_network(self.file, self.data_folder)

    @cached_property
    def program(self) -> Program:
        """What it computes."""
        return lower(self.network)

    def is_unchanged(self, marks: Marks) -> bool:
        """Whether a file was made of just this."""
        return source_hash(self.digests, marks.options.words) == marks.source

    def is_of_net(self, marks: Marks) -> bool:
        """Whether it holds the net of a file, whatever else has changed."""
        try:
            return net_hash(self.network) == marks.net
        except InputError:
            return False


class Sources:
    """Finds sources: the one that is given, else the one that the headers name."""

    def __init__(self, given: str | None, data_folder: str | None = None) -> None:
        self.given = Path(given).resolve() if given else None
        self.working, self.data_folder = Path.cwd(), data_folder
        self.read: dict[Path, Source] = {}
        self.below: dict[Path, dict[str, list[Path]]] = {}

    def of(self, file: Path, marks: Marks) -> Source:
        """The source of a file: the nearest one that holds its net, else the nearest
        beside it or above, else the only one below.

        Raises:
            MissingError: there is none, or nobody knows which one.
        """
        if self.given:
            return self._source(self.given)
        folder = file.parent.resolve()
        root = self._root(folder)
        near = list(self._near(folder, root, marks.name))
        for source in self._fitting(near, marks):
            return source
        far = [*map(self._source, self._index(root).get(marks.name, []))]
        far = [source for source in far if source not in near]
        fit = self._fitting(far, marks)
        if len(fit) == 1:
            return fit[0]
        if near or len(far) == 1:
            return [*near, *far][0]
        raise MissingError(_missing(marks.name, root, far))

    def _fitting(self, sources: list[Source], marks: Marks) -> list[Source]:
        """The first that a file was made of, else all that hold its net."""
        for source in sources:
            if source.is_unchanged(marks):
                return [source]
        return [source for source in sources if source.is_of_net(marks)]

    def _source(self, path: Path) -> Source:
        return self.read.setdefault(path, Source(path, self.data_folder))

    def _root(self, folder: Path) -> Path:
        """How far the search goes: the repository, else the working folder."""
        for parent in (folder, *folder.parents):
            if (parent / ".git").exists():
                return parent
        return self.working if folder.is_relative_to(self.working) else folder

    def _near(self, folder: Path, root: Path, name: str) -> Iterator[Source]:
        """Beside the file, and in the folders above it."""
        for parent in (folder, *folder.parents):
            if (parent / name).is_file():
                yield self._source(parent / name)
            if parent == root:
                return

    def _index(self, root: Path) -> dict[str, list[Path]]:
        """All files below a folder, by their names."""
        if root not in self.below:
            found = self.below[root] = {}
            for path in files_below(root):
                found.setdefault(path.name, []).append(path)
        return self.below[root]


def files_below(folder: Path) -> Iterator[Path]:
    """The files in a folder and below it, in order; not those that are hidden, or
    that something has built."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name not in BUILT and not name.startswith(".")
        )
        yield from (Path(parent, name) for name in sorted(names) if name[0] != ".")


def shown_path(path: Path) -> str:
    """A path as people in the working folder see it, with `/`."""
    try:
        return os.path.relpath(path).replace(os.sep, "/")
    except ValueError:  # another drive
        return str(path)


def _missing(name: str, root: Path, found: list[Source]) -> str:
    remedy = "say which one with --source"
    if not found:
        return f"there is no {name} in {shown_path(root)} or below: {remedy}"
    some = ", ".join(source.file for source in found[:3])
    return f"{len(found)} files are called {name} ({some}): {remedy}"
