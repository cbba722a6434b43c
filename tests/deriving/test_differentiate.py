"""The backward pass of a few statements."""

from __future__ import annotations

from bpgen.deriving.differentiate import differentiate
from bpgen.program.nodes import Assign, For, Index, Number, Order, Role, Variable
from bpgen.program.walks import statements

LOSS = Variable("loss", Role.VALUE, "loss")
T = Index(0, (("t", 1),))


def vector(name: str, size: int, role: Role = Role.VALUE) -> Variable:
    """An array of one axis."""
    return Variable(name, role, name, (tuple(map(str, range(size))),))


def test_what_only_a_later_round_reaches_is_derived_in_every_round() -> None:
    x = vector("x", 3, Role.INPUT)
    early, late = vector("early", 4), vector("late", 3)
    round_ = (Assign(late[T], early[T]), Assign(early[T + 1], x[T]))
    block = (
        Assign(early[0], Number(0.0)),
        For("t", 3, round_, order=Order.UPWARDS),
        Assign(LOSS.scalar(), late[2]),
    )
    _, to_input = differentiate(block, LOSS, x, ())
    written = {statement.target.variable.name for statement in statements(to_input)}
    assert written == {"dlate", "dearly", "dx"}
