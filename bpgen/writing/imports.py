"""The imports of an emitted file: those that its code asks for."""

from __future__ import annotations

import re
from collections.abc import Collection

from bpgen.languages.record import Language
from bpgen.writing.words import words_in

QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def imports_in(text: str, language: Language) -> str:
    """The imports that a text of code asks for."""
    mark = language.comment
    code = [line.split(f" {mark} ")[0] for line in text.split("\n")]
    code = [QUOTED.sub("", x) if "'" in x or '"' in x else x for x in code]
    # Documentation there has marks of its own.
    is_jvm = language.ways.is_one_class or language.ways.companion
    marks = (mark, *(("/**", "*") if is_jvm else ()))
    text = "\n".join(line for line in code if not line.strip().startswith(marks))
    own, lines = words_in(text), list[str]()
    for line, words in language.imports.items():
        found = [word for word in words.split() if is_asked(word, text, own)]
        if found:
            lines.append(line.format(", ".join(found)))
    return "\n".join(lines)


def is_asked(word: str, text: str, words: Collection[str]) -> bool:
    """Whether a text of these words has a name, or one of those that are a member's.

    A search by a pattern would look at each letter of a text of megabytes.
    """
    if word.isidentifier():
        return word in words
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        after = text[end : end + 1] if word[-1].isidentifier() else ""
        around = text[max(place - 1, 0) : place] + after
        if not re.search(r"\w", around):
            return True
        place = text.find(word, place + 1)
    return False
