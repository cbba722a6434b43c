"""What a page says beside the explanation: its labels, captions and fixed parts."""

from __future__ import annotations

from collections.abc import Sequence

# The emitted statements tell it what they compute; the script listens.
RECORDER = """\
let $listen = null;
function $record(name, value) {
  if ($listen) $listen(name, value);
}
"""
RAIL = {
    "start": "Start",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "update": "Update",
    "after": "After",
}
SEEN = {
    "forward": "In the neurons what they pass on, on the lines the weights; a small 1 "
    "is the constant that a bias weighs.",
    "backward": "In colour, slopes of the loss: dz in the neurons, dw on the lines.",
    "path": "On the marked line, in colour: what flows back along this path.",
    "update": "On the lines the new weights and, in colour, how far each one moved.",
    "after": "The net with its new weights, run forward once more.",
}
START = (
    "The net is shown one sample, and sees how wrong it is. Then it asks of every "
    "weight how the loss reacts to it, and moves all of them a little the other way."
)
PATH = (
    "How the loss reacts to what {unit} passes on, along this path alone: how it "
    "reacts to the net input of {to}, times the weight on the way there."
)


STAYS = "This table is of the numbers as they were given: Reset shows it again."
# Why a number is refused, such as targets that are no shares of classes.
WRONG = '<p class="bad say" id="wrong"></p>'
NAMED = {
    "names": "as in the code",
    "mazur": "as Mazur",
    "nielsen": "as Nielsen",
    "matrix": "as matrices",
    "pytorch": "as PyTorch",
}
_TRAINING = """\
<section class="more live-only card" id="training"><h2>Train it here</h2>
<p>The same net goes on from the numbers above, over {over}, again and again.</p>
<div class="plot"><svg viewBox="0 0 430 190" role="img"
 aria-label="The loss, epoch by epoch">
<line x1="50" x2="410" y1="150" y2="150"/><line x1="50" x2="50" y1="20" y2="150"/>
<path id="lossline" class="lossline" d=""/>
<text id="loss-high" x="44" y="26" text-anchor="end"></text>
<text id="loss-low" x="44" y="154" text-anchor="end"></text>
<text x="50" y="172">1</text>
<text id="loss-last" x="410" y="172" text-anchor="end"></text>
</svg></div>
<div class="row">{buttons}
<button type="button" id="stop" hidden>Stop</button>
<button class="plain" id="take" type="button" disabled>Take these weights</button>
<button class="plain" id="again" type="button" disabled>From the start</button></div>
<p class="soft" id="told" role="status"></p></section>"""


def training(over: str, epochs: Sequence[int]) -> str:
    """The section that trains; over which samples, and what its buttons say."""
    buttons = "\n".join(
        f'<button type="button" data-epochs="{count}">{count}'
        f"{' epoch' * (count == 1)}</button>"
        for count in epochs
    )
    return _TRAINING.format(over=over, buttons=buttons)
