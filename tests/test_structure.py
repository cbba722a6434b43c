"""The package is built one way: imports point down, files and functions stay short."""

from __future__ import annotations

import ast
import graphlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools import ROOT, program

PACKAGE = ROOT / "bpgen"
LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 50

# From top to bottom: a module imports from its own row or from those below.
ROWS = (
    "__main__",
    "cli",
    "emit listing starter files",
    "render page array_text fields tensor_view data_view header",
    "blocks comment_writer dialect helpers layout literals templates",  # the notation
    # stages
    "lower loss_lowering update unroll localize check evaluate",
    "differentiate ownership",
    "network chain data values spec own",  # what net.yaml means
    "partials",
    "layers activations losses optimizers schedules initializers",  # tables
    "schema records lazy yaml_reader languages names options generator",
    "functions formulas notes printing traverse program simplify ir errors",
)
# What some modules never see, whatever their rows.
NEVER = {
    "render blocks layout literals printing names": "network chain spec layers",
    "helpers templates": "network chain spec layers",
    "lower differentiate unroll update": "languages render page templates",
    "partials simplify": "languages render page templates",
    "ir functions formulas notes traverse": "layers schema yaml_reader languages",
}
# What is not part of Python, and the only module that loads it.
REQUIREMENTS = {"click": "cli", "jinja2": "templates", "yaml": "yaml_reader"}


def modules() -> dict[str, ast.Module]:
    """Every module of the package by its name, without `bpgen.`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a module loads; those for type checkers alone are not."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module="bpgen", names=names):
                yield from (f"bpgen.{alias.name}" for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.ImportFrom():
                raise AssertionError("imports are absolute")
            case _:
                yield from imports(node)


GRAPH = {
    name: {
        module.removeprefix("bpgen.")
        for module in imports(tree)
        if module.removeprefix("bpgen.") in MODULES and module != "bpgen"
    }
    for name, tree in MODULES.items()
    if name
}


def row(module: str) -> int:
    """The row of a module; a package stands for all in it."""
    found = [
        at for at, names in enumerate(ROWS) if module.split(".")[0] in names.split()
    ]
    assert found, f"{module} has no row yet"
    return found[0]


@pytest.mark.parametrize("module", GRAPH)
def test_imports_point_down(module: str) -> None:
    assert [other for other in GRAPH[module] if row(other) < row(module)] == []


def test_imports_have_no_cycle() -> None:
    graphlib.TopologicalSorter(GRAPH).prepare()


@pytest.mark.parametrize(
    ("module", "hidden"),
    [(name, others) for names, others in NEVER.items() for name in names.split()],
)
def test_some_modules_never_see_others(module: str, hidden: str) -> None:
    seen = {other.split(".")[0] for other in GRAPH[module]}
    assert sorted(seen & set(hidden.split())) == []


def test_every_row_is_in_use() -> None:
    listed = {name for names in ROWS for name in names.split()}
    assert listed == {name.split(".")[0] for name in GRAPH}


def test_only_one_module_loads_each_requirement() -> None:
    found: dict[str, set[str]] = {}
    for name, tree in MODULES.items():
        for module in imports(tree):
            top = module.split(".")[0]
            if top not in sys.stdlib_module_names | {"bpgen"}:
                found.setdefault(top, set()).add(name)
    assert found == {package: {module} for package, module in REQUIREMENTS.items()}


@pytest.mark.parametrize(
    "path",
    sorted(PACKAGE.rglob("*.py")),
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
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
        "from bpgen.emit import load_network\n"
        f"load_network({str(ROOT / 'examples' / 'xor.yaml')!r})\n"
        "print(*(name for name in sys.modules if name.startswith('bpgen.layers.')))\n"
    )
    loaded = program(sys.executable, "-c", code).out.split()
    assert "bpgen.layers.dense" in loaded
    assert "bpgen.layers.convolution" not in loaded
    assert "bpgen.layers.attention" not in loaded
