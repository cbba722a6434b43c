"""How lines of Rust begin and end: heads, fields, constants, texts.

In: names, types and code. Out: lines, each statement on one; `rust_format` breaks them.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpgen.languages import family
from bpgen.languages.record import Lines, Signature, words

WIDTH = 100
STEP = 4
SHORT = 18  # columns that the fields of an object may take on one line
FIELDS = {"array": "Vec<f64>", "rows": "Rows", "setting": "f64"}
TYPES = family.types("""
    Kept: Kept
    Option<Kept>: Kept | None
    : None
    usize: int,index
    u32: Word
    f64: float
    bool: bool
    String: str,Saved,Folder
    Vec<u8>: Bytes
    Json: Json,Nested
    Table: Table,Named
    Arrays: Arrays
    &[Shape]: Shapes
    Samples: Samples
    OnEpoch: OnEpoch | None
    Vec<f64>: Row,OwnRow
    Vec<Vec<f64>>: Rows,OwnRows
    """)
# Private methods that have the name of a public one: these check nothing.
UNCHECKED = words(
    "_forward _loss _backward _predict _train_step _batch_gradients _classify"
)
LOADS = {"_load_all": "load_json", "_load_parameters": "load_parameters"}
PUBLIC_FIELDS = words(
    "epoch learning_rate validation_loss validation_accuracy best_epoch"
)


def member(name: str) -> str:
    """A field or a method."""
    own = LOADS.get(name) or name.lstrip("_")
    return f"{own}_unchecked" if name in UNCHECKED else own


def is_private(name: str) -> bool:
    """Whether a method is of no use to callers."""
    return name.startswith("_") and name not in LOADS


def signature(head: Signature) -> Lines:
    """[pub] fn name([receiver, ]parameters) [-> result] {"""
    given = [*head.parameters, *((name, kind) for name, kind, _ in head.options)]
    inside = [f"{name}: {kind}" for name, kind in given]
    name, result = head.name, head.result
    is_public = bool(head.class_name) and not is_private(head.function.name)
    if head.function.name == "__init__":
        name, result, is_public = "new", "Self", True
    elif head.class_name:
        inside = ["&self", *inside]
    begin = f"{'pub ' * is_public}fn {name}("
    end = f") -> {result} {{" if result else ") {"
    line = f"{begin}{', '.join(inside)}{end}"
    if len(line) + head.indent <= WIDTH:
        return [line]
    return [begin, *(f"{' ' * STEP}{one}," for one in inside), end]


def doc(text: str, head: Signature | None, indent: int) -> Lines:
    """The lines of a documentation."""
    return [f"/// {x}".rstrip() for x in family.paragraphs(text, 80 - indent - 4)]


def type_of(kind: str) -> str:
    """A type of the routines."""
    if kind.startswith("list["):
        return f"Vec<{type_of(kind[5:-1])}>"
    return TYPES.get(kind, kind)


def field(name: str, kind: str, value: str, says: str) -> Lines:
    """A field with its documentation, if it needs one."""
    own = FIELDS.get(kind) or type_of(kind)
    doc = ["", f"/// {family.sentence(says)}"] if says else []
    public = "pub " * (name in PUBLIC_FIELDS)
    return [*doc, f"{public}{name}: {own},"]


def constant(name: str, kind: str, own: str, says: str) -> tuple[Lines, str, str]:
    """Lines before a constant, how it begins and how it ends."""
    match kind:
        case "Shapes":
            return [f"/// {says}"], f"pub const {name}: &[Shape] = &", ";"
        case "str" | "text":
            return [f"/// {says}"], f"const {name}: &str = ", ";"
        case "int" | "size" | "product":
            return [f"/// {says}"], f"const {name}: usize = ", ";"
        case _:
            return [f"/// {says}"], f"const {name}: ", ";"


def own_option(owner: str, name: str, value: str, taker: str) -> Lines:
    """A constant for what callers have to say."""
    kind = "u32" if name == "seed" else "usize"
    says = f"/// The net's own {name}, for `{'new' if taker == '__init__' else taker}`."
    return [says, f"pub const {name.upper()}: {kind} = {value};", ""]


def text(between: Sequence[str], inside: Sequence[str]) -> str:
    """format! of a text with places; names stand in them."""
    escaped = [part.replace("{", "{{").replace("}", "}}") for part in between]
    text, others = escaped[0], list[str]()
    for own, part in zip(inside, escaped[1:], strict=True):
        text += f"{{{own}}}{part}" if own.isidentifier() else f"{{}}{part}"
        others += [] if own.isidentifier() else [own]
    return f"format!({', '.join([f'{chr(34)}{text}{chr(34)}', *others])})"


def line(macro: str, text: str) -> str:
    """A line of output."""
    text = text.removeprefix("&")
    if text.startswith("format!("):
        return f"{macro}!({text.removeprefix('format!(')}"
    if text.startswith('"'):
        return f"{macro}!({text})"
    name = text.removeprefix("&")
    return (
        f'{macro}!("{{{name}}}")'
        if name.isidentifier()
        else f'{macro}!("{{}}", {name})'
    )


def padded(whole: str, width: str) -> str:
    """A whole number, at the right of so many columns."""
    if whole.isidentifier():
        return f'format!("{{{whole}:>{width}}}")'
    return f'format!("{{:>{width}}}", {whole})'


def kept(fields: Sequence[tuple[str, str]]) -> Lines:
    """The type of what forward keeps."""
    return [
        "/// What forward hands on to loss and backward.",
        "#[derive(Clone, Debug)]",
        "struct Kept {",
        *(f"{' ' * STEP}{name}: {kind}," for name, kind in fields),
        "}",
    ]


def returned(pairs: Sequence[tuple[str, str]]) -> Lines:
    """The lines that return what forward keeps."""
    items = [name if name == value else f"{name}: {value}" for name, value in pairs]
    line = f"return Kept {{ {', '.join(items)} }};"
    if len(", ".join(items)) <= SHORT:
        return [line]
    return ["return Kept {", *(f"{' ' * STEP}{item}," for item in items), "};"]


def fill_row(array: str, sample: str, values: str, size: int) -> str:
    """Sets the row of a sample in a flat array."""
    start = "0" if sample == "0" else f"{sample} * {size}"
    stop = str(size) if sample == "0" else f"({sample} + 1) * {size}"
    return f"{array}[{start}..{stop}].copy_from_slice(&{values})"


def table(start: str, table: Sequence[Sequence[str]], end: str) -> Lines:
    """Rows of numbers, each on a line."""
    kind = f"[[f64; {len(table[0])}]; {len(table)}] = ["
    rows = (f"{' ' * STEP}[{', '.join(row)}]," for row in table)
    return ["#[rustfmt::skip]", f"{start}{kind}", *rows, f"]{end}"]


def zipped(names: Sequence[str], lists: Sequence[str]) -> tuple[Lines, str, Lines]:
    """Lines before a loop over several lists at once, its head, and none inside."""
    before: Lines = []
    pattern, found = names[0], lists[0]
    for place, (name, own) in enumerate(zip(names[1:], lists[1:], strict=True)):
        if place:
            before.append(f"let rows{place} = {found};")
            found = f"rows{place}"
        pattern, found = f"({pattern}, {name})", f"zip({found}, {own})"
    return before, f"for {pattern} in {found} {{", []


def shape(name: str, sizes: Sequence[object]) -> str:
    """An array by its name, with the sizes of its axes."""
    return f"({name}, &[{', '.join(map(str, sizes))}])"
