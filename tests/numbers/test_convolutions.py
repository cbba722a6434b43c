"""Convolutions and pools beyond their numbers: how they start, what is emitted."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
import torch
from nets.convolutions import filters, image, layer, row
from nets.net import Net, Spec
from nets.table import NETS
from running.emitted import emitted

from bpgen.languages import LANGUAGES
from bpgen.lowering.evaluated import evaluated_net
from bpgen.program.evaluated import EvaluatedBlocks
from bpgen.program.nodes import Assign, Block, For, If, Inside, Section, Statement
from bpgen.program.rules import ProgramError, check
from bpgen.verifying.compare import leaves


def net(name: str, spec: Spec) -> Net:
    """A net that is in no table."""
    return Net(name, spec)


def started(spec: Spec) -> torch.Tensor:
    """The weight of the first layer, as it starts."""
    given = net("started", spec)
    found = evaluated_net(given.network, given.program, 0).parameters()
    return torch.tensor(next(iter(found.values())))


@pytest.mark.parametrize(
    ("count", "kernel"), [(3, [2, 3]), (5, [1, 2]), (8, [2, 2]), (2, 1), (7, 1)]
)
def test_orthogonal_kernels_are(count: int, kernel: Any) -> None:
    first = filters("conv2d", count, kernel, initializer="orthogonal")
    rows = started(image(first)).flatten(1).double()
    product = rows @ rows.T if rows.shape[0] <= rows.shape[1] else rows.T @ rows
    assert (product - torch.eye(len(product))).abs().max() < 1e-12


@pytest.mark.parametrize(
    ("kind", "options"),
    [("conv2d", {}), ("conv2d", {"groups": 2}), ("conv_transpose2d", {"groups": 2})],
)
def test_fans_are_those_of_pytorch(kind: str, options: dict[str, Any]) -> None:
    spec = image(filters(kind, 4, [2, 3], initializer="he_uniform", **options))
    weight = started(spec)
    fan_in, _ = torch.nn.init._calculate_fan_in_and_fan_out(weight)
    limit = math.sqrt(6.0 / fan_in)
    assert 0.8 * limit < weight.abs().max() <= limit


def test_neurons_are_named_by_channel_and_place() -> None:
    spec = image(filters("conv2d", 1, [4, 2], name="conv1"), shape=[1, 4, 3])
    text = emitted(net("named", spec), "python", "unrolled")
    assert "# Neuron conv1_1_1_1: the weighted sum of its window." in text
    assert "# Neuron conv1_1_1_2." in text
    joined = text.replace("\n            ", " ").replace("= ( ", "= ")
    assert "b_conv1_1 + w_conv1_1_1_1_1 * x1_1_2" in joined


def _depth(block: Block) -> int:
    """How many loops stand inside each other."""
    inner = [_depth(s.body) + isinstance(s, For) for s in _with_bodies(block)]
    return max(inner, default=0)


def _with_bodies(block: Block) -> list[For | If | Section]:
    return [s for s in block if isinstance(s, (For, If, Section))]


def _is_guard(statement: Statement) -> bool:
    return isinstance(statement, If) and isinstance(statement.condition, Inside)


def _guards(block: Block) -> int:
    """How many guards there are."""
    return sum(_guards(s.body) + _is_guard(s) for s in _with_bodies(block))


@pytest.mark.parametrize(
    ("spec", "loops", "guards"),
    [
        (image(filters("conv2d", 2, 2)), 6, 0),
        (image(filters("conv2d", 2, 2, groups=2)), 6, 0),  # one channel in a group
        (image(filters("conv2d", 2, 3, padding=1)), 6, 2),
        (image(filters("conv2d", 2, [3, 1], padding=[1, 0])), 5, 1),
        (image(filters("conv2d", 2, 1), shape=[1, 3, 3]), 3, 0),
        (row(layer("max_pool1d", 2)), 3, 0),
        (row(layer("avg_pool1d", 3, padding=1)), 3, 1),
    ],
)
def test_there_are_no_loops_or_guards_too_many(
    spec: Spec, loops: int, guards: int
) -> None:
    first = net("plain", spec).program.predict[:1]
    assert (_depth(first), _guards(first)) == (loops, guards)


def test_a_guarded_row_is_skipped_before_its_columns() -> None:
    spec = image(filters("conv2d", 2, 3, padding=1))
    text = emitted(net("guarded", spec), "python", "loops")
    found = [line.strip() for line in text.splitlines()]
    row_at = found.index("if 0 <= row < _INPUT_HEIGHT:")
    after = [
        "for j in range(3):",
        "column = x + j - 1",
        "if 0 <= column < _INPUT_WIDTH:",
    ]
    assert found[row_at + 1 : row_at + 4] == after


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_of_a_search_is_one_if(language: str) -> None:
    """Even so deep inside that the comparison must stand under its guard."""
    text = emitted(NETS["batch_norm_of_images"], language, "loops")
    starts = re.findall(r"largest :?= -(?:1\.79|\w+\.MAX)", text, re.IGNORECASE)
    steps = re.findall(r"> largest\b", text)
    assert len(steps) == len(starts) > 0


def test_padding_never_wins() -> None:
    spec = image(layer("max_pool2d", 3, stride=1, padding=1), shape=[1, 2, 2])
    given = net("below", spec)
    own = evaluated_net(given.network, given.program)
    own.forward([-3.0, -1.0, -2.0, -4.0])
    assert isinstance(own.blocks, EvaluatedBlocks)
    pooled = next(v for v, _ in own._kept if v.name == "a_max_pool2d1")
    assert own.blocks.of_sample(own._kept, pooled) == [-1.0] * 4


def test_a_search_must_end_before_its_result_is_read() -> None:
    program = net("searching", row(layer("max_pool1d", 2))).program
    assert check(program) is program

    def late(block: Block) -> Block:
        """The block with the last step of the search for the winner once more."""
        found: list[Statement] = []
        for statement in block:
            if isinstance(statement, (For, Section)):
                body = late(statement.body)
                kind = type(statement)
                values = {f: getattr(statement, f) for f in statement.__slots__}
                found.append(kind(**values | {"body": body}))
            else:
                found.append(statement)
        starts = [
            s
            for s in found
            if isinstance(s, Assign) and s.target.variable.prefix == "winner"
        ]
        return (*found, *starts)

    with pytest.raises(ProgramError, match="winner_max_pool1d1 is overwritten"):
        check(program.with_blocks({"forward": late(program.forward)}))


def test_the_first_of_equals_wins() -> None:
    given = net("equal", image("global_max_pool", shape=[1, 2, 2]))
    own = evaluated_net(given.network, given.program)
    own.forward([1.0, 5.0, 5.0, 5.0])
    slopes = own.backward([0.0, 0.0])
    assert [at for at, slope in leaves(slopes) if slope] == ["[1]"]
