"""TypeScript: JavaScript, with its types in the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpgen.languages.javascript import (
    JAVASCRIPT,
    TSC,
    TYPES_OF,
    WIDTH,
    block_comment,
    head_of,
    paragraphs,
    pattern_of,
)
from bpgen.languages.record import Form, Lines, Signature
from bpgen.program import expressions as at

# The interface of a routine's options, by its name; they stand in the template.
OPTIONS = {"__init__": "Start", "train": "Course"}


def _signature(head: Signature) -> Lines:
    pattern = pattern_of(head)
    given = [f"{name}: {kind}" for name, kind in head.parameters]
    if pattern:
        given.append(f"{pattern}: {OPTIONS[head.function.name]} = {{}}")
    return head_of(head, given, f": {head.result}")


def _alias(types: Sequence[str]) -> Lines:
    """The type of what forward keeps."""
    line = f"type Kept = [{', '.join(types)}];"
    if len(line) <= WIDTH:
        return [line]
    return ["type Kept = [", *(f"  {own}," for own in types), "];"]


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    arrays = {"array": "Float64Array", "rows": "Float64Array[]"}
    own = arrays.get(kind) or TYPES_OF.get(kind, kind)
    lines = block_comment([f"{says[:1].upper()}{says[1:]}."], 2) if says else []
    is_plain = kind in ("int", "float", "bool", "array")
    typed = name if is_plain else f"{name}: {own}"
    return [*lines, f"{typed} = {value};" if value else f"{name}: {own};"]


TYPESCRIPT = replace(
    JAVASCRIPT,
    name="typescript",
    title="TypeScript",
    suffix=".ts",
    typed=lambda name, kind, own, is_varied: (
        [],
        f"{'let' if is_varied else 'const'} {name}: {own} = ",
    ),
    forms={
        **JAVASCRIPT.forms,
        "filled": "new Array<number>({}).fill({})",
        "table_of": Form("{} as Record<string, unknown>", at.COMPARISON, at.SUM),
    },
    kept=replace(JAVASCRIPT.kept, alias=_alias),
    helpers={
        "add": """
/** Adds to the numbers of an array from a place on. */
function add(array: Float64Array, start: number, more: number[]): void {
  for (let i = 0; i < more.length; i++) {
    array[start + i] += more[i];
  }
}
""",
    },
    signature=_signature,
    doc=lambda text, head, indent: block_comment(paragraphs(text, indent), indent),
    declared=_field,
    constant=lambda name, kind, own, says: (
        block_comment(paragraphs(says, 0), 0),
        f"const {name}: {own} = " if "[" in own else f"const {name} = ",
        ";",
    ),
    toolchain=replace(
        JAVASCRIPT.toolchain,
        build=(*TSC, "--outDir", "{folder}", "{file}"),
        run=("node", "{program}"),
        types=(*TSC, "--noEmit", "{file}"),
    ),
)
