"""What every view says in the same words."""

from __future__ import annotations

from bpgen.explaining.model import Explanation

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


def sample_text(found: Explanation) -> str:
    """Which sample it is about, and how numbers are shown."""
    which = f"Sample {found.sample} of {found.samples} of {found.source}"
    if len(found.batch) > 1:
        which += f", in the batch of samples {found.batch[0]} to {found.batch[-1]}"
    return (
        f"{which}. Numbers are shown with {found.digits} significant digits and "
        "computed with all of them."
    )
