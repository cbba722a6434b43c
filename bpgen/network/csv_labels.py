"""Which class a label of a CSV stands for: whole numbers, or texts that name it.

In: the labels in order of appearance, and the names that net.yaml gives the classes.
Out: the class of each label, and what is wrong with those that have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpgen.errors import MOST_LISTED, shown, slips
from bpgen.network.class_names import MOST, NAME

_WHOLE = re.compile("[0-9]{1,7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """The classes of labels.

    Attributes:
        classes: the class of each label that has one.
        names: what the classes are called, if it is the labels that say it.
        wrong: the message and the remedy for each label that has no class.
    """

    classes: Mapping[str, int]
    names: tuple[str, ...]
    wrong: Mapping[str, tuple[str, str]]


def known_labels(
    labels: Iterable[str], given: tuple[str, ...], count: int, of_one: bool = False
) -> Known:
    """The classes of labels, in a net of so many classes whose names may be given, and
    which may be told by one output.

    Labels that are given as names are those; whole numbers are the classes themselves;
    other texts are classes in order of appearance.
    """
    labels = list(dict.fromkeys(labels))
    are_numbers = all(map(_WHOLE.fullmatch, labels))
    if given and (not are_numbers or set(labels) & set(given)):
        return _named(labels, given)
    if not are_numbers:
        return _found(labels, count, _too_many(len(labels), count, of_one))
    units = max(map(int, labels), default=0) + 1
    return _numbered(labels, count, _too_many(len(labels), count, of_one, units))


def _too_many(found: int, count: int, of_one: bool, units: int = 0) -> str:
    """What to do about more classes than there are outputs."""
    if of_one:
        return (
            f": the data has {found} classes, and one output tells two apart: write "
            f"`units: {units or found}`, and loss: softmax_cross_entropy"
        )
    return (
        f": the data has {found} classes, and the net has {count} outputs, so "
        f"write `units: {units or found}`"
    )


def listed(words: Iterable[str]) -> str:
    """Words as a list of net.yaml, the first ones of many."""
    words = list(words)
    more = [] if len(words) <= MOST_LISTED else ["..."]
    return f"[{', '.join([*map(_plain, words[:MOST_LISTED]), *more])}]"


def _plain(word: str) -> str:
    """A word as net.yaml may have it, harmless to a terminal."""
    return word if re.fullmatch(r"\w[\w .-]{0,39}", word, re.ASCII) else shown(word)


def _named(labels: list[str], given: tuple[str, ...]) -> Known:
    wrong = {}
    for label in labels:
        if label not in given:
            close = " or ".join(map(shown, slips(label, given)))
            message = f"{shown(label)} is none of the classes {listed(given)}"
            wrong[label] = message, f": did you mean {close}?" if close else ""
    return Known({name: at for at, name in enumerate(given)}, (), wrong)


def _numbered(labels: list[str], count: int, too_many: str) -> Known:
    classes = {label: int(label) for label in labels if int(label) < count}
    if len(labels) > count:
        remedy = too_many
    else:
        remedy = ": classes count from 0"
        if len(labels) == count:
            remedy += f"; or name them, `classes: {listed(sorted(labels, key=int))}`"
    wanted = f"expected a class from 0 to {count - 1}, got "
    wrong = {
        label: (f"{wanted}{shown(label)}", remedy)
        for label in labels
        if label not in classes
    }
    return Known(classes, (), wrong)


def _found(labels: list[str], count: int, too_many: str) -> Known:
    names = tuple(labels[:count])
    wrong = {}
    for name in names:
        if not NAME.fullmatch(name):
            message = f"{shown(name)} cannot be the name of a class"
            wrong[name] = message, (
                f": call it by 1 to {MOST} plain characters, without quotes, "
                "backslash, $ or braces"
            )
    remedy = f"{too_many}, or mend the label"
    for name in labels[count:]:
        wrong[name] = (
            f"{shown(name)} is one class too many after {listed(names)}",
            remedy,
        )
    return Known({name: at for at, name in enumerate(names)}, names, wrong)
