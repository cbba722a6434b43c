"""What each primitive means, by examples; none is without."""

from __future__ import annotations

import gzip
import math
from array import array
from collections.abc import Callable
from inspect import isfunction
from pathlib import Path
from typing import Any

import pytest

from bpgen.runtime import json_values, primitives, world

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: value
    for module in (primitives, json_values, world)
    for name, value in vars(module).items()
    if isfunction(value)
}
# What prints, changes a list in place or refuses has tests of its own.
OTHERS = {
    *("append", "extend", "put", "put_array"),
    *("say", "complain", "progress", "read_text", "write_text", "rename"),
    *("is_file", "read_bytes", "unpacked"),
    *("unfit", "misuse", "out_of_range", "too_early", "read_saved"),
}
LAST = 2**32 - 1
ROWS = [[1.0, 2.0], [3.0], [4.0]]
SHAPES = {"a": [2, 3], "b": []}

# Arguments, and what comes of them.
EXAMPLES: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "add32": [((1, 2), 3), ((LAST, 1), 0), ((LAST, LAST), LAST - 1)],
    "xor32": [((0b1100, 0b1010), 0b0110), ((LAST, LAST), 0)],
    "or32": [((0b1100, 0b1010), 0b1110), ((0, 0), 0)],
    "left32": [((1, 31), 2**31), ((LAST, 21), LAST - (2**21 - 1)), ((3, 31), 2**31)],
    "right32": [((LAST, 31), 1), ((2**31, 9), 2**22), ((511, 9), 0)],
    "share32": [((0,), 0.0), ((2**31,), 0.5), ((LAST,), 1.0 - 2.0**-32)],
    "scaled32": [
        *(((0, 7), 0), ((LAST, 7), 6), ((2**31, 7), 3), ((LAST, 1), 0)),
        # More than 53 bits before it is divided.
        *(((LAST, 2**31 - 1), 2**31 - 2), ((LAST - 1, 9_007_199), 9_007_198)),
    ],
    "modulo32": [((LAST, 10), 5), ((3, 5), 3)],
    "word_of": [((4294967295.0,), LAST), ((0.0,), 0)],
    "whole": [((2.75,), 2), ((0.0,), 0), ((0.4 * 5.0,), 2)],
    "number": [((3,), 3.0)],
    "as_word": [((LAST,), LAST)],
    "as_number": [((3,), 3.0)],
    "as_seed": [((4294967295.0,), LAST), ((7.9,), 7)],
    "larger": [((1.0, 2.0), 2.0), ((2.0, -2.0), 2.0)],
    "larger_whole": [((1, 0), 1)],
    "smaller_whole": [((1, 0), 0)],
    "exp": [((0.0,), 1.0), ((1.0,), math.e)],
    "log": [((1.0,), 0.0), ((math.e,), 1.0)],
    "spelled": [((["a", "b"],), "ab"), (([],), "")],
    "words_of": [((" ab c\nd ",), ["ab", "c", "d"])],
    "parsed": [((" -1.5e3 ",), -1500.0), (("0",), 0.0), (("inf",), math.inf)],
    "cells": [
        (('a, b ,,"c"', ","), ["a", "b", "", "c"]),
        (("x\r\ny\n", "\n"), ["x", "y", ""]),
    ],
    "is_interrupted": [((), False)],
    "saved_text": [(("{}",), "{}")],
    "text_saved": [(("{}",), "{}")],
    "letters_at": [(("cab", ["a", "b", "c"]), [2, 0, 1]), (("", ["a"]), [])],
    "is_row": [
        *((([1, 2], 2), True), (([1, 2], 3), False), (((1, 2), 2), False)),
        *(((3, 1), False), ((array("d", [1.0]), 1), False)),
    ],
    "listed": [(([1, [2]],), [1, [2]]), ((3,), 3)],
    "is_finite": [((-1e308,), True), ((math.inf,), False), ((math.nan,), False)],
    "largest_word": [((), LAST)],
    "as_argument": [(([1.0],), [1.0])],
    "is_whole": [((2.0,), True), ((2.5,), False), ((-3.0,), True), ((1e300,), True)],
    "filled": [((3, 0.5), [0.5, 0.5, 0.5]), ((0, 1.0), [])],
    "counted": [((3,), [0, 1, 2]), ((0,), [])],
    "part": [(([1, 2, 3], 1, 2), [2]), (([1, 2, 3], 2, 9), [3]), (([1], 1, 1), [])],
    "rest_of": [(([1, 2, 3], 1), [2, 3]), (([1], 1), [])],
    "chosen": [((["a", "b", "c"], [2, 0, 2]), ["c", "a", "c"]), ((["a"], []), [])],
    "sorted_wholes": [(([10, 9, 2],), [2, 9, 10])],
    "copied": [((ROWS,), ROWS)],
    "joined_rows": [(([[1.0, 2.0], [], [3.0]],), [1.0, 2.0, 3.0]), (([],), [])],
    "is_missing": [((None,), True), (([],), False)],
    "is_silent": [((None,), True), ((print,), False)],
    "is_empty": [(([],), True), (([0.0],), False)],
    "is_among": [(("a", ["b", "a"]), True), (("c", []), False)],
    "fixed": [((0.125, 2), "0.12"), ((2.0, 6), "2.000000"), ((-1.5, 1), "-1.5")],
    "scientific": [((1.25e-7,), "1.2e-07"), ((0.0,), "0.0e+00")],
    "padded": [((7, 3), "  7"), ((1000, 3), "1000")],
    "text_of": [((120,), "120")],
    "joined": [((["a", "b"],), "a b"), (([],), "")],
    "numbers": [((" 1 2.5\n-3e2\n",), [1.0, 2.5, -300.0]), (("",), [])],
    "byte_count": [((b"\0ab",), 3), ((b"",), 0)],
    "text_in": [((b"\0\xffab", 1, 4), "\xffab"), ((b"a", 1, 1), "")],
    "exact_whole": [((3.0,), 3)],
    "exact_word": [((4294967295.0,), LAST)],
    "object_in": [(('{"x": [1.5]}', "line 2"), {"x": [1.5]})],
    "bytes_in": [((b"\0\xffab", 1, 3), [255, 97]), ((b"a", 1, 1), [])],
    "samples": [((ROWS, ROWS), (ROWS, ROWS))],
    "inputs_in": [(((ROWS, []),), ROWS)],
    "targets_in": [((([], ROWS),), ROWS)],
    "names_of": [((SHAPES,), ["a", "b"])],
    "shape_of": [((SHAPES, "a"), [2, 3]), ((SHAPES, "b"), [])],
    "no_arrays": [((), {})],
    "array_names": [(({"b": [1.0], "a": []},), ["b", "a"])],
    "has_array": [(({"a": []}, "a"), True), (({}, "a"), False)],
    "array_of": [(({"a": [1.0]}, "a"), [1.0])],
    "is_table": [(({},), True), (([],), False), ((None,), False)],
    "table_of": [(({"a": 1},), {"a": 1})],
    "is_list": [(([],), True), (((1, 2),), True), (("ab",), False), (({},), False)],
    "items_of": [(([1, "a"],), [1, "a"]), (((1,),), [1])],
    "is_number": [
        *(((1,), True), ((1.5,), True), ((True,), False), (("1",), False)),
        *(((math.inf,), False), ((math.nan,), False), ((None,), False)),
        *(((10**400,), False), ((-1.7976931348623157e308,), True)),
    ],
    "number_of": [((3,), 3.0)],
    "row_of": [(([1.5, -0.0],), [1.5, -0.0])],
    "is_text": [(("a", "a"), True), ((1, "1"), False), ((None, "a"), False)],
    "json_number": [((1.5,), 1.5)],
    "json_whole": [((3,), 3)],
    "json_text": [(("a",), "a")],
    "json_numbers": [(([1.0, 2.0],), [1.0, 2.0])],
    "json_words": [(([LAST, 0],), [LAST, 0])],
    "json_list": [(([1, [2]],), [1, [2]])],
    "json_table": [(({"a": 1},), {"a": 1})],
    "has": [(({"a": None}, "a"), True), (({}, "a"), False)],
    "item": [(({"a": 1}, "a"), 1), (({}, "a"), None)],
    "no_table": [((), {})],
    "keys": [(({"b": 1, "a": 2},), ["b", "a"])],
    "saved_as": [(({"b": 1, "a": [0.1, -0.0]},), '{"b": 1, "a": [0.1, -0.0]}')],
    "stops": [
        *(((None, 1, 0.5), False), ((lambda epoch, loss: None, 1, 0.5), False)),
        *(((lambda epoch, loss: epoch < 3, 3, 0.5), True),),
        *(((lambda epoch, loss: loss, 1, 0.0), False),),
    ],
}
# A list of its own, which the caller may change.
NEW = {
    *("part", "rest_of", "chosen", "sorted_wholes", "json_numbers", "json_words"),
    *("names_of", "copied"),
}


def test_every_primitive_has_examples() -> None:
    assert {*EXAMPLES, *OTHERS} == set(FUNCTIONS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_primitive_means_this(name: str) -> None:
    for arguments, expected in EXAMPLES[name]:
        found = FUNCTIONS[name](*arguments)
        assert found == expected
        assert type(found) is type(expected)


@pytest.mark.parametrize("name", sorted(NEW))
def test_a_new_list_is_nobody_elses(name: str) -> None:
    first, *more = EXAMPLES[name][0][0]
    before = repr(first)
    found = FUNCTIONS[name](first, *more)
    found.clear()
    assert repr(first) == before


def test_rows_are_copied_one_by_one() -> None:
    found = primitives.copied(ROWS)
    found[0][0] = 9.0
    assert ROWS[0][0] == 1.0


def test_lists_and_tables_grow_in_place() -> None:
    items, table = [1], {"a": 1}
    primitives.append(items, 2)
    primitives.extend(items, [3, 4])
    json_values.put(table, "b", [5])
    primitives.put_array(table, "c", [6.0])
    assert items == [1, 2, 3, 4]
    assert table == {"a": 1, "b": [5], "c": [6.0]}


def test_refusals_are_three_kinds_of_errors() -> None:
    for refuse, kind in (
        (primitives.unfit, primitives.UnfitError),
        (primitives.misuse, ValueError),
        (primitives.out_of_range, ValueError),
        (primitives.too_early, RuntimeError),
    ):
        with pytest.raises(kind, match="so it is") as caught:
            refuse("so it is")
        assert type(caught.value) is kind
    assert issubclass(primitives.UnfitError, ValueError)


def test_what_is_no_json_is_refused() -> None:
    assert json_values.read_saved('{"a": [1, null]}') == {"a": [1, None]}
    for text in ("", "{", "[" * 100_000, "nul", "[]", "null"):
        with pytest.raises(primitives.UnfitError, match="format of a JSON object"):
            json_values.read_saved(text)


def test_what_is_no_object_is_refused_with_its_place() -> None:
    for text in ("", "{", "[1]", "nul"):
        with pytest.raises(primitives.UnfitError, match="line 2: expected an object"):
            json_values.object_in(text, "line 2")


def test_what_is_not_finite_is_never_saved() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_values.saved_as({"a": math.inf})


def test_main_prints_lines(capsys: pytest.CaptureFixture[str]) -> None:
    world.say("one")
    world.progress(0, 1, 2)
    world.complain("two")
    assert capsys.readouterr() == ("one\n", "two\n")


def test_files_are_read_written_and_renamed(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    world.write_text(str(first), "one\n")
    world.rename(str(first), str(second))
    assert world.read_text(str(second)) == "one\n"
    second.write_bytes(b"\xef\xbb\xbftwo")
    assert world.read_text(str(second)) == "two"
    with pytest.raises(OSError, match="a"):
        world.read_text(str(first))


def test_files_are_read_and_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    assert not world.is_file(str(path))
    path.write_bytes(gzip.compress(b"\0\1\2"))
    assert world.is_file(str(path))
    content = world.read_bytes(str(path))
    assert world.unpacked(content, "x.gz") == b"\0\1\2"
    with pytest.raises(primitives.UnfitError, match=r"x\.gz: the file is damaged"):
        world.unpacked(content[:-5], "x.gz")
