"""What every layer is: keys, a shape rule, parameters, forward statements."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import ClassVar

from bpgen.program.axes import Numbered
from bpgen.program.builder import Axes, Builder
from bpgen.program.nodes import Expression, Index, Number, Role, Variable
from bpgen.program.notes import LayerNote
from bpgen.reading.kinds import Kind
from bpgen.reading.records import Values

PREFIXES = {"weight": "w", "bias": "b"}


class LayerError(ValueError):
    """The layer does not fit its input; `key` is the key to point at."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Parameter:
    """A weight or a bias: its name in net.yaml, its variable, how it starts.

    `gates` is how many matrices, one above the other, a weight is made of.
    """

    name: str
    variable: Variable
    initial: Expression
    gates: int = 1

    @classmethod
    def of(
        cls,
        layer: str,
        last: str,
        axes: Axes,
        initial: Expression,
        *,
        prefix: str = "",
        variable: str = "",
        gates: int = 1,
        letters: str = "",
    ) -> Parameter:
        """The parameter `layer`.`last`.

        Its variable is called w_..., b_... unless another `prefix`, or a name of its
        own, is given.
        """
        prefix = prefix or PREFIXES.get(last, last)
        name = variable or f"{prefix}_{layer}"
        held = Variable(name, Role.PARAMETER, prefix, axes, letters)
        return cls(f"{layer}.{last}", held, initial, gates)

    @classmethod
    def buffer(cls, layer: str, last: str, axes: Axes, start: Number) -> Parameter:
        """What a layer remembers without training it, under the name `layer`.`last`."""
        variable = Variable(f"{last}_{layer}", Role.BUFFER, last, axes)
        return cls(f"{layer}.{last}", variable, start)

    @property
    def is_regularized(self) -> bool:
        """Whether regularization reaches it: weights, not biases or slopes."""
        return self.last.startswith("weight")

    @property
    def last(self) -> str:
        """The last part of the name: weight, bias ..."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Source:
    """What a layer reads: the labels along each axis, and where the channels are.

    An image is [channels, height, width], a sequence [time, features]; a sequence
    that a conv1d layer made is [channels, length].

    Attributes:
        steps_by: how to have all steps of it, where it is the last one of several.
    """

    axes: Axes
    channels_first: bool
    steps_by: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of elements along each axis."""
        return tuple(map(len, self.axes))

    @property
    def letters(self) -> str:
        """What loops along the axes count with."""
        sequence = "cy" if self.channels_first else "ti"
        return ("", "i", sequence, "cyx")[len(self.axes)]

    @property
    def channel_axis(self) -> int:
        """The axis of the channels, or of the features."""
        return 0 if self.channels_first else len(self.axes) - 1

    def __str__(self) -> str:
        return shape_text(self.axes)


@dataclass(frozen=True)
class Layer(ABC):
    """One layer with everything resolved.

    Attributes:
        regularized: whether regularization reaches its weights.
        why: why its backward pass has the shape that it has, in whole sentences.
        name: the layer's name; its parameters are called `name`.weight ...
        source: what it reads; of several layers the first.
        shared: another layer's parameters, used instead of its own.
        about: what net.yaml says of it, for comments.
    """

    type: ClassVar[str]
    keys: ClassVar[Mapping[str, Kind]] = {}
    required: ClassVar[tuple[str, ...]] = ()
    regularized: ClassVar[bool] = True
    why: ClassVar[str] = ""

    name: str
    source: Source
    shared: tuple[Parameter, ...] = field(default=(), kw_only=True)
    about: str = field(default="", kw_only=True)

    @classmethod
    @abstractmethod
    def resolve_all(
        cls, name: str, sources: tuple[Source, ...], options: Values
    ) -> Layer:
        """The layer that the options ask for on these inputs.

        Raises:
            LayerError: the inputs do not fit.
        """

    @property
    @abstractmethod
    def words(self) -> str:
        """The layer in a few words, for comments."""

    @property
    def kind(self) -> str:
        """What layers of its kind are called: `rms_norm` of RmsNorm."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def note(self) -> LayerNote:
        """What heads its statements."""
        name = f"Layer {self.name}"
        return LayerNote(name, self.words, why=self.why, about=self.about)

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """The shape of its output."""

    @property
    def index_count(self) -> int:
        """Of a layer that reads indices: they are 0 ... index_count - 1; else 0."""
        return 0

    @property
    def neurons(self) -> int:
        """How many weighted sums or values it is, each by itself when unrolled."""
        return prod(self.shape)

    @property
    def axes(self) -> Axes:
        """The labels of its output."""
        return unit_axes(self.name, self.shape)

    @property
    def channels_first(self) -> bool:
        """Whether the first axis of its output holds channels."""
        axes = len(self.shape)
        return axes == 3 or (axes == 2 and self.source.channels_first)

    @property
    def letters(self) -> str:
        """What loops over its output count with."""
        return self.output.letters

    @property
    def output(self) -> Source:
        """What the layers after it read."""
        stays = self.shape == self.source.shape
        steps_by = self.source.steps_by if stays else ""
        return Source(self.axes, self.channels_first, steps_by)

    def parameters(self) -> tuple[Parameter, ...]:
        """Its own parameters, in the order of PyTorch's state_dict."""
        return ()

    def sharing(self, other: Layer) -> Layer:
        """The layer with the parameters of another one of its type.

        Raises:
            LayerError: their shapes differ.
        """
        own = [parameter.variable.shape for parameter in self.parameters()]
        others = [parameter.variable.shape for parameter in other.parameters()]
        if own != others:
            message = f"parameters of shapes {own} cannot be shared with {others}"
            raise LayerError(message, "share")
        return replace(self, shared=other.used_parameters())

    def buffers(self) -> tuple[Parameter, ...]:
        """What it remembers without training it."""
        return ()

    @property
    def mixes_samples(self) -> bool:
        """Whether training needs all samples of a batch at once."""
        return False

    def used_parameters(self) -> tuple[Parameter, ...]:
        """The parameters that its statements read: its own or the shared ones."""
        return self.shared or self.parameters()

    @abstractmethod
    def forward_all(self, build: Builder, inputs: tuple[Variable, ...]) -> Variable:
        """Add the statements of the forward pass; returns the output."""


class Unary(Layer):
    """A layer that reads one other."""

    @classmethod
    @abstractmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Layer:
        """The layer that the options ask for on that input.

        Raises:
            LayerError: the input does not fit.
        """

    @classmethod
    def resolve_all(
        cls, name: str, sources: tuple[Source, ...], options: Values
    ) -> Layer:
        (source,) = sources
        return cls.resolve(name, source, options)

    @abstractmethod
    def forward(self, build: Builder, x: Variable) -> Variable:
        """Add the statements of the forward pass; returns the output."""

    def forward_all(self, build: Builder, inputs: tuple[Variable, ...]) -> Variable:
        (x,) = inputs
        return self.forward(build, x)


def unit_axes(name: str, shape: tuple[int, ...]) -> Axes:
    """Labels for the units of a layer: h1 h2 ..., further axes by number.

    A name that ends in a digit gets a `_`, so that unit 1 of layer `h1` and
    unit 11 of layer `h` stay apart.
    """
    stem = f"{name}_" if name[-1].isdigit() else name
    return (Numbered(shape[0], stem), *numbered(shape[1:]))


def weights_of_units(
    layer: str,
    weight: Axes,
    units: Axes,
    initial: Expression,
    *,
    has_bias: bool,
    has_slope: bool,
    letters: str = "ij",
) -> tuple[Parameter, ...]:
    """The parameters of units that compute weighted sums: the weight, with these
    axes, and for each unit a bias and the slope of its activation, if there are any;
    the first of the letters is that of the units."""
    found = [Parameter.of(layer, "weight", weight, initial, letters=letters)]
    own = "f" if "f" in letters else "i"
    if has_bias:
        found.append(Parameter.of(layer, "bias", units, Number(0.0), letters=own))
    if has_slope:
        found.append(Parameter.of(layer, "slope", units, Number(0.25), letters=own))
    return tuple(found)


def numbered(shape: tuple[int, ...]) -> Axes:
    """Labels 1 2 3 ... along each axis."""
    return tuple(map(Numbered, shape))


def row_major(at: tuple[Index, ...], shape: tuple[int, ...]) -> Index:
    """The number of an element of that shape, counted row by row."""
    number, stride = Index(), 1
    for index, extent in reversed(list(zip(at, shape, strict=True))):
        number, stride = index * stride + number, stride * extent
    return number


def sequence_fault(kind: str, source: Source) -> str:
    """What is wrong with an input that is no sequence, and the remedy."""
    message = f"{kind} needs a sequence [time, features], got {source}"
    return f"{message}: {source.steps_by or 'add a reshape layer before it'}"


def shape_text(axes: Axes) -> str:
    """The shape as net.yaml writes it: 4, or [3, 8, 8]."""
    sizes = [len(axis) for axis in axes]
    return str(sizes[0]) if len(sizes) == 1 else str(sizes)
