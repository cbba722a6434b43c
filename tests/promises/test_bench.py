"""The bench measures what it says, and shows all of it; nothing is timed here."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from running.emitted import module
from running.tools import ROOT, bpgen

from bench.building import LANGUAGES as MEASURED
from bench.building import CommandError
from bench.command import parser
from bench.drivers.emitted import flat
from bench.drivers.measure import Learner, Task, checksum, read
from bench.generator import Emission, emission
from bench.goals import GOALS
from bench.page import Run, page, terminal
from bench.peers.naive import Naive
from bench.peers.numpy_mlp import Numpy
from bench.peers.scalar_gpt import Gpt
from bench.programs import PEERS, PROGRAMS
from bench.timing import Measured, Result
from bench.works import WORKS, Work
from bpgen.languages import LANGUAGES

EXAMPLES = {"w5": "cnn", "w6": "lstm", "w7": "gpt"}


def emitted(work: Work) -> Any:
    """A net of the class that is measured."""
    result = bpgen("emit", "--library", str(work.net))
    assert result.code == 0, result.err
    return getattr(module(result.out), work.class_name)()


def task(work: Work, folder: Path) -> Task:
    """The task as the peers in Python read it."""
    path = folder / "task.txt"
    path.write_text(work.task(flat(emitted(work).parameters()), 0.5))
    return read(str(path))


@pytest.mark.wide
@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_work_has_a_net_in_every_language_that_is_measured(work: Work) -> None:
    assert work.net.stem == work.name
    for language in MEASURED.values():
        assert language in LANGUAGES
        result = bpgen("emit", "--library", "--lang", language, str(work.net))
        assert result.code == 0, result.err


@pytest.mark.wide
@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_net_can_train_on_its_samples(work: Work, tmp_path: Path) -> None:
    found = task(work, tmp_path)
    assert found.work == work.name
    assert len(found.inputs) == len(found.targets) >= found.timed_samples
    net = emitted(work)
    assert flat(net.parameters()) == found.parameters
    assert math.isfinite(net.train(found.inputs[:2], found.targets[:2], epochs=1))
    batch = yaml.safe_load(work.net.read_text())["training"]["batch_size"]
    assert found.timed_samples % batch == work.check[0] % batch == 0


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_net_is_what_its_work_says(work: Work) -> None:
    """Those of examples are these, but for the order of their samples."""
    net = yaml.safe_load(work.net.read_text())
    assert net.pop("name") == work.name
    training = net["training"]
    assert training.pop("shuffle") is False
    if work.shape is None:
        path = ROOT / "examples" / f"{EXAMPLES[work.name]}.yaml"
        example = yaml.safe_load(path.read_text())
        del example["name"], example["about"], example["data"]
        del example["training"]["report_every"]
        example.pop("classes", None)  # are names alone
        assert net == example
        return
    hidden, output = net["layers"]
    shape = work.shape
    assert (net["input"], hidden["units"], output["units"], hidden["activation"]) == (
        *(shape.inputs, shape.hidden, shape.outputs),
        shape.activation,
    )
    assert net["loss"] == shape.loss
    assert net["optimizer"] == {"type": "sgd", "learning_rate": shape.rate}
    assert training["batch_size"] == shape.batch


@pytest.fixture
def deep() -> Iterator[None]:
    """Room for recursion as deep as the scalar GPT's way to its loss, in this test
    alone: what reads JSON relies on the limit that there is."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.wide
@pytest.mark.usefixtures("deep")
@pytest.mark.parametrize(
    ("name", "learner"),
    [
        *((name, learner) for name in ("w1", "w2", "w3") for learner in (Naive, Numpy)),
        ("w7", Gpt),
    ],
)
def test_peers_compute_the_same(
    name: str, learner: type[Learner], tmp_path: Path
) -> None:
    work = WORKS[name]
    found = task(work, tmp_path)
    count, epochs = (1, 1) if name == "w7" else work.check
    peer, net = learner(found), emitted(work)
    inputs, targets = found.inputs[:count], found.targets[:count]
    peer.train(peer.prepared(inputs, targets), epochs)
    net.train(inputs, targets, epochs=epochs)
    expected = checksum(flat(net.parameters()))
    assert math.isclose(checksum(peer.numbers()), expected, rel_tol=1e-12)


def test_every_file_of_a_peer_is_measured() -> None:
    folder = ROOT / "bench" / "peers"
    there = {path.name for path in folder.iterdir() if path.is_file()}
    listed = {file for program in PEERS for file in program.files}
    assert there - {"__init__.py"} == listed
    assert all(program.is_peer for program in PEERS)


def test_goals_are_about_what_is_measured() -> None:
    for goal in GOALS:
        for name in (goal.program, goal.other):
            assert set(goal.wanted) <= set(PROGRAMS[name].works), goal.title


def faked(left_out: str = "") -> tuple[Result, Run]:
    """A result in which every program takes as long as its place says."""
    result = Result()
    for place, program in enumerate(PROGRAMS.values()):
        if program.name == left_out:
            result.missing[program.name] = "needs it: install it"
            continue
        for work in program.works:
            times = [place + 1.0, place + 1.5, place + 2.0]
            result.measured[work, program.name] = Measured(times, 1.25)
    known = {"Python": "3.10.1"}
    emitted = (
        Emission((100, 90, 10), "unrolled", "dart", 2.5, 150_000_000, 3_600_000),
    )
    run = Run(tuple(WORKS), tuple(PROGRAMS), 3, 0.5, "abc1234", known, emitted)
    return result, run


@pytest.mark.parametrize("text_of", [page, terminal])
def test_the_page_has_all_rows(text_of: Any) -> None:
    lines = text_of(*faked()).splitlines()
    for program in PROGRAMS.values():
        rows = [line for line in lines if line.startswith(f"| {program.title} ")]
        assert len(rows) == len(program.works), program.name
        own = [row for row in rows if "its own" in row]
        assert len(own) == len(set(program.works) - set(program.same)), program.name
    for goal in GOALS:
        rows = [line for line in lines if line.startswith(f"| {goal.title} ")]
        assert len(rows) == len(goal.wanted)
        assert all(row.endswith(("| yes |", "|  no |")) for row in rows)


@pytest.mark.parametrize("text_of", [page, terminal])
def test_the_page_tells_what_emitting_takes(text_of: Any) -> None:
    row = next(x for x in text_of(*faked()).splitlines() if "Dart, unrolled" in x)
    assert row.split("|")[2:-1] == [
        *("     10,000 ", "    2.50 ", "          150 ", "         3.60 ")
    ]


def test_an_emission_is_measured(tmp_path: Path) -> None:
    """The weights of its net are counted as bpgen does; a refusal is no time."""
    found = emission((3, 2, 1), "loops", "python", tmp_path)
    assert f"{found.parameters} parameters" in (tmp_path / "wide.python").read_text()
    assert found.seconds > 0 and found.memory > 10**7
    assert found.size == (tmp_path / "wide.python").stat().st_size
    with pytest.raises(CommandError, match="exit code 2"):
        emission((10, 10**6, 1), "loops", "python", tmp_path)


def test_the_page_says_what_is_missing() -> None:
    result, run = faked(left_out="brain")
    text = page(result, run)
    assert "- brain.js 2 beta: needs it: install it\n" in text
    missing = [line for line in text.splitlines() if "not measured" in line]
    assert len(missing) == 4 + 4  # its rows, and those of its goals


def test_a_goal_is_a_ratio_of_medians() -> None:
    result, _ = faked()
    goal = next(goal for goal in GOALS if goal.at_most)
    pair = [result.measured["w1", name].median for name in (goal.program, goal.other)]
    found = goal.found(result, "w1")
    assert found == pair[0] / pair[1]
    assert goal.is_met("w1", goal.wanted["w1"])
    assert not goal.is_met("w1", goal.wanted["w1"] + 0.1)


def test_other_numbers_are_an_error() -> None:
    result, _ = faked()
    result.compare()
    assert result.errors == []
    result.measured["w3", "c"].checksum += 1e-6
    result.measured["w3", "fann"].checksum += 1.0  # a net of its own
    result.compare()
    (error,) = result.errors
    assert error.startswith("w3: c: checksum 1.250001")


def test_only_known_names_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    asked = parser().parse_args(["--only", "W3,w1", "--peers", "c"])
    assert (asked.only, asked.peers) == (["w1", "w3"], ["c"])
    with pytest.raises(SystemExit):
        parser().parse_args(["--only", "w8"])
    assert "no work is named w8: there are w1, w2" in capsys.readouterr().err
