"""An axis a million labels long costs no more than its two ends."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
import yaml
from running.replacing import replace_here
from running.tiers import wide_but
from running.tools import ROOT

from bpgen.commands.emit import text_of
from bpgen.errors import Problems
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.network.network import Network, resolve
from bpgen.network.spec import load
from bpgen.program.axes import Flat, Lazy, Numbered
from bpgen.program.nodes import Index
from bpgen.writing.options import Options

MILLION = 1_000_000


def network(*layers: dict[str, Any], size: Any) -> Network:
    """A net of these layers."""
    spec = {"name": "wide", "input": size, "layers": layers}
    spec |= {"loss": "half_squared_error", "optimizer": {"type": "adam"}}
    problems = Problems()
    content = yaml.safe_dump(spec).encode()
    return resolve(load(content, "wide.yaml", problems), ROOT, problems)


def test_labels_are_a_stem_and_a_number() -> None:
    assert list(Numbered(3, "h")) == ["h1", "h2", "h3"]
    assert list(Numbered(2, "w", first=0)) == ["w0", "w1"]
    assert Numbered(3, "h")[-1] == "h3"
    assert Numbered(3, "h")[1:] == ("h2", "h3")
    with pytest.raises(IndexError):
        Numbered(3, "h")[3]


def test_flat_labels_go_row_by_row() -> None:
    flat = Flat((Numbered(2, "c"), Numbered(2), ("left", "right")))
    assert len(flat) == 8
    assert list(flat)[:3] == ["c1_1_left", "c1_1_right", "c1_2_left"]
    assert flat[-1] == "c2_2_right"


DENSE = {"type": "dense", "name": "h", "units": MILLION, "activation": "sigmoid"}
LAST = {"type": "dense", "name": "o", "units": 2}
CONVOLUTION = {"type": "conv2d", "name": "c", "filters": 4, "kernel": 3}
WIDE: dict[str, tuple[Any, ...]] = {
    "units": (4, DENSE, LAST),
    "outputs": (4, DENSE),
    "inputs": (MILLION, LAST),
    "pixels": ([1, 502, 502], CONVOLUTION, {"type": "flatten", "name": "f"}, LAST),
    "words": (
        3,
        {"type": "embedding", "name": "e", "vocabulary": MILLION, "size": 2},
        {"type": "flatten", "name": "f"},
        LAST,
    ),
}


@pytest.mark.parametrize("language", wide_but(LANGUAGES, "dart".__eq__))
@pytest.mark.parametrize("what", wide_but(WIDE, ("units", "outputs").__contains__))
def test_loops_ask_for_no_element_of_a_wide_layer(
    what: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, *layers = WIDE[what]
    asked: list[int] = []
    made: list[Index | int] = []

    def label(axis: Lazy, place: int) -> str:
        asked.append(place)
        assert len(asked) < 100
        return "label"

    def index(value: Index | int) -> Index:
        made.append(value)
        assert len(made) < 100_000
        return value if isinstance(value, Index) else Index(value)

    replace_here(monkeypatch, Numbered, "label", label)
    replace_here(monkeypatch, Flat, "label", label)
    replace_here(monkeypatch, Index, "of", index)
    found = network(*layers, size=size)
    text = text_of(found, lower(found), Options(language, "loops"), "wide.yaml")
    assert len(text) < 150_000  # C has some 100,000 of any net; the labels are millions
    assert text.count("\n") < 4000


def test_other_threads_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_here(monkeypatch, Numbered, "label", lambda axis, place: "label")
    found: list[str] = []
    other = Thread(target=lambda: found.append(Numbered(3, "h")[2]))
    other.start()
    other.join()
    assert found == ["h3"]
    assert Numbered(3, "h")[2] == "label"
