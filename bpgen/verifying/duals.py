"""Forward-mode derivatives: numbers that carry slopes, and a net computed with them.

No rule of the compiler's derivation is used. A number knows how steeply it grows along
each of some directions, every operation hands that on, and the loss ends with the
slopes that backpropagation has to find. What the program states of derivatives is
ignored, and where it stops them they go on: only the forward statements count.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from bpgen.program.blocks import Program
from bpgen.program.evaluated import EvaluatedBlocks, Key, Values
from bpgen.program.nodes import COUNT
from bpgen.runtime.primitives import Rows

Elementary: TypeAlias = Mapping[str, Callable[[Any], Any]]


class Dual:
    """A number with its slopes along some directions."""

    __slots__ = ("slopes", "value")

    def __init__(self, value: Any, slopes: list[Any]) -> None:
        self.value, self.slopes = value, slopes

    def _scaled(self, value: Any, factor: Any) -> Dual:
        return Dual(value, [factor * slope for slope in self.slopes])

    def __add__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.slopes)
        slopes = [a + b for a, b in zip(self.slopes, other.slopes, strict=True)]
        return Dual(self.value + other.value, slopes)

    def __sub__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value - other, self.slopes)
        slopes = [a - b for a, b in zip(self.slopes, other.slopes, strict=True)]
        return Dual(self.value - other.value, slopes)

    def __mul__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return self._scaled(self.value * other, other)
        x, y = self.value, other.value
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Dual(x * y, [y * a + x * b for a, b in pairs])

    def __truediv__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value / other, [slope / other for slope in self.slopes])
        y, value = other.value, self.value / other.value
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Dual(value, [(a - value * b) / y for a, b in pairs])

    def __radd__(self, other: Any) -> Dual:
        return Dual(other + self.value, self.slopes)

    def __rsub__(self, other: Any) -> Dual:
        return self._scaled(other - self.value, -1.0)

    def __rmul__(self, other: Any) -> Dual:
        return self._scaled(other * self.value, other)

    def __rtruediv__(self, other: Any) -> Dual:
        value = other / self.value
        return self._scaled(value, -value / self.value)

    def __neg__(self) -> Dual:
        return self._scaled(-self.value, -1.0)

    def __int__(self) -> int:
        return int(self.value)

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < plain(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= plain(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > plain(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= plain(other))

    def __eq__(self, other: object) -> bool:
        return bool(self.value == plain(other))


def plain(number: Any) -> Any:
    """A number without its slopes."""
    return number.value if isinstance(number, Dual) else number


# --- Functions ------------------------------------------------------------------------


def elementary(of: Any = math) -> Elementary:
    """The elementary functions of a module, for its numbers with slopes, too; each
    slope is of its argument and of its value."""
    slopes: Mapping[str, Callable[[Any, Any], Any]] = {
        "exp": lambda x, y: y,
        "log": lambda x, y: 1 / x,
        "sqrt": lambda x, y: 0.5 / y if y else math.inf,
        "sin": lambda x, y: of.cos(x),
        "cos": lambda x, y: -of.sin(x),
        "erf": lambda x, y: 2 / of.sqrt(of.pi) * of.exp(-x * x),
        "log1p": lambda x, y: 1 / (1 + x),
        "expm1": lambda x, y: of.exp(x),
        "tanh": lambda x, y: 1 - y * y,
        "abs": lambda x, y: (x > 0) - (x < 0),
    }
    values = {name: abs if name == "abs" else getattr(of, name) for name in slopes}
    return {name: _lifted(values[name], slope) for name, slope in slopes.items()}


def _lifted(
    function: Callable[[Any], Any], slope: Callable[[Any, Any], Any]
) -> Callable[[Any], Any]:
    def call(x: Any) -> Any:
        if not isinstance(x, Dual):
            return function(x)
        y = function(x.value)
        return x._scaled(y, slope(x.value, y))

    return call


def in_digits(digits: int) -> tuple[Callable[[float], Any], Elementary]:
    """Numbers of so many digits, made of plain ones, and their functions.

    Raises:
        ImportError: mpmath is not installed.
    """
    import mpmath

    context = mpmath.mp.clone()
    context.dps = digits
    return context.mpf, elementary(context)


# --- A net ----------------------------------------------------------------------------


class DualBlocks(EvaluatedBlocks):
    """The blocks of a net that find slopes without a backward pass.

    `directions` are the directions by the numbers that they change, each with how much
    it does along each of them. Where they are the trained parameters one by one, the
    gradients are set, so that a net learns with these blocks.
    """

    def __init__(
        self,
        program: Program,
        directions: Mapping[Key, list[float]],
        sets_gradients: bool,
        number: Callable[[float], Any] = float,
        functions: Elementary | None = None,
    ) -> None:
        super().__init__(program)
        self.directions, self.sets_gradients = directions, sets_gradients
        self.number = number
        self.elementary = functions or elementary()
        self.slope_sums: list[Any] = []

    # Lifted and plain -----------------------------------------------------------------

    def lifted(self, block: Callable[[], Any]) -> Any:
        """What a block gives that sees the parameters with their slopes."""
        before = {key: self.values[key] for key in self.directions}
        for key, slopes in self.directions.items():
            # The blocks compute with any number that has its operators.
            self.values[key] = cast("float", Dual(self.number(before[key]), slopes))
        try:
            return block()
        finally:
            self.values.update(before)
            for key in [key for key in self.values if key[0] in self.remembered]:
                self.values[key] = plain(self.values[key])

    @property
    def remembered(self) -> set[Any]:
        """What layers remember, which has no slopes afterwards."""
        return {*self.program.buffers, self.program.penalty_value}

    # Passes ---------------------------------------------------------------------------

    def forward_rows(self, rows: Rows) -> Values:
        found: Values = self.lifted(lambda: super(DualBlocks, self).forward_rows(rows))
        return found

    def outputs(self, kept: Values) -> list[float]:
        return [float(plain(number)) for number in super().outputs(kept)]

    def loss_rows(self, kept: Values, rows: Rows) -> float:
        self.latest: Any = super().loss_rows(kept, rows)
        return float(plain(self.latest))

    def backward_rows(self, kept: Values, rows: Rows) -> None:
        """Add the slopes of the loss that was just computed."""
        self.add(self.latest)

    def penalty(self) -> float:
        found = self.lifted(super().penalty)
        return float(plain(found))

    def penalty_gradient(self) -> None:
        self.add(self.lifted(super().penalty))

    def zero(self) -> None:
        super().zero()
        self.slope_sums = []

    def mean(self, count: float) -> None:
        super().mean(count)
        self.values[COUNT, ()] = count
        self.slope_sums = [slope / count for slope in self.slope_sums]

    def add(self, number: Any) -> None:
        """Add the slopes of a number to those found before, and to the gradients."""
        if not isinstance(number, Dual):
            return
        if not self.slope_sums:
            self.slope_sums = [0.0] * len(number.slopes)
        pairs = zip(self.slope_sums, number.slopes, strict=True)
        self.slope_sums = [before + slope for before, slope in pairs]
        if self.sets_gradients:
            for (variable, place), slope in zip(
                self.directions, number.slopes, strict=True
            ):
                gradient = self.program.gradients[variable]
                self.values[gradient, place] += float(slope)


def one_by_one(keys: Sequence[Key]) -> dict[Key, list[float]]:
    """A direction for each number."""
    count = range(len(keys))
    return {key: [float(at == k) for k in count] for at, key in enumerate(keys)}
