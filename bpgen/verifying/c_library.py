"""An emitted C file as a class of this process, with the members of Python's.

In: a library that is built of the file. Out: a class whose objects call it; nested
lists become rows of numbers and back, a status an error.
"""

from __future__ import annotations

import ctypes
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

Whole = ctypes.c_longlong
TOO_EARLY = 2  # of the statuses; all others refuse an argument


class Shape(ctypes.Structure):
    """The name of an array, and how long its axes are."""

    _fields_ = (("name", ctypes.c_char_p), ("axes", ctypes.c_int), ("sizes", Whole * 4))


def maker(library: Path, text: str) -> Callable[..., CNet]:
    """What makes objects of the net in a library, built of a file of that text."""
    found = re.search(r"^#ifndef (\w+)_H$", text, re.MULTILINE)
    assert found
    name = found[1]

    def constant(own: str) -> int:
        value = re.search(rf"\b{name}_{own}(?: =)? (\d+)", text)
        return int(value[1]) if value else 0

    loaded, seed = ctypes.CDLL(str(library)), constant("SEED")
    inputs, outputs = constant("INPUTS"), constant("OUTPUTS")
    has_steps = "long long *indices);" in text  # of classes
    sizes = inputs, outputs, constant("CLASSES")
    number = ctypes.c_float if "const float *inputs" in text else ctypes.c_double
    net = Given(name.lower(), *sizes, constant("EPOCHS"), has_steps, number)

    def make(seed: int = seed) -> CNet:
        return CNet(loaded, net, seed)

    return make


@dataclass(frozen=True)
class Given:
    """What a file says of its net."""

    name: str
    inputs: int
    outputs: int
    classes: int
    epochs: int
    has_steps: bool
    number: Any


class CNet:
    """An object of the library; its members are those of an emitted Python class."""

    def __init__(self, library: ctypes.CDLL, given: Given, seed: int) -> None:
        self.library, self.given = library, given
        self.inputs, self.outputs = given.inputs, given.outputs
        self.number_type = given.number
        if not 0 <= seed <= 0xFFFFFFFF:  # no number that the type has
            raise ValueError(f"seed: {seed}")
        self.net = self.function("new", ctypes.c_void_p)(ctypes.c_uint32(seed))

    def __del__(self) -> None:
        if hasattr(self, "net"):
            self.function("free", None)(self.pointer)

    @property
    def pointer(self) -> ctypes.c_void_p:
        """The object."""
        return ctypes.c_void_p(self.net)

    def function(self, name: str, result: Any = ctypes.c_int) -> Any:
        """A function of the library."""
        found = getattr(self.library, f"{self.given.name}_{name}")
        found.restype = result
        return found

    def called(self, name: str, *given: Any) -> None:
        """A call that gives a status.

        Raises:
            ValueError: it refuses an argument.
            RuntimeError: something has to be called before.
        """
        status = self.function(name)(self.pointer, *given)
        if status:
            says = self.function("error", ctypes.c_char_p)(self.pointer).decode()
            raise (RuntimeError if status == TOO_EARLY else ValueError)(says)

    def numbers(self, values: Sequence[Any]) -> Any:
        """Numbers side by side."""
        return (self.number_type * len(values))(*values)

    def row(self, values: Sequence[float], size: int, what: str) -> Any:
        """Numbers side by side, as many as the function reads."""
        if len(values) != size:
            raise ValueError(f"{what}: expected {size} numbers, got {len(values)}")
        return (self.number_type * size)(*values)

    def rows(self, inputs: list[Any], targets: list[Any]) -> tuple[Any, Any, Any]:
        """Samples side by side, and how many there are."""
        if len(inputs) != len(targets):
            raise ValueError("expected as many targets as inputs")
        xs = [x for row in inputs for x in self.row(row, self.inputs, "inputs")]
        ts = [t for row in targets for t in self.row(row, self.outputs, "targets")]
        return self.numbers(xs), self.numbers(ts), Whole(len(inputs))

    def found(self, name: str, given: Any, size: int) -> list[float]:
        """What a function writes for one row."""
        result = (self.number_type * size)()
        self.called(name, given, result)
        return list(result)

    def number(self, name: str, *given: Any) -> float:
        """The one number that a function writes."""
        result = self.number_type()
        self.called(name, *given, ctypes.byref(result))
        found: float = result.value
        return found

    def made(self, name: str, *given: Any) -> str:
        """The text that a function writes."""
        length = ctypes.c_size_t()
        self.called(name, *given, None, ctypes.c_size_t(0), ctypes.byref(length))
        text = ctypes.create_string_buffer(length.value + 1)
        room = ctypes.c_size_t(length.value + 1)
        self.called(name, *given, text, room, ctypes.byref(length))
        return text.value.decode()

    # Members --------------------------------------------------------------------------

    def predict(self, inputs: list[float]) -> list[float]:
        row = self.row(inputs, self.inputs, "inputs")
        return self.found("predict", row, self.outputs)

    def forward(self, inputs: list[float]) -> list[float]:
        row = self.row(inputs, self.inputs, "inputs")
        return self.found("forward", row, self.outputs)

    def loss(self, targets: list[float]) -> float:
        return self.number("loss", self.row(targets, self.outputs, "targets"))

    def backward(self, targets: list[float]) -> list[float]:
        row = self.row(targets, self.outputs, "targets")
        return self.found("backward", row, self.inputs)

    def zero_gradients(self) -> None:
        self.function("zero_gradients", None)(self.pointer)

    def update(self) -> None:
        self.called("update")

    def batch_gradients(self, inputs: list[Any], targets: list[Any]) -> float:
        return self.number("batch_gradients", *self.rows(inputs, targets))

    def train_step(self, inputs: list[Any], targets: list[Any]) -> float:
        return self.number("train_step", *self.rows(inputs, targets))

    def check_gradients(self, inputs: list[Any], targets: list[Any]) -> float:
        return self.number("check_gradients", *self.rows(inputs, targets))

    def train(
        self,
        inputs: list[Any],
        targets: list[Any],
        *,
        epochs: int | None = None,
        on_epoch: Any = None,
    ) -> float:
        def listen(data: Any, epoch: int, loss: float) -> bool:
            return on_epoch(epoch, loss) is not False

        types = (ctypes.c_bool, ctypes.c_void_p, Whole, self.number_type)
        listener = ctypes.CFUNCTYPE(*types)(*([listen] if on_epoch else []))
        many = Whole(self.given.epochs if epochs is None else epochs)
        return self.number("train", *self.rows(inputs, targets), many, listener, None)

    def evaluate(self, inputs: list[Any], targets: list[Any]) -> list[float]:
        result = (self.number_type * 2)(*[float("nan")] * 2)
        self.called("evaluate", *self.rows(inputs, targets), result)
        return [x for x in result if x == x]

    def probabilities(self, inputs: list[float]) -> list[float]:
        row = self.row(inputs, self.inputs, "inputs")
        return self.found("probabilities", row, max(2, self.outputs))

    def classify(self, inputs: list[float]) -> int | list[int]:
        row = self.row(inputs, self.inputs, "inputs")
        result = (Whole * self.outputs)(*[-1] * self.outputs)
        self.called("classify", row, result)
        found = [index for index in result if index >= 0]
        return found if self.given.has_steps else found[0]

    def one_hot(self, index: int) -> list[float]:
        return self.found("one_hot", Whole(index), self.given.classes)

    def to_json(self) -> str:
        return self.made("to_json")

    def load_json(self, text: str, *, parameters_only: bool = False) -> list[str]:
        if not parameters_only:
            self.called("load_json", text.encode())
            return []
        own = self.made("load_parameters", text.encode())
        return own.split("\n") if own else []

    def parameters(self) -> dict[str, Any]:
        return self.arrays("parameter")

    def gradients(self) -> dict[str, Any]:
        return self.arrays("gradient")

    def buffers(self) -> dict[str, Any]:
        # C has no function for them
        found: dict[str, Any] = json.loads(self.to_json())["buffers"]
        return found

    def arrays(self, name: str) -> dict[str, Any]:
        """The arrays that a function gives by name."""
        function = self.function(name, ctypes.POINTER(self.number_type))
        return {
            name: nested(function(self.pointer, name.encode())[: prod(shape)], shape)
            for name, shape in self.shapes().items()
        }

    def shapes(self) -> dict[str, list[int]]:
        """The shapes of the parameters."""
        shapes = self.function("parameter_shapes", ctypes.POINTER(Shape))()
        found, place = {}, 0
        while shapes[place].name:
            shape = list(shapes[place].sizes[: shapes[place].axes])
            found[shapes[place].name.decode()] = shape
            place += 1
        return found

    def set_parameters(self, values: dict[str, Any]) -> None:
        own = self.shapes()
        for name, value in values.items():
            if name in own and shape_of(value) != own[name]:  # arrays are flat in C
                raise ValueError(f"{name}: another shape")
        pointer = ctypes.POINTER(self.number_type)
        rows = [self.numbers(list(flat(value))) for value in values.values()]
        names = (ctypes.c_char_p * len(rows))(*(name.encode() for name in values))
        arrays = (pointer * len(rows))(*(ctypes.cast(row, pointer) for row in rows))
        counts = (Whole * len(rows))(*map(len, rows))
        self.called("set_parameters", names, arrays, counts, Whole(len(rows)))


def flat(value: Any) -> Any:
    """The numbers of nested lists, row by row; NaN for what is none."""
    if isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        yield value if is_number else float("nan")


def shape_of(value: Any) -> list[int]:
    """The shape of nested lists; [-1] if they are of several lengths."""
    if not isinstance(value, list):
        return []
    inner = [shape_of(item) for item in value]
    if any(shape != inner[0] for shape in inner):
        return [-1]
    return [len(value), *(inner[0] if inner else [])]


def nested(values: list[float], shape: Sequence[int]) -> Any:
    """Numbers as nested lists."""
    if not shape:
        return values[0]
    step = len(values) // shape[0]
    rows = (values[k * step : (k + 1) * step] for k in range(shape[0]))
    return list(values) if len(shape) == 1 else [nested(r, shape[1:]) for r in rows]
