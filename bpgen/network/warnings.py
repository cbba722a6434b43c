"""What is allowed and nearly always a mistake, each with what to do about it.

In: what a net.yaml says, for the places, and the network that it means, with its data.
Out: warnings. A rule is one function in RULES that yields what it finds; it stays
silent where it is not sure, for a warning that is often wrong is read by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import TypeAlias

from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.losses import Targets
from bpgen.errors import Place, Problem
from bpgen.network.network import Network
from bpgen.network.reach import Output, output_of
from bpgen.network.spec import NetSpec
from bpgen.program.axes import Axes

LARGE_INPUT = 100.0  # heights in centimetres are; percents are not
BYTE = 255.0  # of a pixel, the largest
SLACK = 0.05  # of their range, by which targets may be out of reach
SMALLEST_RATE = 1e-8
NORMS = ("batch_norm", "layer_norm", "rms_norm", "group_norm")
WEIGHTED = ("dense", "conv1d", "conv2d", "conv_transpose2d", "rnn", "lstm", "gru")

Found: TypeAlias = Iterator[tuple[Place, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A net with all that the rules ask for."""

    spec: NetSpec
    network: Network
    output: Output | None

    @property
    def loss_place(self) -> Place:
        """Where the loss stands."""
        assert self.spec.loss
        return self.spec.loss.place

    def data_place(self, key: str) -> Place:
        """Where a part of the data stands."""
        place: Place = self.spec.values["data"].at(key)
        return place

    def training_place(self, key: str) -> Place:
        """Where a key of training stands."""
        return self.spec.training.at(key) if self.spec.training else self.loss_place

    @property
    def samples(self) -> int:
        """How many samples there are; 0: that is not known."""
        return len(self.network.data.inputs) if self.network.data else 0

    @property
    def held_out(self) -> int:
        """How many of them are held out, as `runtime.training` does it."""
        share = self.network.training.validation
        return max(1, int(share * self.samples)) if share and self.samples else 0


def warnings_of(spec: NetSpec, network: Network) -> tuple[Problem, ...]:
    """What is odd about a net, in the order of the file."""
    case = Case(spec, network, output_of(network))
    found = {
        Problem(message, place, "warning")
        for rule in RULES
        for place, message in rule(case)
    }
    return tuple(sorted(found, key=lambda p: (p.place, p.message)))


# --- The loss and the last activation ---------------------------------------------


def _outputs_unfit(case: Case) -> Found:
    """A loss that takes the logarithm of what is no share, and the like."""
    wanted, output, name = (
        case.network.loss.outputs,
        case.output,
        case.network.loss.name,
    )
    if output is None or not wanted.by or output.activation in wanted.by:
        return
    usual, other = wanted.by[0], wanted.instead.get(output.activation)
    remedy = f"write loss: {other}" if other else f"write {usual} there"
    if other and output.activation == "identity":
        remedy += f", or activation: {usual} there"
    needs = f"{name} needs {wanted.words}, as {usual} gives them, but {output.words}"
    yield case.loss_place, f"{needs}: {remedy}"


def _twice(case: Case) -> Found:
    """A loss on any numbers after the activation that it has inside, or a limit."""
    wanted, output, name = (
        case.network.loss.outputs,
        case.output,
        case.network.loss.name,
    )
    if not wanted.inside or output is None or not output.is_bounded:
        return
    other = wanted.instead.get(output.activation)
    if other:
        message = f"{name} has a {wanted.inside} inside, so there are two of them: "
        message += f"write loss: {other}"
    else:
        message = f"{name} works on numbers of any size, but {output.activation} keeps "
        message += f"those of the last layer {output.range_words}: leave it out"
    yield case.loss_place, message


# --- The data -----------------------------------------------------------------------


def _targets_out_of_reach(case: Case) -> Found:
    """No output can ever be what a target asks for."""
    data, output = case.network.data, case.output
    if data is None or output is None or not case.network.loss.outputs.near_targets:
        return
    side = case.network.preprocessing.targets
    low, high = _range(side.of(data.targets, shape_of(case.network.output_axes)))
    slack = SLACK * (high - low)
    if low >= output.low - slack and high <= output.high + slack:
        return
    message = f"the targets go from {low:g} to {high:g}, but {output.activation} keeps "
    message += f"the outputs {output.range_words}: leave the last activation out"
    is_free = case.network.loss.targets is Targets.NUMBERS
    remedy = ", or write `preprocessing: {targets: minmax}`"
    remedy = remedy if output.is_bounded and is_free else ""
    yield case.data_place("targets"), message + remedy


def _inputs_unscaled(case: Case) -> Found:
    """Large inputs drive the first layer where its slope is nearly 0, or apart."""
    data, network = case.network.data, case.network
    first = [
        layer.type
        for layer, names in zip(network.layers, network.sources, strict=True)
        if "input" in names
    ]
    if data is None or network.index_count or not {*first}.isdisjoint(NORMS):
        return
    side = network.preprocessing.inputs
    low, high = _range(side.of(data.inputs, shape_of(network.input_axes)))
    largest = max(abs(low), abs(high))
    if largest > LARGE_INPUT:
        size = next(size for size in _round_numbers() if 2 * size >= largest)
        size = BYTE if (low, high) == (0.0, BYTE) else size
        message = f"the inputs go from {low:g} to {high:g}, but a net learns from small"
        message += " numbers, about -1 to 1: write `preprocessing: {inputs: "
        message += f"standardize}}`, or divide them, for example by {size:.0f}"
        yield case.data_place("inputs"), message


def _classes_from_one(case: Case) -> Found:
    """Labels 1, 2, 3 for outputs 0, 1, 2, 3, of which the first is never right."""
    data = case.network.data
    if data is None or data.labels is None or len(case.network.output_axes) > 1:
        return
    seen, outputs = {*chain(*data.labels)}, len(case.network.output_axes[0])
    if outputs > 2 and seen == set(range(1, outputs)):
        message = f"the labels go from 1 to {outputs - 1}, but classes count from 0: "
        message += f"write labels from 0 to {outputs - 2}, and units: {outputs - 1}"
        yield case.data_place("labels"), message


# --- Training -----------------------------------------------------------------------


def _rate_absurd(case: Case) -> Found:
    """A learning rate with which nothing is ever learned."""
    name, written = case.network.optimizer.name, case.spec.optimizer
    rate = case.network.settings["learning_rate"]
    default = case.network.optimizer.settings["learning_rate"].default
    if written is None or "learning_rate" not in written.options:
        return
    place = written.options.at("learning_rate")
    if rate > case.network.optimizer.largest_rate:
        message = f"learning_rate {rate:g} is far too large for {name}"
        yield place, f"{message}: each step throws all away; try {default:g}"
    if rate < SMALLEST_RATE:
        message = f"learning_rate {rate:g} is far too small for {name}"
        yield place, f"{message}: nothing moves; try {default:g}"


def _momentum_absurd(case: Case) -> Found:
    """A momentum that never slows down."""
    momentum, written = case.network.settings.get("momentum", 0.0), case.spec.optimizer
    if written and momentum >= 1.0:
        message = f"momentum {momentum:g} never slows down: write less than 1, such as"
        yield written.options.at("momentum"), f"{message} 0.9"


def _held_out_few(case: Case) -> Found:
    """A validation loss of one sample says nothing."""
    share, samples = case.network.training.validation, case.samples
    if share and case.held_out == 1:
        message = f"validation: {share:g} of {samples} samples holds out 1, too few to "
        message += "judge by: write a larger share, or leave validation out"
        yield case.training_place("validation"), message


def _batch_too_large(case: Case) -> Found:
    """One update an epoch, where several were meant."""
    size, training = case.network.training.batch_size, case.samples - case.held_out
    if case.samples and size > training:
        message = f"batch_size {size} is more than the {training} samples to train with"
        remedy = f"write {training} for all at once, or less for several steps an epoch"
        yield case.training_place("batch_size"), f"{message}: {remedy}"


def _stopping_blindly(case: Case) -> Found:
    """Early stopping that cannot see overfitting."""
    training = case.network.training
    if training.patience and not training.validation:
        message = "early_stopping can only watch the training loss, since no samples "
        message += "are held out: add validation: 0.2 to training"
        yield case.training_place("early_stopping"), message


def _units_alike(case: Case) -> Found:
    """Units that start alike get the same slopes, and stay alike."""
    network = case.network
    readers = {
        name: {
            other.type
            for other, names in zip(network.layers, network.sources, strict=True)
            if name in names
        }
        for name in (layer.name for layer in network.layers)
    }
    for choice, layer in zip(case.spec.layers, network.layers, strict=True):
        written = choice.options.get("initializer")
        is_hidden = readers[layer.name] - {"add"}  # a branch may start as nothing
        has_several = choice.options.get("units", choice.options.get("filters", 1)) > 1
        if not (
            written and INITIALIZERS[written.type].is_alike and layer.type in WEIGHTED
        ):
            continue
        given = any(p.name in network.initial for p in layer.parameters())
        if is_hidden and has_several and not given:
            message = f"all units of '{layer.name}' start alike, so they learn alike: "
            message += "leave the initializer out"
            yield choice.options.at("initializer"), message


def shape_of(axes: Axes) -> tuple[int, ...]:
    """How many numbers there are along each axis."""
    return tuple(map(len, axes))


def _range(rows: tuple[tuple[float, ...], ...]) -> tuple[float, float]:
    """The smallest and the largest number."""
    return min(map(min, rows)), max(map(max, rows))


def _round_numbers() -> Iterator[float]:
    """100, 1000 and so on."""
    size = 100.0
    while size < inf:
        yield size
        size *= 10.0
    yield inf


RULES: tuple[Callable[[Case], Found], ...] = (
    _outputs_unfit,
    _twice,
    _targets_out_of_reach,
    _inputs_unscaled,
    _classes_from_one,
    _rate_absurd,
    _momentum_absurd,
    _held_out_few,
    _batch_too_large,
    _stopping_blindly,
    _units_alike,
)
