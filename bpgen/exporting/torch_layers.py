"""Each layer of net.yaml in PyTorch: how it is made, and how it is called.

In: a layer of a network. Out: text. Parameters get the names of net.yaml, or those
that `renamed` leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bpgen.catalog.layers.activated import Activated
from bpgen.catalog.layers.base import Layer

# Of PyTorch or of the template, as a function of x; options stand in by their order.
ACTIVATIONS: Mapping[str, str] = {
    "identity": "{x}",
    "relu": "F.relu({x})",
    "leaky_relu": "F.leaky_relu({x}, {0})",
    "elu": "F.elu({x}, {0})",
    "selu": "F.selu({x})",
    "celu": "F.celu({x}, {0})",
    "gelu": "F.gelu({x})",
    "gelu_tanh": 'F.gelu({x}, approximate="tanh")',
    "sigmoid": "torch.sigmoid({x})",
    "tanh": "torch.tanh({x})",
    "softplus": "F.softplus({x})",
    "softsign": "F.softsign({x})",
    "silu": "F.silu({x})",
    "mish": "F.mish({x})",
    "hard_sigmoid": "F.hardsigmoid({x})",
    "hard_swish": "F.hardswish({x})",
    "hard_tanh": "F.hardtanh({x})",
    "relu6": "F.relu6({x})",
    "log_sigmoid": "F.logsigmoid({x})",
    "tanhshrink": "F.tanhshrink({x})",
    "softshrink": "F.softshrink({x}, {0})",
    "thresholded_relu": "torch.where({x} > {0}, {x}, 0.0)",
    "sin": "torch.sin({x})",
    "gaussian": "torch.exp(-{x} * {x})",
    "softmax": "F.softmax({x}, -1)",
    "log_softmax": "F.log_softmax({x}, -1)",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A layer in PyTorch.

    `make` is the constructor, none if it has no module; `call` has the values that it
    reads as {x}, or as {0}, {1}, and itself as {me}. `renamed` are the last parts of
    names that PyTorch has otherwise; `extra` are parameters that its module lacks.
    """

    call: str
    make: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, int] = field(default_factory=dict)


Writer: TypeAlias = Callable[[Any], Part]


def part_of(layer: Layer) -> Part:
    """A layer of a network, in PyTorch.

    Raises:
        KeyError: the table has none of its type.
    """
    use = getattr(layer, "use", None)
    if isinstance(use, Activated):
        return _activation_layer(layer, use)
    found = LAYERS[layer.type](layer)
    own = getattr(layer, "activation", None)
    if not isinstance(own, Activated) or own.is_identity or layer.type in RECURRENT:
        return found
    if own.activation.has_slope:
        # of a dense layer each unit has one, wherever channels stand
        axis = 1 if layer.channels_first and layer.type != "dense" else -1
        call = f"prelu({found.call}, {{me}}.slope, {axis})"
        (slope,) = (p for p in layer.parameters() if p.last == "slope")
        extra = {"slope": slope.variable.shape[0]}
        return Part(call, found.make, found.renamed, extra)
    return Part(activated(own, found.call), found.make, found.renamed)


def activated(use: Activated, x: str) -> str:
    """An activation of what an expression gives."""
    if use.activation.is_own:
        return f"{own_function(use.activation.name)}({x})"
    text = ACTIVATIONS[use.activation.name]
    for number, option in enumerate(use.options):
        text = text.replace(f"{{{number}}}", repr(float(option)))
    return text.replace("{x}", x)


def own_function(name: str) -> str:
    """What a function of the net's own is called in the file."""
    return f"own_{name}"


def _number(value: float) -> str:
    return repr(float(value))


def _activation_layer(layer: Any, use: Activated) -> Part:
    if not use.activation.has_slope:
        return Part(activated(use, "{x}"))
    axis = 1 if layer.channels_first else -1
    (weight,) = layer.parameters() or layer.used_parameters()
    make = f"nn.PReLU({weight.variable.shape[0]})"
    return Part(f"prelu({{x}}, {{me}}.weight, {axis})", make)


def _sizes(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else str(sizes)


def _dense(layer: Any) -> Part:
    bias = "" if layer.has_bias else ", bias=False"
    return Part(
        "{me}({x})", f"nn.Linear({layer.source.shape[-1]}, {layer.units}{bias})"
    )


def _convolution(layer: Any) -> Part:
    window = layer.window
    name = {
        "conv1d": "Conv1d",
        "conv2d": "Conv2d",
        "conv_transpose2d": "ConvTranspose2d",
    }[layer.type]
    said = [str(layer.source.shape[0]), str(layer.filters), _sizes(window.kernel)]
    call = "{me}({x})"
    if window.before == window.after:
        padding = [f"padding={_sizes(window.before)}"] if any(window.before) else []
        said += padding
    elif layer.type == "conv_transpose2d":
        call += _cut(window.before, layer.shape[1:])
    else:
        call = f"{{me}}({_padded(window)})"
    said += [f"stride={_sizes(window.stride)}"] if set(window.stride) != {1} else []
    if set(window.dilation) != {1}:
        said.append(f"dilation={_sizes(window.dilation)}")
    said += [f"groups={layer.groups}"] if layer.groups != 1 else []
    said += [] if layer.has_bias else ["bias=False"]
    if layer.type == "conv_transpose2d":
        more = _output_padding(layer)
        said += [f"output_padding={_sizes(more)}"] if any(more) else []
    return Part(call, f"nn.{name}({', '.join(said)})")


def _padded(window: Any, value: str = "") -> str:
    """The input with padding that differs by side, which no module of PyTorch has."""
    sides = zip(reversed(window.before), reversed(window.after), strict=True)
    amounts = ", ".join(f"{before}, {after}" for before, after in sides)
    return f"F.pad({{x}}, ({amounts}){value})"


def _cut(before: tuple[int, ...], sizes: tuple[int, ...]) -> str:
    """What is left of an output of which each side loses something else."""
    rows = zip(before, sizes, strict=True)
    return f"[:, :, {', '.join(f'{start}:{start + size}' for start, size in rows)}]"


def _output_padding(layer: Any) -> tuple[int, ...]:
    """What is added at one side of a transposed convolution's output.

    Source: torch.nn.ConvTranspose2d, the formula under "Shape".
    """
    window, found = layer.window, []
    for axis, size in enumerate(layer.source.shape[1:]):
        plain = (size - 1) * window.stride[axis] - window.padding[axis]
        plain += window.dilation[axis] * (window.kernel[axis] - 1) + 1
        found.append(layer.shape[axis + 1] - plain)
    return tuple(found)


def _pool(layer: Any) -> Part:
    window, x = layer.window, "{x}"
    is_mean = layer.type.startswith("avg")
    said = [_sizes(window.kernel)]
    if window.stride != window.kernel:
        said.append(f"stride={_sizes(window.stride)}")
    if window.before != window.after:
        x = _padded(window, "" if is_mean else ", value=-torch.inf")
    elif any(window.before):
        said.append(f"padding={_sizes(window.before)}")
    call = f"F.{layer.type}({x}, {', '.join(said)})"
    if is_mean and not layer.counts_padding:
        if x == "{x}":
            return Part(f"{call[:-1]}, count_include_pad=False)")
        ones = x.replace("{x}", "torch.ones_like({x})")  # their share of each window
        call += f" / F.{layer.type}({ones}, {', '.join(said)})"
    return Part(call)


def _global_pool(layer: Any) -> Part:
    kind = "avg" if layer.type == "global_avg_pool" else "max"
    axes = len(layer.source.shape) - 1
    x = "{x}" if layer.source.channel_axis == 0 else "{x}.transpose(1, 2)"
    return Part(f"F.adaptive_{kind}_pool{axes}d({x}, 1).flatten(1)")


def _batch_norm(layer: Any) -> Part:
    count = layer.parameters()[0].variable.shape[0]
    axis = layer.source.channel_axis + 1
    numbers = f"{_number(layer.epsilon)}, {_number(layer.momentum)}"
    return Part("{me}({x})", f"BatchNorm({count}, {axis}, {numbers})")


def _layer_norm(layer: Any) -> Part:
    shape = layer.parameters()[0].variable.shape
    said = [str(shape[0]) if len(shape) == 1 else str(list(shape))]
    said.append(f"eps={_number(layer.epsilon)}")
    if layer.type == "rms_norm":
        return Part("{me}({x})", f"nn.RMSNorm({', '.join(said)})")
    said += [] if layer.has_bias else ["bias=False"]
    return Part("{me}({x})", f"nn.LayerNorm({', '.join(said)})")


def _group_norm(layer: Any) -> Part:
    count = layer.parameters()[0].variable.shape[0]
    make = f"nn.GroupNorm({layer.groups}, {count}, eps={_number(layer.epsilon)})"
    if layer.source.channel_axis == 0:
        return Part("{me}({x})", make)
    return Part("{me}({x}.transpose(1, 2)).transpose(1, 2)", make)


def _embedding(layer: Any) -> Part:
    return Part("{me}({x})", f"nn.Embedding({layer.vocabulary}, {layer.size})")


def _positional(layer: Any) -> Part:
    steps, features = layer.source.shape
    return Part("{me}({x})", f"Table({steps}, {features})")


def _attention(layer: Any) -> Part:
    features = layer.source.shape[-1]
    said = f"{features}, {layer.heads}, {layer.causal}, {layer.has_bias}"
    said += f", size={layer.inner}" if layer.inner != features else ""
    said += f", dropout={_number(layer.rate)}" if layer.rate else ""
    if layer.rotary:
        return Part("{me}({x})", f"RotaryAttention({said})")
    return Part("{me}({x})", f"Attention({said})")


RECURRENT = ("rnn", "lstm", "gru")


def _recurrent(layer: Any) -> Part:
    activation = getattr(layer, "activation", None)
    name = activation.activation.name if isinstance(activation, Activated) else "tanh"
    said = [str(layer.source.shape[1]), str(layer.units), "batch_first=True"]
    if layer.type == "rnn" and name != "tanh":
        if name != "relu":
            raise KeyError(f"rnn with {name}")
        said.append('nonlinearity="relu"')
    said += [] if layer.has_bias else ["bias=False"]
    said += ["bidirectional=True"] if layer.is_bidirectional else []
    if layer.returns_sequences:
        call = "{me}({x})[0]"
    else:
        state = "{me}({x})[1][0]" if layer.type == "lstm" else "{me}({x})[1]"
        call = f"{state}.transpose(0, 1).flatten(1)"
    lasts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    renamed = {last: f"{last}_l0" for last in lasts}
    renamed |= {f"{last}_reverse": f"{last}_l0_reverse" for last in lasts}
    if getattr(layer, "resets_before", False):
        return Part(call, f"ResetGRU({', '.join(said)})", renamed)
    return Part(call, f"nn.{layer.type.upper()}({', '.join(said)})", renamed)


def _reshape(layer: Any) -> Part:
    return Part(f"{{x}}.reshape(-1, {', '.join(map(str, layer.shape))})")


def _pad(layer: Any) -> Part:
    sides = [size for both in reversed(layer.sides) for size in both]
    return Part(f"F.pad({{x}}, {sides}, value={_number(layer.value)})")


def _transpose(layer: Any) -> Part:
    if len(layer.order) == 2 and layer.order != (0, 1):
        return Part("{x}.transpose(1, 2)")
    order = ", ".join(str(axis + 1) for axis in layer.order)
    return Part(f"{{x}}.permute(0, {order})")


def _joined(sign: str) -> Writer:
    def write(layer: Any) -> Part:
        return Part(f" {sign} ".join(f"{{{n}}}" for n in range(len(layer.sources))))

    return write


def _concat(layer: Any) -> Part:
    names = ", ".join(f"{{{n}}}" for n in range(len(layer.sources)))
    axis = 1 if len(layer.shape) == 1 or layer.channels_first else 2
    return Part(f"torch.cat(({names}), {axis})")


LAYERS: Mapping[str, Writer] = {
    "dense": _dense,
    **dict.fromkeys(("conv1d", "conv2d", "conv_transpose2d"), _convolution),
    **dict.fromkeys(("max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d"), _pool),
    **dict.fromkeys(("global_avg_pool", "global_max_pool"), _global_pool),
    "flatten": lambda layer: Part("{x}.flatten(1)"),
    "reshape": _reshape,
    "dropout": lambda layer: Part("{me}({x})", f"nn.Dropout({_number(layer.rate)})"),
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "rms_norm": _layer_norm,
    "group_norm": _group_norm,
    "embedding": _embedding,
    "positional_embedding": _positional,
    "attention": _attention,
    **dict.fromkeys(RECURRENT, _recurrent),
    "add": _joined("+"),
    "subtract": _joined("-"),
    "multiply": _joined("*"),
    "concat": _concat,
    **dict.fromkeys(("pad1d", "pad2d"), _pad),
    "transpose": _transpose,
    "first_step": lambda layer: Part("{x}[:, 0]"),
    "last_step": lambda layer: Part("{x}[:, -1]"),
    "mean_steps": lambda layer: Part("{x}.mean(1)"),
    "max_steps": lambda layer: Part("{x}.max(1)[0]"),
}
