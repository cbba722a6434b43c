"""The page of a large net: it steps from layer to layer, and learns below that.

In: an explanation layer by layer, and the emitted class. Out: HTML. What is computed
anew are the losses, the outputs and the steepest weights; what the steps tell is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from bpgen.explaining.html import SHARED, Page, assets, filed, scripted, spoken_in
from bpgen.explaining.html_data import View
from bpgen.explaining.html_words import WRONG, training
from bpgen.explaining.live import LargeLive
from bpgen.explaining.model import Explanation, Quantity, Step
from bpgen.explaining.tables import losses

MOST_FIELDS = 100  # of a sample, in a form
EPOCHS = (1, 5, 25)
RATE = "learning_rate"
TRY = (
    "Change an input, a target or the learning rate: the losses, the outputs and the "
    "steepest weights are computed anew, by the emitted class itself."
)
STAYS = "What this step tells is of the numbers as they were given."


def stepped_of(
    found: Explanation, others: Mapping[str, Explanation], live: LargeLive
) -> str:
    """A page that shows one step at a time; `others` are in every notation."""
    page = LargePage(found, live)
    body = page.body()
    spoken = {name: LargePage(own, live) for name, own in others.items()}
    data = page.data() | spoken_in(page, spoken)
    script = (
        f'<script type="module">\n{live.code}\n'
        f"(({{ Net, PAGE }}) => {{\n{assets(*SHARED, 'large.js')}}})({{\n"
        f"Net: {live.class_name},\nPAGE: {scripted(data)},\n}});\n</script>\n"
    )
    return filed(found, f"{body}\n{script}", page.is_flat)


class LargePage(Page):
    """Writes the body of the page of one large net."""

    def __init__(self, found: Explanation, live: LargeLive) -> None:
        super().__init__(found, None, is_stepped=True)
        self.large = live
        self.rate = Quantity(RATE, RATE, live.rate, is_given=True)
        self.fields = [
            row if len(row) <= MOST_FIELDS else ()
            for row in (found.inputs, found.targets)
        ]

    def data(self) -> dict[str, Any]:
        """What the script goes by."""
        found, live = self.found, self.large
        inputs, targets = self.fields
        given = {q.key: q.value for q in (*inputs, *targets, self.rate)}
        return {
            "steps": [{"id": view.id, "lit": view.lit} for view in self.views],
            "digits": found.digits,
            "given": given,
            "inputKeys": [q.key for q in inputs],
            "targetKeys": [q.key for q in targets],
            "inputs": live.inputs,
            "targets": live.targets,
            "place": live.place,
            "batch": found.batch,
            "rate": RATE,
            "weights": live.weights,
            "data": live.data,
            "keepsBest": live.keeps_best,
            "mixes": live.mixes,
        }

    def step(self, step: Step) -> Iterator[str]:
        """One step; after a change it says what it is about."""
        yield from super().step(step)
        if step.phase != "after":
            yield f'<p class="hint say mine">{STAYS}</p>'

    def start(self, view: View) -> Iterator[str]:
        """What the step starts from; there, too, numbers may be changed."""
        yield from super().start(view)
        yield '<p class="live-only say"><a href="#try">Change numbers, or train it</a>'
        yield "</p>"

    def more(self) -> Iterator[str]:
        """What stands below the stepper: first what can be changed."""
        yield '<section class="more live-only" id="try"><h2>Change it, and see</h2>'
        yield f'<p class="soft">{TRY}</p><div class="trial">'
        yield from self.form()
        yield f"{self.parts.table(losses(self.found))}</div></section>"
        if self.large.data is not None:
            count, known = self.large.count, len(self.large.data[0])
            over = (
                "all its data"
                if known == count
                else f"the first {known} of its {count} samples"
            )
            yield training(over, EPOCHS)
        yield from super().more()

    def form(self) -> Iterator[str]:
        """Fields for the numbers that can be changed."""
        yield '<form class="edits" aria-label="Change the numbers" '
        yield 'autocomplete="off" spellcheck="false" onsubmit="return false">'
        yield f'<div class="row">{self.field(self.rate)} '
        yield '<small class="mine">Some are yours now.</small> '
        yield '<button class="plain" id="reset" type="button" disabled>Reset</button>'
        yield "</div>"
        for name, row in zip(("Inputs", "Targets"), self.fields, strict=True):
            if row:
                fields = "\n".join(map(self.field, row))
                yield f"<details><summary>{escape(name)}</summary>"
                yield f'<div class="grid">{fields}</div></details>'
        yield f"{WRONG}</form>"
