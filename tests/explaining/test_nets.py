"""Every kind of net that can be written out is explained, and every view is whole."""

from __future__ import annotations

import pytest
from nets.table import NETS
from running.tiers import wide_but
from running.tools import bpgen

from bpgen.commands.emit import Net
from bpgen.commands.explain import (
    classic,
    emitted_of,
    explanation_of,
    overview_of,
    page_of,
)
from bpgen.commands.style import automatic_style
from bpgen.explaining.html import handout_of
from bpgen.explaining.json_view import json_of
from bpgen.explaining.latex import latex_of
from bpgen.explaining.markdown import markdown_of
from bpgen.explaining.model import DIFFER
from bpgen.explaining.request import Request
from bpgen.explaining.svg import svg_of
from bpgen.explaining.text import text_of
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.network.network import Network
from bpgen.styles.unrolled import unroll

EVERY = 12  # all of them take two minutes
CHOSEN = {
    *list(NETS)[::EVERY],
    *("dropout", "alike_names", "explicit", "dropout_image"),
    *("raw_both", "raw_columns", "raw_classes"),
}
# Outputs that are no probabilities, where PyTorch, and so bpgen, clamps the slope.
CLAMPED = {"raw_binary_cross_entropy"}
CLASSICS = ("mazur", "nielsen", "saturated", "gru", "softmax", "adam")


def written_out(name: str, network: Network) -> Net | None:
    program = lower(network)
    style, _ = automatic_style(network, program, LANGUAGES["python"])
    return Net(name, network, unroll(program)) if style == "unrolled" else None


@pytest.mark.parametrize("name", wide_but(sorted(CHOSEN), CLASSICS.__contains__))
def test_a_net_is_explained_in_every_view(name: str) -> None:
    net = written_out(f"{name}.yaml", NETS[name].network)
    if net is None:
        return  # it is told in tables
    found = explanation_of(net, emitted_of(net, "python"), Request())
    for view in (text_of, markdown_of, latex_of, handout_of, json_of):
        assert view(found)
    assert page_of(net, "python", Request())
    verdicts = [w.check.verdict for w in found.weights if w.check]
    assert DIFFER not in verdicts or name in CLAMPED
    keys = [d.quantity.key for step in found.steps for d in step.derivations]
    assert len(keys) == len(set(keys))


IN_TABLES = sorted(
    {
        *[name for name in NETS if "conv" in name or "norm" in name][::EVERY],
        *(
            "pool_of_input",
            "dropout_image",
            "flatten_alone",
            "embedding_classes_frozen",
        ),
    }
)


@pytest.mark.parametrize("name", IN_TABLES)
def test_a_net_is_told_in_tables_and_drawn_by_its_layers(name: str) -> None:
    """As a large one is; of any kind, with and without parameters to train."""
    net = Net(f"{name}.yaml", NETS[name].network, NETS[name].program)
    found = overview_of(net, "python", Request())
    for view in (text_of, markdown_of, latex_of, handout_of, json_of, svg_of):
        assert view(found)
    for table in found.tables:
        assert {len(row) for row in table.rows} <= {len(table.heads)}


@pytest.mark.parametrize("name", CLASSICS)
def test_a_classic_is_packaged(name: str) -> None:
    assert classic(name).is_file()
    found = bpgen("explain", "--example", name)
    assert (found.code, found.err) == (0, "")
    assert DIFFER not in found.out


# What sources print, and what differs there, with the reason.
PUBLISHED = {
    "mazur": (27, {"E_total after one step", "E_total after 10,000 steps"}),
    "nielsen": (4, set()),
    "saturated": (2, set()),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_classic_agrees_with_its_source(name: str) -> None:
    import json

    count, wrong = PUBLISHED[name]
    found = bpgen("explain", "--example", name, "--format", "json").out
    rows = json.loads(found)["published"]
    assert len(rows) == count
    assert {row["what"] for row in rows if not row["agrees"]} == wrong
    assert all(row["note"] for row in rows if not row["agrees"])


def test_an_unknown_classic_is_one_line() -> None:
    found = bpgen("explain", "--example", "mazu")
    assert found.code == 2
    assert found.err == (
        "error: --example: unknown name 'mazu' (did you mean 'mazur'?)\n"
    )


def test_a_file_and_a_classic_are_one_too_many() -> None:
    found = bpgen("explain", "net.yaml", "--example", "mazur")
    assert found.code == 2 and found.err.startswith("error: either a file, or")
