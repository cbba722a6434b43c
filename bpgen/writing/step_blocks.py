"""The step of training where the fast path computes it: all in one, on local names.

In: the program of one page. Out: lines. Where the step stands in the loop over the
samples, weights keep their local names from sample to sample; else the step is a method
of its own, which reads and writes them where they are. Nothing is said here: a reader
has met every line in forward, backward and update.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bpgen.lowering.optimizer import LEARNING_RATE
from bpgen.program.nodes import Element, For, Index, Role, Statement, Variable
from bpgen.program.walks import read_in, readings, write_counts
from bpgen.styles.invariant import has_loop
from bpgen.writing.context import Dialect
from bpgen.writing.fields import Fields, is_number
from bpgen.writing.fresh import without_fresh_zeros
from bpgen.writing.kept import elements_of
from bpgen.writing.lines import Lines
from bpgen.writing.options import Comments
from bpgen.writing.page_blocks import PageBlocks, RoutineBlocks
from bpgen.writing.statements import BlockWriter
from bpgen.writing.zeros import without_zeros

MOST_ROWS = 4  # that have names at once
RUN = ("run", "run_rows")  # the routines of a textbook page
FAST = ("_learn", "_step")  # the routines of the fast path


class FastWriter(BlockWriter):
    """Writes a block without a word; where arrays are nested lists, the row that an
    innermost loop goes along gets a name before it."""

    def __init__(self, dialect: Dialect, fields: Fields) -> None:
        super().__init__(replace(dialect, comments=Comments.NONE), fields)
        self.rows: dict[tuple[Variable, tuple[Index, ...]], str] = {}

    def placed(self, name: str, element: Element) -> str:
        """An element of an array of that name."""
        *_, last = element.indices
        row = self.rows.get((element.variable, element.indices[:-1]))
        return f"{row}[{self.index(last)}]" if row else super().placed(name, element)

    def line(self, statement: Statement, first: bool) -> Lines:
        """The lines of one statement."""
        if self.language.flat or not isinstance(statement, For) or has_loop(statement):
            return [str(line) for line in super().line(statement, first)]
        before: Lines = []
        for written, read in readings(statement.body):
            for element in (written.target, *read):
                before += self.row(element, statement.index)
        lines = [*before, *super().line(statement, first)]
        self.rows.clear()
        return [str(line) for line in lines]  # which say of no statement

    def row(self, element: Element, index: str) -> Lines:
        """A name for the row of an element, if it is one of nested lists."""
        variable, places = element.variable, element.indices[:-1]
        is_nested = len(places) > 0 and variable.role is not Role.INPUT
        moves = any(name == index for place in places for name, _ in place.terms)
        key = (variable, places)
        is_other = variable.role is Role.TARGET or variable.is_whole
        if not is_nested or moves or key in self.rows or is_other:
            return []
        places_text = "".join(f"[{self.index(place)}]" for place in places)
        source = self.array(variable) + places_text
        line = self.fixed(f"row{len(self.rows) + 1}", source)
        if len(self.rows) == MOST_ROWS or not self.layout.fits(line):
            return []
        self.rows[key] = f"row{len(self.rows) + 1}"
        return [line]


RATE = "rate"  # the local name of the learning rate, whose field has the long one


class StepBlocks(RoutineBlocks):
    """The blocks of the fast path inside of one routine."""

    def fast(self, block: str, arguments: Sequence[str]) -> Lines:
        """The statements of a block."""
        keeps = self.language.inlines_step and self.unrolled
        match block:
            case "take_weights" if self.language.inlines_step:
                return [*self.numbers(), *(self.weights(self.used) if keeps else [])]
            case "give_weights" if keeps:
                return self.given()
            case "step":
                return self.step(*arguments)
            case _:
                return []

    @property
    def used(self) -> set[Element]:
        """What the step reads or writes."""
        block = self.program.step
        return read_in(block) | write_counts(block).keys()

    def numbers(self) -> Lines:
        """Local names for the numbers of the optimizer."""
        lines: Lines = []
        numbers = {e.variable for e in self.used if is_number(e)}
        for variable in sorted(numbers, key=lambda v: v.name):
            is_rate = variable.name == LEARNING_RATE
            own = RATE if is_rate else self.page.dialect.names.scalar(variable.scalar())
            lines.append(self.writer.fixed(own, self.fields.member(variable)))
            self.writer.numbers[variable] = own
        return lines

    def step(self, inputs: str, targets: str) -> Lines:
        """The step of one sample."""
        lines = [] if self.language.inlines_step else self.numbers()
        if self.unrolled:
            return [*lines, *self.unrolled_step(inputs, targets)]
        program, writer = self.program, self.writer
        if self.language.inlines_step:
            names = self.page.dialect.names
            writer.inputs = names.array(program.input)
            writer.targets = names.array(program.target)
            lines.append(writer.fixed(writer.inputs, inputs))
            lines.append(writer.fixed(writer.targets, targets))
        else:
            lines += self.inputs_copied(program.input, inputs)
        block = without_zeros(without_fresh_zeros(program.step))
        return [*lines, *writer.write(block, writer.layout.indent)]

    def unrolled_step(self, inputs: str, targets: str) -> Lines:
        """The step of one sample, on names for all numbers."""
        program, writer, lines = self.program, self.writer, list[str]()
        for variable, given in ((program.input, inputs), (program.target, targets)):
            lines += self.unpacking.items(elements_of(variable), given, self.used)
        if not self.language.inlines_step:
            writer.stores, read = True, read_in(program.step)
            for weights in program.parameters:
                member = self.fields.member(weights)
                lines += self.unpacking.placed(weights, member, read)
        return [*lines, *writer.write(program.step, writer.layout.indent)]

    def given(self) -> Lines:
        """The lines that put the weights back into their arrays."""
        lines: Lines = []
        writes = dict.fromkeys(write_counts(self.program.step), 2)
        for weights in self.program.parameters:
            member = self.fields.member(weights)
            lines += self.unpacking.added(weights, member, writes)
        return lines


class RunBlocks(RoutineBlocks):
    """Forward, loss and backward in one routine, which needs no tuple."""

    def __init__(self, page: PageBlocks, writer: BlockWriter) -> None:
        super().__init__(page, writer)
        self.reads_kept = False

    def handed_on(self) -> set[Element]:
        """What later passes use of the inputs."""
        program = self.program
        return read_in(program.loss) | read_in(program.backward)


def blocks_of(page: PageBlocks, routine: str) -> RoutineBlocks:
    """The blocks inside of one routine."""
    if routine in RUN:
        return RunBlocks(page, page.block_writer())
    if routine in FAST:
        return StepBlocks(page, FastWriter(page.dialect, page.fields))
    return RoutineBlocks(page, page.block_writer())
