"""What a language needs on a machine to run and to check its files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What it takes to run and to check a file: commands with the places {file},
    {folder}, {program} and {NAME}, the file's name in capitals; {config} and {types}
    are a linter's settings and the types of the environment, which whoever checks
    brings along.

    Attributes:
        programs: what must be on PATH.
        install: how to have them, for people.
        version: prints which one there is.
        build: makes {program} of {file}; none where `run` takes the file.
        format, lint, types: nothing but exit code 0 of a clean file.
    """

    programs: tuple[str, ...]
    install: str
    version: tuple[str, ...]
    run: tuple[str, ...]
    build: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    lint: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
