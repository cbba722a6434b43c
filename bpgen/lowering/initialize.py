"""How the parameters start: explicit values, constants, numbers that are drawn.

In: a network. Out: the block `initialize`, and under each heading how the limit of a
distribution comes about, where a formula gives it.
"""

from __future__ import annotations

from math import prod

from bpgen.catalog.layers.base import Parameter
from bpgen.lowering.optimizer import WEIGHT
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.functions import FUNCTIONS
from bpgen.program.labels import SPARE_LETTERS, heading
from bpgen.program.notes import TitleNote

LONGEST = 6  # letters of a number in the call; a longer one gets a name


def initialize(network: Network) -> ir.Block:
    """Explicit values, constants, and what the generator draws, in its order."""
    block: list[ir.Statement] = []
    names: dict[float, ir.Element] = {}
    for start, alike in _groups(network):
        if start is None:
            explicit = ((p, network.initial[p.name]) for p in alike)
            block += [ir.Literal(p.variable, values) for p, values in explicit]
        else:
            block += _started(start, alike, names)
    return tuple(block)


Group = tuple["ir.Expression | None", list[Parameter]]  # how they start, or explicitly


def _groups(network: Network) -> list[Group]:
    """The parameters that start alike, in the order in which the generator draws."""
    found: list[Group] = []
    for parameter in (*network.parameters, *network.buffers):
        is_explicit = parameter.name in network.initial
        start = None if is_explicit else parameter.initial
        others = [group for group in found if type(group[0]) is type(start)]
        if isinstance(start, ir.Draw):  # after the last one that draws
            others = others[-1:]
        own = [group for group in others if group[0] == start]
        if own and not _is_orthogonal(start):
            own[0][1].append(parameter)
        else:
            found.append((start, [parameter]))
    return found


def _is_orthogonal(start: ir.Expression | None) -> bool:
    return isinstance(start, ir.Draw) and start.distribution == "orthogonal"


def _started(
    start: ir.Expression, alike: list[Parameter], names: dict[float, ir.Element]
) -> ir.Block:
    """Every number set, or drawn; `names` are those of the numbers so far."""
    if not isinstance(start, ir.Draw):
        return _each(alike, start)
    if start.distribution == "orthogonal":
        (parameter,) = alike
        normal = _each(alike, ir.Draw("normal", start.first, start.second))
        gates = range(parameter.gates)
        turned = (_orthogonalized(parameter.variable, g, len(gates)) for g in gates)
        return sum(turned, normal)
    before: list[ir.Statement] = []
    word = "limit" if start.distribution == "uniform" else "std"
    second = _short(start.second, word, names, before)
    first = _short(start.first, "low" if word == "limit" else "mean", names, before)
    drawn = _each(alike, ir.Draw(start.distribution, first, second))
    if not start.because:
        return (*before, *drawn)
    words = f"{start.distribution}, the {word} is {start.because}."
    heads = ", ".join(heading(parameter.name) for parameter in alike)
    return (ir.Section(TitleNote(f"{heads}: {words}"), (*before, *drawn)),)


def _each(alike: list[Parameter], value: ir.Expression) -> ir.Block:
    """Every number of some parameters set to a value of its own."""
    arrays = ((WEIGHT, tuple(parameter.variable for parameter in alike)),)
    return (ir.Each(arrays, (ir.Assign(WEIGHT[ir.NUMBER], value),)),)


def _short(
    value: ir.Expression,
    word: str,
    names: dict[float, ir.Element],
    before: list[ir.Statement],
) -> ir.Expression:
    """The number as it stands, or by its name if it is long; the same one for all
    parameters that share the number, or have it on the other side of 0."""
    assert isinstance(value, ir.Number)
    number = value.value
    if len(repr(abs(number))) <= LONGEST:
        return value
    if number in names:
        return names[number]
    if -number in names:
        return ir.Negate(names[-number])
    count = sum(element.variable.prefix == word for element in names.values())
    name = f"{word}{count + 1}" if count else word
    names[number] = ir.Variable(name, ir.Role.LOCAL, word).scalar()
    before.append(ir.Assign(names[number], value))
    return names[number]


def _orthogonalized(w: ir.Variable, gate: int, gates: int) -> ir.Block:
    """Gram-Schmidt: each row gets length 1, then leaves all later rows; columns in
    their stead where there are more rows than columns. All axes but the first are
    one, as in PyTorch; each gate of a recurrent layer is a matrix of its own.

    Source: Golub and Van Loan, Matrix Computations, section 5.2.8 (modified form).
    """
    sizes = (w.shape[0] // gates, *w.shape[1:])
    axes = range(len(sizes))
    is_turned = sizes[0] > prod(sizes[1:])
    vectors = axes[1:] if is_turned else axes[:1]  # the axes that number the vectors
    others = axes[:1] if is_turned else axes[1:]  # and their elements
    names = iter(SPARE_LETTERS)
    own = {axis: next(names) for axis in vectors}
    element = {axis: next(names) for axis in others}
    later = {axis: next(names) for axis in vectors}

    def at(vector: dict[int, str]) -> ir.Element:
        chosen = vector | element
        first, *rest = (ir.Index(0, ((chosen[axis], 1),)) for axis in axes)
        place = (first + gate * sizes[0], *rest)
        return w[place]

    def over(loops: dict[int, str], *body: ir.Statement) -> ir.Block:
        for axis, name in reversed(loops.items()):
            body = (ir.For(name, sizes[axis], body),)
        return body

    def leaving(other: dict[int, str]) -> ir.Block:
        dotted = ir.Accumulate(dot, at(own) * at(other))
        less = ir.Assign(at(other), at(other) - dot * at(own))
        zeroed = ir.Assign(dot, ir.Number(0.0))
        return zeroed, *over(element, dotted), *over(element, less)

    square, norm, dot = (
        ir.Variable(name, ir.Role.LOCAL, name).scalar()
        for name in ("square", "norm", "dot")
    )
    body: list[ir.Statement] = [
        ir.Assign(square, ir.Number(0.0)),
        *over(element, ir.Accumulate(square, at(own) * at(own))),
        ir.Assign(norm, ir.Call(FUNCTIONS["sqrt"], (square,))),
        *over(element, ir.Assign(at(own), at(own) / norm)),
    ]
    for axis in reversed(vectors):  # later along this axis, in the same place before it
        inner = {a: name for a, name in later.items() if a > axis}
        block = over(inner, *leaving(own | inner | {axis: later[axis]}))
        start = ir.Index(1, ((own[axis], 1),))
        body.append(ir.For(later[axis], sizes[axis], block, start=start))
    return over(own, *body)
