"""Arithmetic on expressions that keeps derivatives as short as a textbook's.

Each function builds one node, or something simpler of the same value. Constants
fold only where the result is exact; products carry one coefficient, in front.
"""

from __future__ import annotations

from bpgen.program.nodes import (
    Add,
    Compare,
    Divide,
    Expression,
    Multiply,
    Negate,
    Number,
    Select,
    Subtract,
)

ZERO, ONE = Number(0.0), Number(1.0)


def add(left: Expression, right: Expression) -> Expression:
    """left + right"""
    match left, right:
        case Number(a), Number(b):
            return Number(a + b)
        case (Number(0.0), other) | (other, Number(0.0)):
            return other
        case _, Negate(value):
            return subtract(left, value)
        case Negate(value), _:
            return subtract(right, value)
        case _, Number(b) if b < 0.0:
            return subtract(left, Number(-b))
    (a, term), (b, other) = _coefficient(left), _coefficient(right)
    if term == other:
        return multiply(Number(a + b), term)
    if b < 0.0:
        return subtract(left, multiply(Number(-b), other))
    return Add(left, right)


def subtract(left: Expression, right: Expression) -> Expression:
    """left - right"""
    match left, right:
        case Number(a), Number(b):
            return Number(a - b)
        case _, Number(0.0):
            return left
        case Number(0.0), _:
            return negate(right)
        case _, Negate(value):
            return add(left, value)
        case Number(a), Subtract(Number(b), value) if a == b:
            return value  # 1 - (1 - t * t) is t * t, and more exact
    (a, term), (b, other) = _coefficient(left), _coefficient(right)
    if term == other:
        return multiply(Number(a - b), term)
    return Subtract(left, right)


def negate(value: Expression) -> Expression:
    """-value"""
    match value:
        case Number(a):
            return Number(0.0 - a)
        case Negate(inner):
            return inner
        case Subtract(left, right):
            return Subtract(right, left)
        case Multiply(Number(a), inner):
            return multiply(Number(-a), inner)
        case Select(condition, then, otherwise):
            return Select(condition, negate(then), negate(otherwise))
        case _:
            return Negate(value)


def multiply(left: Expression, right: Expression) -> Expression:
    """left * right, the coefficient first"""
    match left, right:
        case Number(a), Number(b):
            return Number(a * b)
        case (Number(0.0), _) | (_, Number(0.0)):
            return ZERO
        case (Number(1.0), other) | (other, Number(1.0)):
            return other
        case (Number(-1.0), other) | (other, Number(-1.0)):
            return negate(other)
        case (Negate(value), other) | (other, Negate(value)):
            return negate(multiply(value, other))
        case _, Number():
            return multiply(right, left)
        case Number(a), Multiply(Number(b), value):
            return multiply(Number(a * b), value)
        case Number(), Divide(above, below):
            return divide(multiply(left, above), below)
        case _, Divide(Number(1.0), below):
            return divide(left, below)
        case Divide(Number() as above, Number() as below), other:
            return divide(multiply(above, other), below)
        case other, Divide(Number() as above, Number() as below):
            return divide(multiply(above, other), below)
        case other, Multiply(Number() as coefficient, value):
            return multiply(coefficient, multiply(other, value))
        case Multiply(Number() as coefficient, value), other:
            return multiply(coefficient, multiply(value, other))
        case (Select(condition, then, otherwise), other) if _has_number(
            then, otherwise
        ):
            return select(condition, multiply(then, other), multiply(otherwise, other))
        case (other, Select(condition, then, otherwise)) if _has_number(
            then, otherwise
        ):
            return select(condition, multiply(other, then), multiply(other, otherwise))
        case _:
            return Multiply(left, right)


def divide(left: Expression, right: Expression) -> Expression:
    """left / right"""
    match left, right:
        case Number(0.0), _:
            return ZERO
        case _, Number(1.0):
            return left
        case Negate(value), _:
            return negate(divide(value, right))
        case Number(a), Number(b) if b and a % b == 0.0:
            return Number(a / b)
        case Multiply(Number(a), value), Number(b) if b and a % b == 0.0:
            return multiply(Number(a / b), value)
        case Multiply(Number(a), value), Number(b) if a and b % a == 0.0:
            return divide(value, Number(b / a))
        case Select(condition, then, otherwise), Number() if _has_number(
            then, otherwise
        ):
            return select(condition, divide(then, right), divide(otherwise, right))
        case _:
            return Divide(left, right)


def select(condition: Compare, then: Expression, otherwise: Expression) -> Expression:
    """then where the condition holds, else otherwise"""
    return then if then == otherwise else Select(condition, then, otherwise)


def simplified(value: Expression) -> Expression:
    """An expression built anew from its innermost operands on, as a textbook has it
    once the numbers in it are known: 1 + (0 - 1) * x / 4 is 1 - x / 4."""
    match value:
        case Add(left, right):
            return add(simplified(left), simplified(right))
        case Subtract(left, right):
            return subtract(simplified(left), simplified(right))
        case Multiply(left, right):
            return multiply(simplified(left), simplified(right))
        case Divide(left, right):
            return divide(simplified(left), simplified(right))
        case _:
            return value


def _coefficient(value: Expression) -> tuple[float, Expression]:
    match value:
        case Multiply(Number(a), term):
            return a, term
        case Multiply(left, right):
            a, term = _coefficient(left)
            return a, value if a == 1.0 else Multiply(term, right)
        case Negate(term):
            return -1.0, term
        case _:
            return 1.0, value


def _has_number(*values: Expression) -> bool:
    return any(isinstance(value, Number) for value in values)
