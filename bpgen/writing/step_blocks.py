"""The step of training where the fast path computes it: all in one, on local names.

In: the program of one page. Out: lines. Where the step stands in the loop over the
samples, weights keep their local names from sample to sample; else the step is a method
of its own, which reads and writes them where they are. Nothing is said here: a reader
has met every line in forward, backward and update.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import prod

from bpgen.lowering.optimizer import LEARNING_RATE
from bpgen.program.nodes import (
    SAMPLE,
    Assign,
    Block,
    Element,
    For,
    Role,
    Subtract,
    Variable,
)
from bpgen.program.walks import (
    arrays_in,
    elements,
    read_in,
    reads,
    statements,
    write_counts,
)
from bpgen.styles.quick import quick
from bpgen.writing.fast_writer import FastWriter
from bpgen.writing.fields import is_number
from bpgen.writing.fresh import without_fresh_zeros
from bpgen.writing.kept import elements_of
from bpgen.writing.layer_functions import CallWriter
from bpgen.writing.lines import Lines
from bpgen.writing.page_blocks import PageBlocks, RoutineBlocks
from bpgen.writing.statements import BlockWriter
from bpgen.writing.zeros import without_zeros

RUN = ("run", "run_rows")  # the routines of a textbook page
FAST = (
    *("_learn", "_learn_part", "_step"),
    *("_learn_batch", "_learn_rows"),
)  # the routines of the fast path


RATE = "rate"  # the local name of the learning rate, whose field has the long one


class StepBlocks(RoutineBlocks):
    """The blocks of the fast path inside of one routine."""

    writer: FastWriter

    def fast(self, block: str, arguments: Sequence[str]) -> Lines:
        """The statements of a block."""
        keeps = self.is_inline and self.unrolled
        match block:
            case "take_weights" if keeps:
                return [*self.numbers(), *self.weights(self.used)]
            case "take_weights" if self.is_inline:
                return [*self.numbers(), *self.arrays()]
            case "give_weights" if keeps:
                return self.given()
            case "step":
                return self.step(*arguments)
            case "step_rows":
                return self.step_rows(*arguments)
            case _:
                return []

    @property
    def is_inline(self) -> bool:
        """Whether the step stands in the loop over the samples."""
        adds, joins = self.program.adds_at_once, self.program.joins_batches
        return (self.language.speed.inlines or adds) and not joins

    @cached_property
    def quick(self) -> Block:
        """The step in loops."""
        block = without_fresh_zeros(self.program.step)
        return quick(without_zeros(block), self.language.speed)

    def arrays(self) -> Lines:
        """Names for the arrays that all samples work with; not for those that begin as
        zeros and are new for each sample."""
        lines: Lines = []
        for variable in arrays_in(self.quick):
            is_given = variable.role in (Role.INPUT, Role.TARGET)
            if not (is_given or variable in self.begun_as_zeros):
                lines += self.writer.hoisted(variable)
        return lines

    @property
    def reads_inputs(self) -> bool:
        """Whether a window or anything else reads the inputs: padding may be all."""
        return any(own.role is Role.INPUT for own in arrays_in(self.quick))

    @cached_property
    def begun_as_zeros(self) -> set[Variable]:
        """The arrays whose zeros the step relies on."""
        block = without_fresh_zeros(self.program.step)
        kept = {id(s) for s in statements(without_zeros(block))}
        return {s.target.variable for s in statements(block) if id(s) not in kept}

    @cached_property
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
            lines.append(self.writer.fixed(own, self.fields.member(variable), "float"))
            self.writer.numbers[variable] = own
        return lines

    def step(self, inputs: str, targets: str) -> Lines:
        """The step of one sample."""
        lines = [] if self.is_inline else self.numbers()
        if self.unrolled:
            return [*lines, *self.unrolled_step(inputs, targets)]
        program, writer = self.program, self.begun()
        if self.language.speed.inlines:
            names = self.page.dialect.names
            writer.inputs = names.array(program.input)
            writer.targets = names.array(program.target)
            if self.reads_inputs:
                lines.append(writer.fixed(writer.inputs, inputs))
            lines.append(writer.fixed(writer.targets, targets))
        else:
            if self.reads_inputs:
                lines += self.inputs_copied(program.input, inputs)
            if self.is_inline:
                writer.targets = self.page.dialect.names.array(program.target)
                lines.append(writer.fixed(writer.targets, targets))
        return [*lines, *writer.write(self.quick, writer.layout.indent)]

    def begun(self) -> FastWriter:
        """The writer, told which arrays are to begin as zeros."""
        names = self.page.dialect.names
        self.writer.cleared = {names.array(own) for own in self.begun_as_zeros}
        return self.writer

    def step_rows(self, inputs: str, targets: str) -> Lines:
        """The step of a whole batch."""
        writer, lines = self.begun(), self.numbers()
        variable = self.program.input
        writer.targets = targets
        if self.language.flat:
            lines += self.rows_copied(variable, inputs)
        else:
            writer.inputs = inputs
        return [*lines, *writer.write(self.quick, writer.layout.indent)]

    def rows_copied(self, variable: Variable, given: str) -> Lines:
        """The lines that copy the inputs of a batch to an array of our own."""
        array, size = self.writer.take(variable), prod(variable.shape)
        ((sample, _),) = SAMPLE.terms
        (count,) = {
            s.stop
            for s in self.program.step
            if isinstance(s, For) and s.index == sample and isinstance(s.stop, int)
        }
        lines = self.writer.allocated(array, (count, size))
        fill = self.language.fill_row(array, sample, f"{given}[{sample}]", size)
        opening = self.writer.layout.opening("up", sample, "0", str(count))
        return [*lines, *self.writer.layout.body(opening, [fill + self.language.end])]

    def unrolled_step(self, inputs: str, targets: str) -> Lines:
        """The step of one sample, on names for all numbers."""
        program, writer, lines = self.program, self.writer, list[str]()
        for variable, given in ((program.input, inputs), (program.target, targets)):
            lines += self.unpacking.items(elements_of(variable), given, self.used)
        if not self.is_inline:
            writer.stores, read = True, read_besides(program.step)
            for weights in (*program.parameters, *program.buffers):
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


def read_besides(block: Block) -> set[Element]:
    """What statements read, but for a number that only moves where it is stored."""
    found: set[Element] = set()
    for statement in statements(block):
        match statement:
            case Assign(target, Subtract(left, right)) if target == left:
                found.update(elements(right))
            case _:
                found.update(reads(statement))
    return found


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
        calls = page.layers.calls
        return RunBlocks(page, CallWriter(page.dialect, page.fields, calls))
    if routine in FAST:
        writer = FastWriter(page.dialect, page.fields)
        writer.joins_batches = page.program.joins_batches
        writer.kept, writer.routine = page.kept_arrays, routine
        return StepBlocks(page, writer)
    return RoutineBlocks(page, page.block_writer())
