"""The imports of an emitted file: those that its code asks for."""

from __future__ import annotations

import re

from bpgen.languages.record import Language

QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def imports_in(text: str, language: Language) -> str:
    """The imports that a text of code asks for."""
    mark = language.comment
    code = [line.split(f" {mark} ")[0] for line in text.split("\n")]
    code = [QUOTED.sub("", line) for line in code]
    # Documentation there has marks of its own.
    is_jvm = language.ways.is_one_class or language.ways.companion
    marks = (mark, *(("/**", "*") if is_jvm else ()))
    text = "\n".join(line for line in code if not line.strip().startswith(marks))
    lines = []
    for line, words in language.imports.items():
        pattern = r"\b{}" if words.endswith(".") else r"\b{}\b"
        found = [
            w
            for w in words.split()
            if w in text and re.search(pattern.format(re.escape(w)), text)
        ]
        if found:
            lines.append(line.format(", ".join(found)))
    return "\n".join(lines)
