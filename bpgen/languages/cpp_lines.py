"""How lines of C++ begin and end: heads, fields, constants, locals, texts.

In: names, types and code. Out: lines, each statement on one; `writing.filled` breaks
them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bpgen.languages import family
from bpgen.languages.record import Declaration, Lines, Signature

WIDTH = 80
ROOM = WIDTH - 2  # columns inside of a class
OFF, ON = "// clang-format off", "// clang-format on"
NUMBERS = "std::vector<double>"
TYPES = family.types("""
    std::shared_ptr<const Kept>: Kept,Kept | None
    void: None
    std::size_t: int,index
    std::uint32_t: Word
    double: float
    std::string: str,Saved,Folder,Bytes
    Json: Json,Nested,Table,Named
    Arrays: Arrays
    std::vector<Shape>: Shapes
    Samples: Samples
    OnEpoch: OnEpoch,OnEpoch | None
    std::vector<double>: Row
    std::vector<std::vector<double>>: Rows
    Row<double>: OwnRow
    Rows: OwnRows
    std::vector<std::size_t>: indices,list[index]
    """)
FIELDS = {"array": NUMBERS, "rows": f"std::vector<{NUMBERS}>", "setting": "double"}
MEMBERS = {
    "_load_all": "load_json",
    "_load_parameters": "load_parameters",
    "outputs": "outputs_",  # of a textbook page, whose methods have such a local
}
LIST = re.compile(r"std::vector<((?:[^<>{}()]|<[^<>]*>)*)>\{")
PLACE = re.compile(r"[\w.>-]+(\[[^()]*\])?")  # of what is somebody else's
ROW = """\
template <typename Number> class Row;
template <typename... Items>
using NumberIn =
    std::conditional_t<(std::is_const_v<Items> || ...), const double, double>;"""
# What to include, and for which names.
INCLUDES = {
    f"#include <{header}>": " ".join(f"std::{name}" for name in names.split())
    for header, _, names in (line.strip().partition(": ") for line in """
        algorithm: copy find find_if max min sort
        charconv: from_chars to_chars
        cmath: abs cos erf exp expm1 floor isfinite log log1p nan sin sqrt tanh
        csignal: signal
        cstddef: size_t
        cstdint: uint32_t
        exception: exception
        filesystem: filesystem
        fstream: ifstream ofstream
        functional: function
        iostream: cout cerr
        iterator: istream_iterator istreambuf_iterator
        locale: locale
        map: map
        memory: shared_ptr make_shared
        numeric: iota
        sstream: istringstream
        stdexcept: invalid_argument logic_error out_of_range
        string: string
        system_error: error_code errc
        type_traits: conditional_t is_const_v is_same_v
        vector: vector
        """.strip().split("\n"))
}


def member(name: str) -> str:
    """A field or a method; what callers do not see ends with an underscore."""
    if name in MEMBERS:
        return MEMBERS[name]
    return f"{name[1:]}_" if name.startswith("_") else name


def given(kind: str, name: str) -> str:
    """A name after its type; of what is not used only in a comment."""
    name = f"/*{name[1:]}*/" if name.startswith("_") else name
    is_near = kind.endswith(("*", "&")) and not name.startswith("/")
    return f"{kind}{name}" if is_near else f"{kind} {name}"


def signature(head: Signature) -> Lines:
    """[template <...>] [static] result name(parameters) [const] {"""
    inside = [given(kind, name) for name, kind in head.parameters]
    inside += [f"{given(kind, name)} = {value}" for name, kind, value in head.options]
    is_template = any(
        kind.split(" &")[0].endswith("Rows") for _, kind in head.parameters
    )
    template = "template <typename Rows> " * is_template
    begin = f"{head.result} {head.name}"
    if head.function.name == "__init__":
        begin = f"explicit {head.class_name}"
    elif not head.class_name:
        begin = f"static {begin}"
    ending = "" if head.changes else " const"
    return [f"{template}{begin}({', '.join(inside)}){ending} {{"]


def doc(text: str, head: Signature | None, indent: int) -> Lines:
    """The lines of a documentation."""
    return family.slashed(text, WIDTH - indent)


def begin(declares: Declaration, kind: str, name: str) -> str:
    """How a number begins, up to its value."""
    if declares in (Declaration.LATER, Declaration.LATER_FIXED):
        return f"{kind} {name};"
    return f"{'const ' * (declares is not Declaration.VARIED)}{kind} {name} ="


def lent(kind: str, is_rows: bool, is_changed: bool) -> str:
    """The type of a parameter."""
    if is_changed:
        return f"{kind} &&" if is_rows else f"{kind} &"
    return f"const {kind} &"


def local(
    kind: str, own: str, name: str, value: str, is_lent: bool, is_apart: bool
) -> str:
    """How a local begins, with its value."""
    fixed = "const " * (not is_apart)
    if value in (f"{own}{{}}", "{}"):
        return f"{own} {name}"
    if kind in ("float", "int", "Word", "bool"):
        return f"{fixed}{own} {name} = {value}"
    if is_lent:
        return f"const auto &{name} = {value}"
    return f"{fixed}{'std::string' if kind == 'str' else 'auto'} {name} = {value}"


def array(name: str, value: str) -> str:
    """What names an array: one that is there, or a new one."""
    if PLACE.fullmatch(value):
        return f"auto &{name} = {value}"
    kind, made, count = value.removesuffix(")").partition(">(")
    if made and kind.startswith("std::vector<"):
        return f"{kind}> {name}({count})"
    return f"const auto {name} = {value}"


def field(name: str, kind: str, value: str, says: str) -> Lines:
    """A field with its documentation, if it needs one."""
    own = FIELDS.get(kind) or type_of(kind)
    said = [f"/// {family.sentence(says)}"] if says else []
    if kind == "Generator":
        value = "Generator(0)"
    start = f"{own} {name} = {value};" if value else f"{own} {name}{zero(own)};"
    return [*said, start]


def zero(own: str) -> str:
    """What a field without a value begins as."""
    return {"double": " = 0.0", "bool": " = false", "std::size_t": " = 0"}.get(own, "")


def type_of(kind: str) -> str:
    """A type of the routines."""
    if kind.startswith("list["):
        return f"std::vector<{type_of(kind[5:-1])}>"
    return TYPES.get(kind, kind)


def constant(name: str, kind: str, own: str, says: str) -> tuple[Lines, str, str]:
    """Lines before a constant, how it begins and how it ends."""
    said = doc(says, None, 2)
    match kind:
        case "text":
            return said, f"static constexpr const char *{name}[] = ", ";"
        case "str":
            return said, f"static constexpr const char *{name} = ", ";"
        case "int" | "size" | "product":
            return said, f"static constexpr std::size_t {name} = ", ";"
        case "Shapes":
            return said, f"inline static const std::vector<Shape> {name} = ", ";"
        case _:
            return said, f"inline static const {own} {name} = ", ";"


def shapes(start: str, found: Mapping[str, Sequence[object]], end: str) -> Lines:
    """Shapes by name, one a line."""
    lines = [OFF, f"{start}{{"]
    for name, shape in found.items():
        lines.append(f'    {{"{name}", {{{", ".join(map(str, shape))}}}}},')
    return [*lines, f"}}{end}", ON]


def table(start: str, rows: Sequence[Sequence[str]], end: str) -> Lines:
    """Rows of numbers, each on a line."""
    inside = (f"    {{{', '.join(row)}}}," for row in rows)
    return [OFF, f"{start}{{", *inside, f"}}{end}", ON]


def kept(fields: Sequence[tuple[str, str]]) -> Lines:
    """The type of what forward keeps."""
    inside = (f"  {kind} {name}{zero(kind)};" for name, kind in fields)
    says = "/// What forward hands on to loss and backward."
    return [says, "struct Kept {", *inside, "};"]


def returned(pairs: Sequence[tuple[str, str]]) -> Lines:
    """The lines that return what forward keeps."""
    lines = (f"kept->{name} = {value};" for name, value in pairs if value != "{}")
    return ["auto kept = std::make_shared<Kept>();", *lines, "return kept;"]


def zipped(names: Sequence[str], lists: Sequence[str]) -> tuple[Lines, str, Lines]:
    """Lines before a loop over several lists at once, its head, and how its rounds
    begin."""
    before: Lines = []
    for name, own in zip(names, lists, strict=True):
        is_own = own.startswith("[")  # numbers, one a row, and no place of others
        begun = "const std::vector<double>" if is_own else "auto &&"
        value = f"{{{own[1:-1]}}}" if is_own else own
        before.append(f"{begun}{' ' * is_own}all_{name} = {value};")
    opening = f"for (std::size_t k = 0; k < all_{names[0]}.size(); k++) {{"
    return before, opening, [f"auto &&{name} = all_{name}[k];" for name in names]


def fill_row(array: str, sample: str, values: str, size: int) -> str:
    """Sets the row of a sample in a flat array."""
    start = "" if sample == "0" else f" + {sample} * {size}"
    return f"std::copy({values}.begin(), {values}.end(), {array}.data(){start})"


def text(between: Sequence[str], inside: Sequence[str]) -> str:
    """A text of its parts."""
    found = [f'"{between[0]}"'] if between[0] else []
    for own, part in zip(inside, between[1:], strict=True):
        found += [own, f'"{part}"'] if part else [own]
    return f"text({', '.join(found)})"


def row_methods(name: str, words: str, items: Sequence[str]) -> Lines:
    """The methods that give some rows: of an object, and of one that stays as it is."""
    rows = f"rows_of({', '.join(items)})" if items else "{}"
    body = ["{", f"  return {rows};", "}"]
    return [
        f"/// {family.sentence(words)}",
        f"std::vector<Row<double>> {name}() {body[0]}",
        *body[1:],
        f"std::vector<Row<const double>> {name}() const {body[0]}",
        *body[1:],
    ]


def shortened(line: str) -> Lines:
    """A long line: lists as calls, numbers that are given in columns, and a template's
    head on a line of its own."""
    if line.startswith("template <"):
        head, _, rest = line.partition("> ")
        return [f"{head}>", rest]
    if line.lstrip().startswith(f"const {NUMBERS} ") and " = {" in line:
        return family.in_columns(line, ROOM)
    while len(line) > ROOM and (found := LIST.search(line)):
        start, depth = found.end(), 1
        stop = start
        while depth:
            depth += (line[stop] == "{") - (line[stop] == "}")
            stop += 1
        inside = line[start : stop - 1]
        line = f"{line[:found.start()]}list<{found[1]}>({inside}){line[stop:]}"
    return [line]
