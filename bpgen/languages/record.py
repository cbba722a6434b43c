"""What a language has to say of itself: words, notations, rules of its formatter.

A notation is a text with places `{}` or `{0}` for operands. A bare text stands as
tightly as a call does, and its operands may be anything; a `Form` says how tightly it
binds, and how tightly its operands must.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from bpgen.languages.plain import Plain
from bpgen.languages.toolchain import Toolchain
from bpgen.languages.tuple_form import TupleForm
from bpgen.languages.ways import COMMON, OPPOSITES, Ways
from bpgen.program.expressions import CHOICE, COMPARISON, number_text
from bpgen.program.host import Function
from bpgen.program.speed import COMPILED, Speed


@dataclass(frozen=True, slots=True)
class Form:
    """A notation, its own strength and the least strength of its operands."""

    text: str
    level: int
    operands: int = CHOICE  # the first one's
    others: int = CHOICE


# By name; a function writes the operands that stand as they are.
Forms: TypeAlias = "Mapping[str, Form | str | Callable[..., str]]"


class NotationError(LookupError):
    """A language's record lacks what a routine needs."""


class Declaration(Enum):
    """How a local name begins."""

    FIXED = "never assigned again"
    VARIED = "assigned again"
    CONSTANT = "a plain number, never assigned again"
    LATER = "assigned further down, more than once"
    LATER_FIXED = "assigned further down, once on every way"


class Breaking(Enum):
    """How a long sum or a long condition goes over several lines."""

    PARENTHESES = "in parentheses, operators first"
    STATEMENTS = "in several statements, for formatters that changed their minds"
    OPERATORS_LAST = "from the next line on, operators last"
    FILLED = "behind an operator, as much on a line as fits"


@dataclass(frozen=True, slots=True)
class Signature:
    """The head of a routine in one language's words: `options` have a default."""

    function: Function
    name: str
    parameters: tuple[tuple[str, str], ...]  # name and type
    options: tuple[tuple[str, str, str], ...]  # name, type and default
    result: str
    class_name: str  # of a method; "" for a function
    indent: int
    changes: bool = True  # its object, for a method


Lines: TypeAlias = list[str]
Items: TypeAlias = "Sequence[str | Items]"  # nested lists of code


# How the files of a language are called besides, by their usual suffix.
OTHER_SUFFIXES = {".mjs": (".js",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What differs between languages.

    Attributes:
        suffix: of the emitted file.
        width: the longest line, as the language's own formatter has it.
        breaking: how long sums and conditions are broken; `hanging` columns further
            in than the statement.
        joins_arguments: whether the arguments of a broken call share a line.
        splits: whether a list is broken although it fits.
        fills_numbers: whether long lists of numbers fill their lines.
        camel: whether identifiers are written zH1, loud_constants constants LIKE_THIS.
        hides: whether names that begin with `_` keep that.
        private: how a name is written that is of no use outside of the file: those of
            all functions, classes and constants but the net's, and the `public` ones.
        reserved: words that no name may be; names: those taken in every file;
            class_names: classes that a net's class would hide; modules: files that
            could not be loaded, or would hide others.
        block: how a body begins after its head, and how it ends; `empty` is an empty
            body where there has to be one.
        unused: the index of a loop that its body does not use; marks_unused: whether
            the name of a parameter that is not used begins with `_`.
        heads: what begins a body: if, else, and the loops up, down (through a block's
            rounds, backwards), steps, backwards (to above a number), each. And the
            words and, or, not, and comparisons that are spelled otherwise.
        declare: how a local name {0} of a type {1} begins, up to its value.
        typed: lines before, and how a local name begins, whose value does not tell its
            type; of its name, the type of the routines, the same in the language's
            words, and whether it varies.
        unpacking: how the items of a list get names.
        member: how a method writes a field of its object, and `this` the object itself.
        kept: the tuple that forward hands on. new: before a class it makes an object.
        waits: for signals: before a call, before and after a head, and the result.
        number: a literal; parts_products: whether `*` and `/` side by side want
            parentheses; then, otherwise: how tightly the branches of a choice bind.
        select: a choice as an expression; inside: the condition that {0} is one of
            0 ... {1} - 1; both: what stands between two such conditions.
        to_number, to_whole: how an index becomes a number, and a number an index.
        text: how a text with places begins and ends, and one place in it; quotes: one
            without; tidied: such a text, as a linter wants it.
        places: primitives that are written otherwise inside a text.
        options: arguments by name, as they end a call.
        forms: the primitives of `runtime.primitives`, and a few words more.
        negations: what the opposite of a comparison has in the place of its sign.
        functions: the functions of `program.functions` that the language has, each
            with its notation; the others are emitted from their formulas.
        types: the types of the routines; `given_types` of parameters that callers
            give, if those are others; `list_type` has a place for that of its items;
            `aliases` are names for types, each with the line that gives it.
        flat: whether an array of several axes is one flat list.
        zeros: a new array of a shape, whose first extent may be a name.
        zeros_like: a list of rows of zeros, as long as those of the list {}.
        spread: the items of a list, inside of another one.
        nothing: an array that is not there.
        add_row: how a list {} of numbers is added to a row: of an array, of the indices
            of the row, and where it starts and ends in a flat array; set_row: how it
            takes the place of the row's.
        row: such a row as a list; None if its items are taken one by one.
        wholes: what arrays of numbers say, and what those of whole numbers say instead.
        fill: sets an array (its name, a flat list, its shape), `fill_row` one sample's.
        taken: an array (its name, its shape) as a flat list of its own, `first_taken`
            its first sample.
        signature: the lines of a routine's head; doc: those of a documentation, of a
            routine or of something else, for so many columns of indentation; they
            stand inside the body if `doc_inside`.
        declared: the lines that declare a field: name, type, value, words. None where
            fields begin in the constructor.
        key: a name in a mapping of names to shapes.
        constant: lines before a constant of the file, how it begins and how it ends (of
            its name, its type in the routines and in the language's words, and what it
            is); `text_constant` the quotes of one of several lines.
        helpers: functions of the record's own, emitted where a notation calls them.
        imports: what to import, each with the words that ask for it, which stand in
            the place of {}, if there is one; a word that ends in a point is a prefix.
        blank: the empty lines between two parts of the file; constant_gap: the line
            ends between two constants.
        file_doc: how the text at the top of the file begins, what stands before each
            line of it, and how it ends; the first one only where there is no second.
        class_head: the line that begins a class, and whether it is for the reader.
        members: members that are not spelled like other names.
        speed: what makes loops fast.
        plain: what it says without objects, lists and exceptions, if it has none.
        joins_declarations: whether several names may begin on a line.
        remarks: what else the documentation of a routine says, by its name.
        own_members: what only this language's class has, after its constructor, with
            the place {count} for the number of parameters; it depends on whether the
            class trains, and whether the file has data.
        static_names: how the names of classes begin in the class, and how they end; and
            how they are said where they are letters.
        static_categories: the same of a mapping from columns to lists of texts; nothing
            where the language's class has none.
        main_name: how the routine `main` is called, which takes the flags.
        ways: what few languages do otherwise.
    unrolled_terms: the most numbers that forward and backward name, each time
            counted, for `auto` to write them out.
    """

    name: str
    title: str
    suffix: str
    # Formatter
    width: int = 80
    indent: int = 2
    breaking: Breaking
    hanging: int
    joins_arguments: bool = False
    splits: Callable[[Items], bool] = lambda items: False
    fills_numbers: bool = False
    # Names
    camel: bool = True
    loud_constants: bool = False
    hides: bool = True
    private: str = "{}"
    public: frozenset[str] = frozenset()
    reserved: frozenset[str]
    names: frozenset[str]
    class_names: frozenset[str]
    modules: frozenset[str] = frozenset()
    # Statements
    comment: str = "//"
    end: str = ";"
    block: tuple[str, str] = ("{} {{", "}")
    empty: str = ""
    unused: str = "round"
    marks_unused: bool = False
    heads: Mapping[str, str]
    declare: Mapping[Declaration, str]
    typed: Callable[[str, str, str, bool], tuple[Lines, str]]
    unpacking: str
    # Expressions
    member: str
    this: str = "this"
    new: str = ""
    waits: tuple[str, str, str, str] = ("", "", "", "{}")
    number: Callable[[float], str] = number_text
    parts_products: bool = False
    then: int = COMPARISON
    otherwise: int = COMPARISON
    select: str = "{condition} ? {then} : {otherwise}"
    inside: str = "{0} >= 0 && {0} < {1}"
    both: str = " && "
    to_number: str = "{}"
    to_whole: str = "{}"
    flags: tuple[str, str] = ("false", "true")
    text: tuple[str, str, str]
    quotes: tuple[str, str] = ('"', '"')
    tidied: Callable[[str], str] = str
    places: Mapping[str, str] = field(default_factory=dict)
    options: Callable[[Sequence[tuple[str, str]]], Lines]
    forms: Forms
    negations: Sequence[tuple[str, str]] = OPPOSITES
    functions: Mapping[str, str]
    # Types
    types: Mapping[str, str]
    given_types: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    list_type: str = "{}[]"
    # Arrays
    flat: bool = True
    kept: TupleForm
    zeros: Callable[[tuple[int | str, ...]], str]
    zeros_like: str
    spread: str = "...{}"
    nothing: str = "[]"
    add_row: Callable[[str, tuple[int, ...], int, int], str]
    set_row: Callable[[str, tuple[int, ...], int, int], str]
    row: Callable[[str, tuple[int, ...], int, int], str] | None = None
    wholes: tuple[str, str]
    fill: Callable[[str, str, tuple[int, ...]], str]
    fill_row: Callable[[str, str, str, int], str]
    taken: Callable[[str, tuple[int, ...]], str]
    first_taken: Callable[[str, tuple[int, ...]], str]
    # Routines
    signature: Callable[[Signature], Lines]
    doc: Callable[[str, Signature | None, int], Lines]
    doc_inside: bool = False
    declared: Callable[[str, str, str, str], Lines] | None = None
    key: Callable[[str], str] = '"{}"'.format
    constant: Callable[[str, str, str, str], tuple[Lines, str, str]]
    text_constant: tuple[str, str]
    # Speed
    speed: Speed = COMPILED
    plain: Plain | None = None
    # The page
    helpers: Mapping[str, str] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    blank: int = 1
    constant_gap: int = 2
    file_doc: tuple[str, str, str] = ('"""', "", '"""')
    class_head: Callable[[str, bool], str]
    joins_declarations: bool = True
    # 1,500 are some 90 KB of source, or 220 weights of dense layers. The examples that
    # are unrolled have 111 to 692, those in loops 12,363 or more.
    unrolled_terms: int = 1500
    remarks: Mapping[str, str] = field(default_factory=dict)
    own_members: Callable[[bool, bool], Sequence[str]] = lambda trains, has_data: ()
    static_names: tuple[str, str, str]
    static_categories: tuple[str, str] = ("", "")
    main_name: str = "main"
    members: Mapping[str, str] = field(default_factory=dict)
    ways: Ways = COMMON
    toolchain: Toolchain

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings by which a file is one of this language."""
        return (self.suffix, *OTHER_SUFFIXES.get(self.suffix, ()))

    @property
    def names_once(self) -> bool:
        """Whether no local may have the name of one around it."""
        return self.plain is not None or self.ways.enclosing is not None

    @property
    def constructs(self) -> bool:
        """Whether the constructor gives fields their first values."""
        return self.declared is None or self.ways.starts_fields

    def identifier(self, name: str) -> str:
        """A snake_case name in the language's convention.

        A `_` between a letter and a digit joins the two; between two digits it
        stays, or w_1_2 and w_12 would be one.
        """
        if not self.hides and re.match("_[a-zA-Z]", name):
            name = name[1:]
        if name in self.members or not self.camel:
            return self.members.get(name, name)
        start = "_" * (len(name) - len(name.lstrip("_")))
        first, *others = name[len(start) :].split("_")
        found = first
        for part in others:
            keeps = found[-1:].isdigit() and part[:1].isdigit()
            found += self.ways.joint + part if keeps else part[:1].upper() + part[1:]
        return start + found

    def member_name(self, name: str) -> str:
        """How a field or a method is called."""
        return (self.ways.member or self.identifier)(name)

    def of_file(self, name: str) -> str:
        """How a function or a class of the file is called."""
        return self.private.format(self.identifier(name))

    def constant_name(self, name: str, loud: str = "") -> str:
        """How a constant of the file is called."""
        found = loud or name.upper() if self.loud_constants else self.identifier(name)
        return found if found in self.public else self.private.format(found)

    def begun(self, declares: Declaration, name: str, kind: str = "float") -> str:
        """How a local name of a type begins, up to its value."""
        if self.plain:
            return self.plain.begin(declares, self.type(kind), name)
        if self.ways.begin:
            return self.ways.begin(declares, self.type(kind), name)
        return self.declare[declares].format(name, self.type(kind))

    def list_text(self, items: Items, kind: str) -> str:
        """A list of such items, as code."""
        if self.plain:
            return self.plain.listed(items, kind)
        inside = (i if isinstance(i, str) else self.list_text(i, kind) for i in items)
        head, marks = self.list_head(f"list[{kind}]"), self.ways.marks
        return f"{head}{marks[0]}{', '.join(inside)}{marks[1]}"

    def form(self, primitive: str) -> Form | str | Callable[..., str]:
        """The notation of a primitive.

        Raises:
            NotationError: the record lacks it.
        """
        found = self.functions.get(primitive) or self.forms.get(primitive)
        if found is None:
            raise NotationError(f"{self.title} has no notation for {primitive!r}")
        return found

    def written(self, primitive: str, *operands: str) -> str:
        """A primitive of operands that stand as they are."""
        form = self.form(primitive)
        if callable(form):
            return form(*operands)
        return (form.text if isinstance(form, Form) else form).format(*operands)

    def new_zeros(self, shape: tuple[int | str, ...], is_whole: bool) -> str:
        """A new array of zeros: of whole numbers, or of others."""
        zeros = self.zeros(shape)
        return zeros.replace(*self.wholes) if is_whole else zeros

    def list_head(self, kind: str) -> str:
        """What stands before a list with items, of its type."""
        return self.ways.list_head(self.type(kind))

    def given_type(self, name: str) -> str:
        """The type of a parameter."""
        return self.given_types.get(name) or self.type(name)

    @property
    def methods(self) -> frozenset[str]:
        """The functions that are called on their argument, as in x.abs()."""
        return frozenset(n for n, c in self.functions.items() if c.startswith("{}."))

    def type(self, name: str) -> str:
        """A type of the routines in the language's words."""
        name = "int" if name == "Seed" and name not in self.types else name
        if name in self.types:
            return self.types[name]
        if name.startswith("list["):
            return self.list_type.format(self.type(name[5:-1]))
        if name.endswith(" | None"):
            return self.type(name.removesuffix(" | None"))
        return name


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())
