"""Mistakes on the way back: in indices, by which weights and windows are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from bpgen.auditing.derived import (
    backward_kind,
    path_of,
    writes,
)
from bpgen.auditing.mutants import (
    GRADIENTS,
    Change,
    Kind,
    Made,
    Site,
    Wrong,
    rewritten,
    sites,
    transposed,
    with_value,
)
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Element,
    Expression,
    If,
    Index,
    Inside,
    Position,
    Role,
)
from bpgen.program.walks import transform

# --- Weights --------------------------------------------------------------------------


def _other_order(site: Site) -> Wrong | None:
    """Weights read by columns for rows, where the slope goes on to what they read."""
    path = path_of(site.statement)
    match site.statement:
        case (Assign() | Accumulate()) as s if path and writes(s, Role.VALUE):

            def change(node: Expression) -> Expression | None:
                if isinstance(node, Element) and _is_matrix(node):
                    return transposed(node)
                return None

            value = transform(s.value, change)
            return None if value == s.value else Wrong(with_value(s, value))
    return None


def _is_matrix(element: Element) -> bool:
    variable = element.variable
    is_weight = variable.role in (Role.PARAMETER, Role.GRADIENT)
    return is_weight and len(variable.shape) == 2 and min(variable.shape) > 1


def _gradient_in_other_order(site: Site) -> Wrong | None:
    match site.statement:
        case Accumulate(target, value) if _is_matrix(target):
            if target.variable.role is Role.GRADIENT:
                return Wrong((Accumulate(transposed(target), value),))
    return None


def _turned(element: Element, axes: int) -> Element:
    """The element at the other end of the last axes."""
    extents = element.variable.shape[-axes:]
    turned = tuple(
        index * -1 + (extent - 1)
        for index, extent in zip(element.indices[-axes:], extents, strict=True)
    )
    return replace(element, indices=(*element.indices[:-axes], *turned))


def _kernel_turned(role: Role) -> Change:
    def change(site: Site) -> Wrong | None:
        path = path_of(site.statement)
        match site.statement:
            case Accumulate(target, value) as s if path and writes(s, role):
                if role is Role.GRADIENT and len(target.variable.shape) > 2:
                    axes = len(target.variable.shape) - 2
                    return Wrong((Accumulate(_turned(target, axes), value),))
                if role is Role.VALUE:
                    turned = transform(value, _turn_kernels)
                    return None if turned == value else Wrong(with_value(s, turned))
        return None

    return change


def _turn_kernels(node: Expression) -> Expression | None:
    match node:
        case Element(variable) if variable.role is Role.PARAMETER:
            axes = len(variable.shape) - 2
            return _turned(node, axes) if axes > 0 else None
    return None


def _padding(site: Site) -> Wrong | None:
    """What lies in the padding is read, from the other end of the row."""
    match site.statement:
        case If(Inside(index, extent), body):

            def change(inner: Site) -> Wrong | None:
                match inner.statement:
                    case Assign(target, value):
                        return Wrong((Assign(_wrapped(target), _wrapped_in(value)),))
                    case Accumulate(target, value):
                        made = Accumulate(_wrapped(target), _wrapped_in(value))
                        return Wrong((made,))
                return None

            def _wrapped(element: Element) -> Element:
                indices = tuple(
                    replace(own, modulus=extent) if own == index else own
                    for own in element.indices
                )
                return replace(element, indices=indices)

            def _wrapped_in(value: Expression) -> Expression:
                return transform(
                    value, lambda n: _wrapped(n) if isinstance(n, Element) else None
                )

            found = {s.number: w.block for s in sites(body) if (w := change(s))}
            return Wrong(rewritten(body, found))
    return None


def _stride_missing(site: Site) -> Wrong | None:
    match site.statement:
        case Assign(target, Position(index)) if target.variable.role is Role.INDEX:
            terms = tuple((name, 1) for name, _ in index.terms)
            if terms != index.terms:
                made = Assign(target, Position(replace(index, terms=terms)))
                return Wrong((made,))
    return None


def _gates_exchanged(network: Network, program: Program) -> Iterator[Made]:
    """The rows of two gates in each other's place, in the gradients of a layer."""
    layers: dict[str, set[int]] = {}
    for site in sites(program.backward):
        first = _gradient_row(site)
        if first is not None:
            layers.setdefault(site.layer, set()).add(first.constant)
    for layer, found in layers.items():
        offsets = sorted(found)
        if len(offsets) > 2 and offsets[0] == 0:
            for one, other in combinations(offsets, 2):
                yield _exchanged(program, layer, offsets, one, other)


def _gradient_row(site: Site) -> Index | None:
    match site.statement:
        case Accumulate(Element(variable, (first, *_))):
            return first if variable.role is Role.GRADIENT and first.terms else None
    return None


def _exchanged(
    program: Program, layer: str, offsets: list[int], one: int, other: int
) -> Made:
    places, changes = {one: other, other: one}, {}
    for site in sites(program.backward):
        first = _gradient_row(site)
        match site.statement:
            case Accumulate(target, value) if first and site.layer == layer:
                row = replace(first, constant=places.get(first.constant, 0))
                if first.constant in places:
                    indices = (row, *target.indices[1:])
                    made = Accumulate(replace(target, indices=indices), value)
                    changes[site.number] = (made,)
    gates = f"{offsets.index(one) + 1} and {offsets.index(other) + 1}"
    backward = rewritten(program.backward, changes)
    return Made((layer,), gates, program.with_blocks({"backward": backward}))


# --- The table ------------------------------------------------------------------------


INDEX_KINDS = (
    backward_kind(
        "transposed",
        "transposed: on the way back the weights are read by columns for rows",
        _other_order,
    ),
    backward_kind(
        "gradient_transposed",
        "transposed: the gradient's rows and columns are in each other's place",
        _gradient_in_other_order,
    ),
    backward_kind(
        "kernel_turned",
        "the kernel is turned by half a turn where the slope goes on",
        _kernel_turned(Role.VALUE),
    ),
    backward_kind(
        "kernel_gradient_turned",
        "the kernel's gradient is turned by half a turn",
        _kernel_turned(Role.GRADIENT),
    ),
    backward_kind(
        "padding_read",
        "what lies in the padding is read, from the other end of the row",
        _padding,
    ),
    backward_kind(
        "stride_missing", "the stride is forgotten on the way back", _stride_missing
    ),
    Kind(
        "gates_exchanged",
        GRADIENTS,
        "the rows of gates {detail} are in each other's place",
        _gates_exchanged,
    ),
)
