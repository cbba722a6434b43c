"""The blocks of the program where a routine calls them.

In: the program of one page. Out, for each routine: the statements of the block that
it computes, what they take from its arguments, and what they leave. One writer serves
all blocks of a routine, so that each local begins once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from bpgen.languages.record import Items
from bpgen.network.network import Network
from bpgen.program.blocks import PASSES, Program, group_of
from bpgen.program.nodes import COUNT, Block, Element, Variable
from bpgen.program.size import joined
from bpgen.program.walks import read_in, write_counts
from bpgen.writing.begun import counts_of
from bpgen.writing.context import Dialect
from bpgen.writing.fields import Fields
from bpgen.writing.fresh import without_zeros_of_new
from bpgen.writing.kept import TupleWriter, elements_of, kept_of
from bpgen.writing.layer_functions import LayerFunctions
from bpgen.writing.lines import Layout, Lines
from bpgen.writing.statements import BlockWriter
from bpgen.writing.unpacking import Unpacking
from bpgen.writing.zeros import without_zeroing

# What a call computes: a block of the program, for one sample or for a whole batch.
ROWS = "_rows"
TAKES_INPUTS = ("predict", "forward", "examine")
KEEPS = ("forward", "examine")
FRESH = ("initialize", "reset")  # what sets numbers that begin as zeros
STEPS = ("take_weights", "step", "step_rows", "give_weights")
FEW = 2  # entries of a tuple that are not worth a pattern


class PageBlocks:
    """The blocks of one program, for the routines of its page."""

    def __init__(
        self,
        program: Program,
        unsized: Program,
        dialect: Dialect,
        fields: Fields,
        network: Network,
    ) -> None:
        self.program, self.dialect, self.fields = program, dialect, fields
        self.unsized = unsized  # since layers that share a function differ in names
        self.kinds = {layer.note.name: layer.kind for layer in network.layers}
        self.language = dialect.language
        self.kept_arrays: dict[str, str] = {}  # of the file, and how they are made
        self.list_lines: Lines = []  # that make lists of rows, once all rows are there
        entries = kept_of(program, dialect.unrolled)
        self.kept = TupleWriter(self.language, entries, dialect.names)

    def block_writer(self) -> BlockWriter:
        """A writer of statements and elements."""
        return BlockWriter(self.dialect, self.fields)

    def arrays_kept(self) -> Lines:
        """The arrays that the fast path takes again in each step."""
        lines: Lines = []
        for own, zeros in self.kept_arrays.items():
            says = "What a step works with, made once: to make arrays takes long."
            before, start, end = self.language.constant(own, "array", "", says)
            lines += [*([] if lines else before), f"{start}{zeros}{end}"]
        return lines

    @cached_property
    def layers(self) -> LayerFunctions:
        """The functions of layers that compute alike, and their calls."""
        dialect = self.dialect
        is_textbook = dialect.is_dense and not dialect.unrolled
        kinds = self.kinds if is_textbook and self.language.ways.several else {}
        return LayerFunctions(self.unsized, dialect, self.fields, kinds)

    def outputs(self, kept: str) -> Items | str:
        """The outputs in what forward has kept, as a new list."""
        place, output = len(self.kept.entries) - 1, self.program.output
        item = self.kept.item(kept, place)
        if self.dialect.unrolled:
            ways = self.language.ways
            is_own = self.language.plain or ways.owning or ways.enclosing
            copies = "copied_row" if is_own else "json_numbers"
            return self.language.written(copies, item)
        if output.is_batched:
            own = self.block_writer().own_shape(output)
            return self.language.first_taken(item, own)
        return self.language.taken(item, output.shape)


class RoutineBlocks:
    """The blocks inside of one routine."""

    def __init__(self, page: PageBlocks, writer: BlockWriter) -> None:
        self.page, self.writer = page, writer
        self.program, self.language = page.program, page.language
        self.unrolled, self.fields = page.dialect.unrolled, page.fields
        self.unpacking = Unpacking(writer)
        self.reads_kept = True  # whether forward stands in a method of its own
        self.kept = ""  # what the routine calls what forward kept
        self.is_begun = False  # whether a block stands above, in the same routine

    def compute(self, block: str, arguments: Sequence[str], layout: Layout) -> Lines:
        """The statements of a block."""
        self.writer.layout.indent = layout.indent
        if block == "draw_from":
            return []  # the blocks of a file know their generator
        if block == "set_numbers":
            return self.set_numbers(*arguments)
        if block in STEPS:
            return self.fast(block, arguments)
        name = block.removesuffix(ROWS)
        statements: Block = getattr(self.program, name)
        self.writer.owns_arrays = name in FRESH
        self.writer.begins = name == "initialize"
        is_declared = not self.language.constructs
        if name in FRESH and (is_declared or not self.fields.has_scalars):
            statements = without_zeroing(statements, is_declared)
        elif name in PASSES and not self.unrolled:
            statements = without_zeros_of_new(statements)
        after = self.page.list_lines if name == "initialize" else list[str]()
        if not statements and name not in TAKES_INPUTS:
            return after
        if name == "backward":  # whose routine goes on to the inputs
            both = self.program.backward + self.program.input_gradient
            self.writer.writes |= counts_of(both)
        taken = self.taken(name, block, arguments) if name in PASSES else []
        body = self.writer.write(statements, layout.indent)
        is_headed = body and body[0].startswith(self.language.comment)
        if is_headed and (taken or self.is_begun):
            taken.append("")
        self.is_begun = True
        if name == "backward" and self.unrolled and self.fields.has_gradients:
            after = self.added()
        return [*taken, *body, *after]

    def fast(self, block: str, arguments: Sequence[str]) -> Lines:
        """The statements of a block of the fast path."""
        raise KeyError(block)  # of `StepBlocks` alone

    # Before ---------------------------------------------------------------------------

    def taken(self, name: str, block: str, arguments: Sequence[str]) -> Lines:
        """What a pass takes: inputs or targets, what forward kept, parameters."""
        self.kept = arguments[0]
        used = self.used_by(name)
        given = self.program.input if name in TAKES_INPUTS else self.program.target
        lines = self.counted(name, block, arguments[-1])
        if name not in TAKES_INPUTS and self.reads_kept:
            lines += self.from_kept(name, used)
        if self.unrolled:
            needed = used | self.handed_on() if name in KEEPS else used
            lines += self.unpacking.scalars(elements_of(given), arguments[-1], needed)
            lines += self.weights(used)
            if name == "backward" and self.fields.has_gradients:
                lines += self.held()
        elif name in TAKES_INPUTS and block.endswith(ROWS):
            lines += self.inputs_of_batch(given, arguments[0])
        elif name in TAKES_INPUTS:
            lines += self.inputs_copied(given, arguments[0])
        return lines

    def used_by(self, name: str) -> set[Element]:
        """What a pass reads."""
        return read_in(getattr(self.program, name))

    def inputs_copied(self, variable: Variable, given: str) -> Lines:
        """The lines that copy the inputs of one sample to an array of our own."""
        array = self.writer.take(variable)
        if "copied_row" in self.language.forms:
            copied = self.language.written("copied_row", given)
            return [self.writer.fixed(array, copied)]
        size = joined(self.writer.own_shape(variable))
        opening = self.writer.layout.opening("up", "i", "0", str(size))
        line = f"{array}[i] = {given}[i]{self.language.end}"
        copying = self.writer.layout.body(opening, [line])
        return [*self.writer.allocated(array, (size,)), *copying]

    def counted(self, name: str, block: str, given: str) -> Lines:
        """The size of the batch, where whole batches are worked on."""
        if not block.endswith(ROWS) or "batch" in self.writer.named:
            return []
        self.writer.named.add("batch")
        size = self.language.written("len", given)
        lines = [self.writer.fixed("batch", size, "int")]
        later = self.program.input_gradient if name == "backward" else ()
        if COUNT.scalar() in read_in(getattr(self.program, name) + later):
            count = self.language.written("number", "batch")
            lines.append(self.writer.fixed("count", count, "float"))
        return lines

    def handed_on(self) -> set[Element]:
        """What forward keeps of scalars."""
        return {e for entry in self.page.kept.entries for e in entry.elements}

    def from_kept(self, name: str, used: set[Element]) -> Lines:
        """Names for what a later pass uses of what forward kept."""
        entries = self.page.kept.entries
        if self.unrolled:
            lines: Lines = []
            for place, entry in enumerate(entries):
                item = self.page.kept.item(self.kept, place)
                if entry.is_scalar and entry.variable.scalar() in used:
                    lines += self.unpacking.scalar(entry.variable.scalar(), item)
                elif not entry.is_scalar:
                    lines += self.unpacking.scalars(entry.elements, item, used)
            return lines
        if name == "backward":  # in whose routine the input's gradient comes, too
            used = used | read_in(self.program.input_gradient)
        variables = {element.variable for element in used}
        names = [
            (
                self.writer.take(entry.variable)
                if entry.variable in variables and not self.writer.knows(entry.variable)
                else ""
            )
            for entry in entries
        ]
        shown = [(place, own) for place, own in enumerate(names) if own]
        if len(shown) > FEW:
            return self.page.kept.taken(names, self.writer.layout)
        kept = self.page.kept
        return [
            self.writer.fixed(own, kept.item(self.kept, place), kept.kind(place))
            for place, own in shown
        ]

    def weights(self, used: set[Element]) -> Lines:
        """Names for the parameters that a pass reads, a line for each row."""
        lines: Lines = []
        if self.fields.has_scalars:
            return lines
        for variable in (*self.program.parameters, *self.program.buffers):
            lines += self.unpacking.rows(variable, self.fields.member(variable), used)
        return lines

    def held(self) -> Lines:
        """Names for the gradients held that the backward pass adds to in parts."""
        writes = write_counts(self.program.backward)
        self.writer.writes |= writes
        lines: Lines = []
        for gradient in self.program.gradients.values():
            member = self.fields.member(gradient)
            lines += self.unpacking.held(gradient, member, writes)
        return lines

    def inputs_of_batch(self, variable: Variable, given: str) -> Lines:
        """The lines that copy the inputs of a batch."""
        array = self.writer.take(variable)
        if not self.language.flat:
            return [self.writer.fixed(array, self.language.written("copied", given))]
        size = joined(self.writer.own_shape(variable))
        lines = self.writer.allocated(array, ("batch", size))
        fill = self.language.fill_row(array, "sample", f"{given}[sample]", size)
        opening = self.writer.layout.opening("up", "sample", "0", "batch")
        body = [fill + self.language.end]
        return [*lines, *self.writer.layout.body(opening, body)]

    # After ----------------------------------------------------------------------------

    def added(self) -> Lines:
        """The lines that add the gradients of a sample to those held."""
        lines: Lines = []
        writes = write_counts(self.program.backward)
        for gradient in self.program.gradients.values():
            member = self.fields.member(gradient)
            lines += self.unpacking.added(gradient, member, writes)
        comment = f"{self.language.comment} Add to the gradients held."
        return ["", comment, *lines] if lines else []

    def set_numbers(self, group: str, given: str) -> Lines:
        """The lines that set those numbers of a group that are no rows."""
        found = [v for v in group_of(self.program, group.strip("'\"")) if not v.labels]
        return [
            f"{self.fields.member(variable)} = {given}[{place}]{self.language.end}"
            for place, variable in enumerate(found)
        ]

    # Values ---------------------------------------------------------------------------

    def returned(self, block: str, layout: Layout) -> Lines:
        """The lines that end a routine with what a block leaves."""
        name, end = block.removesuffix(ROWS), self.language.end
        self.writer.layout.indent = layout.indent
        match name:
            case "loss" | "step":
                return [f"return {self.writer.element(self.program.loss_value)}{end}"]
            case "penalty":
                penalty = self.program.penalty_value.scalar()
                return [f"return {self.writer.element(penalty)}{end}"]
            case "predict":
                return self.listed(self.program.predicted)
            case "input_gradient":
                return self.listed(self.program.input_slope)
            case "forward" | "examine":
                items = [self.entry(place) for place in range(len(self.entries))]
                return self.page.kept.returned(items, self.writer.layout)
        raise KeyError(block)

    @property
    def entries(self) -> Sequence[object]:
        """What is kept."""
        return self.page.kept.entries

    def entry(self, place: int) -> Items | str:
        """One entry of what is kept, as code."""
        entry = self.page.kept.entries[place]
        if entry.is_scalar:
            return self.writer.given_or_zero(entry.variable.scalar())
        if self.unrolled:
            return [self.writer.given_or_zero(element) for element in entry.elements]
        if self.writer.knows(entry.variable):
            return self.writer.take(entry.variable)
        return self.language.nothing  # the net at work has none of it

    def last_outputs(self) -> Items | str:
        """The outputs where they have been computed, as a new list."""
        output = self.program.output
        if self.unrolled:
            return [self.writer.element(element) for element in elements_of(output)]
        return self.language.taken(self.writer.array(output), output.shape)

    def listed(self, variable: Variable) -> Lines:
        """The lines that return all elements of a variable as a new list."""
        nested, end = self.writer.nested, self.language.end
        if self.unrolled:
            items = [self.writer.element(element) for element in elements_of(variable)]
            if self.language.plain:
                return [f"return {self.language.list_text(items, 'float')}{end}"]
            head = f"return {self.language.list_head('list[float]')}"
            return nested.listed(head, items, end)
        shape, before = self.writer.own_shape(variable), list[str]()
        if not self.writer.knows(variable):
            before = self.writer.hoisted(variable)  # all zeros: nothing flows back
        name = self.writer.array(variable)
        taken = (
            self.language.first_taken if variable.is_batched else self.language.taken
        )
        return [*before, f"return {taken(name, shape)}{end}"]

    def value(self, block: str, arguments: Sequence[str]) -> Items | str:
        """Numbers that the object has, as code."""
        match block:
            case "outputs":
                return self.page.outputs(arguments[0])
            case "last_outputs":
                return self.last_outputs()
            case "step_loss":
                return self.writer.element(self.program.loss_value)
            case "rows":
                return self.fields.group(arguments[0].strip("'\""))
        raise KeyError(block)
