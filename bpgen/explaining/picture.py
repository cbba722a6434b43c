"""The net as a picture: neurons, and on the lines the weights and their slopes.

In: an explanation whose units stand in columns. Out: SVG. It is whole without a script;
the page's script changes texts, classes and widths of the same elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from math import hypot, sqrt

from bpgen.explaining.digits import rounded
from bpgen.explaining.model import Explanation, Weight

LEFT, LAST, LOSS, TOP = 42.0, 404.0, 546.0, 134.0
FEW = 2  # units in a column, up to which every line has its label
MOST_BIASES = 5
MOST_LINES = 40  # up to which they may be thick
THICK, THIN = (1.4, 4.6), (0.6, 2.2)  # the least width of a line, and what is added


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large things are drawn."""

    radius: float
    step: float  # from row to row
    has_biases: bool
    has_labels: bool
    height: float
    top: float


def sizes_of(columns: tuple[tuple[str, ...], ...]) -> Sizes:
    """The sizes for so many units."""
    most = max(map(len, columns))
    if most <= FEW:
        height = 390.0 if most == FEW else 250.0
        return Sizes(42.0, 166.0, True, True, height, 22.0)
    has_biases = most <= MOST_BIASES
    radius = 36.0 if has_biases else 29.0
    step = 2 * radius + (58.0 if has_biases else 8.0)
    height = step * (most - 1) + 2 * radius + (90.0 if has_biases else 40.0)
    top = TOP - radius - (70.0 if has_biases else 20.0)
    return Sizes(radius, step, has_biases, False, height, top)


class Picture:
    """Draws one net."""

    def __init__(self, found: Explanation, prefix: str = "") -> None:
        self.found, self.prefix = found, prefix
        self.columns = found.columns
        self.sizes = sizes_of(self.columns)
        self.places = dict(self._places())
        self.values = values_of(found)
        self.outputs = self.columns[-1]

    @property
    def is_crowded(self) -> bool:
        """Whether there are so many lines that they must be thin."""
        return len(self.found.every) > MOST_LINES

    def _places(self) -> Iterator[tuple[str, tuple[float, float]]]:
        most = max(map(len, self.columns))
        for number, units in enumerate(self.columns):
            x = LEFT + (LAST - LEFT) * number / (len(self.columns) - 1)
            start = TOP + self.sizes.step * (most - len(units)) / 2
            for row, unit in enumerate(units):
                yield self.node_id(number, unit), (x, start + row * self.sizes.step)
        middle = TOP + self.sizes.step * (most - 1) / 2
        yield "L", (LOSS, middle)

    def node_id(self, column: int, unit: str) -> str:
        """What a unit is called in the picture; an input by its key."""
        return (
            self.found.inputs[self.columns[0].index(unit)].key if not column else unit
        )

    def svg(self, mode: str) -> str:
        """The picture of one phase, with all that is known at its end."""
        sizes = self.sizes
        box = f"0 {sizes.top:g} 600 {sizes.height:g}"
        own = f' id="{self.prefix}net"' if not self.prefix else ""
        kind = "net many" if self.is_crowded else "net"
        label = "The net. Each neuron and each line leads to its derivation."
        parts = [*self.edges(mode), *self.nodes(mode)]
        return (
            f'<svg{own} class="{kind}" viewBox="{box}" data-mode="{mode}" role="group" '
            f'aria-label="{label}">\n' + "\n".join(parts) + "\n</svg>"
        )

    # Lines ----------------------------------------------------------------------------

    def edges(self, mode: str) -> Iterator[str]:
        """The lines, then their labels, which stand above all lines."""
        labels: list[str] = []
        largest = self.largest(mode)
        for weight in self.found.every:
            if not weight.source and not self.sizes.has_biases:
                continue
            ends = self.ends(weight)
            if ends is None:
                continue
            start, end, at, anchor = ends
            key = weight.before.key
            number = self.shown(weight, mode)
            yield self.line(key, start, end, number, largest)
            labels += self.labels(key, at, anchor, weight, mode)
        for unit in self.outputs:
            start, end = self.between(unit, "L")
            yield self.line(f"loss_{unit}", start, end, None, largest)
            is_level = abs(start[1] - end[1]) < 1
            lift = -26.0 if start[1] < end[1] else 22.0
            aside, anchor = (0.0, "middle") if is_level else (10.0, "start")
            lift = 27.0 if is_level else lift  # below the box
            at = (start[0] + end[0]) / 2 + aside, (start[1] + end[1]) / 2 + lift
            for kind in ("value", "slope"):
                move = 0 if kind == "value" else 19
                labels.append(
                    f'<text class="label {kind}" data-l="loss_{unit}" '
                    f'text-anchor="{anchor}" '
                    f'x="{at[0]:.1f}" y="{at[1] + move:.1f}"></text>'
                )
        yield from labels

    def largest(self, mode: str) -> float:
        """The largest number on a line, which is drawn thickest."""
        found = [self.shown(weight, mode) for weight in self.found.every]
        return max((abs(number) for number in found if number is not None), default=1.0)

    def shown(self, weight: Weight, mode: str) -> float | None:
        """What sets the sign and the thickness of a line."""
        found: float | None = weight.after.value - weight.before.value
        if mode == "forward":
            found = weight.before.value
        elif mode == "backward":
            found = weight.gradient.value if weight.gradient else None
        elif weight.is_frozen:
            found = None
        return found if found == found else None  # of a handout

    def ends(
        self, weight: Weight
    ) -> (
        tuple[tuple[float, float], tuple[float, float], tuple[float, float], str] | None
    ):
        """Where a line begins and ends, and where its label stands."""
        owner = next(
            (n for n, units in enumerate(self.columns) if n and weight.into in units), 0
        )
        if not owner:
            return None
        x, y = self.places[weight.into]
        if not weight.source:
            up = y <= self.places["L"][1] or self.sizes.step > 166 or not self.is_flat
            way = -1 if up else 1
            far = self.sizes.radius + (50 if self.is_flat else 38)
            start = (x, y + way * (far - 9))
            end = (x, y + way * (self.sizes.radius + 1))
            at = (x + 14, (start[1] + end[1]) / 2 + (-9 if up else 3))
            return start, end, at, "start"
        source = self.node_id(owner - 1, weight.source)
        start, end = self.between(source, weight.into)
        fall = end[1] - start[1]  # apart from each other where lines cross
        share = 0.5 if abs(fall) < 1 else 0.71 if fall > 0 else 0.78
        share = share if self.is_flat else 0.4
        at = (
            start[0] + (end[0] - start[0]) * share,
            start[1] + (end[1] - start[1]) * share - 6,
        )
        return start, end, at, "middle"

    @property
    def is_flat(self) -> bool:
        """Whether there are two rows at most."""
        return max(map(len, self.columns)) <= FEW

    def between(
        self, source: str, target: str
    ) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ends of the line from the rim of one node to that of another."""
        (x1, y1), (x2, y2) = self.places[source], self.places[target]
        far = hypot(x2 - x1, y2 - y1)
        dx, dy = (x2 - x1) / far, (y2 - y1) / far
        inner = 29.0 if source in {q.key for q in self.found.inputs} else 0.0
        r1 = (min(inner, self.sizes.radius) or self.sizes.radius) + 1
        r2 = (36.0 if target == "L" else self.sizes.radius) + 1
        return (x1 + dx * r1, y1 + dy * r1), (x2 - dx * r2, y2 - dy * r2)

    def line(
        self,
        key: str,
        start: tuple[float, float],
        end: tuple[float, float],
        number: float | None,
        largest: float,
    ) -> str:
        """One line; what lights it up is the script's."""
        path = f"M{start[0]:.1f},{start[1]:.1f}L{end[0]:.1f},{end[1]:.1f}"
        kind, width = "plain", 1.2
        if number is not None:
            kind = "neg" if number < 0 else "pos"
            thin, more = THIN if self.is_crowded else THICK
            width = thin + more * sqrt(abs(number) / (largest or 1.0))
        return (
            f'<a class="edge" data-e="{key}" href="#{self.target(key)}" '
            f'aria-label="{key}"><path class="line {kind}" d="{path}" '
            f'stroke-width="{width:.2f}"/></a>'
        )

    def target(self, key: str) -> str:
        """Where a click leads, before a script says more."""
        return f"d{key}" if f"d{key}" in self.values else "start"

    def labels(
        self, key: str, at: tuple[float, float], anchor: str, weight: Weight, mode: str
    ) -> Iterator[str]:
        """The value above a line, the slope below it."""
        upper, lower = weight.before.value, self.shown(weight, mode)
        if mode == "update":
            upper = weight.after.value
        under = rounded(lower, True) if lower is not None and mode != "forward" else ""
        sign = "neg" if (lower or 0.0) < 0 else "pos"
        always = " always" if self.sizes.has_labels else ""
        place = f'x="{at[0]:.1f}" text-anchor="{anchor}" data-l="{key}"'
        low = at[1] + (30 if self.is_flat and anchor == "middle" else 19)
        yield (
            f'<text class="label value{always}" {place} y="{at[1]:.1f}">'
            f"{rounded(upper)}</text>"
        )
        yield (
            f'<text class="label slope {sign}{always}" {place} y="{low:.1f}">'
            f"{under}</text>"
        )

    # Nodes ----------------------------------------------------------------------------

    def nodes(self, mode: str) -> Iterator[str]:
        """Inputs, the ones of the biases, neurons, the loss."""
        radius = self.sizes.radius
        for weight in self.found.every:
            ends = self.ends(weight) if not weight.source else None
            if ends and self.sizes.has_biases:
                (x, y), (_, inner), _, _ = ends
                y += -9 if y < inner else 9
                yield (
                    f'<g class="one"><circle cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
                    f'<text x="{x:.1f}" y="{y + 4.5:.1f}">1</text></g>'
                )
        for quantity in self.found.inputs:
            x, y = self.places[quantity.key]
            half = min(28.0, radius)
            shape = (
                f'<rect class="shape" x="{x - half:g}" y="{y - half:g}" '
                f'width="{2 * half:g}" height="{2 * half:g}" rx="9"/>'
            )
            yield self.node(quantity.key, x, y, shape, quantity.name, mode, "input")
        for number, units in enumerate(self.columns[1:], 1):
            for unit in units:
                x, y = self.places[self.node_id(number, unit)]
                circle = f'cx="{x:g}" cy="{y:g}" r="{radius:g}"'
                shape = (
                    f'<circle class="wash" {circle}/><circle class="shape" {circle}/>'
                )
                yield self.node(unit, x, y, shape, unit, mode, "neuron")
        yield from self.aims()
        x, y = self.places["L"]
        box = f'x="{x - 38:g}" y="{y - 32:g}" width="76" height="64" rx="11"'
        shape = f'<rect class="wash" {box}/><rect class="shape" {box}/>'
        yield self.node("L", x, y, shape, "loss L", mode, "the loss")

    def node(
        self, unit: str, x: float, y: float, shape: str, name: str, mode: str, kind: str
    ) -> str:
        """One node, with its name, its value and its slope."""
        value, slope = self.node_keys(unit)
        small = self.sizes.radius < 30
        known, places = value in self.values, 3 if small else 4
        shown = rounded(self.values[value], places=places) if known else ""
        is_back = mode == "backward" and slope in self.values
        below = rounded(self.values[slope], True) if is_back else ""
        sign = "neg" if below.startswith("-") else "pos"
        rows = (-15, 4, 24) if below else (-7, 15, 24)
        size = " small" if small else " mid" if self.sizes.radius < 40 else ""
        if small:
            rows = (-11, 4, 18) if below else (-5, 12, 18)
        target = slope if is_back else "start" if value == unit else value
        return (
            f'<a class="node{size}" data-u="{unit}" data-y="{y:g}" '
            f'href="#{target}" aria-label="{escape(name)}, {kind}">{shape}'
            f'<text class="name" x="{x:g}" y="{y + rows[0]:g}">{escape(name)} </text>'
            f'<text class="value" x="{x:g}" y="{y + rows[1]:g}">{shown} </text>'
            f'<text class="slope {sign}" x="{x:g}" y="{y + rows[2]:g}">{below}'
            "</text></a>"
        )

    def node_keys(self, unit: str) -> tuple[str, str]:
        """The keys of a node's value and of its slope."""
        if unit == "L":
            return "loss", ""
        if unit in {q.key for q in self.found.inputs}:
            return unit, ""
        value = f"a_{unit}" if f"a_{unit}" in self.values else f"z_{unit}"
        return value, f"dz_{unit}" if f"dz_{unit}" in self.values else f"d{value}"

    def aims(self) -> Iterator[str]:
        """The targets, beside the outputs."""
        middle = self.places["L"][1]
        for unit, target in zip(self.outputs, self.found.targets, strict=False):
            x, y = self.places[unit]
            move = -self.sizes.radius + 4 if y <= middle else self.sizes.radius + 8
            yield (
                f'<text class="target" x="{x + self.sizes.radius + 6:g}" '
                f'y="{y + move:g}">target <tspan data-t="{target.key}">'
                f"{rounded(target.value)}</tspan></text>"
            )


def values_of(found: Explanation) -> dict[str, float]:
    """Every number of the derivations by key."""
    every = (*found.inputs, *found.targets, *found.numbers)
    return {quantity.key: quantity.value for quantity in every}
