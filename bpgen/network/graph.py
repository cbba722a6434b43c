"""The layers of a net, one after the other: which reads which, and whether it fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import prod

from bpgen.catalog.layers import layer_class
from bpgen.catalog.layers.base import Layer, LayerError, Parameter, Source, Unary
from bpgen.errors import InputError, Place, Problems, shown, suggestion
from bpgen.program.builder import Axes
from bpgen.reading.kinds import Items
from bpgen.reading.records import (
    Choice,
    Values,
)

MOST_PARAMETERS = 10_000_000
MOST_UNITS = 1_000_000  # of a layer, or numbers of the input


def check_size(size: int, what: str, most: int, place: Place) -> None:
    """Refuse at once what is too large to be worth a look at the rest."""
    if size > most:
        raise InputError.at(place, f"{size:,} {what} are more than {most:,}")


class Chain:
    """The layers so far, and what each can read."""

    def __init__(self, input_axes: Axes, problems: Problems) -> None:
        self.problems, self.input_axes = problems, input_axes
        start = Source(input_axes, channels_first=len(input_axes) == 3)
        self.outputs: dict[str, Source | None] = {"input": start}  # None: not known
        self.layers: list[Layer] = []
        self.counts: Counter[str] = Counter()  # of the layers by type, wrong ones, too
        self.sources: list[tuple[str, ...]] = []
        self.parameters: list[Parameter] = []
        self.has_twins = False  # two layers of one name: then nothing else is certain
        self.places: dict[str, Place] = {}
        self.options: dict[str, Values] = {}

    def axes_of_last(self) -> Axes:
        """The output of the last layer."""
        return self.layers[-1].axes

    def add(self, choice: Choice) -> None:
        """Resolve the next layer; what is wrong with it is noted."""
        options = choice.options
        self.counts[choice.type] += 1
        name = options.get("name", f"{choice.type}{self.counts[choice.type]}")
        if name in self.places:
            message = f"the layer name {shown(name)} stands twice"
            hint = f" (first on line {self.places[name].line})"
            self.problems.add(options.at("name"), message + hint)
            self.has_twins = True
            return
        self.places[name] = choice.place
        self.options[name] = options
        names = self.read_by(choice)
        sources = [self.outputs.get(name) for name in names]
        self.outputs.setdefault(name, None)
        known = tuple(source for source in sources if source)
        if len(known) < max(1, len(names)) or not options.complete:
            return
        try:
            layer = layer_class(choice).resolve_all(name, known, options)
            if layer.index_count and names != ("input",):
                message = f"{layer.type} reads indices, so it reads the net's input"
                raise LayerError(message, "inputs")
            if "share" in options:
                layer = layer.sharing(self.shared(choice))
            layer = replace(layer, about=options.get("about", ""))
        except LayerError as error:
            self.problems.add(options.at(error.key), str(error))
            return
        check_size(prod(layer.shape), "units", MOST_UNITS, options.place)
        self.outputs[name] = layer.output
        self.layers.append(layer)
        self.sources.append(names)
        self.parameters += layer.used_parameters()
        total = sum(prod(p.variable.shape) for p in self.parameters)
        check_size(total, "parameters", MOST_PARAMETERS, options.place)

    def read_by(self, choice: Choice) -> tuple[str, ...]:
        """The names of the layers that a layer reads; none if they are wrong."""
        options = choice.options
        if "inputs" not in options:
            if not issubclass(layer_class(choice), Unary):
                message = f"{choice.type} needs inputs: [the names of layers]"
                self.problems.add(options.place, message)
                return ()
            return (next(reversed(self.outputs)),)
        names: Items = options["inputs"]
        for name, place in zip(names, names.places, strict=True):
            if name not in self.outputs:
                hint = suggestion(name, self.outputs)
                message = f"no layer {shown(name)} before this one{hint}"
                self.problems.add(place, message)
        if len(names) > 1 and issubclass(layer_class(choice), Unary):
            message = f"{choice.type} reads one layer, not {len(names)}"
            self.problems.add(
                names.places[1], f"{message}: add and concat read several"
            )
            return ()
        return tuple(names)

    def penalties(self, general: Values | None) -> dict[str, tuple[float, float]]:
        """l1 and l2 of every parameter that regularization reaches."""
        found = {}
        for layer in self.layers:
            chosen = self.options[layer.name].get("regularization", general)
            for parameter in layer.parameters():
                if chosen and layer.regularized and parameter.is_regularized:
                    found[parameter.name] = (
                        chosen.get("l1", 0.0),
                        chosen.get("l2", 0.0),
                    )
        return found

    def rate_factors(self) -> dict[str, float]:
        """The factors of the learning rate that layers ask for."""
        return {
            parameter.name: self.options[layer.name]["learning_rate"]
            for layer in self.layers
            if "learning_rate" in self.options[layer.name]
            for parameter in layer.parameters()
        }

    def shared(self, choice: Choice) -> Layer:
        """The layer whose parameters another one asks for."""
        wanted = choice.options["share"]
        found = {layer.name: layer for layer in self.layers}
        if wanted not in found:
            hint = suggestion(wanted, found)
            raise LayerError(f"no layer {shown(wanted)} before this one{hint}", "share")
        if found[wanted].type != choice.type:
            kind = found[wanted].type
            raise LayerError(f"{wanted} is a {kind} layer, not {choice.type}", "share")
        return found[wanted]

    @property
    def is_whole(self) -> bool:
        """Whether every layer is resolved."""
        is_known = None not in self.outputs.values()
        return bool(self.layers) and is_known and not self.has_twins

    def check_all_used(self) -> None:
        """Every layer but the last must be read by another one."""
        if not self.is_whole:
            return
        read = {name for names in self.sources for name in names}
        for layer in self.layers[:-1]:
            if layer.name not in read:
                message = f"no layer reads the output of {shown(layer.name)}"
                self.problems.add(self.places[layer.name], message)
