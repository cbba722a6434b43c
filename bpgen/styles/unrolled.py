"""Small nets written out: every loop expanded, every sum in one statement.

In and out: a `Program`. After it there is no `For`, every index is a constant
(so a printer can give each element a name of its own), and an element that was
zeroed and then added to is assigned once, where it is first needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bpgen.program.blocks import ALONE, PASSES, Program
from bpgen.program.nodes import (
    Accumulate,
    Add,
    Assign,
    Block,
    Compare,
    Element,
    Expression,
    If,
    Negate,
    Number,
    Role,
    Section,
    Statement,
    Subtract,
    Variable,
)
from bpgen.program.notes import ChainNote, LayerNote, Note
from bpgen.program.rules import check
from bpgen.program.walks import (
    read_in,
    readings,
    reads,
    statements,
    transform,
    transform_sides,
)
from bpgen.styles.expanded import Expander
from bpgen.styles.quotes import DERIVED, quoting, written_out
from bpgen.styles.unread import without_unread

MOST_TERMS = 32  # of a sum in one statement


def unroll(program: Program) -> Program:
    """The same program without loops."""
    expander = Expander()
    expanded = ((name, expander.block(getattr(program, name))) for name in PASSES)
    blocks = {name: gather(block) for name, block in expanded}
    known = _known(blocks["forward"], program.output)
    if known:
        blocks = {name: _settled(block, known) for name, block in blocks.items()}
    last = {program.output, program.predicted, program.input_slope}
    last |= {program.loss_value.variable, program.penalty_value}
    together = tuple(name for name in blocks if name not in ALONE)
    for names in (*((name,) for name in ALONE), together):
        blocks |= without_unread({name: blocks[name] for name in names}, last)
    quoted = written_out(blocks["forward"] + blocks["loss"])
    for name in DERIVED:
        blocks[name] = quoting(blocks[name], quoted)
    return check(program.with_blocks(blocks))


# --- Constants --------------------------------------------------------------------


def _known(forward: Block, output: Variable) -> dict[Element, Number]:
    """The elements that are a plain number in every sample, such as how many elements
    of a window are inside the input. Not zeros: they would leave empty products."""
    found: dict[Element, Number] = {}
    count = Counter(statement.target for statement in statements(forward))
    for statement in statements(forward):
        target, value = statement.target, statement.value
        if isinstance(value, Number) and value.value and count[target] == 1:
            found[target] = value
    return {e: number for e, number in found.items() if e.variable != output}


def _settled(block: Block, known: dict[Element, Number]) -> Block:
    """The block with the numbers in the place of the elements."""

    def number(node: Expression) -> Expression | None:
        return known.get(node) if isinstance(node, Element) else None

    found: list[Statement] = []
    for statement in block:
        match statement:
            case Section(note, body):
                found.append(Section(note, _settled(body, known)))
            case If(Compare() as condition, body):
                condition = transform_sides(condition, number)
                found.append(If(condition, _settled(body, known)))
            case Assign(target, value, note) | Accumulate(target, value, note):
                if target not in known:
                    value = transform(value, number)
                    found.append(type(statement)(target, value, note))
    return tuple(found)


# --- Sums -------------------------------------------------------------------------


def gather(block: Block) -> Block:
    """The block with `x = 0; x += a; x += b` made `x = a + b`.

    A sum whose terms stand together stands where the last one did. One with terms
    from several sections stands before the first statement that reads it, or that
    changes what it reads; if none does, at the end of the outermost section that
    adds to it.
    """
    return tuple(_Gatherer(block).rebuilt(block))


def _sums(block: Block) -> dict[Element, list[Assign | Accumulate]]:
    """The elements that are assigned, added to, and only then read."""
    found: dict[Element, list[Assign | Accumulate]] = {}
    spoiled: set[Element] = set()
    read: set[Element] = set()
    readers: dict[Element, list[Element]] = {}  # what has been computed from each
    changed: set[Element] = set()  # what would come out differently by now
    for statement, needed in readings(block):
        target = statement.target
        read.update(needed)
        parts = found.setdefault(target, [])
        is_set_again = bool(parts) and isinstance(statement, Assign)
        if target in read or is_set_again or target in changed:
            spoiled.add(target)
        parts.append(statement)
        changed.update(own for own in readers.pop(target, ()) if own != target)
        for element in needed:
            readers.setdefault(element, []).append(target)
    return {
        target: parts
        for target, parts in found.items()
        if len(parts) > 1
        and isinstance(parts[0], Assign)
        and target not in spoiled
        and target.variable.role is not Role.GRADIENT
    }


class _Gatherer:
    """Rebuilds a block with its sums put where they are needed."""

    def __init__(self, block: Block) -> None:
        self.sums = _sums(block)
        self.waiting = set(self.sums)  # those not yet written
        self.whole: set[Element] = set()  # those whose last term has been met
        self.read = read_in(block)
        self.readers: dict[Element, list[Element]] = {}  # the sums that read an element
        for element, parts in self.sums.items():
            for own in dict.fromkeys(e for part in parts for e in reads(part)):
                self.readers.setdefault(own, []).append(element)

    def rebuilt(self, block: Block, depth: int = 0) -> Iterator[Statement]:
        together = self.standing_together(block)
        for statement in block:
            match statement:
                case Section(note, body):
                    inside = tuple(self.rebuilt(body, depth + 1))
                    if depth == 0:
                        inside += tuple(self.unread(body))
                    is_layer = isinstance(note, LayerNote)
                    if inside or (is_layer and (statements(body) or not body)):
                        yield Section(note, inside)
                case Assign(target) | Accumulate(target) if target in self.sums:
                    is_last = statement is self.sums[target][-1]
                    self.whole.update([target] * is_last)
                    if is_last and target in together:
                        yield from self.written(target)
                case If():  # no sum goes on in it: what it writes may stay
                    for inner, needed in readings((statement,)):
                        yield from self.needed(needed)
                        yield from self.overtaken(inner.target)
                    yield statement
                case Assign(target) | Accumulate(target):
                    yield from self.needed(reads(statement))
                    yield from self.overtaken(target)
                    yield statement
        if depth == 0:
            yield from self.unread(block)

    def standing_together(self, block: Block) -> set[Element]:
        """The sums all of whose parts are direct statements of the block."""
        here = {id(statement) for statement in block}
        return {
            element
            for element in self.waiting
            if all(id(part) in here for part in self.sums[element])
        }

    def written(self, element: Element) -> Iterator[Assign]:
        """The sum of an element, after the sums that it reads itself."""
        if element in self.waiting:
            self.waiting.remove(element)
            whole = list(_whole(self.sums[element]))
            for assignment in whole:
                yield from self.needed(reads(assignment))
            yield from whole

    def needed(self, elements: Iterable[Element]) -> Iterator[Assign]:
        """The sums that are waiting among what is read next."""
        for element in dict.fromkeys(elements):
            yield from self.written(element)

    def overtaken(self, target: Element) -> Iterator[Assign]:
        """The sums that are waiting, and read what is to change."""
        for element in self.readers.get(target, ()):
            if element in self.whole:
                yield from self.written(element)

    def unread(self, body: Block) -> Iterator[Assign]:
        """The sums that a section completes and that nothing in the block reads."""
        for statement in statements(body):
            target = statement.target
            is_unread = target in self.waiting and target not in self.read
            if is_unread and statement is self.sums[target][-1]:
                yield from self.written(target)


def _whole(parts: list[Assign | Accumulate]) -> Iterator[Assign]:
    """One assignment for the first one and what was added to it.

    A sum of very many terms goes on in further assignments, `x = x + ...`, from
    left to right as before, so that no expression is too deep for any compiler.
    """
    target, note = parts[0].target, _joined([part.note for part in parts])
    value, terms = parts[0].value, 0
    for part in parts[1:]:
        if terms == MOST_TERMS:
            yield Assign(target, value, note)
            value, terms, note = target, 0, None
        match value, part.value:
            case Number(0.0), term:
                value = term
            case Number(a), Number(b):  # counted: 1 + 1 + ...
                value = Number(a + b)
            case _, Negate(term):
                value = Subtract(value, term)
            case _, term:
                value = Add(value, term)
        terms += 1
    yield Assign(target, value, note)


def _joined(notes: list[Note | None]) -> Note | None:
    """One note for a sum: all paths of its chain rule."""
    chains = [note for note in notes if isinstance(note, ChainNote)]
    if not chains:
        return next((note for note in notes if note), None)
    paths = dict.fromkeys(path for note in chains for path in note.paths)
    return replace(chains[0], paths=tuple(paths))
