"""What main prints, by the evaluator and by the emitted Python file: the same."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from nets.net import Net, dense, spec
from nets.table import NETS
from running.emitted import module

from bpgen.commands.emit import text_of
from bpgen.program.evaluated import EvaluatedBlocks, Values
from bpgen.runtime import main
from bpgen.runtime.constants import Constants
from bpgen.writing.facts import constants_of
from bpgen.writing.options import Options

FEW: dict[str, Any] = {"epochs": 12, "batch_size": 2, "report_every": 5}
ROWS = [[0.0, 0.5, 1.0], [1.0, -0.5, 0.25], [0.5, 0.5, 0.5], [-1.0, 2.0, 0.0]]
MANY = [[x + 0.25 * n for x in row] for row in ROWS for n in range(8)]
CLASSES = [n % 2 for n in range(len(MANY))]


def net(name: str, layers: list[Any], loss: str, **more: Any) -> Net:
    """A net with data of its own, trained for a moment."""
    shape = more.pop("input", 3)
    return Net(name, spec(shape, layers, loss, training=FEW) | more)


TWO = [dense(3, "tanh"), dense(2, "softmax")]
WITH_DATA = {
    own.name: own
    for own in (
        net(
            "numbers",
            [dense(2, "tanh"), dense(2)],
            "mse",
            data={"inputs": ROWS, "targets": [row[:2] for row in ROWS]},
        ),
        net(
            "classes",
            TWO,
            "cross_entropy",
            data={"inputs": ROWS, "labels": [0, 1, 1, 0]},
        ),
        net(
            "named_by_logits",
            [dense(3)],
            "softmax_cross_entropy",
            classes=["fig", "plum", "pear"],
            data={"inputs": MANY[:24], "labels": [0] * 12 + [1] * 10 + [2] * 2},
        ),
        net(
            "classes_as_text",
            TWO,
            "cross_entropy",
            data={"inputs": MANY, "labels": CLASSES},
        ),
        net(
            "targets_as_text",
            [dense(1)],
            "huber",
            data={"inputs": MANY, "targets": [[row[0]] for row in MANY]},
        ),
        net(
            "classes_of_steps",
            [{"type": "embedding", "vocabulary": 4, "size": 2}, dense(3, "softmax")],
            "cross_entropy",
            input=2,
            data={"inputs": [[0, 1], [3, 2]] * 20, "labels": [[0, 2], [1, 1]] * 20},
        ),
        net(
            "stops",
            [dense(1)],
            "mse",
            training=FEW | {"early_stopping": {"patience": 2, "min_delta": 0.5}},
            data={"inputs": ROWS, "targets": [[row[1]] for row in ROWS]},
        ),
        net(
            "validated",
            [dense(3, "relu"), {"type": "dropout", "rate": 0.25}, dense(1)],
            "mse",
            training=FEW | {"validation": 0.25},
            data={"inputs": ROWS, "targets": [[row[1]] for row in ROWS]},
        ),
    )
}
WITHOUT_DATA = ("one_unit", "two_classes", "embedding_classes", "steps_softmax")
CHECKED = WITH_DATA | {name: NETS[name] for name in WITHOUT_DATA}


def facts(given: Net) -> Constants:
    """The constants of the emitted file: its data may be text."""
    return constants_of(given.network, given.program, Options("python", "loops"))


def emitted(given: Net, style: str = "unrolled") -> ModuleType:
    """The emitted Python file."""
    text = text_of(given.network, given.program, Options("python", style), "net.yaml")
    return module(text, given.name)


def printed(
    run: Callable[[], int], capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """The exit code, and what was printed."""
    code = run()
    return code, capsys.readouterr().out


@pytest.mark.parametrize("name", WITH_DATA)
def test_training_is_shown_alike(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = WITH_DATA[name]
    blocks = EvaluatedBlocks(given.program)
    ours = printed(lambda: main.demonstrate(facts(given), blocks), capsys)
    for style in given.styles:
        assert printed(emitted(given, style)._demonstrate, capsys) == ours
    lines = ours[1].splitlines()
    assert ours[0] == 0
    assert lines[0].startswith("epoch  1  loss ")
    predicted = [line for line in lines if line.startswith("predicted ")]
    assert len(predicted) == min(10, len(given.spec["data"]["inputs"]))
    shown = [line.split()[1] for line in lines if line.startswith("epoch ")]
    assert shown == ["1", "5", "10"][: 1 if name == "stops" else 3]


@pytest.mark.parametrize("name", CHECKED)
def test_gradients_are_checked_alike(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = CHECKED[name]
    blocks = EvaluatedBlocks(given.program)
    ours = printed(lambda: main.check(facts(given), blocks), capsys)
    assert printed(emitted(given)._check, capsys) == ours
    assert ours[0] == 0
    assert ours[1].startswith("largest gradient error: ")
    assert float(ours[1].split()[-1]) < 1e-6


@pytest.mark.parametrize("name", ["numbers", "one_unit"])
def test_flags_are_understood_alike(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given, emitted_main = CHECKED[name], emitted(CHECKED[name])._run
    for flags, code in ((["--help"], 0), (["--nonsense"], 2), (["--check", "x"], 2)):
        blocks = EvaluatedBlocks(given.program)
        assert main.main(facts(given), blocks, flags) == code
        ours = capsys.readouterr()
        assert emitted_main(flags) == code
        assert capsys.readouterr() == ours
        shown, other = (ours.out, ours.err)[:: -1 if code else 1]
        assert "--check" in shown
        assert "--help" in shown
        assert ("nothing" in shown) == (name == "numbers")
        assert not other


def test_a_check_that_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    given = NETS["one_unit"]

    class Wrong(EvaluatedBlocks):
        def another(self) -> Wrong:
            return Wrong(self.program)

        def backward(self, kept: Values, targets: list[float]) -> None:
            super().backward(kept, [target + 1.0 for target in targets])

    code, text = printed(lambda: main.check(facts(given), Wrong(given.program)), capsys)
    assert code == 1
    assert float(text.split()[-1]) > 1e-2


def test_data_as_text_are_the_data() -> None:
    for name in ("classes_as_text", "targets_as_text", "classes_of_steps"):
        given = WITH_DATA[name]
        own = facts(given)
        assert own.has_text
        assert main.data(own) == (own.inputs, own.answers)


def test_classes_are_shown_by_turns_with_their_names_and_probabilities(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = WITH_DATA["named_by_logits"]
    lines = printed(emitted(given)._demonstrate, capsys)[1].splitlines()
    shown = [line.split() for line in lines if line.startswith("predicted ")]
    names = [words[-1] for words in shown]
    assert names == ["fig"] * 4 + ["plum"] * 4 + ["pear"] * 2
    for _, name, share, _, _ in shown:
        assert name in ("fig", "plum", "pear")
        assert 1 / 3 <= float(share.strip("()")) <= 1.0


def test_numbers_are_shown_with_six_decimals() -> None:
    assert main.shown([0.5, -1.0, 1e-9]) == "0.500000 -1.000000 0.000000"


def test_of_equal_numbers_the_first_is_the_largest() -> None:
    assert [main.largest_at(row) for row in ([1.0], [0.0, 2.0, 2.0], [-1.0, -2.0])] == [
        *(0, 1, 0)
    ]
