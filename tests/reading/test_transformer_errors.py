"""Nets with norms, embeddings or attention that do not fit, told at their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets.bad import layers, refused

DENSE = "{type: dense, units: 4}"
INDICES = "{type: embedding, vocabulary: 3, size: 4}"
ABOVE_0 = "expected a number above 0, got '0'"

TABLE = [
    (layers("{type: layer_norm, epsilon: @0}"), ABOVE_0),
    (layers("{type: rms_norm, epsilon: @0}"), ABOVE_0),
    (layers("{type: rms_norm, @bias: true}"), "unknown key 'bias'"),
    (layers("{type: layer_norm, @groups: 2}"), "unknown key 'groups'"),
    (layers("@group_norm"), "missing key 'groups' in the layer 'group_norm'"),
    (
        layers("{type: group_norm, groups: @4}", input="6"),
        "6 channels of the input 6 do not divide into 4 groups",
    ),
    (
        layers("{type: group_norm, groups: @2}", input="[3, 2, 2]"),
        "3 channels of the input [3, 2, 2] do not divide into 2 groups",
    ),
    (
        layers("{type: group_norm, groups: @2}", input="[2, 3]"),
        "3 channels of the input [2, 3] do not divide into 2 groups",
    ),
    (layers("@{type: embedding, size: 2}"), "missing key 'vocabulary'"),
    (layers("{type: embedding, vocabulary: @0, size: 2}"), "from 1 to 1000000, got"),
    (layers("@" + INDICES, input="[2, 3]"), "embedding needs [time] indices"),
    (layers(DENSE, "@" + INDICES), "embedding reads indices, so it reads the net's"),
    (
        layers("{type: dense, name: h, units: 4}", INDICES[:-1] + ", inputs: @[h]}"),
        "embedding reads indices, so it reads the net's input",
    ),
    (
        layers("@positional_embedding"),
        "positional_embedding needs a sequence [time, features], got 2",
    ),
    (layers("@attention"), "attention needs a sequence [time, features], got 2"),
    (layers("@attention", input="[2, 2, 2]"), "[time, features], got [2, 2, 2]"),
    (
        layers("{type: attention, heads: @3}", input="[2, 4]"),
        "4 features of the input [2, 4] do not divide into 3 heads",
    ),
    (
        layers("{type: attention, size: 6, heads: @4}", input="[2, 4]"),
        "the size 6 does not divide into 4 heads",
    ),
    (
        layers("{type: attention, heads: 2, rotary: @true}", input="[2, 6]"),
        "rotary turns pairs: 3 numbers in a head are odd",
    ),
    (layers("{type: attention, size: @0}", input="[2, 4]"), "from 1 to 1000000"),
    (
        layers("{type: attention, dropout: @1}", input="[2, 4]"),
        "from 0 to below 1, got '1'",
    ),
    (
        layers(
            "{type: attention, name: h}",
            "{type: attention, size: 8, share: @h}",
            input="[2, 4]",
        ),
        "cannot be shared",
    ),
    (layers("{type: attention, heads: @0}", input="[2, 4]"), "from 1 to 1000000"),
    (layers("{type: attention, causal: @1}", input="[2, 4]"), "expected true or"),
    (
        layers(
            "{type: attention, name: h}",
            "{type: attention, bias: false, share: @h}",
            input="[2, 4]",
        ),
        "cannot be shared",
    ),
    (
        layers("{type: attention, name: h}", input="[2, 4]", frozen="[@h.query]"),
        "no parameter or layer 'h.query'",
    ),
]


@pytest.mark.parametrize(("text", "message"), TABLE, ids=[row[1] for row in TABLE])
def test_a_fault_is_one_sentence_at_its_place(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,), (place,) = refused(tmp_path, text)
    assert line.startswith(f"{place}: error: ")
    assert message in line
