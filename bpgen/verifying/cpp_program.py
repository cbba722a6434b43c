"""Emitted C++ files as classes of this process, with the members of Python's.

In: the texts of files. Out: the program that answers calls of their classes, a line
each, as `rust_program` asks them; and what each file says of its net.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bpgen.verifying.rust_program import Given

SHAPE = re.compile(r'\{"([^"]+)", \{([0-9, ]*)\}\}')


def given_in(text: str, place: int) -> Given:
    """What a file of that text says of its net."""

    def option(start: str) -> int:
        found = re.search(rf"{start} = (\d+)", text)
        return int(found[1]) if found else 0

    def shapes(name: str) -> Mapping[str, Sequence[int]]:
        found = re.search(rf"std::vector<Shape> {name} = [^;]*;", text)
        pairs = SHAPE.findall(found[0]) if found else []
        return {n: [int(size) for size in re.findall(r"\d+", s)] for n, s in pairs}

    seed, epochs = option("std::uint32_t seed"), option("std::size_t epochs")
    return Given(place, seed, epochs, shapes("shapes"), shapes("buffer_shapes"))


def program_of(driver: str, files: Sequence[tuple[str, str, str]]) -> str:
    """The program: the driver, told of files by their titles, classes and texts."""
    lines = [driver]
    for title, _, text in files:
        guard = re.search(r"^#ifndef (\w+_HPP)$", text, re.MULTILINE)
        assert guard
        lines += [f"#undef {guard[1]}", f"namespace own_{title} {{"]
        lines += [f'#include "{title}.hpp"', "}"]
    lines += [
        "Object made(std::size_t place, std::uint32_t seed) {",
        "switch (place) {",
    ]
    for place, (title, name, _) in enumerate(files):
        lines.append(f"case {place}: return made<own_{title}::{name}>(seed);")
    return "\n".join([*lines, "}", 'throw std::runtime_error("no class");', "}", ""])
