"""Languages whose numbers may have 32 bits: `--float`.

Beside the record of such a language, in `languages/NAME_single.py`, is that other one.
"""

from __future__ import annotations

import struct
from functools import cache
from importlib import import_module

from bpgen.languages.record import Language

SINGLE = ("c",)  # the languages that have it
LARGEST = 3.4028234663852886e38
DIGITS = 9  # with so many a number of 32 bits reads back


@cache
def single_language(name: str) -> Language:
    """The record of a language for numbers of 32 bits."""
    found = import_module(f"bpgen.languages.{name}_single")
    language: Language = getattr(found, name.upper())
    return language


def rounded(number: float) -> float:
    """The number of 32 bits that is nearest.

    Raises:
        OverflowError: it is too large.
    """
    found: float = struct.unpack("f", struct.pack("f", number))[0]
    return found


def single_text(number: float) -> str:
    """The shortest decimal that reads back as this number in 32 bits, the largest one
    for what is larger; with a point or an exponent, the exponent without a plus."""
    wanted = rounded(max(-LARGEST, min(LARGEST, number)))
    texts = (f"{wanted:.{digits}g}" for digits in range(1, DIGITS + 1))
    found = next(text for text in texts if reads_as(text, wanted))
    return repr(float(found)).replace("e+", "e")


def reads_as(text: str, wanted: float) -> bool:
    """Whether a decimal reads back as a number of 32 bits."""
    try:
        return rounded(float(text)) == wanted
    except OverflowError:
        return False
