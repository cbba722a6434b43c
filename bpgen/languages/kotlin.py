"""Kotlin: notation, types, what ktlint wants, how to run and check a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpgen.languages import family, jvm, kotlin_names
from bpgen.languages.kotlin_format import STEP, finish, rewrapped
from bpgen.languages.parts import parts
from bpgen.languages.record import (
    Breaking,
    Declaration,
    Form,
    Language,
    Lines,
    Signature,
)
from bpgen.languages.toolchain import Toolchain
from bpgen.languages.tuple_form import TupleForm
from bpgen.languages.ways import Ways
from bpgen.program import expressions as at

WIDTH = 100
JOINT = "at"  # no name has an underscore
NAME = re.compile(r"[\w.]+")


def _made(own: str) -> str:
    """What makes a list, of its type."""
    return {"DoubleArray": "doubleArrayOf", "IntArray": "intArrayOf"}.get(
        own, "arrayOf"
    )


def _pair(name: str, items: Sequence[object]) -> str:
    """An entry of a mapping to lists."""
    makes = "arrayOf" if str in map(type, items) else "intArrayOf"
    return f"{name} to {makes}({', '.join(map(str, items))})"


def _part(items: str, start: str, stop: str) -> str:
    """The items from one place to another."""
    if NAME.fullmatch(items):
        return f"{items}.copyOfRange({start}, {stop.format(items)})"
    return f"{items}.let {{ it.copyOfRange({start}, {stop.format('it')}) }}"


def _signature(head: Signature) -> Lines:
    """[private] fun name(parameters): result {; a constructor begins with `init`."""
    own = head.function.name
    if own == "__init__" and head.class_name:
        return ["init {"]
    words = "" if head.class_name and jvm.is_public(own) else "private "
    words = "" if own == "textbook" else words
    result = "" if head.result == "Unit" else f": {head.result}"
    return _listed(f"{words}fun {head.name}(", _parameters(head), f"){result} {{")


def _parameters(head: Signature) -> Lines:
    given = [f"{name}: {kind}" for name, kind in head.parameters]
    return given + [f"{name}: {kind} = {value}" for name, kind, value in head.options]


def _listed(begin: str, items: Sequence[str], end: str) -> Lines:
    """What ktlint leaves on one line: no parameters, or one."""
    width = WIDTH if len(items) < 2 else 0
    return family.listed(begin, items, end, width - STEP, STEP)


def _class_head(head: Signature, is_public: bool) -> Lines:
    """[private] class Name(parameters) {"""
    begin = f"{'' if is_public else 'private '}class {head.class_name}"
    given = _parameters(head)
    return (
        [f"{begin}(", *(f"    {x}," for x in given), ") {"]
        if given
        else [f"{begin} {{"]
    )


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    """KDoc; what a constructor does is no documentation there."""
    lines = family.paragraphs(text, WIDTH - indent - STEP - 3)
    if head and head.function.name == "__init__":
        return [f"// {line}" for line in lines]
    return family.block_comment(lines, WIDTH - indent - STEP)


def _typed(name: str, kind: str, own: str, is_varied: bool) -> tuple[Lines, str]:
    """The type of lists of texts and of rows, which may be empty."""
    word = "var" if is_varied else "val"
    stated = f": {own}" if own.startswith("Array<") else ""
    makes = "" if kind in ("Table", "Named", "Arrays") else _made(own)
    return [], f"{word} {name}{stated} = {makes}"


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    """A field with its documentation, if it needs one."""
    own = FIELDS.get(kind) or KOTLIN.type(kind)
    doc = ["", f"/** {family.sentence(says)} */"] if says else []
    is_public = name in jvm.PUBLIC_FIELDS or name == "words"  # of the generator
    is_fixed = kind in FIELDS and not is_public
    start = f"{'' if is_public else 'private '}{'val' if is_fixed else 'var'} {name}"
    if not value:
        return [*doc, f"{start}: {own}"]
    value = f"{_made(own)}()" if value == "arrayOf()" else value
    stated = f": {own}" if value == "null" or own.startswith("Array<") else ""
    return [*doc, f"{start}{stated} = {value}"]


FIELDS = {"array": "DoubleArray", "rows": "Array<DoubleArray>", "setting": "Double"}


def _constant(name: str, kind: str, own: str, says: str) -> tuple[Lines, str, str]:
    """Of the class, if it has the name of one; else of the file."""
    _, _, shared = name.rpartition(".")
    word = "const val" if kind in ("str", "int", "size", "product") else "val"
    is_public = "." in name
    makes = "mapOf" * (kind == "Shapes")
    stated = f": {own}" * (kind == "Shapes")
    start = f"{'' if is_public else 'private '}{word} {shared}{stated} = {makes}"
    return [f"/** {says} */"], start, ""


def _tidied(text: str) -> str:
    """Braces only where they are needed: $name, but ${name.length}."""
    return re.sub(r"\$\{([A-Za-z0-9]+)\}(?![A-Za-z0-9_])", r"$\1", text)


def _kept(fields: Sequence[tuple[str, str]]) -> Lines:
    """The type of what forward keeps."""
    inside = (f"    val {name}: {kind}," for name, kind in fields)
    says = "/** What forward hands on to loss and backward. */"
    return [says, "private class $NetKept(", *inside, ")"]


KOTLIN = Language(
    name="kotlin",
    title="Kotlin",
    suffix=".kt",
    width=WIDTH,
    indent=STEP,
    breaking=Breaking.OPERATORS_LAST,
    hanging=STEP,
    loud_constants=True,
    hides=False,
    reserved=kotlin_names.RESERVED,
    names=kotlin_names.TAKEN,
    class_names=kotlin_names.CLASSES,
    end="",
    heads={
        **family.HEADS,
        "up": "for ({0} in {1} until {2})",
        "down": "for ({0} in {2} - 1 downTo {1})",
        "steps": "for ({0} in {1} until {2} step {3})",
        "backwards": "for ({0} in {1} downTo {2} + 1)",
        "each": "for ({0} in {1})",
    },
    declare={
        Declaration.FIXED: "val {} =",
        Declaration.VARIED: "var {} =",
        Declaration.CONSTANT: "val {} =",
        Declaration.LATER: "var {}: {}",
        Declaration.LATER_FIXED: "val {}: {}",
    },
    typed=_typed,
    unpacking="{}",
    joins_declarations=False,
    member="this.{}",
    select="if ({condition}) {then} else {otherwise}",
    to_number="({}).toDouble()",
    to_whole="{}.toInt()",
    text=('"', '"', "${{{}}}"),
    tidied=_tidied,
    places={"text_of": "${{{}}}"},
    options=lambda options: [f"{name} = {value}" for name, value in options],
    forms=family.with_alike(
        {
            **family.BRACES,
            **family.calls("""
                copied:copied joined_rows:joinedRows numbers:numbers words_of:wordsOf
                table_of:tableOf saved_as:savedAs read_saved:readSaved
                scientific:scientific parsed:parsed say:println
                complain:System.err.println read_text:readText is_file:isFile
                read_bytes:readBytes
                """),
            **family.calls(
                """
                larger:maxOf smaller_whole:minOf fixed:fixed cells:cells
                write_text:writeText rename:rename unpacked:unpacked
                object_in:objectIn samples:Pair
                """,
                2,
            ),
            **family.calls("bytes_in:bytesIn text_in:textIn", 3),
            **family.notations("""
                len {}.size  counted IntArray({}) {{ it }}
                filled DoubleArray({}) {{ {} }}
                chosen {}.sliceArray({}.asList())  sorted_wholes {}.sortedArray()
                copied_row {}.copyOf()  json_numbers {}.copyOf()
                text_of {}.toString()  joined {}.joinToString(" ")
                spelled {}.joinToString("")  padded {}.toString().padStart({})
                letters_at {}.map {{ {}.indexOf(it.toString()) }}.toIntArray()
                names_of {}.keys.toTypedArray()  keys {}.keys.toTypedArray()
                array_names {}.keys.toTypedArray()  shape_of {}.getValue({})
                array_of {}.getValue({})  put_array {}[{}] = {}
                no_table linkedMapOf<String, Any?>()
                no_arrays linkedMapOf<String, DoubleArray>()
                inputs_in {}.first  targets_in {}.second  byte_count {}.size
                json_words {}.map {{ it.toUInt().toLong() }}  json_nothing null
                is_finite {}.isFinite()  as_number {}.toDouble()
                as_wide {}.toLong()  number {}.toDouble()  whole {}.toInt()
                as_seed {}.toLong()
                as_word {}.toInt()  word_of {}.toLong().toInt()
                is_interrupted interrupted  largest_word 0xFFFFFFFF
                misuse throw IllegalArgumentException({})
                too_early throw IllegalStateException({})
                """),
            "append": Form("{} += {}", at.CHOICE, at.ATOM),
            "extend": Form("{} += {}", at.CHOICE, at.ATOM),
            "part": lambda items, start, stop: (
                _part(items, start, f"minOf({stop}, {{}}.size)")
            ),
            "rest_of": lambda items, start: _part(items, start, "{}.size"),
            "is_among": Form("{} in {}", at.COMPARISON, at.SUM, at.SUM),
            "not_is_among": Form("{} !in {}", at.COMPARISON, at.SUM, at.SUM),
            "has": Form("{1} in {0}", at.COMPARISON, at.SUM, at.SUM),
            "not_has": Form("{1} !in {0}", at.COMPARISON, at.SUM, at.SUM),
            "has_array": Form("{1} in {0}", at.COMPARISON, at.SUM, at.SUM),
            "not_has_array": Form("{1} !in {0}", at.COMPARISON, at.SUM, at.SUM),
            "is_nothing": Form("{} == null", at.COMPARISON, at.SUM),
            "is_empty": "{}.isEmpty()",
            "not_is_empty": "{}.isNotEmpty()",
            "is_table": Form("{} is Map<*, *>", at.COMPARISON, at.SUM),
            "is_list": Form("{} is List<*>", at.COMPARISON, at.SUM),
            "is_number": Form("{} is Double", at.COMPARISON, at.SUM),
            "number_of": "{}",
            "quotient": Form("{} / {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "add32": Form("{} + {}", at.SUM, at.SUM, at.PRODUCT),
            "xor32": Form("{} xor {}", at.SHIFT, at.ATOM, at.ATOM),
            "or32": Form("{} or {}", at.SHIFT, at.ATOM, at.ATOM),
            "left32": Form("{} shl {}", at.SHIFT, at.ATOM, at.ATOM),
            "right32": Form("{} ushr {}", at.SHIFT, at.ATOM, at.ATOM),
            "share32": Form("Integer.toUnsignedLong({}) / 4294967296.0", at.PRODUCT),
            "scaled32": "(Integer.toUnsignedLong({}) * ({}) ushr 32).toInt()",
            "modulo32": "Integer.remainderUnsigned({}, {})",
            "is_whole": Form("{0} == floor({0})", at.COMPARISON, at.SUM),
        }
    ),
    negations=((" == ", " != "), (" is ", " !is ")),
    functions=family.functions("{}({{}})", "abs cos exp expm1 sin sqrt tanh")
    | {"log": "ln({})", "log1p": "ln1p({})"},
    types=family.types("""
        $NetKept: Kept
        $NetKept?: Kept | None
        Unit: None
        Int: int,Word,index
        IntArray: indices,list[int],list[Word]
        Long: Seed
        Double: float
        Boolean: bool
        String: str,Saved,Folder
        ByteArray: Bytes
        Any?: Json,Nested
        List<*>: list[Json]
        Map<String, Any?>: Table,Named
        Map<String, DoubleArray>: Arrays
        Map<String, IntArray>: Shapes
        Pair<Array<DoubleArray>, Array<DoubleArray>>: Samples
        ((epoch: Int, loss: Double) -> Boolean)?: OnEpoch | None
        DoubleArray: Row,OwnRow,list[float]
        Array<DoubleArray>: Rows,OwnRows
        """),
    list_type="Array<{}>",
    speed=jvm.SPEED,
    kept=TupleForm(
        marks=("(", ")"),
        begin="$NetKept",
        item="{0}.{1}",
        alias=lambda types: [],
        fields=_kept,
        array="DoubleArray",
    ),
    zeros_like="zerosLike({})",
    spread="*{}",
    nothing="DoubleArray(0)",
    add_row=lambda array, row, start, stop: (
        f"doubleArrayOf{{}}.addTo({array}, {start})"
    ),
    set_row=lambda array, row, start, stop: (
        f"doubleArrayOf{{}}.copyInto({array}, {start})"
    ),
    zeros=lambda shape: f"DoubleArray({family.size(shape)})",
    wholes=("DoubleArray", "IntArray"),
    fill=lambda array, values, shape: f"{values}.copyInto({array})",
    fill_row=family.row_filled("{2}.copyInto({0}, {1})"),
    taken=lambda array, shape: f"{array}.copyOf()",
    first_taken=lambda array, shape: f"{array}.copyOf({family.size(shape)})",
    signature=_signature,
    doc=_doc,
    file_doc=("", "//", ""),
    declared=_field,
    key='"{}"'.format,
    constant=_constant,
    text_constant=('"""', '"""'),
    helpers=parts("kotlin", "helpers.kt", "json.kt"),
    imports=kotlin_names.IMPORTS,
    class_head=lambda name, is_public: f"class {name} {{",  # see `primary`
    static_names=(
        "val CLASSES = arrayOf(",
        "",
        "val CLASSES = {}.chunked(1).toTypedArray()",
    ),
    static_categories=("val CATEGORIES = mapOf", ""),
    main_name="run",
    members={"Generator": "$NetGenerator"},
    ways=Ways(
        member=lambda name: jvm.member(name, JOINT),
        joint=JOINT,
        static=lambda owner, name: f"{owner}.{name}",
        states_types=True,
        list_head=_made,
        marks="()",
        inner="doubleArrayOf",
        shape=_pair,
        gathered="gathered({})",
        nests=False,
        unpacks=False,
        parallel=False,
        shadows=False,
        companion="companion object {",
        shared=("private ", "internal "),
        primary=_class_head,
        rewrapped=rewrapped,
        finish=finish,
    ),
    toolchain=Toolchain(
        programs=("java", "kotlinc", "ktlint"),
        install="Kotlin 2.0 or later; for the tests .ci/install-kotlin",
        version=("kotlinc", "-version"),
        build=("kotlinc", "{file}", "-include-runtime", "-d", "{program}.jar"),
        run=("java", "-jar", "{program}.jar"),
        format=("ktlint", "{file}"),
        lint=("kotlinc", "-Wextra", "-Werror", "-d", "{folder}", "{file}"),
    ),
)
