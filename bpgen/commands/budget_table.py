"""The budget of a net for people: aligned tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpgen.commands.budget import Budget
from bpgen.commands.style import size_text
from bpgen.errors import how_many

STEP = "  "
WORDS = {
    "step": "whole step",
    "predict": "predict, one sample",
    "optimizer": "what the optimizer keeps",
    "buffers": "what layers remember",
    "activations": "what forward keeps for backward",
    "total": "in all",
}


def table_lines(budget: Budget) -> Iterator[str]:
    """One budget, line by line."""
    trained, weights = budget["trained"], budget["parameters"]
    told = "all" if trained == weights else f"{trained:,}"
    yield f"net {budget['network']}, {budget['file']}"
    yield f"{STEP}{how_many(weights, 'parameter')}, {told} of them trained"
    yield f"{STEP}{budget['units']:,} inputs and neurons"
    yield ""
    of = how_many(budget["batch_size"], "sample")
    head = [f"one training step of {of}", "multiply-adds", "function calls", "others"]
    rows = [
        [
            STEP + WORDS.get(name, name),
            *(f"{work[key]:,}" for key in ("multiply_adds", "calls", "others")),
        ]
        for name, work in budget["operations"].items()
    ]
    yield from _aligned([head, *rows])
    yield ""
    memory = budget["memory"].items()
    rows = [[STEP + WORDS.get(name, name), size_text(size)] for name, size in memory]
    yield from _aligned([["memory, in numbers of 64 bits", ""], *rows])
    yield ""
    yield from _aligned([["source", "", "", ""], *map(_source, budget["source"])])
    yield ""
    yield from _aligned([["limits", "", "", ""], *map(_limit, budget["limits"])])


def _source(source: Budget) -> list[str]:
    about = "" if source["exact"] else "about "
    size = "" if source["bytes"] is None else about + size_text(source["bytes"])
    lines = "" if source["lines"] is None else f"{source['lines']:,} lines"
    end = "auto takes this one" if source["auto"] else ""
    if source["refused"]:
        end = "refused" if size else f"none: {source['refused']}"
    return [f"{STEP}{source['language']}, {source['style']}", size, lines, end]


def _limit(limit: Budget) -> list[str]:
    state = "" if limit["state"] == "within" else limit["state"]
    value, most = f"{limit['value']:,}", f"of {limit['most']:,}"
    return [STEP + limit["what"], value, most, state]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns: the first one to the left, numbers to the right, words at the end."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        for text, width in zip(others, widths[1:], strict=True):
            is_number = text[:1].isdigit() or text[:5] == "about" or not text
            cells.append(text.rjust(width) if is_number else text.ljust(width))
        yield "  ".join(cells).rstrip()
