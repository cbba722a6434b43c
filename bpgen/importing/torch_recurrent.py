"""Recurrent layers of PyTorch: one layer of net.yaml for each of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import torch

from bpgen.importing.draft import RETURNS, RefusedError
from bpgen.importing.torch_reader import Handler, Operation, Reader
from bpgen.importing.torch_values import Known, Moved

TYPES = {
    "lstm": ("lstm", {}),
    "gru": ("gru", {}),
    "rnn_tanh": ("rnn", {}),
    "rnn_relu": ("rnn", {"activation": "relu"}),
}
LASTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


@dataclass(frozen=True, slots=True)
class States:
    """The last states of all layers and ways, one after the other."""

    parts: tuple[Moved, ...]
    is_attention: bool = True  # not of numbers that are known

    def rearranged(self, kind: str, *how: Any) -> Any:
        """One of them, or all.

        Raises:
            RefusedError: it is neither.
        """
        if kind == "select" and how[0] == 0:
            return self.parts[how[1]]
        if kind == "squeeze" and len(self.parts) == 1:
            return self.parts[0]
        if kind == "unbind" and (not how or how[0] == 0):
            return list(self.parts)
        first = self.parts[0]
        if kind in ("transpose", "permute", "movedim") and all(
            part.layer == first.layer for part in self.parts
        ):  # those of one layer lie in its output
            joined = torch.stack([part.at for part in self.parts])
            return Moved(first.layer, first.size, getattr(joined, kind)(*how))
        raise RefusedError(
            "the last states of all layers at once have no counterpart: take h_n[-1], "
            "or of two ways torch.cat((h_n[-2], h_n[-1]), 1)"
        )


def _recurrent(reader: Reader, it: Operation) -> Any:
    type_, more = TYPES[it.kind]
    given = it["hx"] if isinstance(it["hx"], (list, tuple)) else [it["hx"]]
    if not all(isinstance(h, Known) and not h.tensor.any() for h in given):
        raise RefusedError("a state at the start has no counterpart: it is 0")
    ways = 2 if it["bidirectional"] else 1
    count = 4 if it["has_biases"] else 2
    rate = float(it["dropout"])
    x: Moved = it["input"]
    states: list[Moved] = []
    layers = int(it["num_layers"])
    for number in range(layers):
        if number and rate:
            shape = reader.draft.shape_of(x.layer)
            name = f"{it.name}_dropout{number}"
            own = reader.draft.add("dropout", name, (x.layer,), shape, {"rate": rate})
            x = Moved(own.layer, x.size, x.at)
        parameters = {}
        for way in range(ways):
            start = (number * ways + way) * count
            ending = "_reverse" if way else ""
            for last, part in zip(LASTS, it["params"][start:], strict=False):
                if last in LASTS[:count]:
                    parameters[last + ending] = part
        units = parameters["weight_hh"].tensor.shape[1]
        options: dict[str, Any] = {"units": units, **more, RETURNS: True}
        if ways > 1:
            options["bidirectional"] = True
        if not it["has_biases"]:
            options["bias"] = False
        name = it.name if layers == 1 else f"{it.name}_l{number}"
        own_it = replace(it, name=name)
        steps = reader.value(x).shape[0]
        shape = (steps, units * ways)
        x = reader.layer(type_, own_it, x, shape, options, parameters)
        states += _last_states(x, units, ways)
    return (x, States(tuple(states)), None)


def _last_states(x: Moved, units: int, ways: int) -> list[Moved]:
    """Of each way the state after its last step."""
    value = x.sample()
    batch = x.like(value, prod(value.shape))
    at = batch.at if batch.axis() == 0 else batch.at.transpose(0, 1)
    found = [Moved(x.layer, x.size, at[:, -1, :units])]
    if ways > 1:
        found.append(Moved(x.layer, x.size, at[:, 0, units:]))
    return found


RECURRENT: Mapping[str, Handler] = dict.fromkeys(TYPES, _recurrent)
