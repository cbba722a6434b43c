"""TypeScript: JavaScript, with its types in the code."""

from __future__ import annotations

from dataclasses import replace

from bpgen.languages import family
from bpgen.languages import javascript as js
from bpgen.languages.record import Form, Lines, Signature
from bpgen.program import expressions as at

# What routines do whose options have an interface, where their names do not say it.
DOES = {"__init__": "start", "load_json": "load"}


def _signature(head: Signature) -> Lines:
    pattern = js.pattern_of(head)
    given = [f"{name}: {kind}" for name, kind in head.parameters]
    if pattern:
        does = DOES.get(head.function.name, head.function.name)
        given.append(f"{pattern}: {does.capitalize()}Options = {{}}")
    return js.head_of(head, given, f": {head.result}")


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    lines = js.block_comment([family.sentence(says)], 2) if says else []
    is_told = value and kind in ("int", "float", "bool", "array", "setting")
    typed = name if is_told else f"{name}: {js.field_type(kind)}"
    return [*lines, f"{typed} = {value};" if value else f"{typed};"]


TYPESCRIPT = replace(
    js.JAVASCRIPT,
    name="typescript",
    title="TypeScript",
    suffix=".ts",
    typed=lambda name, kind, own, is_varied: (
        [],
        f"{'let' if is_varied else 'const'} {name}: {own} = ",
    ),
    forms={
        **js.JAVASCRIPT.forms,
        "filled": "new Array<number>({}).fill({})",
        "table_of": Form("{} as Record<string, unknown>", at.COMPARISON, at.SUM),
    },
    kept=replace(
        js.JAVASCRIPT.kept,
        alias=lambda types: family.listed("type Kept = [", types, "];", js.WIDTH),
    ),
    helpers={
        "add": """
/** Adds to the numbers of an array from a place on. */
function add(array: Float64Array, start: number, more: number[]): void {"""
        + js.ADDS,
        "unpacked": """
/** What is in a gzipped file. */
function unpacked(content: Uint8Array, path: string): Uint8Array {"""
        + js.UNPACKED,
        "objectIn": """
/** The object that a text of JSON says. */
function objectIn(text: string, where: string): Record<string, unknown> {"""
        + js.OBJECT_IN,
        "cells": """
/** The parts of a text, without blanks and quotation marks around them. */
function cells(text: string, separator: string): string[] {"""
        + js.CELLS,
    },
    imports={
        "type Numbers = number[] | Float64Array;": "Numbers",
        "type Nested = number | Nested[];": "Nested",
        "\ninterface StartOptions {{\n  seed?: number;\n}}": "StartOptions",
        "\ninterface LoadOptions {{\n  parametersOnly?: boolean;\n}}": "LoadOptions",
        "\ninterface SampleOptions {{\n  temperature?: number;\n}}": "SampleOptions",
        "\ntype OnEpoch = (epoch: number, loss: number) => unknown;": "TrainOptions",
        "\ninterface TrainOptions {{\n  epochs?: number;\n"
        "  onEpoch?: OnEpoch | undefined;\n}}": "TrainOptions",
    },
    signature=_signature,
    doc=lambda text, head, indent: js.block_comment(
        family.paragraphs(text, js.WIDTH - indent - 3), indent
    ),
    declared=_field,
    constant=lambda name, kind, own, says: (
        js.block_comment(family.paragraphs(says, js.WIDTH - 3), 0),
        f"const {name}: {own} = " if "[" in own else f"const {name} = ",
        ";",
    ),
    toolchain=replace(
        js.JAVASCRIPT.toolchain,
        build=(*js.TSC, "--outDir", "{folder}", "{file}"),
        run=("node", "{program}"),
        types=(*js.TSC, "--noEmit", "{file}"),
    ),
)
