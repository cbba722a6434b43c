"""What `bpgen budget` prints: what a net costs before anyone trains it.

Operations and memory are counted from the program in loops; the source is written,
unless that would take long: then its size is an estimate, and it has no lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from math import prod
from typing import Any, TypeAlias

from bpgen.commands.emit import source_name, text_of
from bpgen.commands.files import content_of
from bpgen.commands.nets import load_network
from bpgen.commands.style import (
    MOST,
    SLOW,
    about_bytes,
    all_terms,
    automatic_style,
    step_terms,
    unrolled_fault,
)
from bpgen.errors import InputError, Problem
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.network.graph import MOST_PARAMETERS, MOST_UNITS
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.costs import Work, memory_of, work_of
from bpgen.reading.yaml_reader import MAX_BYTES
from bpgen.styles.loops import localize
from bpgen.writing.options import Options

Budget: TypeAlias = dict[str, Any]
FORMAT = 1  # of the JSON; it changes when a key goes or gets another meaning
STYLES = ("unrolled", "loops")
# Of one sample, and once an update.
PASSES = ("forward", "loss", "backward")
UPDATE = ("zero", "mean", "penalty", "penalty_gradient", "update")
NEAR = 0.8  # the share of a limit from which on a net is near it


def budgets(files: tuple[str, ...], data_folder: str | None = None) -> list[Budget]:
    """The budgets of several nets.

    Raises:
        InputError: with all that is wrong with all of them.
    """
    found: list[Budget] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found.append(budget(file, load_network(file, data_folder)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def budget(file: str, network: Network) -> Budget:
    """All that one net costs."""
    program = lower(network)
    batch = network.training.batch_size
    memory = memory_of(localize(program), batch)
    return {
        "format": FORMAT,
        "file": file,
        "network": network.name,
        "parameters": network.weights,
        "trained": sum(prod(p.variable.shape) for p in network.trained),
        "units": network.units,
        "batch_size": batch,
        "operations": _operations(network, program, batch),
        "memory": memory | {"total": sum(memory.values())},
        "source": [*_sources(file, network, program)],
        "limits": [*_limits(file, network, program)],
    }


def _operations(network: Network, program: Program, batch: int) -> Budget:
    """The operations of one training step over a whole batch, and of one answer."""
    found: dict[str, Work] = {}
    for name in PASSES:
        block = getattr(program, name)
        whole = network.mixes_samples
        found[name] = work_of(block, batch) if whole else work_of(block) * batch
    found["update"] = sum((work_of(getattr(program, n)) for n in UPDATE), Work())
    found["step"] = sum(found.values(), Work())
    found["predict"] = work_of(program.predict)
    return {name: asdict(work) for name, work in found.items()}


def _sources(file: str, network: Network, program: Program) -> Iterator[Budget]:
    """What `bpgen emit` would write, by language and style."""
    fault, terms = unrolled_fault(network, program), all_terms(program)
    for name, language in LANGUAGES.items():
        chosen, _ = automatic_style(network, program, language)
        for style in STYLES:
            found: Budget = {"language": name, "style": style, "auto": style == chosen}
            size, lines, refused = None, None, None
            if style == "unrolled" and (fault or terms > SLOW):
                refused = fault or None
                size = None if network.mixes_samples else about_bytes(terms)
            else:
                source = source_name(file)
                text = text_of(network, program, Options(name, style), source)
                size, lines = len(text.encode()), text.count("\n")
            is_exact = lines is not None
            found |= {"bytes": size, "lines": lines, "exact": is_exact}
            yield found | {"refused": refused}


def _limits(file: str, network: Network, program: Program) -> Iterator[Budget]:
    """What is limited, and how much of it the net takes."""
    widest = [prod(layer.shape) for layer in network.layers]
    inputs = prod(map(len, network.input_axes))
    yield _limit("units of a layer, or inputs", max(inputs, *widest), MOST_UNITS)
    yield _limit("parameters", network.weights, MOST_PARAMETERS)
    size = len(content_of(file, MAX_BYTES))
    yield _limit("bytes of net.yaml", size, MAX_BYTES)
    if network.mixes_samples:
        return
    step = step_terms(program)
    for most in sorted({language.unrolled_terms for language in LANGUAGES.values()}):
        languages = [n for n, own in LANGUAGES.items() if own.unrolled_terms == most]
        where = "" if len(languages) == len(LANGUAGES) else f", {', '.join(languages)}"
        yield _limit(f"numbers named by a step, for auto to unroll{where}", step, most)
    every = all_terms(program)
    yield _limit("numbers named by all, for --style unrolled", every, MOST)


def _limit(what: str, value: int, most: int) -> Budget:
    is_near = value >= NEAR * most
    state = "over" if value > most else "near" if is_near else "within"
    return {"what": what, "value": value, "most": most, "state": state}
