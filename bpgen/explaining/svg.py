"""Pictures by themselves: the net with its numbers, or the loss on the way.

In: an explanation, or the losses of training. Out: an SVG file, which follows the dark
or light colours of the page that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from math import floor, log10

from bpgen.explaining.digits import rounded
from bpgen.explaining.graph import graph_svg
from bpgen.explaining.model import CourseRow, Explanation
from bpgen.explaining.picture import Picture

COLOURS = {  # light, dark: those of the page
    "ink": ("#1e1d1a", "#e9e6dd"),
    "paper": ("#fbfaf6", "#191917"),
    "soft": ("#5c5850", "#aaa598"),
    "rule": ("#dcd8cc", "#3b3a35"),
    "edge": ("#8b867a", "#7f7b70"),
    "pos": ("#17599a", "#82b7ee"),
    "neg": ("#b0331a", "#f0947a"),
}
STYLE = """\
text { font: 15px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
  font-variant-numeric: tabular-nums; fill: var(--ink); paint-order: stroke;
  stroke: var(--paper); stroke-width: 7px; stroke-linejoin: round; }
:is(.node, .one) text { text-anchor: middle; stroke: none; }
.small text { font-size: 13px; } .small .slope { font-size: 11.5px; }
:is(.name, .target, .axis) { font-size: 13.5px; fill: var(--soft); }
.small .name { font-size: 11.5px; } .mid :is(.value, .slope) { font-size: 13.5px; }
.slope { font-weight: 600; } .slope.pos { fill: var(--pos); }
.slope.neg { fill: var(--neg); }
.shape { fill: var(--paper); stroke: var(--ink); stroke-width: 1.6; }
.one circle { fill: var(--paper); stroke: var(--edge); }
.one text { font-size: 12px; fill: var(--soft); }
.line { fill: none; stroke: var(--edge); }
.line.pos { stroke: var(--pos); }
.line.neg { stroke: var(--neg); stroke-dasharray: 9 5; }
.many .line { opacity: .55; }
.box { font-size: 14px; stroke: none; } .own { font-weight: 700; }
.box.soft { font-size: 13px; fill: var(--soft); } .end { fill: var(--edge); }
.label { display: none; } .label.always { display: inline; }
.grid { stroke: var(--rule); }
.curve { fill: none; stroke: var(--pos); stroke-width: 2.4; stroke-linejoin: round; }
"""
# What only a page needs: what lights up, what is clicked.
LIVE = re.compile(
    r'<(?:circle|rect) class="wash"[^>]*/>'
    r'|<text class="label[^>]*></text>| (?:data-[a-z]+|role|id)="[^"]*"'
)
LOW = "0 26 600 160"  # of a single row


def svg_of(found: Explanation) -> str:
    """The net with what goes forward, and the slopes that come back: neuron by neuron,
    or layer by layer."""
    if not found.columns:
        picture = LIVE.sub("", graph_svg(found.boxes))
        box = re.findall(r'viewBox="([^"]*)"', picture)[0]
        _, _, inner = picture.partition("\n")
        return filed(f"{found.net}: its layers", found.made, box, inner[:-6])
    picture = inert(LIVE.sub("", Picture(found).svg("backward")))
    tag, _, inner = picture.partition("\n")
    box = re.findall(r'viewBox="([^"]*)"', tag)[0]
    if max(map(len, found.columns)) == 1:
        box = LOW
    kind = "many" if "many" in tag else ""
    title = f"{found.net}: forward and back again"
    return filed(title, found.made, box, f'<g class="{kind}">\n{inner[:-6]}</g>\n')


WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 600, 260, 70, 590, 20, 220
MARKS = 5  # on the axis of the loss, at most
ROUND = (1.0, 2.0, 5.0, 10.0)


def curve_of(rows: Sequence[CourseRow], made: str, net: str) -> str:
    """The loss after so many steps."""
    most = max(row.loss for row in rows) or 1.0
    last = rows[-1].step

    def height(loss: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * loss / most

    points = "L".join(
        f"{LEFT + (RIGHT - LEFT) * row.step / last:.1f},{height(row.loss):.1f}"
        for row in rows
    )
    parts = []
    for loss in marks_to(most):
        y = f"{height(loss):.1f}"
        parts.append(f'<path class="grid" d="M{LEFT},{y}H{RIGHT}"/>')
        parts.append(
            f'<text class="axis" x="{LEFT - 8}" y="{height(loss) + 4.5:.1f}" '
            f'text-anchor="end">{rounded(loss)}</text>'
        )
    below = f'y="{BOTTOM + 26}"'
    parts.append(f'<text class="axis" x="{LEFT}" {below}>0</text>')
    middle = f'x="{(LEFT + RIGHT) / 2:g}" {below} text-anchor="middle"'
    parts.append(f'<text class="axis" {middle}>steps of training</text>')
    end = f'x="{RIGHT}" {below} text-anchor="end"'
    parts.append(f'<text class="axis" {end}>{last}</text>')
    parts.append(f'<path class="curve" d="M{points}"/>')
    title = f"{net}: the loss, step by step"
    return filed(title, made, f"0 0 {WIDTH} {HEIGHT}", "\n".join(parts) + "\n")


def marks_to(most: float) -> list[float]:
    """Round numbers from 0 on."""
    power = 10.0 ** floor(log10(most / MARKS))
    step = next(own * power for own in ROUND if own * power * MARKS >= most)
    return [
        step * mark for mark in range(MARKS + 1) if step * mark <= most * (1.0 + 1e-9)
    ]


def filed(title: str, made: str, box: str, inner: str) -> str:
    """The whole file around a picture."""
    light, dark = (
        " ".join(f"--{name}: {both[at]};" for name, both in COLOURS.items())
        for at in (0, 1)
    )
    _, _, width, height = box.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width}" '
        f'height="{height}" role="img">\n<title>{escape(title)}</title>\n'
        f"<desc>{escape(made)}</desc>\n"
        f"<style>\nsvg {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ svg {{ {dark} }} }}\n{STYLE}</style>\n"
        f"{inner}</svg>\n"
    )


def inert(svg: str) -> str:
    """A picture without links."""
    return (
        svg.replace("<a ", "<g ")
        .replace("</a>", "</g>")
        .replace(' href="', ' data-h="')
    )
