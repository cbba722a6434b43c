"""Python: notation, types, what black wants, how to run and check a file."""

from __future__ import annotations

import builtins
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
    words,
)
from bpgen.program.expressions import (
    BITS,
    COMMON_BITS,
    COMPARISON,
    DIFFERING_BITS,
    OPPOSITE,
    PRODUCT,
    SHIFT,
    SUM,
    UNARY,
    number_text,
)

WIDTH, INDENT = 88, 4


def _signature(head: Signature) -> Lines:
    """def name(parameters) -> result:"""
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


def _constant(name: str, kind: str, says: str) -> tuple[Lines, str, str]:
    """# What it is / NAME: type ="""
    types = {
        "Shapes": ": dict[str, list[int]]",
        "list[list[float]]": ": list[list[float]]",
    }
    return [f"# {says}"], f"{name}{types.get(kind, '')} = ", ""


def _zeros(shape: tuple[int | str, ...]) -> str:
    """Nested lists of zeros."""
    if len(shape) == 1:
        return f"[0.0] * {shape[0]}"
    return f"[{_zeros(shape[1:])} for _ in range({shape[0]})]"


def _fill(array: str, values: str, shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"{array}[:] = {values}"
    return f"{array} = shaped({values}, {list(shape)})"


def _taken(array: str, shape: tuple[int, ...]) -> str:
    """[x for row in array for x in row], or a list of a flat one."""
    if len(shape) == 1:
        return f"list({array})"
    rows = [array, *(f"row{level}" for level in range(len(shape), 1, -1)), "x"]
    loops = (f"for {inner} in {outer}" for outer, inner in pairwise(rows))
    return f"[x {' '.join(loops)}]"


def _part(items: str, start: str, stop: str) -> str:
    """A slice, with the blanks that black wants."""
    is_plain = start.isalnum() and stop.isalnum()
    return f"{items}[{start}:{stop}]" if is_plain else f"{items}[{start} : {stop}]"


def _typed(name: str, kind: str, own: str, is_varied: bool) -> tuple[Lines, str]:
    return [], f"{name}: {own} = "


def _options(options: Sequence[tuple[str, str]]) -> Lines:
    return [f"{name}={value}" for name, value in options]


HELPERS = {
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
}

PYTHON = Language(
    name="python",
    title="Python",
    suffix=".py",
    width=WIDTH,
    indent=INDENT,
    breaking=Breaking.PARENTHESES,
    hanging=INDENT,
    joins_arguments=True,
    splits=lambda items: False,
    fills_numbers=False,
    camel=False,
    loud_constants=True,
    reserved=words(
        """and as assert async await break class continue def del elif else except
        False finally for from global if import in is lambda None nonlocal not or pass
        raise return True try while with yield"""
    ),
    names=words(
        """self math json sys time annotations abs float int len list dict tuple str
        bool range isinstance print min max sum object super sorted type ValueError
        RuntimeError TypeError RecursionError Any Callable Mapping Sequence TypeGuard
        main batch count sample place channel i j k l m n p q r x row1 row2 row3 row4
        live started shown_at shaped decoded"""
    ),
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
        "and": "and",
        "or": "or",
        "not": "not ",
    },
    declare=dict.fromkeys(Declaration, "{} =")
    | {Declaration.LATER: "", Declaration.LATER_FIXED: ""},
    typed=_typed,
    unpacking="{}",
    member="self.{}",
    field_of_this="self.{}",
    this="self",
    new="",
    number=number_text,
    parts_products=False,
    select="{then} if {condition} else {otherwise}",
    inside="0 <= {0} < {1}",
    both=" and ",
    to_number="float({})",
    to_whole="int({})",
    flags=("False", "True"),
    text=('f"', '"', "{{{}}}"),
    quotes=('"', '"'),
    tidied=str,
    places={"fixed": "{{{}:.{}f}}", "scientific": "{{{}:.1e}}", "padded": "{{{}:>{}}}"},
    options=_options,
    forms={
        **PLAIN,
        "len": "len({})",
        "abs": "abs({})",
        "none": "None",
        "quotient": Form("{} // {}", PRODUCT, PRODUCT, UNARY),
        "rest": Form("{} % {}", PRODUCT, PRODUCT, UNARY),
        "add32": Form("({} + {}) & 0xFFFFFFFF", COMMON_BITS, SUM, PRODUCT),
        "xor32": Form("{} ^ {}", DIFFERING_BITS, DIFFERING_BITS, COMMON_BITS),
        "or32": Form("{} | {}", BITS, BITS, DIFFERING_BITS),
        "left32": Form("({} << {}) & 0xFFFFFFFF", COMMON_BITS, SHIFT, SUM),
        "right32": Form("({} >> {})", UNARY, SHIFT, SUM),
        "share32": Form("{} / 4294967296.0", PRODUCT, PRODUCT),
        "scaled32": Form("{} * {} // 4294967296", PRODUCT, PRODUCT, UNARY),
        "modulo32": Form("{} % {}", PRODUCT, PRODUCT, UNARY),
        "word_of": "int({})",
        "whole": "int({})",
        "number": "float({})",
        "larger": "max({}, {})",
        "larger_whole": "max({}, {})",
        "smaller_whole": "min({}, {})",
        "is_whole": Form("{0} == int({0})", COMPARISON, SUM),
        "filled": Form("[{1}] * {0}", PRODUCT, UNARY),
        "counted": "list(range({}))",
        "part": _part,
        "rest_of": "{}[{}:]",
        "chosen": "[{0}[i] for i in {1}]",
        "others": "[i for i in range({0}) if i not in {1}]",
        "sorted_wholes": "sorted({})",
        "copied": "[list(row) for row in {}]",
        "append": "{}.append({})",
        "extend": "{}.extend({})",
        "is_empty": Form("not {}", OPPOSITE, OPPOSITE),
        "not_is_empty": "{}",
        "is_among": Form("{} in {}", COMPARISON, SUM, SUM),
        "not_is_among": Form("{} not in {}", COMPARISON, SUM, SUM),
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
        "is_table": "isinstance({}, Mapping)",
        "is_list": "isinstance({}, (list, tuple))",
        "is_number": "is_number({})",
        "number_of": "float({})",
        "table_of": "dict({})",
        "is_text": Form("{} == {}", COMPARISON, SUM, SUM),
        "not_is_text": Form("{} != {}", COMPARISON, SUM, SUM),
        "is_nothing": Form("{} is None", COMPARISON, SUM),
        "not_is_nothing": Form("{} is not None", COMPARISON, SUM),
        "json_nothing": "None",
        "json_numbers": "list({})",
        "json_words": "list({})",
        "has": Form("{1} in {0}", COMPARISON, SUM, SUM),
        "not_has": Form("{1} not in {0}", COMPARISON, SUM, SUM),
        "item": "{}.get({})",
        "put": "{}[{}] = {}",
        "no_table": "{{}}",
        "keys": "{}",
        "saved_as": "json.dumps({}, allow_nan=False)",
        "read_saved": "decoded({})",
        "stops": Form(
            "{0} is not None and {0}({1}, {2}) is False", COMPARISON - 2, SUM
        ),
        "say": "print({})",
        "is_shown": "is_shown({}, {})",
        "show": "show({}, {})",
        "end_lines": "end_lines()",
        "unfit": "raise ValueError({})",
        "misuse": "raise ValueError({})",
        "too_early": "raise RuntimeError({})",
    },
    functions={
        "abs": "abs({})",
        "cos": "math.cos({})",
        "erf": "math.erf({})",
        "exp": "math.exp({})",
        "expm1": "math.expm1({})",
        "log": "math.log({})",
        "log1p": "math.log1p({})",
        "sin": "math.sin({})",
        "sqrt": "math.sqrt({})",
        "tanh": "math.tanh({})",
    },
    types={
        "None": "None",
        "Word": "int",
        "Json": "object",
        "Table": "dict[str, Any]",
        "Nested": "Any",
        "Named": "dict[str, Any]",
        "Saved": "str",
        "Shapes": "dict[str, list[int]]",
        "Samples": "tuple[list[list[float]], list[list[float]]]",
        "OnEpoch": "Callable[[int, float], object]",
        "OnEpoch | None": "Callable[[int, float], object] | None",
    },
    given_types={
        "Row": "Sequence[float]",
        "Rows": "Sequence[Sequence[float]]",
        "Table": "Mapping[str, Any]",
        "Named": "Mapping[str, Any]",
        "Shapes": "Mapping[str, list[int]]",
    },
    list_type="list[{}]",
    flat=False,
    zeros=_zeros,
    fill=_fill,
    fill_row=lambda array, sample, values, size: f"{array}[{sample}][:] = {values}",
    taken=_taken,
    first_taken=lambda array, shape: _taken(f"{array}[0]", shape),
    signature=_signature,
    doc=_doc,
    doc_inside=True,
    field=None,
    key='"{}"'.format,
    constant=_constant,
    text_constant=('"""\\', '"""'),
    helpers=HELPERS,
    imports={
        "import json": "json.",
        "import math": "math.",
        "import sys": "sys.",
        "import time": "time.",
        "from collections.abc import {}": "Callable Mapping Sequence",
        "from typing import {}": "Any TypeGuard",
    },
    blank=2,
    constant_gap=1,
    class_head=lambda name, is_public: f"class {name}:",
    unrolled_weights=200,
    toolchain=Toolchain(
        programs=("python3",),
        install="Python 3.10 or later",
        run=("python3", "{file}"),
        format=("black", "--check", "{file}"),
        lint=("ruff", "check", "{file}"),
        types=("mypy", "--strict", "{file}"),
    ),
)
