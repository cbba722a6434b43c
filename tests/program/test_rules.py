"""Every rule of programs refuses a program that breaks it, and it alone.

Each bad program is a good one with some statements more in one of its blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from nets.net import Net, dense, spec
from nets.table import NETS

from bpgen.program.blocks import Program
from bpgen.program.functions import FUNCTIONS
from bpgen.program.nodes import (
    COUNT,
    Accumulate,
    Assign,
    Backward,
    Block,
    Call,
    Compare,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Literal,
    Number,
    Position,
    Role,
    Section,
    Statement,
    Stop,
    Variable,
    Whole,
)
from bpgen.program.rules import ProgramError, check
from bpgen.program.walks import statements
from bpgen.styles.loops import localize
from bpgen.styles.unrolled import unroll

LAYERS = [dense(2, "tanh", name="h"), dense(1, name="o")]
GOOD = Net("good", spec(2, LAYERS, "mse")).program
WRITTEN_OUT = unroll(GOOD)
ONE = Number(1.0)


def known(name: str) -> Variable:
    """A variable of the good program."""
    every = (s.target for _, block in GOOD.blocks() for s in statements(block))
    return next(e.variable for e in every if e.variable.name == name)


def value(name: str, size: int = 0, role: Role = Role.VALUE) -> Variable:
    """A variable of its own, with one axis or none."""
    return Variable(name, role, name, (("1",) * size,) if size else ())


def index(name: str, constant: int = 0) -> Index:
    """A loop variable and some more."""
    return Index(constant, ((name, 1),))


def named(name: str, place: Index) -> Assign:
    """An index gets a name."""
    return Assign(value(name, role=Role.INDEX).scalar(), Position(place))


H, Z, W, DW = known("a_h"), known("z_h"), GOOD.parameters[0], known("dw_h")
V, MORE, LOST = value("v", 3), value("more"), value("lost")
I_NAME, J_NAME = index("i"), index("j")


def loop(*body: Statement, name: str = "i", stop: int = 2) -> For:
    """The statements for each index."""
    return For(name, stop, body)


def larger(one: Expression, other: Expression) -> Compare:
    """A condition."""
    return Compare(">", one, other)


def with_more(program: Program, name: str, more: Block) -> Program:
    """The program with statements at the end of a block."""
    return program.with_blocks({name: getattr(program, name) + more})


# Statements at the end of a block; in loops unless it says otherwise.
BAD: dict[str, tuple[str, Block]] = {
    "backward: lost is read before it is written": (
        "backward",
        (Accumulate(DW[0, 0], LOST.scalar()),),
    ),
    "zero: lost is read before it is written": (  # an addition reads its target
        "zero",
        (Accumulate(LOST.scalar(), ONE), Accumulate(DW[0, 0], LOST.scalar())),
    ),
    "loss: count is read before it is written": (  # not given there
        "loss",
        (Accumulate(GOOD.loss_value, COUNT.scalar()),),
    ),
    "update: the backward pass of v is stated, not derived": (
        "update",
        (loop(Section(None, (), Backward(V, H, ()))),),
    ),
    "zero: dw_h is whole, but gets another value": (
        "zero",
        (Assign(replace(DW, is_whole=True)[0, 0], ONE),),
    ),
    "zero: dw_h is seen along axes of another size": (
        "zero",
        (Assign(DW.along((("",) * 2,))[0], ONE),),
    ),
    "forward: lost is never read": ("forward", (Assign(LOST.scalar(), ONE),)),
    "forward: a_h is overwritten, but backward reads it": (
        "forward",
        (loop(Assign(H[I_NAME], ONE)),),
    ),
    "backward: dw_h is not added to": ("backward", (Assign(DW[0, 0], ONE),)),
    "forward: the loop variable i hides another one": (
        "forward",
        (loop(loop(Accumulate(H[I_NAME], ONE))),),
    ),
    "forward: a condition on j is outside its loop": (
        "forward",
        (loop(If(Inside(J_NAME, 2), (Accumulate(H[I_NAME], ONE),))),),
    ),
    "mean: dw_h is indexed by a variable of no loop": (
        "mean",
        (If(larger(DW[0, J_NAME], ONE), (Assign(DW[0, 0], ONE),)),),
    ),
    "zero: more is read before it is written": (  # it may stay what it was
        "zero",
        (
            If(larger(W[0, 0], ONE), (Assign(MORE.scalar(), ONE),)),
            Accumulate(DW[0, 0], MORE.scalar()),
        ),
    ),
    "mean: lost is read before it is written": (
        "mean",
        (If(larger(LOST.scalar(), ONE), (Accumulate(DW[0, 0], ONE),)),),
    ),
    "loss: loss is written under a comparison, but has a derivative": (
        "loss",
        (If(larger(W[0, 0], ONE), (Accumulate(GOOD.loss_value, ONE),)),),
    ),
    "forward: the index row hides another one": (
        "forward",
        (loop(named("row", I_NAME), named("row", I_NAME)),),
    ),
    "zero: the index row hides another one": (
        "zero",
        (
            loop(
                named("row", I_NAME),
                Assign(value("row", role=Role.INDEX).scalar(), Whole(W[0, 0], 2)),
            ),
        ),
    ),
    "initialize: w_h gets 3 values": ("initialize", (Literal(W, (1.0,) * 3),)),
    "zero: dw_h has 2 axes": ("zero", (Assign(Element(DW, (Index(0),)), ONE),)),
    "zero: dw_h is indexed by a variable of no loop": (
        "zero",
        (Assign(DW[0, J_NAME], ONE),),
    ),
    "zero: dw_h: 0 ... 2 is outside 0 ... 1": (
        "zero",
        (loop(Assign(DW[0, I_NAME], ONE), stop=3),),
    ),
    "zero: dw_h: -1 ... 0 is outside 0 ... 1": (
        "zero",
        (loop(Assign(DW[0, index("i", -1)], ONE)),),
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_program_is_refused(message: str) -> None:
    name, more = BAD[message]
    with pytest.raises(ProgramError) as caught:
        check(with_more(GOOD, name, more))
    assert str(caught.value).splitlines() == [message]


# The same of single elements, where every loop is written out.
BAD_WRITTEN_OUT: dict[str, tuple[str, Block]] = {
    "backward: v[1] is read before it is written": (
        "backward",
        (Assign(V[0], ONE), Accumulate(DW[0, 0], V[0] + V[1])),
    ),
    "forward: v[1] is never read": (
        "forward",
        (Assign(V[0], ONE), Assign(V[1], V[0])),
    ),
    "forward: a_h[0] is overwritten, but backward reads it": (
        "forward",
        (Assign(H[0], H[0] + ONE),),  # o has read it
    ),
    "forward: v[0] is overwritten, but backward reads it": (
        "forward",
        (Assign(V[0], ONE), Assign(V[0], V[0] * V[0])),  # whose derivative reads it
    ),
    "backward: dw_h[0][1] is not added to": ("backward", (Assign(DW[0, 1], ONE),)),
    "zero: dw_h: 2 ... 2 is outside 0 ... 1": ("zero", (Assign(DW[0, 2], ONE),)),
}


@pytest.mark.parametrize("message", BAD_WRITTEN_OUT)
def test_a_bad_program_without_loops_is_refused(message: str) -> None:
    name, more = BAD_WRITTEN_OUT[message]
    program = with_more(WRITTEN_OUT, name, more)
    if name == "forward" and message.startswith("forward: v[0]"):
        program = with_more(program, "backward", (Accumulate(DW[0, 0], V[0]),))
    with pytest.raises(ProgramError) as caught:
        check(program)
    assert str(caught.value).splitlines() == [message]


LARGER = Call(FUNCTIONS["larger"], (V[0], H[0]))


@pytest.mark.parametrize(
    "step",
    [V[0] + H[0], V[0] + H[0] - H[1], Stop(LARGER)],
    ids=["sum", "longer", "search"],
)
def test_a_place_may_grow_until_it_is_read(step: Expression) -> None:
    grown = (Assign(V[0], ONE), Assign(V[0], step))
    program = with_more(WRITTEN_OUT, "forward", grown)
    check(with_more(program, "backward", (Accumulate(DW[0, 0], V[0]),)))


def test_a_search_is_over_before_anything_reads_it() -> None:
    """The winner of a window; one that something read on the way is no search."""
    program = NETS["pool_of_input"].program
    (winner,) = {
        s.target.variable
        for s in statements(program.forward)
        if s.target.variable.is_whole
    }
    at = tuple(map(index, "ijk"))
    again: Block = (Assign(winner[at], Position(Index(0))),)
    for name, size in reversed(list(zip("ijk", winner.shape, strict=True))):
        again = (For(name, size, again),)
    with pytest.raises(ProgramError, match=r"winner.* is overwritten"):
        check(with_more(program, "forward", again))


def test_what_lies_in_the_padding_may_be_outside() -> None:
    inside = If(Inside(index("i", -1), 2), (Assign(DW[0, index("i", -1)], ONE),))
    check(with_more(GOOD, "zero", (loop(inside, stop=4),)))
    wrong = replace(inside, condition=Inside(I_NAME, 2))
    with pytest.raises(ProgramError, match=r"dw_h: -1 \.\.\. 0 is outside"):
        check(with_more(GOOD, "zero", (loop(wrong, stop=4),)))


@pytest.mark.parametrize("style", [localize, unroll])
def test_a_style_checks_what_it_made(style: Callable[[Program], Program]) -> None:
    with pytest.raises(ProgramError, match=r"zero: dw_h: 2 \.\.\. 2 is outside"):
        style(with_more(GOOD, "zero", (Assign(DW[0, 2], ONE),)))


def test_all_broken_rules_are_told_at_once() -> None:
    program = with_more(GOOD, "zero", (Assign(DW[0, 2], ONE),))
    program = with_more(program, "forward", (Assign(LOST.scalar(), ONE),))
    with pytest.raises(ProgramError) as caught:
        check(program)
    assert len(str(caught.value).splitlines()) == 2
