"""No net of the table is written as the formatter of its language would not leave it.

The nets are called `net`, since names that take most of a line are broken as they come.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from nets.table import NETS
from running.javascript_checks import prettier
from running.tools import RUBOCOP, on_path, program

from bpgen.commands.emit import text_of
from bpgen.languages import LANGUAGES
from bpgen.writing.options import Options

PARTS = 16  # of the table, so that it can be asked piece by piece
# What says, without changing a file, that it would; Go's says it in words alone.
FORMATTERS = {
    "python": ("black", "-q", "--fast", "--check"),
    "dart": ("dart", "format", "--output=none", "--set-exit-if-changed"),
    "c": ("clang-format", "--style=LLVM", "--dry-run", "--Werror"),
    "cpp": ("clang-format", "--style=LLVM", "--dry-run", "--Werror"),
    "rust": ("rustfmt", "--check", "-l", "--edition=2021"),
    "go": ("gofmt", "-l"),
    "java": ("google-java-format", "--dry-run", "--set-exit-if-changed"),
    "kotlin": ("ktlint",),
    "ruby": ("rubocop", "--config", str(RUBOCOP), "--only", "Layout"),
}
# What is not yet as the formatter has it. In C++: a product in a sum whose first factor
# is in parentheses. In Kotlin: a function of the user's own with a choice in a choice.
# In Ruby: lines of more than 100 columns, of three fast forms and of such functions,
# and calls whose many arguments fill several lines. No other net may join them.
LEFT = {
    "cpp": ("own_guarded", "own_layer_guarded"),
    "kotlin": ("own_inner", "own_layer_inner"),
    "ruby": (
        *("attention_rotary", "attention_rotary_size", "conv1d_groups"),
        *("own_inner", "own_layer_inner", "own_loss_pinball"),
        "optimizer_rates_of_attention",
    ),
}


def files_of(language: str, part: int, folder: Path) -> list[Path]:
    """The files of some nets in all of their styles; Kotlin's are called like their
    class, each in a folder of its own."""
    found: list[Path] = []
    suffix = LANGUAGES[language].suffix
    for name in list(NETS)[part::PARTS]:
        net = NETS[name]
        for style in () if name in LEFT.get(language, ()) else net.styles:
            place, stem = folder, f"{name}_{style}"
            if language == "kotlin":
                place, stem = folder / stem, "Net"
                place.mkdir()
            path = place / f"{stem}{suffix}"
            network = replace(net.network, name="net")
            options = Options(language, style)
            text = text_of(network, net.program, options, "net.yaml")
            path.write_text(text, encoding="ascii", newline="\n")
            found.append(path)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_formatter_leaves_every_net(
    language: str, part: int, tmp_path: Path
) -> None:
    if language in ("javascript", "typescript"):
        assert prettier(files_of(language, part, tmp_path)) == {}
        return
    tool, *words = FORMATTERS[language]
    on_path(tool)
    done = program(tool, *words, *files_of(language, part, tmp_path))
    said = f"{done.out}{done.err}"[-3_000:]
    assert (done.code, done.out if language == "go" else "") == (0, ""), said
