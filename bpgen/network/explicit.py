"""Explicit parameter values: nested lists in net.yaml, or a parameters JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from math import prod
from typing import Any

from bpgen.errors import InputError, Place, Problems, shown, suggestion
from bpgen.network.folders import Folders
from bpgen.reading.kinds import InvalidError, Real, described, reject
from bpgen.reading.yaml_reader import Mapping as MappingNode
from bpgen.reading.yaml_reader import Node, Sequence

FORMAT = "bpgen 1"  # of to_json() of emitted files
NO_VARIANCE = "expected numbers of 0 or more: it is a mean of squares"
LARGEST_FILE = 256_000_000  # bytes; ten million parameters in full


def read_parameters(
    written: MappingNode | str,
    place: Place,
    shapes: Mapping[str, tuple[int, ...]],
    folders: Folders,
    problems: Problems,
) -> dict[str, tuple[float, ...]]:
    """The explicit values by parameter name, row-major."""
    if isinstance(written, str):
        return _from_json(written, place, shapes, folders, problems)
    found = {}
    for key, node in written.entries:
        name = own_name(key.text, shapes)
        if is_counter(name, shapes):
            continue
        if name in found:
            problems.add(key.place, f"{name} stands twice, once by PyTorch's name")
        elif name not in shapes:
            hint = suggestion(key.text, shapes)
            problems.add(key.place, f"no parameter {shown(key.text)}{hint}")
        else:
            with suppress(InvalidError):
                found[name] = flat_numbers(node, shapes[name], problems)
            if is_variance(name) and min(found.get(name, (0.0,))) < 0.0:
                problems.add(key.place, f"{name}: {NO_VARIANCE}")
    return found


def pytorch_name(name: str) -> str:
    """What PyTorch calls a parameter: those of recurrent layers have their layer."""
    return re.sub(r"\.(weight|bias)_[ih]h(?=(_reverse)?$)", r"\g<0>_l0", name)


def own_name(name: str, shapes: Container[str]) -> str:
    """The name of a parameter that may be PyTorch's."""
    return name if name in shapes else re.sub(r"_l0(?=(_reverse)?$)", "", name)


def is_counter(name: str, shapes: Container[str]) -> bool:
    """Whether a name is what PyTorch counts batches with, which nothing reads."""
    layer, _, last = name.rpartition(".")
    return last == "num_batches_tracked" and f"{layer}.running_mean" in shapes


def is_variance(name: str) -> bool:
    """Whether a name is that of what is never below 0."""
    return name.endswith(".running_var")


def flat_numbers(
    node: Node, shape: tuple[int, ...], problems: Problems
) -> tuple[float, ...]:
    """The numbers of nested lists of that shape, row-major.

    Raises:
        InvalidError: some are wrong, and all of those are noted.
    """
    if not shape:
        return (Real().read(node, problems),)
    if not isinstance(node, Sequence) or len(node.items) != shape[0]:
        got = f"{len(node.items)}" if isinstance(node, Sequence) else described(node)
        what = "numbers" if len(shape) == 1 else "rows"
        message = f"expected {shape[0]} {what}, got {got}"
        raise reject(problems, node.place, message)
    numbers: list[float] = []
    faults = 0
    for item in node.items:
        try:
            numbers += flat_numbers(item, shape[1:], problems)
        except InvalidError:
            faults += 1
    if faults:
        raise InvalidError()
    return tuple(numbers)


def _from_json(
    name: str,
    place: Place,
    shapes: Mapping[str, tuple[int, ...]],
    folders: Folders,
    problems: Problems,
) -> dict[str, tuple[float, ...]]:
    """Values from the file of a `to_json()`, or of its parameters alone."""
    try:
        content = folders.content(name, place, LARGEST_FILE)
        data = _json(content, name)
        if data.get("format", FORMAT) != FORMAT:
            message = f"expected the format {FORMAT!r}, as to_json() writes it"
            raise InputError.at(Place(name, 1, 1), message)
        found = data.get("parameters") if "format" in data else data
        buffers = data.get("buffers", {}) if "format" in data else {}
        if not (isinstance(found, dict) and isinstance(buffers, dict)):
            raise InputError.at(Place(name, 1, 1), "there are no parameters in it")
        return dict(_checked(found | buffers, name, shapes))
    except InputError as error:
        problems.found += error.problems
        return {}


def no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names differ; JSON readers drop all but the last otherwise."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _json(content: bytes, name: str) -> dict[str, Any]:
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=no_twins)
    except json.JSONDecodeError as error:
        place = Place(name, error.lineno, error.colno)
        raise InputError.at(place, f"not JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError):
        raise InputError.at(Place(name, 1, 1), "not JSON") from None
    except ValueError as error:  # a name twice, or a number of thousands of digits
        reason = "a number is too long" if "digits" in str(error) else error
        raise InputError.at(Place(name, 1, 1), f"not JSON: {reason}") from None
    if not isinstance(data, dict):
        raise InputError.at(Place(name, 1, 1), "expected a JSON object of parameters")
    return data


def _checked(
    data: dict[str, Any], name: str, shapes: Mapping[str, tuple[int, ...]]
) -> Iterator[tuple[str, tuple[float, ...]]]:
    start = Place(name, 1, 1)
    for written, value in data.items():
        key = own_name(written, shapes)
        if is_counter(key, shapes):
            continue
        if key not in shapes:
            hint = suggestion(key, shapes)
            raise InputError.at(start, f"no parameter {shown(key)}{hint}")
        numbers = tuple(_flat(value, shapes[key], key, start))
        assert len(numbers) == prod(shapes[key])
        if is_variance(key) and min(numbers) < 0.0:
            raise InputError.at(start, f"{key}: {NO_VARIANCE}")
        yield key, numbers


def _flat(
    value: Any, shape: tuple[int, ...], key: str, start: Place
) -> Iterator[float]:
    if shape:
        if not isinstance(value, list) or len(value) != shape[0]:
            message = f"{key}: expected lists of shape {list(shape)} here"
            raise InputError.at(start, message)
        for item in value:
            yield from _flat(item, shape[1:], key, start)
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError.at(start, f"{key}: {shown(str(value))} is not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError.at(start, f"{key}: {shown(str(value))} is not finite")
    yield number + 0.0  # -0.0 becomes 0.0
