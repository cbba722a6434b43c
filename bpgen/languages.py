"""The languages: one record of data each; their notation is in `templates`."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What differs between languages and is no template.

    Attributes:
        width: the longest line, as the language's own formatter has it.
        camel: whether identifiers are written zH1 rather than z_h1.
        flat: whether an array of several axes is one flat list.
        member: how a method writes a field of its object.
        inside: the condition that {0} is one of 0 ... {1} - 1.
        both: what stands between two conditions that must hold.
        to_number, to_whole: how an index becomes a number, and a number an index.
        parentheses: whether a long value is broken inside parentheses.
        splits_nested: whether a list in a list always takes several lines.
        array_list: how a list of arrays begins.
        condition: how an `if` begins and ends.
        declare, vary, constant_start: how a local name begins: never assigned
            again, assigned again, a plain number.
        functions: the functions of `bpgen.functions` that the language has,
            each with its notation; the others are emitted from their formulas.
        own_functions: those without a formula that a template supplies.
        reserved: words that no name may be.
        names: identifiers that are taken in every emitted file.
        class_names: classes that a net's class would hide.
        unrolled_weights: the most weights, or neurons, that `auto` unrolls.
    """

    name: str
    title: str
    suffix: str
    width: int
    indent: int
    camel: bool
    flat: bool
    member: str
    select: str
    inside: str
    both: str
    to_number: str
    to_whole: str
    comment: str
    end: str
    condition: tuple[str, str]
    array_list: str
    declare: str
    vary: str
    constant_start: str
    parentheses: bool
    splits_nested: bool
    unrolled_weights: int
    functions: Mapping[str, str]
    own_functions: frozenset[str]
    reserved: frozenset[str]
    names: frozenset[str]
    class_names: frozenset[str]

    def identifier(self, name: str) -> str:
        """A snake_case name in the language's convention.

        A `_` between a letter and a digit joins the two; between two digits it
        stays, or w_1_2 and w_12 would be one.
        """
        if not self.camel:
            return name
        first, *others = name.split("_")
        found = first
        for part in others:
            keeps = found[-1:].isdigit() and part[:1].isdigit()
            found += f"_{part}" if keeps else part[:1].upper() + part[1:]
        return found

    @property
    def methods(self) -> frozenset[str]:
        """The functions that are called on their argument, as in x.abs()."""
        calls = self.functions.items()
        return frozenset(name for name, call in calls if call.startswith("{}."))

    def constant(self, name: str) -> str:
        """A name for a constant of the file."""
        return self.identifier(name) if self.camel else name.upper()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PYTHON = Language(
    name="python",
    title="Python",
    suffix=".py",
    width=88,
    indent=4,
    camel=False,
    flat=False,
    member="self.{}",
    select="{then} if {condition} else {otherwise}",
    inside="0 <= {0} < {1}",
    both=" and ",
    to_number="float({})",
    to_whole="int({})",
    comment="#",
    end="",
    condition=("if {}:", ""),
    array_list="{}: list[Any] = ",
    declare="",
    vary="",
    constant_start="",
    parentheses=True,
    splits_nested=False,
    unrolled_weights=200,
    functions={
        "abs": "abs({})",
        "cos": "math.cos({})",
        "erf": "math.erf({})",
        "exp": "math.exp({})",
        "expm1": "math.expm1({})",
        "log": "math.log({})",
        "log1p": "math.log1p({})",
        "sin": "math.sin({})",
        "sqrt": "math.sqrt({})",
        "tanh": "math.tanh({})",
    },
    own_functions=frozenset(),
    reserved=_words(
        """and as assert async await break class continue def del elif else except
        finally for from global if import in is lambda nonlocal not or pass raise
        return try while with yield"""
    ),
    names=_words(
        """self math json sys copy annotations abs float int len list dict tuple str
        bool range zip enumerate isinstance print repr min max sum object super type
        ValueError RuntimeError Any Callable Mapping Sequence Generator main
        inputs targets outputs values loss count total epoch epochs order batch start
        seed generator text data index row column place channel i j k l m n p q r INPUTS
        TARGETS DATA"""
    ),
    class_names=_words("Any Callable Iterator Mapping Sequence Generator")
    | frozenset(name for name in dir(builtins) if name[0].isupper()),
)

_DART = Language(
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
    reserved=_words(
        """abstract as assert async await base break case catch class const continue
        covariant default deferred do dynamic else enum export extends extension
        external factory false final finally for function get hide if implements import
        in interface is late library mixin new null of on operator part required
        rethrow return sealed set show static super switch sync this throw true try
        type typedef var void when while with yield"""
    ),
    names=_words(
        """math jsonDecode jsonEncode double int num bool print identical main inputs
        targets outputs values loss count total epoch epochs order batch start seed
        generator text data index row column place channel i j k l m n p q r
        arguments"""
    ),
    class_names=_words(
        """ArgumentError BigInt Bool Comparable DateTime Deprecated Double
        Duration Enum Error Exception Expando Float32List Float64List
        FormatException Function Future Generator Int32List Invocation
        Iterable Iterator List Map MapEntry Match Never Null Object
        OutOfMemoryError Pattern RangeError Record RegExp Runes Set Sink
        StackTrace StateError Stopwatch Stream String StringBuffer StringSink
        Symbol Type TypeError Uri Uint8List UnsupportedError WeakReference"""
    ),
)

LANGUAGES: Mapping[str, Language] = {
    language.name: language for language in (_PYTHON, _DART)
}
