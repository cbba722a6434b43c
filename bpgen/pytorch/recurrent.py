"""Recurrent layers, reductions over the steps and reshape in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.func import functional_call

from bpgen.pytorch.activations import ACTIVATIONS
from bpgen.pytorch.formulas import own_function

if TYPE_CHECKING:
    from bpgen.pytorch.layers import Options, Own

Forward: TypeAlias = Callable[..., Tensor]
Names: TypeAlias = Callable[[Any], list[str]]
MODULES: Mapping[str, type[torch.nn.RNNBase]] = {
    "rnn": torch.nn.RNN,
    "lstm": torch.nn.LSTM,
    "gru": torch.nn.GRU,
}


def _parameters(options: Options) -> list[str]:
    names = ["weight_ih", "weight_hh"]
    names += ["bias_ih", "bias_hh"] if options.get("bias", True) else []
    is_prelu = options.get("activation") in ("prelu", {"type": "prelu"})
    names += ["slope"] if is_prelu else []
    ways = ["", "_reverse"] if options.get("bidirectional") else [""]
    return [name + way for way in ways for name in names]


def _recurrent(kind: str) -> tuple[Forward, Names]:
    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        activation = options.get("activation", "tanh")
        if kind == "rnn" and activation not in ("tanh", "relu"):
            return _other(own, options, inputs[0])
        if options.get("reset") == "before":
            return _other(own, options, inputs[0])
        more = {"nonlinearity": activation} if kind == "rnn" else {}
        module = MODULES[kind](
            inputs[0].shape[1],
            options["units"],
            bias=options.get("bias", True),
            bidirectional=options.get("bidirectional", False),
            dtype=torch.float64,
            **more,
        )
        names = {name: name.replace("_l0", "") for name, _ in module.named_parameters()}
        tensors = {name: own[ours] for name, ours in names.items()}
        outputs, last = functional_call(module, tensors, (inputs[0],))
        if options.get("return_sequences"):
            return outputs
        return (last[0] if kind == "lstm" else last).reshape(-1)

    return forward, _parameters


def _other(own: Own, options: Options, x: Tensor) -> Tensor:
    """An rnn with an activation, or a gru with a reset, that torch.nn has not."""
    states = _reset_before if options.get("reset") == "before" else _states
    ways = [states(own, options, x, "")]
    if options.get("bidirectional"):
        ways.append(states(own, options, x.flip(0), "_reverse"))
    if not options.get("return_sequences"):
        return torch.cat([states[-1] for states in ways])
    return torch.cat([ways[0], *(states.flip(0) for states in ways[1:])], 1)


def _states(own: Own, options: Options, x: Tensor, way: str) -> Tensor:
    """The states of one way through the steps."""
    state = torch.zeros(options["units"], dtype=torch.float64)
    bias = own.get(f"bias_ih{way}"), own.get(f"bias_hh{way}")
    found = []
    for step in x:
        by_input = F.linear(step, own[f"weight_ih{way}"], bias[0])
        by_state = F.linear(state, own[f"weight_hh{way}"], bias[1])
        state = _activated(by_input + by_state, options, own.get(f"slope{way}"))
        found.append(state)
    return torch.stack(found)


def _reset_before(own: Own, options: Options, x: Tensor, way: str) -> Tensor:
    """The states of a gru whose gate resets each of them before it is weighed."""
    state = torch.zeros(options["units"], dtype=torch.float64)
    weights = own[f"weight_ih{way}"].chunk(3), own[f"weight_hh{way}"].chunk(3)
    nothing = torch.zeros(3 * options["units"], dtype=torch.float64)
    bias = own.get(f"bias_ih{way}", nothing) + own.get(f"bias_hh{way}", nothing)
    found = []
    for step in x:
        by_input = [F.linear(step, weight) for weight in weights[0]]
        sums = list(map(torch.add, by_input, bias.chunk(3)))
        reset = torch.sigmoid(sums[0] + F.linear(state, weights[1][0]))
        update = torch.sigmoid(sums[1] + F.linear(state, weights[1][1]))
        candidate = torch.tanh(sums[2] + F.linear(reset * state, weights[1][2]))
        state = (1.0 - update) * candidate + update * state
        found.append(state)
    return torch.stack(found)


def _activated(z: Tensor, options: Options, slope: Tensor | None) -> Tensor:
    written = options["activation"]
    own = {"type": written} if isinstance(written, str) else written
    if slope is not None:
        return F.prelu(z[None], slope)[0]
    if own["type"] in options["functions"]:
        return own_function(options["functions"][own["type"]], z)
    return ACTIVATIONS[own["type"]](z, own)


def _reshape(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return inputs[0].reshape(options["shape"])


def _transpose(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return inputs[0].permute(options.get("axes", (1, 0)))


def _pad(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    (x,), written = inputs, options["padding"]
    if x.dim() == 2:
        sides = list(written) if isinstance(written, list) else [written] * 2
    elif isinstance(written, int):
        sides = [written] * 4
    else:
        pairs = [p if isinstance(p, list) else [p, p] for p in reversed(written)]
        sides = [size for pair in pairs for size in pair]
    return F.pad(x, sides, value=float(options.get("value", 0.0)))


# What each layer computes, and the names of its parameters.
RECURRENT: Mapping[str, tuple[Forward, Names]] = {
    **{kind: _recurrent(kind) for kind in MODULES},
    "transpose": (_transpose, lambda options: []),
    **dict.fromkeys(("pad1d", "pad2d"), (_pad, lambda options: [])),
    "first_step": (lambda own, options, inputs: inputs[0][0], lambda options: []),
    "last_step": (lambda own, options, inputs: inputs[0][-1], lambda options: []),
    "mean_steps": (lambda own, options, inputs: inputs[0].mean(0), lambda options: []),
    "max_steps": (lambda own, options, inputs: inputs[0].max(0)[0], lambda options: []),
    "reshape": (_reshape, lambda options: []),
}
