"""What docs/explain.md shows is what the command prints."""

from __future__ import annotations

import re

from running.tools import ROOT

from bpgen.cli import explain
from website.outputs import MARK

DOCUMENT = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")


def test_every_block_is_printed() -> None:
    """By the command above it, then: tests/promises/test_site.py holds it to that."""
    blocks = re.findall(r"^```\w*\n.*?^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    made = [found for found in MARK.finditer(DOCUMENT) if found["block"]]
    assert len(blocks) == len(made) > 4
    for found in made:
        assert found["kind"] == "made by"
        assert found["words"].startswith("bpgen explain ")


def test_every_option_is_one() -> None:
    known = {name for option in explain.params for name in option.opts}
    told = set(re.findall(r"--[a-z]+", DOCUMENT))
    assert told <= known
    assert len(told) > 9
