"""Python: notation, types, what black wants, how to run and check a file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bpgen.languages import family, library, record, toolchain, tuple_form
from bpgen.languages.record import Form, Language, Lines, Signature, words
from bpgen.languages.ways import Ways
from bpgen.program import expressions as at
from bpgen.program.speed import LISTS

WIDTH, INDENT = 88, 4


def _signature(head: Signature) -> Lines:
    given = ["self"] if head.class_name else []
    given += (f"{name}: {kind}" for name, kind in head.parameters)
    given += ["*"] * (head.function.name == "__init__" and bool(head.options))
    given += (f"{name}: {kind} = {value}" for name, kind, value in head.options)
    begin, end = f"def {head.name}(", f") -> {head.result}:"
    return family.listed(begin, given, end, WIDTH - head.indent, INDENT, joins=True)


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    """A docstring."""
    if not text:
        return []
    first, *others = family.paragraphs(text, WIDTH - indent - 6)
    return [f'"""{first}', *others, '"""'] if others else [f'"""{first}"""']


def _row(array: str, indices: tuple[int, ...]) -> str:
    return array + "".join(f"[{index}]" for index in indices)


def _alias(types: Sequence[str]) -> Lines:
    """The type of what forward keeps."""
    if set(types) == {"list[float]"}:
        return ["_Kept = tuple[list[float], ...]"]
    return family.listed("_Kept = tuple[", types, "]", WIDTH, INDENT)


def _taken(array: str, shape: tuple[int, ...]) -> str:
    """[x for row in array for x in row], or a list of a flat one."""
    if len(shape) == 1:
        return f"list({array})"
    rows = [array, *(f"row{level}" for level in range(len(shape), 1, -1)), "x"]
    loops = (f"for {inner} in {outer}" for outer, inner in pairwise(rows))
    return f"[x {' '.join(loops)}]"


def _part(items: str, start: str, stop: str) -> str:
    if start == "0" and stop == f"len({items})":
        return f"{items}[:]"
    is_plain = start.isalnum() and stop.isalnum()  # black wants blanks around others
    return f"{items}[{start}:{stop}]" if is_plain else f"{items}[{start} : {stop}]"


REPR = '''
def __repr__(self) -> str:
    """What an interactive session shows."""
    return f"{{type(self).__name__}}(epoch={{self.epoch}}, {count} parameters)"
'''

PYTHON = Language(
    name="python",
    title="Python",
    suffix=".py",
    width=WIDTH,
    indent=INDENT,
    breaking=record.Breaking.PARENTHESES,
    hanging=INDENT,
    joins_arguments=True,
    camel=False,
    loud_constants=True,
    private="_{}",
    public=words("INPUTS TARGETS"),
    reserved=library.KEYWORDS,
    names=words(
        """self gzip json math os signal sys time zlib annotations Any Callable Mapping
        Path Sequence TypeGuard run batch count sample place channel i j k l m n p q r
        row row1 row2 row3 row4 started told spans signals say progress interrupt"""
    )
    | library.BUILTINS,
    class_names=words("Any Callable Mapping Path Sequence TypeGuard Generator")
    | library.CLASSES,
    modules=library.MODULES | library.KEYWORDS,
    comment="#",
    end="",
    block=("{}:", ""),
    empty="return",
    unused="_",
    heads=family.RANGES,
    declare={kind: "{} =" for kind in record.Declaration if "LATER" not in kind.name},
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
    forms=family.with_alike(
        {
            **family.PLAIN,
            **family.calls("""
                len:len word_of:int number:float text_of:str sorted_wholes:sorted
                copied_row:list json_numbers:list names_of:list table_of:dict
                is_finite:math.isfinite is_number:_is_number
                is_table:_is_table rows_in:_rows_in read_saved:_decoded say:_say
                parsed:_parsed
                """),
            **family.notations(r"""
                progress _progress({}, {}, {})  is_interrupted _signals
                read_text Path({}).read_text("utf-8-sig")  none None
                is_file Path({}).is_file()  read_bytes Path({}).read_bytes()
                byte_count len({})  object_in _object_in({}, {})
                unpacked _unpacked({}, {})
                write_text Path({}).write_text({}, "utf-8")
                rename Path({}).replace({})  plain_say print({})
                complain print({}, file=sys.stderr)  misuse raise ValueError({})
                too_early raise RuntimeError({})  item {}.get({})
                cells [cell.strip('" \t\r') for cell in {}.split({})]
                counted list(range({}))  samples ({}, {})  smaller_whole min({}, {})
                rest_of {}[{}:]  chosen [{0}[i] for i in {1}]  not_is_empty {}
                copied [list(row) for row in {}]  padded f"{{{}:>{}}}"
                joined_rows [x for row in {} for x in row]  words_of {}.split()
                fixed f"{{{}:.{}f}}"  joined " ".join({})  spelled "".join({})
                numbers [float(word) for word in {}.split()]
                letters_at [{1}.index(letter) for letter in {0}]
                is_list isinstance({}, (list, tuple))  larger max({}, {})
                listed {0}.tolist() if hasattr({0}, "tolist") else {0}
                saved_as json.dumps({}, allow_nan=False)
                """),
            "is_missing": Form("{} is None", at.COMPARISON, at.SUM),
            "quotient": family.infix("//", at.PRODUCT, at.UNARY),
            "xor32": family.infix("^", at.DIFFERING_BITS, at.COMMON_BITS),
            "or32": family.infix("|", at.BITS, at.DIFFERING_BITS),
            "right32": Form("({} >> {})", at.UNARY, at.SHIFT, at.SUM),
            "scaled32": Form("{} * {} // 4294967296", at.PRODUCT, at.PRODUCT, at.UNARY),
            "is_whole": Form("{0} == int({0})", at.COMPARISON, at.SUM),
            "filled": Form("[{1}] * {0}", at.PRODUCT, at.UNARY),
            "part": _part,
            "bytes_in": _part,
            "text_in": lambda *parts: f'{_part(*parts)}.decode("latin-1")',
            **family.functions("{{}}.{}({{}})", "append extend"),
            "is_empty": Form("not {}", at.OPPOSITE, at.OPPOSITE),
            "is_among": Form("{} in {}", at.COMPARISON, at.SUM, at.SUM),
            "is_row": Form("type({0}) is list and len({0}) == {1}", at.BOTH),
            "has": Form("{1} in {0}", at.COMPARISON, at.SUM, at.SUM),
            "stops": Form(
                "{0} is not None and {0}({1}, {2}) is False", at.COMPARISON - 2, at.SUM
            ),
        }
    ),
    negations=((" == ", " != "), (" in ", " not in "), (" is ", " is not ")),
    functions=family.functions(
        "math.{}({{}})", "cos erf exp expm1 log log1p sin sqrt tanh"
    )
    | {"abs": "abs({})"},
    types=family.types("""
        _Kept: Kept
        _Kept | None: Kept | None
        int: Word
        object: Json
        str: Saved,Folder
        Any: Nested,Given,GivenRows
        list[float]: OwnRow
        list[list[float]]: OwnRows
        _Row: Row
        _Rows: Rows
        dict[str, Any]: Table,Named,Arrays
        dict[str, list[int]]: Shapes
        tuple[list[list[float]], list[list[float]]]: Samples
        Callable[[int, float], object] | None: OnEpoch | None
        bytes: Bytes
        """),
    given_types={"Named": "Mapping[str, Any]", "Arrays": "Mapping[str, Any]"},
    aliases={"_Row": "_Row = Sequence[float]", "_Rows": "_Rows = Sequence[_Row]"},
    list_type="list[{}]",
    flat=False,
    kept=tuple_form.TupleForm(marks=("", ""), alias=_alias),
    zeros=family.zeros("[0.0] * {factor}", "[{row} for _ in range({count})]"),
    zeros_like="[[0.0] * len(row) for row in {}]",
    spread="*{}",
    add_row=lambda array, row, start, stop: f"_add({_row(array, row)}, {{}})",
    set_row=lambda array, row, start, stop: f"{_row(array, row)}[:] = {{}}",
    row=lambda array, row, start, stop: _row(array, row),
    wholes=("0.0", "0"),
    fill=lambda array, values, shape: (
        f"{array}[:] = {values}"
        if len(shape) == 1
        else f"{array} = _shaped({values}, {list(shape)})"
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
        "_add": '''
def _add(row: list[float], more: Sequence[float]) -> None:
    """Add to each number of a row."""
    for i, x in enumerate(more):
        row[i] += x
''',
        "_rows_in": '''
def _rows_in(array: Any) -> list[list[float]]:
    """The innermost lists of nested ones."""
    if not isinstance(array[0], list):
        return [array]
    return [row for part in array for row in _rows_in(part)]
''',
        "_is_table": '''
def _is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a value is an object with names."""
    return isinstance(value, Mapping)
''',
        "_shaped": '''
def _shaped(values: Sequence[float], shape: Sequence[int]) -> Any:
    """A flat list as nested lists, row by row."""
    if len(shape) == 1:
        return list(values)
    step = len(values) // shape[0]
    parts = (values[k * step : (k + 1) * step] for k in range(shape[0]))
    return [_shaped(part, shape[1:]) for part in parts]
''',
        "_parsed": '''
def _parsed(text: str) -> float:
    """The number that a text says; NaN if it says none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
''',
        "_unpacked": '''
def _unpacked(content: bytes, path: str) -> bytes:
    """What is in a gzipped file."""
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise ValueError(f"{path}: the file is damaged") from None
''',
        "_is_number": '''
def _is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return -math.inf < value < math.inf
''',
        "_decoded": '''
def _decoded(text: str) -> dict[str, Any]:
    """What a text of JSON says."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    raise ValueError("the text has not the format of a JSON object")
''',
        "_object_in": '''
def _object_in(text: str, where: str) -> dict[str, Any]:
    """The object that a text of JSON says."""
    try:
        return _decoded(text)
    except ValueError:
        raise ValueError(f"{where}: expected an object of JSON") from None
''',
    },
    imports={
        **{f"import {n}": f"{n}." for n in library.USED},
        "from collections.abc import {}": "Callable Mapping Sequence",
        "from pathlib import {}": "Path",
        "from typing import {}": "Any TypeGuard",
    },
    blank=2,
    constant_gap=1,
    class_head=lambda name, is_public: f"class {name}:",
    own_members=lambda trains, has_data: [
        REPR if trains else REPR.replace("epoch={{self.epoch}}, ", "")
    ],
    static_names=("CLASSES = (", "", "CLASSES = tuple({})"),
    static_categories=("CATEGORIES: Mapping[str, Sequence[str]] = ", ""),
    main_name="_run",
    speed=LISTS,
    ways=Ways(several="tuple[{}]"),
    toolchain=toolchain.Toolchain(
        programs=("python3", "black", "ruff", "mypy"),
        install="Python 3.10 or later",
        version=("python3", "--version"),
        run=("python3", "{file}"),
        format=("black", "--check", "{file}"),
        lint=("ruff", "check", "--isolated", "{file}"),
        types=("mypy", "--strict", "{file}"),
    ),
)
