"""Formulas of net.yaml in PyTorch: a choice is made for each element.

In: a formula as it is written. Out: the same of tensors.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

CALLS: Mapping[str, str] = {
    **{
        name: f"torch.{name}"
        for name in (
            *("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "abs"),
            *("relu", "erf", "expm1", "log1p"),
        )
    },
    "softplus": "F.softplus",
    "max": "largest",
    "min": "smallest",
    "maximum": "largest",
    "minimum": "smallest",
}


class _Tensors(ast.NodeTransformer):
    def __init__(self, names: str) -> None:
        self.names = names

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        test, one, other = map(ast.unparse, (node.test, node.body, node.orelse))
        branches = f"lambda {self.names}: {one}, lambda {self.names}: {other}"
        text = f"chosen({test}, {branches}, {self.names})"
        return ast.parse(text, mode="eval").body

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        assert isinstance(node.func, ast.Name)
        parts = ", ".join(map(ast.unparse, node.args))
        return ast.parse(f"{CALLS[node.func.id]}({parts})", mode="eval").body


def of_tensors(formula: str, names: str) -> str:
    """A formula of tensors of these names, element by element."""
    tree = _Tensors(names).visit(ast.parse(formula.strip(), mode="eval"))
    return ast.unparse(tree)


def of_numbers(formula: str) -> str:
    """A formula of the tables of schedules, of Python's numbers."""
    text = formula.replace("smaller(", "min(").replace("larger(", "max(")
    return text.replace("cos(", "math.cos(")
