"""What the template of a file may say.

In: a program and its network. Out, member by member: checked identifiers, finite
numbers and finished lines; nothing else of the user's can reach the emitted code.
"""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import Any

from bpgen.languages import LANGUAGES
from bpgen.languages.names import MEMBERS, Names
from bpgen.lowering.loss import LOSS, TOTAL
from bpgen.lowering.optimizer import PENALTY, VALIDATION_LOSS
from bpgen.network.explicit import FORMAT
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.expressions import number_text
from bpgen.program.functions import FUNCTIONS
from bpgen.program.nodes import COUNT, Block, Draw, Role, Variable
from bpgen.program.walks import read_in, statements
from bpgen.writing.arrays import ArrayText, indented
from bpgen.writing.context import Dialect
from bpgen.writing.data_view import DataView
from bpgen.writing.fields import (
    Fields,
    elements_of,
    field_shape,
    kept_scalars,
    without_zeroing,
)
from bpgen.writing.functions import FunctionWriter, called_functions, functions_of
from bpgen.writing.header import header_lines, net_hash
from bpgen.writing.lines import Layout, Lines
from bpgen.writing.options import Options
from bpgen.writing.statements import BlockWriter
from bpgen.writing.templates import Templates
from bpgen.writing.tensors import TensorView, nested_scalars


class Page:
    """What the template of a file may say."""

    def __init__(
        self, network: Network, program: Program, options: Options, source: str
    ) -> None:
        self.network, self.program, self.options = network, program, options
        self.language = LANGUAGES[options.language]
        self.inference = options.inference
        self.unrolled = options.style == "unrolled"
        self.format, self.net_hash = FORMAT, net_hash(network)
        self.name, self.class_name = network.name, network.class_name
        self.data = DataView(network)
        self.seed, self.training = network.seed, network.training
        self.optimizer = network.optimizer.name
        self.shuffles = network.training.shuffle and not self.inference
        self.validates = network.training.validation > 0 and not self.inference
        self.has_main = not (options.library or options.inference)
        self.setter = "_set_parameters" if self.inference else "set_parameters"
        self.header = header_lines(network, options, source, self.language)
        self.names = self._names()
        self.macros = Templates(self.language)
        kept = kept_scalars(program, self.unrolled)
        self.dialect = Dialect(
            self.language,
            self.unrolled,
            options.comments,
            self.names,
            self.macros.lines,
            frozenset() if self.inference else kept,
        )
        self.fields = Fields(
            program, self.names, self.dialect.kept, self.unrolled, self.inference
        )
        self.writers: dict[str, BlockWriter] = {}
        self.text = ArrayText(self.language, self._layout, self.macros)
        self.constants = self.dialect.constants  # filled while rendering, so:
        self.initialize = self.block("initialize", 2 * self.language.indent)

    def _names(self) -> Names:
        identifiers = [self.language.identifier(name) for name in MEMBERS.split()]
        names = Names(self.language, [*identifiers, self.class_name])
        fixed = (LOSS, TOTAL, COUNT, PENALTY, VALIDATION_LOSS)
        for variable in (*fixed, *self.program.settings):
            names.fixed(variable)
        for state in (*self.program.states, *self.program.schedule_states):
            if not state.variable.labels:
                names.fixed(state.variable)
        functions = functions_of(self._used_blocks(), self.language)
        for function in sorted(functions, key=lambda f: f.name not in FUNCTIONS):
            names.function(function.name)  # bpgen's own first: they keep their names
        return names

    def _used_blocks(self) -> list[Block]:
        if self.inference:
            return [self.program.initialize, self.program.predict]
        return [block for _, block in self.program.blocks()]

    @property
    def summary(self) -> str:
        """The docstring of the class."""
        inputs = "1 input" if self.input_size == 1 else f"{self.input_size} inputs"
        outputs = "1 output" if self.output_size == 1 else f"{self.output_size} outputs"
        return f"A network of {inputs} and {outputs}; its layers stand at the top."

    # Sizes ----------------------------------------------------------------------

    @property
    def input_size(self) -> int:
        return prod(self.program.input.shape)

    @property
    def output_size(self) -> int:
        return prod(self.program.output.shape)

    @property
    def classes(self) -> int:
        return len(self.program.output.axes[-1])

    @property
    def targets_kind(self) -> str:
        return self.network.loss.targets.name

    @property
    def has_classes(self) -> bool:
        return self.network.loss.targets.are_classes

    @property
    def watched_loss(self) -> str:
        """The loss that early stopping, and a plateau schedule, goes by."""
        if not self.training.validation:
            return "loss"
        return self.language.member.format(self.language.identifier("validation_loss"))

    def number(self, value: float) -> str:
        """A literal."""
        return number_text(value)

    @property
    def is_classifier(self) -> bool:
        """Whether the outputs are the classes of one row."""
        return self.has_classes and len(self.program.output.axes) == 1

    @property
    def has_trained(self) -> bool:
        return bool(self.program.gradients)

    @property
    def report_every(self) -> int:
        return self.training.report_every or max(1, self.training.epochs // 10)

    @property
    def settings(self) -> list[dict[str, str]]:
        return [
            {"name": self.names.fixed(variable), "value": number_text(value)}
            for variable, value in self.program.settings.items()
        ]

    # Functions and fields ---------------------------------------------------------

    @cached_property
    def functions(self) -> list[dict[str, Any]]:
        """The helpers that the file needs: name, parameters, doc and lines."""
        found = []
        for function in functions_of(self._used_blocks(), self.language):
            writer = FunctionWriter(self.names, self.language.indent)
            own = function.name in self.language.own_functions
            lines = [] if own else writer.write(function)
            pad = " " * self.language.indent
            found.append(
                {
                    "name": self.names.function(function.name),
                    "parameters": function.parameters,
                    "doc": function.doc,
                    "lines": [pad + line for line in lines],
                    "own": function.name if own else "",
                }
            )
        return found

    @property
    def uses_math(self) -> bool:
        """Whether functions of the file need the language's mathematics library."""
        called = called_functions(self._used_blocks(), self.language)
        own = self.language.own_functions
        notations = [self.language.functions.get(f.name, "") for f in called]
        return any("math." in n for n in notations) or any(
            f.name in own for f in called
        )

    @property
    def reads_text(self) -> bool:
        """Whether some numbers of the file travel as text."""
        return bool(self.constants) or (self.has_main and self.data.is_text)

    @property
    def draws(self) -> set[str]:
        """The distributions that parameters start from."""
        return _draws(self.program.initialize)

    @property
    def is_random(self) -> bool:
        """Whether two forward passes of one sample may differ."""
        return bool(_draws(self.program.forward)) and not self.inference

    @property
    def batched(self) -> bool:
        """Whether training works on all samples of a batch at once."""
        return self.program.input.is_batched

    @property
    def input_array(self) -> str:
        """The array that takes the inputs in."""
        return self.names.array(self.program.input)

    def reads_count(self, name: str) -> bool:
        """Whether a block needs the number of samples."""
        return COUNT.scalar() in read_in(getattr(self.program, name))

    @property
    def examines(self) -> bool:
        """Whether held-out samples need a forward pass of their own."""
        return self.validates and bool(self.program.examine)

    @property
    def uses_generator(self) -> bool:
        """Whether the file needs the generator at all."""
        needs_data = self.has_main and not self.data
        if self.training.validation and not self.inference:
            return True
        return bool(self.draws) or self.shuffles or needs_data or self.is_random

    # Code -------------------------------------------------------------------------

    def block(self, name: str, indent: int) -> str:
        """The lines of one block of the program, indented."""
        if name == "input_gradient" and not self.batched:
            # goes on in the method of backward
            writer = self.writers["backward"]
        else:
            writer = BlockWriter(self.dialect, alone=name == "predict")
        self.writers[name] = writer
        lines = self._taken(name, writer, indent)
        block: Block = getattr(self.program, name)
        if name in ("initialize", "reset") and not self.unrolled:
            block = without_zeroing(block)
        body = writer.write(block, indent)
        if lines and body and body[0].startswith(self.language.comment):
            lines.append("")
        return indented([*lines, *body], indent)

    def _taken(self, name: str, writer: BlockWriter, indent: int) -> Lines:
        """The lines that take inputs and targets into variables."""
        program = self.program
        if name in ("predict", "forward", "examine"):
            variable, given = program.input, "inputs"
        elif name in ("loss", "backward"):
            variable, given = program.target, "targets"
        else:
            return []
        if not self.unrolled:
            if name in ("forward", "examine") and not self.batched:
                return self.macros.lines("take", self.names.array(variable), given)
            return []
        used = read_in(getattr(program, name))
        if name == "backward":  # in whose method the input's gradient comes, too
            used |= read_in(program.input_gradient)
        used |= self.dialect.kept if name != "predict" else set()
        lines: Lines = []
        for place, element in enumerate(elements_of(variable)):
            if element in used:
                start = writer.declaration(element)
                end = self.language.end
                lines.append(
                    f"{start}{writer.element(element)} = {given}[{place}]{end}"
                )
        return lines

    def output(self, indent: int, predicts: bool = False) -> str:
        """The statement that returns the outputs."""
        program = self.program
        output = program.predicted if predicts else program.output
        return self._returned(output, indent, predicts)

    def input_gradient(self, indent: int) -> str:
        """The statement that returns the gradient of the inputs."""
        return self._returned(self.program.input_slope, indent, False)

    def _returned(self, variable: Variable, indent: int, alone: bool) -> str:
        writer = BlockWriter(self.dialect, alone)
        if self.unrolled:
            items = [writer.element(element) for element in elements_of(variable)]
            layout = self._layout(indent)
            return indented(
                layout.collection("return ", items, self.language.end), indent
            )
        if variable.is_batched:
            name = self.language.member.format(self.names.array(variable))
            shape = field_shape(variable)
            return indented(self.macros.lines("returned_first", name, shape), indent)
        if variable.role is Role.INPUT and alone:
            name = "inputs"
        else:
            name = self.names.array(variable)
            name = name if alone else self.language.member.format(name)
        depth = len(field_shape(variable))
        return indented(self.macros.lines("returned", name, depth, alone), indent)

    def _layout(self, indent: int) -> Layout:
        writer = BlockWriter(self.dialect)
        writer.layout.indent = indent
        return writer.layout

    # Parameters ---------------------------------------------------------------------

    @cached_property
    def parameters(self) -> list[TensorView]:
        """The parameters in order."""
        return [self._tensor(p.name, p.variable) for p in self.network.parameters]

    @cached_property
    def gradients(self) -> list[TensorView]:
        """Their gradients; those of frozen parameters are zero."""
        held = self.program.gradients
        return [
            (
                self._tensor(p.name, held[p.variable])
                if p.variable in held
                else TensorView(p.name, list(p.variable.shape))
            )
            for p in self.network.parameters
        ]

    @cached_property
    def buffers(self) -> list[TensorView]:
        """What layers remember beside their parameters."""
        return [self._tensor(b.name, b.variable) for b in self.network.buffers]

    @cached_property
    def states(self) -> list[TensorView]:
        """What the optimizer keeps between updates."""
        return [self._tensor(s.name, s.variable) for s in self.program.states]

    @cached_property
    def schedule(self) -> list[TensorView]:
        """What the learning-rate schedule keeps; all of it scalars."""
        states = self.program.schedule_states
        return [self._tensor(s.name, s.variable) for s in states]

    @property
    def schedule_per(self) -> str:
        """After what the schedule moves: epoch, step, or nothing."""
        use = self.network.schedule
        return use.per if use else ""

    @property
    def resets(self) -> bool:
        """Whether optimizer or schedule keep anything."""
        return bool(self.states or self.schedule) and not self.inference

    @property
    def has_penalty(self) -> bool:
        """Whether regularization adds to the loss."""
        return bool(self.program.penalty)

    def _tensor(self, name: str, variable: Variable) -> TensorView:
        shape = list(variable.shape)
        if self.unrolled or not shape:
            return TensorView(
                name, shape, "", nested_scalars(variable, BlockWriter(self.dialect))
            )
        return TensorView(name, shape, self.names.array(variable))

    def saved_parts(self, quote: str) -> list[str]:
        """The objects that a saved state consists of, as string literals."""
        parts = ["parameters", "buffers"]
        if not self.inference:
            parts += ["optimizer", "schedule"]
            parts += ["early_stopping"] if self.training.patience else []
        return [f"{quote}{part}{quote}" for part in parts]

    def trained_names(self, quote: str) -> list[str]:
        """The names of the trained parameters as string literals."""
        return [f"{quote}{p.name}{quote}" for p in self.network.trained]


def _draws(block: Block) -> set[str]:
    """The distributions that a block draws from."""
    values = [statement.value for statement in statements(block)]
    return {value.distribution for value in values if isinstance(value, Draw)}
