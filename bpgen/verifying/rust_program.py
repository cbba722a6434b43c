"""Emitted Rust files as classes of this process, with the members of Python's.

In: a running program, built of the driver and the files. Out: for each file what makes
objects of its class; a call is a line that the program reads, and its answer another.
"""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

from bpgen.verifying.c_library import flat, nested, shape_of

# What not all classes have: a call that the driver is to know, by how the class
# declares it.
OPTIONAL = {
    "one_hot": ("", "net.one_hot(given.whole())"),
    "probabilities": ("", "net.probabilities(&given.row())"),
    "classify": ("", "net.classify(&given.row())"),
}
KINDS: Mapping[str, type[Exception]] = {"wrong": ValueError, "early": RuntimeError}
SHAPE = re.compile(r'\("([^"]+)",\s*&\[([0-9, ]*)\]\)')


class PanicError(Exception):
    """The program has a bug: nobody meant to refuse."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a file says of its net."""

    place: int
    seed: int
    epochs: int
    shapes: Mapping[str, Sequence[int]]
    buffers: Mapping[str, Sequence[int]]


def glue(module: str, class_name: str, text: str) -> str:
    """The lines that tell the driver of a file of that text."""
    found = (
        f'        "{name}" => {call},'
        for name, (_, call) in OPTIONAL.items()
        if f"pub fn {name}(" in text
    )
    return "\n".join(
        [
            f"mod {module};",
            f"net!({module}, {class_name}, net, given, {{",
            *found,
            "});",
        ]
    )


def given_in(text: str, place: int) -> Given:
    """What a file of that text says of its net."""

    def constant(name: str) -> int:
        value = re.search(rf"^pub const {name}: \w+ = (\d+);", text, re.MULTILINE)
        return int(value[1]) if value else 0

    def shapes(name: str) -> dict[str, list[int]]:
        value = re.search(rf"^pub const {name}: [^;]*;", text, re.MULTILINE)
        pairs = SHAPE.findall(value[0]) if value else []
        return {n: [int(size) for size in re.findall(r"\d+", s)] for n, s in pairs}

    seed, epochs = constant("SEED"), constant("EPOCHS")
    return Given(place, seed, epochs, shapes("SHAPES"), shapes("BUFFER_SHAPES"))


class Program:
    """A running program that answers calls."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        """End it."""
        self.stream(self.process.stdin).close()
        self.process.wait()
        self.stream(self.process.stdout).close()

    def stream(self, found: IO[str] | None) -> IO[str]:
        """A stream that is there."""
        assert found is not None
        return found

    def answer(self, line: str, on_epoch: Any = None) -> Any:
        """What a call gives.

        Raises:
            ValueError: it refuses an argument.
            RuntimeError: something has to be called before.
            PanicError: it breaks.
        """
        asked, told = self.process.stdin, self.stream(self.process.stdout)
        while True:
            print(line, file=asked, flush=True)
            kind, _, rest = told.readline().rstrip("\n").partition(" ")
            if kind != "epoch":
                break
            epoch, loss = rest.split()
            goes_on = on_epoch(int(epoch), number(loss)) is not False
            line = "true" if goes_on else "false"
        return read(kind, rest)

    def maker(self, given: Given) -> Callable[..., RustNet]:
        """What makes objects of a class."""

        def make(seed: int = given.seed) -> RustNet:
            return RustNet(self, given, seed)

        return make


def read(kind: str, rest: str) -> Any:
    """What an answer says."""
    match kind:
        case "nothing":
            return None
        case "number":
            return number(rest)
        case "whole":
            return int(rest)
        case "wholes":
            return [int(word) for word in rest.split()]
        case "row":
            return [number(word) for word in rest.split()]
        case "texts":
            return [bytes.fromhex(word).decode() for word in rest.split()]
        case "text":
            return bytes.fromhex(rest).decode()
        case "arrays":
            words = rest.split(" ")
            pairs = zip(words[0::2], words[1::2], strict=False)
            return {
                bytes.fromhex(name).decode(): [number(x) for x in row.split(",") if x]
                for name, row in pairs
            }
        case _:
            message = bytes.fromhex(rest).decode()
            raise KINDS.get(kind, PanicError)(message)


class RustNet:
    """An object of the program; its members are those of an emitted Python class."""

    def __init__(self, program: Program, given: Given, seed: int) -> None:
        self.program, self.given, self.place = program, given, 0
        if not 0 <= seed <= 0xFFFFFFFF:  # no number that the type has
            raise ValueError(f"seed: {seed}")
        self.place = self.call("new", str(seed))

    def call(self, name: str, *words: str, on_epoch: Any = None) -> Any:
        """What a method gives."""
        line = " ".join([str(self.given.place), str(self.place), name, *words])
        return self.program.answer(line, on_epoch)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Methods that take a row, or nothing."""

        def method(*given: list[float]) -> Any:
            return self.call(name, *map(row, given))

        return method

    def one_hot(self, index: int) -> Any:
        return self.call("one_hot", whole(index))

    def batch_gradients(self, inputs: list[Any], targets: list[Any]) -> Any:
        return self.call("batch_gradients", rows(inputs), rows(targets))

    def train_step(self, inputs: list[Any], targets: list[Any]) -> Any:
        return self.call("train_step", rows(inputs), rows(targets))

    def check_gradients(self, inputs: list[Any], targets: list[Any]) -> Any:
        return self.call("check_gradients", rows(inputs), rows(targets))

    def evaluate(self, inputs: list[Any], targets: list[Any]) -> Any:
        return self.call("evaluate", rows(inputs), rows(targets))

    def train(
        self,
        inputs: list[Any],
        targets: list[Any],
        *,
        epochs: int | None = None,
        on_epoch: Any = None,
    ) -> Any:
        name = "train_watched" if on_epoch else "train"
        many = whole(self.given.epochs if epochs is None else epochs)
        return self.call(name, rows(inputs), rows(targets), many, on_epoch=on_epoch)

    def load_json(self, saved: str, *, parameters_only: bool = False) -> Any:
        if parameters_only:
            return self.call("load_parameters", text(saved))
        return self.call("load_json", text(saved)) or []

    def parameters(self) -> dict[str, Any]:
        return self.arrays("parameters", self.given.shapes)

    def gradients(self) -> dict[str, Any]:
        return self.arrays("gradients", self.given.shapes)

    def buffers(self) -> dict[str, Any]:
        return self.arrays("buffers", self.given.buffers)

    def arrays(self, name: str, shapes: Mapping[str, Sequence[int]]) -> dict[str, Any]:
        """The arrays that a method gives by name."""
        found = self.call(name)
        assert found.keys() == shapes.keys()
        return {name: nested(found[name], shape) for name, shape in shapes.items()}

    def set_parameters(self, values: dict[str, Any]) -> None:
        words = [str(len(values))]
        for name, value in values.items():
            own, numbers = self.given.shapes.get(name), list(flat(value))
            is_other = own is not None and shape_of(value) != list(own)
            if is_other and own is not None and len(numbers) == prod(own):
                raise ValueError(f"{name}: another shape")  # arrays are flat in Rust
            words += [text(name), row(numbers)]
        self.call("set_parameters", *words)


def number(bits: str) -> float:
    """A number from its bits."""
    found: float = struct.unpack(">d", bytes.fromhex(bits))[0]
    return found


def row(values: Sequence[Any]) -> str:
    """Numbers as words, behind their count."""
    if not isinstance(values, (list, tuple)):
        raise ValueError("expected numbers")
    try:
        words = (struct.pack(">d", x).hex() for x in values)
        return " ".join([str(len(values)), *words])
    except struct.error as error:  # no number that the type has
        raise ValueError(f"expected numbers: {error}") from error


def rows(values: Sequence[Any]) -> str:
    """Rows of numbers as words, behind their count."""
    return " ".join([str(len(values)), *map(row, values)])


def whole(value: int) -> str:
    """A whole number as a word."""
    if value < 0:  # no number that the type has
        raise ValueError(f"expected 0 or more, got {value}")
    return str(value)


def text(value: str) -> str:
    """A text as a word."""
    return f"x{value.encode().hex()}"
