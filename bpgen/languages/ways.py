"""Where a language goes a way of its own: what most records need not mention."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Zipped: TypeAlias = Callable[
    [Sequence[str], Sequence[str]], tuple[list[str], str, list[str]]
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How a language without exceptions says that what it was given is unfit.

    Attributes:
        result: the type of a routine that refuses, of that of its result.
        attempt: the lines of a call that may refuse: of the name of what it gives, the
            call, and what a routine gives when it refuses, up to the reason.
        returned: the value of a routine that refuses, and gives something; `done`
            ends one that gives nothing.
        refused: a statement: of what the routine gives then, and of a message.
        nothing: what a routine gives that refuses, of the type of its result.
    """

    result: Callable[[str], str]
    attempt: Callable[[str, str, str], list[str]]
    returned: str
    done: str
    refused: Callable[[str, str], str]
    nothing: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owning:
    """How a language says who owns a value, and who only borrows it.

    Attributes:
        lent: a value that is only read, of its place.
        wraps: a whole number less another one, which may be larger.
        within: the condition that a whole number is in a range, of it and the ends.
        remembered: the lines that give what forward has kept, or refuse to.
        changing: the methods among lines that change their object, beside those known.
        marked: lines with what they change marked, given such methods.
        zipped: the lines before a loop over several lists of rows, its head, and those
            that begin its rounds, of names and lists.
        table: the lines of a constant of rows of numbers: how it begins, the rows, and
            how it ends.
        lints: what the linter is not to say of a file.
        kept: the lines that return what forward hands on, of names and values.
    """

    lent: str
    wraps: str
    remembered: tuple[str, ...]
    changing: Callable[[list[str], Collection[str]], set[str]]
    marked: Callable[[list[str], Collection[str]], list[str]]
    within: Callable[[str, int, int], str]
    zipped: Zipped
    table: Callable[[str, Sequence[Sequence[str]], str], list[str]]
    lints: tuple[str, ...]
    kept: Callable[[Sequence[tuple[str, str]]], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosing:
    """How a language writes a file that is one class, with all that it needs inside.

    Attributes:
        labels: the lines before members that callers see, and before others.
        main: the line that names the type of what the file does when it is run.
        methods: of rows, by the name of their list: of that, what the rows are, and
            their items as code.
        rows: the rows of some items, as code; no_rows those of none.
        shortened: a line that is too long, as several, or in other words.
        public_types: types that callers use; declares: a type that is told further
            down, of what it is and its name; declared_types are those told otherwise.
        lent: the type of a parameter, of that of its value, whether that is rows, and
            whether it is changed.
        local: how a local begins, up to its value: of its type in the routines, the
            same in the language's words, its name, its value in code, whether that is
            somebody else's, and whether it is changed.
        array: the line without its end that names an array, of the name and a value.
        kept: the lines that return what forward hands on, of names and values.
        zipped: the lines before a loop over several lists of rows, its head, and those
            that begin its rounds, of names and lists.
        shapes: a constant of shapes by name: how it begins, the shapes, how it ends.
        table: the lines of a constant of rows of numbers: how it begins, the rows, and
            how it ends.
        as_it_is: the lines around what the formatter is to leave.
    """

    labels: tuple[str, str]
    main: str
    methods: Callable[[str, str, Sequence[str]], list[str]]
    rows: str
    no_rows: str
    shortened: Callable[[str], list[str]]
    public_types: frozenset[str]
    declares: str
    declared_types: Mapping[str, str]
    lent: Callable[[str, bool, bool], str]
    local: Callable[[str, str, str, str, bool, bool], str]
    array: Callable[[str, str], str]
    kept: Callable[[Sequence[tuple[str, str]]], list[str]]
    zipped: Zipped
    shapes: Callable[[str, Mapping[str, Sequence[object]], str], list[str]]
    table: Callable[[str, Sequence[Sequence[str]], str], list[str]]
    as_it_is: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What is so in one language or another.

    Attributes:
        bits: of a number.
        endings: what follows the last underscore of a file that means something else.
        methods_apart: whether methods stand behind their class, not inside.
        starts_fields: whether the constructor gives declared fields their values.
        held: the type of what holds an object, of its class.
        made: what makes an object, by the name of its class; None for that name alone.
        empty: what fields that are given no value have.
        constructor: how it begins and how it ends, with the class at {}.
        member: how a member is spelled, if not like other names; None if so.
        field: the same of a field, of how it is spelled as a member.
        bare_methods: whether a method calls another one of its object by its name
            alone, and not as it writes a field.
        nothing: what ends a method for callers that gives nothing, where a method gives
            what its last statement does.
        behind: what stands between a statement and words behind it.
        bare_calls: whether a call without arguments has no parentheses.
        static: how a constant of a class is called, of the class and its own name.
        fills_options: whether a call says all options, those by default, too.
        own_option: the lines by which callers find the net's own value of an option:
            of its class, the option, its value and the routine that takes it.
        states_types: whether lists and products must tell their types.
        list_head: what stands before a list with items, of its type; `marks` are those
            of lists, and `inner` stands before a list inside of another one.
        shape: an item of a list of shapes, of a name and its sizes; None for a mapping.
        gathered: lists of rows as one; "" where lists may be spread.
        text: a text with places: of what stands between them, and what goes in.
        nests: whether arrays by name are nested lists, else flat ones.
        rounded: how a product is rounded that the compiler would else join with what it
            is added to.
        unpacks: whether the items of a list can get names at once.
        parallel: whether several names can get their values at once; else each name
            stands before its own.
        has_choice: whether a choice can be an expression.
        most_inside: the columns that a choice, and the arguments of a call, may take
            inside of an expression; none if the formatter leaves them alone.
        owning: how it lends, where values have owners.
        shadows: whether a local may have the name of one around it.
        is_one_class: whether all of a file stands in its class.
        count: a whole number.
        pair: how the entry of a mapping begins, of its name.
        breaks: whether `finish` breaks lines; until then all are as long as they are.
        enclosing: how all that a file needs stands in its class.
        begin: how a local begins, up to its value: of how, its type in the language's
            words, and its name; None if the record's `declare` says it.
        several: the type of what a function gives that gives several arrays, of their
            types; where it is there, layers of a textbook page that compute alike are
            functions, on a `Row` or on `Rows`. Compiled languages are slower for it.
        joint: what stands in a name between two digits that are not one number.
        reopens: whether a class may be opened again: then what else a file has stands
            in that of its net, functions in a module that methods include.
        accessor: the lines by which others read a field, or set it, too: of its name,
            what it is, and whether they set it; None if fields need none.
        slice: some items of a row {0}, from a place {1} up to, but not including, {2},
            or so many {3}; row_set: what stands around values that become items of
            such a slice, and around those that become all items of a row.
        view: so many items {2} of a flat array {0} from a place {1}, of which the
            compiler then knows how many there are; where that is quicker.
        again: how the fast path takes an array of the file once more, all zeros: of its
            name, its size and a zero; None where it makes a new one as quickly.
        quotient: the sign of a division of whole numbers in an index.
        companion: the line that begins what a class has but once, where that stands
            together at its end; shared: how a member begins that only its class uses,
            and one that others of its file use.
        primary: the lines that begin a class, of the head of its constructor and
            whether it is for the reader, where that is known from there.
        finish: what a formatter wants of lines that are done, beside their width.
        rewrapped: the same where it wants more lines, or fewer: each with the place
            of the one that it is from.
    """

    bits: int = 64
    endings: frozenset[str] = frozenset()
    methods_apart: bool = False
    starts_fields: bool = False
    held: str = "{}"
    made: Callable[[str], str] | None = None
    empty: frozenset[str] = frozenset()
    constructor: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    member: Callable[[str], str] | None = None
    field: Callable[[str], str] = str
    bare_methods: bool = False
    nothing: str = ""
    behind: str = "  # "
    bare_calls: bool = False
    static: Callable[[str, str], str] = "{}.{}".format
    fills_options: bool = False
    own_option: Callable[[str, str, str, str], list[str]] | None = None
    states_types: bool = False
    list_head: Callable[[str], str] = "".format
    inner: str = ""
    marks: str = "[]"
    shape: Callable[[str, Sequence[object]], str] | None = None
    gathered: str = ""
    text: Callable[[Sequence[str], Sequence[str]], str] | None = None
    nests: bool = True
    rounded: str = ""
    unpacks: bool = True
    parallel: bool = True
    has_choice: bool = True
    most_inside: tuple[int, int] | None = None
    refusals: Refusals | None = None
    owning: Owning | None = None
    shadows: bool = True
    is_one_class: bool = False
    count: Callable[[int], str] = str
    pair: str = "{}: "
    breaks: bool = False
    enclosing: Enclosing | None = None
    begin: Callable[[Any, str, str], str] | None = None
    several: str = ""
    joint: str = "_"
    reopens: bool = False
    accessor: Callable[[str, str, bool], list[str]] | None = None
    slice: str = "{0}[{1} : {2}]"
    row_set: tuple[tuple[str, str], tuple[str, str]] = (
        ("{} = (", ")"),
        ("{}[:] = (", ")"),
    )
    view: str = ""
    again: Callable[[str, int, str], str] | None = None
    quotient: str = "//"
    companion: str = ""
    shared: tuple[str, str] = ("", "")
    primary: Callable[[Any, bool], list[str]] | None = None
    finish: Callable[[list[str]], list[str]] = list
    rewrapped: Callable[[list[str]], list[tuple[str, int]]] | None = None

    def finished(self, lines: list[str]) -> list[tuple[str, int]]:
        """Lines that are done, each with the place of the one that it is from."""
        done = self.finish(lines)
        return (
            self.rewrapped(done)
            if self.rewrapped
            else list(zip(done, itertools.count()))
        )

    @property
    def lists_late(self) -> bool:
        """Whether lists of rows are made when they are asked for."""
        return self.owning is not None or self.enclosing is not None


COMMON = Ways()
# The opposite of a comparison, by their signs.
OPPOSITES = ((" === ", " !== "), (" == ", " != "), (" != ", " == "))
