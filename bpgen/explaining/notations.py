"""What a number is called: as in the code, or as in the books.

In: a variable of the program and a place in it. Out: a name. A notation that has no
name of its own for something falls back on the name of the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bpgen.network.network import Network
from bpgen.program.nodes import Role, Variable

NOTATIONS = ("names", "nielsen", "matrix", "pytorch", "mazur")
LOSS_NAMES = {"mazur": "E_total", "nielsen": "C"}  # elsewhere L
PARTIAL, DELTA = "\u2202", "\u03b4"
Place = tuple[int, ...]
Namer = Callable[[Variable, Place], str]
SLOPE = re.compile(r"d(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Known:
    """What notations go by: the layers by number, the parameters by variable."""

    layers: dict[str, int]
    parameters: dict[Variable, str]
    gradients: dict[str, Variable]  # the parameter, by the name of its gradient
    weights: dict[tuple[Variable, Place], int]  # from 1, over the whole net
    code: Namer

    def layer(self, variable: Variable) -> int | None:
        """The number of the layer that a variable belongs to; 0 for the input."""
        if variable.role is Role.INPUT:
            return 0
        owner = variable.name.removeprefix(f"{variable.prefix}_")
        if variable.role in (Role.PARAMETER, Role.GRADIENT):
            owner = owner.removeprefix("d")
        return self.layers.get(owner)


def known_of(network: Network, code: Namer) -> Known:
    """What notations go by, for a net."""
    weights: dict[tuple[Variable, Place], int] = {}
    for parameter in network.parameters:
        variable = parameter.variable
        if len(variable.shape) == 2:
            rows, columns = variable.shape
            for i in range(rows):
                for j in range(columns):
                    weights[variable, (i, j)] = len(weights) + 1
    return Known(
        {layer.name: at for at, layer in enumerate(network.layers, 1)},
        {p.variable: p.name for p in network.parameters},
        {f"d{p.variable.name}": p.variable for p in network.parameters},
        weights,
        code,
    )


def namer(notation: str, known: Known) -> Namer:
    """The names of a notation."""
    if notation == "names":
        return known.code
    own = {
        "nielsen": _nielsen,
        "matrix": _matrix,
        "pytorch": _pytorch,
        "mazur": _mazur,
    }[notation]
    return lambda variable, place: own(known, variable, place) or known.code(
        variable, place
    )


def _index(place: Place) -> str:
    """Indices from 1, in a row while each has one digit."""
    found = [str(i + 1) for i in place]
    return "".join(found) if all(len(i) == 1 for i in found) else ",".join(found)


def _nielsen(known: Known, variable: Variable, place: Place) -> str:
    """w^2_12: into neuron 1 of layer 2 from neuron 2; C is the cost."""
    if variable.name == "loss":
        return "C"
    if variable.role is Role.TARGET:
        return f"y_{_index(place)}"
    layer = known.layer(variable)
    if layer is None or not place:
        return ""
    prefix, at = variable.prefix, f"^{layer}_{_index(place)}"
    if variable.role is Role.INPUT:
        return f"x_{_index(place)}"
    if prefix == "dz":
        return f"{DELTA}{at}"
    if SLOPE.match(prefix):
        return f"{PARTIAL}C/{PARTIAL}{prefix[1:]}{at}"
    return f"{prefix}{at}"


def _matrix(known: Known, variable: Variable, place: Place) -> str:
    """W2[1,2]: the matrix of layer 2, row 1, column 2; a vector for each layer."""
    layer = known.layer(variable)
    if variable.role is Role.TARGET:
        layer = max(known.layers.values())
    if layer is None or not place:
        return "L" if variable.name == "loss" else ""
    where = f"{layer}[{','.join(str(i + 1) for i in place)}]"
    prefix = {"": "a", "w": "W", "dw": "dW", "dz": DELTA}.get(
        variable.prefix, variable.prefix
    )
    return f"{prefix}{where}"


def _pytorch(known: Known, variable: Variable, place: Place) -> str:
    """o.weight[0, 1] and o.weight.grad[0, 1]: names of the state_dict, counted from 0,
    as torch has them."""
    where = f"[{', '.join(map(str, place))}]" if place else ""
    if variable in known.parameters:
        return known.parameters[variable] + where
    if variable.name in known.gradients:
        return f"{known.parameters[known.gradients[variable.name]]}.grad{where}"
    if variable.role is Role.INPUT:
        return f"x{where}"
    if variable.role is Role.TARGET:
        return f"target{where}"
    is_slope = SLOPE.match(variable.prefix) and variable.role is Role.VALUE
    name = f"{variable.name[1:]}.grad" if is_slope else variable.name
    return f"{name}{where}"


def _mazur(known: Known, variable: Variable, place: Place) -> str:
    """w1 ... w8, net_h1, out_h1, target_o1, E_total."""
    if variable.name == "loss":
        return "E_total"
    if not place:
        return ""
    unit = known.code(variable, place).removeprefix(f"{variable.prefix}_")
    if variable.role is Role.TARGET:
        return f"target_{unit}"
    if (variable, place) in known.weights:
        return f"w{known.weights[variable, place]}"
    of = known.gradients.get(variable.name)
    if of is not None:
        return f"{PARTIAL}E_total/{PARTIAL}{_mazur(known, of, place)}"
    if variable in known.parameters:
        layer = known.layer(variable)
        is_bias = layer is not None and len(variable.shape) == 1
        return f"b{layer}_{unit}" if is_bias else ""
    name = {"z": f"net_{unit}", "a": f"out_{unit}"}.get(variable.prefix.lstrip("d"))
    if name and variable.prefix.startswith("d"):
        return f"{PARTIAL}E_total/{PARTIAL}{name}"
    return name or ""
