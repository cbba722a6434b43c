"""TypeScript: JavaScript, with its types in the code."""

from __future__ import annotations

from dataclasses import replace

from bpgen.languages.javascript import (
    JAVASCRIPT,
    TYPES_OF,
    block_comment,
    head_of,
    paragraphs,
    pattern_of,
)
from bpgen.languages.record import Declaration, Lines, Signature, Toolchain

# The interface of a routine's options, by its name; they stand in the template.
OPTIONS = {"__init__": "Start", "backward": "Wishes", "train": "Course"}


def _signature(head: Signature) -> Lines:
    pattern = pattern_of(head)
    given = [f"{name}: {kind}" for name, kind in head.parameters]
    if pattern:
        given.append(f"{pattern}: {OPTIONS[head.function.name]} = {{}}")
    return head_of(head, given, f": {head.result}")


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    return block_comment(paragraphs(text, indent))


def _typed(name: str, kind: str, own: str, is_varied: bool) -> tuple[Lines, str]:
    return [], f"{'let' if is_varied else 'const'} {name}: {own} = "


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    types = {"array": "Float64Array", "batched array": "Float64Array"}
    own = types.get(kind) or TYPES_OF.get(kind, kind)
    lines = block_comment([f"{says[:1].upper()}{says[1:]}."]) if says else []
    is_plain = kind in ("int", "float", "bool") or kind == "array"
    typed = name if is_plain else f"{name}: {own}"
    return [*lines, f"{typed} = {value};" if value else f"{name}!: {own};"]


def _constant(name: str, kind: str, says: str) -> tuple[Lines, str, str]:
    types = {"Shapes": "Record<string, number[]>", "list[list[float]]": "number[][]"}
    own = f": {types[kind]}" if kind in types else ""
    return block_comment(paragraphs(says, 0)), f"const {name}{own} = ", ";"


HELPERS = {
    "isTable": """
/** Whether a value is an object with names. */
function isTable(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
""",
    "isFiniteNumber": """
/** Whether a value is a finite number. */
function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
""",
}

TYPESCRIPT = replace(
    JAVASCRIPT,
    name="typescript",
    title="TypeScript",
    suffix=".ts",
    declare={
        **JAVASCRIPT.declare,
        Declaration.LATER: "let {}: number;",
        Declaration.LATER_FIXED: "let {}: number;",
    },
    names=JAVASCRIPT.names | {"Start", "Wishes", "Course"},
    typed=_typed,
    forms={**JAVASCRIPT.forms, "filled": "new Array<number>({}).fill({})"},
    signature=_signature,
    doc=_doc,
    field=_field,
    constant=_constant,
    helpers=HELPERS,
    toolchain=Toolchain(
        programs=("node", "tsc", "eslint", "prettier"),
        install=JAVASCRIPT.toolchain.install,
        build=("tsc", "--target", "es2022", "--outDir", "{folder}", "{file}"),
        run=("node", "{program}"),
        format=("prettier", "--check", "{file}"),
        lint=("eslint", "{file}"),
        types=("tsc", "--strict", "--noEmit", "{file}"),
    ),
)
