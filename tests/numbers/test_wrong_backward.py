"""check_gradients of an emitted file notices when its backward pass is wrong.

Every statement of a backward pass that leads to a parameter is spoiled in several
ways, one at a time; each time check_gradients must find a large error. Only so does
the small one that all other tests want mean anything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from nets.net import STYLES, Net
from nets.table import NETS
from running.emitted import emitted, module

from bpgen.catalog.losses import Targets

LARGE = 1e-3
# Nets with every kind of statement: sums over paths, functions, rows, steps, shares.
SPOILED = (
    "activation_tanh",
    "activation_softplus",
    "activation_softmax",
    "activation_prelu",
    "loss_softmax_cross_entropy",
    "loss_squared_error",
    "shared",
    "two_steps",
)


def derivatives(method: ast.FunctionDef) -> list[ast.Assign | ast.AugAssign]:
    """The statements of backward() that compute something, before the input's."""
    found: list[ast.Assign | ast.AugAssign] = []
    for statement in method.body:
        if isinstance(statement, ast.If):  # `if not to_inputs`
            break
        for node in ast.walk(statement):
            if isinstance(node, ast.AugAssign) or (
                isinstance(node, ast.Assign) and not _is_name(node)
            ):
                found.append(node)
    return found


def _is_name(node: ast.Assign) -> bool:
    """Whether the statement only gives something a name: w = self.w, z = [0.0] * _SIZE.

    Or keeps it for the gradient of the input: dz_h[i] = dz.
    """
    text = ast.unparse(node.value)
    given = r"(self\.\w+|targets|kept)(\[\d+\])*"
    return bool(re.fullmatch(rf"{given}|\[.*\]|\[.*\] \* [\w(* )]+|d\w+", text))


WAYS = ("sign", "twice", "dropped", "last index", "other neuron")


def spoiled(node: ast.Assign | ast.AugAssign, how: str, names: set[str]) -> str:
    """The statement's value, spoiled in one way; "" where that changes nothing."""
    text = ast.unparse(node.value)
    match how:
        case "dropped" if text == "0.0" and isinstance(node, ast.Assign):
            target = ast.unparse(node.targets[0])  # keeps what it was before
            found = target if target.endswith("]") else "1.0"
        case _ if text == "0.0":
            return ""
        case "sign":
            found = f"-({text})"
        case "twice":
            found = f"2.0 * ({text})"
        case "dropped":
            found = "0.0"
        case "last index":
            found = re.sub(r"\[(i|j)\](?!.*\[(i|j)\])", "[0]", text)
        case _:  # what belongs to neuron 2 in the place of neuron 1
            found = re.sub(r"\b(\w+)1\b", r"\g<1>2", text)
    known = set(re.findall(r"[a-z]\w*", found)) <= names
    return found if known and found != text else ""


class Spoiler:
    """An emitted class whose backward() is replaced by wrong ones."""

    def __init__(self, net: Net, style: str) -> None:
        if not net.name.startswith("loss_"):  # far off, so that gradients are large
            net = Net(net.name, net.spec | {"loss": "squared_error"})
        self.net = net
        self.inputs = net.inputs[:3]
        scale = 5.0 if net.network.loss.targets is Targets.NUMBERS else 1.0
        self.targets = [[scale * number for number in row] for row in net.targets[:3]]
        text = emitted(net, "python", style)
        self.space = vars(module(text))
        self.made = self.space[net.network.class_name]
        (method,) = (
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef)
            and node.name in ("_backward", "_backward_rows")
        )
        self.name, self.method = method.name, ast.unparse(method)
        self.names = set(re.findall(r"[a-z]\w*", self.method))

    def parsed(self) -> ast.FunctionDef:
        """The method that is right."""
        (found,) = ast.parse(self.method).body
        assert isinstance(found, ast.FunctionDef)
        return found

    def wrong(self) -> Iterator[tuple[str, ast.FunctionDef]]:
        """The method with one statement spoiled, and what was done to it."""
        for at in range(len(derivatives(self.parsed()))):
            for how in WAYS:
                method = self.parsed()
                statement = derivatives(method)[at]
                before = ast.unparse(statement)
                value = spoiled(statement, how, self.names)
                if value:
                    statement.value = ast.parse(value, mode="eval").body
                    yield f"{how}: {before} -> {ast.unparse(statement)}", method

    def largest_error(self, method: ast.FunctionDef) -> float:
        """What check_gradients says when the class has that method."""
        exec(ast.unparse(method), self.space)
        setattr(self.made, self.name, self.space[self.name])
        net = self.made()
        net.set_parameters(self.net.parameters)
        return float(net.check_gradients(self.inputs, self.targets))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", SPOILED)
def test_the_checks_catch_a_wrong_backward_pass(name: str, style: str) -> None:
    spoiler = Spoiler(NETS[name], style)
    assert spoiler.largest_error(spoiler.parsed()) < 1e-6
    count, missed = 0, []
    for what, method in spoiler.wrong():
        try:
            is_caught = spoiler.largest_error(method) > LARGE
        except UnboundLocalError:  # neuron 2 comes later: no wrong number, no number
            continue
        count += 1
        if not is_caught:
            missed.append(what)
    assert count > 10
    assert not missed, f"{len(missed)} of {count}"
