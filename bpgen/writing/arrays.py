"""Named arrays as code: their shapes, and the statements that return them."""

from __future__ import annotations

from collections.abc import Callable

from bpgen.languages.record import Language
from bpgen.writing.lines import Items, Layout, Lines
from bpgen.writing.templates import Templates
from bpgen.writing.tensors import TensorView


class ArrayText:
    """Writes arrays in one language; `layout` makes the layout of an indentation."""

    def __init__(
        self, language: Language, layout: Callable[[int], Layout], macros: Templates
    ) -> None:
        self.language, self.layout, self.macros = language, layout, macros

    def collection(self, indent: int, head: str, items: Items, tail: str) -> str:
        """Nested lists of code, laid out."""
        return indented(self.layout(indent).collection(head, items, tail), indent)

    def shapes(self, head: str, tensors: list[TensorView], quote: str) -> str:
        """A constant with the shapes of arrays by name."""
        layout, end = self.layout(0), self.language.end
        entries = [f"{quote}{t.name}{quote}: {t.shape}" for t in tensors]
        nested = any(tensor.shape for tensor in tensors)
        lines = layout.mapping(head, entries, end, nested)
        if all(map(layout.fits, lines)):
            return indented(lines, 0)
        step = layout.indent = self.language.indent
        inside: Lines = []
        for tensor in tensors:
            name, sizes = f"{quote}{tensor.name}{quote}: ", list(map(str, tensor.shape))
            inside += layout.collection(name, sizes, ",")
        return indented([f"{head}{{", *(" " * step + i for i in inside), f"}}{end}"], 0)

    def by_name(
        self, indent: int, tensors: list[TensorView], shapes: str, quote: str
    ) -> str:
        """The statements that return arrays by name; `shapes` is the constant that
        holds the shapes of arrays."""
        layout, end = self.layout(indent), self.language.end
        if any(tensor.array for tensor in tensors):
            constant = self.language.constant(shapes)
            head = self.language.array_list.format("arrays")
            lines = layout.collection(head, list(map(self._array, tensors)), end)
            return indented([*lines, f"return named({constant}, arrays){end}"], indent)
        if not any(tensor.shape for tensor in tensors):
            entries = [f"{quote}{t.name}{quote}: {t.scalars}" for t in tensors]
            lines = layout.mapping("return ", entries, end, False)
            return indented(lines, indent)
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
        return indented([*lines, f"}}{end}"], indent)

    def _array(self, tensor: TensorView) -> Items:
        """An array of the list that `named` takes: its field, or zeros."""
        if isinstance(tensor.scalars, str) and tensor.scalars:
            return [tensor.scalars] if self.language.flat else tensor.scalars
        if tensor.array:
            return self.language.member.format(tensor.array)
        (zeros,) = self.macros.lines("zeros", tensor.shape)
        return zeros

    def scalars_by_name(
        self, indent: int, head: str, tensors: list[TensorView], quote: str
    ) -> str:
        """A mapping of names to scalars."""
        entries = [f"{quote}{t.name}{quote}: {t.scalars}" for t in tensors]
        lines = self.layout(indent).mapping(head, entries, ",", False)
        return indented(lines, indent)

    def zeros(self, shape: list[int]) -> Items:
        """Nested lists of the literal zero."""
        if not shape:
            return "0.0"
        return [self.zeros(shape[1:]) for _ in range(shape[0])]


def indented(lines: Lines, indent: int) -> str:
    """The lines as text, all of them that far in."""
    return "\n".join(" " * indent + line if line else line for line in lines)
