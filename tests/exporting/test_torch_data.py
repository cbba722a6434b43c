"""Exported programs learn from large files as from data of their own: arrays stay in
their files, and what is wrong with one is told in one line."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy
import pytest
from exporting.watched import COUNT, rows, targets, write_program

from bpgen.verifying.targets import module

Main = Callable[..., Any]


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Main:
    """What an exported program saves when it is run with flags."""

    def run(exported: ModuleType, *flags: str) -> Any:
        file = tmp_path / "saved.json"
        words = ["net.py", "--double", "--save", str(file), *flags]
        monkeypatch.setattr(sys, "argv", words)
        assert exported.main() == 0
        return json.loads(file.read_text())

    return run


@pytest.mark.parametrize("save", [numpy.savez, numpy.savez_compressed])
@pytest.mark.parametrize("cuts", [(), (3, 3, 10, 21), (0, 22)], ids=str)
@pytest.mark.parametrize("name", ["classes", "two_numbers"])
def test_a_folder_of_files_trains_as_data_of_its_own(
    name: str, cuts: tuple[int, ...], save: Any, tmp_path: Path, saved: Main
) -> None:
    exported = module(write_program(tmp_path, name).read_text())
    whole = saved(exported)
    inputs, aims = numpy.array([*rows()]), numpy.array(targets(name))
    if name == "classes":
        inputs, key = inputs.reshape(-1, 1, 4, 4), "labels"
    else:
        inputs, key = numpy.asfortranarray(inputs), "targets"
    shards = tmp_path / "shards"
    shards.mkdir()
    ends = [0, *cuts, COUNT]
    for number, (start, end) in enumerate(pairwise(ends)):
        part = {"inputs": inputs[start:end], key: aims[start:end]}
        save(shards / f"{number}.npz", **part)
    assert saved(exported, "--data", str(shards)) == whole
    if not cuts:
        assert saved(exported, "--data", str(shards / "0.npz")) == whole


def test_arrays_stay_in_their_files_as_they_are(tmp_path: Path) -> None:
    exported = module(write_program(tmp_path, "classes").read_text())
    pixels = numpy.arange(32, dtype=numpy.uint8).reshape(2, 16)
    numpy.savez(tmp_path / "x.npz", inputs=pixels, labels=numpy.array([2, 0]))
    ((inputs, labels),) = exported.read_files(tmp_path / "x.npz").parts
    assert isinstance(inputs, numpy.memmap)
    assert (inputs.dtype, labels.dtype) == (numpy.uint8, numpy.int64)
    x, t = exported.read_files(tmp_path / "x.npz").rows([1, 0, 1])
    assert x.reshape(3, 16).tolist() == pixels[[1, 0, 1]].tolist()
    assert t.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]


def arrays(**given: Any) -> bytes:
    """An NPZ file with such arrays."""
    found = io.BytesIO()
    numpy.savez(found, **given)
    return found.getvalue()


def zipped(**members: bytes) -> bytes:
    """A ZIP file with such members."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return found.getvalue()


FEW = {"inputs": numpy.zeros((2, 16)), "labels": numpy.array([0, 1])}
HEADER = b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 16)}"
BAD: dict[str, tuple[bytes, str]] = {
    "no archive": (b"x,y\n1,2\n", "File is not a zip file"),
    "half an archive": (arrays(**FEW)[:300], "File is not a zip file"),
    "no inputs": (
        arrays(labels=FEW["labels"]),
        "\"There is no item named 'inputs.npy' in the archive\"",
    ),
    "no targets": (
        arrays(inputs=FEW["inputs"]),
        "\"There is no item named 'labels.npy' in the archive\"",
    ),
    "inputs of another size": (
        arrays(**FEW | {"inputs": numpy.zeros((2, 8))}),
        "expected 16 inputs in a sample, got 8",
    ),
    "targets of another size": (
        arrays(inputs=FEW["inputs"], targets=numpy.zeros((2, 4))),
        "expected 3 targets of a sample, got 4",
    ),
    "fewer labels": (
        arrays(**FEW | {"labels": numpy.array([0])}),
        "2 inputs, but 1 labels",
    ),
    "another class": (
        arrays(**FEW | {"labels": numpy.array([0, 3])}),
        "labels: expected whole numbers from 0 to 2",
    ),
    "half a class": (
        arrays(**FEW | {"labels": numpy.array([0.0, 0.5])}),
        "labels: expected whole numbers from 0 to 2",
    ),
    "pickled objects": (
        arrays(**FEW | {"inputs": numpy.array([[print] * 16] * 2)}),
        "inputs: expected rows of numbers, got object",
    ),
    "texts": (
        arrays(**FEW | {"inputs": numpy.array([["a"] * 16] * 2)}),
        "inputs: expected rows of numbers, got <U1",
    ),
    "one number": (
        arrays(**FEW | {"inputs": numpy.array(1.0)}),
        "inputs: expected rows of numbers, got float64",
    ),
    "nothing": (
        arrays(inputs=numpy.zeros((0, 16)), labels=numpy.zeros(0)),
        "there are no samples to learn from",
    ),
    "no array": (
        zipped(inputs=b"hello", labels=b""),
        "EOF: reading magic string, expected 8 bytes got 5",
    ),
    "more rows than there are": (
        zipped(
            inputs=b"\x93NUMPY\x01\x00\x76\x00" + HEADER.ljust(117) + b"\n",
            labels=b"",
        ),
        "mmap length is greater than file size",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_data_is_refused_in_one_line(
    name: str, tmp_path: Path, saved: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    content, message = BAD[name]
    exported = module(write_program(tmp_path, "classes").read_text())
    file = tmp_path / "bad.npz"
    file.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        saved(exported, "--data", str(file))
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"error: {file}: {message}\n"


def test_numbers_that_are_not_finite_end_training(
    tmp_path: Path, saved: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = module(write_program(tmp_path, "classes").read_text())
    inputs = numpy.zeros((4, 16))
    inputs[3, 2] = numpy.nan
    numpy.savez(tmp_path / "x.npz", inputs=inputs, labels=numpy.zeros(4))
    with pytest.raises(SystemExit) as ended:
        saved(exported, "--data", str(tmp_path / "x.npz"))
    assert ended.value.code == 2
    assert "error: a number is not finite in one of the samples [" in (
        capsys.readouterr().err
    )


def test_files_that_are_not_there_are_told(
    tmp_path: Path, saved: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = module(write_program(tmp_path, "classes").read_text())
    (tmp_path / "empty").mkdir()
    for path, message in (
        (tmp_path / "none.npz", "[Errno 2] No such file or directory"),
        (tmp_path / "empty", f"there are no NPZ files in {tmp_path / 'empty'}"),
    ):
        with pytest.raises(SystemExit) as ended:
            saved(exported, "--data", str(path))
        assert ended.value.code == 2
        assert message in capsys.readouterr().err
