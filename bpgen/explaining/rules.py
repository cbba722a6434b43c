"""The rules of a step in TeX, in each notation: what stands above the numbers.

In: what kind of statement it is. Out: TeX of the few commands that `tex` reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpgen.program.expressions import short_number
from bpgen.program.functions import Function
from bpgen.program.nodes import (
    Accumulate,
    Add,
    Argument,
    Assign,
    Call,
    Divide,
    Element,
    Expression,
    Multiply,
    Negate,
    Number,
    Role,
    Select,
    Stated,
    Stop,
    Subtract,
)
from bpgen.program.walks import transform, walk


@dataclass(frozen=True, slots=True)
class Symbols:
    """How a notation writes the quantities of one layer."""

    z: str
    a: str
    w: str
    b: str
    loss: str
    input: str
    target: str
    delta: str = ""  # a name for the slope by z
    labels: tuple[str, str, str, str] = ("", "", "", "")  # of the four equations

    def slope(self, of: str) -> str:
        """The slope of the loss by something."""
        if self.delta and of == self.z:
            return self.delta
        return frac(self.loss, of)


SYMBOLS = {
    "names": Symbols("z", "a", "w", "b", "L", r"\text{input}", "t"),
    "nielsen": Symbols(
        *("z^l_j", "a^l_j", "w^l_{jk}", "b^l_j", "C", "a^{l-1}_k", "y_j"),
        delta=r"\delta^l_j",
        labels=("BP1", "BP2", "BP3", "BP4"),
    ),
    "matrix": Symbols(
        *("z_l", "a_l", "W_l", "b_l", "L", "a_{l-1}", "t"), delta=r"\delta_l"
    ),
    "pytorch": Symbols("z", "a", "w", "b", "L", r"\text{input}", "t"),
    "mazur": Symbols(
        *(r"\mathrm{net}", r"\mathrm{out}", "w", "b", r"E_{\mathrm{total}}"),
        *(r"\text{input}", r"\mathrm{target}"),
    ),
}


def frac(over: str, under: str) -> str:
    """The partial derivative of one thing by another one."""
    return rf"\frac{{\partial {over}}}{{\partial {under}}}"


def weighted_sum(notation: str) -> str:
    """A net input: the bias, plus each input times its weight."""
    s = SYMBOLS[notation]
    if notation == "matrix":
        return f"{s.z} = {s.b} + {s.w} {s.input}"
    under = "k" if notation == "nielsen" else r"\text{inputs}"
    return rf"{s.z} = {s.b} \cdot 1 + \sum_{{{under}}} {s.w} \cdot {s.input}"


def activation(notation: str, function: Function) -> str:
    """What a neuron makes of its net input."""
    s = SYMBOLS[notation]
    return f"{s.a} = {function_tex(function, s.z)}"


TEXTBOOK = {
    "sigmoid": r"\sigma(Z) = \frac{1}{1 + e^{-Z}}",
    "tanh": r"\tanh(Z)",
    "relu": r"\max(0, Z)",
    "softplus": r"\log(1 + e^{Z})",
    "identity": "Z",
}


def function_tex(function: Function, z: str) -> str:
    """A function of z: as textbooks have it, or by its formula."""
    known = TEXTBOOK.get(function.name)
    if known:
        return known.replace("Z", z)
    names = {name: word_tex(name) for name in function.parameters} | {
        function.parameters[0]: z
    }
    return expression_tex(function.body, names) or rf"\mathrm{{{function.name}}}({z})"


def through_activation(notation: str, because: str) -> str:
    """The slope by a net input, from that by the activation."""
    s = SYMBOLS[notation]
    rule = rf"{s.slope(s.z)} = {frac(s.loss, s.a)} \cdot {frac(s.a, s.z)}"
    _, _, slope = because.partition("= ")
    if not slope:
        return rule
    told = re.sub(r"\ba\b", lambda _: s.a, slope.strip().rstrip("."))
    told = told.replace(" * (", "(").replace("*", r"\cdot")
    if re.search(r"[^-+()\w\s^{}\\]", told) or re.search(r"[a-z]{4,}", slope):
        return rule
    return rf"{rule}, \quad {frac(s.a, s.z)} = {told}"


def slope_of_loss(notation: str, by: str, told: str) -> str:
    """The slope of the loss itself."""
    s = SYMBOLS[notation]
    of = {"a": s.a, "z": s.z}.get(by, by)
    text = re.sub(r"\ba\b", "A", told)
    text = re.sub(r"\bt\b", lambda _: s.target, text).replace(" * ", r" \cdot ")
    text = text.replace("A", s.a).replace(r"\log", "log").replace("log", r"\log")
    label = s.labels[0] and rf"\quad \text{{({s.labels[0]})}}"
    if not told or re.search(r"[a-z]{4,}", told):
        return ""
    return f"{frac(s.loss, of)} = {text}{label}"


def paths(notation: str, count: int, by: str, to: str) -> str:
    """The slope by what later statements read: the sum over all paths."""
    s = SYMBOLS[notation]
    of = {"a": s.a, "z": s.z}.get(by, rf"\mathrm{{{by}}}" if len(by) > 1 else by or "x")
    if by == "a" and to == "z":
        match notation:
            case "nielsen":
                return (
                    rf"{frac('C', s.a)} = \sum_k \delta^{{l+1}}_k w^{{l+1}}_{{kj}}"
                    r" \quad \text{(BP2)}"
                )
            case "matrix":
                return rf"{frac(s.loss, s.a)} = W_{{l+1}}^{{\top}} \delta_{{l+1}}"
    after = rf"{s.z}_{{\mathrm{{next}}}}" if to == "z" else r"\text{next}"
    factors = rf"{frac(s.loss, after)} \cdot {frac(after, of)}"
    total = r"\sum_{\text{paths}} " if count > 1 else ""
    return f"{s.slope(of)} = {total}{factors}"


def weight(notation: str) -> str:
    """The slope by a weight."""
    s = SYMBOLS[notation]
    if notation == "matrix":
        return rf"{frac('L', 'W_l')} = \delta_l a_{{l-1}}^{{\top}}"
    label = s.labels[3] and rf" \quad \text{{({s.labels[3]})}}"
    if s.delta:
        return rf"{frac(s.loss, s.w)} = {s.input} \cdot {s.delta}{label}"
    chain = rf"{frac(s.loss, s.w)} = {frac(s.loss, s.z)} \cdot {frac(s.z, s.w)}"
    what = rf"\text{{the input that }} {s.w} \text{{ weighs}}"
    return rf"{chain}, \quad {frac(s.z, s.w)} = {what}"


def bias(notation: str) -> str:
    """The slope by a bias, the weight of a constant 1."""
    s = SYMBOLS[notation]
    label = s.labels[2] and rf" \quad \text{{({s.labels[2]})}}"
    if s.delta:
        return f"{frac(s.loss, s.b)} = {s.delta}{label}"
    chain = rf"{frac(s.loss, s.b)} = {frac(s.loss, s.z)} \cdot {frac(s.z, s.b)}"
    return rf"{chain}, \quad {frac(s.z, s.b)} = 1"


def statement(made: Assign | Accumulate, notation: str) -> str:
    """A statement of the optimizer, for any weight w."""
    s = SYMBOLS[notation]
    names = {"w": s.w, "dw": frac(s.loss, s.w), "learning_rate": r"\eta"}
    names |= {"beta1": r"\beta_1", "beta2": r"\beta_2", "epsilon": r"\epsilon"}

    def word(node: Expression) -> Expression | None:
        return Argument(node.variable.name) if isinstance(node, Element) else None

    value = expression_tex(transform(made.value, word), names)
    target = names.get(made.target.variable.name, word_tex(made.target.variable.name))
    is_kept = made.target.variable.role is not Role.LOCAL
    new = r"\text{new } " if is_kept else ""
    return f"{new}{target} = {value}" if value else ""


# --- Expressions --------------------------------------------------------------------


def word_tex(name: str) -> str:
    """A name as one word."""
    return name if len(name) == 1 else rf"\mathrm{{{name}}}".replace("_", r"\_")


def expression_tex(value: Expression, names: dict[str, str]) -> str:
    """A formula in TeX; nothing if it has a choice, which no rule here writes."""
    if any(isinstance(node, Select) for node in walk(value)):
        return ""
    return _tex(value, names, 0)


def _tex(value: Expression, names: dict[str, str], level: int) -> str:
    own, text = 3, ""
    match value:
        case Number(number):
            text, own = short_number(number), 3 if number >= 0 else 1
        case Argument(name):
            text = names.get(name, word_tex(name))
        case Element(variable):
            text = word_tex(variable.name)
        case Add(left, right):
            text, own = f"{_tex(left, names, 1)} + {_tex(right, names, 1)}", 1
        case Subtract(left, right):
            text, own = f"{_tex(left, names, 1)} - {_tex(right, names, 2)}", 1
        case Multiply(left, right):
            text = rf"{_tex(left, names, 2)} \cdot {_tex(right, names, 2)}"
            own = 2
        case Divide(left, right):
            text = rf"\frac{{{_tex(left, names, 0)}}}{{{_tex(right, names, 0)}}}"
        case Negate(inner):
            text, own = f"-{_tex(inner, names, 2)}", 1
        case Stop(inner) | Stated(value=inner):
            return _tex(inner, names, level)
        case Call(function, arguments):
            inside = ", ".join(_tex(argument, names, 0) for argument in arguments)
            text = _called(function.name, inside)
    return f"({text})" if own < level else text


def _called(name: str, inside: str) -> str:
    if name == "exp":
        return f"e^{{{inside}}}"
    if name == "sqrt":
        return rf"\sqrt{{{inside}}}"
    if name == "sigmoid":
        return rf"\sigma({inside})"
    known = name in ("log", "tanh", "sin", "cos")
    return f"\\{name}({inside})" if known else f"{word_tex(name)}({inside})"
