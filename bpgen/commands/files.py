"""What may be read and written, where."""

from __future__ import annotations

import os
from pathlib import Path

from bpgen.errors import InputError, Problem
from bpgen.reading.whole_files import write as write


def content_of(file: str, most: int) -> bytes:
    """What a file holds, up to one byte more than the most that may be in it.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with Path(file).open("rb") as stream:
            return stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise InputError([Problem(f"cannot read {file}: {reason}")]) from None


def is_folder(path: Path) -> bool:
    """Whether there is a folder of that name; not if the name cannot be one."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _fault(path: Path) -> str:
    """Why a file is not bpgen's to overwrite: it made none like it, or somebody has
    changed what it made."""
    from bpgen.writing.marks import DamagedError, read_marks  # here: not all need it

    content = path.read_bytes()
    try:
        marks = read_marks(content.decode("utf-8", "replace").replace("\r\n", "\n"))
    except DamagedError:
        return "was edited by hand"
    if marks is None:
        return "was not made by bpgen"
    return "" if marks.is_intact else "was edited by hand"


def is_folder_path(path: str) -> bool:
    """Whether a path that was asked for is that of a folder."""
    return path.endswith(("/", os.sep)) or is_folder(Path(path))


def make_folder(folder: Path) -> None:
    """Make a folder with all that it is in, where they are missing.

    Raises:
        InputError: that cannot be done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make the folder {folder}: {error.strerror}"
        raise InputError([Problem(message)]) from None


def holds(path: Path, content: str | bytes) -> bool:
    """Whether a file is there already and would not change."""
    wanted = content.encode() if isinstance(content, str) else content
    try:
        return path.is_file() and path.read_bytes() == wanted
    except OSError:
        return False


def check_free(path: Path, content: str | bytes, force: bool) -> None:
    """An error if writing this would destroy what bpgen did not make, or not so.

    Raises:
        InputError: it would.
    """
    try:
        if not path.exists() and not path.is_symlink():
            return
        if path.is_dir():
            raise InputError([Problem(f"{path} is a folder")])
        if not path.is_file():
            raise InputError([Problem(f"{path} is not a regular file")])
        fault = "" if force or holds(path, content) else _fault(path)
        if fault:
            raise InputError([Problem(f"{path} {fault}; --force overwrites it")])
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise InputError([Problem(f"cannot write {path}: {reason}")]) from None
