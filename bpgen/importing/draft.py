"""A net while it is read from a model: layers, their weights, and what is to be said.

In: what an importer finds, layer by layer. Out: the layers of a net.yaml. A value of
the model is a layer and the places in its output that it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from math import prod
from typing import Any

from bpgen.importing.places import Places
from bpgen.importing.weights import Weights
from bpgen.reading.kinds import made_name

INPUT = "input"
# Layers that can apply an activation themselves.
ACTIVATED = ("dense", "conv1d", "conv2d", "conv_transpose2d")
RECURRENT = ("rnn", "lstm", "gru")
RETURNS = "return_sequences"
BY_ROW = ("softmax", "log_softmax")  # activations of a whole row, which images lack


class RefusedError(Exception):
    """Something of a model has no counterpart in net.yaml; the message says what."""


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor of the model, without its batch axis: places in a layer's output."""

    layer: str
    places: Places

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape in the model."""
        return self.places.shape


@dataclass(slots=True)
class Entry:
    """A layer of the net to be: as net.yaml says it, its shape, a comment."""

    name: str
    type: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    options: dict[str, Any] = field(default_factory=dict)
    comment: str = ""
    wanted: str = ""  # the name that it would have if nothing else had it
    is_activation: bool = False  # which the layer before it may apply itself


class Draft:
    """The net so far."""

    def __init__(self, input_shape: Sequence[int]) -> None:
        self.input_shape = tuple(input_shape)
        self.input_places = Places.whole(input_shape)  # of the model's, in the net's
        self.entries: dict[str, Entry] = {}
        self.parameters: dict[str, Weights] = {}
        self.frozen: list[str] = []
        self.notes: list[str] = []
        self.functions: dict[str, str] = {}  # formulas of x, by name
        self.inexactness = 0.0  # how far constants of the model are from the net's
        self.made: dict[tuple[str, str, tuple[int, ...]], str] = {}  # to be used again

    @property
    def input(self) -> Value:
        """The net's input, as the model has it."""
        return Value(INPUT, Places.whole(self.input_shape))

    def note(self, text: str) -> None:
        """What the user should know, once."""
        if text not in self.notes:
            self.notes.append(text)

    def free_name(self, wanted: str) -> str:
        """A layer's name that is free and may stand in net.yaml."""
        stem = made_name(wanted, "layer") or "layer"
        stem = f"{stem}_layer" if stem == INPUT else stem
        name, number = stem, 1
        while name in self.entries:
            number += 1
            name = f"{stem[:36]}_{number}"
        return name

    def add(
        self,
        type_: str,
        name: str,
        inputs: Sequence[str],
        shape: Sequence[int],
        options: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Weights] | None = None,
        comment: str = "",
    ) -> Value:
        """A layer, with its parameters by their last names; what it gives."""
        free = self.free_name(name)
        entry = Entry(
            free, type_, tuple(inputs), tuple(shape), dict(options or {}), comment, name
        )
        self.entries[free] = entry
        for last, weights in (parameters or {}).items():
            self.parameters[f"{free}.{last}"] = weights
        return Value(free, Places.whole(shape))

    def shape_of(self, layer: str) -> tuple[int, ...]:
        """The shape of a layer's output."""
        return self.input_shape if layer == INPUT else self.entries[layer].shape

    def has_channels_first(self, layer: str) -> bool:
        """Whether a layer gives [channels, length]."""
        while layer != INPUT:
            entry = self.entries[layer]
            if entry.type in ("conv1d", "max_pool1d", "avg_pool1d", "pad1d"):
                return True
            if entry.shape != self.shape_of(entry.inputs[0]):
                return False
            layer = entry.inputs[0]
        return False

    def plain(self, value: Value) -> str:
        """The layer whose output is this value, as it is; one is made if need be.

        Raises:
            RefusedError: net.yaml has no layer that would.
        """
        return self._plain(self.in_net(value))

    def _plain(self, value: Value) -> str:
        """The same of a value by the places of the net."""
        shape = self.shape_of(value.layer)
        size = prod(shape)
        if value.places.is_whole and len(value.places.at) == size:
            if value.shape == shape:
                return value.layer
            if len(value.shape) == 1:
                return self.once("flatten", value.layer, value.shape, {})
            wanted = {"shape": list(value.shape)}
            return self.once("reshape", value.layer, value.shape, wanted)
        if len(shape) == 2 and len(value.places.at) == shape[1]:
            last = tuple(range(size - shape[1], size))
            if value.places.at == last:
                return self.once("last_step", value.layer, value.shape, {})
            if value.places.at == tuple(range(shape[1])):
                return self.once("first_step", value.layer, value.shape, {})
        if len(value.shape) == 2 and len(value.places.at) == size:
            turned = Places.whole(value.shape[::-1])
            if value.places == turned.permuted((1, 0)):
                source = self._plain(Value(value.layer, turned))
                return self.once("transpose", source, value.shape, {})
        if value.layer != INPUT and (axes := _axes_of(value, shape)):
            key = "transpose", f"{value.layer} {axes}", value.shape
            if key not in self.made:
                name, options = f"{value.layer[:28]}_transpose", {"axes": axes}
                self.made[key] = self.add(
                    "transpose", name, (value.layer,), value.shape, options
                ).layer
            return self.made[key]
        if self._is_final(value):
            return self._final(self.entries[value.layer])
        if value.layer == INPUT and sorted(value.places.at) == list(range(size)):
            return self.laid_out(value)
        raise RefusedError(
            f"only some elements, or elements in another order, of {value.layer} "
            f"{list(shape)} are used as {list(value.shape)}: net.yaml has no layer "
            "that picks them; rearrange them in front of the model"
        )

    def _is_final(self, value: Value) -> bool:
        """Whether it is the last state of each way of a recurrent layer."""
        entry = self.entries.get(value.layer)
        if entry is None or entry.type not in RECURRENT:
            return False
        steps, features = entry.shape
        units = features // 2
        last = range((steps - 1) * features, (steps - 1) * features + units)
        return value.places.at == (*last, *range(units, features))

    def _final(self, entry: Entry) -> str:
        """The same recurrent layer that gives its last states alone."""
        key = "final", entry.name, entry.shape[1:]
        if key not in self.made:
            options = {k: v for k, v in entry.options.items() if k != RETURNS}
            self.made[key] = self.add(
                entry.type,
                entry.wanted,
                entry.inputs,
                entry.shape[1:],
                options,
                {
                    name.partition(".")[2]: weights
                    for name, weights in self.parameters.items()
                    if name.partition(".")[0] == entry.name
                },
                entry.comment,
            ).layer
        return self.made[key]

    def in_net(self, value: Value) -> Value:
        """A value by the places that the net's input has, if it is of that."""
        if value.layer != INPUT or self.input_places.is_whole:
            return value
        own = {place: number for number, place in enumerate(self.input_places.at)}
        at = tuple(own[place] for place in value.places.at)
        return Value(INPUT, Places(value.shape, at))

    def once(
        self, type_: str, layer: str, shape: tuple[int, ...], options: Mapping[str, Any]
    ) -> str:
        """A layer that only moves numbers; made once for all that read it."""
        key = type_, layer, shape
        if key not in self.made:
            name = type_ if layer == INPUT else f"{layer[:28]}_{type_}"
            self.made[key] = self.add(type_, name, (layer,), shape, options).layer
        return self.made[key]

    def laid_out(self, value: Value) -> str:
        """The input, which the net is to get in the order of a value.

        Raises:
            RefusedError: another layer reads it as it is.
        """
        if any(INPUT in entry.inputs for entry in self.entries.values()):
            raise RefusedError("the input is read in two orders: net.yaml has only one")
        was = list(self.input_shape)
        self.input_shape = value.shape
        self.input_places = value.places
        self.note(
            f"the input is {list(value.shape)}, not {was}: rearrange samples so "
            "(net.yaml has channels first in an image, last in a sequence)"
        )
        return INPUT

    def steps_first(self, value: Value) -> None:
        """See to it that channels are known by being last where they come first in a
        sequence that is the input itself.

        Raises:
            RefusedError: another layer reads it as it is.
        """
        if value.layer == INPUT and len(value.shape) == 2 and value.places.is_whole:
            self.laid_out(Value(INPUT, value.places.permuted((1, 0))))

    def finished(self, output: Value) -> list[Entry]:
        """The layers that the output needs, in order, each activation in the layer
        that it follows."""
        last = self.plain(output)
        if last == INPUT:
            raise RefusedError("the model has no layers: its output is its input")
        needed: set[str] = set()
        for entry in reversed(self.entries.values()):
            if entry.name == last or entry.name in needed:
                needed |= {entry.name, *entry.inputs}
        entries = [entry for entry in self.entries.values() if entry.name in needed]
        self.parameters = {
            name: weights
            for name, weights in self.parameters.items()
            if name.partition(".")[0] in needed
        }
        self._tell_tied()
        found = self._renamed(self._joined(entries))
        used = {entry.type for entry in found}
        used |= {str(entry.options.get("activation")) for entry in found}
        known = self.functions.items()
        self.functions = {name: own for name, own in known if name in used}
        return found

    def _renamed(self, entries: list[Entry]) -> list[Entry]:
        """The layers with the names that they can have now that others are gone."""
        self.entries = {}
        names = {INPUT: INPUT}
        for entry in entries:
            names[entry.name] = self.free_name(entry.wanted)
            self.entries[names[entry.name]] = entry
        for entry in entries:
            entry.name = names[entry.name]
            entry.inputs = tuple(names[name] for name in entry.inputs)
            if "share" in entry.options:
                entry.options["share"] = names[entry.options["share"]]

        def renamed(parameter: str) -> str:
            layer, _, last = parameter.partition(".")
            return f"{names.get(layer, layer)}.{last}"

        self.parameters = {renamed(n): own for n, own in self.parameters.items()}
        self.frozen = [renamed(name) for name in self.frozen]
        return entries

    def _tell_tied(self) -> None:
        """Say which tensors of the model are several here."""
        seen: dict[tuple[str, int], str] = {}
        for name, weights in self.parameters.items():
            for tensor in weights.tensors:
                key = tensor.name, weights.places.at[0] if weights.places.at else 0
                if seen.setdefault(key, name) != name:
                    self.note(
                        f"{tensor.name} is {seen[key]} and {name} here: training moves "
                        "them apart"
                    )

    def _joined(self, entries: list[Entry]) -> list[Entry]:
        """The layers without those activations that the layer before can apply."""
        readers: dict[str, int] = {}
        for entry in entries:
            for name in entry.inputs:
                readers[name] = readers.get(name, 0) + 1
        renamed: dict[str, str] = {}
        kept: dict[str, Entry] = {}
        for entry in entries:
            entry.inputs = tuple(renamed.get(name, name) for name in entry.inputs)
            before = kept.get(entry.inputs[0])
            if (
                before
                and entry.is_activation
                and readers[before.name] == 1
                and before.type in ACTIVATED
                and "activation" not in before.options
                and not (entry.type in BY_ROW and before.type != "dense")
            ):
                options = {"type": entry.type, **entry.options}
                plain = len(options) == 1
                before.options["activation"] = entry.type if plain else options
                renamed[entry.name] = before.name
                readers[before.name] = readers.get(entry.name, 0)
                continue
            kept[entry.name] = entry
        return list(kept.values())

    def activation(self, type_: str, name: str, x: Value, **options: Any) -> Value:
        """An activation, element by element or along the last axis, of a value.

        What is rearranged stays so: only a whole row needs its own order.
        """
        if type_ in BY_ROW or x.layer == INPUT:
            made = self.add(type_, name, (self.plain(x),), x.shape, options)
            self.entries[made.layer].is_activation = True
            return made
        shape = self.shape_of(x.layer)
        made = self.add(type_, name, (x.layer,), shape, options)
        self.entries[made.layer].is_activation = True
        return Value(made.layer, x.places)


def _axes_of(value: Value, shape: tuple[int, ...]) -> list[int]:
    """In which order a value has the three axes of a layer's output, if it has them."""
    if len(shape) == 3 == len(value.shape):
        for axes in permutations(range(3)):
            if Places.whole(shape).permuted(axes) == value.places:
                return list(axes)
    return []
