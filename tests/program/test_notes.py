"""Notes to sentences: one rule, one sentence, in the names of the file."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bpgen.program.nodes import Accumulate, Assign, Element, Multiply, Role, Variable
from bpgen.program.notes import (
    BACKWARD,
    GLUE,
    ChainNote,
    LayerNote,
    Path,
    TitleNote,
    UnitNote,
    words,
)

UNITS = ("o1", "o2", "o3", "o4", "o5")
Z = Variable("z_o", Role.VALUE, "z", (UNITS,))
A = Variable("a_h", Role.VALUE, "a", (("h1", "h2"),))
W = Variable("w_o", Role.PARAMETER, "w", (UNITS, ("h1", "h2")))


@dataclass(frozen=True)
class Spelled:
    """Spells elements by their places."""

    unrolled: bool = True

    def name(self, element: Element) -> str:
        places = [index.constant + 1 for index in element.indices]
        return element.variable.prefix + "".join(f"_{place}" for place in places)

    def statement(self, statement: Assign | Accumulate) -> str:
        sign = "=" if isinstance(statement, Assign) else "+="
        return f"{self.name(statement.target)} {sign} ..."

    def label(self, element: Element) -> str:
        return element.variable.labels[0][element.indices[0].constant]

    def unit(self, note: UnitNote) -> str:
        return f"Unit {self.label(note.unit)}"


def path(to: int) -> Path:
    """The way of h1 into one unit."""
    return Path(Accumulate(Z[to], Multiply(W[to, 0], A[0])), W[to, 0])


def sentence(note: ChainNote, spelled: Spelled) -> str:
    (found,) = words(note, spelled)
    return found.text.replace(GLUE, " ")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "h1 feeds into o1 by w_1_1."),
        (2, "h1 feeds into o1 by w_1_1 and into o2 by w_2_1: the sum over both paths."),
        (
            5,
            "h1 feeds into o1 by w_1_1, ... and into o5 by w_5_1: the sum over all 5 "
            "paths.",
        ),
    ],
)
def test_paths_through_weights_are_named(count: int, text: str) -> None:
    note = ChainNote(A[0], tuple(map(path, range(count))))
    assert sentence(note, Spelled()) == text


def test_loops_quote_the_forward_statement() -> None:
    note = ChainNote(A[0], (path(0),))
    assert sentence(note, Spelled(unrolled=False)) == "Forward: z_1 += ..."
    note = ChainNote(A[0], (path(0),), because="f'(z) = 1")
    quoted = sentence(note, Spelled(unrolled=False))
    assert quoted == "Forward: z_1 += ..., and f'(z) = 1."


def test_the_loss_tells_its_slope_itself() -> None:
    note = ChainNote(A[0], (), told="L = a: its slope by a is 1.")
    assert sentence(note, Spelled()) == "L = a: its slope by a is 1."


def test_weights_and_biases_have_one_sentence_for_all() -> None:
    first, second = (
        ChainNote(W[at, 0], (path(at),), is_weight=True, is_plain=True) for at in (0, 1)
    )
    assert words(first, Spelled()) == words(second, Spelled())


def test_a_story_is_told_once_and_its_title_again() -> None:
    (found,) = words(TitleNote("Softmax.", "It makes shares."), Spelled())
    assert (found.text, found.again) == ("Softmax. It makes shares.", "Softmax.")
    assert found.is_lasting
    layer = LayerNote("Layer h", "dense", BACKWARD, why="So it is.", about="Mine.")
    (found,) = words(layer, Spelled())
    assert (found.text, found.again) == (
        "Layer h, backward. So it is.",
        "Layer h, backward.",
    )


def test_a_unit_is_explained_once_and_named_again() -> None:
    first, second = (words(UnitNote(Z[at], "a sum"), Spelled())[0] for at in (0, 1))
    assert first.key == second.key
    assert (first.text, second.again) == ("Unit o1: a sum.", "Unit o2.")
