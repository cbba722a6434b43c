"""What the template of a file may say.

In: a program and its network. Out, member by member: checked identifiers, finite
numbers and finished lines; nothing else of the user's can reach the emitted code.
"""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import Any

from bpgen.blocks import BlockWriter, Dialect
from bpgen.data_view import DataView
from bpgen.fields import Fields, elements_of, field_shape, kept_scalars
from bpgen.header import header_lines, net_hash
from bpgen.helpers import FunctionWriter, called_functions, functions_of
from bpgen.ir import Block, Draw, Role, Variable
from bpgen.languages import LANGUAGES
from bpgen.layout import Items, Layout, Lines
from bpgen.lower import COUNT, LOSS, TOTAL
from bpgen.names import MEMBERS, Names
from bpgen.network import Network
from bpgen.options import Options
from bpgen.printing import number_text
from bpgen.program import Program
from bpgen.templates import Templates
from bpgen.tensor_view import TensorView, nested_scalars
from bpgen.traverse import read_in, statements
from bpgen.update import PENALTY, VALIDATION_LOSS
from bpgen.values import FORMAT


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
        self.constants = self.dialect.constants  # filled while rendering, so:
        self.initialize = self.block("initialize", 2 * self.language.indent)

    def _names(self) -> Names:
        called = functions_of(self._used_blocks(), self.language)
        taken = [*MEMBERS.split(), *(function.name for function in called)]
        identifiers = [self.language.identifier(name) for name in taken]
        names = Names(self.language, [*identifiers, self.class_name])
        fixed = (LOSS, TOTAL, COUNT, PENALTY, VALIDATION_LOSS)
        for variable in (*fixed, *self.program.settings):
            names.fixed(variable)
        for state in (*self.program.states, *self.program.schedule_states):
            if not state.variable.labels:
                names.fixed(state.variable)
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
        return self.program.output.shape[-1]

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
        return self.has_classes and len(self.program.output.shape) == 1

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
            writer = FunctionWriter(self.language, self.language.indent)
            own = function.name in self.language.own_functions
            lines = [] if own else writer.write(function)
            pad = " " * self.language.indent
            found.append(
                {
                    "name": self.language.identifier(function.name),
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
        values = [s.value for s in statements(self.program.initialize)]
        return {value.distribution for value in values if isinstance(value, Draw)}

    @property
    def uses_generator(self) -> bool:
        """Whether the file needs the generator at all."""
        needs_data = self.has_main and not self.data
        if self.training.validation and not self.inference:
            return True
        return bool(self.draws) or self.shuffles or needs_data

    # Code -------------------------------------------------------------------------

    def block(self, name: str, indent: int) -> str:
        """The lines of one block of the program, indented."""
        if name == "input_gradient":  # goes on in the method of backward
            writer = self.writers["backward"]
        else:
            writer = BlockWriter(self.dialect, alone=name == "predict")
        self.writers[name] = writer
        lines = self._taken(name, writer, indent)
        body = writer.write(getattr(self.program, name), indent)
        if lines and body and body[0].startswith(self.language.comment):
            lines.append("")
        return _indented([*lines, *body], indent)

    def _taken(self, name: str, writer: BlockWriter, indent: int) -> Lines:
        """The lines that take inputs and targets into variables."""
        program = self.program
        if name in ("predict", "forward"):
            variable, given = program.input, "inputs"
        elif name in ("loss", "backward"):
            variable, given = program.target, "targets"
        else:
            return []
        if not self.unrolled:
            if name == "forward":
                return self.macros.lines("take", self.names.array(variable), given)
            return []
        used = read_in(getattr(program, name))
        if name == "backward":  # in whose method the input's gradient comes, too
            used |= read_in(program.input_gradient)
        used |= self.dialect.kept if name == "forward" else set()
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
        return self._returned(self.program.output, indent, predicts)

    def input_gradient(self, indent: int) -> str:
        """The statement that returns the gradient of the inputs."""
        return self._returned(self.program.input_slope, indent, False)

    def _returned(self, variable: Variable, indent: int, alone: bool) -> str:
        writer = BlockWriter(self.dialect, alone)
        if self.unrolled:
            items = [writer.element(element) for element in elements_of(variable)]
            layout = self._layout(indent)
            return _indented(
                layout.collection("return ", items, self.language.end), indent
            )
        if variable.role is Role.INPUT and alone:
            name = "inputs"
        else:
            name = self.names.array(variable)
            name = name if alone else self.language.member.format(name)
        depth = len(field_shape(variable))
        return _indented(self.macros.lines("returned", name, depth, alone), indent)

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

    def trained_names(self, quote: str) -> list[str]:
        """The names of the trained parameters as string literals."""
        return [f"{quote}{p.name}{quote}" for p in self.network.trained]

    def collection(self, indent: int, head: str, items: Items, tail: str) -> str:
        """Nested lists of code, laid out."""
        return _indented(self._layout(indent).collection(head, items, tail), indent)

    def shapes(self, head: str, tensors: list[TensorView], quote: str) -> str:
        """A constant with the shapes of arrays by name."""
        entries = [f"{quote}{t.name}{quote}: {t.shape}" for t in tensors]
        nested = any(tensor.shape for tensor in tensors)
        lines = self._layout(0).mapping(head, entries, self.language.end, nested)
        return _indented(lines, 0)

    def tensors_by_name(self, indent: int, which: str, quote: str) -> str:
        """The statements that return arrays by name."""
        tensors: list[TensorView] = getattr(self, which)
        layout, end = self._layout(indent), self.language.end
        if any(tensor.array for tensor in tensors):
            shapes = self.language.constant(
                "state_shapes" if which == "states" else "shapes"
            )
            head = self.language.array_list.format("arrays")
            lines = layout.collection(head, list(map(self._array, tensors)), end)
            return _indented([*lines, f"return named({shapes}, arrays){end}"], indent)
        if not any(tensor.shape for tensor in tensors):
            entries = [f"{quote}{t.name}{quote}: {t.scalars}" for t in tensors]
            lines = layout.mapping("return ", entries, end, False)
            return _indented(lines, indent)
        lines, step = ["return {"], self.language.indent
        layout.indent += step
        for tensor in tensors:
            scalars = tensor.scalars or self.zeros(tensor.shape)
            head = f"{quote}{tensor.name}{quote}: "
            if isinstance(scalars, str):
                entry = [f"{head}{scalars},"]
            else:
                entry = layout.collection(head, scalars, ",")
            lines += [" " * step + line for line in entry]
        return _indented([*lines, f"}}{end}"], indent)

    def _array(self, tensor: TensorView) -> Items:
        """An array of the list that `named` takes: its field, or zeros."""
        if isinstance(tensor.scalars, str) and tensor.scalars:
            return [tensor.scalars] if self.language.flat else tensor.scalars
        if tensor.array:
            return self.language.member.format(tensor.array)
        return str(self.macros.nodes.zeros(tensor.shape))  # type: ignore[attr-defined]

    def scalars_by_name(
        self, indent: int, head: str, tensors: list[TensorView], quote: str
    ) -> str:
        """A mapping of names to scalars."""
        entries = [f"{quote}{t.name}{quote}: {t.scalars}" for t in tensors]
        lines = self._layout(indent).mapping(head, entries, ",", False)
        return _indented(lines, indent)

    def zeros(self, shape: list[int]) -> Items:
        """Nested lists of the literal zero."""
        if not shape:
            return "0.0"
        return [self.zeros(shape[1:]) for _ in range(shape[0])]


def _indented(lines: Lines, indent: int) -> str:
    return "\n".join(" " * indent + line if line else line for line in lines)
