"""Functions for languages whose standard mathematics lacks them."""

from __future__ import annotations

from bpgen.runtime.primitives import exp, number


def erf(x: float) -> float:
    """The error function, to 1e-15: a series, then a continued fraction."""
    a = abs(x)
    sign = 1.0
    if x < 0.0:
        sign = -1.0
    if a > 6.0:
        return sign
    if a < 2.5:
        term = a
        total = a
        for n in range(1, 100):
            if term <= total * 1e-17:
                break
            term = term * 2.0 * a * a / (2.0 * number(n) + 1.0)
            total += term
        return sign * 1.1283791670955126 * exp(-a * a) * total
    fraction = a
    for k in range(60, 0, -1):
        fraction = a + number(k) / 2.0 / fraction
    tail = exp(-a * a) / (1.772453850905516 * fraction)
    return sign * (1.0 - tail)
