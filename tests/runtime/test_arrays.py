"""Arrays by name: there and back again, and what is refused on the way."""

from __future__ import annotations

import math
from math import prod
from typing import Any

import pytest
from nets.table import NETS

from bpgen.lowering.constants import net_constants
from bpgen.runtime.arrays import (
    flat,
    named,
    nested,
    number_in,
    numbers_in,
    set_rows,
    table_in,
    whole_in,
    words_in,
)
from bpgen.runtime.primitives import UnfitError

FACTS = net_constants(NETS["one_unit"].network, NETS["one_unit"].program)
SHAPES = {"h.weight": [2, 3], "h.bias": [3], "n.count": [], "c": [2, 1, 2, 2]}
ARRAYS = [[float(n) for n in range(prod(shape))] for shape in SHAPES.values()]


def test_a_flat_array_becomes_rows_of_rows() -> None:
    assert nested([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 3]) == [
        [1.0, 2.0, 3.0],
        [4.0, 5.0, 6.0],
    ]
    assert nested([7.0], []) == 7.0
    assert nested([7.0], [1, 1]) == [[7.0]]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=str)
def test_what_was_nested_becomes_flat_again(shape: list[int]) -> None:
    values = [0.5 * n for n in range(prod(shape))]
    assert flat(FACTS, "w", nested(values, shape), shape) == values


def test_named_arrays_go_there_and_back() -> None:
    found = named(SHAPES, ARRAYS)
    assert list(found) == list(SHAPES)
    numbers = [x for array in ARRAYS for x in array]
    assert numbers_in(FACTS, "parameters", found, SHAPES) == numbers
    turned = dict(reversed(found.items()))
    assert numbers_in(FACTS, "parameters", turned, SHAPES) == numbers
    assert numbers_in(FACTS, "buffers", {}, {}) == []
    assert named(SHAPES, [[x] for x in numbers]) == found  # however long the rows are


def test_rows_are_set_from_a_place_on() -> None:
    rows = [[0.0], [0.0, 0.0], []]
    set_rows(rows, [9.0, 1.0, 2.0, 3.0], 1)
    assert rows == [[1.0], [2.0, 3.0], []]


def test_numbers_are_copied() -> None:
    values = [1.0, 2.0]
    found = nested(values, [2])
    values[0] = 9.0
    assert found == [1.0, 2.0]


def test_whole_numbers_become_numbers_and_no_zero_is_negative() -> None:
    found = flat(FACTS, "w", [1, -0.0, -2], [3])
    assert found == [1.0, 0.0, -2.0]
    assert [math.copysign(1.0, x) for x in found] == [1.0, 1.0, -1.0]
    assert all(type(x) is float for x in found)


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        (1.0, [2], "w: expected a list of 2"),
        ([1.0], [2], "w: expected a list of 2"),
        ([1.0, "2"], [2], "w[1]: expected a finite number"),
        ([1.0, True], [2], "w[1]: expected a finite number"),
        ([math.nan], [1], "w[0]: expected a finite number"),
        ([[1.0], [2.0, 3.0]], [2, 1], "w[1]: expected a list of 1"),
        ([[1.0], 2.0], [2, 1], "w[1]: expected a list of 1"),
        ([[[1.0], [None]]], [1, 2, 1], "w[0][1][0]: expected a finite number"),
        ([1.0], [], "w: expected a finite number"),
        ({"0": 1.0}, [1], "w: expected a list of 1"),
    ],
)
def test_the_wrong_number_is_named(value: Any, shape: list[int], message: str) -> None:
    with pytest.raises(UnfitError) as caught:
        flat(FACTS, "w", value, shape)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "parameters: expected arrays by name"),
        (None, "parameters: expected arrays by name"),
        ({"a": [1.0]}, "b: it is missing"),
        ({"a": [1.0], "b": 0.0, "d": 0.0}, "d: the net has no such array"),
        ({"a": [1.0], "b": None}, "b: expected a finite number"),
        ({"a": [[1.0]], "b": 1.0}, "a[0]: expected a finite number"),
    ],
)
def test_the_wrong_array_is_named(value: Any, message: str) -> None:
    with pytest.raises(UnfitError) as caught:
        numbers_in(FACTS, "parameters", value, {"a": [1], "b": []})
    assert str(caught.value) == message


def test_numbers_of_a_state_are_read() -> None:
    assert table_in({"a": {"b": 1}}, "a") == {"b": 1}
    assert number_in("best_loss", 3) == 3.0
    assert whole_in(FACTS, "epoch", 7.0) == 7
    assert whole_in(FACTS, "epoch", 9007199254740991) == 9007199254740991
    words = [0, 1.0, 4294967295, 7]
    assert words_in(FACTS, "generator", words) == [0, 1, 4294967295, 7]


@pytest.mark.parametrize(
    ("read", "arguments", "message"),
    [
        (table_in, ({}, "a"), "a: it is missing, or no object"),
        (table_in, ({"a": [1]}, "a"), "a: it is missing, or no object"),
        (number_in, ("loss", None), "loss: expected a finite number"),
        (number_in, ("loss", math.inf), "loss: expected a finite number"),
        (whole_in, (FACTS, "epoch", -1), "epoch: expected a whole number"),
        (whole_in, (FACTS, "epoch", 0.5), "epoch: expected a whole number"),
        (whole_in, (FACTS, "epoch", 2**53), "epoch: expected a whole number"),
        (whole_in, (FACTS, "epoch", "1"), "epoch: expected a finite number"),
        (words_in, (FACTS, "generator", 1), "generator: expected four whole numbers"),
        (
            words_in,
            (FACTS, "generator", [1] * 5),
            "generator: expected four whole numbers",
        ),
        *(
            (
                words_in,
                (FACTS, "generator", [0, 0, 0, wrong]),
                "generator: expected whole numbers from 0 to 4294967295",
            )
            for wrong in (-1, 0.5, 2**32)
        ),
        (
            words_in,
            (FACTS, "generator", [0, 0, 0, "1"]),
            "generator: expected a finite number",
        ),
    ],
)
def test_wrong_numbers_of_a_state_are_named(
    read: Any, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(UnfitError) as caught:
        read(*arguments)
    assert str(caught.value) == message
