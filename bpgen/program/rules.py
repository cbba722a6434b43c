"""Refuses a program that breaks the rules that every stage relies on.

Run after each stage that makes a program; what it finds is a bug of that stage,
never of the user.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from bpgen.program.blocks import Program
from bpgen.program.nodes import (
    BATCH,
    Accumulate,
    Assign,
    Block,
    Element,
    For,
    If,
    Index,
    Inside,
    Literal,
    Number,
    Position,
    Role,
    Section,
    Stop,
    Variable,
    Whole,
)
from bpgen.program.walks import (
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
}
WHOLE_BATCH = {name: (1, 1) for name, _ in BATCH.terms}  # as long as SAMPLES
ALWAYS = {Role.PARAMETER, Role.GRADIENT, Role.BUFFER, Role.SETTING, Role.STATE}


Ranges: TypeAlias = list[tuple[int, int]]  # the least and the largest index, by axis
Loops: TypeAlias = dict[str, tuple[int, int]]  # the same of each loop variable


class ProgramError(AssertionError):
    """A stage made a program that breaks a rule."""


def check(program: Program) -> Program:
    """Return the program, or raise `ProgramError` with every broken rule."""
    found = [*_undefined(program), *_overwritten(program), *_unused(program)]
    for name, block in program.blocks():
        found += (f"{name}: {fault}" for fault in _bad_indices(block, WHOLE_BATCH))
    if found:
        raise ProgramError("\n".join(found))
    return program


def _undefined(program: Program) -> Iterator[str]:
    """Variables that are read before anything writes them."""
    for name, block in program.blocks():
        roles, before = GIVEN[name]
        known = {
            statement.target.variable
            for earlier in before
            for statement in statements(getattr(program, earlier))
        }
        for statement in statements(block):
            needed = [element.variable for element in reads(statement)]
            if isinstance(statement, Accumulate):
                needed.append(statement.target.variable)
            for variable in needed:
                if variable.role not in ALWAYS | roles and variable not in known:
                    yield f"{name}: {variable.name} is read before it is written"
            known.add(statement.target.variable)


def _overwritten(program: Program) -> Iterator[str]:
    """Values of the forward pass that backward reads, but that are assigned twice;
    gradients that backward assigns instead of adding to them."""
    backward = program.backward + program.input_gradient
    read = {element.variable for s in statements(backward) for element in reads(s)}
    own = {s.target.variable for s in statements(backward)}
    assigned: dict[Variable, list[Ranges]] = {}
    read_later = read - _searched(program.forward)
    for statement, loops in _writes(program.forward, WHOLE_BATCH):
        variable = statement.target.variable
        if variable not in read_later or isinstance(statement, Accumulate):
            continue
        ranges = [_range(index, loops) for index in statement.target.indices]
        before = assigned.setdefault(variable, [])
        if variable in own or any(_overlap(ranges, other) for other in before):
            yield f"forward: {variable.name} is overwritten, but backward reads it"
        before.append(ranges)
    for inner in statements(program.backward):
        is_gradient = inner.target.variable.role is Role.GRADIENT
        if is_gradient and isinstance(inner, Assign):
            yield f"backward: {inner.target.variable.name} is not added to"


def _searched(block: Block) -> set[Variable]:
    """The variables of which each round searches an element of its own, such as the
    winner of a window: in steps without a derivative, all before anything reads it.
    """
    targets: dict[Variable, Element] = {}
    read: set[Variable] = set()
    others: set[Variable] = set()
    for statement, loops in _writes(block, WHOLE_BATCH):
        target, variable = statement.target, statement.target.variable
        if variable not in targets:
            targets[variable] = target
            axes = [[name for name, _ in index.terms] for index in target.indices]
            if sorted(axes) != sorted([name] for name in loops.keys() - WHOLE_BATCH):
                others.add(variable)
        is_constant = isinstance(statement.value, (Number, Stop))
        is_step = isinstance(statement, Assign) and is_constant
        if not is_step or target != targets[variable] or variable in read:
            others.add(variable)
        read |= {element.variable for element in reads(statement)} - {variable}
    return targets.keys() - others


def _writes(block: Block, loops: Loops) -> Iterator[tuple[Assign | Accumulate, Loops]]:
    """The statements of a block, each with the ranges of the loops around it."""
    for statement in block:
        match statement:
            case For(index, stop, body, start=start):
                low = _range(Index.of(start), loops)[0]
                high = _range(Index.of(stop), loops)[1] - 1
                yield from _writes(body, loops | {index: (low, high)})
            case If(_, body) | Section(_, body):
                yield from _writes(body, loops)
            case Assign(_, Whole()):
                continue
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                loops = loops | {name: _range(place, loops)}
            case Assign() | Accumulate():
                yield statement, loops


def _overlap(one: Ranges, other: Ranges) -> bool:
    """Whether two sets of elements, each given by the ranges of its indices, meet."""
    pairs = zip(one, other, strict=True)
    return all(a[0] <= b[1] and b[0] <= a[1] for a, b in pairs)


def _unused(program: Program) -> Iterator[str]:
    """Values that nobody reads."""
    blocks = [block for name, block in program.blocks() if name != "predict"]
    read = {e.variable for b in blocks for s in statements(b) for e in reads(s)}
    read |= {
        program.output,
        program.predicted,
        program.input_slope,
        program.loss_value.variable,
    }
    for name, block in program.blocks():
        for statement in statements(block):
            variable = statement.target.variable
            if variable.role is Role.VALUE and variable not in read:
                yield f"{name}: {variable.name} is never read"


def _bad_indices(
    block: Block, loops: Loops, holds: tuple[Inside, ...] = ()
) -> Iterator[str]:
    """Indices that leave their array, and loop variables that hide another."""
    for statement in block:
        match statement:
            case For(index, stop, body, start=start):
                if index in loops:
                    yield f"the loop variable {index} hides another one"
                first = _range(Index.of(start), loops)[0]
                last = _range(Index.of(stop), loops)[1] - 1
                if first <= last:  # else the loop has no round at all
                    inner = loops | {index: (first, last)}
                    yield from _bad_indices(body, inner, holds)
            case If(condition, body):
                for name, _ in condition.index.terms:
                    if name not in loops:
                        yield f"a condition on {name} is outside its loop"
                yield from _bad_indices(body, loops, (*holds, condition))
            case Section(_, body):
                yield from _bad_indices(body, loops, holds)
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                if name in loops:
                    yield f"the index {name} hides another one"
                loops = loops | {name: _range(place, loops)}
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
    if len(element.indices) != len(element.variable.shape):
        yield f"{element.variable.name} has {len(element.variable.shape)} axes"
        return
    for index, extent in zip(element.indices, element.variable.shape, strict=True):
        if not {name for name, _ in index.terms} <= loops.keys():
            yield f"{element.variable.name} is indexed by a variable of no loop"
            continue
        low, high = _range(index, loops)
        if Inside(index, extent) in holds:
            continue
        if low < 0 or high >= extent:
            found = f"{low} ... {high} is outside 0 ... {extent - 1}"
            yield f"{element.variable.name}: {found}"


def _range(index: Index, loops: Loops) -> tuple[int, int]:
    """The smallest and the largest value of an index."""
    low = high = index.constant
    for name, factor in index.terms:
        ends = [factor * end for end in loops[name]]
        low, high = low + min(ends), high + max(ends)
    return low, high
