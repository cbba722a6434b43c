"""A net may be called anything; where a language minds, there is a suffix.

So in that language alone: `json` is json_net.py with the class JsonNet in Python, and
json.dart with the class Json in Dart.
"""

from __future__ import annotations

import builtins
import importlib
import json
import keyword
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from nets.bad import net
from running.javascript_checks import tsc
from running.tools import ANALYSIS_OPTIONS, bpgen, built_once, dart, on_path, program

from bpgen.languages import LANGUAGES
from bpgen.languages.names import DEVICES, class_of, file_of
from bpgen.reading.kinds import NAME


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name).lstrip("_")


def _words() -> Iterator[str]:
    yield from (*keyword.kwlist, *sys.stdlib_module_names)
    yield from map(_snake, dir(builtins))
    for language in LANGUAGES.values():
        words = language.reserved | language.class_names | language.names
        yield from map(_snake, words)


WORDS = sorted({word for word in _words() if NAME.fullmatch(word)} - DEVICES)
# Of those that are run and analysed.
SAMPLES = {
    "few": [*WORDS[::72], "undefined"],  # which a type of TypeScript is called, too
    "many": WORDS[::9],
}
DATA = "{inputs: [[0, 1]], targets: [[1, 0]]}"


@pytest.mark.parametrize(
    ("name", "language", "file", "class_name"),
    [
        ("my_net", "python", "my_net.py", "MyNet"),
        ("json", "python", "json_net.py", "JsonNet"),
        ("json", "dart", "json.dart", "Json"),
        ("class", "python", "class_net.py", "ClassNet"),
        ("class", "dart", "class.dart", "Class"),
        ("class", "javascript", "class.mjs", "Class"),
        ("list", "dart", "list_net.dart", "ListNet"),
        ("list", "python", "list.py", "List"),
        ("array", "javascript", "array_net.mjs", "ArrayNet"),
        ("none", "python", "none_net.py", "NoneNet"),
        ("cnn_test", "go", "cnn_test_net.go", "CnnTestNet"),
        ("cnn_test", "dart", "cnn_test.dart", "CnnTest"),
        ("my_net", "java", "MyNet.java", "MyNet"),
        ("math", "java", "MathNet.java", "MathNet"),
        ("my_net", "kotlin", "MyNet.kt", "MyNet"),
        ("pair", "kotlin", "PairNet.kt", "PairNet"),
        ("my_net", "ruby", "my_net.rb", "MyNet"),
        ("random", "ruby", "random_net.rb", "RandomNet"),
        ("program", "ruby", "program_net.rb", "ProgramNet"),
        ("set", "ruby", "set_net.rb", "SetNet"),
        ("pipes", "python", "pipes_net.py", "PipesNet"),  # a module of older releases
    ],
)
def test_a_name_gets_a_suffix_only_where_the_language_needs_it(
    name: str, language: str, file: str, class_name: str
) -> None:
    record = LANGUAGES[language]
    assert file_of(record, name) == file
    assert class_of(record, name) == class_name


@dataclass(frozen=True)
class Nets:
    """The words of a sample, and the folder with a net of each in every language."""

    words: list[str]
    folder: Path


def emit_nets(found: Path, words: list[str]) -> None:
    """The files of nets with such names in every language."""
    for word in words:
        text = net(name=word, data=DATA) + "training: {epochs: 2}\n"
        (found / f"of_{word}.yaml").write_text(text)
    files = sorted(map(str, found.glob("*.yaml")))
    arguments = ("--lang", "all", "--quiet", "--style", "loops")
    result = bpgen("emit", "-o", f"{found}/", *arguments, *files)
    assert (result.code, result.err) == (0, "")
    shutil.copy(ANALYSIS_OPTIONS, found)


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("few", marks=pytest.mark.slow),
        pytest.param("many", marks=pytest.mark.slow),
    ],
)
def nets(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Nets:
    """A sample, whose folder all test processes share."""
    words = SAMPLES[request.param]
    build = partial(emit_nets, words=words)
    folder = built_once(tmp_path_factory, f"{request.param}_names_of_nets", build)
    return Nets(words, folder)


def test_no_word_is_refused(nets: Nets) -> None:
    for language in LANGUAGES.values():
        names = {file_of(language, word) for word in nets.words}
        assert names <= {path.name for path in nets.folder.iterdir()}


def test_its_python_is_a_module_that_hides_no_other(
    nets: Nets, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = LANGUAGES["python"]
    monkeypatch.syspath_prepend(str(nets.folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for word in nets.words:
        module_name = file_of(python, word).removesuffix(".py")
        assert module_name not in sys.stdlib_module_names, word
        module = importlib.import_module(module_name)
        sys.modules.pop(module_name)
        found = getattr(module, class_of(python, word))()
        assert len(found.predict([0.0, 1.0])) == 2, word
        assert json.loads(found.to_json()), word


def test_its_dart_is_clean(nets: Nets) -> None:
    checked = program(dart(), "analyze", "--fatal-infos", nets.folder)
    assert checked.code == 0, checked.out[-3_000:]


def test_its_go_is_built(nets: Nets, tmp_path: Path) -> None:
    on_path("go")
    (tmp_path / "go.mod").write_text("module nets\n\ngo 1.21\n")
    for path in nets.folder.glob("*.go"):
        (tmp_path / path.stem).mkdir()
        shutil.copy(path, tmp_path / path.stem)
    done = program("go", "vet", "./...", folder=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_its_rust_is_built(nets: Nets, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(nets.folder, tmp_path / "nets"))
    names = sorted(path.stem for path in folder.glob("*.rs"))
    (folder / "all.rs").write_text("".join(f"pub mod {name};\n" for name in names))
    words = ("--edition", "2021", "--crate-type", "lib", "--emit=metadata", "all.rs")
    done = program(on_path("rustc"), *words, "-D", "warnings", folder=folder)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_its_javascript_and_typescript_load(nets: Nets, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(nets.folder, tmp_path / "nets"))
    script = folder / "all.mjs"
    imports = [
        f"import * as n{at} from './{file_of(LANGUAGES['javascript'], word)}';\n"
        f"new n{at}.{class_of(LANGUAGES['javascript'], word)}().predict([0, 1]);\n"
        for at, word in enumerate(nets.words)
    ]
    script.write_text("".join(imports))
    done = program(on_path("node"), script)
    assert (done.code, done.err) == (0, "")
    files = [path for path in folder.glob("*.mjs") if path != script]
    assert tsc([*files, *folder.glob("*.ts")]) == {}
