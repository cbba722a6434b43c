"""A large net is told layer by layer: one number of each array, in full."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from explaining.pages import in_page, violations
from nets.table import NETS as TABLE
from running.tiers import wide_but
from running.tools import ROOT, bpgen

from bpgen.commands.emit import Net
from bpgen.commands.explain import overview_of
from bpgen.commands.explain_large import engine_of
from bpgen.commands.nets import load_network
from bpgen.explaining.explain import AFTER
from bpgen.explaining.model import Derivation, Explanation, Formula, Pixel, Quantity
from bpgen.explaining.request import Request
from bpgen.lowering.network import lower
from bpgen.program.compiled import Compiler
from bpgen.program.nodes import Call
from bpgen.program.walks import statements, walk

FAST = ("digits", "cnn", "lstm")
NETS = (
    *FAST,
    pytest.param("gpt", marks=pytest.mark.slow),
    pytest.param("resnet_tiny", marks=pytest.mark.slow),
)
LEFT_OUT = re.compile(r"\d+ more terms of this sum are left out")


@cache
def overview(name: str) -> Explanation:
    path = str(ROOT / "examples" / f"{name}.yaml")
    network = load_network(path)
    net = Net(path, network, lower(network))
    return overview_of(net, "python", Request(sample=3))


@cache
def functions(name: str) -> dict[str, Any]:
    """What formulas call."""
    program = lower(load_network(str(ROOT / "examples" / f"{name}.yaml")))
    compiler, found = Compiler(set(), {}), {}
    for _, block in program.blocks():
        for statement in statements(block):
            for node in walk(statement.value):
                if isinstance(node, Call):
                    own = compiler.function(node.function)
                    found[node.function.name] = compiler.space[own]
    return found


def derivations(name: str) -> list[tuple[str, Derivation]]:
    steps = overview(name).steps
    return [(step.id, made) for step in steps for made in step.derivations]


def value_of(formula: Formula, known: dict[str, Any]) -> float:
    """What a formula comes to, with the numbers that it shows."""
    parts = [
        f"({piece.value!r})" if isinstance(piece, Quantity) else piece
        for piece in formula
    ]
    return float(eval(" ".join(parts), dict(known)))


@pytest.mark.parametrize("name", NETS)
def test_every_number_is_what_its_formula_says(name: str) -> None:
    """Each term of a sum stands there with the value that it had in its own round."""
    whole = 0
    for step, made in derivations(name):
        if made.formula[-1] == "...":
            assert LEFT_OUT.search(made.hint), (step, made.quantity.name)
            continue
        whole += 1
        found = value_of(made.formula, functions(name))
        place = step, made.quantity.name
        assert found == pytest.approx(made.quantity.value, rel=1e-12, abs=1e-15), place
    assert whole > 10


# A choice in a sum; sums that go on from another layer's step; two directions; masks.
DELICATE = ("conv2d_groups", "graph_steps", "gru_stacked")


@pytest.mark.parametrize("name", DELICATE)
def test_sums_that_go_on_are_what_their_formulas_say(name: str) -> None:
    net, compiler = TABLE[name], Compiler(set(), {})
    known: dict[str, Any] = {}
    for _, block in net.program.blocks():
        for statement in statements(block):
            for node in walk(statement.value):
                if isinstance(node, Call):
                    own = compiler.function(node.function)
                    known[node.function.name] = compiler.space[own]
    asked = Net(f"{name}.yaml", net.network, net.program)
    for step in overview_of(asked, "python", Request()).steps:
        for made in step.derivations:
            if made.formula[-1] != "...":
                found = value_of(made.formula, known)
                assert found == pytest.approx(made.quantity.value, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", NETS)
def test_every_line_stands_in_the_emitted_file(name: str) -> None:
    lines = (ROOT / "generated" / "python" / f"{name}.py").read_text().split("\n")
    seen = 0
    for step, made in derivations(name):
        if made.code is not None:
            seen += 1
            first = made.code.text.split("\n")[0]
            assert lines[made.code.line - 1].strip() == first, (step, made.quantity)
    assert seen > 10


@pytest.mark.wide
@pytest.mark.parametrize(
    "language", wide_but(["dart", "javascript", "c", "go"], "dart".__eq__)
)
@pytest.mark.parametrize("name", ["cnn", pytest.param("gpt", marks=pytest.mark.slow)])
def test_every_line_stands_in_other_languages(name: str, language: str) -> None:
    path = str(ROOT / "examples" / f"{name}.yaml")
    network = load_network(path)
    net = Net(path, network, lower(network))
    steps = overview_of(net, language, Request()).steps
    found = [made.code for step in steps for made in step.derivations if made.code]
    lines = (ROOT / "generated" / language / found[0].file).read_text().split("\n")
    assert len(found) > 20
    for code in found:
        assert lines[code.line - 1].strip() == code.text.split("\n")[0]


@pytest.mark.parametrize("name", NETS)
def test_the_steps_go_through_every_layer_and_back(name: str) -> None:
    found, network = overview(name), load_network(f"{ROOT}/examples/{name}.yaml")
    ids = [step.id for step in found.steps]
    layers = [layer.name for layer in network.layers]
    forward = [id_ for id_ in ids if id_.startswith("forward-")]
    back = [id_ for id_ in ids if id_.startswith("backward-")]
    own = [f"forward-{layer}" for layer in layers]
    assert [id_ for id_ in forward if id_ != "forward-softmax"] == own
    told = [id_.removeprefix("backward-") for id_ in back]
    assert told[0] == "loss" and set(told[1:]) <= set(layers)
    assert told[1:] == [layer for layer in layers[::-1] if layer in told]
    assert ids[-2:] == ["update", "after"] and found.steps[-1].text == (AFTER,)
    anchors = [made.quantity.key for _, made in derivations(name)]
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("name", FAST)
def test_the_update_is_that_of_the_step(name: str) -> None:
    found = overview(name)
    after = {weight.after.name: weight.after.value for weight in found.weights}
    moved = [m for s, m in derivations(name) if m.quantity.name in after]
    assert len(moved) == 3
    for made in moved:
        assert made.quantity.value == after[made.quantity.name]


@pytest.mark.parametrize("name", FAST)
def test_the_marked_number_is_told_below_its_image(name: str) -> None:
    count = 0
    for step in overview(name).steps:
        for table in step.tables:
            lit = [
                cell
                for row in table.rows
                for cell in row
                if isinstance(cell, Pixel) and cell.is_lit
            ]
            if ": what the layer" in table.title or ": how the loss" in table.title:
                count += 1
                assert len(lit) == 1, (step.id, table.title)
                assert table.text.startswith("The one in the frame"), step.id
                array = table.title.partition(":")[0]
                told = [
                    text
                    for made in step.derivations
                    for text in (
                        made.quantity.name,
                        made.words.partition("kept as ")[2],
                    )
                ]
                assert any(text.startswith(array) for text in told), step.id
    assert count > 3


def test_each_path_of_a_long_sum_is_there() -> None:
    """A state gets slopes from the output and from each gate of the next step."""
    made = next(
        m for _, m in derivations("lstm") if m.quantity.name[:10] == "dh_memory["
    )
    names = {piece.name for piece in made.formula if isinstance(piece, Quantity)}
    assert "..." in made.formula
    for own in ("da_memory", "dz_i", "dz_f", "dz_g", "dz_o"):
        assert any(name.startswith(own) for name in names), own


@cache
def page(name: str) -> str:
    path = str(ROOT / "examples" / f"{name}.yaml")
    found = bpgen("explain", path, "--format", "html", "--sample", "3")
    assert (found.code, found.err) == (0, "")
    return found.out


@pytest.mark.wide
def test_its_page_steps_from_layer_to_layer(tmp_path: Path) -> None:
    snippet = """
    const press = (key) =>
      doc.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const here = () => doc.querySelector(".step.now").id;
    const boxes = () => [...doc.querySelectorAll("a[data-layer].on")];
    const lit = () => boxes().map((a) => a.dataset.layer).join();
    const seen = [[here(), lit()]];
    doc.querySelector("#next").click(); seen.push([here(), lit()]);
    press("ArrowRight"); seen.push([here(), lit()]);
    press("ArrowLeft"); seen.push([here(), lit(), frame.contentWindow.location.hash]);
    doc.querySelector('a[data-layer="o"]').dispatchEvent(
      new MouseEvent("click", { bubbles: true, cancelable: true }));
    await wait(200);
    seen.push([here(), lit()]);
    frame.contentWindow.location.hash = "#backward-loss";
    await wait(200);
    const box = doc.querySelector('a[data-layer="c2"]');
    seen.push([here(), box.getAttribute("href")]);
    frame.contentWindow.location.hash = "#db_o[" + AT + "]";
    await wait(200);
    seen.push([here(), doc.querySelector(".found").id, doc.activeElement.id]);
    const steps = [...doc.querySelectorAll(".step")];
    const shown = steps.filter((step) => step.offsetHeight).length;
    return { seen, shown, wide: doc.documentElement.scrollWidth };
    """
    made = next(m for _, m in derivations("cnn") if m.quantity.name[:5] == "db_o[")
    at = json.dumps(made.quantity.name[5:-1])
    found = in_page(tmp_path, page("cnn"), snippet.replace("AT", at), 412)
    assert found["seen"] == [
        ["start", "input"],
        ["forward-c1", "c1"],
        ["forward-p1", "p1"],
        ["forward-c1", "c1", "#forward-c1"],
        ["forward-o", "o"],
        ["backward-loss", "#backward-c2"],
        ["backward-o", made.quantity.key, made.quantity.key],
    ]
    assert found["shown"] == 1 and found["wide"] <= 412


@pytest.mark.wide
@pytest.mark.parametrize(("theme", "width"), [("light", 412), ("dark", 1300)])
def test_axe_finds_nothing_on_its_page(theme: str, width: int, tmp_path: Path) -> None:
    ids = ["start", "forward-c1", "loss", "backward-p1", "update", "after"]
    assert violations(tmp_path, page("cnn"), theme, width, ids) == []


LIVE = """
const number = (name) => doc.querySelector(`[data-n="${name}"]`).textContent;
const read = () =>
  [...doc.querySelectorAll("[data-n]")].map((b) => [b.dataset.n, b.textContent]);
const type = (name, text) => {
  const input = doc.querySelector(`.edits input[name="${name}"]`);
  input.value = text;
  input.dispatchEvent(new Event("input"));
};
const said = () => getComputedStyle(doc.querySelector(".step .mine")).display;
const before = read(), was = said();
type("learning_rate", doc.querySelector('[name="learning_rate"]').value);
const same = read();
type("learning_rate", "0.5");
type(doc.querySelectorAll(".edits input")[1].name, "0.25");
const changed = ["loss_before", "loss_after", "output_0"].map(number);
const now = said();
doc.querySelector("#reset").click();
const reset = read();
doc.querySelector('[data-epochs="1"]').click();
const told = doc.querySelector("#told");
while (!told.textContent.startsWith("epoch 1,")) await wait(20);
doc.querySelector("#take").click();
const after = number("loss_before");
return { before, same, changed, reset, was, now, told: told.textContent, after };
"""


@pytest.mark.parametrize("name", wide_but(("digits", "lstm"), "lstm".__eq__))
def test_its_page_learns_as_the_emitted_file_does(name: str, tmp_path: Path) -> None:
    found = in_page(tmp_path, page(name), LIVE, 1300)
    kinds = ("central_", "dual_")  # noise decides the digits of the first
    for key in ("same", "reset"):
        for own, other in zip(found["before"], found[key], strict=True):
            assert own == other or own[0].startswith(kinds), (key, own, other)
    assert (found["was"], found["now"]) == ("none", "block")
    path = str(ROOT / "examples" / f"{name}.yaml")
    network = load_network(path)
    assert network.data is not None
    rows, aims = (
        list(map(list, own)) for own in (network.data.inputs, network.data.targets)
    )
    batch = [n - 1 for n in overview(name).batch]
    net = engine_of(Net(path, network, lower(network)))
    given = [list(rows[at]) for at in batch]
    given[batch.index(2)][0] = 0.25
    own_aims = [aims[at] for at in batch]
    net.learning_rate = 0.5
    losses = [net.batch_gradients(given, own_aims)]
    net.update()
    losses.append(net.batch_gradients(given, own_aims))
    shown = list(map(float, found["changed"][:2]))
    assert shown == pytest.approx(losses, rel=1e-8)
    trained = engine_of(Net(path, network, lower(network)))
    count = re.search(r"over the first (\d+) of its", page(name))
    known = int(count[1]) if count else len(rows)
    loss = trained.train(rows[:known], aims[:known], epochs=1)
    told = re.fullmatch(r"epoch 1, loss ([\d.e-]+)", found["told"])
    assert told and float(told[1]) == pytest.approx(loss, rel=1e-8)
    first = [rows[at] for at in batch], [aims[at] for at in batch]
    again = trained.batch_gradients(*first)
    assert float(found["after"]) == pytest.approx(again, rel=1e-8)


@pytest.mark.parametrize("name", FAST)
def test_the_curves_have_the_numbers_that_are_told(name: str) -> None:
    values = {made.quantity.value for _, made in derivations(name)}
    curves = overview(name).curves
    assert curves
    for curve in curves:
        assert len(curve.dots) == len(curve.marks) > 0
        for _, y in curve.dots:
            assert y in values


SPEAK = """
const names = {};
for (const own of ["nielsen", "pytorch", "names"]) {
  const select = doc.querySelector("#notation");
  select.value = own;
  select.dispatchEvent(new Event("change"));
  names[own] = doc.querySelector(DERIVATION).querySelector("h4 .nm").textContent;
}
return names;
"""


def test_its_page_speaks_every_notation(tmp_path: Path) -> None:
    made = next(m for _, m in derivations("lstm") if m.quantity.name[:6] == "dw_odd")
    place = f'[id="{made.quantity.key}"]'
    snippet = SPEAK.replace("DERIVATION", json.dumps(place))
    found = in_page(tmp_path, page("lstm"), snippet, 1300)
    at = made.quantity.name.removeprefix("dw_odd")
    assert found["names"] == made.quantity.name
    assert found["pytorch"] == f"odd.weight.grad{at.replace('][', ', ')}"
    assert found["nielsen"].startswith("\u2202C/\u2202w^2_")
