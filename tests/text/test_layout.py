"""What does not fit a line: one value, before and after, in each way to break it."""

from __future__ import annotations

import re

import pytest
from nets.table import NETS

from bpgen.commands.emit import text_of
from bpgen.languages import LANGUAGES
from bpgen.languages.record import Declaration, NotationError
from bpgen.lowering.network import lower
from bpgen.program.nodes import (
    Add,
    Argument,
    Divide,
    Expression,
    Multiply,
    Select,
    Subtract,
)
from bpgen.program.nodes import Compare as Comparison
from bpgen.writing.context import notation_of
from bpgen.writing.heads import change_of
from bpgen.writing.lines import Head, Layout, Verb
from bpgen.writing.nested import Nested
from bpgen.writing.options import Options


def layout(language: str, width: int) -> Layout:
    """The layout of a method so many columns in that `width` are left."""
    record = LANGUAGES[language]

    def none(node: object) -> str:
        raise AssertionError("there are no elements here")

    notation = notation_of(record, none, lambda name, given: f"{name}({given})")
    found = Layout(record, notation)
    found.indent = record.width - width
    return found


def product(number: int) -> Expression:
    return Multiply(Argument(f"weight{number}"), Argument(f"input{number}"))


SUM = Add(Add(product(1), product(2)), product(3))
BROKEN = {
    "python": [
        "net = (",
        "    weight1 * input1",
        "    + weight2 * input2",
        "    + weight3 * input3",
        ")",
    ],
    "dart": [
        "var net =",
        "    weight1 * input1;",
        "net += weight2 * input2;",
        "net += weight3 * input3;",
    ],
    "javascript": [
        "const net =",
        "  weight1 * input1 +",
        "  weight2 * input2 +",
        "  weight3 * input3;",
    ],
}


@pytest.mark.parametrize("language", BROKEN)
def test_a_sum_that_fits_stays_on_its_line(language: str) -> None:
    (line,) = layout(language, 80).statement(Head("net", Verb.ADD), SUM)
    ending = LANGUAGES[language].end
    product_sum = "weight1 * input1 + weight2 * input2 + weight3 * input3"
    assert line == f"net += {product_sum}{ending}"


@pytest.mark.parametrize("language", BROKEN)
def test_a_longer_sum_is_broken_as_the_formatter_would(language: str) -> None:
    head = Head("net", declares=Declaration.FIXED)
    assert layout(language, 24).statement(head, SUM) == BROKEN[language]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("python", ["y = (", "    limit", "    if x > limit", "    else x", ")"]),
        (
            "dart",
            [
                "final double y;",
                "if (x > limit) {",
                "  y = limit;",
                "} else {",
                "  y = x;",
                "}",
            ],
        ),
        (
            "typescript",
            ["let y;", "if (x > limit) {", "  y = limit;", "} else {", "  y = x;", "}"],
        ),
    ],
)
def test_a_choice_that_does_not_fit_is_broken_or_becomes_an_if(
    language: str, expected: list[str]
) -> None:
    x, limit = Argument("x"), Argument("limit")
    choice = Select(Comparison(">", x, limit), limit, x)
    head = Head("y", declares=Declaration.FIXED)
    assert layout(language, 16).statement(head, choice) == expected


def test_a_primitive_without_a_notation_is_named() -> None:
    with pytest.raises(NotationError, match="Dart has no notation for 'nonsense'"):
        LANGUAGES["dart"].form("nonsense")


OPERATOR = re.compile(r" [-+*/%<>=&|^?]")
INSIDE = re.compile(r"\"[^\"]*\"|/\*.*?\*/|\([^()]*\)|\[[^\[\]]*\]|\{\d?\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notation_that_says_no_more_holds_together(language: str) -> None:
    for name, form in LANGUAGES[language].forms.items():
        if isinstance(form, str) and " = " not in form:  # an assignment is a line
            rest = form.replace("{{", "(").replace("}}", ")")
            while rest != (shorter := INSIDE.sub("", rest)):
                rest = shorter
            assert not OPERATOR.search(rest), name


def test_what_stands_as_it_is_binds_as_it_does() -> None:
    net = NETS["one_unit"]
    text = text_of(net.network, net.program, Options("javascript", "loops"), "net.yaml")
    assert "total += (place + 1) * values[k];" in text


def test_zeros_that_fill_several_lines_are_a_block_in_ruby() -> None:
    zeros = LANGUAGES["ruby"].new_zeros(("FILTERS", "HEIGHT", "WIDTH"), False)
    inner = "Array.new(HEIGHT) { Array.new(WIDTH, 0.0) }"
    last = ["    Array.new(", "      WIDTH, 0.0", "    )"]
    for width, lines in (
        (len(inner) + 2, [f"  {inner}"]),
        (
            len(inner) + 1,
            ["  Array.new(HEIGHT) do", "    Array.new(WIDTH, 0.0)", "  end"],
        ),
        (len("    Array.new(WIDTH, 0.0"), ["  Array.new(HEIGHT) do", *last, "  end"]),
    ):
        nested = Nested(layout("ruby", width))
        assert nested.wrapped("a = ", zeros, "") == [
            "a = Array.new(FILTERS) do",
            *lines,
            "end",
        ]


def alone(text: str) -> list[str]:
    """Every choice that is all that an `else` has, which could have begun with it."""
    found = []
    begun = re.compile(r"^( *)(?:} )?else(?: {|:)?\n((?:\1 +.*\n)+)", re.MULTILINE)
    for held in re.finditer(begun, text):
        inner = held[2].splitlines()
        pad = " " * (len(inner[0]) - len(inner[0].lstrip()))
        own = [line[len(pad) :] for line in inner if not line.startswith(pad + " ")]
        if own[0].startswith("if ") and all(
            line.startswith(("}", "el")) or line == "end" for line in own[1:]
        ):
            found.append(own[0])
    return found


@pytest.mark.parametrize("name", ["activation_relu", "optimizer_rprop"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_else_begins_is_no_deeper_than_it(language: str, name: str) -> None:
    network = NETS[name].network
    text = text_of(network, lower(network), Options(language, "unrolled"), "net.yaml")
    lines = text.expandtabs(4).replace("\n\n", "\n")
    assert re.search(r"\n\s*(} )?(else if|elif|elsif) ", text)
    assert not alone(lines)
    assert not re.search(r" = .* \? .* : .* \? | = .* if .* else .* if ", text)


ASKED_TWICE = re.compile(
    r"^( *)(if .*)\n(?:\1 .*\n|\n)+(?:\1(?:}|end)\n)?\n?\1\2$", re.MULTILINE
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_twice_in_a_row(language: str) -> None:
    network = NETS["activation_relu"].network
    text = text_of(network, lower(network), Options(language, "unrolled"), "net.yaml")
    assert not ASKED_TWICE.findall(text.expandtabs(4))
    assert ASKED_TWICE.search("if (a) {\n  return b;\n}\nif (a) {\n  return c;\n}")


def test_an_else_that_holds_a_choice_is_seen() -> None:
    choice = "if a:\n    b()\nelse:\n    if c:\n        d()\n"
    assert alone(choice) == ["if c:"]
    assert alone(choice + "    else:\n        e()\nf()\n") == ["if c:"]
    assert not alone(choice + "    e()\n")


def test_what_a_value_does_to_its_target() -> None:
    x, y = Argument("x"), Argument("y")
    python, go = LANGUAGES["python"], LANGUAGES["go"]
    assert change_of(x, Add(x, y), python) == (Verb.ADD, y)
    assert change_of(x, Subtract(x, y), python) == (Verb.SUBTRACT, y)
    assert change_of(x, Multiply(x, y), python) == (Verb.MULTIPLY, y)
    assert change_of(x, Divide(x, y), python) == (Verb.DIVIDE, y)
    # y + x in floating point is x + y, but who reads it expects the order written
    assert change_of(x, Add(y, x), python) == (Verb.SET, Add(y, x))
    # (x + y) + y is not x + (y + y)
    assert change_of(x, Add(Add(x, y), y), python)[0] is Verb.SET
    # float64(x * y): what it is added to next must not join it
    assert change_of(x, Multiply(x, y), go) == (Verb.SET, Multiply(x, y))
    assert change_of(x, Divide(x, y), go) == (Verb.DIVIDE, y)
