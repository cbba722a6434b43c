"""Python."""

from __future__ import annotations

import builtins

from bpgen.languages.record import Language, words

PYTHON = Language(
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
    reserved=words(
        """and as assert async await break class continue def del elif else except
        finally for from global if import in is lambda nonlocal not or pass raise
        return try while with yield"""
    ),
    names=words(
        """self math json sys copy annotations abs float int len list dict tuple str
        bool range zip enumerate isinstance print repr min max sum object super type
        ValueError RuntimeError Any Callable Mapping Sequence Generator main
        inputs targets outputs values loss count total epoch epochs order batch start
        seed generator text data index row column place channel i j k l m n p q r INPUTS
        TARGETS DATA"""
    ),
    class_names=words("Any Callable Iterator Mapping Sequence Generator")
    | frozenset(name for name in dir(builtins) if name[0].isupper()),
)
