"""A language as a textbook page spells it: without the underscores that hide names.

In: a record. Out: the same one with bare names. Nobody imports a textbook page, so
there is nobody to hide from. Where a member is named without its object, members keep
their underscore: it tells them from locals.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache
from importlib import import_module
from typing import Any

from bpgen.languages import LANGUAGES
from bpgen.languages.record import Language
from bpgen.languages.rewritten import rewritten

HIDING = re.compile(r"(?<!\w)_(?=[A-Za-z{])")
KEPT = ("toolchain", "hides")


@cache
def textbook_language(name: str) -> Language:
    """The record of a language for textbook pages."""
    language = LANGUAGES[name]
    if language.member == "{}":
        return language
    names = (part.name for part in fields(language) if part.name not in KEPT)
    bared = {name: bare(getattr(language, name)) for name in names}
    own = {"Row": language.type("OwnRow"), "Rows": language.type("OwnRows")}
    # given by the page's own main, which has plain lists
    bared["given_types"] = {**language.given_types, **own}
    if language.ways.several:
        bared["aliases"] = {name: f"{name} = {kind}" for name, kind in own.items()}
    forms = bared["forms"]
    bared["forms"] = forms | {"say": forms.get("plain_say", forms["say"])}
    return replace(language, hides=False, **bared)


@cache
def plain_textbook_language(name: str, is_large: bool) -> Language:
    """The record of a language without objects for textbook pages, which stands beside
    its own; `is_large`: whether what a sample has is too much for the stack."""
    found = import_module(f"bpgen.languages.{name}_textbook")
    language: Language = found.textbook_language(is_large)
    return language


def bare(value: Any) -> Any:
    """A part of a record with bare names, whatever it is made of."""
    return rewritten(value, lambda text: HIDING.sub("", text))
