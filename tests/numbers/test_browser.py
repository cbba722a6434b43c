"""JavaScript runs in a browser, on a page and in a worker, and answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.browser import BrowserError, in_browser

SUM = """
const { sum } = await import("./sum.mjs");
return [sum([0.1, 0.2]), typeof document, typeof process].join(" ");
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a module that is fine and another one that is not."""
    text = "export const sum = (values) => values.reduce((x, y) => x + y);\n"
    (tmp_path / "sum.mjs").write_text(text)
    (tmp_path / "broken.mjs").write_text("export const = 1;\n")
    return tmp_path


@pytest.mark.parametrize("worker", [False, True], ids=["page", "worker"])
def test_a_snippet_answers(folder: Path, worker: bool) -> None:
    document = "undefined" if worker else "object"
    found = in_browser(folder, SUM, worker=worker)
    assert found == f"0.30000000000000004 {document} undefined"


@pytest.mark.parametrize(
    ("snippet", "message", "worker"),
    [
        ('throw new RangeError("too long");', "RangeError: too long", True),
        ('await import("./broken.mjs");', "SyntaxError", False),
        ('await import("./missing.mjs");', "Failed to fetch", True),
        ("return (;", "SyntaxError", False),
    ],
)
def test_what_a_snippet_throws_comes_through(
    folder: Path, snippet: str, message: str, worker: bool
) -> None:
    with pytest.raises(BrowserError, match=message):
        in_browser(folder, snippet, worker=worker)


@pytest.mark.wide
def test_a_snippet_that_never_ends_is_ended(folder: Path) -> None:
    with pytest.raises(BrowserError, match="no answer"):
        in_browser(folder, "for (;;) {}", timeout=3.0)
