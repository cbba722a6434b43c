"""Recurrent layers and reshape: what does not fit is one sentence at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets.bad import layers, refused

STEPS = "[3, 2]"  # three steps of two features
TIME = "needs a sequence [time, features], got"


def sequence(*texts: str) -> str:
    """A net of these layers whose input is a sequence."""
    return layers(*texts, input=STEPS)


TABLE = [
    *(
        (layers(f"@{{type: {kind}, units: 2}}"), f"{kind} {TIME} 2: add a reshape")
        for kind in ("rnn", "lstm", "gru")
    ),
    (layers("@{type: gru, units: 2}", input="[3, 4, 5]"), f"gru {TIME} [3, 4, 5]"),
    (
        sequence("{type: gru, name: g, units: 4}", "@{type: lstm, units: 2}"),
        f"lstm {TIME} 4",
    ),
    (layers("@last_step"), f"last_step {TIME} 2"),
    (layers("@first_step"), f"first_step {TIME} 2"),
    (layers("@transpose"), "transpose needs two axes, got 2: add a reshape layer"),
    (
        layers("@transpose", input="[1, 2, 3]"),
        "transpose needs two axes, got [1, 2, 3]: write its `axes`",
    ),
    (
        layers("{type: transpose, axes: @[0, 1]}", input="[1, 2, 3]"),
        "the axes [0, 1] of [1, 2, 3]: expected each of 0, 1, 2 once",
    ),
    (
        sequence("{type: transpose, axes: @[1, 1]}"),
        "expected each of 0, 1 once",
    ),
    (
        layers("{type: transpose, axes: @[0, 1]}"),
        "the axes [0, 1] of 2: expected an input of two or three axes",
    ),
    (sequence("{type: transpose, axes: [0, @3]}"), "expected a whole number from 0"),
    (layers("@{type: pad1d, padding: 1}"), "pad1d needs [channels, length], got 2"),
    (
        sequence("@{type: pad2d, padding: 1}"),
        "pad2d needs [channels, height, width], got",
    ),
    (sequence("@pad1d"), "missing key 'padding' in the layer 'pad1d'"),
    (
        sequence("{type: pad1d, padding: @same}"),
        "expected a whole number, got 'same'",
    ),
    (layers("@mean_steps", input="[1, 2, 2]"), f"mean_steps {TIME} [1, 2, 2]"),
    (layers("@max_steps"), f"max_steps {TIME} 2"),
    (sequence("@lstm"), "missing key 'units' in the layer 'lstm'"),
    (sequence("{type: lstm, units: @0}"), "expected a whole number from 1"),
    (sequence("{type: rnn, units: 2, return_sequences: @1}"), "true or false, got '1'"),
    (sequence("{type: rnn, units: 2, bidirectional: @both}"), "got 'both'"),
    (sequence("{type: gru, units: 2, bias: @no}"), "true or false, got 'no'"),
    (sequence("{type: gru, units: 2, initializer: @he}"), "unknown initializer 'he'"),
    (sequence("{type: rnn, units: 2, activation: @tan}"), "(did you mean 'tanh'?)"),
    (
        sequence("{type: rnn, units: 2, activation: @softmax}"),
        "softmax needs all units at once, those of rnn go one by one",
    ),
    (
        sequence("{type: gru, units: 2, reset: @befor}"),
        "unknown reset 'befor' (did you mean 'before'?)",
    ),
    (
        sequence("{type: lstm, units: 2, @activation: relu}"),
        "unknown key 'activation'",
    ),
    (
        sequence(
            "{type: rnn, name: a, units: 2, return_sequences: true}",
            "{type: rnn, units: 2, bidirectional: true, share: @a}",
        ),
        "cannot be shared",
    ),
    (
        sequence(
            "{type: gru, name: a, units: 2, return_sequences: true}",
            "{type: lstm, units: 2, share: @a}",
        ),
        "a is a gru layer, not lstm",
    ),
    (
        sequence("{type: reshape, shape: @[4, 2]}"),
        "cannot reshape [3, 2] to [4, 2]: 6 elements are not 8",
    ),
    (sequence("{type: reshape, shape: @5}"), "cannot reshape [3, 2] to 5"),
    (
        layers("{type: reshape, shape: @[1000000, 1000000]}"),
        "cannot reshape 2 to [1000000, 1000000]",
    ),
    (sequence("@reshape"), "missing key 'shape' in the layer 'reshape'"),
    (sequence("{type: reshape, shape: @[]}"), "expected 1 to 3 sizes, got 0"),
    (sequence("{type: reshape, shape: @[1, 1, 2, 3]}"), "expected 1 to 3 sizes, got 4"),
    (sequence("{type: reshape, shape: [6, @0]}"), "got '0'"),
    (sequence("{type: reshape, shape: @{a: 1}}"), "expected a size or a shape"),
    (sequence("@{type: lstm, units: 100000}"), "are more than 10,000,000"),
]


@pytest.mark.parametrize(("text", "message"), TABLE, ids=[row[1] for row in TABLE])
def test_a_fault_is_one_sentence_at_its_place(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,), (place,) = refused(tmp_path, text)
    assert line.startswith(f"{place}: error: ")
    assert message in line
