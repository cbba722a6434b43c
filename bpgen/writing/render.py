"""A page to the text of one file: the last stage."""

from __future__ import annotations

from bpgen.writing.header import marked
from bpgen.writing.page import Page
from bpgen.writing.templates import Templates


def render(page: Page) -> str:
    """The emitted file, with its marks filled in."""
    return marked(f"{Templates(page.language).page(page).strip()}\n")
