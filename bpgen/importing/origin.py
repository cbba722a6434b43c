"""The way back: trained numbers of an imported net into the tensors of the model.

In: what NAME.origin.json says, and parameters by name. Out: the model's own tensors,
by their names there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from typing import Any

from bpgen.errors import InputError, Problem
from bpgen.importing.imported import ORIGIN_FORMAT
from bpgen.importing.weights import NOWHERE, flat, nested

Numbers = list["float | None"]


def restored(origin: str, saved: str) -> dict[str, Any]:
    """The tensors of the model with trained numbers, as nested lists by their names.

    `origin` is the text of NAME.origin.json, `saved` what to_json() of an emitted file
    gave, or its parameters alone.

    Raises:
        InputError: they do not belong together.
    """
    told, parameters = _origin(origin), _parameters(saved)
    missing = sorted(set(told) - set(parameters))
    if missing:
        raise _fault(f"there is no {missing[0]} in what was saved")
    found: dict[str, Numbers] = {}
    shapes: dict[str, list[int]] = {}
    for name, one in told.items():
        numbers = flat(parameters[name])
        if one.get("factors"):
            factors = one["factors"]
            numbers = [w / factors[i % len(factors)] for i, w in enumerate(numbers)]
        if one.get("shift"):
            weight = flat(parameters[f"{name.rpartition('.')[0]}.weight"])
            numbers = _unshifted(numbers, weight, one["shift"])
        _place(one, numbers, found, shapes)
    return {
        name: nested(_whole(name, numbers), shapes[name])
        for name, numbers in found.items()
    }


def taken(
    origin: str,
    tensors: Mapping[str, tuple[tuple[int, ...], tuple[float, ...]]],
    known: Mapping[str, list[float]],
) -> dict[str, list[float]]:
    """The numbers of each parameter from the tensors of the model: their shapes, and
    their numbers. `known` are those that the model does not have.

    Raises:
        InputError: with all tensors that are missing, or have another shape.
    """
    told = _origin(origin)
    problems = []
    for tensor in (tensor for one in told.values() for tensor in one["tensors"]):
        name, shape = tensor["name"], tuple(tensor["shape"])
        if name not in tensors:
            problems.append(Problem(f"{name} is not in the file"))
        elif tensors[name][0] != shape:
            own = list(tensors[name][0])
            message = f"{name} had the shape {list(shape)}, and in the file it is {own}"
            problems.append(Problem(message))
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    found = {name: list(numbers) for name, numbers in known.items()}
    for name in sorted(told, key=lambda name: bool(told[name].get("shift"))):
        if name not in known:
            raise _fault(f"the net has no {name}: its origin file is another one's")
        one = told[name]
        joined = [n for t in one["tensors"] for n in tensors[t["name"]][1]]
        places = one.get("places", range(len(known[name])))
        if len(places) != len(known[name]) or max(places, default=0) >= len(joined):
            raise _fault(f"{len(places)} numbers instead of {len(known[name])}")
        factors = one.get("factors") or [1.0]
        numbers = [
            known[name][i] if at == NOWHERE else joined[at] * factors[i % len(factors)]
            for i, at in enumerate(places)
        ]
        if one.get("shift"):
            weight = found[f"{name.rpartition('.')[0]}.weight"]
            numbers = _unshifted(numbers, weight, [-s for s in one["shift"]])
        found[name] = numbers
    return found


def _origin(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
        if told["format"] == ORIGIN_FORMAT:
            parameters: dict[str, Any] = told["parameters"]
            return parameters
    except (ValueError, KeyError, TypeError):
        pass
    raise _fault("this is no origin file of an import")


def _parameters(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
        if "format" in found:
            return {**found["parameters"], **found["buffers"]}
        return dict(found)
    except (ValueError, KeyError, TypeError):
        raise _fault("this is neither to_json() of a net nor its parameters") from None


def _unshifted(bias: list[float], weight: list[float], shift: Any) -> list[float]:
    """The bias for inputs that are shifted before: as before the shift was folded."""
    count = len(shift)
    return [
        b + sum(weight[row * count + i] * shift[i] for i in range(count))
        for row, b in enumerate(bias)
    ]


def _place(
    one: Mapping[str, Any],
    numbers: list[float],
    found: dict[str, Numbers],
    shapes: dict[str, list[int]],
) -> None:
    """Put the numbers of a parameter to where they came from."""
    places = one.get("places", range(len(numbers)))
    if len(places) != len(numbers):
        raise _fault(f"{len(numbers)} numbers instead of {len(places)}")
    starts: list[tuple[int, str]] = []
    end = 0
    for tensor in one["tensors"]:
        name, shape = tensor["name"], tensor["shape"]
        shapes[name] = shape
        found.setdefault(name, [None] * prod(shape))
        starts.append((end, name))
        end += prod(shape)
    for number, place in zip(numbers, places, strict=True):
        if place != NOWHERE:
            start, name = max(pair for pair in starts if pair[0] <= place)
            found[name][place - start] = number


def _whole(name: str, numbers: Numbers) -> list[float]:
    whole = [number for number in numbers if number is not None]
    if len(whole) < len(numbers):
        raise _fault(f"{name} was not imported whole, so it cannot be written back")
    return whole


def _fault(message: str) -> InputError:
    return InputError([Problem(message)])
