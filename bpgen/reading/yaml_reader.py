"""Reads a small, strict part of YAML: bytes in, a tree of located text out.

Nothing is guessed: a scalar stays the text that it is, and `number` reads it where
a number is wanted. All that makes YAML surprising (anchors, tags, merge keys,
duplicate keys, invisible characters) is an error. What the keys mean, `spec` knows.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bpgen.errors import InputError, Place, Problems, shown

MAX_BYTES = 1_000_000
MAX_DEPTH = 12  # collections within collections
MAX_NODES = 50_000  # keys, values, items and collections; lines; commas
MAX_VALUE = 50_000  # characters of a line without a comma
MAX_DUPLICATES = 20  # then reading stops: nobody mends more in one go
MAX_NUMBER_LENGTH = 40
MAX_DIGITS = 16  # of a whole number


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text; `quoted` if it is written in any style but the plain one.

    `offset` says how many columns behind `place` the text itself begins, where it
    stands in the file as it is, on one line.
    """

    text: str
    quoted: bool
    place: Place
    offset: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values, in the order of the document; no key comes twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place


Node: TypeAlias = Scalar | Sequence | Mapping


def read_yaml(content: bytes, file: str) -> Node:
    """Return the tree of the one document in a file, called `file` in messages.

    Raises: InputError, with the duplicate keys, or with the first other problem.
    """
    text = read_text(content, file)
    _refuse_early(text, file)
    tree = _Tree(_events(text, file))
    root = tree.root()
    if root == Scalar("", False, root.place):
        raise InputError.at(root.place, _EMPTY)
    tree.duplicates.raise_any()
    return root


def read_known(content: bytes, file: str) -> Node:
    """As `read_yaml` does, but by libyaml where it is there: ten times as fast, and
    for a text that is compared with one that `read_yaml` has taken."""
    import yaml

    try:
        return _Tree(_events(read_text(content, file), file, yaml.CBaseLoader)).root()
    except (AttributeError, yaml.YAMLError, InputError):
        return read_yaml(content, file)


# Text ------------------------------------------------------------------------

_FORBIDDEN = re.compile(
    r"\r(?!\n)|["
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # change the direction of text
    r"\u2028\u2029"  # line breaks to some programs only
    r"\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible
    r"\U000e0000-\U000e007f"  # invisible, too
    r"\ud800-\udfff\ufdd0-\ufdef"  # not characters, like the last two of each plane
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
    + "]"
)


def read_text(content: bytes, file: str) -> str:
    """Return the text of a UTF-8 file, without its byte order mark.

    Raises: InputError, if it is too long, not UTF-8 or has a forbidden character.
    """
    if len(content) > MAX_BYTES:
        message = f"the file is larger than 1 MB ({MAX_BYTES:,} bytes)"
        raise InputError.at(Place(file, 1, 1), message)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        message = f"the file is not UTF-8 text (byte 0x{content[error.start]:02x})"
        raise InputError.at(_place(before, len(before), file), message) from None
    if found := _FORBIDDEN.search(text):
        raise InputError.at(_place(text, found.start(), file), _forbidden(found))
    return text


def _place(text: str, index: int, file: str) -> Place:
    """Where the character `text[index]` stands."""
    line_start = text.rfind("\n", 0, index) + 1
    return Place(file, text.count("\n", 0, index) + 1, index - line_start + 1)


def _forbidden(found: re.Match[str]) -> str:
    """The sentence about what `_FORBIDDEN` has found."""
    return f"forbidden character U+{ord(found[0]):04X}"


# Numbers ---------------------------------------------------------------------

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")

# What looks like a number, and how it should look.
_NUMBER_HINTS = (
    (r"-?0[0-9].*", "leading zeros are not allowed"),
    (r"[-+]?\.?(inf(inity)?|nan)", "it must be finite"),
    (r"\+.*", "leave out the plus sign"),
    (r"-?([0-9]*\.(e.*)?|\.[0-9].*)", "a point needs digits on both sides"),
    (r"-?[0-9]+,[0-9]+", "write a point, not a comma"),
    (r"-?[0-9]+_[0-9_.]*", "underscores are not allowed"),
    (r"-?0[xob].*|-?[0-9]+(:[0-9]+)+", "write it in decimal"),
)


def number(scalar: Scalar) -> float:
    """Read a finite number, never -0.0; ValueError says why it is none."""
    text = _literal(scalar, _NUMBER, "a number")
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError(f"{shown(text)} is longer than {MAX_NUMBER_LENGTH} characters")
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{shown(text)} is too large")
    if value == 0.0 and re.match(r"[-0.]*[1-9]", text):
        raise ValueError(f"{shown(text)} rounds to zero")
    return value or 0.0


def whole_number(scalar: Scalar) -> int:
    """Read a whole number of at most 16 digits; ValueError says why it is none."""
    text = _literal(scalar, _WHOLE_NUMBER, "a whole number")
    if len(text.removeprefix("-")) > MAX_DIGITS:
        raise ValueError(f"{shown(text)} is too large")
    return int(text)


def _literal(scalar: Scalar, form: re.Pattern[str], wanted: str) -> str:
    """The text of a scalar, if it has the wanted form and no quotes."""
    text = scalar.text
    fits = form.fullmatch(text) is not None
    if fits and not scalar.quoted:
        return text
    hint = " (write it without quotes)" if fits else _number_hint(text)
    got = shown(text) if text or scalar.quoted else "nothing"
    raise ValueError(f"expected {wanted}, got {got}{hint}")


def _number_hint(text: str) -> str:
    """How to write what was perhaps meant."""
    if _NUMBER.fullmatch(text):
        return " (write it without point or exponent)"
    for pattern, hint in _NUMBER_HINTS:
        if re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII):
            return f" ({hint})"
    return ""


# Events ----------------------------------------------------------------------

_EMPTY = "the file is empty"
_NO_DIRECTIVES = "a line cannot start with '%' (YAML directives are not allowed)"
_NO_ALIASES = "YAML aliases (*name) are not allowed; put text with '*' in quotes"
_NO_ANCHORS = "YAML anchors (&name) are not allowed; put text with '&' in quotes"
_NO_TAGS = "YAML tags (!name) are not allowed; put text with '!' in quotes"
_STRAY = "this does not fit what stands before it; check indentation and quotes"

# PyYAML's words (the first pattern that occurs counts), our words, and whether we
# show where the faulty part begins rather than where PyYAML gave up.
_SYNTAX_ERRORS = (
    (r"'\\t' that cannot", "a tab cannot stand here; use spaces", False),
    ("cannot start any", "text cannot start with this; put it in quotes", False),
    ("a simple key", "expected 'key: value', with a space after the ':'", True),
    ("sequence entries", "a list cannot start here; put it on a new line", False),
    ("mapping keys", "a '?' cannot stand here; put text with '?' in quotes", False),
    ("mapping values", "a ':' cannot stand here; check indentation and quotes", False),
    ("an alias", _NO_ALIASES, True),
    ("an anchor", _NO_ANCHORS, True),
    ("a tag|tag handle", _NO_TAGS, True),
    ("a quoted", "this quote is never closed", True),
    ("a double-quoted", r"unknown escape; write \\ for a backslash", False),
    ("a block scalar", "text after '|' or '>' starts on the next line", True),
    ("flow .*<stream end>", "this bracket is never closed", True),
    ("or ']'", "expected ',' or ']' to go with the '[' on line {line}", False),
    ("or '}'", "expected ',' or '}}' to go with the '{{' on line {line}", False),
    ("a block (mapping|collection)", _STRAY, False),
    ("", "expected a value here; text with punctuation needs quotes", False),
)


@dataclass(frozen=True, slots=True)
class _Start:
    """The start of a sequence or a mapping."""

    of: type[Sequence | Mapping]
    place: Place


_Event: TypeAlias = Scalar | _Start | None  # None ends the sequence or mapping


def _refuse_early(text: str, file: str) -> None:
    """Find what needs no parser, which would take seconds for some of it."""
    if directive := re.search("^%", text, re.MULTILINE):
        raise InputError.at(_place(text, directive.start(), file), _NO_DIRECTIVES)
    if _skip_nothing(text, 0) == len(text):
        raise InputError.at(Place(file, 1, 1), _EMPTY)
    for separator, name in (("\n", "lines"), (",", "commas")):
        if text.count(separator) > MAX_NODES:
            raise InputError.at(Place(file, 1, 1), f"more than {MAX_NODES:,} {name}")
    if long := re.search(f"[^\n,]{{{MAX_VALUE}}}", text):
        message = f"more than {MAX_VALUE:,} characters without a comma"
        raise InputError.at(_place(text, long.start(), file), message)


def _events(text: str, file: str, parser: Any = None) -> Iterator[_Event]:
    """What PyYAML finds, one by one, so that bad input ends early."""
    import yaml  # only here: it is slow to load

    loader: Any = (parser or yaml.BaseLoader)(text)  # its stubs lack types
    try:
        while not isinstance(event := loader.get_event(), yaml.DocumentEndEvent):
            place = Place(file, event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, yaml.AliasEvent):
                raise InputError.at(place, _NO_ALIASES)
            if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                raise InputError.at(place, _NO_ANCHORS)
            if getattr(event, "tag", None) is not None:
                raise InputError.at(place, _NO_TAGS)
            if isinstance(event, yaml.ScalarEvent):
                assert event.start_mark and event.end_mark
                written = text[event.start_mark.index : event.end_mark.index]
                yield _scalar(event.value, event.style or None, place, written)
            elif isinstance(event, yaml.SequenceStartEvent):
                yield _Start(Sequence, place)
            elif isinstance(event, yaml.MappingStartEvent):
                yield _Start(Mapping, place)
            elif isinstance(event, yaml.CollectionEndEvent):
                yield None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, loader, file) from None
    except (ValueError, OverflowError):  # PyYAML trusts the number in "\Uffffffff"
        place = _place(text, loader.index, file)
        raise InputError.at(place, "no character has this number") from None
    assert event.end_mark is not None
    _check_rest(text, event.end_mark.index, file)


def _scalar(text: str, style: str | None, place: Place, written: str) -> Scalar:
    """A scalar; its escapes may not smuggle in what the file may not hold."""
    if style == '"' and (found := _FORBIDDEN.search(text)):
        raise InputError.at(place, _forbidden(found))
    offset = 0 if style is None else 1
    is_plain = written[offset : len(written) - offset] == text
    return Scalar(text, style is not None, place, offset if is_plain else None)


def _syntax_error(error: Any, loader: Any, file: str) -> InputError:
    """PyYAML's report of several lines as one sentence of ours."""
    report = f"{error.context}: {error.problem}"
    rows = (row for row in _SYNTAX_ERRORS if re.search(row[0], report))
    _, message, at_beginning = next(rows)
    beginning = error.context_mark or error.problem_mark
    if "flow" in (error.context or ""):
        beginning = loader.marks[-1]  # the innermost open bracket
    mark = beginning if at_beginning else error.problem_mark
    place = Place(file, mark.line + 1, mark.column + 1)
    return InputError.at(place, message.format(line=beginning.line + 1))


def _check_rest(text: str, end: int, file: str) -> None:
    """Nothing may follow the document that ended at `end`."""
    rest = _skip_nothing(text, end)
    if rest < len(text):
        second = text.startswith("---", rest)
        message = "only one YAML document is allowed" if second else _STRAY
        raise InputError.at(_place(text, rest, file), message)


def _skip_nothing(text: str, start: int) -> int:
    """The index behind blank lines, comments and end-of-document marks."""
    blank = re.compile(r"([ \t\r\n]+|#.*|^\.\.\.(?=[ \t\r\n]|\Z))*", re.MULTILINE)
    found = blank.match(text, start)
    return found.end() if found else start


# Tree ------------------------------------------------------------------------


class _Tree:
    """Builds the tree of the events; it recurses, but never below MAX_DEPTH."""

    def __init__(self, events: Iterator[_Event]) -> None:
        self.events = events
        self.count = 0
        self.duplicates = Problems()

    def root(self) -> Node:
        """The whole tree."""
        root = self.node(next(self.events), 1)
        next(self.events, None)  # checks that nothing follows the document
        return root

    def node(self, event: _Event, depth: int) -> Node:
        """The node that starts with this event."""
        assert event is not None
        self.count += 1
        if self.count > MAX_NODES:
            raise InputError.at(event.place, f"more than {MAX_NODES:,} values")
        if isinstance(event, Scalar):
            return event
        if depth > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            raise InputError.at(event.place, message)
        if event.of is Mapping:
            return Mapping(tuple(self.entries(depth + 1)), event.place)
        return Sequence(tuple(self.items(depth + 1)), event.place)

    def items(self, depth: int) -> Iterator[Node]:
        """The items of a sequence."""
        for event in self.until_end():
            yield self.node(event, depth)

    def entries(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        """The keys and values of a mapping."""
        seen: dict[str, Scalar] = {}
        for event in self.until_end():
            if not isinstance(event, Scalar):
                raise InputError.at(event.place, "a key must be text")
            _check_key(event)
            self.node(event, depth)
            first = seen.setdefault(event.text, event)
            if first is not event:
                self.note_duplicate(event, first)
            yield event, self.node(next(self.events), depth)

    def until_end(self) -> Iterator[Scalar | _Start]:
        """The events up to the end of the sequence or mapping."""
        while (event := next(self.events)) is not None:
            yield event

    def note_duplicate(self, key: Scalar, first: Scalar) -> None:
        """Note a key that comes again; too many of them end the reading."""
        line = first.place.line
        message = f"duplicate key {shown(key.text)} (first on line {line})"
        self.duplicates.add(key.place, message)
        if len(self.duplicates.found) == MAX_DUPLICATES:
            self.duplicates.raise_any()


def _check_key(key: Scalar) -> None:
    """A key without quotes must be a word."""
    if key.quoted:
        return
    if not key.text:
        raise InputError.at(key.place, "a key is missing before the ':'")
    if key.text == "<<":
        raise InputError.at(key.place, "YAML merge keys (<<) are not allowed")
    if ":" in key.text:
        message = f"expected a space after the ':' in {shown(key.text)}"
        raise InputError.at(key.place, message)
