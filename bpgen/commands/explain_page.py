"""What makes the page of `bpgen explain` live: the emitted JavaScript, traced."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bpgen.commands.emit import Net, text_of
from bpgen.explaining.derivations import Script
from bpgen.explaining.live import MOST_NUMBERS, MOST_TEXT, LargeLive, Live
from bpgen.explaining.model import Explanation
from bpgen.explaining.notations import Namer
from bpgen.explaining.overview import MIXED
from bpgen.explaining.request import Request
from bpgen.explaining.run import keys_of
from bpgen.explaining.samples import samples_of
from bpgen.languages import LANGUAGES
from bpgen.languages.names import class_of
from bpgen.lowering.optimizer import LEARNING_RATE
from bpgen.network.network import Network
from bpgen.program.expressions import text
from bpgen.program.nodes import Element, Expression
from bpgen.writing.context import call_in, notation_of
from bpgen.writing.options import Comments, Options
from bpgen.writing.page import Page
from bpgen.writing.render import render
from bpgen.writing.trace import traced

# What only an editor reads, as indents are: a page is to be small.
DOCS = r"^ */\*\*(?s:.*?)\*/\n"
OPTIONS = Options("javascript", comments=Comments.NONE, library=True, fast=False)


def script_page(net: Net) -> Page:
    """The emitted module that a page computes with."""
    program = net.program.with_blocks({"step": ()})
    return Page(net.network, program, OPTIONS, Path(net.file).name)


def script_of(net: Net) -> Script:
    """How a page writes an expression, of numbers by their keys."""
    page = script_page(net)

    def script(value: Expression, key: Callable[[Element], str]) -> str:
        notation = notation_of(
            LANGUAGES["javascript"],
            lambda element: f"v.{key(element)}",
            call_in(page.names),
        )
        return text(value, notation)

    return script


def live_of(net: Net, keys: Namer, request: Request) -> Live:
    """The mathematics of the page, and the numbers that it starts from."""
    network, program = net.network, net.program
    page = script_page(net)
    code = traced(page, render(page), lambda element: key_of(keys, element))
    samples = samples_of(network, program, request.sample)
    names = {setting.name for setting in program.settings}
    data = network.data
    return Live(
        code=slim(code),
        class_name=page.class_name,
        parameters=tuple(
            (p.name, tuple(keys(*key) for key in keys_of(p.variable)))
            for p in network.parameters
        ),
        inputs=tuple(map(tuple, samples.inputs)),
        targets=tuple(map(tuple, samples.targets)),
        place=samples.place,
        data=(
            (data.inputs, data.targets)
            if data and sum(map(len, data.inputs + data.targets)) <= MOST_NUMBERS
            else None
        ),
        rate=LEARNING_RATE if LEARNING_RATE in names else "",
        batch_size=network.training.batch_size,
        keeps_best=keeps_best(network),
    )


def keeps_best(network: Network) -> bool:
    """Whether each call of train restores the best epoch that it saw."""
    training = network.training
    return training.validation > 0.0 or training.patience > 0


def slim(code: str) -> str:
    """The module without what only an editor reads."""
    lines = map(str.strip, re.sub(DOCS, "", code, flags=re.MULTILINE).split("\n"))
    return "\n".join(filter(None, lines))


def large_live_of(net: Net, found: Explanation, keys: Namer, rate: float) -> LargeLive:
    """The mathematics of the page of a large net, which begins with a learning rate."""
    network = net.network
    options = Options("javascript", "loops", comments=Comments.NONE, library=True)
    code = text_of(network, net.program, options, Path(net.file).name)
    samples = samples_of(network, net.program, found.sample, MIXED)
    shown = {weight.before.key for weight in found.weights}
    places = (
        (keys(own.variable, place), own.name, at)
        for own in network.parameters
        for at, (_, place) in enumerate(keys_of(own.variable))
    )
    return LargeLive(
        code=slim(code),
        class_name=class_of(LANGUAGES["javascript"], network.name),
        weights=tuple(place for place in places if place[0] in shown),
        inputs=tuple(map(tuple, samples.inputs)),
        targets=tuple(map(tuple, samples.targets)),
        place=samples.place,
        data=fitting(network),
        count=samples.count,
        rate=rate,
        keeps_best=keeps_best(network),
        mixes=network.mixes_samples,
    )


def fitting(network: Network) -> tuple[Any, Any] | None:
    """The first samples of the data, as many as a page may hold."""
    data, left, count = network.data, MOST_TEXT, 0
    if data is None:
        return None
    for both in zip(data.inputs, data.targets, strict=True):
        left -= len(json.dumps(both, separators=(",", ":")))
        if left < 0:
            break
        count += 1
    return (data.inputs[:count], data.targets[:count]) if count else None


def key_of(keys: Namer, element: Element) -> str:
    """The key of an element with constant indices."""
    return keys(element.variable, tuple(index.constant for index in element.indices))
