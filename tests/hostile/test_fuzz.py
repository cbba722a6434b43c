"""What the fuzzer asks: good inputs have an answer, and a wrong one is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile.fuzz import MOST, TARGETS, ask, seeds, words

from bpgen.commands.nets import load_network


def test_what_it_begins_with_is_taken(tmp_path: Path) -> None:
    kinds = set()
    for content in seeds().values():
        ask(content, tmp_path)
        kinds.add(TARGETS[content[0]])
    assert kinds == set(TARGETS)
    assert {"dense", "mse", "layers"} < set(words())


def test_it_finds_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.yaml").write_bytes(seeds()["net0"][1:])
    assert load_network(str(tmp_path / "net.yaml")).weights < MOST

    def wrong(network: object) -> None:
        raise IndexError

    monkeypatch.setattr("bpgen.lowering.network.lower", wrong)
    with pytest.raises(IndexError):
        ask(seeds()["net0"], tmp_path)
