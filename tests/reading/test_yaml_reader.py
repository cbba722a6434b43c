"""What the YAML reader promises: a located tree, or one sentence with its place."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from bpgen.errors import InputError, Place, Problem
from bpgen.reading.yaml_reader import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    number,
    read_text,
    read_yaml,
    whole_number,
)

FILE = "net.yaml"
VALID = """\
# Mazur's net, with a café in a comment.
name: mazur
input: {size: 2, names: [i1, i2]}
layers:
  - {type: dense, name: h, units: 2, activation: sigmoid}
  - type: dense
    name: o
    units: 2
    activation: {type: leaky_relu, slope: 2e-1}
loss: half_squared_error
optimizer: {type: sgd, learning_rate: 0.5}
parameters:
  h.weight: [[0.15, 0.20], [0.25, -0.30]]
  h.bias: [
    0.35,
    0.35,
  ]
"seed": 4294967295
data: {csv: "données\\tà lire.csv", inputs: ['it''s', b], targets: []}
note: |
  free text
"""


def read(text: str | bytes) -> Node:
    return read_yaml(text.encode() if isinstance(text, str) else text, FILE)


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.problems


def at(line: int, column: int) -> Place:
    return Place(FILE, line, column)


def plain(text: str) -> Scalar:
    return Scalar(text, False, at(1, 1))


# What is read ----------------------------------------------------------------


def test_every_node_knows_its_place() -> None:
    tree = read("a: 1\nb:\n  - x\n  - [y, {c: }]\nd:\n- z\n")
    key_a = Scalar("a", False, at(1, 1)), Scalar("1", False, at(1, 4))
    pair = Scalar("c", False, at(4, 10)), Scalar("", False, at(4, 12))
    inner = Sequence(
        (Scalar("y", False, at(4, 6)), Mapping((pair,), at(4, 9))), at(4, 5)
    )
    key_b = (
        Scalar("b", False, at(2, 1)),
        Sequence((Scalar("x", False, at(3, 5)), inner), at(3, 3)),
    )
    key_d = (
        Scalar("d", False, at(5, 1)),
        Sequence((Scalar("z", False, at(6, 3)),), at(6, 1)),
    )
    assert tree == Mapping((key_a, key_b, key_d), at(1, 1))


@pytest.mark.parametrize(
    ("written", "text", "quoted"),
    [
        ("relu", "relu", False),
        ("1e3", "1e3", False),
        ("on", "on", False),
        ("~", "~", False),
        ("=", "=", False),
        ("2001-01-01", "2001-01-01", False),
        ("two words", "two words", False),
        ("two\n  lines", "two lines", False),
        ("été # comment", "été", False),
        ("'relu'", "relu", True),
        ("'it''s'", "it's", True),
        (r'"a\tb\\c\u00e9"', "a\tb\\cé", True),
        ("''", "", True),
        ("|\n  a\n  b\n", "a\nb\n", True),
        (">\n  a\n  b\n", "a b\n", True),
        ("", "", False),
    ],
)
def test_a_scalar_is_its_text_and_whether_it_was_quoted(
    written: str, text: str, quoted: bool
) -> None:
    tree = read(f"key: {written}")
    assert isinstance(tree, Mapping)
    value = tree.entries[0][1]
    assert isinstance(value, Scalar)
    assert (value.text, value.quoted) == (text, quoted)


@pytest.mark.parametrize(
    "text", ["---\na: 1\n", "a: 1\n...\n# the end\n", "\n# c\n\na: 1\n", '{"a":1}']
)
def test_harmless_forms_of_a_document_are_read(text: str) -> None:
    tree = read(text)
    assert isinstance(tree, Mapping)
    assert [key.text for key, _ in tree.entries] == ["a"]


def test_the_root_may_be_any_node() -> None:
    assert read("word") == Scalar("word", False, at(1, 1))
    assert read("''") == Scalar("", True, at(1, 1))
    assert read("[]") == Sequence((), at(1, 1))
    assert read("{}") == Mapping((), at(1, 1))


def test_a_byte_order_mark_does_not_shift_places() -> None:
    assert read(b"\xef\xbb\xbfa: 1") == read("a: 1")
    assert read_text(b"\xef\xbb\xbfa", FILE) == "a"


def test_windows_line_ends_do_not_shift_places() -> None:
    assert read("a: 1\r\nb: [2,\r\n 3]\r\n") == read("a: 1\nb: [2,\n 3]\n")


def test_columns_count_characters_not_bytes() -> None:
    tree = read("é: 🙂 # 🙂")
    assert isinstance(tree, Mapping)
    assert tree.entries[0][1].place == at(1, 4)
    assert problems_of("é: 🙂: 1")[0].place == at(1, 5)


def test_twelve_levels_are_read() -> None:
    node = read("[" * 12 + "]" * 12)
    depth = 0
    while isinstance(node, Sequence):
        depth += 1
        node = node.items[0] if node.items else plain("")
    assert depth == 12


def test_a_file_of_just_a_megabyte_is_read() -> None:
    text = "a: 1\n" + ("#" * 999 + "\n") * 999
    text += "#" * (1_000_000 - len(text))
    assert isinstance(read(text), Mapping)


def test_pyyaml_is_loaded_only_when_a_file_is_read() -> None:
    code = "import bpgen.reading.yaml_reader, sys; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# What is refused -------------------------------------------------------------

ALIAS, ANCHOR, TAG = "aliases (*name)", "anchors (&name)", "tags (!name)"
STRAY = "does not fit what stands before it"
COLON = "a ':' cannot stand here"
VALUE = "expected a value here"
OPEN = "this bracket is never closed"
QUOTE = "this quote is never closed"
EMPTY = "the file is empty"
FIRST = "text cannot start with this"
DEEP = "nested more than 12 levels deep"

HOSTILE: list[tuple[str | bytes, int, int, str]] = [
    # Bytes and characters.
    (b"a: \xff", 1, 4, "not UTF-8 text (byte 0xff)"),
    (b"a: 1\nb: \xc3", 2, 4, "not UTF-8 text (byte 0xc3)"),
    ("é: é".encode("latin-1"), 1, 1, "not UTF-8 text (byte 0xe9)"),
    ("a: 1".encode("utf-16"), 1, 1, "not UTF-8"),
    (b"a: \xed\xa0\x80", 1, 4, "not UTF-8"),
    (b"a: \xc0\x80", 1, 4, "not UTF-8"),
    ("é: \N{RIGHT-TO-LEFT OVERRIDE}x", 1, 4, "forbidden character U+202E"),
    ("# a\n# \u2066b", 2, 3, "forbidden character U+2066"),
    ("a: '\u200e'", 1, 5, "forbidden character U+200E"),
    ("a: \u061c", 1, 4, "forbidden character U+061C"),
    ("a: 1\u2028b: 2", 1, 5, "forbidden character U+2028"),
    ("a: 1\u2029b: 2", 1, 5, "forbidden character U+2029"),
    ("a: 1\x85b: 2", 1, 5, "forbidden character U+0085"),
    ("a: 1\rb: 2", 1, 5, "forbidden character U+000D"),
    ("a: 1\r\r\nb: 2", 1, 5, "forbidden character U+000D"),
    ("a: \0", 1, 4, "forbidden character U+0000"),
    ("a: \x1b[31m", 1, 4, "forbidden character U+001B"),
    ("a: \x0c", 1, 4, "forbidden character U+000C"),
    ("a: \x7f", 1, 4, "forbidden character U+007F"),
    ("a: \x9b", 1, 4, "forbidden character U+009B"),
    ("se\u200bed: 1", 1, 3, "forbidden character U+200B"),
    ("a: \ufeff1", 1, 4, "forbidden character U+FEFF"),
    ("\ufeff\ufeffa: 1", 1, 1, "forbidden character U+FEFF"),
    ("a: \u2060", 1, 4, "forbidden character U+2060"),
    ("a: \ufdd0", 1, 4, "forbidden character U+FDD0"),
    ("a: \uffff", 1, 4, "forbidden character U+FFFF"),
    ("a: \U0010fffe", 1, 4, "forbidden character U+10FFFE"),
    ("a: \U000e0041", 1, 4, "forbidden character U+E0041"),
    (r'a: "\u202e"', 1, 4, "forbidden character U+202E"),
    (r'a: "\0"', 1, 4, "forbidden character U+0000"),
    (r'a: "x\e"', 1, 4, "forbidden character U+001B"),
    (r'a: "\ud83d\ude00"', 1, 4, "forbidden character U+D83D"),
    (r'"\x00": 1', 1, 1, "forbidden character U+0000"),
    # Limits.
    (b"#" * 1_000_001, 1, 1, "larger than 1 MB"),
    ("[" * 13, 1, 13, DEEP),
    ("[" * 3_000, 1, 13, DEEP),
    ("- " * 3_000, 1, 25, DEEP),
    ("\n".join(" " * i + "a:" for i in range(20)), 13, 13, DEEP),
    ("{a: " * 13, 1, 49, DEEP),
    ("[" + "1," * 50_001, 1, 1, "more than 50,000 commas"),
    ("a: 1\nb: " + "x " * 30_000, 2, 1, "more than 50,000 characters without a comma"),
    ("a: 1\n" + "\n" * 50_000, 1, 1, "more than 50,000 lines"),
    # No content.
    (b"", 1, 1, EMPTY),
    (" \n\t\n# only a comment", 1, 1, EMPTY),
    (b"\xef\xbb\xbf", 1, 1, EMPTY),
    ("---\n", 2, 1, EMPTY),
    ("...\n", 1, 1, EMPTY),
    # What YAML has and bpgen has not.
    ("&a : *a", 1, 1, ANCHOR),
    ("- &a [*a]", 1, 3, ANCHOR),
    ("a: &x 1", 1, 4, ANCHOR),
    ("a: & x", 1, 4, ANCHOR),
    ("a: *x", 1, 4, ALIAS),
    ("a: **", 1, 4, ALIAS),
    ("*a : 1", 1, 1, ALIAS),
    ("a: !x 1", 1, 4, TAG),
    ("a: !!python/object:os.system x", 1, 4, TAG),
    ("a: !<tag:x> 1", 1, 4, TAG),
    ("a: !<tag:x", 1, 4, TAG),
    ("a: !e!x 1", 1, 4, TAG),
    ("a: ! 1", 1, 4, TAG),
    ("%YAML 1.1\n---\na: 1", 1, 1, "a line cannot start with '%'"),
    ("# c\n%TAG ! x\n---\na: 1", 2, 1, "a line cannot start with '%'"),
    ("a: 1\n...\n%YAML 1." + "1" * 5_000, 3, 1, "a line cannot start with '%'"),
    ("a: 1\n---\nb: 2", 2, 1, "only one YAML document"),
    ("---\n---\na: 1", 2, 1, "only one YAML document"),
    ("a: 1\n...\n# c\n---\nb: 2", 4, 1, "only one YAML document"),
    ("a: 1\n...\nb: 2", 3, 1, STRAY),
    ("<<: {a: 1}", 1, 1, "merge keys (<<)"),
    ("a: {<<: [b]}", 1, 5, "merge keys (<<)"),
    # Keys.
    ("? [1, 2]\n: 3", 1, 3, "a key must be text"),
    ("{{a: 1}: 2}", 1, 2, "a key must be text"),
    ("name: {{ name }}", 1, 8, "a key must be text"),
    ("? \n: 1", 1, 2, "a key is missing before the ':'"),
    ("{type:dense, units:2}", 1, 2, "a space after the ':' in 'type:dense'"),
    ("a: 1\nb:2: 3", 2, 1, "a space after the ':' in 'b:2'"),
    ("a:" + "b" * 100 + ": 1", 1, 1, "in 'a:" + "b" * 35 + "...'"),
    # Syntax.
    ("a:\n\t- 1", 2, 1, "a tab cannot stand here; use spaces"),
    ("a:\t1", 1, 3, "a tab cannot stand here; use spaces"),
    ("a: 1\t", 1, 5, "a tab cannot stand here; use spaces"),
    ("a: @x", 1, 4, FIRST),
    ("a: `x`", 1, 4, FIRST),
    ("a: %x", 1, 4, FIRST),
    ("[|]", 1, 2, FIRST),
    ("a: 1\nb\nc: 2", 2, 1, "expected 'key: value', with a space after the ':'"),
    ("a: - 1", 1, 4, "a list cannot start here; put it on a new line"),
    ("a: ? b", 1, 4, "a '?' cannot stand here"),
    ("a: b: c", 1, 5, COLON),
    ("a: 1\n  b: 2", 2, 4, COLON),
    ("type:dense\nunits: 2", 2, 6, COLON),
    ("a: 'x", 1, 4, QUOTE),
    ('a: 1\nb: "x\nc: 1\n', 2, 4, QUOTE),
    ('a: "x\n---\nb: 1', 1, 4, QUOTE),
    (r'a: "C:\work"', 1, 8, r"unknown escape; write \\ for a backslash"),
    (r'a: "\x4"', 1, 7, "unknown escape"),
    ('a: "\\', 1, 6, "unknown escape"),
    (r'a: "\U00110000"', 1, 7, "no character has this number"),
    (r'a: "\Uffffffff"', 1, 7, "no character has this number"),
    ("a: |x", 1, 4, "text after '|' or '>' starts on the next line"),
    ("a: >0\n x", 1, 4, "text after '|' or '>' starts on the next line"),
    ("a: [1, 2\n", 1, 4, OPEN),
    ("a: [\n  {b: 1},\n", 1, 4, OPEN),
    ("a: {b: 1, c: [2, 3", 1, 14, OPEN),
    ("a: {b", 1, 4, OPEN),
    ("[a: ", 1, 1, OPEN),
    ("a: [\n  1,\n  2\nb: 3", 4, 2, "',' or ']' to go with the '[' on line 1"),
    ("a: [1\n---\n2]", 2, 1, "',' or ']' to go with the '[' on line 1"),
    ("\na: {b: 1 c: 2}", 2, 11, "',' or '}' to go with the '{' on line 2"),
    ("[1}", 1, 3, "',' or ']' to go with the '[' on line 1"),
    ("[1, , 2]", 1, 5, VALUE),
    ("a: ]", 1, 4, VALUE),
    (", a", 1, 1, VALUE),
    ("{a: 1, : 2}", 1, 8, VALUE),
    ("a: 'it's'", 1, 8, STRAY),
    ("a: [1]]", 1, 7, STRAY),
    ("a:\n   b: 1\n  c: 2", 3, 3, STRAY),
    ("  a: 1\nb: 2", 2, 1, STRAY),
    ("- 1\nb: 2", 2, 1, STRAY),
    ("a: 1\n- 2", 2, 1, STRAY),
    ("'a' 'b'", 1, 5, STRAY),
    (": 1", 1, 1, STRAY),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    HOSTILE,
    ids=[ascii(text[:20]) for text, *_ in HOSTILE],
)
def test_hostile_input_is_one_sentence_with_its_place(
    text: str | bytes, line: int, column: int, message: str
) -> None:
    (problem,) = problems_of(text)
    assert problem.place == at(line, column)
    assert message in problem.message
    assert_readable(problem)


def assert_readable(problem: Problem) -> None:
    """One short line that cannot harm a terminal and has nothing of PyYAML's."""
    assert problem.message.isascii()
    assert problem.message.isprintable()
    assert len(problem.message) <= 100
    assert "<block" not in problem.message
    assert "while " not in problem.message


def test_keys_values_and_collections_count_as_values() -> None:
    text = "{" + ",".join(map(str, range(25_000))) + "}"  # the last value is too much
    (problem,) = problems_of(text)
    assert problem.place == at(1, len(text))
    assert problem.message == "more than 50,000 values"


def test_a_duplicate_key_names_both_lines() -> None:
    (problem,) = problems_of("# c\nseed: 1\nname: a\nseed: 2\n")
    assert str(problem) == (
        "net.yaml:4:1: error: duplicate key 'seed' (first on line 2)"
    )


def test_all_duplicate_keys_are_told_at_once_in_the_order_of_the_file() -> None:
    text = "a: {x: 1, x: 2}\nb: 1\n'a': 2\nb: 2\na: 3\nc: [{y: 1, z: 1}, {y: 1}]\n"
    assert [(p.place, p.message) for p in problems_of(text)] == [
        (at(1, 11), "duplicate key 'x' (first on line 1)"),
        (at(3, 1), "duplicate key 'a' (first on line 1)"),
        (at(4, 1), "duplicate key 'b' (first on line 2)"),
        (at(5, 1), "duplicate key 'a' (first on line 1)"),
    ]


def test_no_more_than_twenty_duplicate_keys_are_told() -> None:
    assert len(problems_of("a: 1\n" * 20)) == 19
    assert len(problems_of("a: 1\n" * 1_000)) == 20


def test_a_broken_document_is_told_before_its_duplicate_keys() -> None:
    (problem,) = problems_of("a: 1\na: 2\nb: [\n")
    assert problem.message == OPEN


def test_a_strange_key_is_shown_harmlessly() -> None:
    key = r'"é\n"'
    (problem,) = problems_of(f"{key}: 1\n{key}: 2\n")
    assert problem.message == r"duplicate key '\xe9\n' (first on line 1)"


def test_the_name_of_the_file_is_the_one_given() -> None:
    with pytest.raises(InputError, match=r"^other\.yaml:1:1: error: the file is empty"):
        read_yaml(b"", "other.yaml")


JUNK = [
    *"[{:x'\"&*!%|>@#\n \t\\é\0-?,]}",
    *("- ", "? ", ": ", "a: ", "a:\n", "- x\n", "?\n", "1,", "[],", "#\n", "---\n"),
    *("x ", "x\n\n", "'' ", "&a ", "!a ", "*a ", "{a: ", "...\n", "%a\n", "\\x", "''"),
]


@pytest.mark.parametrize("unit", JUNK)
@pytest.mark.parametrize("start", ["", "[", '"', "a: ", "|\n "])
def test_junk_ends_in_time(start: str, unit: str) -> None:
    content = (start + unit * 200_000).encode()[:200_000].decode("utf-8", "ignore")
    begun = time.perf_counter()
    with contextlib.suppress(InputError):
        read(content)
    # Half a second at most; what grows with the square of the size takes minutes.
    assert time.perf_counter() - begun < 10


# Numbers ---------------------------------------------------------------------


def refusal(read_number: Callable[[Scalar], float], scalar: Scalar) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        read_number(scalar)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-0.0", 0.0),
        ("0e5", 0.0),
        ("0.000e-999", 0.0),
        ("1", 1.0),
        ("-1.5", -1.5),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("2.5e-3", 0.0025),
        ("5e-324", 5e-324),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("0." + "1" * 38, 1 / 9),
    ],
)
def test_a_number_is_read_exactly(text: str, value: float) -> None:
    result = number(plain(text))
    assert repr(result) == repr(value)  # tells 0.0 from -0.0, and float from int


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-0", 0), ("42", 42), ("-7", -7), ("9" * 16, 9_999_999_999_999_999)],
)
def test_a_whole_number_is_read_exactly(text: str, value: int) -> None:
    result = whole_number(plain(text))
    assert repr(result) == repr(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("010", "expected a number, got '010' (leading zeros are not allowed)"),
        ("-00.5", "expected a number, got '-00.5' (leading zeros are not allowed)"),
        ("1_000", "expected a number, got '1_000' (underscores are not allowed)"),
        ("1:30", "expected a number, got '1:30' (write it in decimal)"),
        ("0x10", "expected a number, got '0x10' (write it in decimal)"),
        ("0o10", "expected a number, got '0o10' (write it in decimal)"),
        (".5", "expected a number, got '.5' (a point needs digits on both sides)"),
        ("1.", "expected a number, got '1.' (a point needs digits on both sides)"),
        ("1.e5", "expected a number, got '1.e5' (a point needs digits on both sides)"),
        ("+1", "expected a number, got '+1' (leave out the plus sign)"),
        (".inf", "expected a number, got '.inf' (it must be finite)"),
        ("-.INF", "expected a number, got '-.INF' (it must be finite)"),
        (".nan", "expected a number, got '.nan' (it must be finite)"),
        ("Infinity", "expected a number, got 'Infinity' (it must be finite)"),
        ("0,5", "expected a number, got '0,5' (write a point, not a comma)"),
        ("", "expected a number, got nothing"),
        ("two", "expected a number, got 'two'"),
        ("1e", "expected a number, got '1e'"),
        ("1 2", "expected a number, got '1 2'"),
        ("1\n", r"expected a number, got '1\n'"),
        ("--1", "expected a number, got '--1'"),
        ("2001-01-01", "expected a number, got '2001-01-01'"),
        ("\uff11", r"expected a number, got '\uff11'"),
        ("1e999", "'1e999' is too large"),
        ("-1e99999999", "'-1e99999999' is too large"),
        ("1e-999", "'1e-999' rounds to zero"),
        ("-0.01e-400", "'-0.01e-400' rounds to zero"),
        ("0." + "1" * 39, f"'0.{'1' * 35}...' is longer than 40 characters"),
        ("1" * 5_000, f"'{'1' * 37}...' is longer than 40 characters"),
    ],
)
def test_what_is_no_number_is_told_why(text: str, message: str) -> None:
    assert refusal(number, plain(text)) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.0", "got '1.0' (write it without point or exponent)"),
        ("1e3", "got '1e3' (write it without point or exponent)"),
        ("010", "got '010' (leading zeros are not allowed)"),
        ("1_000", "got '1_000' (underscores are not allowed)"),
        ("+1", "got '+1' (leave out the plus sign)"),
        ("0x10", "got '0x10' (write it in decimal)"),
        ("", "got nothing"),
        ("1\n", r"got '1\n'"),
    ],
)
def test_what_is_no_whole_number_is_told_why(text: str, message: str) -> None:
    expected = f"expected a whole number, {message}"
    assert refusal(whole_number, plain(text)) == expected


@pytest.mark.parametrize("digits", [17, 5_000])
def test_a_whole_number_has_at_most_sixteen_digits(digits: int) -> None:
    with pytest.raises(ValueError, match=r"^'-1.*' is too large$"):
        whole_number(plain("-" + "1" * digits))


@pytest.mark.parametrize("written", ["'1'", '"1"', "|-\n 1", ">-\n 1"])
def test_quotes_make_text_of_a_number(written: str) -> None:
    tree = read(f"a: {written}")
    assert isinstance(tree, Mapping)
    value = tree.entries[0][1]
    assert isinstance(value, Scalar)
    got = "got '1' (write it without quotes)"
    assert refusal(number, value) == f"expected a number, {got}"
    assert refusal(whole_number, value) == f"expected a whole number, {got}"


@pytest.mark.parametrize("unit", ["1", "x", "0", "1_", "1:", "1.", "1,", "+", "."])
def test_a_megabyte_is_refused_as_a_number_in_time(unit: str) -> None:
    scalar = plain((unit * 1_000_000)[:999_999] + "!")
    begun = time.perf_counter()
    assert refusal(number, scalar).startswith("expected a number, got ")
    assert refusal(whole_number, scalar).startswith("expected a whole number, got ")
    assert time.perf_counter() - begun < 10


# Mutants ---------------------------------------------------------------------

MUTANTS = int(os.environ.get("BPGEN_FUZZ", "2000"))
PARTS = 4
PIECES = [
    *"[]{}:,-?#&*!|>'\"%@`~=<\\/ \t\n\r_.0129eExa",
    *"\0\x1b\x85é\u2028\u202e\ufeff\U0001f642",
    *("- ", ": ", "? ", "\n  ", "\n\t", "\r\n", "---\n", "...\n", "<<: ", "&a ", "*a"),
    *("!!int ", "%YAML 9.9\n", "|\n", ">-\n", r"\x", r"\u12", r"\Uffffffff", "''"),
    *("[" * 20, "{a: " * 20, "- " * 20, "1" * 400, "a: 1\n" * 30, "0x1", "1e999"),
]


def mutant(chance: random.Random) -> bytes:
    """The valid net with one to three accidents, in a fifth of the cases to bytes."""
    text = VALID
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice([0, 0, 1, 1, 2, 30]))
        match chance.randrange(4):
            case 0:  # something else
                piece = chance.choice(PIECES)
            case 1:  # something from elsewhere
                other = chance.randrange(len(text))
                piece = text[other : other + chance.randint(1, 40)]
            case 2:  # nothing
                piece = ""
            case _:  # another letter or digit
                piece = chance.choice("abcxyz0123456789")
        text = text[:start] + piece + text[end:]
    content = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.2:
        index = chance.randrange(len(content))
        content = content[:index] + chance.randbytes(1) + content[index + 1 :]
    return (
        content[: chance.randrange(len(content))] if chance.random() < 0.1 else content
    )


def scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence(items):
            return [scalar for item in items for scalar in scalars(item)]
        case Mapping(entries):
            return [s for pair in entries for part in pair for s in scalars(part)]


def test_the_mutants_begin_with_a_valid_net() -> None:
    tree = read(VALID)
    assert isinstance(tree, Mapping)
    assert len(tree.entries) == 9


@pytest.mark.parametrize("seed", range(PARTS))
def test_a_mutant_is_read_or_refused_with_a_place_inside_it(seed: int) -> None:
    chance = random.Random(seed)
    read_well = 0
    for _ in range(MUTANTS // PARTS):
        content = mutant(chance)
        lines = content.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
        try:
            tree = read(content)
        except InputError as error:
            for problem in error.problems:
                assert_readable(problem)
                assert problem.place is not None
                line, column = problem.place.line, problem.place.column
                assert 1 <= line <= len(lines), content
                assert 1 <= column <= len(lines[line - 1]) + 1, content
            continue
        read_well += 1
        for scalar in scalars(tree):
            written = lines[scalar.place.line - 1][scalar.place.column - 1 :]
            if not scalar.quoted and scalar.text:
                assert written.startswith(scalar.text.split()[0]), content
            elif scalar.quoted:
                assert written[0] in "'\"|>", content
    assert MUTANTS // PARTS // 10 < read_well < MUTANTS // PARTS
