"""What is done for a large net grows with its statements: counted, never timed."""

from __future__ import annotations

from functools import reduce

import pytest
from running.tools import EXAMPLES

from bpgen.commands.nets import load_network
from bpgen.languages import LANGUAGES
from bpgen.languages.names import Names
from bpgen.lowering.network import lower
from bpgen.program.nodes import (
    Add,
    Assign,
    Element,
    Expression,
    Multiply,
    Role,
    Section,
    Variable,
)
from bpgen.program.walks import reads
from bpgen.styles.expanded import expand
from bpgen.writing.context import Dialect
from bpgen.writing.fields import Fields
from bpgen.writing.options import Comments, Options
from bpgen.writing.statements import BlockWriter


class Counting(BlockWriter):
    """Counts the elements that it spells."""

    times = 0

    def element(self, element: Element) -> str:
        """An element as code."""
        self.times += 1
        return super().element(element)


def spelled(language: str, terms: int) -> int:
    """How often an element is spelled where a neuron has that many inputs."""
    axis = tuple(f"input{i}" for i in range(terms))
    weights = Variable("weight", Role.PARAMETER, "weight", (axis,))
    inputs = Variable("signal", Role.INPUT, "signal", (axis,))
    products: list[Expression] = [Multiply(weights[i], inputs[i]) for i in range(terms)]
    net = Variable("net", Role.VALUE, "net").scalar()
    record = LANGUAGES[language]
    names = Names(record, ())
    fields = Fields(lower(load_network(str(EXAMPLES[0]))), names, Options())
    writer = Counting(Dialect(record, True, Comments.NONE, names), fields)
    lines = writer.write((Section(None, (Assign(net, reduce(Add, products)),)),))
    if record.ways.breaks:
        lines = record.ways.finish(lines)
    assert len(lines) > 1
    return writer.times


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_element_of_a_sum_is_spelled_once(language: str) -> None:
    assert [spelled(language, terms) for terms in (8, 32)] == [2 * 8 + 1, 2 * 32 + 1]


def test_an_element_is_one_node_wherever_it_stands() -> None:
    x = Variable("x", Role.INPUT, "x", (("x1", "x2"),))
    y = Variable("y", Role.VALUE, "y", (("y1", "y2"),))
    again = [Assign(y[i], x[j] + x[j]) for i in (0, 1) for j in (0, 1)]
    block = expand(tuple(again))
    nodes = {id(e): e for s in block if isinstance(s, Assign) for e in reads(s)}
    assert sorted(e.indices[0].constant for e in nodes.values()) == [0, 1]


def test_what_a_statement_reads_is_found_once() -> None:
    x = Variable("x", Role.INPUT, "x").scalar()
    statement = Assign(Variable("y", Role.VALUE, "y").scalar(), x + x)
    assert reads(statement) == (x, x)
    assert reads(statement) is reads(statement)


def test_two_variables_of_one_name_stay_two() -> None:
    """The loss of a sample and that of an epoch have the same name."""
    one, other = (Variable("loss", role, "loss") for role in (Role.VALUE, Role.LOSS))
    total = Variable("y", Role.VALUE, "y").scalar()
    assign = Assign(total, one.scalar() + other.scalar())
    (found,) = expand((assign,))
    assert found == assign
