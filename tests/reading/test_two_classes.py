"""One output that tells two classes apart: labels and names as of several outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running.emitted import module
from running.tools import bpgen

from bpgen.commands.nets import load_network

NET = """\
input: 2
layers: [{type: dense, units: UNITS, activation: ACTIVATION}]
loss: LOSS
training: {epochs: 20}
"""
CSV = "a,b,y\n1,2,LABELS\n".replace("LABELS", "{}") + "3,4,{}\n5,6,{}\n"


def text(loss: str = "binary_cross_entropy", units: int = 1, **keys: str) -> str:
    """A net with more keys."""
    activation = "sigmoid" if loss == "binary_cross_entropy" else "identity"
    found = NET.replace("UNITS", str(units)).replace("LOSS", loss)
    found = found.replace("ACTIVATION", activation)
    return found + "".join(f"{key}: {value}\n" for key, value in keys.items())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(net: str) -> str:
    """What is said of a net that is wrong."""
    Path("net.yaml").write_text(net)
    result = bpgen("emit", "net.yaml")
    assert (result.code, result.out) == (2, "")
    return result.err.split("\n")[0]


OF_CSV = "{csv: d.csv, labels: y}"
INLINE = "{inputs: [[1, 2], [3, 4], [5, 6]], labels: [%s]}"


@pytest.mark.parametrize("place", ["csv", "inline", "jsonl"])
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "sigmoid_cross_entropy"])
@pytest.mark.parametrize(
    ("labels", "classes", "names", "targets"),
    [
        (["no", "yes", "no"], "", ("no", "yes"), [0, 1, 0]),
        (["yes", "no", "no"], "", ("yes", "no"), [0, 1, 1]),
        (["yes", "no", "no"], "[no, yes]", ("no", "yes"), [1, 0, 0]),
        (["1", "2", "2"], '["1", "2"]', ("1", "2"), [0, 1, 1]),
        (["1", "0", "1"], "[no, yes]", ("no", "yes"), [1, 0, 1]),
        (["1", "0", "1"], "", (), [1, 0, 1]),
    ],
)
def test_labels_are_0_and_1(
    labels: list[str],
    classes: str,
    names: tuple[str, ...],
    targets: list[int],
    loss: str,
    place: str,
) -> None:
    data = OF_CSV.replace("csv: d.csv", f"{place}: d.{place}")
    if place == "csv":
        Path("d.csv").write_text(CSV.format(*labels))
    elif place == "jsonl":
        rows = (
            f'{{"a": 1, "b": {k}, "y": "{label}"}}' for k, label in enumerate(labels)
        )
        Path("d.jsonl").write_text("\n".join(rows))
    else:
        data = INLINE % ", ".join(labels)
    more = {"classes": classes} if classes else {}
    Path("net.yaml").write_text(text(loss, data=data, **more))
    network = load_network("net.yaml")
    assert network.class_names == names
    assert network.data and network.data.labels is None
    assert [target for (target,) in network.data.targets] == targets


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "sigmoid_cross_entropy"])
def test_an_emitted_class_knows_its_classes(loss: str) -> None:
    Path("d.csv").write_text(CSV.format("yes", "no", "no"))
    Path("net.yaml").write_text(text(loss, data=OF_CSV, classes="[no, yes]"))
    found = module(bpgen("emit", "net.yaml").out)
    net: Any = found.Net()
    assert net.CLASSES == ("no", "yes")
    assert found._data() == (
        [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
        [[1.0], [0.0], [0.0]],
    )
    for inputs in ([1.0, 2.0], [-3.0, 4.0]):
        shares = net.probabilities(inputs)
        assert sum(shares) == pytest.approx(1.0)
        assert net.classify(inputs) == shares.index(max(shares))


def test_rows_to_test_with_have_the_same_classes() -> None:
    Path("d.csv").write_text(CSV.format("no", "yes", "no"))
    Path("e.csv").write_text("y,b,a\nyes,1,2\n")
    Path("net.yaml").write_text(text(data=OF_CSV.replace("}", ", test: e.csv}")))
    network = load_network("net.yaml")
    assert network.data and network.data.test
    assert network.data.test.inputs == ((2.0, 1.0),)
    assert network.data.test.targets == ((1.0,),)


@pytest.mark.parametrize(
    ("labels", "keys", "message"),
    [
        (
            "no, yes, maybe",
            {},
            "'maybe' is one class too many after [no, yes]: the data has 3 classes, "
            "and one output tells two apart: write `units: 3`, and loss: "
            "softmax_cross_entropy, or mend the label",
        ),
        (
            "no, no, no",
            {},
            "the data has 1 class, and the output tells two apart: name them all under "
            "`classes`",
        ),
        (
            "no, yes, no",
            {"classes": "[no, yes, maybe]"},
            "expected 2 classes, that for 0, then that for 1, got 3",
        ),
        (
            "no, yes, no",
            {"loss": "mse"},
            "labels are for the losses of classes: binary_cross_entropy, "
            "sigmoid_cross_entropy; for mse write targets",
        ),
        (
            "no, yes, no",
            {"loss": "mse", "classes": "[no, yes]"},
            "mse knows no classes: leave `classes` out, or take binary_cross_entropy "
            "after a sigmoid",
        ),
        (
            "no, yes, no",
            {"loss": "binary_cross_entropy", "units": 2},
            "labels are for the losses of classes: nll, cross_entropy, "
            "softmax_cross_entropy, multi_margin; for binary_cross_entropy write "
            "targets",
        ),
    ],
)
def test_what_is_wrong_is_told_with_a_remedy(
    labels: str, keys: dict[str, Any], message: str
) -> None:
    found = refused(text(**keys, data=INLINE % labels))
    assert found.split(" error: ")[1] == message
