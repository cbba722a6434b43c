"""A large net is told in tables that hold the numbers of its very step."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest
from nets.table import NETS
from running.tiers import wide_but
from running.tools import ROOT, bpgen

from bpgen.commands.emit import Net
from bpgen.commands.explain import emitted_of, explanation_of, overview_of
from bpgen.commands.nets import load_network
from bpgen.explaining.model import DIFFER, Explanation, Pixel, Quantity, Table
from bpgen.explaining.request import Request
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.styles.unrolled import unroll

LARGE = ("digits", "cnn", "lstm")  # gpt and resnet_tiny take some seconds more
FORMATS = ("text", "markdown", "latex", "html", "json")


@cache
def overview(name: str, **options: Any) -> Explanation:
    path = str(ROOT / "examples" / f"{name}.yaml")
    network = load_network(path)
    net = Net(path, network, lower(network))
    return overview_of(net, "python", Request(**options))


def table(found: Explanation, title: str) -> Table:
    return next(own for own in found.all_tables if title in own.title)


def numbers(row: tuple[Any, ...]) -> list[float]:
    return [
        cell.value if isinstance(cell, Quantity) else float(cell)
        for cell in row[1:]
        if not isinstance(cell, str)
    ]


@pytest.mark.wide
@pytest.mark.parametrize("name", ["digits", "lstm"])
def test_the_step_is_that_of_the_net(name: str) -> None:
    found = overview(name)
    network = load_network(str(ROOT / "examples" / f"{name}.yaml"))
    net = evaluated_net(network, lower(network))
    assert network.data is not None
    rows = [list(network.data.inputs[n - 1]) for n in found.batch]
    aims = [list(network.data.targets[n - 1]) for n in found.batch]
    assert net.train_step(rows, aims) == found.losses.before.value
    assert net._mean_loss(rows, aims) == found.losses.after.value
    values = {x for row in net.blocks.rows("parameters") for x in row}
    assert {weight.after.value for weight in found.weights} <= values


@pytest.mark.parametrize("name", wide_but(LARGE, "lstm".__eq__))
def test_the_steepest_weights_are_checked(name: str) -> None:
    found = overview(name)
    assert len(found.weights) == 12
    for weight in found.weights:
        assert weight.check is not None
        assert weight.check.verdict != DIFFER


@pytest.mark.parametrize("name", wide_but(LARGE, "lstm".__eq__))
def test_it_says_what_it_leaves_out(name: str) -> None:
    assert any("too large" in text for text in overview(name).left_out)


@pytest.mark.parametrize("name", wide_but(["digits", "cnn"], "digits".__eq__))
def test_the_jacobian_collapses_to_p_minus_t(name: str) -> None:
    own = table(overview(name), "Jacobian")
    *rows, last = [numbers(row) for row in own.rows]
    outputs = [numbers(row) for row in table(overview(name), "Outputs").rows]
    p, t = [row[0] for row in outputs], [row[1] for row in outputs]
    for j in range(len(p)):
        through = sum(-t[i] / p[i] * rows[i][j] for i in range(len(p)))
        assert through == pytest.approx(last[j], abs=1e-12)
        assert last[j] == p[j] - t[j]


@pytest.mark.wide
def test_a_weight_of_a_kernel_has_all_its_terms() -> None:
    found = overview("cnn", weight="c1.weight[0, 0, 1, 1]", sample=3)
    own = table(found, "dw_c1[0][0][1][1]")
    assert "64 terms" in own.title  # in the middle it meets every pixel
    terms = [numbers(row) for row in own.rows]
    total = 0.0
    for term, so_far in terms:
        total += term
        assert so_far == total
    assert overview("cnn", weight="w_c1[0][0][1][1]", sample=3).tables == found.tables


def test_a_window_shows_which_input_meets_which_weight() -> None:
    """In a layer with padding, and in one whose windows are two apart."""
    for name, layer, apart in (("cnn", "c1", 1), ("resnet_tiny", "stem", 2)):
        found = overview(name)
        image = table(found, f"{layer}: one window")
        lit = [
            (y, x)
            for y, row in enumerate(image.rows)
            for x, cell in enumerate(row[1:])
            if isinstance(cell, Pixel) and cell.is_lit
        ]
        (y, x), count = lit[0], len(lit)
        assert lit == [(y + i, x + j) for i in range(3) for j in range(3)]
        *rows, total = table(found, f"{layer}: the same window").rows
        assert len(rows) == count and total[0] == "sum"
        assert [str(row[2])[-6:] for row in rows] == [f"[{a}][{b}]" for a, b in lit]
        added = 0.0
        for row in rows:
            weight, pixel, term = numbers(row)
            assert term == weight * pixel
            added += term
        assert numbers(total) == [added]
        met = [
            (y, x)
            for y, row in enumerate(table(found, f"Where w_{layer}").rows)
            for x, cell in enumerate(row[1:])
            if isinstance(cell, Pixel) and cell.is_lit
        ]
        assert (met[1][1] - met[0][1], len(met)) == (apart, 49 if apart == 1 else 9)
        samples = len(found.batch) if apart == 2 else 1  # of those that a layer mixes
        assert f"{len(met) * samples} terms" in table(found, f"dw_{layer}").title


def test_a_number_inside_has_all_its_terms() -> None:
    own = table(overview("lstm", neuron="dh_memory[3][2]"), "dh_memory[3][2]")
    total = 0.0
    for row in own.rows:
        term, so_far = numbers(row)
        total += term
        assert so_far == total
    assert len(own.rows) > 20  # from the output, and from the gates of the next step


def test_winners_are_the_largest_of_their_windows() -> None:
    own = table(overview("cnn"), "p1: who won")
    assert "128 windows" in own.title
    assert all(math.isfinite(value) for row in own.rows for value in numbers(row))


def test_states_are_told_step_by_step() -> None:
    own = table(overview("lstm", sample=2), "step by step")
    assert [row[0] for row in own.rows] == [f"h[{t}]" for t in range(7)]
    assert numbers(own.rows[0])[0] == 0.0


@pytest.mark.slow
def test_attention_says_who_looks_at_whom() -> None:
    found = overview("gpt")
    for head in range(1, 5):
        for at, row in enumerate(table(found, f"mix, head {head}").rows):
            shares = numbers(row)
            assert sum(shares) == pytest.approx(1.0) and not any(shares[at + 1 :])
    assert "6 of 27 rows are touched" in table(found, "letter.weight").title


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", wide_but(["digits", "lstm"], "lstm".__eq__))
def test_every_view_shows_it(name: str, form: str) -> None:
    path = str(ROOT / "examples" / f"{name}.yaml")
    found = bpgen("explain", path, "--format", form)
    assert (found.code, found.err) == (0, "")
    from bpgen.explaining.digits import digits

    loss = digits(overview(name).losses.after.value, 9)
    assert loss in found.out


@pytest.mark.wide
def test_steps_lead_where_training_does() -> None:
    found = overview("lstm", steps=3)
    network = load_network(str(ROOT / "examples" / "lstm.yaml"))
    net = evaluated_net(network, lower(network))
    assert network.data is not None
    rows, aims = (
        list(map(list, own)) for own in (network.data.inputs, network.data.targets)
    )
    losses = [net._mean_loss(rows, aims)]
    for first in (0, 8, 16):
        net.train_step(rows[first : first + 8], aims[first : first + 8])
        losses.append(net._mean_loss(rows, aims))
    shown = {row.step: row.loss for row in found.course}
    assert shown == {step: losses[step] for step in (0, 1, 2, 3)}


NOTATION = {
    "nielsen": ("w^1_8111", "\u03b4^6_9", "how C reacts to z^6_9"),
    "matrix": ("W1[8,1,1,1]", "\u03b46[9]"),
    "pytorch": ("c1.weight[7, 0, 0, 0]", "o.weight.grad[8, 62]"),
    "mazur": ("out_c1[7][4][4]", "\u2202E_total/\u2202out_p2[15][1][0]"),
}


@pytest.mark.parametrize("notation", wide_but(NOTATION, "mazur".__eq__))
def test_a_large_net_speaks_every_notation(notation: str) -> None:
    path = str(ROOT / "examples" / "cnn.yaml")
    found = bpgen("explain", path, "--sample", "3", "--notation", notation)
    assert (found.code, found.err) == (0, "")
    for name in NOTATION[notation]:
        assert name in found.out
    for value in ("0.415691524", "0.0539478657"):
        assert value in found.out


@pytest.mark.parametrize("name", wide_but(["cnn", "lstm", "iris"], "cnn".__ne__))
def test_a_handout_can_be_filled_in(name: str) -> None:
    """What is left out is told in a step, and what no step tells is given."""
    found = overview(name, blanks=True) if name != "iris" else small_handout(name)
    solutions = table(found, "Solutions")
    names = {str(row[0]) for row in solutions.rows}
    assert all(math.isfinite(x) for row in solutions.rows for x in numbers(row))
    blank = 0
    for step in found.steps:
        for made in step.derivations:
            assert math.isnan(made.quantity.value) or made.quantity.is_given
            for piece in made.formula:
                if isinstance(piece, Quantity) and math.isnan(piece.value):
                    assert piece.name in names
                    blank += 1
    assert blank > 10


def small_handout(name: str) -> Explanation:
    path = str(ROOT / "examples" / f"{name}.yaml")
    network = load_network(path)
    net = Net(path, network, unroll(lower(network)))
    return explanation_of(net, emitted_of(net, "python"), Request(blanks=True))


BAD = {
    "--weight w_c1": "--weight: w_c1 is 8 x 1 x 3 x 3: name one as w_c1[0][0][0][0]",
    "--weight w_c1[8][0][0][0]": (
        "--weight: w_c1 is 8 x 1 x 3 x 3: name one as w_c1[0][0][0][0]"
    ),
    "--neuron a_c9[0]": (
        "--neuron: unknown name 'a_c9' (did you mean 'a_c1' or 'a_c2'?)"
    ),
}


@pytest.mark.parametrize(("call", "message"), BAD.items())
def test_a_bad_call_is_one_line(call: str, message: str) -> None:
    path = str(ROOT / "examples" / "cnn.yaml")
    found = bpgen("explain", path, *call.split())
    assert (found.code, found.out, found.err) == (2, "", f"error: {message}\n")


@pytest.mark.parametrize("name", ["digits", "lstm"])
def test_the_gradients_of_a_batch_are_the_means_of_its_samples(name: str) -> None:
    found = overview(name)
    count = len(found.batch)
    assert len(found.sample_losses) == count > 1
    mean = sum(own.value for own in found.sample_losses) / count
    assert mean == pytest.approx(found.losses.before.value, rel=1e-12)
    for weight in found.weights:
        assert weight.gradient is not None and len(weight.samples) == count
        mean = sum(own.value for own in weight.samples) / count
        assert mean == pytest.approx(weight.gradient.value, rel=1e-12)


SPECIAL = {  # the layers of a small net, and what is told of them
    "conv2d": ("one window of one filter", "the same window in numbers", "terms"),
    "max_pool2d_plain": ("who won",),
    "lstm_sequence": ("step by step",),
    "embedding_flat": ("rows are touched",),
    "attention": ("shares of attention",),
}


@pytest.mark.parametrize(("name", "titles"), SPECIAL.items())
def test_a_small_net_has_the_special_views_too(
    name: str, titles: tuple[str, ...]
) -> None:
    network = NETS[name].network
    net = Net(f"{name}.yaml", network, unroll(lower(network)))
    found = explanation_of(net, emitted_of(net, "python"), Request())
    for title in titles:
        assert table(found, title).rows
