"""Finds, loads and runs the templates of one language.

They are at the top of a checkout, and inside the package in an installed wheel.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bpgen.languages.parts import folder
from bpgen.languages.record import Language

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment


def _compiled() -> BytecodeCache | None:
    """Where Jinja keeps compiled templates: a private folder for temporary files.

    Compiling them takes a third of the time of a small net. Where there is no such
    folder they are compiled each time.
    """
    from jinja2 import FileSystemBytecodeCache

    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder()),
        bytecode_cache=_compiled(),
        undefined=StrictUndefined,
        autoescape=False,  # the output is code, and nothing in it is the user's text
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Templates:
    """The templates of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def page(self, page: object) -> str:
        """The whole file."""
        template = _environment().get_template(f"{self.language.name}/file.jinja")
        return template.render(page=page)
