"""How bad nets are written in the tests, and what bpgen must answer to every one.

In their text `@` marks a place that an error must name; it is taken out first.
"""

from __future__ import annotations

import re
from pathlib import Path

from running.tools import bpgen, marked, tree

LINE = re.compile(r"(?:[^:]+(?::\d+:\d+)?: )?error: \S.*")
QUOTE = re.compile(r" +\d* \| ")  # a line of the file, or the caret below it
NET = {
    "name": "net",
    "input": "2",
    "layers": "[{type: dense, name: h, units: 2}]",
    "loss": "mse",
}


def net(**changes: str | None) -> str:
    """A net with some keys changed, added or, if None, left out."""
    keys = {key: text for key, text in {**NET, **changes}.items() if text is not None}
    return "".join(f"{key}: {text}\n" for key, text in keys.items())


def layers(*texts: str, **changes: str | None) -> str:
    """A net of these layers."""
    return net(layers="".join(f"\n  - {text}" for text in texts), **changes)


def empty(key: str) -> str:
    """A net that has a key without a value; the place is behind the colon."""
    return net(**{key: "!"}).replace(f"{key}: !", f"{key}:@")


def said(text: str) -> list[str]:
    """The sentences that bpgen said, without the lines of the file that it quotes."""
    return [line for line in text.splitlines() if not QUOTE.match(line)]


def refused(folder: Path, text: str) -> tuple[list[str], list[str]]:
    """The lines that bpgen says about a net with marks, and the places marked.

    It has to say them on standard error, in plain ASCII, and write nothing.
    """
    plain, marks = marked(text)
    (folder / "net.yaml").write_text(plain, encoding="utf-8", newline="")
    before = tree(folder)
    result = bpgen("emit", "--lang", "all", "-o", "out/", "net.yaml")
    assert result.code == 2, result.err or "accepted"
    assert result.out == ""
    assert result.err.isascii()
    assert tree(folder) == before
    lines = said(result.err)
    assert all(map(LINE.fullmatch, lines)), result.err
    return lines, [f"net.yaml:{line}:{column}" for line, column in marks]
