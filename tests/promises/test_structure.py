"""The package is built one way: imports point down, files and functions stay short."""

from __future__ import annotations

import ast
import graphlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from running.tools import ROOT, program

from bpgen.languages import LANGUAGES

PACKAGE = ROOT / "bpgen"
LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 50

# From top to bottom: a room imports from rooms below its own floor, never from above.
FLOORS = (
    "__main__",
    "cli",
    "commands",
    "auditing explaining exporting importing verifying writing",
    "lowering",
    "network",
    "styles catalog languages deriving routines",
    "program",
    "reading runtime pytorch",
    "errors",
)
MOST_ARROWS = 80  # from room to room
# What some rooms never see, whatever their floors.
NEVER = {
    "network": "languages writing",
    "lowering": "languages writing",
    "deriving": "languages writing",
    "explaining": "languages styles writing",
    "styles": "languages writing catalog network",
    "program": "languages catalog reading",
    "reading": "catalog",
}
# What may not be there, and the only rooms that load it.
OPTIONAL = {
    "torch": "exporting importing pytorch",
    "onnx": "importing",
    "h5py": "importing",
    "numpy": "importing",
    "mpmath": "verifying",
}
# What is not part of Python, and the only modules that load it.
REQUIREMENTS = {
    "click": "cli commands.audit_command commands.plot_command commands.transfer",
    "jinja2": "writing.templates",
    "yaml": "reading.yaml_reader",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its name, without `bpgen.`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a module loads; those for type checkers alone are not."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                for alias in names:
                    inner = f"{module}.{alias.name}".removeprefix("bpgen.")
                    yield f"bpgen.{inner}" if inner in modules() else module
            case ast.ImportFrom():
                raise AssertionError("imports are absolute")
            case _:
                yield from imports(node)


@cache
def graph() -> dict[str, set[str]]:
    """Which modules each module loads."""
    known = modules().keys()
    loaded = {name: set(imports(tree)) - {"bpgen"} for name, tree in modules().items()}
    return {
        name: {module.removeprefix("bpgen.") for module in names} & known
        for name, names in loaded.items()
        if name
    }


def room(module: str) -> str:
    """The folder that a module is in, or the module itself."""
    return module.split(".")[0]


@cache
def arrows() -> list[tuple[str, str]]:
    """Which rooms load from which others."""
    pairs = {
        (room(module), room(other))
        for module, others in graph().items()
        for other in others
    }
    return sorted((start, to) for start, to in pairs if start != to)


def floor(name: str) -> int:
    """The floor of a room, from the top."""
    found = [at for at, names in enumerate(FLOORS) if name in names.split()]
    assert found, f"{name} has no floor yet"
    return found[0]


def test_imports_point_down() -> None:
    assert [arrow for arrow in arrows() if floor(arrow[1]) <= floor(arrow[0])] == []


def test_imports_have_no_cycle() -> None:
    graphlib.TopologicalSorter(graph()).prepare()


def test_the_house_can_be_drawn_on_a_page() -> None:
    assert len(FLOORS) <= 10
    assert len(arrows()) <= MOST_ARROWS
    assert not [
        name for name in graph() if name.count(".") > 2
    ]  # two levels of folders


@pytest.mark.parametrize(("name", "hidden"), NEVER.items())
def test_some_rooms_never_see_others(name: str, hidden: str) -> None:
    assert [
        to for start, to in arrows() if start == name and to in hidden.split()
    ] == []


def test_every_room_is_in_use() -> None:
    listed = {name for names in FLOORS for name in names.split()}
    assert listed == {room(name) for name in graph()}


def test_only_one_module_loads_each_requirement() -> None:
    found: dict[str, set[str]] = {}
    for name, tree in modules().items():
        for module in imports(tree):
            top = module.split(".")[0]
            if top not in sys.stdlib_module_names | {"bpgen"}:
                found.setdefault(top, set()).add(name)
    for package, only in OPTIONAL.items():
        assert {room(name) for name in found.pop(package)} == set(only.split())
    wanted = {package: set(names.split()) for package, names in REQUIREMENTS.items()}
    assert found == wanted


@pytest.mark.parametrize(
    "path",
    sorted(path for name in ("bpgen", "bench") for path in (ROOT / name).rglob("*.py")),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_files_and_functions_can_be_read_at_a_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_a_net_loads_no_layers_but_its_own() -> None:
    code = (
        "import sys\n"
        "from bpgen.commands.nets import load_network\n"
        f"load_network({str(ROOT / 'examples' / 'xor.yaml')!r})\n"
        "inside = 'bpgen.catalog.layers.'\n"
        "print(*(name for name in sys.modules if name.startswith(inside)))\n"
    )
    loaded = program(sys.executable, "-c", code).out.split()
    assert "bpgen.catalog.layers.dense" in loaded
    assert "bpgen.catalog.layers.convolution" not in loaded
    assert "bpgen.catalog.layers.attention" not in loaded


@pytest.mark.parametrize("room_name", ["catalog", "lowering", "network"])
def test_no_stage_asks_for_an_entry_of_a_table_by_its_name(room_name: str) -> None:
    """What is special about an entry is data of that entry."""
    found = [
        f"{name}: {ast.unparse(node)}"
        for name, tree in modules().items()
        if room(name) == room_name
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and isinstance(node.left, ast.Attribute)
        and node.left.attr == "name"
        and isinstance(node.comparators[0], (ast.Constant, ast.Tuple))
    ]
    assert found == []


def test_the_names_of_the_languages_cost_no_record() -> None:
    code = (
        "import sys\n"
        "import bpgen.cli\n"
        "inside = 'bpgen.languages.'\n"
        "print(*(name for name in sys.modules if name.startswith(inside)))\n"
    )
    assert program(sys.executable, "-c", code).out.split() == []


def test_the_architecture_has_one_row_for_each_folder() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert len(rows) == len(set(rows))
    assert set(rows) == folders


# The most lines of a record with what stands beside it, and of its templates.
# Go's has its formatter's rules, too, and what its library lacks.
BUDGET = {
    "python": 375,
    "dart": 385,
    "javascript": 415,
    "typescript": 100,
    "c": 750,  # with numbers of 32 bits, and with textbook pages, too
    "go": 1000,
    "rust": 910,
    "java": 950,
    "cpp": 570,
    "kotlin": 640,
    "ruby": 550,
}
# What is written in the language itself: lists, JSON, files, what callers use.
MOST_PARTS_LINES = 1900
MOST_TEMPLATE_LINES = 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_keeps_to_its_budget(language: str) -> None:
    records = PACKAGE / "languages"
    files = [records / f"{language}.py", *records.glob(f"{language}_*.py")]
    folder = ROOT / "templates" / language
    templates = sorted(folder.glob("*.jinja"))
    parts = [path.read_text() for path in sorted(folder.glob("parts/*"))]
    assert sum(text.count("\n") for text in parts) <= MOST_PARTS_LINES
    lines = {path: len(path.read_text().splitlines()) for path in files + templates}
    assert sum(lines.values()) <= BUDGET.get(language, 430)
    assert max(lines[path] for path in templates) <= MOST_TEMPLATE_LINES


# What one language alone would write.
WORDS = re.compile(r"""["'](final|var|let|const|def|function|double|self\.|this\.)\b""")


@pytest.mark.parametrize(
    "path",
    sorted((PACKAGE / "writing").glob("*.py")),
    ids=lambda path: path.name,
)
def test_what_writes_all_languages_knows_the_words_of_none(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if WORDS.search(line)] == []
