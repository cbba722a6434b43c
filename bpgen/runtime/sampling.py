"""Made-up sequences: a net that tells what may come next, asked again and again."""

from __future__ import annotations

from bpgen.runtime.arrays import largest_at
from bpgen.runtime.primitives import (
    Row,
    append,
    exp,
    filled,
    is_empty,
    larger_whole,
    log,
    misuse,
    number,
    out_of_range,
    part,
    share32,
)
from bpgen.runtime.protocols import Predicts


class Sampling:
    """A net that reads indices and tells one after each of them."""

    def sample(
        self: Predicts, start: list[int], length: int, *, temperature: float = 1.0
    ) -> list[int]:
        """What may follow some indices: at most so many, drawn by the net's shares.

        At a higher temperature it draws what is less likely more often; at 0 it takes
        the most likely one.
        """
        if not self.facts.textbook and is_empty(start):
            misuse("start: expected an index or more")
        if not (self.facts.textbook or temperature >= 0.0):
            out_of_range(f"temperature: expected 0 or more, got {temperature}")
        count = self.facts.classes
        seen = part(start, 0, len(start))
        found: list[int] = []
        for _ in range(length):
            first = larger_whole(0, len(seen) - self.facts.input_size)
            inputs = filled(self.facts.input_size, 0.0)
            for i in range(first, len(seen)):
                inputs[i - first] = number(seen[i])
            last = len(seen) - 1 - first
            outputs = self.predict(inputs)
            row = part(outputs, last * count, last * count + count)
            index = self._drawn(row, temperature)
            if self.facts.ends and index == 0:
                break
            append(seen, index)
            append(found, index)
        return found

    def _drawn(self: Predicts, row: Row, temperature: float) -> int:
        best = largest_at(row)
        if temperature == 0.0:
            return best
        shares: list[float] = []
        total = 0.0
        for x in row:
            if self.facts.shares == "OUTPUTS":
                share = 0.0
                if x > 0.0:
                    share = exp(log(x / row[best]) / temperature)
            else:
                share = exp((x - row[best]) / temperature)
            append(shares, share)
            total += share
        rest = total * share32(self._generator.next())
        for i in range(len(shares)):
            if rest < shares[i]:
                return i
            rest = rest - shares[i]
        return best
