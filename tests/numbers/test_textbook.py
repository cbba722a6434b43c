"""A textbook page prints the numbers of the whole file, to the last digit."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from nets.net import Net
from nets.online import ONLINE_NETS
from nets.preprocessed import PREPROCESSED_NETS
from nets.table import NETS
from running.emitted import module
from running.tiers import wide_but
from running.tools import on_path, program

from bpgen.commands.emit import text_of
from bpgen.languages.c import STRICT
from bpgen.network.samples import Data
from bpgen.writing import plain_textbook
from bpgen.writing.options import Options

# One net in three, and all of those that learn without a gradient of their own.
CHOSEN = [
    name
    for name in sorted({*list(NETS)[::3], *ONLINE_NETS, *PREPROCESSED_NETS})
    if not NETS[name].network.training.validation  # which no textbook page has
]
IN_C = {  # others: wide
    *("online", "batch_norm_stops", "attention_dropout"),
    *("batch_norm_image", "frozen_bias"),
}
DIVERGING = {"explicit"}  # whose loss ceases to be finite: the whole file stops there


def page_of(net: Net, language: str, style: str, textbook: bool) -> str:
    """A file that trains on the samples of a net."""
    rows = tuple(map(tuple, net.inputs)), tuple(map(tuple, net.targets))
    training = replace(net.network.training, epochs=3, report_every=1)
    data = Data(*rows)
    network = replace(net.network, name="page", data=data, training=training)
    options = Options(language, style, textbook=textbook)
    return text_of(network, net.program, options, "net.yaml")


def printed(net: Net, style: str, textbook: bool) -> list[str]:
    """The report lines of such a file in Python."""
    emitted = module(page_of(net, "python", style, textbook))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        emitted.main() if textbook else emitted._run([])
    return reports(said.getvalue())


def reports(said: str) -> list[str]:
    """The lines about epochs."""
    return [line for line in said.split("\n") if line.startswith("epoch")]


def printed_in_c(net: Net, style: str, folder: Path) -> list[str]:
    """The report lines of a textbook page in C, of which no compiler, no formatter
    and no sanitizer has anything to say."""
    page, built = folder / "page.h", folder / "page"
    page.write_text(page_of(net, "c", style, textbook=True))
    for own in (STRICT, ("clang", *STRICT[1:])):
        alone = program(on_path(own[0]), *own[1:], "-fsyntax-only", "-x", "c", page)
        assert alone.err == ""
    wanted = program(on_path("clang-format"), "--style=LLVM", page).out
    assert wanted == page.read_text()
    words = ("-x", "c", "-DPAGE_MAIN", page, "-lm", "-o", built)
    assert program(*STRICT, "-O1", *words).err == ""
    checks = ("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
    assert program("gcc", "-O1", *checks, *words).err == ""
    done = program(built)
    assert (done.code, done.err) == (0, "")
    return reports(done.out)


@pytest.mark.parametrize("name", CHOSEN)
def test_a_textbook_page_trains_to_the_same_digits(name: str) -> None:
    net = NETS[name]
    style = net.styles[len(name) % len(net.styles)]
    whole, page = printed(net, style, False), printed(net, style, True)
    if name in DIVERGING:  # the page has no check for that, and goes on
        rest = page[len(whole) :]
        assert rest and all(line.endswith(("nan", "inf")) for line in rest)
        page = page[: len(whole)]
    else:
        assert len(whole) == 3 or net.network.training.patience
    assert page == whole


@pytest.mark.parametrize("name", wide_but(CHOSEN, IN_C.__contains__))
def test_so_does_one_in_c(name: str, tmp_path: Path) -> None:
    net = NETS[name]
    style = net.styles[len(name) % len(net.styles)]
    whole, page = printed(net, style, False), printed_in_c(net, style, tmp_path)
    assert page[: len(whole)] == whole


@pytest.mark.parametrize("name", ["lstm_alone", "conv2d"])
def test_in_c_what_is_large_does_not_lie_on_the_stack(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_textbook, "MOST", 1)
    net = NETS[name]
    assert printed_in_c(net, "loops", tmp_path) == printed(net, "loops", False)
    assert "  static double " in (tmp_path / "page.h").read_text()
