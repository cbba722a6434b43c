"""A line of an emitted file knows the statement of the program that it is from."""

from __future__ import annotations

import pytest
from running.tools import ROOT

from bpgen.commands.nets import load_network
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.program.nodes import Role
from bpgen.program.walks import statements
from bpgen.styles.loops import localize
from bpgen.styles.unrolled import unroll
from bpgen.writing.options import Options
from bpgen.writing.page import Page
from bpgen.writing.pages import page_of
from bpgen.writing.render import render
from bpgen.writing.zeros import zeroed

STYLES = {"unrolled": unroll, "loops": localize}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
def test_every_number_of_a_step_has_its_line(language: str, style: str) -> None:
    network = load_network(str(ROOT / "examples" / "xor.yaml"))
    program = STYLES[style](lower(network))
    page = page_of(network, program, Options(language, style), "xor.yaml")
    program, text = page.program, render(page)
    found = page.statements(text)
    again = {id(statement) for statement in statements(program.step)}  # for speed
    lines = text.split("\n")
    names = page.names
    for number, statement in found.items():
        line = lines[number - 1]
        target = statement.target
        is_fixed = all(not index.terms for index in target.indices)
        is_scalar = (style == "unrolled" and is_fixed) or not target.variable.labels
        name = names.scalar(target) if is_scalar else names.array(target.variable)
        if id(statement) in again and target.variable.role is Role.PARAMETER:
            assert name in line or names.array(target.variable) in line
        elif " = " in line or "= " in line:
            assert name in line or "part" in line
    made = {id(statement) for statement in found.values()} - again
    written = {s.target.variable for s in found.values() if id(s) in made}
    for block in (program.forward, program.loss, program.backward, program.update):
        for statement in statements(block):
            variable = statement.target.variable
            if zeroed(statement) and variable.role is Role.VALUE:
                assert variable in written, variable.name  # a new array holds zeros
            else:
                assert id(statement) in made, variable.name


def test_a_line_goes_back_to_the_neuron_that_it_computes() -> None:
    network = load_network(str(ROOT / "examples" / "mazur.yaml"))
    program = unroll(lower(network))
    page = Page(network, program, Options("dart", "unrolled"), "mazur.yaml")
    text = render(page)
    lines = text.split("\n")
    again = {id(statement) for statement in statements(program.step)}  # for speed
    (number,) = [
        number
        for number, statement in page.statements(text).items()
        if id(statement) not in again
        and statement.target.variable.role is Role.VALUE
        and lines[number - 1].strip().startswith("final daH1 =")
    ]
    assert lines[number - 1].strip() == "final daH1 = dzO1 * wO1H1 + dzO2 * wO2H1;"
