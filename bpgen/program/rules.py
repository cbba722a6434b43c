"""Refuses a program that breaks the rules that every stage relies on.

Run after each stage that makes a program; what it finds is a bug of that stage,
never of the user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TypeAlias

from bpgen.program.blocks import ALONE, PASSES, Program
from bpgen.program.nodes import (
    NUMBER,
    Accumulate,
    Add,
    Assign,
    Backward,
    Block,
    Compare,
    Each,
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
    Subtract,
    Variable,
    Whole,
)
from bpgen.program.ranges import (
    WHOLE_BATCH,
    Loops,
    Ranges,
    inside_of,
    overlap,
    range_of,
    writes,
)
from bpgen.program.walks import (
    elements,
    read_in,
    readings,
    reads,
    statements,
)

# What may be read in each block, beside parameters, settings and what the block
# wrote before: roles, and blocks that have run. loss() need not run at all.
GIVEN: dict[str, tuple[set[Role], tuple[str, ...]]] = {
    "initialize": (set(), ()),
    "reset": (set(), ()),
    "predict": ({Role.INPUT}, ()),
    "forward": ({Role.INPUT, Role.COUNT}, ()),
    "examine": ({Role.INPUT}, ()),
    "loss": ({Role.TARGET, Role.INPUT}, ("forward",)),
    "backward": ({Role.TARGET, Role.INPUT, Role.COUNT}, ("forward",)),
    "input_gradient": (
        {Role.TARGET, Role.INPUT, Role.COUNT},
        ("forward", "backward"),
    ),
    "zero": (set(), ()),
    "mean": ({Role.COUNT}, ()),
    "penalty": (set(), ()),
    "penalty_gradient": (set(), ()),
    "update": (set(), ()),
    "schedule": ({Role.LOSS}, ()),
    "step": ({Role.TARGET, Role.INPUT}, ()),
}
ONE_BY_ONE = {name: (0, 0) for name, _ in NUMBER.terms}  # as long as NUMBERS
ALWAYS = {Role.PARAMETER, Role.GRADIENT, Role.BUFFER, Role.SETTING, Role.STATE}


Place: TypeAlias = Element | Variable
What: TypeAlias = Callable[[Element], Place]


class ProgramError(AssertionError):
    """A stage made a program that breaks a rule."""


def check(program: Program) -> Program:
    """Return the program, or raise `ProgramError` with every broken rule.

    Where every loop is written out, the rules hold for each element; else for each
    variable, since an element in a loop stands for many.
    """
    is_written_out = not any(_has_loops(getattr(program, name)) for name in PASSES)
    what = _element if is_written_out else _variable
    found = [*_undefined(program, what), *_unused(program, what)]
    found += _changed(program) if is_written_out else _overwritten(program)
    found += _not_added_to(program, what)
    for name in ("forward", "loss"):  # which are derived
        found += (f"{name}: {fault}" for fault in _compared(getattr(program, name)))
    for name, block in program.blocks():
        found += (f"{name}: {fault}" for fault in _underived(block))
        found += (f"{name}: {fault}" for fault in _not_whole(block))
        found += (f"{name}: {fault}" for fault in _bad_indices(block, WHOLE_BATCH))
    if found:
        raise ProgramError("\n".join(found))
    return program


def _element(element: Element) -> Place:
    return element


def _variable(element: Element) -> Place:
    return element.variable


def _named(place: Place) -> str:
    if isinstance(place, Variable):
        return place.name
    indices = "".join(f"[{index.constant}]" for index in place.indices)
    return place.variable.name + indices


def _has_loops(block: Block) -> bool:
    return any(map(_is_loop, block))


def _is_loop(statement: Statement) -> bool:
    """Whether a statement is, or has, a loop or what only stands in one."""
    match statement:
        case For() | If(Inside()):
            return True
        case If(body=body) | Section(body=body):
            return _has_loops(body)
        case _:
            return False


def _undefined(program: Program, what: What) -> Iterator[str]:
    """What is read before anything writes it."""
    written = {
        name: {what(s.target) for s in statements(block)}
        for name, block in program.blocks()
    }
    for name, block in program.blocks():
        roles, before = GIVEN[name]
        given, known = ALWAYS | roles, set().union(*(written[b] for b in before))
        for statement, read in readings(block):
            needed = [*read]
            if isinstance(statement, Accumulate):
                needed.append(statement.target)
            for element in needed:
                place = what(element)
                if element.variable.role not in given and place not in known:
                    yield f"{name}: {_named(place)} is read before it is written"
            known.add(what(statement.target))


def _changed(program: Program) -> Iterator[str]:
    """Of a program without loops, the places of the forward pass that backward reads,
    but that change after something else read them, or by more than a step of a sum
    or of a search."""
    later = read_in(program.backward + program.input_gradient)
    read: set[Element] = set()
    written: set[Element] = set()
    for statement, needed in readings(program.forward):
        target, own = statement.target, set(needed)
        is_step = target not in own or _goes_on(statement)
        if target in later and target in written and (target in read or not is_step):
            yield f"forward: {_named(target)} is overwritten, but backward reads it"
        written.add(target)
        read |= own - {target}


def _goes_on(statement: Assign | Accumulate) -> bool:
    """Whether a statement that reads its own target needs no older value of it when
    it is derived: x = x + ..., or what has no derivative."""
    first = statement.value
    while isinstance(first, (Add, Subtract)):
        first = first.left
    return first == statement.target or _is_constant(first)


def _is_constant(value: Expression) -> bool:
    """Whether a value has no derivative."""
    return isinstance(value, (Number, Position, Stop))


def _overwritten(program: Program) -> Iterator[str]:
    """Values of the forward pass that backward reads, but that are assigned twice."""
    backward = program.backward + program.input_gradient
    read = {e.variable for e in read_in(backward) if e.variable.role is not Role.LOCAL}
    own = {s.target.variable for s in statements(backward)}
    assigned: dict[Variable, list[Ranges]] = {}
    read_later = read - _searched(program.forward)
    for statement, _, loops in writes(program.forward, WHOLE_BATCH):
        variable = statement.target.variable
        if variable not in read_later or isinstance(statement, Accumulate):
            continue
        ranges = [range_of(index, loops) for index in statement.target.indices]
        before = assigned.setdefault(variable, [])
        if variable in own or any(overlap(ranges, other) for other in before):
            yield f"forward: {variable.name} is overwritten, but backward reads it"
        before.append(ranges)


def _searched(block: Block) -> set[Variable]:
    """The variables of which each round searches an element of its own, such as the
    winner of a window: in steps without a derivative, all before anything reads it.
    """
    targets: dict[Variable, Element] = {}
    read: set[Variable] = set()
    others: set[Variable] = set()
    for statement, needed, loops in writes(block, WHOLE_BATCH):
        target, variable = statement.target, statement.target.variable
        if variable not in targets:
            targets[variable] = target
            axes = [
                [n for n, _ in index.terms] for index in target.indices if index.terms
            ]
            if sorted(axes) != sorted([name] for name in loops.keys() - WHOLE_BATCH):
                others.add(variable)
        is_step = isinstance(statement, Assign) and _is_constant(statement.value)
        if not is_step or target != targets[variable] or variable in read:
            others.add(variable)
        read |= {element.variable for element in needed} - {variable}
    return targets.keys() - others


def _not_added_to(program: Program, what: What) -> Iterator[str]:
    """Gradients that backward assigns, though those of a batch add up."""
    for statement in statements(program.backward):
        target = statement.target
        if target.variable.role is Role.GRADIENT and isinstance(statement, Assign):
            yield f"backward: {_named(what(target))} is not added to"


def _compared(block: Block, is_inside: bool = False) -> Iterator[str]:
    """What is written under a comparison, though it is no step of a search: its
    derivative would have to know whether the comparison held."""
    for statement in block:
        match statement:
            case If(Compare(), body):
                yield from _compared(body, True)
            case For(body=body) | If(body=body) | Section(body=body):
                yield from _compared(body, is_inside)
            case Assign(target, value) | Accumulate(target, value) if is_inside:
                if isinstance(statement, Accumulate) or not _is_constant(value):
                    written = f"{target.variable.name} is written under a comparison"
                    yield f"{written}, but has a derivative"


def _underived(block: Block) -> Iterator[str]:
    """Stated backward passes that are still there: no stage but one reads them."""
    for statement in block:
        match statement:
            case Section(backward=Backward() as stated):
                yield f"the backward pass of {stated.of.name} is stated, not derived"
            case For(body=body) | If(body=body) | Section(body=body):
                yield from _underived(body)


def _not_whole(block: Block) -> Iterator[str]:
    """Whole numbers that get another value, and views of more or fewer numbers."""
    for statement in statements(block):
        variable, value = statement.target.variable, statement.value
        if variable.is_whole and not (
            isinstance(value, Position)
            or (isinstance(value, Number) and isinstance(value.value, int))
            or (isinstance(value, Element) and value.variable.is_whole)
        ):
            yield f"{variable.name} is whole, but gets another value"
        for element in (statement.target, *reads(statement)):
            view, of = element.variable, element.variable.of
            if of and prod(view.shape) != prod(of.shape):
                yield f"{view.name} is seen along axes of another size"


def _unused(program: Program, what: What) -> Iterator[str]:
    """Values that nobody reads."""
    blocks = [block for name, block in program.blocks() if name not in ALONE]
    read = {what(element) for block in blocks for element in read_in(block)}
    last = {
        program.output,
        program.predicted,
        program.input_slope,
        program.loss_value.variable,
    }
    for name, block in program.blocks():
        seen = {*map(what, read_in(block))} if name in ALONE else read
        for statement in statements(block):
            target = statement.target
            if target.variable.role is not Role.VALUE or target.variable in last:
                continue
            if what(target) not in seen:
                yield f"{name}: {_named(what(target))} is never read"


def _bad_indices(
    block: Block, loops: Loops, holds: tuple[Inside, ...] = ()
) -> Iterator[str]:
    """Indices that leave their array, and loop variables that hide another."""
    for statement in block:
        match statement:
            case For(index, stop, body, start=start):
                if index in loops:
                    yield f"the loop variable {index} hides another one"
                first = range_of(Index.of(start), loops)[0]
                last = range_of(Index.of(stop), loops)[1] - 1
                if first <= last:  # else the loop has no round at all
                    inner = loops | {index: (first, last)}
                    yield from _bad_indices(body, inner, holds)
            case If(Compare() as condition, body):
                for element in elements(condition):
                    yield from _outside(element, loops, holds)
                yield from _bad_indices(body, loops, holds)
            case If(Inside() as condition, body):
                unknown = {name for name, _ in condition.index.terms} - loops.keys()
                for name in sorted(unknown):
                    yield f"a condition on {name} is outside its loop"
                inner = loops
                if not unknown:
                    inner = inside_of(condition.index, condition.extent, loops)
                yield from _bad_indices(body, inner, (*holds, condition))
            case Section(_, body):
                yield from _bad_indices(body, loops, holds)
            case Each(_, body):
                yield from _bad_indices(body, loops | ONE_BY_ONE, holds)
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                if name in loops:
                    yield f"the index {name} hides another one"
                loops = loops | {name: range_of(place, loops)}
            case Assign(Element(Variable(name)), Whole(value, count)):
                if name in loops:
                    yield f"the index {name} hides another one"
                yield from _outside(value, loops, holds)
                loops = loops | {name: (0, count - 1)}
            case Literal(variable, values):
                size = 1
                for extent in variable.shape:
                    size *= extent
                if len(values) != size:
                    yield f"{variable.name} gets {len(values)} values"
            case Assign(target) | Accumulate(target):
                for element in (target, *reads(statement)):
                    yield from _outside(element, loops, holds)


def _outside(
    element: Element, loops: Loops, holds: tuple[Inside, ...]
) -> Iterator[str]:
    labels = element.variable.labels
    if len(element.indices) != len(labels):
        yield f"{element.variable.name} has {len(labels)} axes"
        return
    for index, extent in zip(element.indices, map(len, labels), strict=True):
        if not index.terms and 0 <= index.constant < extent:
            continue
        if not {name for name, _ in index.terms} <= loops.keys():
            yield f"{element.variable.name} is indexed by a variable of no loop"
            continue
        low, high = range_of(index, loops)
        if Inside(index, extent) in holds:
            continue
        if low < 0 or high >= extent:
            found = f"{low} ... {high} is outside 0 ... {extent - 1}"
            yield f"{element.variable.name}: {found}"
