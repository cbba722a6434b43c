"""The backward pass, derived from the forward statements.

Reverse-mode differentiation, source to source: the statements are walked
backwards, and `y = e` gives, for every x that e reads, `dx += dy * de/dx`. The
partial is symbolic (see `partials`). What comes out is a block of the same kind as
what went in; nothing here knows a layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bpgen.deriving.aliases import with_aliases
from bpgen.deriving.ownership import Ownership
from bpgen.deriving.partials import derivative_words, partial
from bpgen.program import simplify
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import (
    BATCH,
    SAMPLES,
    Accumulate,
    Assign,
    Backward,
    Block,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Order,
    Role,
    Section,
    Stated,
    Statement,
    Stop,
    Variable,
)
from bpgen.program.notes import (
    INPUT,
    PASSED_ON,
    ChainNote,
    FunctionNote,
    LayerNote,
    Path,
    SlopeNote,
    TitleNote,
    mirrored,
)
from bpgen.program.walks import (
    elements,
    read_in,
    readings,
    statements,
    walk,
)

UNFILLED = (Role.GRADIENT, Role.INDEX)  # no gradients of one sample


def differentiate(
    block: Block, loss: Variable, input: Variable, trained: Iterable[Variable]
) -> tuple[Block, Block]:
    """The backward pass of a forward block.

    Returns:
        the statements that add to the gradients of `trained`, and those that go
        on from there to the gradient of `input`.
    """
    walker = _Backward(block, loss, {input, *trained})
    whole = with_aliases(_zeroed(tuple(walker.reverse(block))))
    weights = {gradient_of(variable) for variable in trained}
    for_weights = _needed(whole, weights)
    for_input = _needed(whole, {gradient_of(input)})
    further = _writing(whole, for_input - for_weights)
    last = _headed_for_input(tuple(s for s in further if _computes(s)))
    slope = gradient_of(input)
    if slope not in {statement.target.variable for statement in statements(last)}:
        nothing = TitleNote("Nothing flows back to the inputs: they are indices.")
        last += (Section(nothing, filled(slope, simplify.ZERO)),)
    return _without_last_headings(_writing(whole, for_weights)), last


def _without_last_headings(block: Block) -> Block:
    """The block up to the last statement that is more than a heading."""
    count = len(block)
    while count and not _computes(block[count - 1]):
        count -= 1
    return block[:count]


def _computes(statement: Statement) -> bool:
    """Whether a statement is more than a heading."""
    return not isinstance(statement, Section) or bool(statement.body)


def _headed_for_input(block: Block) -> Block:
    """The block with its layers' headings saying that it goes on to the input."""
    return tuple(
        (
            Section(replace(s.note, direction=INPUT), s.body)
            if isinstance(s, Section) and isinstance(s.note, LayerNote)
            else s
        )
        for s in block
    )


class _Backward:
    """Walks one forward block backwards."""

    def __init__(self, block: Block, loss: Variable, roots: set[Variable]) -> None:
        self.active = _active(block, roots)
        self.reached = {loss}  # the variables whose gradient is not zero
        # gradients of scalars that are constants, such as 1 / 3 for a mean of 3
        self.constant: dict[Variable, Expression] = {loss: simplify.ONE}

    def reverse(self, block: Block) -> Iterator[Statement]:
        yield from filter(_sets_index, block)
        for statement in reversed(block):
            match statement:
                case For(note=note, order=order):
                    inside = self.rounds(statement)
                    if inside:
                        yield replace(
                            statement,
                            body=inside,
                            note=mirrored(note),
                            order=order.mirrored,
                        )
                case If(Inside(), body):  # under a comparison nothing has a derivative
                    inside = tuple(self.reverse(body))
                    if inside:
                        yield replace(statement, body=inside)
                case Section(backward=Backward() as stated):
                    if stated.by in self.reached and stated.of in self.active:
                        self.reached.add(stated.of)
                        if stated.by in self.constant:
                            slope = gradient_of(stated.by).scalar()
                            yield Accumulate(slope, self.constant.pop(stated.by))
                        yield from stated.body
                case Section(LayerNote() as note, ()):  # a view
                    yield Section(replace(note, direction=PASSED_ON), ())
                case Section(note, body):
                    inside = tuple(self.reverse(body))
                    if inside:
                        yield Section(mirrored(note), inside)
                case Assign() | Accumulate():
                    yield from self.contributions(statement)

    def rounds(self, loop: For) -> Block:
        """What one round of a loop adds. Where the rounds are steps, what a later one
        reaches by its last lines, an earlier one reaches from its first."""
        while True:
            before = len(self.reached)
            found = tuple(self.reverse(loop.body))
            if loop.order is Order.ANY or len(self.reached) == before:
                return found

    def contributions(self, statement: Assign | Accumulate) -> Iterator[Accumulate]:
        """What one statement adds to the gradients of the elements that it reads."""
        target, value = statement.target, statement.value
        if target.variable not in self.reached:
            return
        incoming = self.constant.get(target.variable)
        if incoming is None:
            incoming = gradient_of(target.variable)[target.indices]
        output = target if isinstance(statement, Assign) else None
        for read in dict.fromkeys(elements(value)):
            if read.variable not in self.active:
                continue
            slope = partial(value, read, output)
            if slope == simplify.ZERO:
                continue
            term = simplify.multiply(incoming, slope)
            self.reached.add(read.variable)
            if not read.indices and not any(elements(term)):
                self.constant[read.variable] = term
                continue
            note = self.note(statement, read, slope)
            yield Accumulate(gradient_of(read.variable)[read.indices], term, note)

    def note(
        self, statement: Assign | Accumulate, read: Element, slope: Expression
    ) -> ChainNote:
        because, told = "", ""
        match statement:
            case Assign(note=FunctionNote(function)):
                because = derivative_words(function)
            case Accumulate(note=SlopeNote(text)):
                told = text
            case Assign(value=Stated(because=text)):
                told = f"{text}."
        path = Path(replace(statement, note=None), slope)
        return ChainNote(
            of=read,
            paths=() if statement.target.variable in self.constant else (path,),
            because=because,
            told=told,
            is_weight=read.variable.role is Role.PARAMETER,
            is_one=slope == simplify.ONE,
            is_plain=isinstance(slope, Element),
        )


def _active(block: Block, roots: set[Variable]) -> set[Variable]:
    """The variables that depend on the roots in a differentiable way.

    Walked again until nothing comes in: a state of the step before is read above
    the statement that makes it depend on anything.
    """
    active, before = set(roots), 0
    while len(active) > before:
        before = len(active)
        for statement in statements(block):
            if active.intersection(_differentiable(statement.value)):
                active.add(statement.target.variable)
    return active


def _differentiable(value: Expression) -> Iterator[Variable]:
    """The variables that an expression reads outside any `Stop`."""
    if not isinstance(value, Stop):
        stopped = {e for n in walk(value) if isinstance(n, Stop) for e in elements(n)}
        yield from (e.variable for e in elements(value) if e not in stopped)


def _zeroed(block: Block) -> Block:
    """Turn accumulations that are alone into assignments, and let the other
    gradients begin at zero before their first contribution."""
    ownership = Ownership(block)
    openings, lonely = ownership.openings(), _lonely(block)
    settled = lonely | openings.keys()
    homes = ownership.homes(v for v in ownership.mentions if v not in settled)
    seen = settled | {variable for owned in homes.values() for variable in owned}

    def zeroing(statement: Statement) -> Iterator[Statement]:
        for inner in statements((statement,)):
            variable = inner.target.variable
            if variable.role in UNFILLED or variable in seen:
                continue
            seen.add(variable)
            yield from filled(variable, simplify.ZERO)

    def settle(statement: Statement) -> Statement:
        match statement:
            case For(body=body) | If(body=body):
                for variable in homes.get(id(statement), ()):
                    body = ownership.begun(variable, body)
                return replace(statement, body=tuple(map(settle, body)))
            case Accumulate(target, value, note) if (
                target.variable in lonely or openings.get(target.variable) is statement
            ):
                return Assign(target, value, note)
            case _:
                return statement

    def section(body: Block) -> Iterator[Statement]:
        for statement in body:
            if isinstance(statement, Section):
                yield Section(statement.note, tuple(section(statement.body)))
            else:
                yield from zeroing(statement)
                yield settle(statement)

    return tuple(section(block))


def _lonely(block: Block) -> set[Variable]:
    """The gradients that one statement alone writes, each element exactly once."""
    count: dict[Variable, int] = {}
    whole: set[Variable] = set()

    def look(body: Block, loops: dict[str, int]) -> None:
        for statement in body:
            match statement:
                case For(index, stop, inner, start=start):
                    # -1: never all of an axis
                    extent = stop if isinstance(stop, int) and start == 0 else -1
                    extent = len(SAMPLES) if stop == BATCH else extent
                    look(inner, loops | {index: extent})
                case If(_, inner):
                    look(inner, loops | {"": -1})  # not in every round
                case Section(_, inner):
                    look(inner, loops)
                case Assign(target) | Accumulate(target):
                    variable = target.variable
                    count[variable] = count.get(variable, 0) + 1
                    if _is_permutation(target, loops):
                        whole.add(variable)

    look(block, {})
    is_value = {v for v in whole if v.role is not Role.GRADIENT}
    return {variable for variable in is_value if count[variable] == 1}


def _is_permutation(target: Element, loops: dict[str, int]) -> bool:
    """Whether the target meets each element once in all rounds of the loops."""
    names = []
    for index, extent in zip(target.indices, target.variable.shape, strict=True):
        size = 1  # of what the terms so far count through, such as i * 2 + j
        for name, factor in reversed(index.terms):
            if factor != size or loops.get(name, -1) < 0:
                return False
            size *= loops[name]
            names.append(name)
        if index.constant or size != extent:
            return False
    return sorted(names) == sorted(loops)


def over_elements(variable: Variable, statements: Callable[[Element], Block]) -> Block:
    """Loops over all elements of a variable, with statements for each."""
    names = variable.loop_letters
    indices = tuple(Index(0, ((name, 1),)) for name in names)
    block = statements(variable[indices])
    for name, axis in reversed(list(zip(names, variable.axes, strict=True))):
        block = (For(name, len(axis), block),)
    return (For(SAMPLES[0], BATCH, block),) if variable.is_batched else block


def filled(variable: Variable, value: Expression) -> Block:
    """Statements that set every element of a variable to one value."""
    return over_elements(variable, lambda element: (Assign(element, value),))


def derived(block: Block) -> Block:
    """The block without the backward passes that it states: they have been used."""
    found: list[Statement] = []
    for statement in block:
        match statement:
            case Section(body=body, backward=Backward()):
                found += derived(body)
            case For(body=body) | If(body=body) | Section(body=body):
                found.append(replace(statement, body=derived(body)))
            case _:
                found.append(statement)
    return tuple(found)


def needed_from(block: Block, later: Block) -> Block:
    """The statements of a block that compute what a later one reads."""
    read = {element.variable for element in read_in(later)}
    own = {statement.target.variable for statement in statements(block)}
    return _writing(block, _needed(block, read & own))


def without(block: Block, unread: set[Variable]) -> Block:
    """The block without the statements that write some variables."""
    written = {statement.target.variable for statement in statements(block)}
    return _writing(block, written - unread) if written & unread else block


def _needed(block: Block, wanted: set[Variable]) -> set[Variable]:
    """The variables of a block that the wanted ones are computed from."""
    needed, grown = set(wanted), True
    while grown:
        before = len(needed)
        for statement, read in readings(block):
            if statement.target.variable in needed:
                needed.update(element.variable for element in read)
        grown = len(needed) > before
    return needed


def _writing(block: Block, variables: set[Variable]) -> Block:
    """The statements that write the given variables, with the loops around them."""
    kept: list[Statement] = []
    for statement in block:
        match statement:
            case For(body=body) | If(body=body) | Section(body=body):
                inside = _writing(body, variables)
                if inside or not body:  # nothing but a heading says something, too
                    kept.append(replace(statement, body=inside))
            case Assign(target) | Accumulate(target):
                if target.variable in variables or _sets_index(statement):
                    kept.append(statement)
    return () if all(map(_sets_index, kept)) else tuple(kept)


def _sets_index(statement: Statement) -> bool:
    """Whether a statement sets a whole number to index with: not a number that has
    a derivative, and of use only to what stands beside it."""
    return (
        isinstance(statement, Assign) and statement.target.variable.role is Role.INDEX
    )
