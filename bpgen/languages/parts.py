"""The texts of a language's folder: templates, and parts of files in the language.

The folder is at the top of a checkout, and inside the package in an installed wheel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

# What begins a part, on a line before its name: a comment in any language.
MARK = re.compile(r"\n(?://|#): ")


def folder() -> Path:
    """The folder of all languages' folders."""
    package = Path(__file__).parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def parts(language: str, *files: str) -> Mapping[str, str]:
    """The parts of some files by their names, in order."""
    found: dict[str, str] = {}
    for file in files:
        path = folder() / language / "parts" / file
        _, *texts = MARK.split(path.read_text(encoding="ascii"))
        for text in texts:
            name, _, body = text.partition("\n")
            found[name] = body.strip("\n")
    return found
