"""Every kind of mistake occurs, and verify's comparison catches each that does harm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml
from nets.net import Net
from running.tiers import wide_but
from running.tools import ROOT

from bpgen.auditing.kinds import KINDS, mutants_of
from bpgen.auditing.mutants import Mutant
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.verifying.expected import Expected, by_duals
from bpgen.verifying.question import STEPS, Question, ask
from bpgen.verifying.verdict import cells

# Small nets in which every kind of mistake can be made.
NETS = {
    "dense": """
        input: 2
        layers:
          - {type: dense, name: h, units: 3, activation: sigmoid}
          - {type: dense, name: k, units: 2, activation: tanh}
          - {type: dense, name: o, units: 2, activation: sigmoid}
        loss: half_squared_error
        frozen: [o.bias]
    """,
    "adam": """
        input: 2
        layers:
          - {type: dense, name: h, units: 3, activation: relu}
          - {type: dense, name: o, units: 2}
        loss: mse
        optimizer: {type: adam, learning_rate: 0.01, weight_decay: 0.1}
        training: {batch_size: 3}
        regularization: {l2: 0.1}
    """,
    "convolution": """
        input: [2, 5]
        layers:
          - {type: conv1d, name: c, filters: 2, kernel: 2, stride: 2, padding: 1}
          - {type: conv1d, name: d, filters: 2, kernel: 2, padding: 1}
          - {type: avg_pool1d, kernel: 2}
          - flatten
          - {type: dense, name: o, units: 1}
        loss: mse
        optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9}
    """,
    "classes": """
        input: 2
        layers:
          - {type: dense, name: h, units: 2, activation: tanh}
          - {type: dense, name: o, units: 3, activation: softmax}
        loss: cross_entropy
    """,
    "norm": """
        input: 2
        layers:
          - {type: dense, name: h, units: 2, activation: tanh}
          - batch_norm
          - {type: dropout, rate: 0.3}
          - {type: dense, name: o, units: 1}
        loss: mse
        training: {batch_size: 3}
    """,
    "lstm": """
        input: [3, 1]
        layers:
          - {type: lstm, name: m, units: 2}
          - {type: dense, name: o, units: 1}
        loss: mse
    """,
    # The two neurons before the pool are equal, and those of r stand at their kink.
    "ties": """
        input: 2
        layers:
          - {type: dense, name: h, units: 2}
          - {type: reshape, shape: [1, 2]}
          - {type: max_pool1d, kernel: 2}
          - flatten
          - {type: dense, name: r, units: 1, activation: relu}
        loss: mse
        parameters:
          h.weight: [[0.5, -0.5], [0.5, -0.5]]
          h.bias: [0.0, 0.0]
          r.weight: [[1.0]]
          r.bias: [0.0]
        data: {inputs: [[0.5, 0.5], [0.7, 0.1]], targets: [[0.3], [0.2]]}
    """,
}
# What changes no number, and why.
HARMLESS = {
    ("adam", "derivative_at_kink", "h"): "no z is 0",
    ("adam", "derivative_twice", "h 0 if z <= 0 else 1"): "0 * 0 is 0, 1 * 1 is 1",
    ("convolution", "last_path_only", "avg_pool1d1"): "its windows do not overlap",
    ("ties", "derivative_twice", "r 0 if z <= 0 else 1"): "0 * 0 is 0, 1 * 1 is 1",
    ("ties", "last_term_only", "h"): "the gradients of the first sample are 0",
    ("ties", "last_term_only", "r"): "the gradients of the first sample are 0",
    ("ties", "last_term_only", "r h"): "the gradients of the first sample are 0",
}


@cache
def asked(name: str) -> tuple[Network, Program, Question, Expected]:
    """A net, its program, and what verify asks and expects."""
    network = Net(name, yaml.safe_load(NETS[name])).network
    program = lower(network)
    question = ask(network, program)
    if network.initial:
        own = evaluated_net(network, program).parameters()
        question = replace(question, parameters=own)
    return network, program, question, by_duals(question)


def caught(name: str, program: Program) -> bool:
    """Whether verify's comparison finds something wrong with a program; by its first
    gradients, else by its steps."""
    network, _, question, expected = asked(name)
    net = evaluated_net(network, program)
    net.set_parameters(question.parameters)
    data = question.inputs, question.targets
    try:
        found: dict[str, Any] = {
            "outputs": [net.predict(x) for x in question.inputs],
            "loss": net.batch_gradients(*data),
            "gradients": net.gradients(),
            "check": 0.0,  # what differences say takes long, and is not needed
        }
        first = replace(expected, steps=None)
        if any(not c.is_kept for c in cells("first", question, found, [first], None)):
            return True
        losses = [net.train_step(*data) for _ in range(STEPS)]
    except (ArithmeticError, KeyError, ValueError):  # it stops with an error
        return True
    found["steps"] = {"losses": losses, "parameters": net.parameters()}
    found["steps"] |= {"buffers": net.buffers()} if network.buffers else {}
    told = cells("steps", question, found, [expected], None)
    return not all(cell.is_kept for cell in told)


def mutants(name: str) -> Iterator[Mutant]:
    """All wrong programs of a net."""
    network, program, *_ = asked(name)
    return mutants_of(network, program)


def key(name: str, mutant: Mutant) -> tuple[str, str, str]:
    """What a wrong program is called in the table of those that do no harm."""
    where = " ".join((*mutant.made.where, mutant.made.detail)).strip()
    return name, mutant.kind.name, where


@pytest.mark.parametrize("name", NETS)
def test_the_right_program_is_not_caught(name: str) -> None:
    assert not caught(name, asked(name)[1])


@pytest.mark.parametrize("name", wide_but(NETS, list(NETS)[:3].__contains__))
def test_verify_catches_every_wrong_program(name: str) -> None:
    missed = {
        key(name, mutant)
        for mutant in mutants(name)
        if not caught(name, mutant.program)
    }
    assert missed == {known for known in HARMLESS if known[0] == name}


def test_every_kind_of_mistake_occurs() -> None:
    found = {mutant.kind.name for name in NETS for mutant in mutants(name)}
    assert found == {kind.name for kind in KINDS}
    assert len(KINDS) == len(found) >= 30


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_cause_is_a_sentence_part_in_ascii(kind: Any) -> None:
    assert kind.cause.isascii() and kind.cause[-1] not in ".!?"
    assert kind.cause[0].islower() or kind.cause[0] == "="


def test_the_document_counts_them() -> None:
    document = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    text = " ".join(document.split())
    count = sum(1 for name in NETS for _ in mutants(name))
    assert f"{len(KINDS)} kinds of mistakes" in text
    assert f"Seven small nets give {count} wrong programs" in text
    assert f"the {len(HARMLESS)} that change none" in text
    assert len(NETS) == 7
