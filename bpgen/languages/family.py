"""What several languages have in common; a record takes it over and says the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap

from bpgen.languages.record import Form, Forms, Items, Lines
from bpgen.program.expressions import (
    BOTH,
    COMMON_BITS,
    COMPARISON,
    PRODUCT,
    SHIFT,
    SUM,
    UNARY,
)
from bpgen.program.size import product

# Primitives that many languages need not write at all, or write alike.
PLAIN: Forms = dict.fromkeys(
    (
        *("table_of", "items_of", "word_of", "keys"),
        *("json_number", "json_whole", "json_text", "json_list", "json_table"),
        "row_of",
        *("as_argument", "as_word", "as_wide", "as_number"),
    ),
    "{}",
) | {
    "largest_word": "0xFFFFFFFF",
    "add32": Form("({} + {}) & 0xFFFFFFFF", COMMON_BITS, SUM, PRODUCT),
    "left32": Form("({} << {}) & 0xFFFFFFFF", COMMON_BITS, SHIFT, SUM),
    "rest": Form("{} % {}", PRODUCT, PRODUCT, UNARY),
    "modulo32": Form("{} % {}", PRODUCT, PRODUCT, UNARY),
    "share32": Form("{} / 4294967296.0", PRODUCT, PRODUCT),
    "is_text": Form("{} == {}", COMPARISON, SUM, SUM),
    "shape_of": "{}[{}]",
    "inputs_in": "{}[0]",
    "targets_in": "{}[1]",
    "put": "{}[{}] = {}",
    "progress": "",
    "saved_text": "{}",
    "text_saved": "{}",
    "no_table": "{{}}",
}

# Languages with braces, whose words are those of C.
BRACES: Forms = {
    **PLAIN,
    "len": "{}.length",
    "none": "null",
    "saved_as": "{}",
    "read_saved": "{}",
    "is_missing": Form("{} == null", COMPARISON, SUM),
    "item": "{}[{}]",
    "stops": Form("{0} != null && !{0}({1}, {2})", BOTH, COMPARISON),
}

HEADS: Mapping[str, str] = {
    "if": "if ({})",
    "else if": "else if ({})",
    "else": "else",
    "up": "for (var {0} = {1}; {0} < {2}; {0}++)",
    "down": "for (var {0} = {2} - 1; {0} >= {1}; {0}--)",
    "steps": "for (var {0} = {1}; {0} < {2}; {0} += {3})",
    "backwards": "for (var {0} = {1}; {0} > {2}; {0}--)",
    "and": "&&",
    "or": "||",
    "not": "!",
}

# Languages without braces, whose loops go over ranges and whose words are words.
RANGES: Mapping[str, str] = {
    "if": "if {}",
    "else if": "elif {}",
    "else": "else",
    "up": "for {0} in range({1}, {2})",
    "up from 0": "for {0} in range({2})",
    "down": "for {0} in reversed(range({1}, {2}))",
    "down from 0": "for {0} in reversed(range({2}))",
    "steps": "for {0} in range({1}, {2}, {3})",
    "backwards": "for {0} in range({1}, {2}, -1)",
    "each": "for {0} in {1}",
    "zip": "for {0} in zip({1})",
    **{word: word for word in ("and", "or")},
    "not": "not ",
}


# What a language writes like another primitive, unless it says otherwise.
ALIKE = {
    "json_words": "json_numbers",
    "larger_whole": "larger",
    "whole": "word_of",
    "as_seed": "whole",
    "is_silent": "is_missing",
    "number_of": "number",
    "out_of_range": "misuse",
    "unfit": "misuse",
}


def with_alike(forms: Forms) -> Forms:
    """Notations, and those of what is written alike."""
    found = dict(forms)
    for name, other in ALIKE.items():
        if other in found:
            found.setdefault(name, found[other])
    return found


def infix(sign: str, level: int, right: int) -> Form:
    """The notation of an operator of that strength; its right operand's is given."""
    return Form(f"{{}} {sign} {{}}", level, level, right)


def calls(text: str, count: int = 1) -> Forms:
    """The notations of primitives that are calls of as many arguments: pairs of a
    primitive and a function."""
    arguments = ", ".join(["{}"] * count)
    pairs = (pair.split(":", 1) for pair in text.split())
    return {name: f"{function}({arguments})" for name, function in pairs}


def notations(text: str) -> Forms:
    """The plain notations of primitives: on each line some, with two blanks or more
    between them, each after the primitive's name."""
    found = (entry.partition(" ") for entry in re.split(r"\s{2,}", text.strip()))
    return {name: notation for name, _, notation in found}


def functions(form: str, names: str) -> dict[str, str]:
    """The notations of functions that are all called alike."""
    return {name: form.format(name) for name in names.split()}


def types(text: str) -> dict[str, str]:
    """A table of types: on each line a type, and the names that stand for it."""
    lines = (line.rpartition(":") for line in text.strip().split("\n"))
    return {n.strip(): own.strip() for own, _, names in lines for n in names.split(",")}


def paragraphs(text: str, width: int) -> Lines:
    """The lines of a documentation, wrapped."""
    lines: Lines = []
    for paragraph in text.split("\n\n") if text else ():
        lines += ["", *wrap(" ".join(paragraph.split()), width)]
    return lines[1:]


def slashed(text: str, width: int) -> Lines:
    """A documentation in lines that begin with ///."""
    return [f"/// {line}".rstrip() for line in paragraphs(text, width - 4)]


def block_comment(lines: Lines, width: int) -> Lines:
    """/** lines */, on one line if it is as wide."""
    if not lines or (len(lines) == 1 and len(lines[0]) + 7 <= width):
        return [f"/** {line} */" for line in lines]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def sentence(words: str) -> str:
    """Words as a sentence."""
    return f"{words[:1].upper()}{words[1:]}."


def listed(
    begin: str,
    items: Sequence[str],
    end: str,
    width: int,
    step: int = 2,
    joins: bool = False,
) -> Lines:
    """A list of types or parameters; if it must be, one a line, or, where a formatter
    joins them, all on a line of their own."""
    joined, pad = ", ".join(items), " " * step
    if len(begin + joined + end) <= width:
        return [begin + joined + end]
    if joins and len(pad + joined) <= width:
        return [begin, pad + joined, end]
    return [begin, *(f"{pad}{one}," for one in items), end]


def row_filled(notation: str) -> Callable[[str, str, str, int], str]:
    """Sets the row of a sample in a flat array."""

    def filled(array: str, sample: str, values: str, size: int) -> str:
        start = "0" if sample == "0" else f"{sample} * {size}"
        return notation.format(array, start, values)

    return filled


def size(shape: tuple[int | str, ...]) -> str:
    """How many numbers an array has, whose first extent may be a name."""
    return product(shape)


def zeros(row: str, rows: str) -> Callable[[tuple[int | str, ...]], str]:
    """What makes lists of zeros: a row of so many, and rows with such a `row` each."""

    def made(shape: tuple[int | str, ...]) -> str:
        count, *inner = shape
        inside = made(tuple(inner)) if inner else ""
        form = rows if inner else row
        factor = f"({count})" if " " in str(count) else count
        return form.format(count=count, factor=factor, row=inside)

    return made


def holds_lists(items: Items) -> bool:
    """Whether a list holds other lists with something inside."""
    return any(not isinstance(item, str) and len(item) > 0 for item in items)


def in_columns(line: str, room: int) -> Lines:
    """A list in braces that is longer than a line, as clang-format has it: in as few
    lines as may be, and of those in as few columns."""
    head, _, rest = line.partition("{")
    margin, items = " " * (len(line) - len(line.lstrip())), rest[:-2].split(", ")
    every = range(1, len(items) + 1)
    widths = {c: [max(map(len, items[at::c])) for at in range(c)] for c in every}
    left = room - len(margin) - 4
    fitting = [c for c in every if sum(widths[c]) + 2 * c - 1 <= left] or [1]
    count = min(fitting, key=lambda columns: (-(-len(items) // columns), columns))
    rows = (items[start : start + count] for start in range(0, len(items), count))
    sized = (zip(row, widths[count], strict=False) for row in rows)
    texts = ("".join(f"{item + ',':{size + 2}}" for item, size in row) for row in sized)
    inside = (f"{margin}    {text.rstrip()}" for text in texts)
    return [f"{head}{{", *inside, f"{margin}}};"]
