"""Dart: notation, types, what `dart format` wants, how to run and check a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpgen.languages import family, record, toolchain, tuple_form
from bpgen.languages.record import Form, Language, Lines, Signature, words
from bpgen.languages.ways import Ways
from bpgen.program import expressions as at
from bpgen.program.speed import ARRAYS

WIDTH = 80
LARGEST = "1.7976931348623157e308"
TABLE = "Map<String, Object?>"


def _signature(head: Signature) -> Lines:
    """result name(parameters, {options}) {"""
    given = [f"{kind} {name}" for name, kind in head.parameters]
    options = [
        f"{kind} {name}" if value == "null" else f"{kind} {name} = {value}"
        for name, kind, value in head.options
    ]
    begin = f"{head.result} {head.name}("
    if head.function.name == "__init__":
        begin = f"{head.class_name}("
    inside = ", ".join([*given, *(["{" + ", ".join(options) + "}"] if options else [])])
    if head.indent + len(f"{begin}{inside}) {{") <= WIDTH:
        return [f"{begin}{inside}) {{"]
    if not options:
        return [begin, *(f"  {one}," for one in given), ") {"]
    lines = [*(f"  {one}," for one in given[:-1]), f"  {given[-1]}, {{"]
    return [begin, *lines, *(f"  {one}," for one in options), "}) {"]


def _doc(text: str, head: Signature | None, indent: int) -> Lines:
    """/// lines; parameters stand in brackets."""
    for name, _, _ in head.options if head else ():
        text = re.sub(rf"\b{name}\b(?=\()", f"[{name}]", text)
    return family.slashed(text, WIDTH - indent)


def _typed(name: str, kind: str, own: str, is_varied: bool) -> tuple[Lines, str]:
    begin, is_table = "var" if is_varied else "final", kind in ("Table", "Named")
    return [], f"{begin} {name} = " + ("" if is_table else f"<{own[5:-1]}>")


FIELDS = {"array": "final Float64List", "setting": "final double"}
FIELDS["rows"] = "late final List<Float64List>"


def _field(name: str, kind: str, value: str, says: str) -> Lines:
    """A field with its documentation, if it needs one."""
    own = FIELDS.get(kind) or DART.type(kind)
    doc = [f"/// {family.sentence(says)}"] if says else []
    start = f"{own} {name} = {value};" if value else f"late {own} {name};"
    start = start.replace(" = null;", ";")
    return ["", *doc, f"  {start}".strip()] if says else [start]


def _alias(types: Sequence[str]) -> Lines:
    """The type of what forward keeps."""
    end = ",);" if len(types) == 1 else ");"
    return family.listed("typedef _Kept = (", types, end, WIDTH)


def _tidied(text: str) -> str:
    """Braces only where they are needed: $name, but ${name.length}."""
    return re.sub(r"\$\{(_?[A-Za-z0-9]+)\}(?![A-Za-z0-9_])", r"$\1", text)


def _unfit(message: str) -> str:
    """All that may stand in a constant message are constants of the file."""
    constant = "" if re.search(r"\$(?!_)", message) else "const "
    return f"throw {constant}FormatException({message})"


OWN_DATA = """
/// The inputs of the net's own data, one sample each.
static final List<List<double>> dataInputs = {data}().$1;

/// What the net is to answer to each of them.
static final List<List<double>> dataTargets = {data}().$2;
"""
HELPERS = {
    "_add": """
/// Adds to the numbers of an array from [start] on.
void _add(Float64List array, int start, List<double> more) {
  for (var i = 0; i < more.length; i++) {
    array[start + i] += more[i];
  }
}
""",
    "_part": """
/// The items from [start] up to, but not including, [stop]; fewer at the end.
List<T> _part<T>(List<T> items, int start, int stop) {
  return items.sublist(start, math.min(stop, items.length));
}
""",
    "_numbers": r"""
/// The numbers of a text, between white space.
List<double> _numbers(String text) {
  return text.trim().split(RegExp(r'\s+')).map(double.parse).toList();
}
""",
    "_complain": """
/// A line on what went wrong.
void _complain(String line) => _hasIo ? io.stderr.writeln(line) : print(line);
""",
    "_isFile": """
/// Whether there is such a file.
bool _isFile(String path) => _hasIo && io.File(path).existsSync();
""",
    "_unpacked": r"""
/// What is in a gzipped file.
Uint8List _unpacked(Uint8List content, String path) {
  try {
    return Uint8List.fromList(io.gzip.decode(content));
  } on FormatException {
    throw FormatException('$path: the file is damaged');
  }
}
""",
    "_savedIn": """
/// The object that a text of JSON says.
Map<String, Object?> _savedIn(String text) {
  final found = jsonDecode(text);
  if (found is Map<String, Object?>) return found;
  throw const FormatException('the text has not the format of a JSON object');
}
""",
    "_objectIn": r"""
/// The object that a text of JSON says.
Map<String, Object?> _objectIn(String text, String where) {
  try {
    return _savedIn(text);
  } on FormatException {
    throw FormatException('$where: expected an object of JSON');
  }
}
""",
    "_cells": r"""
/// The parts of a text, without blanks and quotation marks around them.
List<String> _cells(String text, String separator) {
  final around = RegExp(r'^["\s]+|["\s]+$');
  return [for (final x in text.split(separator)) x.replaceAll(around, '')];
}
""",
    "_argument": """
/// What is read from an argument, which is the caller's own.
List<double> _argument(List<double> Function() read) {
  try {
    return read();
  } on FormatException catch (error) {
    throw ArgumentError(error.message);
  }
}
""",
}

DART = Language(
    name="dart",
    title="Dart",
    suffix=".dart",
    breaking=record.Breaking.STATEMENTS,
    hanging=4,
    speed=ARRAYS,
    splits=family.holds_lists,
    private="_{}",
    reserved=words(
        """abstract as assert async await base break case catch class const continue
        covariant default deferred do dynamic else enum export extends extension
        external factory false final finally for function get hide if implements import
        in interface is late library mixin new null of on operator part required
        rethrow return sealed set show static super switch sync this throw true try
        type typedef var void when while with yield"""
    ),
    names=words("""math double int num bool print identical main batch count sample
        place channel i j k l m n p q r arguments run erf toString hashCode
        runtimeType noSuchMethod io jsonDecode jsonEncode
        hasIo interrupted looked isInterrupted complain savedIn cells isFile
        unpacked objectIn"""),
    class_names=words("""ArgumentError BigInt Bool Comparable DateTime Deprecated Double
        Duration Enum Error Exception Expando Float32List Float64List
        FormatException Function Future Generator Int32List Invocation
        Iterable Iterator List Map MapEntry Match Never Null Object
        OutOfMemoryError Pattern RangeError Record RegExp Runes Set Sink
        StackTrace StateError Stopwatch Stream String StringBuffer StringSink
        Symbol Type TypeError Uri Uint8List UnsupportedError WeakReference"""),
    heads={**family.HEADS, "each": "for (final {0} in {1})"},
    declare={
        record.Declaration.FIXED: "final {} =",
        record.Declaration.VARIED: "var {} =",
        record.Declaration.CONSTANT: "const {} =",
        record.Declaration.LATER: "double {};",
        record.Declaration.LATER_FIXED: "final double {};",
    },
    typed=_typed,
    member="{}",
    waits=("await ", "", " async", "Future<{}>"),
    number=lambda value: at.number_text(value).replace(LARGEST, "double.maxFinite"),
    to_number="({}).toDouble()",
    to_whole="{}.toInt()",
    text=("'", "'", "${{{}}}"),
    quotes=("'", "'"),
    tidied=_tidied,
    options=lambda options: [f"{name}: {value}" for name, value in options],
    forms=family.with_alike(
        {
            **family.BRACES,
            **family.notations(r"""
                word_of {}.toInt()  number {}.toDouble()  larger math.max({}, {})
                smaller_whole math.min({}, {})  filled List.filled({}, {})
                counted List.generate({}, (i) => i)  part _part({}, {}, {})
                rest_of {}.sublist({})  chosen [for (final i in {1}) {0}[i]]
                sorted_wholes ({}..sort())  copied_row Float64List.fromList({})
                joined_rows [for (final row in {}) ...row]
                copied [for (final row in {}) row.toList()]  append {}.add({})
                extend {}.addAll({})  is_empty {}.isEmpty  not_is_empty {}.isNotEmpty
                is_among {1}.contains({0})  fixed {}.toStringAsFixed({})
                scientific {}.toStringAsExponential(1)  padded {}.toString().padLeft({})
                text_of {}.toString()  joined {}.join(' ')  spelled {}.join()
                words_of {}.trim().split(RegExp(r'\s+'))
                letters_at [for (final x in {}.split('')) {}.indexOf(x)]
                numbers _numbers({})  samples ({}, {})  inputs_in {}.$1
                targets_in {}.$2  names_of {}.keys.toList()  shape_of {}[{}]!
                json_numbers {}.toList()  has {}.containsKey({})
                no_table <String, Object?>{{}}  keys {}.keys
                as_argument _argument(() => {})  is_finite {}.isFinite
                complain _complain({})  is_interrupted await _isInterrupted()
                read_text io.File({}).readAsStringSync()
                byte_count {}.length
                is_file _isFile({})
                read_bytes io.File({}).readAsBytesSync()  bytes_in {}.sublist({}, {})
                unpacked _unpacked({}, {})  object_in _objectIn({}, {})
                text_in String.fromCharCodes({}, {}, {})
                write_text io.File({}).writeAsStringSync({})
                rename io.File({}).renameSync({})  saved_text jsonEncode({})
                text_saved _savedIn({})  cells _cells({}, {})  say print({})
                misuse throw ArgumentError({})  out_of_range throw RangeError({})
                too_early throw StateError({})
                """),
            "quotient": Form("{} ~/ {}", at.PRODUCT, at.PRODUCT, at.PRODUCT + 1),
            "xor32": Form(
                "{} ^ {}", at.DIFFERING_BITS, at.DIFFERING_BITS + 1, at.COMMON_BITS
            ),
            "or32": Form("({}) | {}", at.COMMON_BITS, at.CHOICE, at.UNARY),
            "right32": Form("({} >>> {})", at.UNARY, at.SHIFT, at.SUM),
            "scaled32": Form("{} * {} ~/ 4294967296", at.PRODUCT, at.PRODUCT, at.UNARY),
            "is_whole": Form("{0} == {0}.floorToDouble()", at.COMPARISON, at.SUM),
            "is_table": Form("{} is " + TABLE, at.COMPARISON, at.SUM),
            "is_list": Form("{} is List<Object?>", at.COMPARISON, at.SUM),
            "is_number": Form("{0} is num && {0}.isFinite", at.BOTH, at.COMPARISON),
            "not_is_number": Form(
                "{0} is! num || !{0}.isFinite", at.BOTH - 1, at.COMPARISON
            ),
            "parsed": Form("double.tryParse({}) ?? double.nan", at.CHOICE, at.ATOM),
            "unfit": _unfit,
        }
    ),
    negations=((" === ", " !== "), (" == ", " != "), (" is ", " is! ")),
    functions=family.functions("math.{}({{}})", "cos exp log sin sqrt")
    | {"abs": "{}.abs()"},
    types=family.types(f"""
        _Kept: Kept
        _Kept?: Kept | None
        void: None
        int: Word
        double: float
        String: str,Folder
        Uint8List: Bytes
        Object?: Json,Nested
        {TABLE}: Table,Named,Saved,Arrays
        Map<String, List<int>>: Shapes
        (List<List<double>>, List<List<double>>): Samples
        bool Function(int epoch, double loss)?: OnEpoch | None
        List<double>: Row,OwnRow
        List<List<double>>: Rows,OwnRows
        """),
    list_type="List<{}>",
    unpacking="final [{}]",
    kept=tuple_form.TupleForm(
        marks=("(", ")"),
        declares="final",
        item="{0}.${2}",
        alias=_alias,
        array="Float64List",
    ),
    zeros_like="[for (final row in {}) Float64List(row.length)]",
    nothing="Float64List(0)",
    add_row=lambda array, row, start, stop: f"_add({array}, {start}, {{}})",
    set_row=lambda array, row, start, stop: f"{array}.setAll({start}, {{}})",
    zeros=lambda shape: f"Float64List({family.size(shape)})",
    wholes=("Float64List", "Int32List"),
    fill=lambda array, values, shape: f"{array}.setAll(0, {values})",
    fill_row=family.row_filled("{}.setAll({}, {})"),
    taken=lambda array, shape: f"{array}.toList()",
    first_taken=lambda array, shape: f"{array}.sublist(0, {family.size(shape)})",
    signature=_signature,
    doc=_doc,
    file_doc=("", "///", "library;"),
    declared=_field,
    key="'{}'".format,
    constant=lambda name, kind, own, says: (
        [f"/// {says}"],
        f"final {name} = " if kind == "array" else f"const {own} {name} = ",
        ";",
    ),
    text_constant=("'''", "'''"),
    helpers=HELPERS,
    imports={
        "import 'dart:convert';": "jsonDecode jsonEncode",
        "import 'dart:io' as io;": "io.",
        "import 'dart:math' as math;": "math.",
        "import 'dart:typed_data';": "Float64List Int32List Uint8List",
    },
    class_head=lambda name, is_public: f"class {name} {{",
    remarks={"train": "It blocks: in an app, call it in Isolate.run."},
    own_members=lambda trains, has_data: [OWN_DATA] * has_data,
    ways=Ways(again="{}..fillRange(0, {}, {})".format),
    static_names=(
        "static const List<String> classes = ",
        ";",
        "static final List<String> classes = {}.split('');",
    ),
    static_categories=(
        "static const Map<String, List<String>> categories = ",
        ";",
    ),
    main_name="_run",
    toolchain=toolchain.Toolchain(
        programs=("dart",),
        install="Dart 3.0 or later; for the tests .ci/install-dart",
        version=("dart", "--version"),
        run=("dart", "run", "{file}"),
        format=("dart", "format", "--output=none", "--set-exit-if-changed", "{file}"),
        lint=("dart", "analyze", "--fatal-infos", "{folder}"),
    ),
)
