"""Names that a reader can take in: the same for a name whatever the net's size."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

LONGEST = 28  # a longer name is cut, and told apart by a few letters of its hash
KEPT = 21
AXIS_LETTERS = ("", "i", "ij", "cyx", "fcij")  # of loops, where no layer says more
SPARE_LETTERS = "ijkmnpqr"  # of loops whose own letter is taken; l looks like 1
# What a comment must not begin with: it would be an order to some tool.
ORDERS = (
    *("coding", "flake8", "fmt", "ignore", "ignore_for_file", "isort", "mypy", "noqa"),
    *("nosec", "pylint", "pyright", "ruff", "type", "yapf", "go", "dart", "language"),
    *("eslint", "prettier", "jshint", "jslint", "globals", "global", "exported", "ts"),
    *("istanbul", "region", "endregion", "nolint", "skipcq", "pragma", "bandit"),
)


def shortened(name: str) -> str:
    """The name, cut to a length that leaves room for arithmetic on a line."""
    if len(name) <= LONGEST:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:5]
    return f"{name[:KEPT].rstrip('_')}_h{mark}"


def class_name_of(name: str) -> str:
    """`one_neuron_3in` as a class name: OneNeuron3in."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def is_order(word: str) -> bool:
    """Whether a line that begins with a word could be an order to some tool."""
    return re.sub(r"[^a-z0-9_].*", "", word.lower()) in ORDERS


def folded(text: str, fits: Callable[[str], bool], begin: str = "") -> list[str]:
    """A paragraph in lines that fit, each of which begins in some way; none of them
    goes on with an order, for whose sake the word before it comes along."""
    lines: list[list[str]] = [[]]
    for word in text.split(" "):
        if lines[-1] and not fits(" ".join((begin, *lines[-1], word)).lstrip(" ")):
            lines.append([])
            while is_order(word) and len(lines[-2]) > 1:
                lines[-1].append(word)
                word = lines[-2].pop()
            lines[-1] = [word, *reversed(lines[-1])]
            continue
        lines[-1].append(word)
    if lines[0] and is_order(lines[0][0]):
        return folded(f"So: {text}", fits, begin)
    return [" ".join((begin, *words)).lstrip(" ") for words in lines]


def heading(name: str) -> str:
    """The name of a layer or of its parameter as the beginning of a comment."""
    return f"layer {name}" if name.partition(".")[0] in ORDERS else name


def enumerated(words: Sequence[str]) -> str:
    """Words as a sentence has them: `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
