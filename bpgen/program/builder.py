"""Collects the forward statements that layers add."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import chain

from bpgen.program.axes import Axes as Axes
from bpgen.program.labels import SPARE_LETTERS
from bpgen.program.nodes import (
    BATCH,
    SAMPLE,
    SAMPLES,
    Accumulate,
    Assign,
    Backward,
    Block,
    Compare,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Order,
    Position,
    Role,
    Section,
    Statement,
    Variable,
    Whole,
)
from bpgen.program.notes import LayerNote, Note


@dataclass(frozen=True, slots=True)
class Softmax:
    """What a softmax computed, for a loss that goes together with it."""

    net_inputs: Variable
    largest: Variable  # net input, of each row
    total: Variable  # of the powers exp(z - largest), of each row


@dataclass
class Builder:
    """Collects the statements that layers add.

    `training` says whether they are those of training, or of the net at work;
    `batched`, whether they run over all samples of a batch, layer by layer.
    """

    training: bool = True
    batched: bool = False
    blocks: list[list[Statement]] = field(default_factory=lambda: [[]])
    letters: list[str] = field(default_factory=list)  # of open loops
    softmaxes: dict[Variable, Softmax] = field(default_factory=dict)  # by output
    names: set[str] = field(default_factory=set)  # of the values so far
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)  # of open loops

    @property
    def block(self) -> Block:
        """What was added so far, outside any open loop or section."""
        return tuple(self.blocks[0])

    def value(
        self,
        prefix: str,
        name: str,
        axes: Axes = (),
        letters: str = "",
        *,
        is_whole: bool = False,
    ) -> Variable:
        """A new variable that one sample computes, for the layer of that name."""
        found, number = f"{prefix}_{name}", 2
        while found in self.names:  # such as a loss's softmax after a layer's own
            found, number = f"{prefix}{number}_{name}", number + 1
        self.names.add(found)
        labels = self.of_samples(axes)
        return Variable(found, Role.VALUE, prefix, labels, letters, is_whole)

    def statistic(self, prefix: str, name: str, axes: Axes) -> Variable:
        """As `value`, for what all samples of a batch have in common."""
        return replace(self.value(prefix, name), labels=axes)

    def of_samples(self, axes: Axes) -> Axes:
        """The axes of what each sample has."""
        return (SAMPLES, *axes) if self.batched else axes

    def assign(self, to: Element, value: Expression, note: Note | None = None) -> None:
        """Add: to = value."""
        self.blocks[-1].append(Assign(to, value, note))

    def accumulate(
        self, to: Element, value: Expression, note: Note | None = None
    ) -> None:
        """Add: to += value."""
        self.blocks[-1].append(Accumulate(to, value, note))

    @contextmanager
    def section(self, note: LayerNote, mixes: bool = False) -> Iterator[None]:
        """What is added inside stands under one heading, and runs for each sample,
        unless the layer mixes the samples of a batch and says itself what does."""
        self.blocks.append([])
        with nullcontext() if mixes else self.samples():
            yield
        body = tuple(self.blocks.pop())
        self.blocks[-1].append(Section(note, body))

    @contextmanager
    def stated(self, backward: Backward) -> Iterator[None]:
        """What is added inside has a stated backward pass."""
        self.blocks.append([])
        yield
        body = tuple(self.blocks.pop())
        self.blocks[-1].append(Section(None, body, backward))

    @contextmanager
    def apart(self) -> Iterator[list[Statement]]:
        """What is added inside is given to the caller, to stand elsewhere."""
        found: list[Statement] = []
        self.blocks.append(found)
        yield found
        self.blocks.pop()

    @contextmanager
    def samples(self) -> Iterator[None]:
        """What is added inside runs for each sample of a batch."""
        if not self.batched:
            yield
            return
        self.blocks.append([])
        yield
        body = tuple(self.blocks.pop())
        ((name, _),) = SAMPLE.terms
        self.blocks[-1].append(For(name, BATCH, body))

    @contextmanager
    def loop(
        self,
        stop: Index | int,
        letter: str = "i",
        start: int = 0,
        order: Order = Order.ANY,
    ) -> Iterator[Index]:
        """What is added inside runs for each index in start ... stop - 1.

        The letter is the index's name, unless a loop around has it. A note for the
        loop may be given through `head`.
        """
        names = (letter, *SPARE_LETTERS)
        name = next(name for name in names if name not in self.letters)
        self.ranges[name] = (start, self._range(Index.of(stop))[1] - 1)
        self.letters.append(name)
        self.blocks.append([])
        self._heads.append(None)
        yield Index(0, ((name, 1),))
        body = tuple(self.blocks.pop())
        self.letters.pop()
        self.blocks[-1].append(For(name, stop, body, self._heads.pop(), start, order))

    @contextmanager
    def inside(self, index: Index, extent: int) -> Iterator[None]:
        """What is added inside runs only where the index is in 0 ... extent - 1."""
        self.blocks.append([])
        yield
        body = tuple(self.blocks.pop())
        low, high = self._range(index)
        holds = low >= 0 and high < extent
        self.blocks[-1] += body if holds else [If(Inside(index, extent), body)]

    @contextmanager
    def where(self, condition: Compare) -> Iterator[None]:
        """What is added inside runs only where the comparison holds: a search."""
        self.blocks.append([])
        yield
        body = tuple(self.blocks.pop())
        self.blocks[-1].append(If(condition, body))

    def _range(self, index: Index) -> tuple[int, int]:
        """The smallest and the largest value of an index of open loops."""
        low = high = index.constant
        for name, factor in index.terms:
            ends = [factor * end for end in self.ranges[name]]
            low, high = low + min(ends), high + max(ends)
        return low, high

    def whole(self, name: str, value: Element, count: int) -> Index:
        """An index from the whole number, 0 to count - 1, that an element holds."""
        variable = Variable(name, Role.INDEX, name)
        self.blocks[-1].append(Assign(variable.scalar(), Whole(value, count)))
        return Index(0, ((name, 1),))

    def named(self, name: str, index: Index) -> Index:
        """The index under a name, if it is more than a loop variable or a number.

        One that is at hand under that name stands once; another one of that name
        gets a number.
        """
        if not index.terms or index == Index(0, ((index.terms[0][0], 1),)):
            return index
        at_hand = {
            statement.target.variable.name: statement.value
            for statement in chain(*self.blocks)
            if isinstance(statement, Assign)
            and statement.target.variable.role is Role.INDEX
        }
        found, number = name, 2
        while at_hand.get(found, Position(index)) != Position(index):
            found, number = f"{name}{number}", number + 1
        if found not in at_hand:
            self.ranges[found] = self._range(index)
            variable = Variable(found, Role.INDEX, found)
            self.blocks[-1].append(Assign(variable.scalar(), Position(index)))
        return Index(0, ((found, 1),))

    @contextmanager
    def loops(self, axes: Axes, letters: str) -> Iterator[tuple[Index, ...]]:
        """One loop inside the other, over all elements along the axes."""
        with ExitStack() as stack:
            yield tuple(
                stack.enter_context(self.loop(len(axis), letter))
                for axis, letter in zip(axes, letters, strict=True)
            )

    def head(self, note: Note) -> None:
        """Head the innermost open loop with a note."""
        self._heads[-1] = note

    _heads: list[Note | None] = field(default_factory=list)
