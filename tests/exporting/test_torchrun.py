"""Exported programs train the same alone and as several processes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from exporting.watched import ALL, WATCHED, write_net, write_program
from running.tools import bpgen, dart, program, python

from bpgen.commands.exports import torch_text

SMALL = """\
name: small
input: [1, 4, 4]
layers:
  - {type: conv2d, name: c, filters: 3, kernel: 3, padding: same, bias: false}
  - {type: batch_norm, name: n}
  - relu
  - flatten
  - {type: dense, name: o, units: 2, activation: softmax}
loss: cross_entropy
optimizer: {type: adam, learning_rate: 0.01, clip: {norm: 1.0}}
regularization: {l2: 0.01}
training: {epochs: 3, batch_size: BATCH}
seed: 4
data: {inputs: ROWS, labels: [0, 1, 0, 1, 1, 0, 1]}
"""

# A process that is killed once it has saved five times.
SAVED = "            part.replace(file)\n"
DIES = """\
            import signal
            Processes.saves = getattr(Processes, "saves", 0) + 1
            if Processes.saves == 5:
                os.kill(os.getpid(), signal.SIGKILL)
"""


def trained(path: Path, saved: Path, processes: int, *more: str) -> dict[str, Any]:
    """What is saved after a training in so many processes."""
    flags = ("--double", "--save", str(saved), *more)
    start = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node")
    many = (*start, str(processes)) if processes > 1 else ()
    environment = {"OMP_NUM_THREADS": "1"}
    result = program(sys.executable, *many, str(path), *flags, environment=environment)
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(saved.read_text())
    return found | {"said": result.out.replace(saved.name, "FILE").splitlines()}


def assert_alike(own: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Two saved states, to 1e-12."""
    for key in ("net", "epoch", "generator"):
        assert own[key] == theirs[key]
    own["kept"], theirs["kept"] = (
        state["optimizer"].get("state", {}) for state in (own, theirs)
    )
    for group in ("parameters", "buffers", "schedule", "kept"):
        assert own[group].keys() == theirs[group].keys()
        for name, numbers in theirs[group].items():
            found = flat(own[group][name])
            assert found == pytest.approx(flat(numbers), rel=1e-12, abs=1e-12), name


def flat(nested: Any) -> list[float]:
    if isinstance(nested, list):
        return [number for item in nested for number in flat(item)]
    return [nested]


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 3, 7])
@pytest.mark.parametrize("processes", [2, 3])
def test_processes_share_a_batch_and_get_the_same_numbers(
    batch: int, processes: int, tmp_path: Path
) -> None:
    rows = [[(7 * n + 3 * k) % 5 / 5.0 for k in range(16)] for n in range(7)]
    text = SMALL.replace("BATCH", str(batch)).replace("ROWS", json.dumps(rows))
    (tmp_path / "small.yaml").write_text(text)
    path = tmp_path / "small.py"
    path.write_text(torch_text(str(tmp_path / "small.yaml")))
    one = trained(path, tmp_path / "one.json", 1)
    many = trained(path, tmp_path / "many.json", processes)
    assert_alike(many, one)


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize("name", WATCHED)
def test_processes_stop_early_at_the_same_epoch_and_say_the_same(
    name: str, processes: int, tmp_path: Path
) -> None:
    path = write_program(tmp_path, name)
    one = trained(path, tmp_path / "one.json", 1)
    many = trained(path, tmp_path / "many.json", processes)
    assert many["said"] == one["said"]
    assert_alike(many, one)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_processes_that_are_killed_go_on_where_they_were(
    name: str, tmp_path: Path
) -> None:
    path, file = write_program(tmp_path, name), tmp_path / "net.json"
    whole = trained(path, file, 2)
    file.unlink()
    mortal = tmp_path / "mortal.py"
    mortal.write_text(path.read_text().replace(SAVED, SAVED + DIES))
    start = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2")
    flags = ("--double", "--every", "3", "--save", str(file))
    assert python(*start, mortal, *flags).code != 0
    state = json.loads(file.read_text())
    assert state["under_way"]["steps"] > 0
    assert_alike(trained(path, file, 2, "--load", str(file)), whole)


@pytest.mark.slow
def test_training_goes_from_dart_to_two_processes_and_back(tmp_path: Path) -> None:
    """Early stopping is left out: each training watches for itself."""
    net = write_net(tmp_path, "classes")
    text = net.read_text().replace(", early_stopping: {patience: 3}", "")
    net.write_text(text)
    path = net.with_suffix(".py")
    path.write_text(torch_text(str(net)))
    emitted = net.with_suffix(".dart")
    assert bpgen("emit", "--lang", "dart", str(net), "-o", str(emitted)).code == 0

    def in_dart(saved: Path, *more: str) -> dict[str, Any]:
        words = ("run", str(emitted), "--save", str(saved), *more)
        result = program(dart(), *words)
        assert result.code == 0, result.err
        found: dict[str, Any] = json.loads(saved.read_text())
        return found

    first, second, third = (str(tmp_path / f"{name}.json") for name in "abc")
    whole = in_dart(tmp_path / "whole.json", "--epochs", "6")
    in_dart(Path(first), "--epochs", "2")
    trained(path, Path(second), 2, "--epochs", "2", "--load", first)
    assert_alike(in_dart(Path(third), "--epochs", "2", "--load", second), whole)
