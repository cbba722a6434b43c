"""What docs/explain.md shows is what the command prints."""

from __future__ import annotations

import re

from running.tools import ROOT, bpgen

from bpgen.cli import explain

LINE = re.compile(r"(?<=mazur\.py):\d+")
DOCUMENT = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")


def test_every_block_is_printed() -> None:
    path = str(ROOT / "examples" / "mazur.yaml")
    text = bpgen("explain", path, "--contrast", "stale-weights").out
    blocks = re.findall(r"^```\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:  # lines of the emitted file may move
        assert LINE.sub("", block.rstrip()) in LINE.sub("", text)


def test_every_option_is_one() -> None:
    known = {name for option in explain.params for name in option.opts}
    told = set(re.findall(r"--[a-z]+", DOCUMENT))
    assert told <= known
    assert len(told) > 9
