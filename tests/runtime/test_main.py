"""What main prints, by the evaluator and by the emitted Python file: the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nets.net import EXAMPLES, Net, dense, spec
from nets.table import NETS
from running.emitted import module

from bpgen.commands.emit import text_of
from bpgen.commands.nets import load_network
from bpgen.lowering.network import lower
from bpgen.program.evaluated import EvaluatedBlocks, Values
from bpgen.runtime import main, showing
from bpgen.runtime.arrays import largest_at
from bpgen.runtime.constants import Constants
from bpgen.runtime.own_data import data, rows_of
from bpgen.writing import recorded
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
            "yes_or_no",
            [dense(1, "sigmoid")],
            "binary_cross_entropy",
            classes=["no", "yes"],
            data={"inputs": ROWS, "labels": ["no", "yes", "yes", "no"]},
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
            "diverges",
            [dense(2), dense(1)],
            "mse",
            training=FEW | {"report_every": 1},
            optimizer={"type": "sgd", "learning_rate": 1e5},
            data={"inputs": ROWS, "targets": [[row[1]] for row in ROWS]},
        ),
        net(
            "classes_held",
            TWO,
            "cross_entropy",
            training=FEW | {"validation": 0.25},
            data={"inputs": ROWS, "labels": [0, 1, 1, 0]},
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
STOPPED = [
    "stopped after epoch 4: no better loss in 2 epochs",
    "best epoch: 2, its parameters are back",
]
WITHOUT = {
    own.name: own
    for own in (
        net("two_numbers", [dense(2)], "mse"),
        net(
            "named_classes",
            [dense(2)],
            "softmax_cross_entropy",
            classes=["fig", "plum"],
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


LAST = "the last flag needs something after it; see --help"


@pytest.mark.parametrize("name", [name for name in WITH_DATA if name != "diverges"])
def test_training_is_shown_alike(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = WITH_DATA[name]
    blocks = EvaluatedBlocks(given.program)
    ours = printed(lambda: main.main(facts(given), blocks, []), capsys)
    for style in given.styles:
        assert (
            printed(lambda style=style: emitted(given, style)._run([]), capsys) == ours
        )
    lines = ours[1].splitlines()
    assert ours[0] == 0
    assert lines[0].startswith("epoch  1  loss ")
    predicted = [line for line in lines if line.startswith("predicted ")]
    assert len(predicted) == min(10, len(given.spec["data"]["inputs"]))
    shown = [line.split()[1] for line in lines if line.startswith("epoch ")]
    assert shown == ["1", "5", "10"][: 1 if name == "stops" else 3]
    said = [line for line in lines if line.startswith(("stopped", "best"))]
    assert said == (STOPPED if name == "stops" else [])
    held = " validation " in lines[0]
    assert held == ("validation" in given.spec["training"])
    assert (" accuracy " in lines[0]) == (name == "classes_held")


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
    assert float(ours[1].splitlines()[0].split()[-1]) < 1e-6


@pytest.mark.parametrize("name", ["numbers", "one_unit"])
def test_help_tells_every_flag(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = CHECKED[name]
    blocks = EvaluatedBlocks(given.program)
    ours = printed(lambda: main.main(facts(given), blocks, ["--help"]), capsys)
    assert printed(lambda: emitted(given)._run(["--help"]), capsys) == ours
    flags = [line.split()[0] for line in ours[1].splitlines()]
    known = ["--save", "--load", "--epochs", "--seed", "--check", "--help"]
    assert flags == known + ["--data"] * (name == "one_unit")
    assert ours[0] == 0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--nonsense"], "no such flag: --nonsense; --help lists those that there are"),
        (["x"], "no such flag: x; --help lists those that there are"),
        (["--check", "x"], "no such flag: x; --help lists those that there are"),
        (["--epochs"], LAST),
        (["--seed", "1", "--save"], LAST),
        *(
            (["--epochs", n], f"expected a whole number from 1 to 1000000000, got {n}")
            for n in ("0", "-1", "1.5", "x", "nan", "inf", "1e300")
        ),
        (["--seed", "4294967296"], "--seed: expected a whole number from 0 to "
        "4294967295, got 4294967296"),
    ],
)  # fmt: skip
def test_wrong_flags_are_refused_in_a_line(flags: list[str], message: str) -> None:
    given = WITH_DATA["numbers"]
    blocks = EvaluatedBlocks(given.program)
    for run in (
        lambda: main.main(facts(given), blocks, flags),
        lambda: emitted(given)._run(flags),
    ):
        with pytest.raises(ValueError, match=re.escape(message) + "$"):
            run()


@pytest.mark.parametrize("name", ["numbers", "stops", "classes_held"])
def test_what_is_saved_goes_on_where_it_was(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, file = WITH_DATA[name], tmp_path / "state.json"
    blocks = EvaluatedBlocks(given.program)
    found = []
    for run in (
        lambda *flags: main.main(facts(given), blocks.another(), [*flags]),
        lambda *flags: emitted(given)._run([*flags]),
        lambda *flags: emitted(given, "loops")._run([*flags]),
    ):
        assert run("--seed", "3", "--epochs", "2", "--save", str(file)) == 0
        first = file.read_text()
        assert json.loads(first)["epoch"] == 2
        assert run("--load", str(file), "--epochs", "3", "--save", str(file)) == 0
        found.append((first, file.read_text(), capsys.readouterr().out))
        assert f"saved: {file}, epoch 2" in found[-1][2]
        assert f"loaded: {file}, epoch 2" in found[-1][2]
    assert found[0] == found[1] == found[2]
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_a_net_that_diverges_keeps_what_it_had(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, file = WITH_DATA["diverges"], tmp_path / "state.json"
    blocks = EvaluatedBlocks(given.program)
    found = []
    for run in (
        lambda: main.main(facts(given), blocks, ["--save", str(file)]),
        lambda: emitted(given)._run(["--save", str(file)]),
        lambda: emitted(given, "loops")._run(["--save", str(file)]),
    ):
        assert run() == 1
        told = capsys.readouterr()
        epoch = re.match(r"the loss is no longer finite in epoch (\d+)\n", told.err)
        assert epoch
        assert "learning_rate" in told.err
        assert "predicted" not in told.out
        found.append((file.read_text(), told, int(epoch[1])))
        file.unlink()
    assert found[0] == found[1] == found[2]
    assert json.loads(found[0][0])["epoch"] == found[0][2] - 1 > 0


@pytest.mark.parametrize("style", ["unrolled", "loops"])
def test_ctrl_c_ends_where_the_parameters_are_whole(
    style: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, file = WITH_DATA["numbers"], tmp_path / "state.json"
    own = emitted(given, style)

    class Later(list[int]):  # a signal that comes after the third look
        looks = 0

        def __bool__(self) -> bool:
            self.looks += 1
            return self.looks > 3

    vars(own)["_signals"] = Later()
    assert own._run(["--save", str(file)]) == 130
    out = capsys.readouterr().out
    state = json.loads(file.read_text())
    assert f"interrupted after epoch {state['epoch']}" in out
    assert state["epoch"] == (4 if style == "unrolled" else 1)


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c,t1,t2\n0,0.5,1,0.25,1\n1,-0.5,0.25,1,0\n",
        '\ufeff"a";"b";"c";"t1";"t2"\r\n"0";0.5;1; 0.25 ;1\r\n1;-0.5;.25;1;0\r\n\r\n',
        "a\tb\tc\tt1\tt2\n0\t0.5\t1\t0.25\t1\n1\t-0.5\t0.25\t1\t0",
    ],
)
def test_a_net_without_data_learns_from_a_table(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, file = WITHOUT["two_numbers"], tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    own = facts(given)
    rows = [[0.0, 0.5, 1.0], [1.0, -0.5, 0.25]], [[0.25, 1.0], [1.0, 0.0]]
    assert rows_of(own, str(file)) == rows
    flags = ["--data", str(file)]
    blocks = EvaluatedBlocks(given.program)
    ours = printed(lambda: main.main(own, blocks, flags), capsys)
    assert printed(lambda: emitted(given)._run(flags), capsys) == ours
    assert ours[1].startswith("epoch  1  loss ")


def test_labels_of_a_table_are_classes_by_name_or_number(tmp_path: Path) -> None:
    given, file = WITHOUT["named_classes"], tmp_path / "rows.csv"
    file.write_text("a,b,c,kind\n1,2,3,plum\n4,5,6,0\n", encoding="utf-8")
    targets = rows_of(facts(given), str(file))[1]
    assert targets == [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,c,t1,t2\n1,2,3,4,x\n", ":2: expected a number, got x"),
        ("a,b,c,t1,t2\n1,2,3,4,\n", ":2: expected a number, got "),
        ("a,b,c,t1,t2\n1,2,3,4,5\n1,2,3,4\n", ":3: expected 5 columns, got 4"),
        ("a,b\n1,2\n", ":1: expected 5 columns, got 2"),
        ("a,b,c,t1,t2\n", ": there are no rows below the names of the columns"),
    ],
)
def test_wrong_tables_are_refused_in_a_line(
    text: str, message: str, tmp_path: Path
) -> None:
    given, file = WITHOUT["two_numbers"], tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    blocks = EvaluatedBlocks(given.program)
    for run in (
        lambda: main.main(facts(given), blocks, ["--data", str(file)]),
        lambda: emitted(given)._run(["--data", str(file)]),
    ):
        with pytest.raises(ValueError, match=re.escape(f"{file}{message}")):
            run()


def test_a_net_without_data_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"add --data FILE\.csv"):
        emitted(WITHOUT["two_numbers"])._run([])


# What somebody may do to a file, in every form that the update has.
EDITS = {
    "update": (r"w\[i\] -= self.learning_rate \* dw\[i\]", "w[i] += self.learning_rate"
    " * dw[i]"),
    "fast update": (r"-= rate \* \(dz_h1 \* x1\)", "+= rate * (dz_h1 * x1)"),
    "rate": (r"self.learning_rate = 1.0", "self.learning_rate = 1.0001"),
    "start": (r"limit = 1.09544", "limit = 1.09545"),
    "order": (r"range\(len\(items\) - 1, 0, -1\)", "range(len(items) - 2, 0, -1)"),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_finds_that_its_steps_are_others(
    edit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    net = load_network(str(EXAMPLES / "xor.yaml"))
    text = text_of(net, lower(net), Options("python", "unrolled"), "xor.yaml")
    found = []
    for changed in (text, re.sub(*EDITS[edit], text)):
        own = module(changed, "xor")
        found.append(printed(lambda own=own: own._run(["--check"]), capsys))
    assert [code for code, _ in found] == [0, 1]
    assert "largest error of a step: " in found[1][1]


def test_a_large_net_says_that_no_steps_are_recorded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = NETS["one_unit"]
    monkeypatch.setattr(recorded, "MOST_WORK", 0)
    code, out = printed(lambda: emitted(given, "loops")._run(["--check"]), capsys)
    assert code == 0
    assert "no steps are recorded: the net is too large" in out


LOG = [{"name": "logarithm", "of": "x", "formula": "log(x)"}]
UNRECORDED = {
    "a formula of the net has no value there": {
        "layers": [dense(2, "logarithm")],
        "functions": LOG,
        "data": {"inputs": [[-9.0] * 3, [9.0] * 3], "targets": [[0.0, 0.0]] * 2},
    },
    "the net has nothing to train": {
        "layers": [{"type": "sigmoid"}],
        "data": {"inputs": ROWS, "targets": ROWS},
    },
    "the loss does not stay finite": {
        "layers": [dense(2, "steep")],
        "functions": [{"name": "steep", "of": "x", "formula": "exp(x * x)"}],
        "optimizer": {"type": "sgd", "learning_rate": 1e300},
        "data": {"inputs": ROWS, "targets": [row[:2] for row in ROWS]},
    },
}


@pytest.mark.parametrize("reason", UNRECORDED)
def test_a_check_says_why_no_steps_are_recorded(reason: str) -> None:
    given = net("unrecorded", loss="mse", **UNRECORDED[reason])
    assert facts(given).unrecorded == reason
    assert f"no steps are recorded: {reason}" in text_of(
        given.network, given.program, Options("python", "loops"), "net.yaml"
    )


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
        assert data(own) == (own.inputs, own.answers)


def test_classes_are_shown_by_turns_with_their_names_and_probabilities(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = WITH_DATA["named_by_logits"]
    lines = printed(lambda: emitted(given)._run([]), capsys)[1].splitlines()
    shown = [line.split() for line in lines if line.startswith("predicted ")]
    names = [words[-1] for words in shown]
    assert names == ["fig"] * 4 + ["plum"] * 4 + ["pear"] * 2
    for _, name, share, _, _ in shown:
        assert name in ("fig", "plum", "pear")
        assert 1 / 3 <= float(share.strip("()")) <= 1.0


def test_numbers_are_shown_with_six_decimals() -> None:
    assert showing.shown([0.5, -1.0, 1e-9]) == "0.500000 -1.000000 0.000000"


def test_of_equal_numbers_the_first_is_the_largest() -> None:
    assert [largest_at(row) for row in ([1.0], [0.0, 2.0, 2.0], [-1.0, -2.0])] == [
        *(0, 1, 0)
    ]
