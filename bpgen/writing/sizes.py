"""The sizes of one file: their names, and the constants at its top.

In: a program in loops. Out: the program with sizes that have names in the file, and the
lines that define them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bpgen.languages.names import Names
from bpgen.languages.record import Language
from bpgen.program.blocks import Program
from bpgen.program.size import Size, product
from bpgen.routines.source import words
from bpgen.styles.counted import Counted, Place, counted
from bpgen.styles.sizes import Sizes, with_sizes
from bpgen.writing.lines import Lines
from bpgen.writing.words import is_named

WORD = re.compile(r"\w+")
COMMENT = re.compile(r"(//|#).*")


class FileSizes:
    """The sizes of one file.

    Attributes:
        program: that with the sizes.
        of_axes: how long each axis is.
        said: each of them, with its value and what it is.
    """

    def __init__(self, program: Program, names: Names, unrolled: bool) -> None:
        found: dict[Counted, Size] = {}
        places: dict[Place, Size] = {}
        inside = inside_of(names.language)
        for place, one in () if unrolled else counted(program).items():
            if one not in found:
                found[one] = Size(one.number, names.size(one.name, inside))
            places[place] = found[one]
        self.program: Program
        self.of_axes: Sizes
        sized = with_sizes(program, places) if places else (program, places)
        self.program, self.of_axes = sized
        pairs = sorted(found.items(), key=lambda pair: bool(pair[0].of))
        self.said = [(size, *self.told(one)) for one, size in pairs]

    def told(self, one: Counted) -> tuple[str, str]:
        """What something is worth in code, and what it is in words."""
        sizes = [self.of_axes.get(place, place[1][place[2]]) for place in one.of]
        is_product = any(isinstance(size, Size) for size in sizes)
        return product(sizes) if is_product else str(one.number), one.words

    def lines(self, language: Language, parts: Iterable[Lines]) -> Lines:
        """The constants that some parts of the file name, each below what it is."""
        lines, text = Lines(), "\n".join(line for part in parts for line in part)
        text += "".join(
            f" {v}" for size, v, _ in self.said if is_named(size.name, text)
        )
        for size, value, says in self.said:
            if is_named(size.name, text):
                kind = "size" if value.isdigit() else "product"
                own = language.type("int")
                before, start, end = language.constant(size.name, kind, own, says)
                gap = [""] * (language.constant_gap - 1) if lines else []
                lines += [*gap, *before, f"{start}{value}{end}"]
        return lines


def inside_of(language: Language) -> frozenset[str]:
    """The names that functions of a file have inside, where those hide no constant: in
    the texts of the record, and in all routines if they stand inside of one class."""
    texts = [*language.helpers.values(), *language.own_members(True, True)]
    if language.plain:
        for parts in (
            language.plain.parts,
            language.plain.heads,
            language.plain.members,
        ):
            texts += parts.values()
    found = {word for text in texts for word in WORD.findall(COMMENT.sub("", text))}
    routines = words() if language.ways.enclosing else ()
    return frozenset(found.union(map(language.identifier, routines)))
