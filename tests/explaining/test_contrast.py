"""The classic mistake, made on purpose: the same numbers on two ways, for any net."""

from __future__ import annotations

import pytest
from running.tiers import wide_but
from running.tools import ROOT, bpgen

from bpgen.commands.nets import load_network
from bpgen.explaining.contrast import stale_weights
from bpgen.explaining.samples import samples_of
from bpgen.lowering.network import lower
from bpgen.program.blocks import Program
from bpgen.styles.unrolled import unroll


def wrong_step(name: str, program: Program) -> tuple[float, list[float]]:
    network = load_network(str(ROOT / "examples" / f"{name}.yaml"))
    samples = samples_of(network, program, 1)
    loss, weights = stale_weights(
        network,
        program,
        samples,
        lambda net: net._mean_loss(samples.inputs, samples.targets),
    )
    return loss, list(weights.values())


@pytest.mark.parametrize("name", ["mazur", "xor", "iris", "taste"])
def test_it_is_the_same_in_loops_and_written_out(name: str) -> None:
    """Where a layer's slopes stand before its weights move, and where after."""
    program = lower(load_network(str(ROOT / "examples" / f"{name}.yaml")))
    loss, weights = wrong_step(name, program)
    other, others = wrong_step(name, unroll(program))
    assert loss == pytest.approx(other, abs=1e-12)
    assert weights == pytest.approx(others, abs=1e-12)


@pytest.mark.parametrize("name", wide_but(["digits", "cnn", "lstm"], "lstm".__eq__))
def test_only_the_last_layer_moves_as_it_should(name: str) -> None:
    network = load_network(str(ROOT / "examples" / f"{name}.yaml"))
    program = lower(network)
    samples = samples_of(network, program, 1)
    from bpgen.lowering.evaluated import evaluated_net

    right = evaluated_net(network, program)
    right.train_step(samples.inputs, samples.targets)
    _, weights = wrong_step(name, program)
    rows = dict(zip(program.parameters, right.blocks.rows("parameters"), strict=True))
    at, same = 0, set[str]()
    for variable in program.gradients:
        own = [x for row in [rows[variable]] for x in row]
        same |= {variable.name} if own == weights[at : at + len(own)] else set()
        at += len(own)
    last = network.layers[-1].name
    assert same == {v.name for v in program.gradients if v.name.endswith(f"_{last}")}


def test_the_command_tells_both_losses() -> None:
    path = str(ROOT / "examples" / "lstm.yaml")
    found = bpgen("explain", path, "--contrast", "stale-weights")
    assert (found.code, found.err) == (0, "")
    (line,) = [x for x in found.out.split("\n") if "the loss after the step" in x]
    _, right, wrong, word = line.rsplit(maxsplit=3)
    assert right != wrong and word == "differs"
