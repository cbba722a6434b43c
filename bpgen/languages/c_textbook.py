"""C for textbook pages: no memory that is handed around, no status that is asked for.

What has a size that is known is an array of its own. Other lists are one chain, which
each round of a loop shortens again. WORK, which other files of C hand on, stands in
the notation until the lines are written, as it tells which loops make lists.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.languages import c, family
from bpgen.languages import c_lines as lines
from bpgen.languages.of_net import with_words
from bpgen.languages.parts import parts
from bpgen.languages.plain import WORK, Plain
from bpgen.languages.record import Form, Language, Lines, Signature, words
from bpgen.program import expressions as at

OWN = parts("c", "textbook.c")
# The memory of calls, in whose place these are.
GONE = words("$NetChunk $NetWork $NetMark $net_more $net_mark $net_drop")
INCLUDES = {
    "#include <locale.h>": "localeconv",
    "#include <math.h>": "cos erf exp expm1 log log1p sin sqrt tanh"
    " fabs floor isfinite",
    "#include <stdarg.h>": "va_list",
    "#include <stdbool.h>": "bool",
    "#include <stdint.h>": "uint32_t",
    "#include <stdio.h>": "printf puts fprintf vsnprintf",
    "#include <stdlib.h>": "calloc strtod qsort",
    "#include <string.h>": "memcpy memset strcmp strlen strspn strstr",
}


def signature(head: Signature) -> Lines:
    """As in other files, but what a reader calls is not hidden in the file."""
    name = head.function.name.replace("__init__", "new")
    if name == "textbook":  # the routine that is main
        return ["int main(void) {"]
    is_own = head.class_name == "Textbook" and not name.startswith("_")
    found = lines.signature(head)
    return [found[0].removeprefix("static ") if is_own else found[0]]


def method(class_name: str, name: str) -> str:
    """The function that a method is."""
    found = lines.method(class_name, name)
    return found.replace("$net_net_", "$net_")


def array(name: str, is_whole: bool, size: int, is_large: bool) -> Lines:
    """The lines that begin an array of zeros; a large one is not on the stack."""
    kind = "int" if is_whole else "$real"
    if is_large:
        return [f"static {kind} {name}[{size}];", f"memset({name}, 0, sizeof {name});"]
    return [f"{kind} {name}[{size}] = {{0}};"]


def made(name: str) -> tuple[Lines, Lines]:
    """The lines at the start and at the end of a constructor."""
    return [f"{name} *self = ({name} *)$net_room(sizeof *self);"], ["return self;"]


def alone(text: str) -> str:
    """A part of a file that is given no memory."""
    text = text.replace("($NetWork *work)", "(void)").replace("$NetWork *work, ", "")
    return text.replace("(work, ", "(").replace("(work)", "()")


def _helpers() -> dict[str, str]:
    """The parts of a file, in order."""
    others = {name: alone(text) for name, text in c.MARKED.helpers.items()}
    kept = {n: text for n, text in others.items() if "work->" not in text}
    return {**OWN, **{n: t for n, t in kept.items() if n not in {*OWN, *GONE}}}


def _plain(is_large: bool) -> Plain:
    return replace(
        c.PLAIN,
        works=(WORK, WORK),
        worker="",
        worker_field="",
        needs_work=frozenset(),
        refusals=frozenset(),
        failed=lambda work, instead: [],
        method=method,
        made=made,
        keeps="{0} = $net_kept({0}, {1}, sizeof *{0})",
        loops=("const $NetHead *{} = $net_newest;", "$net_release({});"),
        struct=("typedef struct {} {{", "}} {};"),
        array=lambda name, is_whole, size: array(name, is_whole, size, is_large),
        copied="memcpy({0}, {1}, {2} * sizeof *{0})",
        prints="printf({})",
        hidden="static ",
        ending=("$net_release(NULL);", "return 0;"),
    )


def textbook_language(is_large: bool) -> Language:
    """The record; `is_large`: whether what a sample has is too much for the stack."""
    return with_words(
        replace(
            c.MARKED,
            plain=_plain(is_large),
            forms=dict(c.MARKED.forms)
            | {
                "copied_row": "{}",
                "is_empty": Form("{} == NULL", at.COMPARISON, at.SUM),
            },
            taken=lambda array, shape: f"$net_listed({array}, {family.size(shape)})",
            signature=signature,
            helpers=_helpers(),
            imports=INCLUDES,
        ),
        c.DOUBLE,
    )
