"""A language for one net: where all names of a file share a prefix, with that in it.

In: a record whose texts say $net, $Net and $NET. Out: the same one with the names of
the net in their places.
"""

from __future__ import annotations

from dataclasses import fields, replace

from bpgen.languages.names import class_of, file_of
from bpgen.languages.plain import WORK
from bpgen.languages.record import Language
from bpgen.languages.rewritten import rewritten

KEPT = ("toolchain",)


def of_net(language: Language, name: str) -> Language:
    """The record of a language for a file of that net."""
    own = file_of(language, name).removesuffix(language.suffix)
    words = {"$NET": own.upper(), "$Net": class_of(language, name), "$net": own}
    return with_words(language, words)


def for_methods(language: Language) -> Language:
    """The record inside of methods, which know where the memory of a call is."""
    if not language.plain:
        return language
    method, _ = language.plain.works
    return with_words(language, {WORK: method})


def with_words(language: Language, words: dict[str, str]) -> Language:
    """The record with other words in some places."""

    def change(text: str) -> str:
        for place, word in words.items():
            text = text.replace(place, word) if place in text else text
        return text

    names = (part.name for part in fields(language) if part.name not in KEPT)
    changed = {n: rewritten(getattr(language, n), change) for n in names}
    return replace(language, **changed)
