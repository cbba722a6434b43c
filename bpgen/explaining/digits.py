"""Numbers as every view shows them: ASCII decimals of so many significant digits.

The script of the page does the same, to the digit; a test compares them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from bpgen.explaining.model import Cell, Pixel, Quantity
from bpgen.program.expressions import short_number

LEAST = 9
MOST = 17
SMALL, LARGE = 1e-3, 1e9  # between them without an exponent
BLANK = "________"  # of a handout, where a number is to be filled in
CENTRAL = 7  # digits of a central difference: further ones are noise


def digits(value: float, places: int) -> str:
    """A number: -0.0190491183, or outside of SMALL ... LARGE 4.38567734e-04."""
    if value != value:
        return BLANK
    if value == 0.0 or value in (float("inf"), float("-inf")):
        return "0" if value == 0.0 else repr(value)
    rounded = Context(places, ROUND_HALF_UP).create_decimal(Decimal(value))
    size = rounded.adjusted()
    if SMALL <= abs(value) < LARGE and size < places:
        return f"{rounded:.{places - 1 - size}f}"
    head, tail = f"{rounded:.{places - 1}e}".split("e")
    return f"{head}e{tail[0]}{tail[1:].zfill(2)}"


def shown(quantity: Quantity, places: int) -> str:
    """A quantity; one that somebody wrote as it was written, if that is short."""
    if quantity.is_given and quantity.value == quantity.value:
        short = short_number(quantity.value)
        if len(short.strip("-").replace(".", "")) <= places and "e" not in short:
            return short
    return digits(quantity.value, min(places, quantity.places or places))


def cell_text(cell: Cell, places: int) -> str:
    """A cell of a table."""
    if isinstance(cell, Quantity):
        return shown(cell, places)
    if isinstance(cell, Pixel):
        return f"[{cell.text}]" if cell.is_lit else f"{cell.text} "
    return cell if isinstance(cell, str) else digits(cell, places)


def rounded(number: float, signed: bool = False, places: int = 4) -> str:
    """A number for a picture, which rounds; one with a sign to 3 digits."""
    if number != number:
        return ""  # left out of a handout
    size, least = abs(number), 1e-2 if signed else 1e-3
    if size == 0:
        return "0"
    if size < least:
        head, _, tail = f"{number:.1e}".partition("e")
        text = f"{head}e{int(tail)}"
    else:
        text = f"{float(f'{number:.{3 if signed else places}g}'):.10g}"
    return f"+{text}" if signed and number > 0 else text
