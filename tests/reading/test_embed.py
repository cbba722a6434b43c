"""`embed: false`: what net.yaml may say of files that are read when a file is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets.bad import net, refused, said
from running.emitted import module
from running.tools import ROOT, bpgen, python

from bpgen.commands.nets import load_network

FILES = "idx: x, labels: y, embed: false"
KEYS: dict[str, str | None] = {
    "layers": "[{type: dense, units: 3, activation: sigmoid}]",
    "loss": "half_squared_error",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def of(data: str, **keys: str | None) -> str:
    """A net whose data are these."""
    return net(data=f"{{{data}}}", **KEYS | keys)


ONE = "[{type: dense, units: 1}]"
STEPS = {"input": "[2, 2]", "layers": "[{type: dense, units: 2}]"}
REFUSED = [
    (
        of("csv: @d.csv, labels: a, embed: false"),
        "labels-idx1-ubyte, embed: false}: le",
    ),
    (
        of("npz: x, inputs: a, labels: b, targets: @b, embed: false", loss="mse"),
        "`embed: false` is for such as {npz: data.npz, inputs: x, labels: y, embed: ",
    ),
    (
        of("idx: x, targets: y, scale: 2, missing: @drop, embed: false"),
        "is for such as {idx: train-images-idx3-ubyte, targets: train-labels-idx1-ub",
    ),
    (
        of("npy: x, targets: @y, embed: false", loss="cross_entropy"),
        "`embed: false` wants classes for cross_entropy: write labels",
    ),
    (of("npz: x, labels: y, embed: false").replace("{npz", "@{npz"), "missing key 'in"),
    (of("jsonl: x, inputs: @[a, [b]], labels: y, embed: false"), "expected the name o"),
    (
        of("npz: x, inputs: @'a b', labels: y, embed: false"),
        "expected the name of an a",
    ),
    (of("jsonl: x, inputs: a, labels: y, scale: @2, embed: false"), "leave `scale` ou"),
    (
        of("npy: x, labels: y, embed: false, test: @x2"),
        "expected the files to test with, such as {npy: x.npy, labels: y.npy}",
    ),
    (of("labels: y, embed: false").replace("{labels", "@{labels"), "missing key 'idx'"),
    (of("idx: x, embed: false").replace("{idx", "@{idx"), "missing key 'labels' in"),
    (of(f"{FILES}, test: @0.2"), "expected the files to test with, such as {idx: "),
    (of(f"{FILES}, test: @{{idx: x}}"), "expected the files to test with, such as"),
    (
        of(f"{FILES}, test: @{{idx: x, labels: y, npz: z}}"),
        "expected the files to test with, such as {idx: ",
    ),
    (of("idx: @../x, labels: y, embed: false"), "of letters, digits, `_`, `-`, `.`"),
    (
        of("idx: @/x, labels: y, embed: false"),
        "expected the path of a file, of letters",
    ),
    (of("idx: @'a b', labels: y, embed: false"), "and `/`, got 'a b'"),
    (
        of("idx: x, labels: @[y], embed: false"),
        "expected the path of a file, of letters",
    ),
    (of("idx: x, labels: y, embed: @no"), "expected true or false, got 'no'"),
    (
        of(FILES.replace("y", "@y"), layers=ONE),
        "expected a net that tells one class of",
    ),
    (of(FILES.replace("y", "@y"), **STEPS), "expected a net that tells one class of"),
    (
        of(FILES.replace("y", "@y"), loss="hinge"),
        "expected a net that tells one class of each sample: at least 2 outputs",
    ),
    (
        of(
            "idx: @x, labels: y, embed: false",
            layers="[{type: embedding, vocabulary: 4, size: 2}, flatten, "
            "{type: dense, units: 3}]",
        ),
        "with `embed: false` a net reads numbers, and this one indices",
    ),
    (
        of(FILES, preprocessing="{inputs: @standardize}"),
        "standardize is fitted on data, and the net has none",
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_wrong_is_told_at_its_place(
    text: str, message: str, folder: Path
) -> None:
    lines, places = refused(folder, text)
    assert len(lines) == 1
    assert lines[0].startswith(f"{places[0]}: error: ")
    assert message in lines[0]


def test_too_much_for_a_source_names_the_key_that_helps(folder: Path) -> None:
    head = b"\0\0\x08\x02\0\x30\0\0\0\0\0\x04"
    (folder / "x").write_bytes(head)
    (folder / "y").write_bytes(head)
    (folder / "net.yaml").write_text(of("idx: x, labels: y"))
    found = bpgen("emit", "net.yaml")
    assert found.code == 2
    assert "write `embed: false`" in said(found.err)[0]


def test_the_largest_output_tells_the_class(folder: Path) -> None:
    (folder / "net.yaml").write_text(of(FILES, classes="[a, b, c]"))
    assert load_network("net.yaml").has_scores
    found = bpgen("emit", "net.yaml")
    assert found.code == 0, found.err
    net = module(found.out).Net()
    outputs = net.predict([1.0, 2.0])
    assert net.classify([1.0, 2.0]) == outputs.index(max(outputs))
    targets = [0.0, 0.0, 0.0]
    targets[net.classify([1.0, 2.0])] = 1.0
    assert net.evaluate([[1.0, 2.0]], [targets])[1] == 1.0
    assert not hasattr(net, "probabilities")
    assert net.CLASSES == ("a", "b", "c")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "--stage", "network"), "data: read when a file is run: train-images"),
        (("show", "--stage", "spec"), "embed: false"),
        pytest.param(
            *(("explain",), "whose data are read when a file is run, so the sample is"),
            marks=pytest.mark.wide,
        ),
        pytest.param(("budget",), "23,860 parameters", marks=pytest.mark.wide),
        (("export", "--to", "torch"), "class"),
    ],
)
def test_every_command_knows_nets_without_samples(
    words: tuple[str, ...], told: str
) -> None:
    found = bpgen(*words, str(ROOT / "examples" / "mnist.yaml"))
    assert found.code == 0, found.err
    assert told in " ".join(found.out.split())


def test_the_self_test_needs_no_files(folder: Path) -> None:
    (folder / "net.yaml").write_text(of(FILES))
    assert bpgen("emit", "-o", "net.py", "net.yaml").code == 0
    checked = python(folder / "net.py", "--check")
    assert checked.code == 0, checked.out
