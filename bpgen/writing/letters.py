"""What the letters of loops count, in words."""

from __future__ import annotations

from collections.abc import Iterable

# In the order in which a heading names them; the others count what is at hand.
COUNTED = {
    "f": "filter",
    "c": "channel",
    "h": "head",
    "g": "group",
    "t": "step",
    "y": "place",
    "x": "place",
}

# What a letter counts, and what more it does where another letter is there, too.
MEANINGS = {
    "i": ("a unit of a layer", "; in the window of a convolution a row", "f"),
    "j": ("an input of a unit", "; in the window of a convolution a column", "f"),
    "t": ("a step", "", ""),
    "u": ("a step that step t looks at", "", ""),
    "h": ("a head of the attention", "", ""),
    "k": (
        "one more, where a letter is taken",
        "; in attention a number of a head",
        "h",
    ),
    "f": ("a filter", "", ""),
    "c": ("a channel", "", ""),
    "g": ("a group of channels", "", ""),
    "y": ("a place", ": its row", "x"),
    "x": ("a place: its column", "", ""),
    "n": ("a number of many in a row; of an embedding an index", "", ""),
    "sample": ("a sample of the batch", "", ""),
}


def each(letters: Iterable[str], kind: str) -> str:
    """For what the rounds of loops are: `each neuron i at each step t`."""
    given = list(dict.fromkeys(letters))
    who = [f"{kind} {letter}" for letter in given if letter not in COUNTED]
    who += [f"{COUNTED[a]} {a}" for a in COUNTED if a in given and a in "fchg"]
    place = ", ".join(letter for letter in given if letter in "yx")
    where = [f"step {letter}" for letter in given if letter == "t"]
    where += [f"place {place}"] * bool(place)
    parts = [f"each {part}" for part in (*who, *where)]
    first = len(who)
    found = parts[:1] + [f"of {part}" for part in parts[1:first]]
    found += [f"at {part}" for part in parts[max(1, first) :]]
    return " ".join(found) or f"the {kind}"
