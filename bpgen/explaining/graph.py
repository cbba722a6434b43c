"""The layers as a picture: boxes from the input to the loss, and who reads whom.

In: a network and the numbers of one sample. Out: a box for each layer, and their SVG.
It is for every net, a chain or not, however large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from bpgen.explaining.digits import rounded
from bpgen.explaining.model import Box
from bpgen.explaining.special import size_of
from bpgen.network.network import Network
from bpgen.program.evaluated import Key

LEFT, WIDE, HIGH, GAP, TOP = 8.0, 440.0, 46.0, 24.0, 8.0
BEND = 26.0  # how far the first of the lines that skip layers goes aside
LANE = 15.0  # and each further one
MOST = 58  # letters of what a layer is
OUTPUTS = ("a", "h", "z")  # what a layer passes on, by the prefix of its variable
ABOUT = (
    "At the right of a box: the size of what the layer passes on and, in colour, that "
    "of its slope, both Euclidean norms. Where slopes shrink from box to box upwards, "
    "what is above learns slowly."
)


def boxes_of(
    network: Network, kept: Mapping[Key, float], slopes: Mapping[Key, float]
) -> tuple[Box, ...]:
    """A box for the input, for each layer, and for the loss."""
    forward, backward = by_name(kept), by_name(slopes)
    shape = tuple(map(len, network.input_axes))
    found = [Box("input", "", (), shape, 0, None, None)]
    for layer, sources in zip(network.layers, network.sources, strict=True):
        count = sum(_count(p.variable.shape) for p in layer.parameters())
        own = (f"{prefix}_{layer.name}" for prefix in OUTPUTS)
        name = next((name for name in own if name in forward), "")
        found.append(
            Box(
                layer.name,
                layer.words,
                sources,
                tuple(map(len, layer.axes)),
                count,
                size_of(forward[name]) if name else None,
                size_of(backward[f"d{name}"]) if f"d{name}" in backward else None,
            )
        )
    last = found[-1].name
    return (*found, Box("loss", network.loss.name, (last,), (), 0, None, None))


def by_name(numbers: Mapping[Key, float]) -> dict[str, list[float]]:
    """The numbers of each array."""
    found: dict[str, list[float]] = {}
    for (variable, _), value in numbers.items():
        found.setdefault(variable.name, []).append(value)
    return found


def _count(shape: tuple[int, ...]) -> int:
    found = 1
    for extent in shape:
        found *= extent
    return found


# --- The picture ----------------------------------------------------------------------


def graph_svg(boxes: tuple[Box, ...], linked: bool = False) -> str:
    """The boxes from top to bottom, each a link whose target a script knows."""
    rows = {box.name: at for at, box in enumerate(boxes)}
    aside, skips = lanes(boxes, rows), 0.0
    parts: list[str] = []
    for (source, target), lane in aside.items():
        parts.append(skip(source, target, lane))
        skips = max(skips, BEND + LANE * lane)
    for at, box in enumerate(boxes):
        if at and boxes[at - 1].name in box.sources:
            parts.append(arrow(LEFT + WIDE / 2, row_y(at) - GAP, row_y(at)))
        own = drawn(box, row_y(at))
        link = f'<a data-layer="{escape(box.name)}" href="#start">'
        parts += [link, *own, "</a>"] if linked else own
    width = LEFT + WIDE + (skips + 14.0 if skips else 8.0)
    height = row_y(len(boxes)) - GAP + TOP
    title = "The layers from top to bottom, and who reads whom."
    return (
        f'<svg class="net graph" viewBox="0 0 {width:g} {height:g}" '
        f'role="{"group" if linked else "img"}" '
        f'aria-label="{title}">\n' + "\n".join(parts) + "\n</svg>"
    )


def row_y(at: int) -> float:
    """Where a box begins."""
    return TOP + at * (HIGH + GAP)


def lanes(
    boxes: tuple[Box, ...], rows: Mapping[str, int]
) -> dict[tuple[int, int], int]:
    """The lines that skip boxes, each in a lane where no other one is beside it."""
    found: dict[tuple[int, int], int] = {}
    skipping = (
        (rows[source], at)
        for at, box in enumerate(boxes)
        for source in box.sources
        if rows[source] < at - 1
    )
    for source, target in sorted(skipping, key=lambda line: line[1] - line[0]):
        taken = {
            lane
            for (start, end), lane in found.items()
            if start < target and source < end
        }
        found[source, target] = next(n for n in range(len(taken) + 1) if n not in taken)
    return found


def skip(source: int, target: int, lane: int) -> str:
    """A line past some boxes."""
    edge, out = LEFT + WIDE, LEFT + WIDE + BEND + LANE * lane
    start, end = row_y(source) + HIGH * 0.7, row_y(target) + HIGH * 0.3
    path = (
        f"M{edge:g},{start:.1f}H{out - 8:g}q8,0 8,8V{end - 8:.1f}q0,8 -8,8H{edge + 6:g}"
    )
    tip = f"{edge:g},{end:.1f} {edge + 9:g},{end - 5:.1f} {edge + 9:g},{end + 5:.1f}"
    return f'<path class="line plain" d="{path}"/><polygon class="end" points="{tip}"/>'


def arrow(x: float, start: float, end: float) -> str:
    """A line down to the next box."""
    tip = f"{x:g},{end:g} {x - 5:g},{end - 9:g} {x + 5:g},{end - 9:g}"
    return (
        f'<path class="line plain" d="M{x:g},{start:g}V{end - 6:g}"/>'
        f'<polygon class="end" points="{tip}"/>'
    )


def drawn(box: Box, y: float) -> Iterator[str]:
    """One box: what it is, its shape, its parameters, its numbers."""
    yield (
        f'<rect class="shape" x="{LEFT:g}" y="{y:g}" width="{WIDE:g}" '
        f'height="{HIGH:g}" rx="8"/>'
    )
    words = box.words if len(box.words) <= MOST else f"{box.words[:MOST]}..."
    yield (
        f'<text class="box" x="{LEFT + 12:g}" y="{y + 19:g}">'
        f'<tspan class="own">{escape(box.name)}</tspan> {escape(words)}</text>'
    )
    told = [" x ".join(map(str, box.shape))] if box.shape else []
    told += [f"{box.parameters:,} parameters"] if box.parameters else []
    yield (
        f'<text class="box soft" x="{LEFT + 12:g}" y="{y + 37:g}">{", ".join(told)}'
        "</text>"
    )
    right = f'x="{LEFT + WIDE - 12:g}" text-anchor="end"'
    if box.forward is not None:
        slope = ""
        if box.slope is not None:
            slope = f' <tspan class="slope pos">{rounded(box.slope)}</tspan>'
        yield (
            f'<text class="box" {right} y="{y + 37:g}">{rounded(box.forward)}{slope}'
            "</text>"
        )
