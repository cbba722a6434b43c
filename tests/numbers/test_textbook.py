"""A textbook page prints the numbers of the whole file, to the last digit."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace

import pytest
from nets.net import Net
from nets.online import ONLINE_NETS
from nets.preprocessed import PREPROCESSED_NETS
from nets.table import NETS
from running.emitted import module

from bpgen.commands.emit import text_of
from bpgen.network.samples import Data
from bpgen.writing.options import Options

# One net in three, and all of those that learn without a gradient of their own.
CHOSEN = [
    name
    for name in sorted({*list(NETS)[::3], *ONLINE_NETS, *PREPROCESSED_NETS})
    if not NETS[name].network.training.validation  # which no textbook page has
]
DIVERGING = {"explicit"}  # whose loss ceases to be finite: the whole file stops there


def printed(net: Net, style: str, textbook: bool) -> list[str]:
    """The report lines of a file that trains on the samples of a net."""
    rows = tuple(map(tuple, net.inputs)), tuple(map(tuple, net.targets))
    training = replace(net.network.training, epochs=3, report_every=1)
    network = replace(net.network, data=Data(*rows), training=training)
    options = Options("python", style, textbook=textbook)
    emitted = module(text_of(network, net.program, options, "net.yaml"))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        emitted.main() if textbook else emitted._run([])
    return [line for line in said.getvalue().split("\n") if line.startswith("epoch")]


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
