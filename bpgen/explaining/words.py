"""What every view says in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from bpgen.explaining.model import Explanation, Quantity
from bpgen.explaining.samples import NO_DATA

FEW = 16  # numbers of a sample that are shown
PHASES = {
    "forward": "Forward: from the inputs to the loss",
    "loss": "Loss",
    "backward": "Backward: all slopes, with the old weights",
    "update": "Update: all weights at once, now that all slopes are known",
    "after": "After the step",
}


def title_of(found: Explanation) -> str:
    """What an explanation is called."""
    title = f"{found.net}: one training step, number by number"
    return f"{title} ({found.focus})" if found.focus else title


def few(row: Sequence[Quantity]) -> tuple[Sequence[Quantity], str]:
    """The first numbers of a sample, and how many there are, if those are not all."""
    return row[:FEW], f" ... ({len(row)} numbers)" if len(row) > FEW else ""


def sample_text(found: Explanation) -> str:
    """Which sample it is about, and how numbers are shown."""
    which = f"Sample {found.sample} of {found.samples} of {found.source}"
    which = NO_DATA if found.source == NO_DATA else which
    if len(found.batch) > 1:
        which += f", in the batch of samples {found.batch[0]} to {found.batch[-1]}"
    return (
        f"{which}. Numbers are shown with {found.digits} significant digits and "
        "computed with all of them."
    )
