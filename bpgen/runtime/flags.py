"""The flags that an emitted file takes when it is run."""

from __future__ import annotations

from bpgen.runtime.checks import is_count
from bpgen.runtime.constants import Constants
from bpgen.runtime.json_values import is_text
from bpgen.runtime.primitives import (
    Seed,
    append,
    as_seed,
    is_among,
    parsed,
    unfit,
    words_of,
)


def flags_known(facts: Constants) -> list[str]:
    """The flags, what follows each, and what it is for."""
    found = [
        "--save FILE  keep what was learned in a file",
        "--load FILE  go on from what was kept",
        "--epochs N   train for so many epochs",
        "--seed N     draw another start",
        "--check      test the gradients, and some steps of training",
        "--help       show these lines",
    ]
    if facts.reads_files:
        append(found, "--data FOLDER  where the files are that it learns from")
    elif not facts.has_data:
        append(found, "--data FILE  learn from a CSV file: inputs, then targets")
    if facts.has_columns:
        append(found, "--data FILE  learn from another CSV file with such columns")
    return found


def check_flags(facts: Constants, flags: list[str]) -> None:
    """An error for a flag that is not known, or lacks what is to follow it."""
    is_awaited = False
    for flag in flags:
        is_known = is_awaited
        follows = False
        for line in flags_known(facts):
            words = words_of(line)
            if is_text(words[0], flag) and not is_awaited:
                is_known = True
                if facts.reads_files:
                    follows = is_among(words[1], ["FILE", "FOLDER", "N"])
                else:
                    follows = is_among(words[1], ["FILE", "N"])
        if not is_known:
            unfit(f"no such flag: {flag}; --help lists those that there are")
        is_awaited = follows
    if is_awaited:
        unfit("the last flag needs something after it; see --help")


def text_after(flag: str, flags: list[str]) -> str:
    """What follows a flag; nothing where it is not given."""
    for k in range(1, len(flags)):
        if is_text(flags[k - 1], flag):
            return flags[k]
    return ""


def whole_after(
    flag: str,
    flags: list[str],
    usual: Seed,
    least: Seed,
    most: Seed,
) -> Seed:
    """The whole number after a flag, or the usual one."""
    text = text_after(flag, flags)
    if is_text(text, ""):
        return usual
    found = parsed(text)
    if not is_count(found, most) or as_seed(found) < least:
        unfit(f"{flag}: expected a whole number from {least} to {most}, got {text}")
    return as_seed(found)
