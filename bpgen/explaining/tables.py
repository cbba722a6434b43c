"""The tables of an explanation, in order: what every view shows after the steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpgen.explaining.digits import CENTRAL
from bpgen.explaining.model import (
    Cell,
    Contrast,
    Explanation,
    Quantity,
    Table,
    Weight,
)

MOST_COLUMNS = 8  # of parameters, in a table that has one for each
AFTER = (
    "The same samples once more, with the new weights. To first order the loss changes "
    "by the sum of each gradient times how far its weight moved; the rest is the bend "
    "of the loss."
)
CHECKED = (
    "Dual numbers carry a slope along with every number on the way forward; a central "
    "difference moves the weight a little up and down and looks at the loss. Both know "
    "nothing of the way back."
)
STALE = (
    "Here each layer moves as soon as its gradients are known, so the layer before it "
    "gets its slopes through weights that have moved already. The numbers look right, "
    "and the loss falls, but these are not the gradients of any net."
)


def tables_of(found: Explanation) -> list[Table]:
    """All tables that there is something in."""
    every = [
        losses(found),
        weights(found),
        *samples(found),
        *found.tables,
        *stale(found.contrast),
        *course(found),
        *published(found),
    ]
    return [table for table in every if table.rows]


def losses(found: Explanation) -> Table:
    """The loss before and after."""
    own = found.losses
    count = len(found.batch)
    over = f", the mean of {count} samples" if count > 1 else ""
    drop = own.before.value - own.after.value
    down = Quantity("drop", "drop", drop)
    rows: tuple[tuple[Cell, ...], ...] = (
        (f"loss before{over}", own.before),
        ("loss after", own.after),
        ("loss after, as predicted to first order", own.predicted),
        ("so the step lowered the loss by", down),
    )
    return Table("The loss before and after", AFTER, ("", ""), rows, "losses")


def weights(found: Explanation) -> Table:
    """Every weight with its gradient, the checks, and where it went."""
    checks = ("dual numbers", "central difference", "")
    states = (f"new {name}" for name in found.state_names)
    heads = ("parameter", "before", "gradient", *checks, *states, "after")
    rows = tuple(tuple(_weight(weight, found)) for weight in found.weights)
    is_whole = len(found.weights) == len(found.every)
    which = "All parameters" if is_whole else "Some parameters"
    title = f"{which}, and two checks of each gradient"
    return Table(title, CHECKED, heads, rows, "checks")


def _weight(weight: Weight, found: Explanation) -> Iterator[Cell]:
    yield weight.before.name
    yield weight.before
    if weight.gradient is None:
        yield from ("frozen", "", "", "", *("" for _ in found.state_names))
    else:
        yield weight.gradient
        key, check = weight.gradient.key, weight.check
        if check:
            is_known = check.dual is not None
            yield Quantity(f"dual_{key}", "", check.dual or 0.0) if is_known else "-"
            yield Quantity(f"central_{key}", "", check.central, places=CENTRAL)
            yield check.verdict
        else:
            yield from ("", "", "")
        yield from (new for _, new in weight.states)
    yield weight.after


def samples(found: Explanation) -> Iterator[Table]:
    """The gradient of each sample of a batch, and the mean."""
    if len(found.batch) < 2 or not found.sample_losses:
        return
    trained = [w for w in found.weights if w.gradient is not None][:MOST_COLUMNS]
    names = [w.gradient.name for w in trained if w.gradient]
    count = len(found.batch)
    rows: list[tuple[Cell, ...]] = [
        (f"sample {n}", loss, *(weight.samples[at] for weight in trained))
        for at, (n, loss) in enumerate(
            zip(found.batch, found.sample_losses, strict=True)
        )
    ]
    means = [w.gradient for w in trained if w.gradient]
    rows.append((f"mean: 1/{count} of the sum", found.losses.before, *means))
    text = (
        f"A batch has {count} samples: each has a loss and a gradient of its own, and "
        f"the update goes by their mean, which is the gradient of the mean loss."
    )
    heads = ("", "loss", *names)
    yield Table("Each sample's gradient, then the mean", text, heads, tuple(rows))


def stale(contrast: Contrast | None) -> Iterator[Table]:
    """The wrong step beside the right one."""
    if contrast is None:
        return
    rows: list[tuple[Cell, ...]] = [
        (weight.before.name, weight.after, wrong, _differs(weight.after, wrong))
        for weight, wrong in contrast.weights
    ]
    differs = _differs(contrast.right, contrast.loss)
    rows.append(("the loss after the step", contrast.right, contrast.loss, differs))
    title = "What comes out with weights that moved too early"
    yield Table(title, STALE, ("new", "right", "too early", ""), tuple(rows), "stale")


def _differs(right: Quantity, wrong: Quantity) -> str:
    return "" if right.value == wrong.value else "differs"


def course(found: Explanation) -> Iterator[Table]:
    """Many steps."""
    rows = found.course
    if not rows:
        return
    trained = [w for w in found.weights if w.gradient is not None]
    is_whole = len(rows[0].weights) == len(trained)
    some = trained[:MOST_COLUMNS] if is_whole else []
    heads = ("step", "loss", *(w.before.name for w in some))
    cells: Sequence[tuple[Cell, ...]] = [
        (str(row.step), row.loss, *row.weights[: len(some)]) for row in rows
    ]
    few = found.course_samples
    which = f"the first {few}" if 0 < few < found.samples else "all"
    text = (
        f"The loss is that of {which} samples; batches are taken in the order of the "
        "data."
    )
    yield Table("Step after step", text, heads, tuple(cells), "course")


def published(found: Explanation) -> Iterator[Table]:
    """The numbers of a source beside ours."""
    rows: list[tuple[Cell, ...]] = [
        (own.what, own.text, own.value, "same" if own.agrees else "differs")
        for own in found.published
    ]
    if rows:
        notes = [f"{own.what}: {own.note}" for own in found.published if own.note]
        text = " ".join([found.published[0].source, *notes])
        heads = ("", "source", "here", "")
        yield Table("As published", text, heads, tuple(rows), "source")


def column_groups(widths: Sequence[int], room: int) -> list[list[int]]:
    """The columns that fit beside each other, the first one in every group."""
    groups: list[list[int]] = [[0]]
    for at in range(1, len(widths)):
        used = sum(widths[own] + 2 for own in groups[-1])
        if used + widths[at] + 2 > room and len(groups[-1]) > 1:
            groups.append([0])
        groups[-1].append(at)
    return groups
