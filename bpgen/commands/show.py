"""What `bpgen show` prints: what stands between two stages of the compiler."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Options
from typing import Any

from bpgen.catalog.layers.base import Layer, Parameter, shape_text
from bpgen.commands.emit import Request, emit_all
from bpgen.commands.nets import checked_tree, load_network
from bpgen.commands.style import check_unrolled
from bpgen.lowering.network import lower
from bpgen.network.network import Network
from bpgen.program.blocks import BLOCKS, Program
from bpgen.program.expressions import short_number
from bpgen.program.show import STEP, expression_text, program_lines
from bpgen.reading.yaml_reader import (
    Mapping,
    Node,
    Scalar,
    Sequence,
)
from bpgen.styles.loops import localize
from bpgen.styles.unrolled import unroll

BACKWARD = BLOCKS.index("backward")  # where what is derived begins
MOST_ITEMS = 4  # of a list; more are counted
PLACES = 9  # the width of the column with line and column


def shown_lines(
    file: str, stage: str, language: str, data_folder: str | None = None
) -> Iterator[str]:
    """What stands after a stage, line by line.

    Raises:
        InputError: the net is wrong, or has no such form.
    """
    match stage:
        case "spec":
            yield from _written(file)
        case "network":
            yield from _network(load_network(file, data_folder))
        case "page":
            yield from _page(file, language, data_folder)
        case _:
            yield from _program(load_network(file, data_folder), file, stage)


# --- What was written -----------------------------------------------------------------


def _written(file: str) -> Iterator[str]:
    """Every key with its line and column, once each is right by itself."""
    return _node(checked_tree(file), "")


def _node(node: Node, indent: str) -> Iterator[str]:
    match node:
        case Mapping(entries):
            for key, value in entries:
                place = f"{key.place.line}:{key.place.column}".ljust(PLACES)
                yield f"{place}{indent}{_short(key)[1:]}:{_short(value)}"
                if not _short(value):
                    yield from _node(value, indent + STEP)
        case Sequence(items):
            for item in items[:MOST_ITEMS] if _is_data(node) else items:
                if _short(item):
                    place = f"{item.place.line}:{item.place.column}".ljust(PLACES)
                    yield f"{place}{indent}-{_short(item)}"
                else:
                    yield from _item(item, indent)
            if _is_data(node) and len(items) > MOST_ITEMS:
                more = len(items) - MOST_ITEMS
                yield f"{'':{PLACES}}{indent}... and {more} more"
        case Scalar():
            raise AssertionError("the caller prints it")


def _item(item: Node, indent: str) -> Iterator[str]:
    """An item of several lines: a dash before the first."""
    at = PLACES + len(indent)
    for number, line in enumerate(_node(item, indent + STEP)):
        yield line if number else f"{line[:at]}- {line[at + len(STEP) :]}"


def _short(node: Node) -> str:
    """A value that fits behind its key, with a space before it; else nothing."""
    match node:
        case Scalar(value):
            is_plain = value.isascii() and not node.quoted
            return f" {value}" if is_plain else f" {value!a}"
        case Sequence(items) if all(isinstance(item, Scalar) for item in items):
            shown = [_short(item).strip() for item in items[:MOST_ITEMS]]
            rest = len(items) - MOST_ITEMS
            more = f", ... and {rest} more" if rest > 0 else ""
            return f" [{', '.join(shown)}{more}]"
        case _:
            return ""


def _is_data(node: Sequence) -> bool:
    """Whether a list holds lists, such as the rows of a matrix."""
    return all(isinstance(item, Sequence) for item in node.items)


# --- What it means --------------------------------------------------------------------


def _network(network: Network) -> Iterator[str]:
    """The net with every reference resolved and every default filled in."""
    yield f"net {network.name}, class {network.class_name}, seed {network.seed}"
    yield f"input: {shape_text(network.input_axes)}"
    yield "layers:"
    for layer, sources in zip(network.layers, network.sources, strict=True):
        read = ", ".join(sources)
        yield f"{STEP}{layer.name}: {layer.words}; {read} -> {shape_text(layer.axes)}"
        yield from (f"{STEP * 2}{line}" for line in _parameters(network, layer))
    yield f"parameters: {network.weights:,} numbers"
    options = zip(network.loss.options, network.loss_options, strict=True)
    yield f"loss: {network.loss.words}{_options(dict(options))}"
    yield f"optimizer: {network.optimizer.name}{_options(network.settings)}"
    if network.schedule:
        schedule = network.schedule
        yield f"schedule: {schedule.schedule.name}{_options(schedule.options)}"
        yield f"{STEP}moves after each {schedule.per}"
    if network.clip:
        yield f"clip: {network.clip[0]} to {network.clip[1]}"
    training = network.training
    fields = {name: getattr(training, name) for name in training.__slots__}
    yield f"training:{_options(fields)[1:]}"
    if network.data:
        yield f"data: {len(network.data.inputs):,} samples"
    elif network.run_files:
        yield f"data: read when a file is run: {', '.join(network.run_files.names)}"
    else:
        yield "data: none"


def _parameters(network: Network, layer: Layer) -> Iterator[str]:
    if layer.shared:
        names = (parameter.name for parameter in layer.used_parameters())
        yield f"shares {', '.join(names)}"
        return
    for parameter in (*layer.parameters(), *layer.buffers()):
        shape = "".join(f"[{size}]" for size in parameter.variable.shape)
        yield f"{parameter.name} {shape}: {', '.join(_facts(network, parameter))}"


def _facts(network: Network, parameter: Parameter) -> Iterator[str]:
    """How a parameter starts, and what training does with it."""
    name = parameter.name
    if name in network.initial:
        yield "starts as written"
    else:
        yield f"starts as {expression_text(parameter.initial)}"
    if name in network.frozen:
        yield "frozen"
    if name in network.rate_factors:
        yield f"learning_rate times {network.rate_factors[name]:g}"
    for rate, size in zip(("l1", "l2"), network.penalties.get(name, ()), strict=False):
        if size:
            yield f"{rate} {size:g}"


def _options(options: Options[str, Any]) -> str:
    return "".join(f", {name} {_plain(value)}" for name, value in options.items())


def _plain(value: object) -> str:
    """A setting as net.yaml has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return short_number(value) if isinstance(value, (int, float)) else str(value)


# --- What is computed -----------------------------------------------------------------


def _program(network: Network, file: str, stage: str) -> Iterator[str]:
    program: Program = lower(network)
    match stage:
        case "forward":
            yield from program_lines(program, BLOCKS[:BACKWARD])
        case "backward":
            yield from program_lines(program, BLOCKS[BACKWARD:])
        case "loops":
            yield from program_lines(localize(program), BLOCKS)
        case _:
            check_unrolled(file, network, program, "--stage loops")
            yield from program_lines(unroll(program), BLOCKS)


def _page(file: str, language: str, data_folder: str | None) -> Iterator[str]:
    """The file that `bpgen emit` would write."""
    request = Request(
        files=(file,),
        languages=(language,),
        output="-",
        style="auto",
        comments="full",
        library=False,
        inference=False,
        fast=True,
        force=False,
        data_folder=data_folder,
    )
    for text in emit_all(request, lambda line: None):
        yield from text.splitlines()
