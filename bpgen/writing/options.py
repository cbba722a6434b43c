"""How a file is to be emitted: everything that is not the net itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Comments(Enum):
    """How much the emitted file explains."""

    FULL = "full"  # headings and the chain rule above each derivative
    BRIEF = "brief"  # headings
    NONE = "none"


# The fields as the command line has them, for the header: values, and flags with what
# they say.
VALUES = {"--lang": "language", "--style": "style", "--comments": "comments"}
FLAGS = {
    "--inference": ("inference", True),
    "--textbook": ("textbook", True),
    "--library": ("library", True),
    "--no-fast": ("fast", False),
    "--float": ("single", True),
}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `bpgen emit`; `style` is unrolled or loops, not auto.

    `single` are numbers of 32 bits, the option --float.
    """

    language: str = "python"
    style: str = "unrolled"
    comments: Comments = Comments.FULL
    library: bool = False
    inference: bool = False
    fast: bool = True
    textbook: bool = False
    single: bool = False

    @property
    def has_main(self) -> bool:
        """Whether the file does something when it is run."""
        return not (self.library or self.inference)

    @property
    def words(self) -> str:
        """The options as the command line takes them, for the header."""
        found = [f"--lang {self.language} --style {self.style}"]
        if self.comments is not Comments.FULL:
            found.append(f"--comments {self.comments.value}")
        flags = [flag for flag, own in FLAGS.items() if getattr(self, own[0]) is own[1]]
        # What only predicts is a library in any case, and has no training to be fast.
        omitted = () if not self.inference else ("--textbook", "--library", "--no-fast")
        return " ".join([*found, *(flag for flag in flags if flag not in omitted)])


def read_options(words: str) -> Options:
    """The options that such words say.

    Raises:
        ValueError: some of them are not known.
    """
    found: dict[str, Any] = {}
    rest = iter(words.split())
    for word in rest:
        if word in VALUES:
            found[VALUES[word]] = next(rest, "")
        elif word in FLAGS:
            field, value = FLAGS[word]
            found[field] = value
        else:
            raise ValueError(f"{word} is not known")
    found["comments"] = Comments(found.get("comments", "full"))
    return Options(**found)
