"""The blocks of the program where a routine calls them.

In: the program of one page. Out, for each routine: the statements of the blocks that
it computes, what they take from its arguments, and the lists of numbers that they
leave. One writer serves all blocks of a routine, so that each local begins once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from bpgen.languages.record import Items
from bpgen.program.blocks import Program
from bpgen.program.nodes import COUNT, Block, Role, Variable
from bpgen.program.walks import read_in
from bpgen.writing.context import Dialect
from bpgen.writing.fields import Fields, elements_of, field_shape, without_zeroing
from bpgen.writing.fresh import without_fresh_zeros
from bpgen.writing.lines import Layout, Lines
from bpgen.writing.statements import BlockWriter

# What a call computes: a block of the program, for one sample or for a whole batch.
ROWS = "_rows"
TAKES_INPUTS = ("predict", "forward", "examine")
TAKES_TARGETS = ("loss", "backward", "input_gradient")
FRESH = ("initialize", "reset")  # what sets arrays that begin as zeros


class PageBlocks:
    """The blocks of one program, for the routines of its page."""

    def __init__(self, program: Program, dialect: Dialect, fields: Fields) -> None:
        self.program, self.dialect, self.fields = program, dialect, fields
        self.language = dialect.language

    def of_routine(self, name: str, layout: Layout) -> RoutineBlocks:
        """The blocks inside of one routine."""
        return RoutineBlocks(self, BlockWriter(self.dialect, alone=name == "predict"))

    def block_writer(self) -> BlockWriter:
        """A writer of statements and elements."""
        return BlockWriter(self.dialect)

    # Groups of arrays -----------------------------------------------------------------

    def group(self, name: str) -> list[Variable | None]:
        """The variables of a group in order; None for a gradient that is always 0."""
        program = self.program
        match name:
            case "parameters":
                return list(program.parameters)
            case "gradients":
                return [program.gradients.get(p) for p in program.parameters]
            case "buffers":
                return list(program.buffers)
            case "states":
                return [state.variable for state in program.states]
            case "schedule":
                return [state.variable for state in program.schedule_states]
        raise KeyError(name)

    def arrays(self, name: str) -> Iterator[Items | str]:
        """The arrays of a group, flat, as code."""
        writer = BlockWriter(self.dialect)
        pairs = zip(self.group(name), self.group_shapes(name), strict=True)
        for variable, shape in pairs:
            if variable is None:
                yield self.language.written("filled", str(prod(shape)), "0.0")
            elif self.dialect.unrolled or not shape:
                yield [writer.element(element) for element in elements_of(variable)]
            else:
                yield self.language.taken(self.field(variable), shape)

    def group_shapes(self, name: str) -> list[tuple[int, ...]]:
        """The shapes of a group's arrays."""
        of = self.program.parameters if name == "gradients" else self.group(name)
        return [variable.shape for variable in of if variable is not None]

    def set_arrays(self, name: str, given: str, layout: Layout) -> Lines:
        """The statements that set the arrays of a group."""
        writer, lines = BlockWriter(self.dialect), list[str]()
        writer.layout.indent = layout.indent
        for place, variable in enumerate(self.group(name)):
            assert variable is not None
            source = f"{given}[{place}]"
            if self.dialect.unrolled or not variable.shape:
                elements = [writer.element(e) for e in elements_of(variable)]
                lines += writer.unpacked(elements, source)
            else:
                array = self.field(variable)
                filled = self.language.fill(array, source, variable.shape)
                lines.append(filled + self.language.end)
        return lines

    def field(self, variable: Variable) -> str:
        """An array of the object."""
        return self.language.member.format(self.dialect.names.array(variable))


class RoutineBlocks:
    """The blocks inside of one routine."""

    def __init__(self, page: PageBlocks, writer: BlockWriter) -> None:
        self.page, self.writer = page, writer
        self.program, self.language = page.program, page.language
        self.is_begun = False  # whether a block stands above, in the same routine

    def compute(self, block: str, arguments: Sequence[str], layout: Layout) -> Lines:
        """The statements of a block."""
        self.writer.layout.indent = layout.indent
        if block == "draw_from":
            return []  # the blocks of a file know their generator
        if block == "set_arrays":
            group, given = arguments
            return self.page.set_arrays(group.strip("'\""), given, layout)
        if block == "reserve":
            return self.reserved(arguments[0])
        name = block.removesuffix(ROWS)
        statements: Block = getattr(self.program, name)
        if name in FRESH:
            is_declared = self.language.declared is not None
            statements = without_zeroing(statements, self.page.dialect, is_declared)
        if name in TAKES_INPUTS and not self.page.dialect.unrolled:
            statements = without_fresh_zeros(statements)
        if not statements and name not in TAKES_INPUTS:
            return []
        taken = [*self.counted(name, block, arguments), *self.taken(name, arguments)]
        body = self.writer.write(statements, layout.indent)
        is_headed = body and body[0].startswith(self.language.comment)
        if is_headed and (taken or self.is_begun):
            taken.append("")
        self.is_begun = True
        return [*taken, *body]

    def counted(self, name: str, block: str, arguments: Sequence[str]) -> Lines:
        """The size of the batch, where whole batches are worked on."""
        if not block.endswith(ROWS) and not (
            name == "examine" and self.program.input.is_batched
        ):
            return []
        is_batch = block.endswith(ROWS)
        size = self.language.written("len", arguments[0]) if is_batch else "1"
        lines = [self.writer.fixed("batch", size)]
        if COUNT.scalar() in read_in(getattr(self.program, name)):
            lines.append(
                self.writer.fixed("count", self.language.written("number", "batch"))
            )
        return lines

    def taken(self, name: str, arguments: Sequence[str]) -> Lines:
        """What a block takes from outside."""
        program, writer = self.program, self.writer
        if name in TAKES_INPUTS:
            variable = program.input
        elif name in TAKES_TARGETS:
            variable = program.target
        else:
            return []
        if not self.page.dialect.unrolled:
            if name in ("forward", "examine"):
                return self.filled(variable, name, arguments[0])
            return []
        used = read_in(getattr(program, name))
        if name == "backward":  # in whose routine the input's gradient comes, too
            used |= read_in(program.input_gradient)
        used |= self.page.dialect.kept if name != "predict" else set()
        return [
            writer.given(element, f"{arguments[0]}[{place}]")
            for place, element in enumerate(elements_of(variable))
            if element in used and element not in writer.declared
        ]

    def filled(self, variable: Variable, name: str, given: str) -> Lines:
        """The lines that put the inputs into their array."""
        language = self.language
        array = language.field_of_this.format(self.page.dialect.names.array(variable))
        size = field_shape(variable)
        if not variable.is_batched:
            return [language.fill(array, given, size) + language.end]
        if name == "examine":
            return [language.fill_row(array, "0", given, prod(size)) + language.end]
        line = language.fill_row(array, "sample", f"{given}[sample]", prod(size))
        opening = self.writer.layout.opening("up", "sample", "0", "batch")
        return self.writer.layout.body(opening, [line + language.end])

    def reserved(self, batch: str) -> Lines:
        """New arrays for a batch that is longer than all before."""
        lines: Lines = []
        for array in self.page.fields.arrays:
            if array.batched:
                field = self.language.member.format(array.name)
                shape, is_whole = array.shape, array.is_whole
                lines += self.writer.set_zeros(field, (batch, *shape), is_whole)
        return lines

    # Values -------------------------------------------------------------------------

    def result(self, block: str) -> str:
        """The number that a block leaves."""
        match block.removesuffix(ROWS):
            case "loss":
                return self.writer.element(self.program.loss_value)
            case "penalty":
                return self.writer.element(self.program.penalty_value.scalar())
        raise KeyError(block)

    def value(self, block: str, arguments: Sequence[str]) -> Items | str:
        """Numbers that blocks have computed, as code."""
        match block:
            case "outputs":
                return self.listed(self.program.output)
            case "predicted":
                return self.listed(self.program.predicted)
            case "input_slopes":
                return self.listed(self.program.input_slope)
            case "arrays":
                return list(self.page.arrays(arguments[0].strip("'\"")))
        raise KeyError(block)

    def listed(self, variable: Variable) -> Items | str:
        """All elements of a variable as a new list."""
        if self.page.dialect.unrolled:
            return [self.writer.element(element) for element in elements_of(variable)]
        shape = field_shape(variable)
        name = self.page.dialect.names.array(variable)
        if not self.writer.alone:
            name = self.page.field(variable)
        elif variable.role is Role.INPUT:
            name = "inputs"
        if variable.is_batched:
            return self.language.first_taken(name, shape)
        return self.language.taken(name, shape)
