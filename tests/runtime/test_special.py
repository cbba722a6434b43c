"""Functions for languages that lack them, against those of Python."""

from __future__ import annotations

import math

from bpgen.runtime.special import erf


def test_erf_is_exact_to_a_few_bits() -> None:
    for step in range(-800, 801):
        x = step / 100.0
        assert abs(erf(x) - math.erf(x)) < 1.2e-15
    assert [erf(x) for x in (-math.inf, -40.0, 0.0, 40.0)] == [-1.0, -1.0, 0.0, 1.0]
    assert abs(erf(1e-300) / math.erf(1e-300) - 1.0) < 1e-15
    assert math.isnan(erf(math.nan))
