"""The drivers do as running/script.py says, with a class that is easy to see through.

Its predict hands its inputs back, parameters() its own list, and loss refuses.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nets.table import NETS
from running.adapters import ADAPTERS, read
from running.emitted import need

from bpgen.verifying.script import (
    EARLY,
    WRONG,
    Attempt,
    Failure,
    Joined,
    Script,
    resolve,
)

FILES = {
    "python": (
        "echo_loops.py",
        """
class Echo:
    def __init__(self, seed=3):
        self.own = {"w": [float(seed)]}
    def predict(self, inputs):
        return inputs
    def parameters(self):
        return self.own
    def set_parameters(self, values):
        raise [ValueError, RuntimeError, KeyError][len(values)]("a and b")
    def train(self, inputs, targets, epochs, on_epoch):
        epoch = 1
        while epoch < epochs and on_epoch(epoch, 0.5) is not False:
            epoch += 1
        return 0.25
    def to_json(self):
        return '{"own": 1e999}'
""",
    ),
    "dart": (
        "echo_loops.dart",
        """
class Echo {
  Echo({int seed = 3}) : own = {'w': [seed.toDouble()]};
  final Map<String, Object> own;
  List<double> predict(List<double> inputs) => inputs;
  Map<String, Object> parameters() => own;
  void setParameters(Map<String, Object?> values) {
    throw [ArgumentError('a and b'), StateError('a and b'), 'a and b'][values.length];
  }
  double train(List<List<double>> inputs, List<List<double>> targets,
      {int epochs = 1, bool Function(int epoch, double loss)? onEpoch}) {
    var epoch = 1;
    while (epoch < epochs && onEpoch!(epoch, 0.5)) {
      epoch++;
    }
    return 0.25;
  }
  Map<String, Object?> toJson() => own;
}
""",
    ),
    "javascript": (
        "echo_loops.mjs",
        """
export class Echo {
  constructor({ seed = 3 } = {}) {
    this.own = { w: [seed] };
  }
  predict(inputs) {
    return inputs;
  }
  parameters() {
    return this.own;
  }
  setParameters(values) {
    const kinds = [RangeError, Error, TypeError];
    throw new kinds[Object.keys(values).length]("a and b");
  }
  train(inputs, targets, { epochs, onEpoch }) {
    let epoch = 1;
    while (epoch < epochs && onEpoch(epoch, 0.5) !== false) {
      epoch++;
    }
    return 0.25;
  }
  toJSON() {
    return this.own;
  }
}
""",
    ),
}
NUMBERS = [math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1, 1e300]


@pytest.fixture(params=[name for name in ADAPTERS if ADAPTERS[name].language in FILES])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Runs a script with the class and gives its answers."""
    adapter = ADAPTERS[request.param]
    need(adapter)
    name, text = FILES[adapter.language]
    (tmp_path / name).write_text(text.lstrip())

    def answered(script: Script) -> list[Any]:
        job: Any = SimpleNamespace(
            title="echo_loops",
            class_name="Echo",
            script_name="echo",
            script=lambda: script,
        )
        (line,) = adapter.run([job], tmp_path).splitlines()
        told = read(line.removeprefix("echo_loops "))
        assert isinstance(told, list), told
        return told

    return answered


def test_a_driver_keeps_to_the_script(run: Any) -> None:
    script = Script()
    net, other = script.new(), script.new(seed=7)
    echo = net.predict(NUMBERS)
    again = net.predict(echo)
    numbers = [other.parameters(), other.parameters()]
    repeated = net.repeat(2, "predict", [1.0])
    told = [net.train([[1.0]], [[0.0]], epochs=4, on_epoch=last) for last in (0, 2)]
    wrong = [net.set_parameters(dict.fromkeys("ab"[:k], 1.0)) for k in range(3)]
    missing = net.predict(wrong[0])
    state = net.to_json()
    answers = run(script)
    for found in resolve([echo, again], answers):
        assert [struct.pack(">d", n) for n in found[1:]] == [
            struct.pack(">d", n) for n in NUMBERS[1:]
        ]
        assert math.isnan(found[0])
    # The second time, the driver has overwritten what came out the first time.
    assert resolve(numbers, answers) == [{"w": [7.0]}, {"w": [9.0]}]
    assert resolve(repeated, answers) == [[1.0], [1.0]]
    pairs = [[1.0, 0.5], [2.0, 0.5], [3.0, 0.5]]
    assert resolve(told, answers) == [[0.25, pairs], [0.25, pairs[:2]]]
    joined = Joined((told[1][1], told[1][1]))
    assert resolve(joined, answers) == [*pairs[:2], *pairs[:2]]
    assert isinstance(resolve(state, answers), str)
    failures = [answers[reference.command] for reference in (*wrong, missing)]
    assert all(isinstance(failure, Failure) for failure in failures)
    assert [failure.kind for failure in failures[:2]] == [WRONG, EARLY]
    assert not {failure.kind for failure in failures[2:]} & {WRONG, EARLY}


def test_an_attempt_tells_what_happened_instead() -> None:
    script = Script()
    net = script.new()
    call, before, after = net.predict([]), net.to_json(), net.to_json()
    attempt = Attempt(call, before, after, WRONG, ("w",))
    for did, later, outcome in (
        (Failure(WRONG, "w: wrong"), "{}", "refused"),
        (Failure(WRONG, "all bad"), "{}", "refused with the words: all bad"),
        (Failure("TypeError", "w"), "{}", "refused as TypeError: w"),
        (Failure(WRONG, "w"), "[]", "refused, with a change"),
        ([1.0], "{}", "accepted"),
    ):
        assert resolve(attempt, [None, did, "{}", later]) == outcome
    with pytest.raises(AssertionError, match="command 1: TypeError: w"):
        resolve(call, [None, Failure("TypeError", "w")])


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", NETS)
def test_every_net_is_run_and_has_what_it_is_compared_with(
    name: str, full: bool
) -> None:
    styles = {a: set(adapter.styles(name, full)) for a, adapter in ADAPTERS.items()}
    assert styles["python"] == set(NETS[name].styles)
    for found, adapter in zip(styles.values(), ADAPTERS.values(), strict=True):
        assert found <= styles[adapter.same_as or "python"]
        assert found or adapter.nets or not (full or adapter.part == 1)
