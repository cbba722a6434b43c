"""What emitted comments say: true, unbroken, in names that the code has.

Every net of the tables and the drawn ones would take minutes: one in twelve is looked
at, BPGEN_ALL_COMMENTS=1 takes all.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nets.own import own_net
from nets.stress import HARD, stress
from nets.table import NETS
from running.tools import EXAMPLES

from bpgen.commands.emit import text_of
from bpgen.commands.nets import load_network
from bpgen.errors import Problems
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.network.network import Network, resolve
from bpgen.network.spec import load
from bpgen.writing.options import Comments, Options

EVERY = 1 if os.environ.get("BPGEN_ALL_COMMENTS") else 12
MOST_UNROLLED = 400  # weights
DRAWN = [*HARD[::2], *map(stress, range(6)), *map(own_net, range(3))]
NAME = re.compile(r"[A-Za-z_]\w*")
NUMBER = re.compile(r"\b\d[\d.]*(e-?\d+)?\b")


def resolved(text: str) -> Network:
    """The network of a net.yaml."""
    problems = Problems()
    return resolve(load(text.encode(), "net.yaml", problems), Path(), problems)


def emitted(network: Network, language: str, style: str) -> str:
    options = Options(language, style, Comments.FULL, library=True)
    return text_of(network, lower(network), options, "net.yaml")


def example(name: str, language: str = "python", style: str = "unrolled") -> str:
    (path,) = (path for path in EXAMPLES if path.stem == name)
    return emitted(load_network(str(path)), language, style)


def comments(text: str, mark: str) -> Iterator[str]:
    """Each run of comment lines as one text."""
    found: list[str] = []
    for line in map(str.strip, text.split("\n")):
        if line.startswith(f"{mark} "):
            found.append(line.removeprefix(f"{mark} "))
        elif found:
            yield " ".join(found)
            found = []


def faults(text: str, language: str) -> Iterator[str]:
    """What is wrong with the comments of a file."""
    mark, width = LANGUAGES[language].comment, LANGUAGES[language].width
    lines = [line.strip() for line in text.split("\n")]
    code = "\n".join(line for line in lines if not line.startswith(mark))
    names = set(NAME.findall(code))
    for comment in comments(text, mark):
        if re.search(r"\bd(L/d)?d\w+/d|dL/dd", comment):
            yield f"a derivative of a derivative: {comment}"
        for quote in re.findall(r"Forward: (.*?)(?:, and |$| Forward:)", comment):
            for name in NAME.findall(NUMBER.sub("", quote)):
                if name not in names:
                    yield f"{name} is nowhere in the code: {quote}"
    for line in text.split("\n"):
        is_comment = line.strip().startswith(mark)
        if is_comment and len(line) > width:
            yield f"too wide: {line}"
        if is_comment and re.search(r" [-+*/=]$", line):
            yield f"a formula is broken: {line}"


def networks() -> Iterator[tuple[str, Network]]:
    for name in list(NETS)[::EVERY]:
        yield name, NETS[name].network
    for drawn in DRAWN:
        yield drawn.name, resolved(json.dumps(drawn.net))


@pytest.mark.wide
@pytest.mark.parametrize("language", ["python", "dart"])
def test_comments_of_all_kinds_of_nets_are_true_to_the_code(language: str) -> None:
    found = []
    for name, network in networks():
        can_unroll = not network.mixes_samples and network.weights <= MOST_UNROLLED
        for style in ["loops", "unrolled"][: 1 + can_unroll]:
            text = emitted(network, language, style)
            found += [f"{name} {style}: {fault}" for fault in faults(text, language)]
    assert found == []


# Sentences ----------------------------------------------------------------------------


def test_a_layer_says_its_rules_at_its_first_neuron() -> None:
    text = example("xor")
    assert text.count("# Neuron h1: the weighted sum of its inputs") == 1
    assert "# Neuron h2.\n" in text
    assert text.count("# h1 feeds into o1 by w_o1_h1.") == 1
    assert "h2 feeds" not in text
    assert text.count("Forward: a_h1 = _sigmoid(z_h1), and sigmoid'(z) = a") == 1
    assert "# Layer o, neuron o1: the weighted sum" in text, "one heading for one unit"


def test_all_paths_are_named_and_the_loss_says_its_slope() -> None:
    text = example("mazur")
    way = "h1 feeds into o1 by w_o1_h1 and into o2 by w_o2_h1: the sum over both paths."
    assert way in " ".join(comments(text, "#"))
    slope = (
        "L = the sum of 0.5 * (a - t)^2 over the 2 outputs: its slope by a is a - t."
    )
    assert slope in " ".join(comments(text, "#"))
    assert "Layer h, backward. Frozen, so without a slope: h.bias." in text


def test_loops_quote_the_forward_line_once_for_all_that_it_gives() -> None:
    text = example("gpt", style="loops")
    assert text.count("# Forward: z += w_next[i][j] * a_thought[t][j]") == 1
    assert "# Each head h at each step t" in text
    text = example("lstm", style="loops")
    assert "So its slope is a sum over both" in " ".join(comments(text, "#"))


def test_a_layer_without_arithmetic_is_named_on_the_way_back() -> None:
    layers = [
        {"type": "conv2d", "name": "c", "filters": 1, "kernel": 3},
        {"type": "max_pool2d", "name": "p", "kernel": 2},
        "flatten",
        {"type": "dense", "name": "o", "units": 2},
    ]
    net = {"input": [1, 4, 4], "layers": layers, "loss": "mse", "name": "tiny"}
    text = emitted(resolved(json.dumps(net)), "python", "unrolled")
    headings = re.findall(r"# Layer (\w+)(?:, \w+ \w+)?, backward\b(?!, )", text)
    assert headings == ["o", "flatten1", "p", "c"]


# The top of the file ------------------------------------------------------------------


def test_the_top_explains_what_the_file_has() -> None:
    text = example("mazur")
    top = text.partition('"""\n\n')[0]
    assert "weight into h1 from i1" in top
    assert "by how much L grows per unit that" in top
    assert "Frozen, so training leaves them as they are: h.bias, o.bias." in top
    assert "a step" not in top
    loops = example("gpt", style="loops").partition('"""\n\n')[0]
    assert "    t       a step\n" in loops and "a filter" not in loops
    assert "from mix and start -> seen: add of 2 layers" in loops


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_author_speaks_at_the_top_and_above_his_layer(language: str) -> None:
    story = "It isn't much: type: this, noqa: that. " * 6
    layers = [{"type": "dense", "name": "o", "units": 1, "about": "Don't ask, fmt"}]
    net = {"input": 2, "layers": layers, "loss": "mse", "name": "said"}
    plain = resolved(json.dumps(net | {"layers": [layers[0] | {"about": "x"}]}))
    network = resolved(json.dumps(net | {"about": story.strip()}))
    text = emitted(network, language, "unrolled")
    mark = LANGUAGES[language].comment
    assert "Don't ask, fmt" in " ".join(comments(text, mark))
    words = " ".join(re.sub(r"^[/# ]*", "", line) for line in text.split("\n")[:20])
    assert story.strip() in words
    orders = re.compile(r"^\W*(type|noqa|fmt|that\. type)\b(?!.*import)")
    assert not [line for line in text.split("\n")[:20] if orders.match(line)]
    hashes = [
        re.search(r"\bNet ([0-9a-f]{16}),", emitted(n, language, "unrolled"))
        for n in (plain, network)
    ]
    assert hashes[0] and hashes[1] and hashes[0][1] == hashes[1][1]
