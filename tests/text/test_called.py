"""No file defines a function that nothing in it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from nets.table import NETS
from running.tiers import wide_but

from bpgen.languages import LANGUAGES
from bpgen.styles.unrolled import unroll
from bpgen.writing.options import Options
from bpgen.writing.page import Page
from bpgen.writing.pages import page_of
from bpgen.writing.render import render

# Every net in one of the languages, in turns; in the others: wide.
NAMES = [name for name in sorted(NETS) if "unrolled" in NETS[name].styles]
TURNS = set(map("-".join, zip(cycle(LANGUAGES), NAMES)))
CASES = [f"{language}-{name}" for language in LANGUAGES for name in NAMES]


def code_of(page: Page, text: str) -> list[str]:
    """Lines without comments, as they stand at the left margin."""
    found = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines()
    stripped = [line.strip() for line in found]
    return [line for line in stripped if not line.startswith(page.language.comment)]


def heads(page: Page) -> Iterator[tuple[str, str]]:
    """Each function's name in the file, and the line that begins it."""
    written = [page.writer.function(node) for node in page.routines.functions]
    for lines in [*written, *map(page.function_lines, page.functions)]:
        for line in code_of(page, "\n".join(lines)):
            if found := re.search(r"(\w+)(<[^(]*>)?\(", line):
                yield found[1], line
                break


@pytest.mark.parametrize("case", wide_but(CASES, TURNS.__contains__))
def test_every_function_is_called(case: str) -> None:
    language, name = case.split("-", 1)
    net = NETS[name]
    options = Options(language, "unrolled")
    program = unroll(net.program.with_blocks({"step": ()}))
    page = page_of(net.network, program, options, "net.yaml")
    code = code_of(page, render(page))
    for own, head in heads(page):
        begins = head.rstrip(" {;")
        others = [line for line in code if not line.rstrip(" {;").endswith(begins)]
        assert re.search(rf"\b{own}\b", "\n".join(others)), own
