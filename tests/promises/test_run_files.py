"""Files that an emitted main reads when it is run: IDX, as MNIST has them."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest
from promises.test_flags import RUN, command
from running.tiers import takes_long, wide_but
from running.tools import ROOT, bpgen, program

from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of

# The others' libraries cannot.
UNPACKS = ("python", "dart", "javascript", "go", "java", "ruby")
DATA = """\
data:
  idx: x
  labels: y
  scale: 255
  embed: false
"""
TEST = "  test: {idx: x2, labels: y2}\n"
SCORES = """\
input: 4
layers: [{type: dense, units: 3, activation: sigmoid}]
loss: half_squared_error
optimizer: {type: sgd, learning_rate: 0.5}
training: {epochs: 3, batch_size: 2, report_every: 1}
"""
CLASSES = """\
input: [1, 2, 2]
layers: [{type: conv2d, filters: 2, kernel: 2}, flatten, {type: dense, units: 3}]
loss: softmax_cross_entropy
classes: [one, two, three]
training: {epochs: 3, validation: 0.2}
"""
YES = """\
input: [2, 2]
layers: [flatten, {type: dense, units: 1}]
loss: sigmoid_cross_entropy
classes: [no, yes]
training: {epochs: 3}
"""
# Nets, and lines that their mains print.
NETS: Mapping[str, tuple[str, list[str]]] = {
    "scores": (SCORES + DATA + TEST, ["  test right ", " of 4", "test: 4 samples  "]),
    "scores_alone": (SCORES + DATA, ["  right ", " of 9"]),
    "classes": (CLASSES + DATA + TEST, ["  accuracy ", "  target three"]),
    "yes": (YES + DATA.replace("y\n", "z\n"), ["  target yes", "right: "]),
}
COUNT, TESTED = 9, 4


def idx(shape: tuple[int, ...], values: list[int]) -> bytes:
    """An IDX file of bytes."""
    head = struct.pack(f">{len(shape) + 1}I", 0x800 + len(shape), *shape)
    return head + bytes(values)


def files() -> dict[str, bytes]:
    """Samples of two by two, and their classes."""
    values = [(37 * k * k + 11 * k) % 256 for k in range(4 * (COUNT + TESTED))]
    labels = [(values[4 * k] + values[4 * k + 3]) % 3 for k in range(COUNT + TESTED)]
    return {
        "x": idx((COUNT, 2, 2), values[: 4 * COUNT]),
        "y": idx((COUNT,), labels[:COUNT]),
        "z": idx((COUNT,), [label % 2 for label in labels[:COUNT]]),
        "x2": idx((TESTED, 2, 2), values[4 * COUNT :]),
        "y2": idx((TESTED,), labels[COUNT:]),
    }


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All nets; samples lie in another folder than they do."""
    found = tmp_path_factory.mktemp("run_files")
    for name, (text, _) in NETS.items():
        (found / f"{name}.yaml").write_text(text)
    (found / "data").mkdir()
    for file, content in files().items():
        (found / "data" / file).write_bytes(content)
    return found


def run_of(folder: Path, language: str, name: str) -> list[str]:
    """How a net's file is run, which is emitted once."""
    path = folder / file_of(LANGUAGES[language], name)
    if not path.exists():
        made = bpgen("emit", "--quiet", "-o", str(path), f"{folder}/{name}.yaml")
        assert made.code == 0, made.err
    return command(folder, language, name)


@pytest.mark.parametrize(
    "case",
    wide_but(
        [f"{language}-{name}" for language in RUN for name in NETS],
        lambda case: case.startswith("python") or case == "dart-scores",
        takes_long,
    ),
)
def test_it_reads_what_it_learns_from(case: str, folder: Path) -> None:
    language, name = case.split("-")
    run = run_of(folder, language, name)
    found = program(*run, "--data", "data", folder=folder)
    assert (found.code, found.err) == (0, "")
    assert all(line in found.out for line in NETS[name][1]), found.out
    here = program(*run, folder=folder / "data")
    assert here.out == found.out
    python = run_of(folder, "python", name)
    assert found.out == program(*python, "--data", "data", folder=folder).out


@pytest.mark.parametrize(
    "language", wide_but(RUN, ("python", "dart").__contains__, takes_long)
)
def test_packed_files_are_read_or_told_of(
    language: str, folder: Path, tmp_path: Path
) -> None:
    for file, content in files().items():
        (tmp_path / f"{file}.gz").write_bytes(gzip.compress(content, mtime=0))
    run = run_of(folder, language, "scores")
    found = program(*run, "--data", str(tmp_path), folder=folder)
    if language in UNPACKS:
        assert found == program(*run, "--data", "data", folder=folder)
        content = (tmp_path / "x2.gz").read_bytes()
        (tmp_path / "x2.gz").write_bytes(content[:-14])
        cut = program(*run, "--data", str(tmp_path), folder=folder)
        assert cut.code == 2
        assert re.match(r"error: .*x2(.gz: the file is damaged|: expected 32)", cut.err)
        assert cut.err.count("\n") == 1
    else:
        path = tmp_path / "x.gz"
        assert found.err == f"error: {path}: the file is packed: run gunzip {path}\n"
        assert (found.code, found.out) == (2, "")


WRONG: Mapping[str, tuple[str, bytes | None, str]] = {
    "missing": ("x", None, "there is no file bad/x: add --data and the folder that"),
    "empty": ("x", b"", "bad/x: the file is empty, or its end is missing"),
    "text": ("x", b"one, two, three", "x: this is no IDX file of bytes, such as"),
    "floats": ("x", b"\0\0\x0d\x01\0\0\0\x01abcd", "x: this is no IDX file of bytes"),
    "many_axes": ("x", b"\0\0\x08\xff\0\0\0\x01abcd", "x: its end is missing"),
    "cut": ("x", files()["x"][:-1], "x: expected 52 bytes, got 51"),
    "longer": ("y", files()["y"] + b"\1", "y: expected 17 bytes, got 18"),
    "huge": (
        "x",
        idx((2**32 - 1, 2**32 - 1, 2**32 - 1), [0]),
        "x: expected samples of 4 bytes, got others",
    ),
    "beyond": (
        "x",
        idx((2**30, 2, 2), []),
        "x: expected 4294967312 bytes, got 16",
    ),
    "none": ("x", idx((0, 2, 2), []), "x: there are no samples in it"),
    "other_size": ("x", idx((9, 3), [1] * 27), "x: expected samples of 4 bytes"),
    "fewer": ("y", idx((8,), [1] * 8), "y: expected 9 labels, one for each sample"),
    "no_class": ("y", idx((9,), [3] * 9), "y: expected classes below 3, got 3"),
    "no_test": ("y2", None, "there is no file bad/y2: add --data and the folder"),
}


@pytest.mark.parametrize(
    "case",
    wide_but(
        [f"{language}-{name}" for language in RUN for name in WRONG],
        lambda case: case.startswith("python") or case == "dart-missing",
        takes_long,
    ),
)
def test_a_wrong_file_is_one_line(case: str, folder: Path, tmp_path: Path) -> None:
    language, name = case.split("-")
    shutil.copytree(folder / "data", tmp_path / "bad")
    file, content, message = WRONG[name]
    (tmp_path / "bad" / file).unlink()
    if content is not None:
        (tmp_path / "bad" / file).write_bytes(content)
    run = run_of(folder, language, "scores")
    found = program(*run, "--data", "bad", "--epochs", "1", folder=tmp_path)
    assert found.code == 2
    assert found.err.startswith(f"error: {message}"), found.err
    assert found.err.count("\n") == 1


def test_what_is_read_later_teaches_the_same(folder: Path, tmp_path: Path) -> None:
    for file, content in files().items():
        (tmp_path / file).write_bytes(content)
    text = NETS["scores"][0].replace("embed: false", "embed: true")
    (tmp_path / "scores.yaml").write_text(text)
    assert bpgen("emit", "-o", f"{tmp_path}/", f"{tmp_path}/scores.yaml").code == 0
    inside = program(*command(tmp_path, "python", "scores"), folder=tmp_path)
    outside = program(*run_of(folder, "python", "scores"), folder=tmp_path)
    loss = re.compile(r"loss \S+|test: .*")
    assert loss.findall(inside.out) == loss.findall(outside.out) != []


def test_a_flag_tells_where_the_files_are(folder: Path) -> None:
    told = program(*run_of(folder, "python", "scores"), "--help")
    assert "--data FOLDER  where the files are that it learns from" in told.out
    checked = program(*run_of(folder, "python", "scores"), "--check", folder=folder)
    assert checked.code == 0, checked.out


def test_the_files_have_no_part_in_what_is_emitted(tmp_path: Path) -> None:
    net = tmp_path / "scores.yaml"
    net.write_text(NETS["scores"][0])
    without = bpgen("emit", str(net)).out
    for file, content in files().items():
        (tmp_path / file).write_bytes(content)
    assert bpgen("emit", str(net)).out == without != ""
    assert bpgen("emit", "-o", f"{tmp_path}/", str(net)).code == 0
    (tmp_path / "x").write_bytes(b"")
    assert bpgen("check", f"{tmp_path}/scores.py").code == 0
    net.write_text(NETS["scores"][0].replace("255", "256"))
    assert bpgen("check", f"{tmp_path}/scores.py").code == 1


EXAMPLES = ("mnist", "mnist_cnn")


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", wide_but(RUN, "".__eq__, takes_long))
def test_the_examples_learn_the_same(
    language: str, name: str, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    for kind, count in (("train", 40), ("t10k", 20)):
        values = [(31 * k * k + k // 7) % 256 for k in range(784 * count)]
        labels = [k * k % 10 for k in range(count)]
        (tmp_path / f"{kind}-images-idx3-ubyte").write_bytes(
            idx((count, 28, 28), values)
        )
        (tmp_path / f"{kind}-labels-idx1-ubyte").write_bytes(idx((count,), labels))
    made = tmp_path_factory.mktemp(name)
    for other in {"python", language}:
        emitted = ROOT / "generated" / other / file_of(LANGUAGES[other], name)
        shutil.copy(emitted, made)
    flags = ("--data", str(tmp_path), "--epochs", "2")
    found = program(*command(made, language, name), *flags)
    assert (found.code, found.err) == (0, "")
    assert found.out == program(*command(made, "python", name), *flags).out


@pytest.mark.slow
def test_the_whole_of_mnist_is_learned(tmp_path: Path) -> None:
    whole = os.environ.get("BPGEN_MNIST")
    if not whole and not os.environ.get("CI"):
        pytest.skip("no MNIST: .ci/install-mnist says how to get it")
    shutil.copy(ROOT / "generated" / "dart" / "mnist.dart", tmp_path)
    run = command(tmp_path, "dart", "mnist")
    found = program(*run, "--data", str(whole), "--epochs", "1")
    assert found.code == 0, found.err
    right = re.search(r"test right (\d+) of 10000", found.out)
    assert right
    assert int(right[1]) > 8000
