"""Which number of a large net is asked for: a name with places, as somebody types it.

In: `--weight` or `--neuron`, the arrays of the program. Out: an array, and the place in
it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bpgen.errors import InputError, Problem, suggestion
from bpgen.explaining.notations import Namer, Place
from bpgen.explaining.request import Request
from bpgen.program.blocks import Program
from bpgen.program.nodes import Role, Variable
from bpgen.program.walks import statements

PLACES = re.compile(r"\[(\d+)\]")


def asked_for(
    request: Request,
    program: Program,
    parameters: Mapping[str, Variable],
    named: Namer,
) -> tuple[Variable, Place]:
    """The number that is asked for; of a parameter the parameter.

    Raises:
        InputError: there is none of that name, or its places do not fit.
    """
    name = request.weight or request.neuron
    option = "--weight" if request.weight else "--neuron"
    known = (
        weights(program, parameters, named)
        if request.weight
        else values(program, named)
    )
    text = name.replace(", ", "][").replace(",", "][")
    place = tuple(int(i) for i in PLACES.findall(text))
    head = name.partition("[")[0]
    variable = known.get(head)
    if variable is None:
        told = suggestion(head, list(known)) or f" (there is {next(iter(known))})"
        raise InputError([Problem(f"{option}: unknown name {head[:40]!a}{told}")])
    shape = tuple(map(len, variable.axes))
    if len(place) != len(shape) or any(
        a >= b for a, b in zip(place, shape, strict=True)
    ):
        sizes = " x ".join(map(str, shape)) or "one number"
        example = head + "".join("[0]" for _ in shape)
        message = f"{option}: {head} is {sizes}: name one as {example}"
        raise InputError([Problem(message)])
    return variable, place


def weights(
    program: Program, parameters: Mapping[str, Variable], named: Namer
) -> dict[str, Variable]:
    """The parameters by every name that they may be called."""
    return {named(v, ()): v for v in program.gradients} | dict(parameters)


def values(program: Program, named: Namer) -> dict[str, Variable]:
    """What goes forward and comes back, by its name in the code."""
    found = {
        statement.target.variable
        for block in (program.forward, program.backward)
        for statement in statements(block)
        if statement.target.variable.role is Role.VALUE
    }
    return {named(v, ()): v for v in sorted(found, key=lambda v: v.name)}
