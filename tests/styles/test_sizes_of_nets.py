"""In every net each size is worth what it stands for, wherever it is written."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from random import Random

import pytest
from nets.table import NETS
from running.adapters import every_third, sampled
from running.tiers import wide_but

from bpgen.program.blocks import Program
from bpgen.program.expressions import index_text
from bpgen.program.nodes import Element
from bpgen.program.size import Size
from bpgen.program.walks import readings
from bpgen.styles.counted import WHOLE, Place, counted
from bpgen.styles.loops import localize
from bpgen.styles.nested import nest
from bpgen.styles.sizes import shape_in, with_sizes
from bpgen.writing.places import flat_place

IN_LOOPS = [name for name, net in NETS.items() if "loops" in net.styles]


def elements_of(program: Program) -> Iterator[Element]:
    for _, block in program.blocks():
        for statement, read in readings(block):
            yield from (statement.target, *read)


def length_of(place: Place) -> int:
    _, shape, axis, _ = place
    return prod(shape) if axis == WHOLE else shape[axis]


@pytest.mark.parametrize(
    "name", wide_but(IN_LOOPS, sampled, lambda name: not every_third(name))
)
def test_sizes_are_worth_what_they_stand_for(name: str) -> None:
    flat = localize(NETS[name].program)
    for program in (flat, nest(flat)):
        found = counted(program)
        names = {one: f"N{place}" for place, one in enumerate(set(found.values()))}
        worth = {own: one.number for one, own in names.items()}
        given = {place: Size(one.number, names[one]) for place, one in found.items()}
        made, sizes = with_sizes(program, given)
        assert made == program  # a size is the number that it is

        for one in names:  # as the file defines it
            axes = [eval(str(sizes.get(p, length_of(p))), {}, worth) for p in one.of]
            assert prod(axes) == one.number or not one.of, one
        for place, size in sizes.items():
            assert eval(str(size), {}, worth) == size, place
            assert size == length_of(place) or place[3], place

        draw = Random(1)
        pairs = zip(elements_of(made), elements_of(program), strict=True)
        for own, plain in dict.fromkeys(pairs):
            letters = {n for index in plain.indices for n, _ in index.terms}
            values = worth | {letter: draw.randrange(100) for letter in letters}
            both = [[*map(index_text, element.indices)] for element in (own, plain)]
            if program is flat:
                shapes = shape_in(sizes, own.variable), plain.variable.shape
                both[0].append(flat_place(own.indices, shapes[0], index_text))
                both[1].append(flat_place(plain.indices, shapes[1], index_text))
            for text, wanted in zip(*both, strict=True):
                assert eval(text, {}, values) == eval(wanted, {}, values), text
