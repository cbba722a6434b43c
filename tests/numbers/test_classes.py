"""What a net says of classes, and how well it does at work, in every language."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from nets.net import Net, Row
from nets.table import NETS
from running.adapters import COMPARED
from running.emitted import Runner
from running.scenario import tells_classes
from torch import Tensor

from bpgen.pytorch.reference import Reference
from bpgen.verifying.compare import assert_close

every_adapter = pytest.mark.parametrize("adapter", COMPARED)
WITH_CLASSES = [name for name, net in NETS.items() if tells_classes(net)]
TOLERANCE = 1e-12


def of_steps(net: Net, row: Row) -> Tensor:
    """A row of numbers for each step: of each class, or of yes alone."""
    return torch.tensor(row, dtype=torch.float64).reshape(-1, net.output_shape[-1])


def expected_shares(net: Net, outputs: Row) -> Tensor:
    """The probabilities that PyTorch reads in outputs."""
    rows = of_steps(net, outputs)
    match net.network.loss.name:
        case "cross_entropy":
            return rows
        case "binary_cross_entropy":
            return torch.cat((1.0 - rows, rows), dim=1)
        case "sigmoid_cross_entropy":
            return torch.cat((torch.sigmoid(-rows), torch.sigmoid(rows)), dim=1)
        case _:
            return torch.softmax(rows, dim=1)


def wanted(net: Net, targets: Row) -> list[int]:
    """The class of each step."""
    rows = of_steps(net, targets)
    if rows.shape[1] == 1:
        return [int(row[0] > 0.5) for row in rows]
    return [int(found) for found in rows.argmax(dim=1)]


def classes(shares: Tensor) -> list[int]:
    """The most likely class of each step."""
    return [int(found) for found in shares.argmax(dim=1)]


@every_adapter
@pytest.mark.parametrize("name", NETS)
def test_evaluate_tells_the_mean_loss_at_work(
    name: str, adapter: str, results: Runner
) -> None:
    net = NETS[name]
    theirs = Reference(net.spec, net.parameters)
    for found in results.of(adapter, name):
        loss, *accuracy = found["evaluated"]
        losses = [
            theirs.loss(torch.tensor(o, dtype=torch.float64).view(net.output_shape), t)
            for o, t in zip(found["predicted"], net.targets, strict=True)
        ]
        assert_close(loss, torch.stack(losses).mean().item(), TOLERANCE)
        assert bool(accuracy) == tells_classes(net)


@every_adapter
@pytest.mark.parametrize("name", WITH_CLASSES)
def test_probabilities_classes_and_accuracy_are_those_of_the_outputs(
    name: str, adapter: str, results: Runner
) -> None:
    net = NETS[name]
    for found in results.of(adapter, name):
        shares = [expected_shares(net, outputs) for outputs in found["predicted"]]
        flat = [each.reshape(-1).tolist() for each in shares]
        assert_close(found["probabilities"], flat, TOLERANCE)
        told = list(map(classes, shares))
        given: Any = [
            [c] if len(net.output_shape) == 1 else c for c in found["classify"]
        ]
        assert given == told
        right = [
            answer == aim
            for answers, targets in zip(told, net.targets, strict=True)
            for answer, aim in zip(answers, wanted(net, targets), strict=True)
        ]
        assert_close(found["evaluated"][1], sum(right) / len(right), 1e-15)
