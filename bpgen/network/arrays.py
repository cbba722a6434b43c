"""Arrays in binary files: NPY and NPZ of numpy, IDX of MNIST; each may be gzipped.

In: what a file holds. Out: an `Array`, its numbers row by row. Only the standard
library reads them, no pickle ever, and nothing larger than `MOST_NUMBERS`.
"""

from __future__ import annotations

import ast
import io
import struct
import sys
import warnings
import zipfile
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from bpgen.errors import InputError, Place, shown

MOST_NUMBERS = 10_000_000
MOST_BYTES = 8 * MOST_NUMBERS + 100_000  # of one array, unpacked
MOST_MEMBERS = 1000  # of an archive
MOST_HEADER = 10_000  # bytes of an NPY's own description
MOST_AXES = 8
GZIP, ZIP, NPY = b"\x1f\x8b", b"PK", b"\x93NUMPY"

# The types of numbers, by numpy's letter and size, as `array` has them.
NUMPY_TYPES = {
    "f8": "d",
    "f4": "f",
    "b1": "B",
    "i1": "b",
    "u1": "B",
    "i2": "h",
    "u2": "H",
    "i4": "i",
    "u4": "I",
    "i8": "q",
    "u8": "Q",
}
IDX_TYPES = {8: "B", 9: "b", 11: "h", 12: "i", 13: "f", 14: "d"}


@dataclass(frozen=True, slots=True)
class Array:
    """Numbers, or texts, row by row, and how many there are along each axis."""

    name: str  # as an error tells it
    shape: tuple[int, ...]
    items: Sequence[Any]

    @property
    def is_text(self) -> bool:
        """Whether it holds texts."""
        return bool(self.items) and isinstance(self.items[0], str)


def refused(name: str, message: str) -> InputError:
    """The error about a file that has no lines."""
    return InputError.at(Place(name, 0, 0), message)


def unpacked(content: bytes, name: str) -> bytes:
    """What a gzipped file holds, or what is not gzipped as it is."""
    if content[:2] != GZIP:
        return content
    stream = zlib.decompressobj(31)
    try:
        found = stream.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        raise refused(name, "the file is damaged: it cannot be unpacked") from None
    if len(found) > MOST_BYTES:
        raise refused(name, _too_many())
    if not stream.eof:
        raise refused(name, "the file is damaged: its end is missing")
    return found


def _too_many() -> str:
    return (
        f"it holds more than {MOST_NUMBERS:,} numbers, too many for a source file: "
        "take fewer rows, or write `embed: false`: the emitted file reads it when run"
    )


def read_npz(content: bytes, name: str, wanted: Sequence[str]) -> dict[str, Array]:
    """Some arrays of an archive, by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename: info for info in archive.infolist()}
            if len(members) > MOST_MEMBERS:
                raise refused(name, f"it holds more than {MOST_MEMBERS} arrays")
            known = [own.removesuffix(".npy") for own in members]
            found = {}
            for own in wanted:
                info = members.get(f"{own}.npy")
                if info is None:
                    listed = ", ".join(shown(word)[1:-1] for word in known[:12])
                    message = f"there is no array {shown(own)} in it; there are "
                    raise refused(name, message + (listed or "none"))
                if info.file_size > MOST_BYTES:
                    raise refused(name, f"{shown(own)}: {_too_many()}")
                with archive.open(info) as member:
                    data = member.read(MOST_BYTES + 1)
                found[own] = read_npy(data, name, f"array {shown(own)}")
            return found
    except InputError:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        kind = "an encrypted archive" if "password" in str(error) else "no archive"
        message = f"{kind} of numpy.savez, or a damaged one"
        raise refused(name, message) from None


def read_npy(content: bytes, name: str, what: str = "the array") -> Array:
    """An array of numpy.save: of numbers or of texts, never of objects."""
    head = _npy_header(content, name, what)
    start, (letter, size), is_big, is_fortran, shape = head
    count = _count(shape, name, what)
    body = memoryview(content)[start:]
    if letter == "O":
        message = f"{what} holds objects, which only a pickle could read: save numbers"
        raise refused(name, message)
    if len(body) != count * size:
        message = f"{what} is damaged: expected {count * size} bytes, got {len(body)}"
        raise refused(name, message)
    if letter == "U":
        items: Sequence[Any] = _texts(bytes(body), size, is_big, name, what)
    elif letter == "S":
        rows = [bytes(body[at : at + size]) for at in range(0, len(body), size)]
        items = [row.rstrip(b"\0").decode("ascii", "replace") for row in rows]
    else:
        kind = NUMPY_TYPES.get(f"{letter}{size}")
        if kind is None:
            message = f"{what} holds numbers of a kind that is not read: save float64"
            raise refused(name, message)
        items = _numbers(bytes(body), kind, is_big)
    if is_fortran and len(shape) > 1:
        items = [items[at] for at in _by_rows(shape)]
    return Array(what, shape, items)


def _npy_header(
    content: bytes, name: str, what: str
) -> tuple[int, tuple[str, int], bool, bool, tuple[int, ...]]:
    """Where the numbers begin; their letter and size; whether their bytes and their
    axes go backwards; and the shape."""
    wrong = refused(name, f"{what} is no NPY of numpy.save, or a damaged one")
    if content[:6] != NPY or len(content) < 12:
        raise wrong
    is_long = content[6] > 1
    size, start = struct.unpack_from("<I" if is_long else "<H", content, 8)[0], 8
    start += 4 if is_long else 2
    if size > MOST_HEADER or len(content) < start + size:
        raise wrong
    try:
        text = content[start : start + size].decode("latin-1").strip()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd about a hostile text
            head = ast.literal_eval(text)
        descr, shape = head["descr"], head["shape"]
        is_fortran = head["fortran_order"] is True
        if not isinstance(descr, str):
            message = f"{what} has fields of several kinds: save one array for each"
            raise refused(name, message)
        order, letter, digits = descr[0], descr[1], descr[2:]
        width = int(digits) if digits else 1
        if not (0 < width <= 4000 and order in "<>|=" and len(digits) < 5):
            raise wrong
        if not all(type(extent) is int and extent >= 0 for extent in shape):
            raise wrong
        each = 4 * width if letter == "U" else width
        is_big = order == ">" or (order == "=" and sys.byteorder == "big")
        return start + size, (letter, each), is_big, is_fortran, tuple(shape)
    except InputError:
        raise
    except Exception:  # what is evaluated may be anything
        raise wrong from None


def _count(shape: tuple[int, ...], name: str, what: str) -> int:
    if len(shape) > MOST_AXES:
        raise refused(name, f"{what} has more than {MOST_AXES} axes")
    if prod(shape) > MOST_NUMBERS:
        raise refused(name, f"{what}: {_too_many()}")
    return prod(shape)


def _numbers(body: bytes, kind: str, is_big: bool) -> Sequence[Any]:
    found = array(kind)
    found.frombytes(body)
    if is_big != (sys.byteorder == "big"):
        found.byteswap()
    return found


def _texts(body: bytes, size: int, is_big: bool, name: str, what: str) -> list[str]:
    encoding = "utf-32-be" if is_big else "utf-32-le"
    rows = (body[at : at + size] for at in range(0, len(body), size))
    try:
        return [row.decode(encoding).rstrip("\0") for row in rows]
    except UnicodeDecodeError:
        raise refused(name, f"{what} is damaged: its texts cannot be read") from None


def _by_rows(shape: tuple[int, ...]) -> list[int]:
    """Where the numbers of an array that goes column by column stand, row by row."""
    places = [0]
    stride = 1
    strides = []
    for extent in shape:
        strides.append(stride)
        stride *= extent
    for extent, step in zip(shape, strides, strict=True):
        places = [place + step * at for place in places for at in range(extent)]
    return places


def read_idx(content: bytes, name: str) -> Array:
    """An array as MNIST has them: two zeros, a type, the axes, their extents."""
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        raise refused(name, "no IDX file, such as those of MNIST")
    kind, axes = IDX_TYPES[content[2]], content[3]
    start = 4 + 4 * axes
    if not 0 < axes <= MOST_AXES or len(content) < start:
        raise refused(name, "no IDX file, or a damaged one")
    shape = struct.unpack_from(f">{axes}I", content, 4)
    count = _count(shape, name, "the array")
    wanted = count * array(kind).itemsize
    if len(content) - start != wanted:
        message = f"the file is damaged: expected {wanted} bytes of numbers, got "
        raise refused(name, f"{message}{len(content) - start}")
    return Array("the array", shape, _numbers(content[start:], kind, is_big=True))
