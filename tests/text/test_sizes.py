"""In loops, sizes stand by their names: one line says what a 16 is."""

from __future__ import annotations

import re
from functools import cache

import pytest
from nets.net import Net, dense, spec
from running.tools import ROOT

from bpgen.commands.emit import text_of
from bpgen.commands.nets import load_network
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.writing.options import Comments, Options

# Of the GPT: its steps and sizes, its heads, its classes, and products of these.
SIZES = (4, 16, 27, 64, 256, 432, 1024)
# What a loop ends at, or an array is as long as, in one notation or another.
ENDS = re.compile(
    r"(?:range\((?:1, )?|< |<= |until |\.\.|\] \* |\* |\* \(|zeros\([\w>-]+, "
    r"|Array\(|List\(|double\[|float64, |0\.0; )(\d+)\b(?!\.\d|:)"
)


@cache
def gpt(language: str, textbook: bool = False) -> str:
    network = load_network(str(ROOT / "examples" / "gpt.yaml"))
    options = Options(
        language, "loops", Comments.NONE, library=True, fast=False, textbook=textbook
    )
    return text_of(network, lower(network), options, "gpt.yaml")


def mathematics(text: str) -> list[str]:
    """The lines from the first number of forward to the last slope of backward."""
    lines = text.split("\n")
    begins, ends = r"\ba_?letter\b.*steps", r"\bdw_?letter\[.*\+="
    first = next(n for n, x in enumerate(lines) if re.search(begins, x, re.IGNORECASE))
    last = max(n for n, x in enumerate(lines) if re.search(ends, x, re.IGNORECASE))
    return lines[first : last + 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_loop_and_no_array_has_a_bare_size(language: str) -> None:
    bare = [
        line.strip()
        for line in mathematics(gpt(language))
        for number in ENDS.findall(line)
        if int(number) in SIZES
    ]
    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_size_is_one_line(language: str) -> None:
    text = gpt(language)
    names = ("STEPS", "LETTER", "WIDE", "NEXT", "HEADS", "VOCABULARY")
    ending = r"(?:_?COUNT)?(?:: usize)? = (\d+)"
    for name, number in zip(names, (16, 16, 64, 27, 4, 27), strict=True):
        found = re.findall(rf"\b_?(?:gpt_)?{name}{ending}", text, re.IGNORECASE)
        assert found == [str(number)], name


@pytest.mark.parametrize("language", ["python", "dart", "go", "java"])
def test_a_textbook_page_has_them_too(language: str) -> None:
    text = gpt(language, textbook=True)
    assert len(re.findall(r"\b_?steps = 16\b", text, re.IGNORECASE)) == 1
    assert re.search(r"\b_?wide\b", text, re.IGNORECASE)


def test_another_width_changes_the_line_that_says_it() -> None:
    """And what is of these numbers by nature: the shapes of saved arrays."""

    def lines(units: int) -> list[str]:
        layers = [dense(units, name="wide", activation="tanh"), dense(2, name="out")]
        net = Net("changed", spec(3, layers, "mse"))
        options = Options("dart", "loops", library=True, fast=False)
        text = text_of(net.network, net.program, options, "net.yaml")
        return [x for x in text.split("\n") if not x.startswith("//")]

    pairs = zip(lines(5), lines(7), strict=True)
    changed = [(one.strip(), other.strip()) for one, other in pairs if one != other]
    says = ("units", "parameters", "sqrt", "const limit", "Hash", "//")
    told = [p for p in changed if not any(word in p[0] for word in says)]
    sizes = [p for p in told if not p[0].startswith("'")]
    assert sizes == [("const int _wide = 5;", "const int _wide = 7;")]


# Names that mean something else in a file, or inside of its routines.
HARD = ("weights", "slopes", "rows", "part", "looked", "ended", "net", "free", "main")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_layer_with_the_name_of_something_else_has_a_size(language: str) -> None:
    layers = [dense(2, name=name) for name in HARD]
    net = Net("hard", spec(2, layers, "mse"))
    options = Options(language, "loops", library=True)
    text = text_of(net.network, net.program, options, "net.yaml")
    begins = r"^ *(?:[\w :]+ |enum \{ )?(\w+)(?:: usize| int)? = 2(?: \};|;)?$"
    text = text.replace(": usize", "")
    names = re.findall(begins, text, re.MULTILINE)
    assert len({*names}) == len(names)
    assert len(names) >= len(HARD)
