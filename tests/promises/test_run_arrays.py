"""Arrays of numpy and JSON lines that an emitted main reads when it is run."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from promises.test_flags import RUN, command
from running.tiers import takes_long, wide_but
from running.tools import bpgen, program

from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of

BODY = """\
input: 4
layers: [{type: dense, units: 3, activation: tanh}, {type: dense, units: 3}]
LOSS
optimizer: {type: sgd, learning_rate: 0.5}
training: {epochs: 3, batch_size: 2, report_every: 1, validation: 0.2}
data: {DATA, embed: false}
"""
STEPS = """\
input: 4
layers: [{type: embedding, vocabulary: 3, size: 2}, {type: dense, units: 3}]
LOSS
training: {epochs: 3}
data: {DATA, embed: false}
"""
CLASSES = "loss: softmax_cross_entropy\nclasses: [one, two, three]"
OWN = ", test: {inputs: x2, labels: y2}"
KEYS = "inputs: [a, b], labels: c"
# Nets by their bodies, their losses and their data.
NETS: Mapping[str, tuple[str, str, str]] = {
    "members": (BODY, CLASSES, f"npz: d/all.npz, inputs: x, labels: y, scale: 2{OWN}"),
    "files": (BODY, "loss: mse", "npy: d/x.npy, targets: d/t.npy"),
    "whole": (BODY, CLASSES, "npy: d/i2.npy, labels: d/i8.npy, scale: 32767"),
    "unsigned": (BODY, CLASSES, "npy: d/u1.npy, labels: d/b1.npy, scale: 255"),
    "back": (BODY, CLASSES, "npy: d/f8.npy, labels: d/u4.npy"),
    "signs": (BODY, "loss: hinge", "npz: d/all.npz, inputs: x, targets: s"),
    "lines": (BODY, CLASSES, f"jsonl: d/lines.jsonl, {KEYS}, test: d/more.jsonl"),
    "steps": (STEPS, CLASSES, "npz: d/all.npz, inputs: n, labels: n"),
    "answers": (BODY, "loss: mse", "jsonl: d/lines.jsonl, inputs: [a, b], targets: t"),
}
COUNT = 12
X = [
    [((37 * k * k + 11 * i * k + i) % 97 - 48) / 32 for i in range(4)]
    for k in range(COUNT)
]
# Numbers that tell whether every bit is read: a subnormal one, 1/3, whole ones.
X[0] = [5e-324, 1 / 3, -1e-310, -3.0]
X[1] = [0.1, 2.0**-1022, -2.5e-17, 1.0]
Y = [k * k % 3 for k in range(COUNT)]


def npy(rows: Sequence[object], kind: str) -> bytes:
    """What numpy.save writes of such rows, whose type is numpy's word for it."""
    flat: list[object] = []
    for row in rows:
        flat += row if isinstance(row, list) else [row]
    is_flat = not isinstance(rows[0], list)
    shape = (len(rows),) if is_flat else (len(rows), len(flat) // len(rows))
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    head = head.ljust(117) + "\n"
    letters = {"f8": "d", "f4": "f", "i2": "h", "i8": "q", "u1": "B", "b1": "?"}
    letter = (letters | {"u4": "I"})[kind[1:]]
    packed = struct.pack(f"{kind[0].replace('|', '<')}{len(flat)}{letter}", *flat)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + packed


def npz(arrays: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """What numpy.savez writes, or savez_compressed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = method
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(content)
    return made.getvalue()


def files() -> dict[str, bytes]:
    """All files of samples."""
    wholes = [[round(x * 1000) for x in row] for row in X]
    short = [[struct.unpack("f", struct.pack("f", x))[0] for x in row] for row in X]
    sums = [[sum(row), row[1], -row[3]] for row in X]
    arrays = {
        "x": npy(short, "<f4"),
        "y": npy(Y, "<i8"),
        "x2": npy(short[:5], "<f4"),
        "y2": npy(Y[:5], "<i8"),
        "s": npy([[1 if x > 0 else -1 for x in row[:3]] for row in X], "<i2"),
        "n": npy([[(k * i + i) % 3 for i in range(4)] for k in range(COUNT)], "|u1"),
    }
    names = ["one", "two", "three"]
    lines = [
        json.dumps({"a": x[:3], "b": x[3], "c": names[y], "t": t, "d": 'so "\\ é'})
        for x, y, t in zip(X, Y, sums, strict=True)
    ]
    more = [json.dumps({"a": X[k][:3], "b": X[k][3], "c": Y[k]}) for k in range(5)]
    return {
        "all.npz": npz(arrays),
        "x.npy": npy(X, "<f8"),
        "t.npy": npy(sums, "<f8"),
        "i2.npy": npy(wholes, "<i2"),
        "i8.npy": npy(Y, ">i8"),
        "u1.npy": npy([[abs(x) % 256 for x in row] for row in wholes], "|u1"),
        "b1.npy": npy([y > 0 for y in Y], "|b1"),
        "f8.npy": npy(X, ">f8"),
        "u4.npy": npy(Y, "<u4"),
        "lines.jsonl": "\n".join(["", *lines, ""]).encode(),
        "more.jsonl": "\r\n".join(more).encode(),
    }


def text_of(name: str) -> str:
    """A net.yaml."""
    body, loss, data = NETS[name]
    return body.replace("LOSS", loss).replace("DATA", data)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All nets, and their samples in a folder."""
    found = tmp_path_factory.mktemp("run_arrays")
    for name in NETS:
        (found / f"{name}.yaml").write_text(text_of(name))
    (found / "d").mkdir()
    for file, content in files().items():
        (found / "d" / file).write_bytes(content)
    return found


def run_of(folder: Path, language: str, name: str) -> list[str]:
    """How a net's file is run, which is emitted once."""
    path = folder / file_of(LANGUAGES[language], name)
    if not path.exists():
        made = bpgen("emit", "--quiet", "-o", str(path), f"{folder}/{name}.yaml")
        assert made.code == 0, made.err
    return command(folder, language, name)


LOSSES = re.compile(r"loss \S+|predicted.*|output.*|right: .*")


@pytest.mark.parametrize("name", NETS)
def test_what_is_read_later_teaches_the_same(
    name: str, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "d").mkdir()
    for file, content in files().items():
        (tmp_path / "d" / file).write_bytes(content)
    text = text_of(name).replace("embed: false", "embed: true")
    (tmp_path / f"{name}.yaml").write_text(text)
    made = bpgen("emit", "-o", f"{tmp_path}/", f"{tmp_path}/{name}.yaml")
    assert made.code == 0, made.err
    inside = program(*command(tmp_path, "python", name), folder=tmp_path)
    outside = program(*run_of(folder, "python", name), folder=folder)
    assert (outside.code, outside.err) == (0, "")
    assert LOSSES.findall(inside.out) == LOSSES.findall(outside.out) != []
    if "test" not in text:
        assert inside.out == outside.out


@pytest.mark.parametrize(
    "case",
    wide_but(
        [f"{lang}-{name}" for lang in RUN if lang != "python" for name in NETS],
        lambda case: case in ("dart-members", "dart-lines"),
        takes_long,
    ),
)
def test_every_language_reads_the_same(case: str, folder: Path) -> None:
    language, name = case.split("-")
    found = program(*run_of(folder, language, name), folder=folder)
    assert (found.code, found.err) == (0, "")
    assert found.out == program(*run_of(folder, "python", name), folder=folder).out


MADE = files()
ARRAYS = {"x": npy(X, "<f8"), "y": npy(Y, "<i8"), "x2": npy(X, "<f8")}
INFINITE = npy([[0.0, float("inf"), 0.0, 0.0], *X[1:]], "<f8")


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    """A content with something else in one place."""
    assert content.count(old) >= 1
    return content.replace(old, new, 1)


LINE = b'{"a": [1, 2, 3], "b": 4, "c": "one", "t": [1, 2, 3]}\n'
# A net, the file of it that is wrong, what is in that, and the error.
WRONG: Mapping[str, tuple[str, str, bytes | None, str]] = {
    "missing": ("files", "x.npy", None, "there is no file d/x.npy: add --data and the"),
    "empty": ("files", "x.npy", b"", "d/x.npy: the file is empty, or its end is mis"),
    "text": (
        "files",
        "x.npy",
        b"1, 2, 3, 4\n" * 9,
        "d/x.npy: this is no array of nump",
    ),
    "cut": (
        "files",
        "x.npy",
        MADE["x.npy"][:-1],
        "d/x.npy: expected 12 samples of 32 bytes each: the file is damaged",
    ),
    "head": (
        "files",
        "x.npy",
        MADE["x.npy"][:90],
        "d/x.npy: this is no array of numpy",
    ),
    "columns": (
        "files",
        "x.npy",
        changed(MADE["x.npy"], b"False", b"True "),
        "d/x.npy: it goes column by column: save numpy.ascontiguousarray of it",
    ),
    "objects": (
        "files",
        "x.npy",
        changed(MADE["x.npy"], b"'<f8'", b"'|O8'"),
        "d/x.npy: it holds no numbers that are read here: save it as float64",
    ),
    "halves": (
        "files",
        "x.npy",
        changed(MADE["x.npy"], b"'<f8'", b"'<f2'"),
        "d/x.npy: it holds no numbers that are read here: save it as float64",
    ),
    "huge": (
        "files",
        "x.npy",
        changed(MADE["x.npy"], b"(12, 4)", b"(10000000000000, 4)"),
        "d/x.npy: this is no array of numpy.save, or its end is missing",
    ),
    "many": (
        "files",
        "x.npy",
        changed(MADE["x.npy"], b"(12, 4)", b"(999999999, 4)"),
        "d/x.npy: expected 999999999 samples of 32 bytes each: the file is damaged",
    ),
    "minus": (
        "files",
        "x.npy",
        changed(MADE["x.npy"], b"(12, 4)", b"(-12, -4)"),
        "d/x.npy: this is no array of numpy.save, or its end is missing",
    ),
    "size": (
        "files",
        "x.npy",
        npy(Y, "<i8"),
        "d/x.npy: expected 4 numbers for each sam",
    ),
    "none": (
        "files",
        "x.npy",
        changed(MADE["x.npy"], b"(12, 4)", b"(0, 4)"),
        "d/x.npy: there are no samples in it",
    ),
    "infinite": (
        "files",
        "x.npy",
        INFINITE,
        "d/x.npy: sample 1: a number is not finite: leave such samples out",
    ),
    "fewer": (
        "files",
        "t.npy",
        npy([[0.0, 1.0, 2.0]] * 11, "<f8"),
        "d/t.npy: expected 12 answers, one for each sample",
    ),
    "class": (
        "back",
        "u4.npy",
        npy([*Y[1:], 3], "<u4"),
        "d/u4.npy: sample 12: expected a class from 0 to 2",
    ),
    "index": (
        "steps",
        "all.npz",
        npz({"n": npy([[0, 1, 2, 3]] * 12, "|u1")}),
        "d/all.npz: sample 1: expected indices below 3",
    ),
    "sign": (
        "signs",
        "all.npz",
        npz({"x": npy(X, "<f8"), "s": npy([[1, 0, -1]] * 12, "<i2")}),
        "d/all.npz: sample 1: expected targets of -1 or 1",
    ),
    "no_zip": (
        "members",
        "all.npz",
        b"PK" * 40,
        "d/all.npz: this is no NPZ file of nu",
    ),
    "packed": (
        "members",
        "all.npz",
        npz(ARRAYS, zipfile.ZIP_DEFLATED),
        "d/all.npz: the array x is packed: write it with numpy.savez, not savez_compr",
    ),
    "no_array": (
        "members",
        "all.npz",
        npz(ARRAYS),
        "d/all.npz: there is no array y2 in it",
    ),
    "cut_zip": (
        "members",
        "all.npz",
        MADE["all.npz"][:-1],
        "d/all.npz: this is no NPZ",
    ),
    "list": (
        "members",
        "all.npz",
        MADE["all.npz"][:-6] + b"\xff\xff\xff\x7f\0\0",
        "d/all.npz: the file is damaged",
    ),
    "far": (
        "members",
        "all.npz",
        changed(MADE["all.npz"], b"PK\1\2", b"PK\1\3"),
        "d/all.npz: the file is damaged",
    ),
    "beyond": (
        "members",
        "all.npz",
        MADE["all.npz"][:-6] + b"\xff\xff\xff\xff\0\0",
        "d/all.npz: the file is damaged",
    ),
    "no_json": (
        "lines",
        "lines.jsonl",
        LINE + b"a\n",
        "d/lines.jsonl:2: expected an obj",
    ),
    "a_list": (
        "lines",
        "lines.jsonl",
        b"[1, 2]\n",
        "d/lines.jsonl:1: expected an object",
    ),
    "deep": (
        "lines",
        "lines.jsonl",
        b"[" * 10**5,
        "d/lines.jsonl:1: expected an object",
    ),
    "no_lines": (
        "lines",
        "lines.jsonl",
        b"\n" * 20,
        "d/lines.jsonl: there are no sampl",
    ),
    "no_key": (
        "lines",
        "lines.jsonl",
        b'{"a": [1, 2, 3]}',
        "d/lines.jsonl:1: there is n",
    ),
    "short": (
        "lines",
        "lines.jsonl",
        LINE.replace(b", 3]", b"]"),
        "d/lines.jsonl:1: expected 4 inputs, got 3",
    ),
    "word": (
        "lines",
        "lines.jsonl",
        LINE.replace(b"one", b"four"),
        "d/lines.jsonl:1: expected a class from 0 to 2, or its name",
    ),
    "flag": (
        "answers",
        "lines.jsonl",
        LINE.replace(b"4", b"true"),
        "d/lines.jsonl:1: expected numbers",
    ),
    "few_targets": (
        "answers",
        "lines.jsonl",
        LINE.replace(b"[1, 2, 3]}", b"1}"),
        "d/lines.jsonl:1: expected 3 answers, got 1",
    ),
}


@pytest.mark.parametrize(
    "case",
    wide_but(
        [f"{language}-{name}" for language in RUN for name in WRONG],
        lambda case: case.startswith("python") or case == "dart-packed",
        takes_long,
    ),
)
def test_a_wrong_file_is_one_line(case: str, folder: Path, tmp_path: Path) -> None:
    language, kind = case.split("-")
    name, file, content, message = WRONG[kind]
    (tmp_path / "d").mkdir()
    for own, known in MADE.items():
        (tmp_path / "d" / own).write_bytes(known)
    (tmp_path / "d" / file).unlink()
    if content is not None:
        (tmp_path / "d" / file).write_bytes(content)
    found = program(*run_of(folder, language, name), folder=tmp_path)
    assert found.code == 2
    assert found.err.startswith(f"error: {message}"), found.err
    assert found.err.count("\n") == 1
