"""C: lines and declarations, as functions of what the record is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from bpgen.languages import family
from bpgen.languages.record import Declaration, Lines, Signature

WIDTH = 80
OFF, ON = "// clang-format off", "// clang-format on"
INSTEAD = {"void": "", "double": "0.0", "float": "0.0f", "bool": "false"}

# Calls that make a list of what they are given: the words of their documentation, the
# type of an item, and the one that it has on its way.
ANY = "$net_LISTS"
MADE = {
    "row": ("numbers", "$real ", ""),
    "rows": ("rows", "$real *", ""),
    "words": ("words of 32 bits", "uint32_t ", ""),
    "texts": ("texts", "const char *", ""),
    "wholes": ("whole numbers", "long long ", "int"),
    "orders": ("lists of whole numbers", "long long *", ""),
    "indices": ("indices", "int ", ""),
}


def helpers(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts of a file, with each call that makes a list in the place of any."""
    found: dict[str, str] = {}
    for name, text in parts.items():
        if name != ANY:
            found[name] = text
            continue
        for own, (words, kind, given) in MADE.items():
            made = text.replace("WORDS", words).replace("TYPE", kind)
            made = made.replace("ITEM", given or kind.strip())
            found[f"$net_{own}"] = made.replace(ANY, f"$net_{own}")
    return found


def given(kind: str, name: str) -> str:
    """A name after its type."""
    return f"{kind}{name}" if kind.endswith("*") else f"{kind} {name}"


def signature(head: Signature) -> Lines:
    """static result name(parameters) {"""
    begin = given(f"static {head.result}", f"{head.name}(")
    parameters = [given(kind, name) for name, kind in head.parameters] or ["void"]
    return [f"{begin}{', '.join(parameters)}) {{"]


def doc(text: str, head: Signature | None, indent: int) -> Lines:
    """A documentation, before what it tells of."""
    return family.slashed(text, WIDTH - indent)


def begin(declares: Declaration, kind: str, name: str) -> str:
    """How a local begins, up to its value."""
    if declares in (Declaration.LATER, Declaration.LATER_FIXED):
        return f"{given(kind, name)};"
    is_fixed = declares is not Declaration.VARIED and not kind.endswith("*")
    return f"{'const ' * is_fixed}{given(kind, name)} ="


def instead(kind: str) -> str:
    """What a routine returns that has refused something."""
    if kind.endswith("*"):
        return "NULL"
    return INSTEAD.get(kind, "0")


def made(name: str) -> tuple[Lines, Lines]:
    """The lines at the start and at the end of a constructor."""
    room = f"{name} *self = ({name} *)$net_room(work, sizeof *self);"
    is_net = "Generator" not in name
    return [room, *["self->work = work;"] * is_net], ["return self;"]


def started(name: str, kind: str, value: str) -> Lines:
    """The line that gives a field its first value, if it is not zero."""
    is_zero = value in (*INSTEAD.values(), "0", "NULL", "[]")
    return [] if is_zero else [f"{name} = {value};"]


def shapes(start: str, shapes: Mapping[str, Sequence[object]], end: str) -> Lines:
    """A constant of shapes by name."""
    lines = [OFF, f"{start}{{"]
    for name, shape in shapes.items():
        sizes = ", ".join(map(str, shape)) or "0"
        line = f'    {{"{name}", {len(shape)}, {{{sizes}}}}},'
        begin, sizes = line.split('", ')
        is_long = len(line) > WIDTH
        lines += [f'{begin}",', f"     {sizes}"] if is_long else [line]
    return [*lines, "    {NULL, 0, {0}},", f"}}{end}", ON]


def method(class_name: str, name: str) -> str:
    """The function that a method is."""
    start = "$net_generator" if class_name == "Generator" else "$net_net"
    if name == "__init__":
        return f"{start}_new"
    return f"{start}_{name.lstrip('_')}{'_' * name.startswith('_')}"


def constant(name: str, kind: str, own: str, says: str) -> tuple[Lines, str, str]:
    """The lines before a constant, how it begins and how it ends."""
    doc = family.slashed(says, WIDTH)
    match kind:
        case "list[list[float]]":
            return doc, f"static const $real {name}", ";"
        case "text" | "str":
            mark = "[]" * (kind == "text")
            return doc, f"static const char *const {name}{mark} = ", ";"
        case "Shapes":
            return doc, f"static const $NetShape {name}[] = ", ";"
        case "size" | "product":
            return doc, f"enum {{ {name} = ", " };"
        case _:
            return doc, f"static const {given(own, name)} = ", ";"


def fill_row(array: str, sample: str, values: str, size: int) -> str:
    """Set the row of a sample in an array."""
    start = "" if sample == "0" else f" + {sample} * {size}"
    return f"$net_fill({array}{start}, {values})"


def numbers(start: str, rows: Sequence[Sequence[str]], end: str) -> Lines:
    """A constant of rows of numbers."""
    lines = [OFF, f"{start}{{"]
    lines += (f"    {', '.join(row)}," for row in rows)
    return [*lines, f"}}{end}", ON]


def names(names: Sequence[str]) -> tuple[Lines, Lines]:
    """The names of classes; the last one is none."""
    told = (name.replace("??", r"?\?").replace("??", r"?\?") for name in names)
    items = ", ".join([*(f'"{name}"' for name in told), "NULL};"])  # ??/: a backslash
    lines = wrap(items, WIDTH, initial_indent="    ", subsequent_indent="    ")
    head = "const char *$net_class_names[]"
    declared = ["/// What the classes are called; then NULL.", f"extern {head};"]
    return declared, [OFF, f"{head} = {{", *lines, ON]
