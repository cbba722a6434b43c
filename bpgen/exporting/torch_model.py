"""The class of a net in PyTorch: one attribute and one line for each layer."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import dataclass, field

from bpgen.catalog.layers.base import Layer
from bpgen.errors import InputError, Problem
from bpgen.exporting.torch_layers import Part, part_of
from bpgen.exporting.torch_training import is_fused
from bpgen.network.network import Network

WIDTH = 88
# What an attribute or a local of the class cannot be called.
TAKEN = {*keyword.kwlist, "F", "Tensor", "nn", "self", "torch", "x", "predict"}


@dataclass(slots=True)
class Written:
    """A class, and by which names PyTorch knows what net.yaml calls otherwise."""

    lines: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


def written_class(network: Network, taken: set[str]) -> Written:
    """The class of a net; `taken` are names that every module has.

    Raises:
        InputError: PyTorch has no counterpart of some layers.
    """
    parts, faults = {}, []
    for layer in network.layers:
        try:
            parts[layer.name] = part_of(layer)
        except KeyError as error:
            faults.append(f"{layer.name}: {error.args[0]} has no counterpart yet")
    if faults:
        raise InputError([Problem(fault) for fault in faults])
    sides = {"input", "target"} if network.preprocessing else set()
    names = {
        layer.name: _free(layer.name, taken | TAKEN | sides, set(parts))
        for layer in network.layers
    }
    found = Written()
    found.lines += [
        "class Model(nn.Module):",
        f'    """{_words(network)}"""',
        "",
        "    def __init__(self) -> None:",
        "        super().__init__()",
        *_scalings(network),
        *_made(network, parts, names, found.renamed),
        "",
        "    def forward(self, x: Tensor) -> Tensor:",
        f'        """{_forward_words(network)}"""',
        *_ready(network),
        *_passed(network, parts, names),
        "",
        "    def predict(self, x: Tensor) -> Tensor:",
        '        """What predict of an emitted file gives, for a batch."""',
    ]
    if network.preprocessing.targets.is_scaled:
        found.lines += [
            "        found: Tensor = self.target.back(self(x))",
            "        return found",
        ]
    elif is_fused(network):
        found.lines.append("        return F.softmax(self(x), -1)")
    else:
        found.lines += ["        found: Tensor = self(x)", "        return found"]
    return found


def _scalings(network: Network) -> Iterator[str]:
    """What scales inputs and targets."""
    for side in (network.preprocessing.inputs, network.preprocessing.targets):
        if side.is_scaled:
            made = f"Scaling({len(side.columns)}, {side.axis + 1})"
            yield f"        self.{side.name} = {made}"


def _ready(network: Network) -> Iterator[str]:
    """What becomes of inputs before the layers see them."""
    side = network.preprocessing.inputs
    if side.is_scaled:
        yield "        x = self.input(x)"
    if any(column.categories for column in side.columns):
        widths = [column.width for column in side.columns]
        yield from broken("        x = ", f"by_category(x, {widths})")


def _words(network: Network) -> str:
    count = network.weights
    return f"A net of {count:,} parameters, called as in net.yaml."


def _forward_words(network: Network) -> str:
    if is_fused(network):
        return "The outputs before the last softmax, which the loss takes in."
    return "The outputs of a batch."


def _free(name: str, taken: set[str], others: set[str]) -> str:
    while name in taken or (name.endswith("_") and name in others):
        name = f"{name}_"
    return name


def _owner(network: Network, layer: Layer) -> str:
    """Whose module a layer uses: its own, or that of the layer that it shares with."""
    if not layer.shared:
        return layer.name
    return layer.shared[0].name.partition(".")[0]


def _made(
    network: Network,
    parts: dict[str, Part],
    names: dict[str, str],
    renamed: dict[str, str],
) -> Iterator[str]:
    for layer in network.layers:
        part, name = parts[layer.name], names[layer.name]
        if not part.make or layer.shared:
            continue
        yield from broken(f"        self.{name} = ", part.make)
        for last, size in part.extra.items():
            start = f"nn.Parameter(torch.zeros({size}))"
            yield f'        self.{name}.register_parameter("{last}", {start})'
        for parameter in (*layer.parameters(), *layer.buffers()):
            _, _, last = parameter.name.partition(".")
            theirs = f"{name}.{part.renamed.get(last, last)}"
            if theirs != parameter.name:
                renamed[parameter.name] = theirs


def _passed(
    network: Network, parts: dict[str, Part], names: dict[str, str]
) -> Iterator[str]:
    values = {"input": "x"} | names
    last = network.layers[-1]
    for layer, sources in zip(network.layers, network.sources, strict=True):
        read = [values[source] for source in sources]
        part = parts[layer.name]
        call = part.call.replace("{me}", f"self.{names[_owner(network, layer)]}")
        call = call.replace("{x}", read[0])
        for number, name in enumerate(read):
            call = call.replace(f"{{{number}}}", name)
        if layer is last and is_fused(network):
            call = call.removeprefix("F.softmax(").removesuffix(", -1)")
        yield from broken(f"        {names[layer.name]} = ", call)
    yield f"        found: Tensor = {names[last.name]}"
    yield "        return found"


def broken(start: str, call: str) -> Iterator[str]:
    """A statement in one line, or its arguments in a line of their own."""
    if len(start) + len(call) <= WIDTH:
        yield start + call
        return
    indent = " " * (len(start) - len(start.lstrip()))
    head, _, rest = call.partition("(")
    yield f"{start}{head}("
    yield f"{indent}    {rest.removesuffix(')')}"
    yield f"{indent})"
