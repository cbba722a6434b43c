"""Fields as code: how a language calls them, and how a method of their object does."""

from __future__ import annotations

from bpgen.languages.record import Language


def field_name(language: Language, name: str) -> str:
    """How a field is called where its object is named."""
    return language.ways.field(language.member_name(name))


def own_field(language: Language, name: str) -> str:
    """A field as a method of its object writes it, by its name as a member."""
    return language.member.format(language.ways.field(name))
