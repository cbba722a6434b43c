"""No name of a layer, an input or a function is refused for a language's sake.

A word that means something in a language, or in an emitted file, is the name of an
input, of a layer and of a function of the same net; the file computes what that of
the same net with harmless names does.
"""

from __future__ import annotations

import builtins
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from running.emitted import module
from running.javascript_checks import Complaints, eslint, tsc
from running.tiers import wide_but
from running.tools import ANALYSIS_OPTIONS, bpgen, dart, on_path, program, python

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES
from bpgen.commands.emit import text_of
from bpgen.errors import Problems
from bpgen.languages import LANGUAGES
from bpgen.languages.dart import DART
from bpgen.languages.names import DEVICES, Names
from bpgen.lowering.network import lower
from bpgen.network.network import resolve
from bpgen.network.own_functions import name_fault
from bpgen.network.spec import load
from bpgen.program.functions import FORMULA_FUNCTIONS, FUNCTIONS
from bpgen.program.labels import ORDERS
from bpgen.reading.kinds import NAME
from bpgen.routines.source import identifiers
from bpgen.writing.options import Options

PER_NET = 8
FORMS = ("unrolled", "loops", "batched")  # the last one in loops, over a batch


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _words() -> Iterator[str]:
    for language in LANGUAGES.values():
        yield from map(_snake, language.reserved | language.names)
        yield from map(_snake, language.functions)
    yield from (*identifiers(), *DEVICES, *dir(builtins), *ORDERS)
    yield from ("to_string", "hash_code", "runtime_type", "no_such_method")
    yield from FUNCTIONS
    for optimizer in OPTIMIZERS.values():
        yield from optimizer.settings
    for schedule in SCHEDULES.values():
        yield from schedule.keys
    # One another, a derivative, and names that are one in camel case.
    yield from ("f1", "f_1", "f__1", "f1_derivative", "larger_own", "smooth_l_1")
    yield from ("h" * 40, "h" * 39 + "i", "time", "batch", "sample", "override")


WORDS = sorted({word for word in _words() if NAME.fullmatch(word)} - {"input"})
GROUPS = [
    tuple((*WORDS, *WORDS)[at : at + PER_NET]) for at in range(0, len(WORDS), PER_NET)
]


@dataclass(frozen=True)
class Case:
    """A net of some names, in one form."""

    number: int
    form: str
    words: tuple[str, ...] = ()  # none: harmless ones

    @property
    def name(self) -> str:
        """The net's name, the same with harmless names."""
        return f"net{self.number}_{self.form}"

    def spec(self) -> dict[str, Any]:
        """The net."""
        group = GROUPS[self.number]
        functions = [
            {
                "name": word if self.words else f"bent{at}",
                "of": "x",
                "formula": f"x / (1 + abs(x)) + {at + 1} * x / 16",
            }
            for at, word in enumerate(group)
            if not name_fault(word)
        ]
        layers: list[dict[str, Any]] = [
            {
                "type": "dense",
                "name": word if self.words else f"layer{at}",
                "units": 2,
                "activation": functions[at % len(functions)]["name"],
            }
            for at, word in enumerate(group)
        ]
        if self.form == "batched":
            layers.insert(1, {"type": "batch_norm", "name": "normed"})
        names = self.words or tuple(f"x{at}" for at in range(len(group)))
        rows = [[(i + 1) * (j - 2) / 8 for j in range(len(group))] for i in range(3)]
        optimizer = list(OPTIMIZERS)[self.number % len(OPTIMIZERS)]
        functions[-1]["of"] = ["o", "t"]
        functions[-1]["formula"] = "(o - t) * (o - t) + abs(o - t) / 4"
        for layer in layers:
            if layer.get("activation") == functions[-1]["name"]:
                layer["activation"] = functions[0]["name"]
        return {
            "input": {"size": len(group), "names": list(names)},
            "functions": functions,
            "layers": layers,
            "loss": functions[-1]["name"],
            "optimizer": {"type": optimizer, "learning_rate": 0.05},
            "training": {"epochs": 2, "batch_size": 2},
            "data": {"inputs": rows, "targets": [[0, 1], [1, 0], [1, 1]]},
        }


# A third of the nets, each in one form; all in every form where BPGEN_FUZZ asks for it.
CASES = [
    Case(number, form, words)
    for at, form in enumerate(FORMS)
    for number, words in enumerate(GROUPS)
    if number % len(FORMS) ** 2 == at * 4 or "BPGEN_FUZZ" in os.environ
]


@cache
def emitted(case: Case, language: str) -> str:
    """The emitted file of a net."""
    problems = Problems()
    content = json.dumps({"name": case.name} | case.spec()).encode()
    network = resolve(load(content, "net.yaml", problems), Path(), problems)
    style = "unrolled" if case.form == "unrolled" else "loops"
    return text_of(network, lower(network), Options(language, style), "net.yaml")


@cache
def printed(case: Case) -> str:
    """What the Python file prints: losses, then predictions."""
    found = vars(module(emitted(case, "python"), case.name))
    lines: list[str] = []

    def say(*words: object, **_: object) -> None:
        lines.extend([" ".join(map(str, words))] if words else [])

    found["print"] = say
    assert found["_run"]([]) == 0
    return "\n".join(lines)


@cache
def harmless(case: Case) -> str:
    """The same with harmless names."""
    return printed(Case(case.number, case.form))


@pytest.mark.parametrize(
    "case", wide_but(CASES, CASES[::3].__contains__), ids=lambda case: case.name
)
def test_a_net_with_odd_names_computes_the_same_in_python(case: Case) -> None:
    assert printed(case) == harmless(case)
    assert re.search(r"loss \d+\.\d{12}\n", harmless(case))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all nets in every language."""
    found = tmp_path_factory.mktemp("names")
    for case in CASES:
        for language in LANGUAGES.values():
            text = emitted(case, language.name)
            (found / f"{case.name}{language.suffix}").write_text(text)
    shutil.copy(ANALYSIS_OPTIONS, found)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "tool", [("black", "--check", "-q"), ("ruff", "check"), ("mypy", "--strict")]
)
def test_their_python_is_clean(tool: tuple[str, ...], folder: Path) -> None:
    cases = CASES
    if tool[0] == "black":  # slow; most of what it could mind are comments
        cases = [case for case in cases if not {*case.words}.isdisjoint(ORDERS)]
    files = [folder / f"{case.name}.py" for case in cases]
    result = python("-m", *tool, *files, folder=folder)
    assert (result.code, result.err) == (0, ""), (result.out + result.err)[:4_000]


@pytest.mark.slow
def test_their_dart_is_clean(folder: Path) -> None:
    result = program(dart(), "analyze", "--fatal-infos", folder)
    assert result.code == 0, (result.out + result.err)[:4_000]


@pytest.mark.slow
def test_they_compute_the_same_in_dart(folder: Path) -> None:
    names = [case.name for case in CASES]
    lines = [f"import '{name}.dart' as {name};" for name in names]
    calls = [f"  print('{name}');\n  await {name}.main([]);" for name in names]
    text = "\n".join([*lines, "Future<void> main() async {", *calls, "}", ""])
    (folder / "everything.dart").write_text(text)
    result = program(dart(), "run", folder / "everything.dart", timeout=900)
    assert result.code == 0, (result.out + result.err)[:4_000]
    wanted = [f"{case.name}\n{harmless(case)}\n" for case in CASES]
    assert result.out == "".join(wanted)


@pytest.mark.slow
def test_they_compute_the_same_in_node(folder: Path) -> None:
    for case in CASES:
        result = program(on_path("node"), folder / f"{case.name}.mjs")
        assert (result.code, result.err) == (0, ""), case.name
        assert result.out == harmless(case) + "\n", case.name


@pytest.mark.slow
def test_they_compute_the_same_in_go(folder: Path) -> None:
    on_path("go")
    for case in CASES:
        result = program("go", "run", folder / f"{case.name}.go")
        assert (result.code, result.err) == (0, ""), case.name
        assert result.out == harmless(case) + "\n", case.name


@pytest.mark.slow
def test_they_compute_the_same_in_rust(folder: Path) -> None:
    names = [case.name for case in CASES]
    lines = [f"mod {name};" for name in names]
    calls = [f'println!("{name}"); {name}::main();' for name in names]
    for name in names:  # their own mains end the program
        path = folder / f"{name}.rs"
        text = path.read_text().replace("\nfn main()", "\npub fn main()")
        path.write_text(
            text.replace("std::process::exit(code as i32)", "assert!(code == 0)")
        )
    (folder / "everything.rs").write_text(
        "\n".join([*lines, "fn main() {", *calls, "}", ""])
    )
    words = ("--edition", "2021", "-D", "warnings", "everything.rs", "-o", "everything")
    built = program(on_path("rustc"), *words, folder=folder)
    assert (built.code, built.err) == (0, "")
    result = program(folder / "everything")
    wanted = [f"{case.name}\n{harmless(case)}\n" for case in CASES]
    assert result.out == "".join(wanted)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mjs", ".ts"])
@pytest.mark.parametrize("tool", [eslint, tsc])
def test_their_scripts_are_clean(
    tool: Callable[[list[Path]], Complaints], suffix: str, folder: Path
) -> None:
    found = tool(sorted(folder.glob(f"*{suffix}")))
    assert [f"{name}: {said}" for name, said in found.items() if said][:10] == []


def test_a_name_changes_in_the_one_language_that_minds_it() -> None:
    number, words = next((n, w) for n, w in enumerate(GROUPS) if "switch" in w)
    case = Case(number, "unrolled", words)
    in_python, in_dart = emitted(case, "python"), emitted(case, "dart")
    assert "def _switch(" in in_python
    assert "double _switchFunction(double " in in_dart
    assert '"switch.weight"' in in_python
    assert "'switch.weight'" in in_dart


def test_functions_that_are_spelled_alike_in_camel_case_stay_apart() -> None:
    names = Names(DART, [])
    assert [names.function(name) for name in ("f_1", "f1", "f_1")] == [
        "_f1",
        "_f1Function",
        "_f1",
    ]


def test_the_helpers_of_a_file_keep_their_names() -> None:
    problems = Problems()
    bent = {"name": "erf_", "of": "x", "formula": "x / (1 + abs(x)) + x / 2"}
    net = {
        "input": 1,
        "functions": [bent],
        "layers": [{"type": "dense", "units": 1, "activation": "erf_"}, "gelu"],
        "loss": "mse",
    }
    spec = load(json.dumps(net).encode(), "net.yaml", problems)
    network = resolve(spec, Path(), problems)
    text = text_of(network, lower(network), Options("dart"), "net.yaml")
    assert "double _erf(double x)" in text
    assert "double _erfFunction(double x)" in text


def test_only_what_bpgen_has_itself_is_no_name_of_a_function() -> None:
    refused = {word for word in WORDS if name_fault(word)}
    assert refused <= {*ACTIVATIONS, *LOSSES, *LAYERS, *FORMULA_FUNCTIONS}


def test_a_net_that_is_called_like_a_class_of_one_language_is_renamed_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "number.yaml").write_text(
        json.dumps(
            {"input": 1, "layers": [{"type": "dense", "units": 1}], "loss": "mse"}
        )
    )
    options = ("--lang", "javascript", "--lang", "python", "-o", f"{tmp_path}/out/")
    assert bpgen("emit", *options, str(tmp_path / "number.yaml")).code == 0
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {"number.py", "number_net.mjs"}
    assert "\nclass Number:\n" in (out / "number.py").read_text()
    assert "\nexport class NumberNet {\n" in (out / "number_net.mjs").read_text()
    result = program(on_path("node"), out / "number_net.mjs", "--check")
    assert result.code == 0, result.err
