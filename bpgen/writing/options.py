"""How a file is to be emitted: everything that is not the net itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Comments(Enum):
    """How much the emitted file explains."""

    FULL = "full"  # headings and the chain rule above each derivative
    BRIEF = "brief"  # headings
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `bpgen emit`; `style` is unrolled or loops, not auto."""

    language: str = "python"
    style: str = "unrolled"
    comments: Comments = Comments.FULL
    library: bool = False
    inference: bool = False
    fast: bool = True
    textbook: bool = False

    @property
    def has_main(self) -> bool:
        """Whether the file does something when it is run."""
        return not (self.library or self.inference)

    @property
    def words(self) -> str:
        """The options as the command line takes them, for the header."""
        found = f"--lang {self.language} --style {self.style}"
        if self.comments is not Comments.FULL:
            found += f" --comments {self.comments.value}"
        if self.inference:  # is a library in any case
            return f"{found} --inference"
        if self.textbook:
            return found + " --textbook" + " --library" * self.library
        return found + " --library" * self.library + " --no-fast" * (not self.fast)
