"""Labels that stand in net.yaml itself: numbers, or the names of classes."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets.bad import net, refused

from bpgen.commands.nets import load_network

INLINE = "{inputs: [[0, 1], [1, 0], [1, 1]], labels: %s}"


@pytest.mark.parametrize(
    ("labels", "classes", "names", "found"),
    [
        ("[no, yes, no]", None, ["no", "yes"], [0, 1, 0]),
        ("[yes, no, no]", None, ["yes", "no"], [0, 1, 1]),
        ("[yes, no, no]", "[no, yes]", ["no", "yes"], [1, 0, 0]),
        ("[1, 2, 1]", "[1, 2]", ["1", "2"], [0, 1, 0]),
        ("[1, 0, 1]", "[no, yes]", ["no", "yes"], [1, 0, 1]),
        ("[1, 0, 1]", None, [], [1, 0, 1]),
    ],
)
def test_labels_in_the_net_may_be_names(
    labels: str,
    classes: str | None,
    names: list[str],
    found: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    text = net(loss="softmax_cross_entropy", data=INLINE % labels, classes=classes)
    (tmp_path / "net.yaml").write_text(text)
    network = load_network("net.yaml")
    assert list(network.class_names) == names
    assert network.data
    assert [label for (label,) in network.data.labels or ()] == found


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("[no, yes, @maybe]", "'maybe' is one class too many after [no, yes]"),
        ("@[no, no, no]", "the data has 1 classes, and the net has 2 outputs"),
        ("[no, @'y$', no]", "'y$' cannot be the name of a class"),
        ("[0, 1, @yes]", "expected a whole number, got 'yes'"),
        ("[no, yes, @[no]]", "expected a whole number from 0 to 1000000, got a list"),
    ],
)
def test_labels_that_are_no_names_are_told(
    labels: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = net(loss="softmax_cross_entropy", data=INLINE % labels)
    lines, places = refused(tmp_path, text)
    assert any(places[0] in line and message in line for line in lines), lines
