"""JavaScript: notation, types in comments, what prettier wants, how to run a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpgen.languages import family, record, toolchain, tuple_form
from bpgen.languages.record import Form, Items, Language, Lines, Signature, words
from bpgen.languages.ways import Ways
from bpgen.program import expressions as at
from bpgen.program.speed import ARRAYS

WIDTH = 80
ON_EPOCH = "{(epoch: number, loss: number) => unknown}"
TSC: tuple[str, ...] = (
    *("tsc", "--strict", "--target", "es2022", "--module", "esnext"),
    *("--moduleResolution", "bundler", "--types", "node", "--typeRoots", "{types}"),
)


def number(value: float) -> str:
    """A literal as prettier has it: 1e-8 for Python's 1e-08."""
    return re.sub(r"e(-?)0+", r"e\1", at.number_text(value))


def splits(items: Items) -> bool:
    """Whether prettier breaks a list that fits: a table of two rows or more."""
    rows = [item for item in items if not isinstance(item, str) and len(item) > 1]
    return len(items) > 1 and len(rows) == len(items)


def head_of(head: Signature, inside: Sequence[str], result: str) -> Lines:
    """The head of a routine with its parameters and, if it is told, its result."""
    begin, end = f"{head.name}(", f"){result} {{"
    if head.function.name == "__init__":
        begin, end = "constructor(", ") {"
    elif not head.class_name:
        begin = f"function {begin}"
    line = begin + ", ".join(inside) + end
    if head.indent + len(line) <= WIDTH:
        return [line]
    return [begin, *(f"  {one}," for one in inside), end]


def pattern_of(head: Signature) -> str:
    """{ name = default, other } for the options, or nothing."""
    options = [n if v == "undefined" else f"{n} = {v}" for n, _, v in head.options]
    return f"{{ {', '.join(options)} }}" if options else ""


def _signature(head: Signature) -> Lines:
    pattern = pattern_of(head)
    names = [name for name, _ in head.parameters]
    return head_of(head, [*names, *([f"{pattern} = {{}}"] if pattern else [])], "")


def block_comment(lines: Lines, indent: int) -> Lines:
    """/** lines */"""
    return family.block_comment(lines, WIDTH - indent)


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    """JSDoc, with the types of parameters and result."""
    lines = family.paragraphs(text, WIDTH - indent - 3)
    if head is None:
        return block_comment(lines, indent)
    lines += (f"@param {{{kind}}} {name}" for name, kind in head.parameters)
    if head.options:
        optional = (f"{n}?: {kind}" for n, kind, _ in head.options)
        lines.append(f"@param {{{{ {', '.join(optional)} }}}} [options]")
    if head.function.result != "None":
        lines.append(f"@returns {{{head.result}}}")
    return block_comment(lines, indent)


def _typed(name: str, kind: str, own: str, is_varied: bool) -> tuple[Lines, str]:
    begin = "let" if is_varied else "const"
    return [f"/** @type {{{own}}} */"], f"{begin} {name} = "


def field_type(kind: str) -> str:
    """The type of a field."""
    arrays = {"array": "Float64Array", "rows": "Float64Array[]"}
    return arrays.get(kind) or JAVASCRIPT.type(kind)


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    own = field_type(kind)
    is_plain = kind in ("int", "float", "bool", "setting")
    lines = block_comment([family.sentence(says)], 2) if says else []
    if not is_plain:
        lines = [f"/** @type {{{own}}} */"]
    return [*lines, f"{name} = {value};" if value else f"{name};"]


def _constant(name: str, kind: str, own: str, says: str) -> tuple[Lines, str, str]:
    typed = [f"@type {{{own}}}"] if "[" in own else []
    return (
        block_comment([*family.paragraphs(says, WIDTH - 3), *typed], 0),
        f"const {name} = ",
        ";",
    )


def _row(array: str, indices: tuple[int, ...], start: int, stop: int) -> str:
    return f"{array}.subarray({start}, {stop})"


def _alias(types: Sequence[str]) -> Lines:
    """The type of what forward keeps, in a comment."""
    return block_comment(family.listed("@typedef {[", types, "]} Kept", WIDTH - 7), 0)


ADDS = """
  for (let i = 0; i < more.length; i++) {
    array[start + i] += more[i];
  }
}
"""
UNPACKED = """
  try {
    return process.getBuiltinModule("node:zlib").gunzipSync(content);
  } catch {
    throw new SyntaxError(`${path}: the file is damaged`);
  }
}
"""
OBJECT_IN = """
  try {
    const found = JSON.parse(text);
    if (Object(found) === found && !Array.isArray(found)) return found;
  } catch {
    // It is told below.
  }
  throw new SyntaxError(`${where}: expected an object of JSON`);
}
"""
CELLS = r"""
  const parts = text.split(separator);
  return parts.map((part) => part.replace(/^["\s]+|["\s]+$/g, ""));
}
"""

JAVASCRIPT = Language(
    name="javascript",
    title="JavaScript",
    suffix=".mjs",
    breaking=record.Breaking.OPERATORS_LAST,
    hanging=2,
    speed=ARRAYS,
    splits=splits,
    fills_numbers=True,
    loud_constants=True,
    reserved=words(
        """arguments await break case catch class const continue debugger default
        delete do else enum eval export extends false finally for function if
        implements import in instanceof interface let new null package private
        protected public return static super switch this throw true try typeof
        undefined var void while with yield NaN Infinity constructor prototype"""
    ),
    names=words(
        """Array Error Float64Array Int32Array JSON Math Number Object RangeError String
        SyntaxError console globalThis process main isMain isInterrupted
        interrupted looked
        StartOptions SampleOptions TrainOptions
        batch count sample place channel i j k l m n p q r toString valueOf"""
    ),
    class_names=words(
        """Array Error Float64Array Generator Int32Array Math Nested Number Numbers
        Object OnEpoch RangeError Record String SyntaxError
        BigInt Boolean Function Null Promise Undefined Void"""  # types of JSDoc
    ),
    marks_unused=True,
    joins_declarations=False,
    empty="// There is nothing to do.",
    heads={
        **{name: head.replace("var ", "let ") for name, head in family.HEADS.items()},
        "each": "for (const {0} of {1})",
        "==": "===",
        "!=": "!==",
    },
    declare=dict.fromkeys(record.Declaration, "const {} =")
    | dict.fromkeys(
        (record.Declaration.LATER, record.Declaration.LATER_FIXED), "let {};"
    )
    | {record.Declaration.VARIED: "let {} ="},
    typed=_typed,
    unpacking="const [{}]",
    member="this.{}",
    new="new ",
    waits=("await ", "async ", "", "Promise<{}>"),
    number=number,
    parts_products=True,
    otherwise=at.CHOICE,
    text=("`", "`", "${{{}}}"),
    options=lambda options: (
        [f"{{ {', '.join(n if n == v else f'{n}: {v}' for n, v in options)} }}"]
        if options
        else []
    ),
    helpers={
        "add": """
/**
 * Adds to the numbers of an array from a place on.
 * @param {Float64Array} array
 * @param {number} start
 * @param {number[]} more
 */
function add(array, start, more) {"""
        + ADDS,
        "unpacked": """
/**
 * What is in a gzipped file.
 * @param {Uint8Array} content
 * @param {string} path
 * @returns {Uint8Array}
 */
function unpacked(content, path) {"""
        + UNPACKED,
        "objectIn": """
/**
 * The object that a text of JSON says.
 * @param {string} text
 * @param {string} where
 * @returns {Record<string, unknown>}
 */
function objectIn(text, where) {"""
        + OBJECT_IN,
        "cells": """
/**
 * The parts of a text, without blanks and quotation marks around them.
 * @param {string} text
 * @param {string} separator
 * @returns {string[]}
 */
function cells(text, separator) {"""
        + CELLS,
    },
    forms=family.with_alike(
        {
            **family.BRACES,
            **family.calls("""
                whole:Math.trunc number_of:Number text_of:String read_saved:Object
                is_finite:Number.isFinite is_number:Number.isFinite
                is_whole:Number.isInteger is_list:Array.isArray
                json_numbers:Array.from keys:Object.keys names_of:Object.keys
                complain:console.error say:console.log
                """),
            **family.notations(r"""
                none undefined  quotient Math.floor({} / {})  number {}
                is_interrupted await isInterrupted()  parsed Number({})
                read_text NODE("node:fs").readFileSync({}, "utf8")
                write_text NODE("node:fs").writeFileSync({}, {})
                is_file NODE("node:fs").existsSync({})  byte_count {}.length
                read_bytes NODE("node:fs").readFileSync({})
                bytes_in Array.from({}.subarray({}, {}))  object_in objectIn({}, {})
                text_in String.fromCharCode(...{}.subarray({}, {}))
                unpacked unpacked({}, {})
                rename NODE("node:fs").renameSync({}, {})
                saved_text JSON.stringify({})  text_saved JSON.parse({})
                cells cells({}, {})
                scaled32 Math.floor(({} * ({})) / 4294967296)  samples [{}, {}]
                largest_word 0xffffffff  filled new Array({}).fill({})
                counted [...Array({}).keys()]  part {}.slice({}, {})
                rest_of {}.slice({})  chosen {1}.map((i) => {0}[i])
                sorted_wholes {}.sort((a, b) => a - b)  append {}.push({})
                joined_rows {}.flatMap((row) => Array.from(row))
                copied {}.map((row) => Array.from(row))  extend {}.push(...{})
                is_among {1}.includes({0})  fixed {}.toFixed({})
                scientific {}.toExponential(1)  padded String({}).padStart({})
                joined {}.join(" ")  spelled {}.join("")
                words_of {}.trim().split(/\s+/)  has Object.hasOwn({}, {})
                letters_at Array.from({}, (letter) => {}.indexOf(letter))
                numbers {}.trim().split(/\s+/).map(Number)
                table_of /** @type {{Record<string, unknown>}} */ ({})
                unfit throw new SyntaxError({})  misuse throw new RangeError({})
                too_early throw new Error({})
                """.replace("NODE", "process.getBuiltinModule")),
            "add32": Form("({} + {}) >>> 0", at.SHIFT, at.SUM, at.PRODUCT),
            "xor32": Form("({} ^ {}) >>> 0", at.SHIFT, at.ATOM, at.ATOM),
            "or32": Form("{} | {}", at.BITS, at.ATOM, at.ATOM),
            "left32": Form("({} << {}) >>> 0", at.SHIFT, at.UNARY, at.UNARY),
            "right32": Form("({} >>> {})", at.ATOM, at.UNARY, at.UNARY),
            **family.calls("larger:Math.max smaller_whole:Math.min", 2),
            "is_missing": Form("{} === undefined", at.COMPARISON, at.SUM),
            "is_empty": Form("{}.length === 0", at.COMPARISON, at.ATOM),
            "not_is_empty": Form("{}.length > 0", at.COMPARISON, at.ATOM),
            "is_table": Form("Object({0}) === {0} && !Array.isArray({0})", at.BOTH),
            "is_text": Form("{} === {}", at.COMPARISON, at.SUM, at.SUM),
            "listed": Form("{0} instanceof Float64Array ? [...{0}] : {0}", at.CHOICE),
            "stops": Form("{0}?.({1}, {2}) === false", at.COMPARISON, at.ATOM),
        }
    ),
    functions=family.functions(
        "Math.{}({{}})", "abs cos exp expm1 log log1p sin sqrt tanh"
    ),
    types=family.types("""
        Kept: Kept
        Kept | undefined: Kept | None
        void: None
        number: int,float,Word
        boolean: bool
        string: str,Folder
        Uint8Array: Bytes
        unknown: Json
        Record<string, unknown>: Table,Saved
        Record<string, Nested>: Named,Arrays
        Record<string, number[]>: Shapes
        [number[][], number[][]]: Samples
        OnEpoch | undefined: OnEpoch | None
        Numbers: Row,OwnRow
        Numbers[]: Rows,OwnRows
        Nested | Float64Array: Given
        Numbers[] | Nested[]: GivenRows
        """),  # in TypeScript's words
    given_types={"Saved": "unknown"},
    kept=tuple_form.TupleForm(
        marks=("[", "]"),
        declares="const",
        blank="",
        alias=_alias,
        array="Float64Array",
    ),
    zeros_like="{}.map((row) => new Float64Array(row.length))",
    nothing="new Float64Array(0)",
    add_row=lambda array, row, start, stop: f"add({array}, {start}, {{}})",
    set_row=lambda array, row, start, stop: f"{array}.set({{}}, {start})",
    row=_row,
    zeros=lambda shape: f"new Float64Array({family.size(shape)})",
    wholes=("Float64Array", "Int32Array"),
    fill=lambda array, values, shape: f"{array}.set({values})",
    fill_row=family.row_filled("{0}.set({2}, {1})"),
    taken=lambda array, shape: f"Array.from({array})",
    first_taken=lambda array, shape: (
        f"Array.from({array}.subarray(0, {family.size(shape)}))"
    ),
    imports={
        "/** @typedef {{number[] | Float64Array}} Numbers */": "Numbers",
        "/** @typedef {{Nested[]}} NestedList */": "Nested",
        "/** @typedef {{number | NestedList}} Nested */": "Nested",
        f"/** @typedef {{{ON_EPOCH}}} OnEpoch */": "OnEpoch",
    },
    signature=_signature,
    doc=_doc,
    file_doc=("", "//", ""),
    declared=_field,
    key=lambda name: name if name.isidentifier() else f'"{name}"',
    constant=_constant,
    text_constant=("`", "`"),
    class_head=lambda name, is_public: f"{'export ' * is_public}class {name} {{",
    ways=Ways(again="{0}.fill({2})".format),
    static_names=("static classes = ", ";", 'static classes = {}.split("");'),
    static_categories=("static categories = ", ";"),
    members={"to_json": "toJSON", "load_json": "loadJSON"},
    toolchain=toolchain.Toolchain(
        programs=("node", "tsc", "eslint", "prettier"),
        install="node 20.16 or later; for the tests .ci/install-node-tools",
        version=("node", "--version"),
        run=("node", "{file}"),
        format=("prettier", "--check", "{file}"),
        lint=("eslint", "--no-config-lookup", "--config", "{config}", "{file}"),
        types=(*TSC, "--allowJs", "--checkJs", "--noEmit", "{file}"),
    ),
)
