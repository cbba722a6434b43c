"""What several languages have in common; a record takes it over and says the rest."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from bpgen.languages.record import Form, Forms, Items
from bpgen.program.expressions import BOTH, COMPARISON, PRODUCT, SUM

# Primitives that many languages need not write at all.
PLAIN: Forms = dict.fromkeys(
    (
        *("table_of", "items_of", "word_of", "keys"),
        *("json_number", "json_whole", "json_text", "json_list", "json_table"),
    ),
    "{}",
)

# Languages with braces, whose words are those of C.
BRACES: Forms = {
    **PLAIN,
    "len": "{}.length",
    "rest": Form("{} % {}", PRODUCT, PRODUCT, PRODUCT + 1),
    "none": "null",
    "share32": Form("{} / 4294967296.0", PRODUCT, PRODUCT),
    "modulo32": Form("{} % {}", PRODUCT, PRODUCT, PRODUCT + 1),
    "json_nothing": "null",
    "shape_of": "{}[{}]",
    "item": "{}[{}]",
    "put": "{}[{}] = {}",
    "is_shown": "{}",
    "end_lines": "",
    "stops": Form("{0} != null && !{0}({1}, {2})", BOTH, COMPARISON),
    "is_nothing": Form("{} == null", COMPARISON, SUM),
    "is_silent": Form("{} == null", COMPARISON, SUM),
}

HEADS: Mapping[str, str] = {
    "if": "if ({})",
    "else": "else",
    "up": "for (var {0} = {1}; {0} < {2}; {0}++)",
    "down": "for (var {0} = {2} - 1; {0} >= {1}; {0}--)",
    "steps": "for (var {0} = {1}; {0} < {2}; {0} += {3})",
    "backwards": "for (var {0} = {1}; {0} > {2}; {0}--)",
    "and": "&&",
    "or": "||",
    "not": "!",
}


def size(shape: tuple[int | str, ...]) -> str:
    """How many numbers an array has, whose first extent may be a name."""
    numbers = prod(extent for extent in shape if isinstance(extent, int))
    names = [extent for extent in shape if isinstance(extent, str)]
    return " * ".join([*names, *([str(numbers)] if numbers != 1 or not names else [])])


def holds_lists(items: Items) -> bool:
    """Whether a list holds other lists with something inside."""
    return any(not isinstance(item, str) and len(item) > 0 for item in items)
