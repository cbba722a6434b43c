"""Recurrent layers, reductions over the steps and reshape in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
import torch.nn.functional as F  # noqa: N812  # as in PyTorch's own documentation
from torch import Tensor
from torch.func import functional_call

if TYPE_CHECKING:
    from bpgen.pytorch.layers import Options, Own

Forward: TypeAlias = Callable[..., Tensor]
Names: TypeAlias = Callable[[Any], list[str]]
MODULES: Mapping[str, type[torch.nn.RNNBase]] = {
    "rnn": torch.nn.RNN,
    "lstm": torch.nn.LSTM,
    "gru": torch.nn.GRU,
}
# Of rnn, those that torch.nn.RNN does not have: of the net input and the slope.
OTHERS: Mapping[str, Callable[[Tensor, Tensor | float], Tensor]] = {
    "identity": lambda z, slope: z,
    "softsign": lambda z, slope: F.softsign(z),
    "silu": lambda z, slope: F.silu(z),
    "leaky_relu": lambda z, slope: F.leaky_relu(z, float(slope)),
    "prelu": lambda z, slope: F.prelu(z[None], torch.as_tensor(slope))[0],
}


def _parameters(options: Options) -> list[str]:
    names = ["weight_ih", "weight_hh"]
    names += ["bias_ih", "bias_hh"] if options.get("bias", True) else []
    names += ["slope"] if options.get("activation") == "prelu" else []
    ways = ["", "_reverse"] if options.get("bidirectional") else [""]
    return [name + way for way in ways for name in names]


def _recurrent(kind: str) -> tuple[Forward, Names]:
    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        activation = options.get("activation", "tanh")
        if activation not in ("tanh", "relu"):
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
    """An rnn of one way with an activation that torch.nn.RNN does not have."""
    written = options["activation"]
    kind = written if isinstance(written, str) else written["type"]
    slope = own["slope"] if kind == "prelu" else 0.25
    states = [torch.zeros(options["units"], dtype=torch.float64)]
    for step in x:
        by_input = F.linear(step, own["weight_ih"], own.get("bias_ih"))
        by_state = F.linear(states[-1], own["weight_hh"], own.get("bias_hh"))
        states.append(OTHERS[kind](by_input + by_state, slope))
    return torch.stack(states[1:]) if options.get("return_sequences") else states[-1]


def _reshape(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return inputs[0].reshape(options["shape"])


# What each layer computes, and the names of its parameters.
RECURRENT: Mapping[str, tuple[Forward, Names]] = {
    **{kind: _recurrent(kind) for kind in MODULES},
    "transpose": (lambda own, options, inputs: inputs[0].T, lambda options: []),
    "first_step": (lambda own, options, inputs: inputs[0][0], lambda options: []),
    "last_step": (lambda own, options, inputs: inputs[0][-1], lambda options: []),
    "mean_steps": (lambda own, options, inputs: inputs[0].mean(0), lambda options: []),
    "reshape": (_reshape, lambda options: []),
}
