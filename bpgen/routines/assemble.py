"""The routines of one emitted file: those that its public members need, decided.

In: the constants of a net. Out: functions and classes as nodes, and which constants
keep their names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bpgen.program import host
from bpgen.routines.fold import CONSTANT, Fold
from bpgen.routines.reach import mentioned, reached
from bpgen.routines.refusals import with_refusals
from bpgen.routines.source import Source, read
from bpgen.routines.subset import Reader
from bpgen.routines.typed import typed
from bpgen.runtime.constants import Constants
from bpgen.runtime.named import NAMED

MAIN = (
    "flags",
    "own_data",
    "files",
    "idx_data",
    "numpy_data",
    "line_data",
    "file_data",
    "main",
    "showing",
    "textbook",
)  # the modules of what a file does when it is run
CLASSES = ("Net", "Textbook")  # one of them is the class of a file
STATIC = {"facts", "blocks"}  # fields that no file has
INFERENCE = ("__init__", "predict", "parameters")
LOADS = ("_load_all", "_load_parameters")  # where load_json can have no option


@dataclass(frozen=True, slots=True)
class Routines:
    """The routines of one file, in order; `constants` are names of `NAMED`, `waiting`
    functions that ask for signals, directly or through others."""

    classes: tuple[host.Class, ...]
    functions: tuple[host.Function, ...]
    main: tuple[host.Function, ...]
    constants: tuple[str, ...]
    waiting: frozenset[str]

    def with_types(self, own: Mapping[str, str]) -> Routines:
        """The same with the types of lists, products and local names, of which some are
        the language's own."""
        return self.changed(typed(self.classes, (*self.functions, *self.main), own))

    def with_refusals(self) -> Routines:
        """The same, where those that refuse what they are given say so."""
        return self.changed(with_refusals(self.classes, (*self.functions, *self.main)))

    def changed(self, change: Callable[[host.Function], host.Function]) -> Routines:
        """The same routines, changed."""
        return replace(
            self,
            classes=tuple(
                replace(each, methods=tuple(map(change, each.methods)))
                for each in self.classes
            ),
            functions=tuple(map(change, self.functions)),
            main=tuple(map(change, self.main)),
        )


def routines(
    constants: Constants,
    has_main: bool,
    needed: Iterable[str],
    omits: Collection[str] = (),
) -> Routines:
    """The routines that a file with these constants needs; the blocks of its program
    need some by name, and no caller those that it omits."""
    source = read()
    own, main = ("Textbook", "textbook") if constants.textbook else ("Net", "main")
    folded = Folded(source, Fold(constants), own)
    members = (name for name in public(source, constants) if name not in omits)
    roots = [own, "__init__", *members, *([main] if has_main else [])]
    names = reached(folded.called, [*roots, *needed])
    found = Assembly(source, names, folded, Reader(constants, source))
    return Routines(
        tuple(found.classes()),
        tuple(found.functions(is_main=False)),
        tuple(found.functions(is_main=True)),
        tuple(name for name in NAMED if CONSTANT + name in names),
        frozenset(found.waiting()),
    )


class Folded:
    """The routines with a net's constants in them, each folded when it is needed; of
    those of a net's class that of this file."""

    def __init__(self, source: Source, fold: Fold, own: str) -> None:
        self.named: dict[str, list[ast.FunctionDef]] = {}
        others = {name for name in CLASSES if name != own}
        for node in (*source.functions.values(), *source.methods(others)):
            self.named.setdefault(node.name, []).append(node)
        self.fold = fold
        self.found: dict[ast.FunctionDef, ast.FunctionDef] = {}

    def called(self, name: str) -> list[ast.FunctionDef]:
        """The functions and methods of that name."""
        return [self.routine(node) for node in self.named.get(name, ())]

    def routine(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function or a method."""
        if node not in self.found:
            self.found[node] = self.fold.function(node)
        return self.found[node]


def public(source: Source, constants: Constants) -> Iterator[str]:
    """The members that callers of the emitted class use."""
    tells_shares = constants.tells_classes and not constants.has_scores
    if constants.inference:
        yield from INFERENCE
        yield from ["load_json"] if constants.has_options else LOADS
        yield from ["probabilities"] * tells_shares
        yield from ["classify"] * constants.tells_classes
        return
    if constants.textbook:
        yield "predict"
        yield from ["sample"] * constants.tells
        yield "run" if constants.is_fused else "learn"
        if constants.schedule_per == "epoch":
            yield "end_epoch_with" if constants.watches else "end_epoch"
        return
    for part in source.classes["Net"].body:
        if not isinstance(part, ast.FunctionDef) or part.name.startswith("_"):
            continue
        needs = {
            "one_hot": constants.has_classes,
            "one_hots": constants.has_classes and not constants.takes_indices,
            "sample": constants.tells,
            "set_buffers": constants.has_buffers,
            "load_json": constants.has_options,
            "probabilities": tells_shares,
            "classify": constants.tells_classes,
        }
        if needs.get(part.name, True):
            yield part.name
    yield from () if constants.has_options else LOADS


@dataclass(frozen=True, slots=True)
class Assembly:
    """Reads what is needed."""

    source: Source
    names: frozenset[str]
    folded: Folded
    reader: Reader

    def functions(self, is_main: bool) -> Iterator[host.Function]:
        """The functions of main, or all others."""
        for name, node in self.source.functions.items():
            module = self.source.modules[node]
            if name in self.names and is_main == (module in MAIN):
                yield self.reader.function(self.folded.routine(node), module)

    def waiting(self) -> set[str]:
        """The functions of main that ask for signals, directly or through others."""
        own = self.source.functions.items()
        main = {n: mentioned(self.folded.routine(f)) for n, f in own if n in self.names}
        found, before = {"is_interrupted"}, set[str]()
        while found != before:
            before, found = found, found | {n for n in main if main[n] & found}
        return found - {"is_interrupted"}

    def classes(self) -> Iterator[host.Class]:
        """The classes with those of their fields and methods that are needed."""
        for name, node in self.source.classes.items():
            if name in self.names:
                yield host.Class(
                    name,
                    ast.get_docstring(node) or "",
                    tuple(self.fields(node)),
                    tuple(self.methods(node)),
                )

    def fields(self, node: ast.ClassDef) -> Iterator[host.Field]:
        for part in node.body:
            match part:
                case ast.AnnAssign(ast.Name(name)) if name in self.names - STATIC:
                    yield self.reader.field(part, self.source.modules[part])
                case _:
                    pass

    def methods(self, node: ast.ClassDef) -> Iterator[host.Function]:
        """The methods: the constructor first; on a textbook page, what it says itself
        before what it has from others."""
        found = [part for part in node.body if isinstance(part, ast.FunctionDef)]

        def rank(part: ast.FunctionDef) -> tuple[bool, bool]:
            is_other = self.source.modules[part] != node.name.lower()
            return part.name != "__init__", node.name == "Textbook" and is_other

        for part in sorted(found, key=rank):
            if part.name in self.names:
                module = self.source.modules[part]
                yield self.reader.function(self.folded.routine(part), module)
