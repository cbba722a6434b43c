"""Whether an imported net learns as the model does: gradients and statistics.

In: an import, the model, a batch. Out: nothing, or the number that differs. This is
what catches what predictions do not tell: momentum, statistics, sharing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import torch

from bpgen.errors import InputError, Problem
from bpgen.importing.check import FLOAT32, FLOAT64, DifferentError, network_of
from bpgen.importing.draft import Draft
from bpgen.importing.imported import Imported
from bpgen.importing.weights import NOWHERE, Weights, flat
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower


def compare_gradients(
    found: Imported, draft: Draft, model: torch.nn.Module, samples: torch.Tensor
) -> None:
    """Compare the gradients of a batch in training, and the statistics after it.

    Nothing is compared where training draws: where there is dropout.

    Raises:
        DifferentError: some number differs.
    """
    entries = draft.entries.values()
    if any(e.type == "dropout" or "dropout" in e.options for e in entries):
        return
    theirs = copy.deepcopy(model).train()
    for module in theirs.modules():
        if isinstance(module, torch.nn.Embedding):
            module.padding_idx = None  # a note tells of that row
    outputs = theirs(samples)
    if not outputs.requires_grad:
        return
    targets = torch.linspace(-1.0, 1.0, outputs[0].numel(), dtype=torch.float64)
    targets = torch.stack([targets * (n + 1) for n in range(len(samples))])
    loss = (outputs.reshape(len(samples), -1) - targets).square().mean()
    _learn(loss)
    yaml = re.sub(r"^loss: .*$", "loss: mse", found.yaml, flags=re.MULTILINE)
    yaml = re.sub(r"^(classes|optimizer|training): .*\n", "", yaml, flags=re.MULTILINE)
    network = network_of(replace(found, yaml=yaml))
    net = evaluated_net(network, lower(network))
    rows = samples.reshape(len(samples), -1)[:, list(draft.input_places.at)].tolist()
    net.batch_gradients(rows, targets.tolist())
    slopes = {
        name: parameter.grad.flatten().tolist()
        for name, parameter in theirs.named_parameters(remove_duplicate=False)
        if parameter.grad is not None
    }
    buffers = {name: b.flatten().tolist() for name, b in theirs.named_buffers()}
    tolerance = FLOAT32 if draft.inexactness else FLOAT64
    own = {**net.gradients(), **net.buffers()}
    told = {**slopes, **buffers}
    for name, weights in draft.parameters.items():
        if name in draft.frozen or not _is_alone(name, weights, draft.parameters):
            continue
        for number, wanted in _wanted(weights, told):
            given = flat(own[name])[number]
            if not abs(given - wanted) <= tolerance * max(1.0, abs(wanted)):
                raise DifferentError(
                    f"in training {name} differs, element {number + 1}: the net has "
                    f"{given!r}, the model {wanted!r}"
                )


def _learn(loss: torch.Tensor) -> None:
    """The gradients of a loss.

    Raises:
        InputError: the model computes in place what PyTorch needs for them.
    """
    try:
        loss.backward()
    except RuntimeError as error:
        reason = str(error).splitlines()[0][:200]
        message = f"PyTorch itself cannot train the model: {reason}"
        raise InputError([Problem(message)]) from None


def _is_alone(name: str, weights: Weights, every: Mapping[str, Weights]) -> bool:
    """Whether no other parameter is of the same tensor's elements."""
    tensors = {tensor.name for tensor in weights.tensors}
    return not any(
        other != name
        and tensors & {tensor.name for tensor in its.tensors}
        and set(weights.places.at) & set(its.places.at)
        for other, its in every.items()
    )


def _wanted(weights: Weights, told: Mapping[str, Any]) -> Iterator[tuple[int, float]]:
    """What each number's gradient is by the model's, by its place."""
    if not all(tensor.name in told for tensor in weights.tensors):
        return
    joined = [number for tensor in weights.tensors for number in told[tensor.name]]
    factors = weights.factors or (1.0,)
    for number, place in enumerate(weights.places.at):
        if place != NOWHERE:
            yield number, joined[place] / factors[number % len(factors)]
