"""The card of the loss: what each output adds to it, as a curve, and where it is now.

In: an explanation. Out: the card, which the page's script draws and draws anew, and
what it has to know for that: the keys of each curve, of its output, of its target.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpgen.explaining.model import Explanation, Formula, Quantity

MOST = 4  # curves
CARD = """\
<div class="card" id="losses"><h3>The loss of each output, and where it is</h3>
<svg viewBox="0 0 400 190" role="img"
 aria-label="What each output adds to the loss, as a curve">
<line x1="10" x2="390" y1="165" y2="165"/>
<text id="losses-low" x="10" y="182"></text>
<text id="losses-high" x="390" y="182" text-anchor="end"></text></svg>
<p class="soft">Across: the output; up: what it adds to the loss, which is least at the
target, the ring. The straight line is the slope at the point: there the way back
begins.</p></div>"""


def loss_curves(found: Explanation) -> list[list[str]]:
    """Label, key, output and target of every curve; none if an output's part of the
    loss is more than a function of that output."""
    curves = list(_curves(found, {target.key for target in found.targets}))
    return curves if len(curves) <= MOST else []


def _curves(found: Explanation, targets: set[str]) -> Iterator[list[str]]:
    for step in found.steps:
        for made in step.derivations if step.phase == "loss" else ():
            parts = [(p.label, p.quantity, p.formula) for p in made.parts]
            own = [("", made.quantity, made.formula)] if made.script else []
            for label, quantity, formula in parts or own:
                keys = keys_in(formula)
                outputs = keys - targets
                if len(outputs) != 1 or len(keys) != 2:
                    return
                (output,), (target,) = outputs, keys & targets
                yield [label or output, quantity.key, output, target]


def keys_in(formula: Formula) -> set[str]:
    """The numbers in a formula."""
    return {piece.key for piece in formula if isinstance(piece, Quantity)}
