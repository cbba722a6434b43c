"""Dart."""

from __future__ import annotations

from bpgen.languages.record import Language, words

DART = Language(
    name="dart",
    title="Dart",
    suffix=".dart",
    width=80,
    indent=2,
    camel=True,
    flat=True,
    member="{}",
    select="{condition} ? {then} : {otherwise}",
    inside="{0} >= 0 && {0} < {1}",
    both=" && ",
    to_number="({}).toDouble()",
    to_whole="{}.toInt()",
    comment="//",
    end=";",
    condition=("if ({}) {{", "}"),
    array_list="final {} = <List<double>>",
    declare="final ",
    vary="var ",
    constant_start="const ",
    parentheses=False,
    splits_nested=True,
    unrolled_weights=200,
    functions={
        "abs": "{}.abs()",
        "cos": "math.cos({})",
        "exp": "math.exp({})",
        "log": "math.log({})",
        "sin": "math.sin({})",
        "sqrt": "math.sqrt({})",
    },
    own_functions=frozenset({"erf"}),
    reserved=words(
        """abstract as assert async await base break case catch class const continue
        covariant default deferred do dynamic else enum export extends extension
        external factory false final finally for function get hide if implements import
        in interface is late library mixin new null of on operator part required
        rethrow return sealed set show static super switch sync this throw true try
        type typedef var void when while with yield"""
    ),
    names=words(
        """math jsonDecode jsonEncode double int num bool print identical main inputs
        targets outputs values loss count total epoch epochs order batch start seed
        generator text data index row column place channel i j k l m n p q r
        arguments"""
    ),
    class_names=words("""ArgumentError BigInt Bool Comparable DateTime Deprecated Double
        Duration Enum Error Exception Expando Float32List Float64List
        FormatException Function Future Generator Int32List Invocation
        Iterable Iterator List Map MapEntry Match Never Null Object
        OutOfMemoryError Pattern RangeError Record RegExp Runes Set Sink
        StackTrace StateError Stopwatch Stream String StringBuffer StringSink
        Symbol Type TypeError Uri Uint8List UnsupportedError WeakReference"""),
)
