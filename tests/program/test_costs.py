"""What a net costs, counted from its loops, and by hand, and by doing it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from nets.table import NETS
from running.tools import ROOT

from bpgen.errors import Problems
from bpgen.lowering.network import lower
from bpgen.network.network import resolve
from bpgen.network.spec import load
from bpgen.program.blocks import PASSES, Program
from bpgen.program.costs import terms_of, work_of
from bpgen.program.nodes import Block, Compare, If, Section
from bpgen.program.walks import elements, reads, statements
from bpgen.styles.expanded import expand


def program(*layers: dict[str, Any], size: Any, **more: Any) -> Program:
    """A net of these layers."""
    spec = {"name": "net", "input": size, "layers": layers, "loss": "mse"} | more
    problems = Problems()
    content = yaml.safe_dump(spec).encode()
    return lower(resolve(load(content, "net.yaml", problems), ROOT, problems))


HIDDEN = {"type": "dense", "name": "h", "units": 3, "activation": "sigmoid"}
LAST = {"type": "dense", "name": "o", "units": 1}


def test_a_dense_net_by_hand() -> None:
    net = program(HIDDEN, LAST, size=2, optimizer={"type": "sgd"})
    work = work_of(net.forward)
    assert work.multiply_adds == 2 * 3 + 3 * 1
    assert work.calls == 3  # sigmoid
    # a product for each weight, one for each way back to a hidden neuron
    assert work_of(net.backward).multiply_adds == 2 * 3 + 3 * 1 + 3 * 1
    assert work_of(net.update).multiply_adds == 2 * 3 + 3 + 3 * 1 + 1
    assert work_of(net.predict) == work


@pytest.mark.parametrize(("padding", "products"), [(0, 9 * 9), (1, 13 * 13)])
def test_a_convolution_by_hand(padding: int, products: int) -> None:
    """A kernel of 3 over 5 pixels has 3 places; with padding it has 5, of which the
    first and the last one have 2 pixels: 13 pairs along an axis, not 15."""
    layer = {"type": "conv2d", "name": "c", "filters": 4, "kernel": 3}
    net = program(layer | {"padding": padding}, size=[2, 5, 5])
    assert work_of(net.forward).multiply_adds == 4 * 2 * products


def test_an_embedding_computes_nothing_and_is_long_when_unrolled() -> None:
    layer = {"type": "embedding", "name": "e", "vocabulary": 7, "size": 3}
    net = program(layer, size=2)
    assert work_of(net.forward).multiply_adds == 0
    assert terms_of(net.forward) >= 2 * 3 * 7


def test_a_causal_sum_counts_what_is_before() -> None:
    """Each of 5 steps looks back at those up to itself: 15 pairs, not 25."""
    layer = {"type": "attention", "name": "a", "heads": 1, "bias": False}
    far = program(layer | {"causal": False}, size=[5, 2])
    near = program(layer | {"causal": True}, size=[5, 2])
    difference = (
        work_of(far.forward).multiply_adds - work_of(near.forward).multiply_adds
    )
    assert difference == 2 * 2 * (25 - 15)  # the scores, and the sums of the values


def compared(block: Block) -> int:
    """The elements that the comparisons of a block name."""
    found = 0
    for statement in block:
        if isinstance(statement, If) and isinstance(statement.condition, Compare):
            found += len([*elements(statement.condition)])
        if isinstance(statement, (If, Section)):
            found += compared(statement.body)
    return found


@pytest.mark.parametrize("name", [*NETS][::3])
def test_terms_are_those_of_the_block_written_out(name: str) -> None:
    if NETS[name].network.mixes_samples:
        return
    # Winners are counted as if they could be anywhere.
    computed = statements(NETS[name].program.forward)
    has_winners = any(s.target.variable.prefix == "winner" for s in computed)
    for block_name in PASSES:
        block = getattr(NETS[name].program, block_name)
        written = expand(block)
        named = [(s.target, *reads(s)) for s in statements(written)]
        total = sum(map(len, named)) + compared(written)
        if has_winners:
            assert total / 3 <= terms_of(block) <= 3 * total, block_name
        else:
            assert terms_of(block) == total, block_name
