"""The page: whole without a script, live with one, and nothing leaves it."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from explaining.pages import in_page, violations
from nets.table import NETS
from running.tiers import wide_but
from running.tools import ROOT, bpgen, on_path, program

from bpgen.commands.emit import Net
from bpgen.commands.explain import page_of
from bpgen.commands.explain_page import OPTIONS, script_page
from bpgen.commands.nets import load_network
from bpgen.explaining.request import Request
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.styles.unrolled import unroll
from bpgen.writing.render import render
from bpgen.writing.trace import RECORD, traced, untraced

SMALL = ("mazur", "xor", "iris", "taste", "regression", "autoencoder")
LARGEST = 300_000  # bytes, of the page of a small net
READ = """
const read = () =>
  [...doc.querySelectorAll("[data-n]")].map((b) => [b.dataset.n, b.textContent]);
const type = (name, text) => {
  const input = doc.querySelector(`.edits input[name="${name}"]`);
  input.value = text;
  input.dispatchEvent(new Event("input"));
};
const press = (key) =>
  doc.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const click = (selector) =>
  doc.querySelector(selector).dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true }));
const number = (name) => doc.querySelector(`[data-n="${name}"]`).textContent;
const here = () => doc.querySelector(".step.now").id;
"""


@cache
def page(path: Path, *more: str) -> str:
    found = bpgen("explain", str(path), "--format", "html", *more)
    assert (found.code, found.err) == (0, "")
    return found.out


def example(name: str) -> Path:
    return ROOT / "examples" / f"{name}.yaml"


def ask(folder: Path, text: str, snippet: str, width: int = 1300) -> Any:
    """What a snippet finds on a page."""
    return in_page(folder, text, READ + snippet, width)


# --- The file -----------------------------------------------------------------------


class Reader(HTMLParser):
    """Notes the tags that are open, and every address."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input", "br"):
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and value:
                self.addresses.append(value)
            if name == "id" and value:
                self.ids.append(value)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass  # what was closed by itself


@pytest.mark.parametrize("name", wide_but(SMALL, ("mazur", "taste").__contains__))
def test_nothing_leaves_the_file_and_every_link_leads_somewhere(name: str) -> None:
    text, reader = page(example(name)), Reader()
    reader.feed(text)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert {a for a in reader.addresses if not a.startswith("#")} == {"data:,"}
    links = {a[1:] for a in reader.addresses if a.startswith("#")}
    if name in ("mazur", "xor"):
        assert links <= set(reader.ids)
    assert not re.search(r"https?:|@import|url\(", text)


@pytest.mark.parametrize("name", [*SMALL, "rent"])
def test_the_page_of_a_small_net_is_small(name: str) -> None:
    assert len(page(example(name)).encode()) < LARGEST


def test_every_number_stands_in_the_page_before_any_script_runs() -> None:
    text = page(example("mazur"), "--contrast", "stale-weights")
    static = text[: text.index("<script")]
    shown = set(re.findall(r"<b data-n[^>]*>\(?(-?[\d.e+-]+)\)?</b>", static))
    shown |= set(re.findall(r"<b data-p data-n[^>]*>\(?(-?[\d.e+-]+)\)?</b>", static))
    for digits in ("0.377500000", "-0.0190491183", "4.38567734e-04", "0.291027774"):
        assert digits in shown
    assert "0.291027924" in shown


@pytest.mark.wide
@pytest.mark.parametrize("name", SMALL)
def test_without_the_records_its_code_is_the_emitted_text(name: str) -> None:
    network = load_network(str(example(name)))
    net = Net(str(example(name)), network, unroll(lower(network)))
    own = script_page(net)
    text = render(own)
    code = traced(own, text, own.names.scalar)
    assert untraced(code) == text
    assert code.count(RECORD.split("{}")[0]) > 10
    options = ("--comments", "none", "--library", "--no-fast")
    emitted = bpgen("emit", str(example(name)), "--lang", "javascript", *options)
    made = re.compile(r"from \S+\. Do not edit")  # the path to net.yaml
    assert made.sub("", text) == made.sub("", emitted.out)
    assert OPTIONS.language == "javascript"


# --- Live -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", wide_but(SMALL, ("mazur", "taste").__contains__))
def test_the_page_finds_the_same_digits(name: str, tmp_path: Path) -> None:
    snippet = """
    const before = read();
    const first = doc.querySelector(".edits input");
    type(first.name, first.value);
    const after = read();
    return { before, after, live: doc.documentElement.classList.contains("live") };
    """
    found = ask(tmp_path, page(example(name)), snippet)
    assert found["live"] and len(found["before"]) > 200
    for (key, before), (_, after) in zip(found["before"], found["after"], strict=True):
        if not key.startswith("central_"):  # noise decides their last digits
            assert (key, before) == (key, after)


# One of each kind that could get out of step: terms added one by one, what an update
# works out on its way, masks that are drawn, states through time.
KINDS = ("conv2d", "optimizer_l1", "dropout", "lstm_sequence", "optimizer_adamw")


@pytest.mark.wide
@pytest.mark.parametrize("name", KINDS)
def test_the_page_finds_the_same_digits_for_every_kind(
    name: str, tmp_path: Path
) -> None:
    program = unroll(lower(NETS[name].network))
    net = Net(f"{name}.yaml", NETS[name].network, program)
    snippet = """
    const before = read();
    const first = doc.querySelector(".edits input");
    type(first.name, first.value);
    return { before, after: read() };
    """
    found = ask(tmp_path, page_of(net, "python", Request()), snippet)
    for (key, before), (_, after) in zip(found["before"], found["after"], strict=True):
        if not key.startswith("central_"):
            assert (key, before) == (key, after)


@pytest.mark.wide
def test_it_keeps_the_optimizers_state(tmp_path: Path) -> None:
    net = example("mazur").read_text()
    path = tmp_path / "net.yaml"
    path.write_text(re.sub("optimizer: .*", "optimizer: {type: adam}", net))
    snippet = """
    const before = read();
    type("i1", "0.05");
    return { before, after: read() };
    """
    found = ask(tmp_path, page(path), snippet)
    assert [p for p in found["before"] if "central" not in p[0]] == [
        p for p in found["after"] if "central" not in p[0]
    ]


@pytest.mark.wide
def test_the_page_and_python_agree_in_all_but_rounding(tmp_path: Path) -> None:
    snippet = 'const a = read(); type("i1", "0.05"); return [a, read()];'
    text = page(example("mazur"), "--digits", "17")
    before, after = ask(tmp_path, text, snippet)
    for (key, one), (_, other) in zip(before, after, strict=True):
        if not key.startswith("central_"):
            values = [float(text.strip("()")) for text in (one, other)]
            assert values[0] == pytest.approx(values[1], abs=1e-12), key


def test_a_changed_number_changes_all_that_hangs_on_it(tmp_path: Path) -> None:
    snippet = """
    type("i1", "0.5");
    type("w_o1_h1", "-0.4");
    const found = Object.fromEntries(read().filter(([key]) => !key.startsWith("dual")));
    const edited = doc.documentElement.classList.contains("edited");
    type("i2", "none");
    const bad = doc.querySelector('input[name="i2"]').getAttribute("aria-invalid");
    doc.querySelector("#reset").click();
    return { found, edited, bad, back: number("z_h1"), dual: number("dual_dw_h1_i1") };
    """
    found = ask(tmp_path, page(example("mazur")), snippet)
    net = example("mazur").read_text().replace("[[0.05, 0.10]]", "[[0.5, 0.10]]")
    (tmp_path / "net.yaml").write_text(net.replace("[0.40, 0.45]", "[-0.40, 0.45]"))
    own = json.loads(
        bpgen("explain", str(tmp_path / "net.yaml"), "--format", "json").out
    )
    digits = {
        made["quantity"]["key"]: made["quantity"]["digits"]
        for step in own["steps"]
        for made in step["derivations"]
    }
    assert len(digits) > 30
    for key, text in digits.items():
        assert found["found"][key].strip("()") == text, key
    assert (found["edited"], found["bad"]) == (True, "true")
    assert (found["back"], found["dual"]) == ("0.377500000", "4.38567734e-04")


def test_it_steps_by_buttons_keys_and_links(tmp_path: Path) -> None:
    snippet = """
    const seen = [here()];
    doc.querySelector("#next").click(); seen.push(here());
    press("ArrowRight"); seen.push(here());
    press("ArrowLeft"); seen.push(here(), frame.contentWindow.location.hash);
    frame.contentWindow.location.hash = "#dw_h1_i2";
    await wait(200);
    seen.push(here(), doc.querySelector(".found").id, doc.activeElement.id);
    click('[data-u="o1"]');
    await wait(200);
    seen.push(here());
    const current = doc.querySelectorAll('[aria-current="step"]').length;
    doc.querySelector('a[href="#backward-h1-by-o2"]').click();
    await wait(200);
    const slope = doc.querySelector('.label.slope[data-l="w_o2_h1"]').textContent;
    const said = doc.querySelector("#said").textContent;
    return { seen, current, slope, said, here: here() };
    """
    found = ask(tmp_path, page(example("mazur")), snippet)
    assert found["seen"][:5] == [
        *("start", "forward-h1", "forward-h2", "forward-h1"),
        "#forward-h1",
    ]
    assert found["seen"][5:] == ["backward-h1", "dw_h1_i2", "dw_h1_i2", "backward-o1"]
    assert (found["current"], found["slope"]) == (1, "-0.019")
    assert found["here"] == "backward-h1-by-o2"
    assert found["said"].startswith("Step 11 of 17")


def test_it_trains_as_the_emitted_file_does(tmp_path: Path) -> None:
    snippet = """
    doc.querySelector('[data-epochs="100"]').click();
    while (!doc.querySelector("#told").textContent.startsWith("epoch 100,")) {
      await wait(20);
    }
    const told = doc.querySelector("#told").textContent;
    const line = doc.querySelector("#lossline").getAttribute("d");
    doc.querySelector("#take").click();
    return { told, line, z: number("z_h1"), w: number("w_h1_i1") };
    """
    found = ask(tmp_path, page(example("mazur")), snippet)
    network = load_network(str(example("mazur")))
    net = evaluated_net(network, lower(network))
    assert network.data is not None
    rows = list(map(list, network.data.inputs)), list(map(list, network.data.targets))
    loss = net.train(*rows, epochs=100)
    told = re.fullmatch(r"epoch 100, loss ([\d.e-]+)", found["told"])
    assert told and float(told[1]) == pytest.approx(loss, rel=1e-8)
    assert found["line"].count("L") == 99
    weight = net.blocks.rows("parameters")[0][0]
    assert float(found["w"]) == pytest.approx(weight, rel=1e-8)


@pytest.mark.wide
def test_a_notation_changes_the_names(tmp_path: Path) -> None:
    snippet = """
    const names = {};
    for (const own of ["mazur", "pytorch", "nielsen", "names"]) {
      const select = doc.querySelector("#notation");
      select.value = own;
      select.dispatchEvent(new Event("change"));
      names[own] = doc.querySelector("#dw_o1_h2 h4 .nm").textContent;
    }
    return { names, value: number("dw_o1_h2") };
    """
    found = ask(tmp_path, page(example("mazur")), snippet)
    assert found["names"] == {
        "mazur": "\u2202E_total/\u2202w6",
        "pytorch": "o.weight.grad[0, 1]",
        "nielsen": "\u2202C/\u2202w^2_12",
        "names": "dw_o1_h2",
    }
    assert found["value"] == "0.0826676278"


@pytest.mark.parametrize(
    ("theme", "width"),
    [("light", 1300), pytest.param("dark", 412, marks=pytest.mark.wide)],
)
@pytest.mark.parametrize(
    "name", ["mazur", pytest.param("iris", marks=pytest.mark.wide)]
)
def test_axe_finds_nothing(name: str, theme: str, width: int, tmp_path: Path) -> None:
    ids = ["start", "forward-h1", "loss", "backward-h1", "update", "after"]
    assert violations(tmp_path, page(example(name)), theme, width, ids) == []


@pytest.mark.wide
def test_it_prints(tmp_path: Path) -> None:
    browser = on_path("chromium", "chromium-browser", "google-chrome")
    path = tmp_path / "mazur.html"
    path.write_text(page(example("mazur")), encoding="utf-8")
    pdf = tmp_path / "mazur.pdf"
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={pdf}")
    folder = f"--user-data-dir={tmp_path / 'browser'}"
    program(browser, *options, folder, path.as_uri(), timeout=120)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes()))
    assert 3 <= pages <= 20


TWO_WAYS = """\
input: 2
layers:
  - {type: dense, name: a, units: 2, activation: tanh}
  - {type: dense, name: b, units: 2, activation: tanh, inputs: [input]}
  - {type: concat, name: both, inputs: [a, b]}
  - {type: dense, name: o, units: 1}
loss: mse
optimizer: sgd
data: {inputs: [[0, 1], [1, 0]], targets: [[0], [1]]}
"""


@pytest.mark.wide
def test_a_picture_of_layers_marks_the_one_of_the_step(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(TWO_WAYS)
    snippet = """
    const marked = [];
    for (let k = 0; k < 17; k++) {
      const on = [...doc.querySelectorAll("[data-layer].on")];
      marked.push(on.map((box) => box.dataset.layer).join());
      press("ArrowRight");
    }
    return marked;
    """
    found = ask(tmp_path, page(tmp_path / "net.yaml"), snippet)
    assert [name for name, _ in groupby(filter(None, found))] == [
        *("input", "a", "b", "both", "o", "loss", "o", "both", "b", "a")
    ]
