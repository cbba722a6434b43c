"""Java: notation, types, the nested members of one class, how to run a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpgen.languages import family, java_names, jvm
from bpgen.languages.java_format import PARAGRAPH, STEP, WIDTH, finish
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

SIMPLE = re.compile(r'[\w.]+(\(.*\)|\[.*\])?|"[^"]*"')


def _signature(head: Signature) -> Lines:
    """[public|private static] result name(parameters) {"""
    given = [*head.parameters, *((name, kind) for name, kind, _ in head.options)]
    inside = ", ".join(f"{kind} {name}" for name, kind in given)
    own = head.function.name
    words = "public " * jvm.is_public(own) if head.class_name else "private static "
    words = words or "private "
    if own == "textbook":
        return [f"public static void {head.name}(String[] arguments) {{"]
    if own == "__init__":
        return [f"{words}{head.class_name}({inside}) {{"]
    return [f"{words}{head.result} {head.name}({inside}) {{"]


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    """A comment on one line, which `finish` breaks."""
    if not text:
        return []
    told = (" ".join(part.split()) for part in text.split("\n\n"))
    return [f"/** {PARAGRAPH.join(told)} */"]


FIELDS = {"array": "double[]", "rows": "double[][]", "setting": "double"}


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    """A field with its documentation, if it needs one."""
    own = FIELDS.get(kind) or JAVA.type(kind)
    doc = (
        ["", f"/** {family.sentence(says)} */"] if says else [""] * (kind == "setting")
    )
    word = "public" if name in jvm.PUBLIC_FIELDS else "private"
    is_fixed = kind in FIELDS and name not in jvm.PUBLIC_FIELDS
    start = f"{word} {'final ' * is_fixed}{own} {name}"
    begins = value and value not in ("null", "0", "0.0", "false")
    value = "{}" if value.endswith("{}") else value  # which tells no type
    return [*doc, f"{start} = {value};" if begins or is_fixed else f"{start};"]


def _constant(name: str, kind: str, own: str, says: str) -> tuple[Lines, str, str]:
    word = "public" if name in ("SHAPES", "BUFFER_SHAPES") else "private"
    end = ");" if kind == "Shapes" else ";"
    made = "List.of(" * (kind == "Shapes")
    doc = [f"/** {says} */"]
    return doc, f"{word} static final {own} {name} = {made}", end


def _text(between: Sequence[str], inside: Sequence[str]) -> str:
    """Texts and what goes in, one behind the other; two values alone are no text."""
    found: list[str] = []
    is_text = any(between[:2])
    for before, value in zip(between, [*inside, ""], strict=True):
        found += [f'"{before}"'] if before or not (found or is_text) else []
        if value:
            found.append(_operand(value))
    return " + ".join(found)


def _operand(value: str) -> str:
    """What binds more tightly than texts that are put together."""
    return value if SIMPLE.fullmatch(value) else f"({value})"


def _kept(fields: Sequence[tuple[str, str]]) -> Lines:
    """The type of what forward keeps."""
    inside = ", ".join(f"{kind} {name}" for name, kind in fields)
    says = "/** What forward hands on to loss and backward. */"
    return [says, f"private record Kept({inside}) {{}}"]


JAVA = Language(
    name="java",
    title="Java",
    suffix=".java",
    width=WIDTH,
    indent=STEP,
    breaking=Breaking.OPERATORS_LAST,
    hanging=4,
    loud_constants=True,
    hides=False,
    reserved=java_names.RESERVED,
    names=java_names.TAKEN,
    class_names=java_names.CLASSES,
    heads={
        **{name: head.replace("var ", "int ") for name, head in family.HEADS.items()},
        "each": "for ({2} {0} : {1})",
    },
    declare=dict.fromkeys(Declaration, "{1} {0} =")
    | dict.fromkeys((Declaration.LATER, Declaration.LATER_FIXED), "{1} {0};"),
    typed=lambda name, kind, own, is_varied: ([], f"{own} {name} = "),
    unpacking="{}",
    member="this.{}",
    new="new ",
    to_number="({})",
    to_whole="(int) {}",
    text=("", "", "{}"),
    options=lambda options: [value for _, value in options],
    forms=family.with_alike(
        {
            **family.BRACES,
            **family.calls("""
                counted:counted sorted_wholes:sorted copied:copied
                joined_rows:joinedRows numbers:numbers words_of:wordsOf
                names_of:namesOf keys:keys array_names:keys table_of:tableOf
                json_words:unsigned saved_as:savedAs read_saved:readSaved
                scientific:scientific text_of:String.valueOf parsed:parsed
                say:System.out.println complain:System.err.println
                read_text:readText is_file:isFile read_bytes:readBytes
                is_finite:Double.isFinite
                """),
            **family.calls(
                """
                filled:filled rest_of:restOf chosen:chosen is_among:isAmong
                letters_at:lettersAt shape_of:shapeOf fixed:fixed padded:padded
                larger:Math.max smaller_whole:Math.min cells:cells
                write_text:writeText rename:rename unpacked:unpacked
                object_in:objectIn
                """,
                2,
            ),
            **family.calls("part:part bytes_in:bytesIn text_in:textIn", 3),
            **family.notations("""
                append {0} = append({0}, {1})  extend {0} = extended({0}, {1})
                copied_row {}.clone()  json_numbers {}.clone()
                no_table new LinkedHashMap<>()  no_arrays new LinkedHashMap<>()
                has {}.containsKey({})  has_array {}.containsKey({})
                item {}.get({})  array_of {}.get({})
                put {}.put({}, {})  put_array {}.put({}, {})
                joined String.join(" ", {})
                spelled String.join("", {})  samples new Samples({}, {})
                inputs_in {}.inputs()  targets_in {}.targets()
                byte_count {}.length  json_nothing null  largest_word 0xFFFFFFFFL
                is_interrupted interrupted
                scaled32 (int) (Integer.toUnsignedLong({}) * ({}) >>> 32)
                modulo32 Integer.remainderUnsigned({}, {})
                unfit throw new IllegalArgumentException({})
                misuse throw new IllegalArgumentException({})
                out_of_range throw new IllegalArgumentException({})
                too_early throw new IllegalStateException({})
                """),
            "is_text": lambda value, text: f"{_operand(text)}.equals({value})",
            "is_nothing": Form("{} == null", at.COMPARISON, at.SUM),
            "is_silent": Form("{} == null", at.COMPARISON, at.SUM),
            "is_empty": Form("{}.length == 0", at.COMPARISON, at.ATOM),
            "not_is_empty": Form("{}.length > 0", at.COMPARISON, at.ATOM),
            "is_table": Form("{} instanceof Map", at.COMPARISON, at.SUM),
            "is_list": Form("{} instanceof Object[]", at.COMPARISON, at.SUM),
            "is_number": Form("{} instanceof Double", at.COMPARISON, at.SUM),
            "items_of": Form("(Object[]) {}", at.UNARY, at.UNARY),
            "number_of": Form("(double) {}", at.UNARY, at.UNARY),
            "number": Form("(double) {}", at.UNARY, at.UNARY),
            "whole": Form("(int) {}", at.UNARY, at.UNARY),
            "as_seed": Form("(long) {}", at.UNARY, at.UNARY),
            "as_word": Form("(int) {}", at.UNARY, at.UNARY),
            "word_of": Form("(int) (long) {}", at.UNARY, at.UNARY),
            "quotient": Form("{} / {}", at.PRODUCT, at.PRODUCT, at.UNARY),
            "add32": Form("{} + {}", at.SUM, at.SUM, at.PRODUCT),
            "xor32": Form("{} ^ {}", at.DIFFERING_BITS, at.ATOM, at.ATOM),
            "or32": Form("{} | {}", at.BITS, at.ATOM, at.ATOM),
            "left32": Form("({} << {})", at.ATOM, at.UNARY, at.UNARY),
            "right32": Form("({} >>> {})", at.ATOM, at.UNARY, at.UNARY),
            "share32": Form("Integer.toUnsignedLong({}) / 4294967296.0", at.PRODUCT),
            "larger_whole": "Math.max({}, {})",
            "is_whole": Form("{0} == Math.floor({0})", at.COMPARISON, at.SUM),
            "stops": Form("{0} != null && !{0}.onEpoch({1}, {2})", at.BOTH),
        }
    ),
    functions=family.functions(
        "Math.{}({{}})", "abs cos exp expm1 log log1p sin sqrt tanh"
    ),
    types=family.types("""
        Kept: Kept,Kept | None
        void: None
        int: int,Word,index
        int[]: indices
        long: Seed
        double: float
        boolean: bool
        String: str,Saved,Folder
        byte[]: Bytes
        Object: Json,Nested
        Map<String, Object>: Table,Named
        Map<String, double[]>: Arrays
        List<Shape>: Shapes
        OnEpoch: OnEpoch | None
        double[]: Row,OwnRow
        double[][]: Rows,OwnRows
        """),
    speed=jvm.SPEED,
    aliases={name: f"{text}\n" for name, text in parts("java", "types.java").items()},
    kept=TupleForm(
        marks=("(", ")"),
        begin="new Kept",
        item="{0}.{1}()",
        alias=lambda types: [],
        fields=_kept,
        array="double[]",
    ),
    zeros_like="zerosLike({})",
    spread="{}",
    nothing="new double[0]",
    add_row=lambda array, row, start, stop: f"add({array}, {start}, new double[] {{}})",
    set_row=lambda array, row, start, stop: f"put({array}, {start}, new double[] {{}})",
    zeros=lambda shape: f"new double[{family.size(shape)}]",
    wholes=("double", "int"),
    fill=lambda array, values, shape: f"put({array}, 0, {values})",
    fill_row=family.row_filled("put({}, {}, {})"),
    taken=lambda array, shape: f"{array}.clone()",
    first_taken=lambda array, shape: f"Arrays.copyOf({array}, {family.size(shape)})",
    signature=_signature,
    doc=_doc,
    file_doc=("", "//", ""),
    declared=_field,
    constant=_constant,
    text_constant=('"""', '"""'),
    helpers=parts("java", "helpers.java", "json.java"),
    imports=java_names.IMPORTS,
    class_head=lambda name, is_public: (
        f"{'public' if is_public else 'private static'} final class {name} {{"
    ),
    static_names=(
        "public static final String[] CLASSES = ",
        ";",
        'public static final String[] CLASSES = {}.split("");',
    ),
    main_name="run",
    ways=Ways(
        member=jvm.member,
        static=lambda owner, name: name.upper(),
        fills_options=True,
        states_types=True,
        list_head="new {} ".format,
        marks="{}",
        shape=lambda name, sizes: f"new Shape({', '.join([name, *map(str, sizes)])})",
        gathered="gathered({})",
        text=_text,
        nests=False,
        unpacks=False,
        parallel=False,
        shadows=False,
        is_one_class=True,
        count=lambda value: str(value) if value < 2**31 else f"{value}L",
        breaks=True,
        finish=finish,
    ),
    toolchain=Toolchain(
        programs=("java", "javac", "google-java-format"),
        install="a JDK of 17 or later; for the tests .ci/install-java",
        version=("javac", "-version"),
        run=("java", "{file}"),
        format=("google-java-format", "--dry-run", "--set-exit-if-changed", "{file}"),
        lint=("javac", "-Xlint:all", "-Werror", "-d", "{folder}", "{file}"),
    ),
)
