"""Lines of Java, broken where google-java-format breaks them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nets.net import Net, dense, spec
from running.tools import ROOT, on_path, program

from bpgen.commands.emit import text_of as page
from bpgen.languages.java_format import WIDTH, finish
from bpgen.languages.java_syntax import Parser, text_of
from bpgen.runtime.named import NAMED
from bpgen.writing.options import Options

NAMES = [f"weight{k}" for k in range(12)]
LINES = [
    f"double z = {' + '.join(f'{name} * x1' for name in NAMES)};",
    f"double z = {' + '.join(f'x{k}' for k in range(40))};",
    f"z -= {' * '.join(NAMES)};",
    f"double z = first({', '.join(NAMES)}, {{}});".replace("{}", "new double[] {1.0}"),
    f"add(z, 4, new double[] {{{', '.join(NAMES)}}});",
    f"double[] z = {{{', '.join(f'{k}.5' for k in range(60))}}};",
    f"double z = {' + '.join(NAMES[:3])} > 0 ? {' * '.join(NAMES)} : (double) weight0;",
    f'throw new IllegalArgumentException("{"why " * 20}" + weight0 + " and no more");',
    f"return -(weight0 + weight1) * last({' - '.join(NAMES)}, weight2) / 3.0;",
]


@pytest.mark.parametrize("line", LINES)
def test_lines_are_broken_and_keep_what_they_say(line: str) -> None:
    found = finish([f"    {line}"])
    assert len(found) > 1
    assert max(map(len, found)) <= WIDTH
    assert "".join("".join(found).split()) == "".join(line.split())


def test_the_formatter_breaks_them_in_the_same_places(tmp_path: Path) -> None:
    bodies = [
        line
        for k, own in enumerate(LINES)
        for line in (
            f"  static double of{k}(double z) {{",
            *finish([f"    {own}"]),
            "  }",
            "",
        )
    ]
    path = tmp_path / "Some.java"
    path.write_text("\n".join(["class Some {", *bodies[:-1], "}", ""]))
    done = program(on_path("google-java-format"), str(path))
    assert done.out == path.read_text(), done.err


@pytest.mark.parametrize("text", ["(int) (a[i] - 1)", "!a.b(c, d[0]).e() && f", "-x"])
def test_an_expression_is_read_as_it_stands(text: str) -> None:
    assert text_of(Parser(text).expression()) == text


@pytest.mark.parametrize(
    ("name", "is_one"), [("Digits", True), ("Cnn", False), ("Gpt", False)]
)
def test_only_a_short_step_is_one_method(name: str, is_one: bool) -> None:
    text = (ROOT / "generated" / "java" / f"{name}.java").read_text()
    assert ("double learnBatch(" in text) is is_one


def test_constants_are_called_as_java_calls_them() -> None:
    text = (ROOT / "generated" / "java" / "Rent.java").read_text()
    found = set(re.findall(r"static final List<Shape> (\w+) =", text))
    assert found <= {loud for _, loud, _ in NAMED.values()}
    assert "public static final List<Shape> BUFFER_SHAPES =" in text


@pytest.mark.parametrize("length", range(1, 26))
def test_each_line_is_broken_once_whatever_its_length(length: int) -> None:
    """In loops of layers whose names have a length, of which one fills its line."""
    layers = [dense(2, "softmax", name=name * length) for name in "abc"]
    net = Net("named", spec(2, layers))
    text = page(net.network, net.program, Options("java", "loops"), "net.yaml")
    assert max(map(len, text.split("\n"))) <= WIDTH
