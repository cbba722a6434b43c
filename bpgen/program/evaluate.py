"""Runs a program in Python, node by node: slow, and free of any template.

The tests hold its numbers against PyTorch, so the mathematics is checked before
any language prints it; `explain` shows them.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from itertools import product

from bpgen.program.blocks import Program
from bpgen.program.functions import Function
from bpgen.program.nodes import (
    COUNT,
    Accumulate,
    Add,
    Argument,
    Assign,
    Block,
    Call,
    Compare,
    Divide,
    Draw,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Literal,
    Multiply,
    Negate,
    Number,
    Position,
    Role,
    Section,
    Select,
    Stated,
    Stop,
    Subtract,
    Variable,
    Whole,
)
from bpgen.runtime.generator import Generator

ELEMENTARY: Mapping[str, Callable[[float], float]] = {
    name: getattr(math, name)
    for name in ("exp", "log", "sqrt", "sin", "cos", "erf", "log1p", "expm1", "tanh")
} | {"abs": abs}

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
Place = tuple[int, ...]


class Machine:
    """Holds the variables of one program and runs statements, node by node."""

    generator: Generator  # whoever runs what draws gives it

    def __init__(self, program: Program) -> None:
        self.program = program
        self.values: MutableMapping[tuple[Variable, Place], float] = {}
        for setting, value in program.settings.items():
            self.values[setting, ()] = value

    def get(self, variable: Variable) -> list[float]:
        """All elements of a variable, row-major."""
        places = product(*map(range, variable.shape))
        return [self.values[variable, place] for place in places]

    def set(
        self, variable: Variable, numbers: Sequence[float], sample: int = 0
    ) -> None:
        """Set all elements of a variable, row-major; those of one sample."""
        first = (sample,) if variable.is_batched else ()
        places = product(*(range(len(axis)) for axis in variable.axes))
        for place, number in zip(places, numbers, strict=True):
            self.values[variable, (*first, *place)] = number

    def run(self, block: Block, at: dict[str, int] | None = None) -> None:
        """Run a block; `at` holds the loop variables around it."""
        at = at or {}
        for statement in block:
            match statement:
                case For(index, stop, body, start=start, order=order):
                    rounds = range(*_place((Index.of(start), Index.of(stop)), at))
                    for value in order.of(rounds):
                        self.run(body, at | {index: value})
                case If(condition, body):
                    if _holds(condition, at):
                        self.run(body, at)
                case Section(_, body):
                    self.run(body, at)
                case Assign(Element(Variable(name, Role.INDEX)), Position(index)):
                    at = at | {name: _place((index,), at)[0]}
                case Assign(target, Whole(element)):
                    at = at | {target.variable.name: int(self.value(element, at))}
                case Literal(variable, values):
                    self.set(variable, values)
                case Assign(target, value):
                    place = _place(target.indices, at)
                    self.values[target.variable, place] = self.value(value, at)
                case Accumulate(target, value):
                    place = _place(target.indices, at)
                    self.values[target.variable, place] += self.value(value, at)

    def value(self, node: Expression, at: Mapping[str, int]) -> float:
        """The value of an expression."""
        match node:
            case Element(variable, indices):
                return self.values[variable, _place(indices, at)]
            case Draw(distribution, first, second):
                draw = getattr(self.generator, distribution)
                return float(draw(self.value(first, at), self.value(second, at)))
            case Position(index):
                return float(_place((index,), at)[0])
            case _:
                return _compute(node, lambda inner: self.value(inner, at))


class Evaluator(Machine):
    """A program that starts from a seed, trained without the routines."""

    def __init__(self, program: Program, seed: int = 0) -> None:
        super().__init__(program)
        self.generator = Generator(seed)
        self.run(program.initialize)
        self.run(program.reset)
        self.run(program.zero)

    def forward(self, inputs: Sequence[float]) -> list[float]:
        """The outputs for one sample."""
        self.forward_batch([inputs])
        return self.get(self.program.output)

    def forward_batch(self, inputs: Sequence[Sequence[float]]) -> None:
        """A forward pass of several samples; of one, if samples are independent."""
        self.count(len(inputs))
        for number, sample in enumerate(inputs):
            self.set(self.program.input, sample, number)
        self.run(self.program.forward, {"batch": len(inputs)})

    def count(self, samples: int) -> None:
        """Say how many samples are in the batch at hand."""
        self.values[COUNT, ()] = float(samples)

    def predict(self, inputs: Sequence[float]) -> list[float]:
        """The outputs for one sample, in inference mode."""
        sample = self.program.input
        self.set(replace(sample, labels=sample.axes), inputs)
        self.run(self.program.predict)
        return self.get(self.program.predicted)

    def loss(self, targets: Sequence[float]) -> float:
        """The loss of the sample that was last forward."""
        return self.loss_of_batch([targets])

    def loss_of_batch(self, targets: Sequence[Sequence[float]]) -> float:
        """The sum of the losses of the samples that were last forward."""
        for number, target in enumerate(targets):
            self.set(self.program.target, target, number)
        self.run(self.program.loss, {"batch": len(targets)})
        return self.value(self.program.loss_value, {})

    def backward(self, targets: Sequence[float]) -> list[float]:
        """Add to the gradients; returns those of the input."""
        self.backward_batch([targets])
        return self.get(self.program.input_slope)

    def backward_batch(self, targets: Sequence[Sequence[float]]) -> None:
        """Add to the gradients those of the samples that were last forward."""
        for number, target in enumerate(targets):
            self.set(self.program.target, target, number)
        self.run(self.program.backward, {"batch": len(targets)})
        self.run(self.program.input_gradient, {"batch": len(targets)})

    def batch_gradients(
        self, inputs: Sequence[Sequence[float]], targets: Sequence[Sequence[float]]
    ) -> float:
        """Hold the gradients of the batch's mean loss; returns that loss."""
        self.run(self.program.zero)
        total = self.gradients_of(inputs, targets)
        self.count(len(inputs))
        self.run(self.program.mean)
        if not self.program.penalty:
            return total / len(inputs)
        self.run(self.program.penalty_gradient)
        self.run(self.program.penalty)
        return total / len(inputs) + self.values[self.program.penalty_value, ()]

    def gradients_of(
        self, inputs: Sequence[Sequence[float]], targets: Sequence[Sequence[float]]
    ) -> float:
        """Add the gradients of all samples; returns the sum of their losses."""
        if self.program.input.is_batched:
            self.forward_batch(inputs)
            total = self.loss_of_batch(targets)
            self.backward_batch(targets)
            return total
        total = 0.0
        for sample, target in zip(inputs, targets, strict=True):
            self.forward(sample)
            total += self.loss(target)
            self.backward(target)
        return total

    def train_step(
        self, inputs: Sequence[Sequence[float]], targets: Sequence[Sequence[float]]
    ) -> float:
        """One update with a batch, and a move of a schedule that goes by steps."""
        loss = self.batch_gradients(inputs, targets)
        self.run(self.program.update)
        if self.program.moves_each_step:
            self.run(self.program.schedule)
        return loss


def apply(function: Function, arguments: Sequence[float]) -> float:
    """The value of a function: the standard library's, else its formula's."""
    if function.name in ELEMENTARY:
        return ELEMENTARY[function.name](*arguments)
    own = dict(zip(function.parameters, arguments, strict=True))

    def value(node: Expression) -> float:
        return own[node.name] if isinstance(node, Argument) else _compute(node, value)

    return value(function.body)


def _compute(node: Expression, value: Callable[[Expression], float]) -> float:
    match node:
        case Number(number):
            return number
        case Add(left, right):
            return value(left) + value(right)
        case Subtract(left, right):
            return value(left) - value(right)
        case Multiply(left, right):
            return value(left) * value(right)
        case Divide(left, right):
            return value(left) / value(right)
        case Negate(inner):
            return -value(inner)
        case Stop(inner) | Stated(value=inner):
            return value(inner)
        case Call(function, arguments):
            return apply(function, [value(argument) for argument in arguments])
        case Select(Compare(sign, left, right), then, otherwise):
            holds = COMPARISONS[sign](value(left), value(right))
            return value(then if holds else otherwise)
    raise TypeError(f"no value: {node!r}")


def _holds(condition: Inside, at: Mapping[str, int]) -> bool:
    return 0 <= _place((condition.index,), at)[0] < condition.extent


def _place(indices: tuple[Index, ...], at: Mapping[str, int]) -> Place:
    return tuple(
        index.constant + sum(factor * at[name] for name, factor in index.terms)
        for index in indices
    )
