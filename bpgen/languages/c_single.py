"""C with numbers of 32 bits, for microcontrollers: what differs from the record of C.

A file has two parts: what a chip without an operating system can do, and the rest,
which is left out there. `HOSTED` are the members that are in the rest.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.languages import c
from bpgen.languages.of_net import with_words
from bpgen.languages.parts import parts
from bpgen.languages.record import Form, words
from bpgen.languages.single import single_text
from bpgen.program import expressions as at

WORDS = {
    "$real": "float",
    "$narrow ": "(float)",
    "$wide ": "(double)",
    "$tally": "ptrdiff_t",
    "$as_tally ": "(ptrdiff_t)",
    "$malloc": "$net_malloc",
    "$calloc": "$net_calloc",
    "$free": "$net_put_back",
    "$room": "$NET_ROOM",
    "$rounded": "$net_rounded(size)",
    "$front": "$net_rounded(sizeof *chunk)",
    "$f": "f",
}
HOSTED = words("told check_gradients to_json _load_all _load_parameters set_parameters")
LACKS = words("erf expm1 log1p")  # what a chip's library has not is written out
FOUND = with_words(c.MARKED, WORDS)
PLAIN = FOUND.plain or c.PLAIN
OWN = parts("c", "single.c")


def _number(number: float) -> str:
    return f"{single_text(number)}f"


def _either(name: str) -> str:
    """A helper as it is on a chip, and as it is elsewhere."""
    elsewhere = OWN.get(f"hosted {name}") or FOUND.helpers[name]
    lines = ["#ifdef $NET_BARE", OWN[f"bare {name}"], "#else", elsewhere, "#endif"]
    return "\n".join(lines)


def _helpers() -> dict[str, str]:
    """The parts of a file, in order."""
    chunk = OWN["$NetChunk"].replace("$SIZES", _either("$NetChunk"))
    own = {name: text for name, text in OWN.items() if name.startswith("$")}
    own |= {"$NetChunk": chunk}
    apart = ("$NetWork", "$net_text", "$net_point", "$net_refuse")
    own |= {name: _either(name) for name in apart}
    found: dict[str, str] = {}
    for name, text in FOUND.helpers.items():
        if name == "$net_more":
            found["$net_malloc"] = _either("$net_malloc")
        found[name] = own.pop(name, text)
    return found | own


C = replace(
    FOUND,
    number=_number,
    forms=dict(FOUND.forms)
    | {
        "share32": Form("(float)({} >> 8) / 16777216.0f", at.PRODUCT, at.SHIFT),
        "number_of": "$net_single({}->number)",
        "exact_whole": Form("(long long){}->number", at.UNARY, at.ATOM),
        "exact_word": "$net_exact_word({}->number)",
    },
    functions={n: form for n, form in FOUND.functions.items() if n not in LACKS},
    helpers=_helpers(),
    plain=replace(
        PLAIN,
        lists=dict(PLAIN.lists) | {"float": "$NET_ROW(WORK, {}, {})"},
        casts=dict(PLAIN.casts) | {("float", "text"): "(double){}"},
        parts=dict(PLAIN.parts) | {"guard": OWN["guard"], "bare": OWN["bare"]},
        hosted=HOSTED,
    ),
    ways=replace(FOUND.ways, bits=32),
)
