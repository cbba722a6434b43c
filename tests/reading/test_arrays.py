"""Data in arrays and in JSON lines: what numpy and MNIST write, and hostile files."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nets.bad import net, refused
from running.tools import bpgen

from bpgen.commands import nets
from bpgen.commands.nets import load_network
from bpgen.errors import InputError
from bpgen.network.arrays import MOST_NUMBERS, read_idx, read_npy, read_npz, unpacked
from bpgen.network.jsonl_data import read_jsonl

KINDS = [
    *("f8", ">f8", "f4", ">f4", "i1", "u1", "i2", ">i2"),
    *("u2", "i4", ">i4", "u4", "i8", ">i8", "u8", "?"),
]
X = [[1.0, 2.0], [3.0, 4.5], [0.0, -1.0]]
CLASSES: dict[str, str | None] = {"loss": "softmax_cross_entropy"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def npy(array: Any, **how: Any) -> bytes:
    """What numpy.save writes."""
    stream = io.BytesIO()
    np.save(stream, array, **how)
    return stream.getvalue()


def idx(kind: int, shape: tuple[int, ...], body: bytes) -> bytes:
    """What MNIST's files hold."""
    return struct.pack(f">4B{len(shape)}I", 0, 0, kind, len(shape), *shape) + body


def headed(header: str, body: bytes = b"") -> bytes:
    """An NPY with this description of itself."""
    text = header.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + body


# --- What numpy and others write ----------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_npy_of_any_kind_is_read(kind: str, order: Any) -> None:
    array = np.asarray(np.arange(24).reshape(2, 3, 4) % 7, dtype=kind, order=order)
    found = read_npy(npy(array), "x.npy")
    assert found.shape == (2, 3, 4)
    assert [*map(float, found.items)] == [*map(float, array.reshape(-1).tolist())]


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_each_version_of_an_npy_is_read(version: tuple[int, int]) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array(X), version=version)
    assert list(read_npy(stream.getvalue(), "x").items) == [1.0, 2.0, 3.0, 4.5, 0, -1]


@pytest.mark.parametrize("kind", ["<U5", ">U5", "S5"])
def test_an_npy_of_texts_is_read(kind: str) -> None:
    found = read_npy(npy(np.array(["no", "yes", ""], dtype=kind)), "x.npy")
    assert list(found.items) == ["no", "yes", ""]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_npz_is_read(save: Callable[..., None]) -> None:
    stream = io.BytesIO()
    save(stream, x=np.array(X), y=np.array([1, 0, 1]))
    found = read_npz(stream.getvalue(), "d.npz", ["x", "y"])
    assert (found["x"].shape, list(found["y"].items)) == ((3, 2), [1, 0, 1])


@pytest.mark.parametrize(("kind", "code"), [(8, "B"), (9, "b"), (11, "h"), (12, "i")])
def test_an_idx_is_read(kind: int, code: str) -> None:
    body = struct.pack(f">6{code}", 1, 2, 3, 4, 5, 6)
    found = read_idx(idx(kind, (3, 2), body), "images")
    assert (found.shape, list(found.items)) == ((3, 2), [1, 2, 3, 4, 5, 6])


# --- In a net -----------------------------------------------------------------------


def write_all(folder: Path) -> None:
    """The same three samples in every form."""
    x, y, t = np.array(X), np.array([1, 0, 1]), np.array(X) * 2.0
    names = np.array(["yes", "no", "yes"])
    np.savez(folder / "d.npz", x=x, y=y, t=t, names=names, deep=x.reshape(3, 1, 2))
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", y)
    np.save(folder / "t.npy", t)
    bytes_of = np.array([[2, 4], [6, 9], [0, 254]], dtype=np.uint8).tobytes()
    (folder / "images.gz").write_bytes(gzip.compress(idx(8, (3, 2), bytes_of)))
    (folder / "labels").write_bytes(idx(8, (3,), bytes([1, 0, 1])))
    rows = zip(X, ["yes", "no", "yes"], t.tolist(), strict=True)
    lines = [json.dumps({"x": a, "y": b, "t": c}) for a, b, c in rows]
    (folder / "d.jsonl").write_text("\n".join(lines) + "\n\n")


SAME = [
    ("npz: d.npz, inputs: x, labels: y", ()),
    ("npz: d.npz, inputs: deep, labels: names", ("yes", "no")),
    ("npy: x.npy, labels: y.npy", ()),
    ("jsonl: d.jsonl, inputs: x, labels: y", ("yes", "no")),
    ("jsonl: d.jsonl, inputs: [x.0, x.1], labels: y", ("yes", "no")),
]


@pytest.mark.parametrize(("keys", "names"), SAME, ids=[keys for keys, _ in SAME])
def test_classes_come_from_any_of_them(
    keys: str, names: tuple[str, ...], folder: Path
) -> None:
    write_all(folder)
    (folder / "net.yaml").write_text(net(data=f"{{{keys}}}", **CLASSES))
    found = load_network("net.yaml")
    assert found.data
    assert [list(row) for row in found.data.inputs] == X
    first, second = ((0,), (1,)) if names else ((1,), (0,))
    assert found.data.labels == (first, second, first)
    assert found.class_names == names


@pytest.mark.parametrize(
    "keys",
    [
        "npz: d.npz, inputs: x, targets: t",
        "npy: x.npy, targets: t.npy",
        "jsonl: d.jsonl, inputs: x, targets: t",
    ],
)
def test_targets_come_from_any_of_them(keys: str, folder: Path) -> None:
    write_all(folder)
    (folder / "net.yaml").write_text(net(data=f"{{{keys}, test: 0.4}}"))
    found = load_network("net.yaml").data
    assert found
    rows = zip(found.whole.inputs, found.whole.targets, strict=True)
    assert sorted(rows) == sorted((tuple(x), (2 * x[0], 2 * x[1])) for x in X)
    assert found.test_count == 1


TESTED = [
    ("npz: d.npz, inputs: x, labels: y, test: e.npz", ()),
    ("npz: d.npz, inputs: x, labels: names, test: e.npz", ("yes", "no")),
    ("npz: d.npz, inputs: x, labels: y, test: {inputs: more, labels: z}", ()),
    ("npz: d.npz, inputs: x, labels: y, test: {npz: e.npz, labels: z}", ()),
    ("npy: x.npy, labels: y.npy, test: {npy: more.npy, labels: z.npy}", ()),
    ("idx: i, labels: labels, scale: 2, test: {idx: more.gz, labels: z.gz}", ()),
    ("jsonl: d.jsonl, inputs: x, labels: y, test: e.jsonl", ("yes", "no")),
]


@pytest.mark.parametrize(("keys", "names"), TESTED, ids=[keys for keys, _ in TESTED])
def test_arrays_of_their_own_are_to_test_with(
    keys: str, names: tuple[str, ...], folder: Path
) -> None:
    write_all(folder)
    x, y, z = np.array(X), np.array([1, 0, 1]), np.array([0, 1])
    more, words = np.array([[5.0, 6.0], [7.0, 8.0]]), np.array(["no", "yes"])
    np.savez(folder / "d.npz", x=x, y=y, names=y.astype(str), more=more, z=z)
    if names:
        np.savez(folder / "d.npz", x=x, names=np.array(["yes", "no", "yes"]))
    np.savez(folder / "e.npz", x=more, y=z, z=z, names=words)
    np.save(folder / "more.npy", more)
    np.save(folder / "z.npy", z)
    (folder / "i").write_bytes(idx(8, (3, 2), bytes([2, 4, 6, 9, 0, 254])))
    (folder / "more.gz").write_bytes(idx(8, (2, 2), bytes([10, 12, 14, 16])))
    (folder / "z.gz").write_bytes(idx(8, (2,), bytes([0, 1])))
    rows = zip(more.tolist(), words.tolist(), strict=True)
    lines = [json.dumps({"x": row, "y": word}) for row, word in rows]
    (folder / "e.jsonl").write_text("\n".join(lines))
    (folder / "net.yaml").write_text(net(data=f"{{{keys}}}", **CLASSES))
    found = load_network("net.yaml")
    assert found.class_names == names
    assert found.data
    assert found.data.test
    assert [list(row) for row in found.data.test.inputs] == more.tolist()
    assert found.data.test.labels == (((1,), (0,)) if names else ((0,), (1,)))


def test_bytes_are_divided_by_their_scale(folder: Path) -> None:
    write_all(folder)
    keys = "{idx: images.gz, labels: labels, scale: 2}"
    (folder / "net.yaml").write_text(net(data=keys, **CLASSES))
    data = load_network("net.yaml").data
    assert data
    assert data.inputs == ((1.0, 2.0), (3.0, 4.5), (0.0, 127.0))
    assert data.labels == ((1,), (0,), (1,))


@pytest.mark.parametrize(
    ("keys", "changed"),
    [
        ("npz: d.npz, inputs: x, labels: y", "d.npz"),
        ("npy: x.npy, labels: y.npy", "x.npy"),
        ("npy: x.npy, labels: y.npy", "y.npy"),
        ("idx: images.gz, labels: labels", "labels"),
        ("jsonl: d.jsonl, labels: y, inputs: x", "d.jsonl"),
        ("npz: d.npz, inputs: x, labels: y, test: e.npz", "e.npz"),
        ("npy: x.npy, labels: y.npy, test: {npy: w.npy, labels: v.npy}", "v.npy"),
        ("npy: x.npy, labels: y.npy, test: {labels: v.npy}", "v.npy"),
    ],
)
def test_a_changed_file_makes_the_emitted_one_stale(
    keys: str, changed: str, folder: Path
) -> None:
    write_all(folder)
    for file, same in (("e.npz", "d.npz"), ("w.npy", "x.npy"), ("v.npy", "y.npy")):
        (folder / file).write_bytes((folder / same).read_bytes())
    (folder / "net.yaml").write_text(net(data=f"{{{keys}}}", **CLASSES))
    assert bpgen("emit", "-o", "net.py", "net.yaml").code == 0
    assert bpgen("check", "net.py").code == 0
    content = (folder / changed).read_bytes()
    (folder / changed).write_bytes(content + b"\n")  # for the hash alone
    result = bpgen("check", "net.py")
    assert result.code in (1, 2)


# --- Mistakes and hostile files -----------------------------------------------------

FAULTS: list[tuple[str, str, str]] = [
    ("npz: d.npz, inputs: z, labels: y", "d.npz", "there are x, y, t, names, deep"),
    ("npz: d.npz, inputs: t, labels: @x", "", "expected 1 labels for each sample"),
    ("npz: d.npz, inputs: names, labels: y", "", "the net has 2 inputs, but a sample"),
    ("npz: d.npz, labels: y", "", "missing key 'inputs'"),
    ("npz: d.npz, inputs: @[x], labels: y", "", "expected the name of an array"),
    ("npy: x.npy, inputs: @x, labels: y.npy", "", "the inputs are what npy names"),
    ("npy: y.npy, labels: x.npy", "", "the net has 2 inputs, but a sample of the"),
    ("npy: x.npy, labels: @labels", "labels", "is no NPY of numpy.save"),
    ("idx: x.npy, labels: labels", "x.npy", "no IDX file, such as those of MNIST"),
    ("idx: @none, labels: labels", "", "there is no file 'none'"),
    ("idx: @d.jsonl, npy: x.npy, labels: y.npy", "", "expected one file of data, got"),
    (
        "npy: x.npy, labels: y.npy, test: @x.npy",
        "",
        "such as {npy: x.npy, labels: FILE",
    ),
    ("npz: d.npz, inputs: x, labels: y, test: {inputs: @z}", "d.npz", "there are x,"),
    ("npz: d.npz, inputs: x, labels: y, test: {@input: z}", "", "unknown key 'input'"),
    (
        "jsonl: d.jsonl, inputs: x, labels: y, test: @{labels: y}",
        "",
        "keep their names",
    ),
    ("jsonl: d.jsonl, inputs: [@z], labels: y", "", "no column 'z' in d.jsonl (known:"),
    ("jsonl: d.jsonl, inputs: x, labels: y, scale: @2", "", "write `preprocessing`"),
    ("jsonl: d.jsonl, inputs: x, labels: y, decimal: @','", "", "how a CSV is read"),
]


@pytest.mark.parametrize(
    ("keys", "file", "message"), FAULTS, ids=[keys for keys, _, _ in FAULTS]
)
def test_a_mistake_is_told_in_one_line(
    keys: str, file: str, message: str, folder: Path
) -> None:
    write_all(folder)
    lines, places = refused(folder, net(data=f"{{{keys}}}", **CLASSES))
    assert len(lines) == 1, lines
    assert message in lines[0]
    start = file or (places[0] if places else "net.yaml:5:")
    assert lines[0].startswith(start), lines


class Bomb:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[Any, tuple[str, ...]]:
        return (open, ("was_run", "w"))


HUGE = MOST_NUMBERS + 1
NPY_FAULTS: list[tuple[bytes, str]] = [
    (npy(np.array([Bomb()], dtype=object)), "only a pickle could read: save numbers"),
    (pickle.dumps(Bomb()), "is no NPY of numpy.save, or a damaged one"),
    (npy(np.zeros(3, dtype=[("a", "f8"), ("b", "i4")])), "fields of several kinds"),
    (npy(np.zeros(3, dtype="c16")), "of a kind that is not read: save float64"),
    (npy(np.zeros(3, dtype="f2")), "of a kind that is not read: save float64"),
    (npy(np.zeros(3))[:-1], "is damaged: expected 24 bytes, got 23"),
    (npy(np.zeros(3)) + b"x", "is damaged: expected 24 bytes, got 25"),
    (headed("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"), "damaged"),
    (headed("{'descr': '<f8', 'fortran_order': False, 'shape': (True,)}"), "damaged"),
    (
        headed(f"{{'descr': '|u1', 'fortran_order': 0, 'shape': ({HUGE},)}}"),
        "more than",
    ),
    (
        headed("{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}" + " " * 20_000),
        "damaged",
    ),
    (
        headed("{'descr': '|u1', 'fortran_order': 0, 'shape': (1,1,1,1,1,1,1,1,1)}"),
        "more than 8 axes",
    ),
    (headed("{'descr': '<U99999', 'fortran_order': 0, 'shape': (1,)}"), "damaged"),
    (
        headed("{'descr': '<U1', 'fortran_order': 0, 'shape': (1,)}", b"\xff" * 4),
        "its texts cannot be read",
    ),
    (headed("__import__('os').getcwd()"), "damaged"),
    (headed("(" * 5000), "damaged"),
    (headed("{'descr': 3, 'shape': ()}"), "damaged"),
    (b"", "is no NPY"),
]


@pytest.mark.parametrize(("content", "message"), NPY_FAULTS)
def test_a_bad_npy_is_refused(content: bytes, message: str, folder: Path) -> None:
    with pytest.raises(InputError) as error:
        read_npy(content, "x.npy")
    (problem,) = error.value.problems
    assert str(problem).startswith("x.npy: error: ")
    assert message in problem.message
    assert not (folder / "was_run").exists()


def test_a_zip_that_grows_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", bytes(100_000_000))
    with pytest.raises(InputError, match="holds more than 10,000,000 numbers"):
        read_npz(stream.getvalue(), "d.npz", ["x"])


def test_a_gzip_that_grows_is_refused() -> None:
    with pytest.raises(InputError, match="holds more than 10,000,000 numbers"):
        unpacked(gzip.compress(bytes(100_000_000)), "x.gz")


@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_gzip_without_its_end_is_refused(cut: int) -> None:
    content = gzip.compress(b"a text of some length" * 3)[:-cut]
    with pytest.raises(InputError, match="damaged"):
        unpacked(content, "x.gz")


IDX_FAULTS = [
    (idx(8, (3, 2), bytes(5)), "expected 6 bytes of numbers, got 5"),
    (idx(7, (1,), b"\0"), "no IDX file"),
    (idx(8, (4_000_000_000, 4_000_000_000), b""), "holds more than 10,000,000"),
    (b"\0\0\x08\xff", "no IDX file, or a damaged one"),
    (b"\0\0\x08\0", "no IDX file, or a damaged one"),
]


@pytest.mark.parametrize(("content", "message"), IDX_FAULTS)
def test_a_bad_idx_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_idx(content, "images")


def test_numbers_that_are_none_are_told_with_their_place(folder: Path) -> None:
    rows = np.array(X)
    rows[1, 1] = np.nan
    np.savez(folder / "d.npz", x=rows, y=np.array([0, 1, 0]))
    text = net(data="{npz: d.npz, inputs: x, labels: y}", **CLASSES)
    lines, _ = refused(folder, text)
    assert lines == [
        "d.npz: error: array 'x' has nan in sample 2, number 2: leave such rows out"
    ]


JSONL_FAULTS = [
    ('{"x": 1}\n[2]\n', "d:2:1", "expected an object such as"),
    ('{"x": 1}\n{"x": NaN}\n', "d:2:1", "NaN is no number of JSON"),
    ('{"x": 1, "x": 2}', "d:1:1", "a name stands twice"),
    ('{"x": [1, [2]]}', "d:1:1", "expected a number, a text or a list of numbers"),
    ('{"x": {"y": 1}}', "d:1:1", "expected a number, a text or a list of numbers"),
    ('{"x": ' + "9" * 5000 + "}", "d:1:1", "a number is too long"),
    ("[" * 100_000, "d:1:1", "not JSON"),
    ('{"x": 1,}', "d:1:9", "not JSON"),
    ("\n \n", "d:1:1", "expected an object on each line"),
    ("\udcff", "d:1:1", "not UTF-8"),
]


@pytest.mark.parametrize(("text", "place", "message"), JSONL_FAULTS)
def test_a_bad_line_is_told(text: str, place: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        read_jsonl(text.encode("utf-8", "surrogateescape"), "d")
    (problem,) = error.value.problems
    assert str(problem.place) == place
    assert message in problem.message


def test_no_damage_ends_in_anything_but_a_message() -> None:
    """Some bytes of good files changed, cut or added."""
    stream = io.BytesIO()
    np.savez_compressed(stream, x=np.array(X), y=np.array([1, 0, 1]))
    readers: list[tuple[bytes, Callable[[bytes], Any]]] = [
        (npy(np.array(X)), lambda content: read_npy(content, "f")),
        (stream.getvalue(), lambda content: read_npz(content, "f", ["x", "y"])),
        (idx(8, (3, 2), bytes(6)), lambda content: read_idx(content, "f")),
        (gzip.compress(b"abc" * 50), lambda content: unpacked(content, "f")),
        (b'{"x": [1, 2], "y": "a"}\n' * 3, lambda content: read_jsonl(content, "f")),
    ]
    draw = random.Random(1)
    for good, read in readers:
        for _ in range(300):
            content = bytearray(good)
            for _ in range(draw.randint(1, 4)):
                at = draw.randrange(len(content))
                match draw.randrange(3):
                    case 0:
                        content[at] = draw.randrange(256)
                    case 1:
                        del content[at : at + draw.randint(1, 9)]
                    case _:
                        content[at:at] = draw.randbytes(3)
                content = content or bytearray(b"x")
            with suppress(InputError):
                read(bytes(content))


@pytest.mark.parametrize("option", ["--quiet", "--library", "--inference"])
def test_a_large_source_is_warned_of_where_it_carries_data(
    option: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(folder)
    keys = "{npz: d.npz, inputs: x, labels: y, test: 0.4}"
    (folder / "net.yaml").write_text(net(data=keys, **CLASSES))
    warning = "warning: the data are 9 numbers, which make a large source"
    assert warning not in bpgen("emit", "net.yaml").err
    monkeypatch.setattr(nets, "MOST_CARRIED", 8)
    assert warning in bpgen("emit", "net.yaml").err
    assert warning not in bpgen("emit", option, "net.yaml").err
