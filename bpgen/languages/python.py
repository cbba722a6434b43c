"""Python: notation, types, what black wants, how to run and check a file."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap

from bpgen.languages.family import PLAIN
from bpgen.languages.record import (
    Breaking,
    Declaration,
    Form,
    Language,
    Lines,
    Signature,
    Toolchain,
    TupleForm,
    words,
)
from bpgen.program import expressions as at

WIDTH, INDENT = 88, 4


def _signature(head: Signature) -> Lines:
    given = ["self"] if head.class_name else []
    given += (f"{name}: {kind}" for name, kind in head.parameters)
    given += (f"{name}: {kind} = {value}" for name, kind, value in head.options)
    begin, end = f"def {head.name}(", f") -> {head.result}:"
    joined = ", ".join(given)
    if head.indent + len(begin + joined + end) <= WIDTH:
        return [begin + joined + end]
    if head.indent + INDENT + len(joined) <= WIDTH:
        return [begin, " " * INDENT + joined, end]
    return [begin, *(f"{' ' * INDENT}{one}," for one in given), end]


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    """A docstring."""
    if not text:
        return []
    lines: Lines = []
    for paragraph in text.split("\n\n"):
        lines += ["", *wrap(" ".join(paragraph.split()), WIDTH - indent - 6)]
    first, *others = lines[1:]
    return [f'"""{first}', *others, '"""'] if others else [f'"""{first}"""']


def _zeros(shape: tuple[int | str, ...]) -> str:
    if len(shape) == 1:
        return f"[0.0] * {shape[0]}"
    return f"[{_zeros(shape[1:])} for _ in range({shape[0]})]"


def _row(array: str, indices: tuple[int, ...]) -> str:
    return array + "".join(f"[{index}]" for index in indices)


def _alias(types: Sequence[str]) -> Lines:
    """The type of what forward keeps."""
    if set(types) == {"list[float]"}:
        return ["Kept = tuple[list[float], ...]"]
    line = f"Kept = tuple[{', '.join(types)}]"
    if len(line) <= WIDTH:
        return [line]
    return ["Kept = tuple[", *(f"    {own}," for own in types), "]"]


def _taken(array: str, shape: tuple[int, ...]) -> str:
    """[x for row in array for x in row], or a list of a flat one."""
    if len(shape) == 1:
        return f"list({array})"
    rows = [array, *(f"row{level}" for level in range(len(shape), 1, -1)), "x"]
    loops = (f"for {inner} in {outer}" for outer, inner in pairwise(rows))
    return f"[x {' '.join(loops)}]"


PYTHON = Language(
    name="python",
    title="Python",
    suffix=".py",
    width=WIDTH,
    indent=INDENT,
    breaking=Breaking.PARENTHESES,
    hanging=INDENT,
    joins_arguments=True,
    camel=False,
    loud_constants=True,
    reserved=frozenset(keyword.kwlist),
    names=words(
        """self math json sys time annotations Any Callable Mapping Sequence TypeGuard
        run batch count sample place channel i j k l m n p q r row row1 row2 row3 row4
        started shown_at shaped decoded is_shown show end_lines"""
    )
    | frozenset(dir(builtins)),
    class_names=words("Any Callable Mapping Sequence TypeGuard Generator")
    | frozenset(name for name in dir(builtins) if name[0].isupper()),
    hidden=frozenset(dir(builtins)) | {"time"},
    comment="#",
    end="",
    block=("{}:", ""),
    empty="return",
    unused="_",
    heads={
        "if": "if {}",
        "else": "else",
        "up": "for {0} in range({1}, {2})",
        "up from 0": "for {0} in range({2})",
        "down": "for {0} in reversed(range({1}, {2}))",
        "down from 0": "for {0} in reversed(range({2}))",
        "steps": "for {0} in range({1}, {2}, {3})",
        "backwards": "for {0} in range({1}, {2}, -1)",
        "each": "for {0} in {1}",
        "zip": "for {0} in zip({1})",
        "and": "and",
        "or": "or",
        "not": "not ",
    },
    declare={kind: "{} =" for kind in Declaration if "LATER" not in kind.name},
    typed=lambda name, kind, own, is_varied: ([], f"{name}: {own} = "),
    unpacking="{}",
    member="self.{}",
    this="self",
    select="{then} if {condition} else {otherwise}",
    inside="0 <= {0} < {1}",
    both=" and ",
    to_number="float({})",
    to_whole="int({})",
    flags=("False", "True"),
    text=('f"', '"', "{{{}}}"),
    places={"fixed": "{{{}:.{}f}}", "scientific": "{{{}:.1e}}", "padded": "{{{}:>{}}}"},
    options=lambda options: [f"{name}={value}" for name, value in options],
    forms={
        **PLAIN,
        "len": "len({})",
        "none": "None",
        "quotient": Form("{} // {}", at.PRODUCT, at.PRODUCT, at.UNARY),
        "rest": Form("{} % {}", at.PRODUCT, at.PRODUCT, at.UNARY),
        "add32": Form("({} + {}) & 0xFFFFFFFF", at.COMMON_BITS, at.SUM, at.PRODUCT),
        "xor32": Form("{} ^ {}", at.DIFFERING_BITS, at.DIFFERING_BITS, at.COMMON_BITS),
        "or32": Form("{} | {}", at.BITS, at.BITS, at.DIFFERING_BITS),
        "left32": Form("({} << {}) & 0xFFFFFFFF", at.COMMON_BITS, at.SHIFT, at.SUM),
        "right32": Form("({} >> {})", at.UNARY, at.SHIFT, at.SUM),
        "share32": Form("{} / 4294967296.0", at.PRODUCT, at.PRODUCT),
        "scaled32": Form("{} * {} // 4294967296", at.PRODUCT, at.PRODUCT, at.UNARY),
        "modulo32": Form("{} % {}", at.PRODUCT, at.PRODUCT, at.UNARY),
        "word_of": "int({})",
        "whole": "int({})",
        "number": "float({})",
        "larger": "max({}, {})",
        "larger_whole": "max({}, {})",
        "smaller_whole": "min({}, {})",
        "is_whole": Form("{0} == int({0})", at.COMPARISON, at.SUM),
        "filled": Form("[{1}] * {0}", at.PRODUCT, at.UNARY),
        "counted": "list(range({}))",
        "part": lambda items, start, stop: (
            f"{items}[{start}:{stop}]"  # black wants blanks around longer ends
            if start.isalnum() and stop.isalnum()
            else f"{items}[{start} : {stop}]"
        ),
        "rest_of": "{}[{}:]",
        "chosen": "[{0}[i] for i in {1}]",
        "sorted_wholes": "sorted({})",
        "copied": "[list(row) for row in {}]",
        "copied_row": "list({})",
        "joined_rows": "[x for row in {} for x in row]",
        "rows_in": "rows_in({})",
        "is_missing": Form("{} is None", at.COMPARISON, at.SUM),
        "append": "{}.append({})",
        "extend": "{}.extend({})",
        "is_empty": Form("not {}", at.OPPOSITE, at.OPPOSITE),
        "not_is_empty": "{}",
        "is_among": Form("{} in {}", at.COMPARISON, at.SUM, at.SUM),
        "fixed": 'f"{{{}:.{}f}}"',
        "padded": "str({}).rjust({})",
        "text_of": "str({})",
        "joined": '" ".join({})',
        "numbers": "[float(word) for word in {}.split()]",
        "samples": "({}, {})",
        "inputs_in": "{}[0]",
        "targets_in": "{}[1]",
        "names_of": "list({})",
        "shape_of": "{}[{}]",
        "is_table": "is_table({})",
        "is_list": "isinstance({}, (list, tuple))",
        "is_number": "is_number({})",
        "number_of": "float({})",
        "table_of": "dict({})",
        "is_text": Form("{} == {}", at.COMPARISON, at.SUM, at.SUM),
        "is_nothing": Form("{} is None", at.COMPARISON, at.SUM),
        "json_nothing": "None",
        "json_numbers": "list({})",
        "json_words": "list({})",
        "has": Form("{1} in {0}", at.COMPARISON, at.SUM, at.SUM),
        "item": "{}.get({})",
        "put": "{}[{}] = {}",
        "no_table": "{{}}",
        "keys": "{}",
        "saved_as": "json.dumps({}, allow_nan=False)",
        "read_saved": "decoded({})",
        "is_silent": Form("{} is None", at.COMPARISON, at.SUM),
        "stops": Form(
            "{0} is not None and {0}({1}, {2}) is False", at.COMPARISON - 2, at.SUM
        ),
        "say": "print({})",
        "complain": "print({}, file=sys.stderr)",
        "is_shown": "is_shown({}, {})",
        "show": "show({}, {})",
        "end_lines": "end_lines()",
        "unfit": "raise ValueError({})",
        "misuse": "raise ValueError({})",
        "too_early": "raise RuntimeError({})",
    },
    negations=((" == ", " != "), (" in ", " not in "), (" is ", " is not ")),
    functions={
        name: f"math.{name}({{}})"
        for name in sorted(words("cos erf exp expm1 log log1p sin sqrt tanh"))
    }
    | {"abs": "abs({})"},
    types={
        "Kept": "Kept",
        "Kept | None": "Kept | None",
        "OwnRow": "list[float]",
        "OwnRows": "list[list[float]]",
        "Word": "int",
        "Json": "object",
        "Table": "dict[str, Any]",
        "Nested": "Any",
        "Named": "dict[str, Any]",
        "Saved": "str",
        "Shapes": "dict[str, list[int]]",
        "Samples": "tuple[list[list[float]], list[list[float]]]",
        "OnEpoch | None": "Callable[[int, float], object] | None",
    },
    given_types={
        "Row": "Sequence[float]",
        "Rows": "Sequence[Sequence[float]]",
        "Named": "Mapping[str, Any]",
    },
    list_type="list[{}]",
    flat=False,
    kept=TupleForm(marks=("", ""), alias=_alias),
    zeros=_zeros,
    zeros_like="[[0.0] * len(row) for row in {}]",
    spread="*{}",
    add_row=lambda array, row, start, stop: f"add({_row(array, row)}, {{}})",
    set_row=lambda array, row, start, stop: f"{_row(array, row)}[:] = {{}}",
    row=lambda array, row, start, stop: _row(array, row),
    wholes=("0.0", "0"),
    fill=lambda array, values, shape: (
        f"{array}[:] = {values}"
        if len(shape) == 1
        else f"{array} = shaped({values}, {list(shape)})"
    ),
    fill_row=lambda array, sample, values, size: f"{array}[{sample}][:] = {values}",
    taken=_taken,
    first_taken=lambda array, shape: _taken(f"{array}[0]", shape),
    signature=_signature,
    doc=_doc,
    doc_inside=True,
    constant=lambda name, kind, own, says: (
        [f"# {says}"],
        f"{name}{': ' + own if '[' in own else ''} = ",
        "",
    ),
    text_constant=('"""\\', '"""'),
    helpers={
        "add": '''
def add(row: list[float], more: Sequence[float]) -> None:
    """Add to each number of a row."""
    for i, x in enumerate(more):
        row[i] += x
''',
        "rows_in": '''
def rows_in(array: Any) -> list[list[float]]:
    """The innermost lists of nested ones."""
    if not isinstance(array[0], list):
        return [array]
    return [row for part in array for row in rows_in(part)]
''',
        "is_table": '''
def is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a value is an object with names."""
    return isinstance(value, Mapping)
''',
        "shaped": '''
def shaped(values: Sequence[float], shape: Sequence[int]) -> Any:
    """A flat list as nested lists, row by row."""
    if len(shape) == 1:
        return list(values)
    step = len(values) // shape[0]
    parts = (values[k * step : (k + 1) * step] for k in range(shape[0]))
    return [shaped(part, shape[1:]) for part in parts]
''',
        "is_number": '''
def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= 1.7976931348623157e308
''',
        "decoded": '''
def decoded(text: str) -> object:
    """What a text of JSON says."""
    try:
        found: object = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise ValueError("the text is not JSON") from None
    return found
''',
    },
    imports={
        **{f"import {name}": f"{name}." for name in ("json", "math", "sys", "time")},
        "from collections.abc import {}": "Callable Mapping Sequence",
        "from typing import {}": "Any TypeGuard",
    },
    blank=2,
    constant_gap=1,
    class_head=lambda name, is_public: f"class {name}:",
    main_name="run",
    inlines_step=True,
    toolchain=Toolchain(
        programs=("python3", "black", "ruff", "mypy"),
        install="Python 3.10 or later",
        version=("python3", "--version"),
        run=("python3", "{file}"),
        format=("black", "--check", "{file}"),
        lint=("ruff", "check", "--isolated", "{file}"),
        types=("mypy", "--strict", "{file}"),
    ),
)
