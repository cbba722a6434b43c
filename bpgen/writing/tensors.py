"""Named arrays as the template of a file shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpgen.program.nodes import Variable
from bpgen.writing.lines import Items
from bpgen.writing.statements import BlockWriter


@dataclass(frozen=True)
class TensorView:
    """A named array as the page shows it: in JSON `name`, in code `array` or, when
    unrolled, nested `scalars`; neither for one that is zero throughout."""

    name: str
    shape: list[int]
    array: str = ""
    scalars: Items = ()

    @property
    def flat_scalars(self) -> list[str]:
        """The scalars in one list, row-major."""
        scalars = self.scalars
        return [scalars] if isinstance(scalars, str) else list(_flattened(scalars))


def _flattened(items: Items) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield item
        else:
            yield from _flattened(item)


def nested_scalars(variable: Variable, writer: BlockWriter) -> Items:
    """The scalars of a variable as code, nested like its axes."""

    def inside(place: tuple[int, ...]) -> Items:
        if len(place) == len(variable.shape):
            return writer.element(variable[place])
        return [inside((*place, i)) for i in range(variable.shape[len(place)])]

    return inside(())
