"""Emitted files are as a careful person with the usual tools would leave them.

Sets of files: what one example becomes with every option, and others as they are; with
`-m wide`, every third example with every option, others in each language; with
`-m slow`, all of them, large ones unrolled, and nets drawn to be hard to write down
(stress.py; BPGEN_FUZZ sets how many). All files of a set and a language go through each
tool in one call.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nets.own import own_net
from nets.stress import HARD, Stress, stress
from running.javascript_checks import Complaints, eslint, prettier, tsc
from running.tools import (
    ANALYSIS_OPTIONS,
    EXAMPLES,
    LOOPS_ONLY,
    ROOT,
    Result,
    bpgen,
    built_once,
    dart,
    program,
)

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.languages import LANGUAGES

SUFFIXES = {name: language.suffix for name, language in LANGUAGES.items()}
# Their formatters say how long code is, and break no name: test_c.py, test_go.py.
OWN_WIDTH = ("c", "cpp", "go")
SLOW = ("c", "cpp", "go", "rust")  # their files take most of the time
VARIANTS = {
    "library": ["--library"],
    "inference": ["--inference"],
    "brief": ["--comments", "brief"],
    "none": ["--comments", "none"],
    "textbook": ["--textbook"],
}
DRAWN = [stress(number) for number in range(int(os.environ.get("BPGEN_FUZZ", "40")))]
OWN = [own_net(number) for number in range(12)]
NETS = [*HARD, *DRAWN, *OWN]
FEW = ("gpt", "taste")  # of the examples, beside xor
LARGE = ("cnn", "digits")  # unrolled they take a minute a language
RUN_IN_DART = len(HARD)  # of the stress nets; all run in Python


# The files --------------------------------------------------------------------


def emit(net: Path, file: Path, language: str, *options: str) -> str:
    """Emit a net in a language; what went wrong, if anything."""
    path = file.with_name(file.name + SUFFIXES[language])
    arguments = ("--lang", language, "-o", str(path), *options, str(net))
    try:
        result = bpgen("emit", *arguments)
    except Exception as error:  # a bug; the others are still looked at
        return f"{file.name}: {type(error).__name__}: {error}\n"
    return f"{file.name}: {result.err}" if result.code else ""


def emit_few(folder: Path, language: str) -> Iterator[str]:
    """One example in every style and with every option, a few others as they are."""
    yield from emit_variants(folder / "xor.yaml", language)
    for name in FEW:
        yield emit(folder / f"{name}.yaml", folder / name, language)


def emit_third(folder: Path, language: str) -> Iterator[str]:
    """As for all examples, of every third one; of others with another language."""
    first = [*LANGUAGES].index(language) % 3
    for path in sorted(folder.glob("*.yaml"))[first::3]:
        yield from emit_variants(path, language)


def emit_examples(folder: Path, language: str) -> Iterator[str]:
    """Every example in every style, and in one of them with every option."""
    for path in sorted(folder.glob("*.yaml")):
        yield from emit_variants(path, language)


def copy_examples(folder: Path) -> None:
    """The examples stand beside the files, so that the paths in headers are short."""
    for path in (ROOT / "examples").iterdir():
        if path.is_file():  # examples/audit holds other people's nets
            shutil.copy(path, folder)


def emit_variants(path: Path, language: str) -> Iterator[str]:
    """One example in every style, and in one of them with every option."""
    is_large = path.stem in LARGE or path.stem in LOOPS_ONLY
    for style in ["loops"] if is_large else ["unrolled", "loops"]:
        file = path.with_name(f"{path.stem}_{style}")
        yield emit(path, file, language, "--style", style)
    for variant, options in VARIANTS.items():
        yield emit(path, path.with_name(f"{path.stem}_{variant}"), language, *options)


def emit_large(folder: Path, language: str) -> Iterator[str]:
    """The large examples that can be unrolled: megabytes."""
    for name in LARGE:
        path = folder / f"{name}.yaml"
        yield emit(path, path.with_suffix(""), language, "--style", "unrolled")


def emit_stress(folder: Path, language: str) -> Iterator[str]:
    """Every net under its own name, in its other style, and with more options."""
    for number, net in enumerate(NETS):
        if number % 4 and "BPGEN_FUZZ" not in os.environ and language in SLOW:
            continue
        path = folder / f"s{number}.yaml"  # short, as the header names it
        path.write_text(net.text, encoding="ascii")
        first, *others = net.styles
        yield emit(path, folder / net.name, language, "--style", first)
        if number % 3 and "BPGEN_FUZZ" not in os.environ:
            continue  # a third of the rest, unless more is asked for
        for style in others:
            file = folder / f"s{number}_{style}"
            yield emit(path, file, language, "--style", style)
        style = net.styles[number % len(net.styles)]
        options = ("--style", style, *net.variant)
        yield emit(path, folder / f"s{number}_variant", language, *options)
        if "validation" in net.net.get("training", {}):
            continue
        options = ("--style", style, "--textbook")
        yield emit(path, folder / f"s{number}_textbook", language, *options)


SETS = {
    "few": emit_few,
    "third": emit_third,
    "examples": emit_examples,
    "large": emit_large,
    "stress": emit_stress,
}
MARKS = {
    "third": pytest.mark.wide,
    "examples": pytest.mark.slow,
    "large": pytest.mark.slow,
    "stress": pytest.mark.slow,
}
MORE = [pytest.param(name, marks=mark) for name, mark in MARKS.items()]


def build(folder: Path) -> None:
    """Fill the folder of a set and a language."""
    name, language = folder.name.split("-")
    if name != "stress":
        copy_examples(folder)
    (folder / "faults").write_text("".join(SETS[name](folder, language)))
    shutil.copy(ANALYSIS_OPTIONS, folder)


# The folder of a language, with the files of a set.
Files = Callable[[str], Path]


@pytest.fixture(scope="session", params=["few", *MORE])
def files(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Files:
    """One set of emitted files; those of a language are made once they are wanted."""
    return lambda language: built_once(
        tmp_path_factory, f"{request.param}-{language}", build
    )


def of_language(files: Files, language: str) -> list[Path]:
    """The files of one language."""
    folder = files(language)
    found = sorted(folder.glob(f"*{SUFFIXES[language]}"))
    assert len(found) > 5 or folder.name.startswith("large")
    return found


def assert_clean(result: Result) -> None:
    """The tool had nothing to say; else the beginning of what it said."""
    assert result.code == 0, (result.err + result.out)[:4_000]


# All languages ----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_net_is_emitted(files: Files, language: str) -> None:
    assert (files(language) / "faults").read_text() == ""


def test_the_stress_nets_hold_every_name_length_activation_and_loss() -> None:
    nets = [stress(number) for number in range(40)]
    texts = "".join(net.text for net in nets)
    lengths = set(range(1, 41))
    assert {len(net.name) for net in nets} == lengths
    assert {
        len(layer["name"]) for net in nets for layer in net.net["layers"]
    } == lengths
    assert {net.net["loss"] for net in nets} == set(LOSSES)
    assert [name for name in ACTIVATIONS if f'"{name}"' not in texts] == []
    assert {net.net["optimizer"]["type"] for net in nets} == set(OPTIMIZERS)
    assert len({net.name for net in NETS}) == len(NETS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_plain(files: Files, language: str) -> None:
    faults, width = [], LANGUAGES[language].width
    for path in of_language(files, language):
        content = path.read_bytes()
        lines = content.decode("ascii").split("\n")
        assert lines.pop() == "", f"{path.name} does not end with a line feed"
        assert lines[-1] != "", f"{path.name} ends with a blank line"
        for number, line in enumerate(lines, 1):
            if language == "go":
                line = line.lstrip("\t")  # as gofmt indents
            if re.search(r"[\x00-\x1f\x7f]", line):
                faults.append(f"{path.name}:{number}: a tab or control character")
            if line.endswith(" "):
                faults.append(f"{path.name}:{number}: space at the end")
            if language in OWN_WIDTH and not line.lstrip().startswith("//"):
                continue
            if len(line) > width:
                faults.append(f"{path.name}:{number}: {len(line)} columns: {line}")
    assert faults[:20] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_of_a_net_far_away_fits_the_width(
    language: str, tmp_path: Path
) -> None:
    far = tmp_path / "folder" / ("long" * 10) / f"{'net' * 20}.yaml"
    far.parent.mkdir(parents=True)
    far.write_text((ROOT / "examples" / "xor.yaml").read_text())
    lines = bpgen("emit", "--lang", language, str(far)).out.splitlines()
    if language == "go":  # heads of functions stay on one line, however long
        lines = [line for line in lines if not line.startswith("func ")]
    assert max(map(len, lines)) <= LANGUAGES[language].width


# JavaScript and TypeScript ---------------------------------------------------


@pytest.mark.parametrize("language", ["javascript", "typescript"])
@pytest.mark.parametrize("tool", [prettier, eslint, tsc])
def test_scripts_are_clean(
    files: Files, tool: Callable[[list[Path]], Complaints], language: str
) -> None:
    found = tool(of_language(files, language))
    assert [f"{name}: {said}" for name, said in found.items() if said][:10] == []


# Python -----------------------------------------------------------------------


def test_python_is_as_black_would_have_it(files: Files) -> None:
    paths = of_language(files, "python")
    assert_clean(
        program(
            sys.executable, "-m", "black", "-q", "--fast", "--diff", "--check", *paths
        )
    )


def test_python_has_nothing_that_ruff_minds(files: Files) -> None:
    options = ("check", "--isolated", "--no-cache", "--output-format", "concise")
    paths = of_language(files, "python")
    assert_clean(program(sys.executable, "-m", "ruff", *options, *paths))


def test_python_has_the_types_that_mypy_wants(files: Files, tmp_path: Path) -> None:
    options = ("--strict", "--config-file=", "--cache-dir", tmp_path)
    paths = of_language(files, "python")
    assert_clean(
        program(sys.executable, "-m", "mypy", *options, *paths, folder=files("python"))
    )


SELF_TEST = """\
import runpy, sys
path, name, size = sys.argv[1:]
file = runpy.run_path(path)
net = file[name]()
inputs = [0.5 - k % 3 for k in range(int(size))]
assert net.predict(inputs) == net.forward(inputs)
sys.argv[1:] = ["--check"]
sys.exit(file["_run"](sys.argv[1:]))
"""


def run(path: Path, net: Stress) -> str:
    """What the self-test of an emitted file says if it does not pass."""
    class_name = "".join(part[:1].upper() + part[1:] for part in net.name.split("_"))
    arguments = ("-c", SELF_TEST, path, class_name, str(net.inputs))
    result = program(sys.executable, *arguments)
    return "" if result.code == 0 else f"{path.name}: {result.out}{result.err}"


@pytest.mark.slow
def test_python_passes_its_own_check(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = built_once(tmp_path_factory, "stress-python", build)
    files = [
        (path, net)
        for number, net in enumerate(NETS)
        if net.runs
        for path in (folder / f"{net.name}.py", folder / f"s{number}_unrolled.py")
        if path.exists()
    ]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        faults = "".join(threads.map(lambda file: run(*file), files))
    assert faults[:4_000] == ""


# Dart -------------------------------------------------------------------------

QUIET = {"DART_SUPPRESS_ANALYTICS": "true"}


# Not 3.7: that version alone indents the record of a long typedef.
@pytest.mark.parametrize("version", ["3.5", "3.8", "latest"])
def test_dart_is_as_its_formatter_would_have_it(files: Files, version: str) -> None:
    options = ("--set-exit-if-changed", "--output", "none", "--language-version")
    paths = of_language(files, "dart")
    assert_clean(
        program(dart(), "format", *options, version, *paths, environment=QUIET)
    )


def test_dart_has_nothing_that_its_analyzer_minds(files: Files) -> None:
    options = ("analyze", "--fatal-infos", "--format", "machine")
    assert_clean(program(dart(), *options, files("dart"), environment=QUIET))


# What an app does with two nets; a third file exports both.
APP = """\
import 'dart:convert';

import 'mazur.dart';
import 'nets.dart' as nets;
import 'xor.dart';

void main() {
  final xor = Xor()..train(Xor.dataInputs, Xor.dataTargets, epochs: 2);
  final mazur = Mazur()..train(Mazur.dataInputs, Mazur.dataTargets, epochs: 3);
  final saved = jsonDecode(jsonEncode([xor, mazur])) as List<Object?>;
  final again = nets.Xor()..loadJson(saved[0]! as Map<String, Object?>);
  final other = nets.Mazur()..loadJson(saved[1]! as Map<String, Object?>);
  print([again.epoch, other.epoch, other.learningRate]);
  for (final wrong in <void Function()>[
    () => xor.loadJson(mazur.toJson()),
    () => xor.setParameters(mazur.parameters()),
    () => xor.predict([1.0]),
    () => Xor(seed: -1),
    () => xor.train(Xor.dataInputs, Xor.dataTargets, epochs: 0),
    () => Xor().loss([1.0]),
  ]) {
    try {
      wrong();
    } on RangeError {
      print('range');
    } on ArgumentError {
      print('argument');
    } on FormatException {
      print('format');
    } on StateError {
      print('state');
    }
  }
}
"""


def test_two_nets_in_dart_get_along_in_one_file(tmp_path: Path) -> None:
    for name in ("xor", "mazur"):
        net = str(ROOT / "examples" / f"{name}.yaml")
        assert bpgen("emit", "--lang", "dart", "-o", f"{tmp_path}/", net).code == 0
    exports = "export 'mazur.dart' hide main;\nexport 'xor.dart' hide main;\n"
    (tmp_path / "nets.dart").write_text(exports)
    (tmp_path / "app.dart").write_text(APP)
    shutil.copy(ANALYSIS_OPTIONS, tmp_path)
    options = ("analyze", "--fatal-infos", "--format", "machine")
    assert_clean(program(dart(), *options, tmp_path, environment=QUIET))
    done = program(dart(), "run", tmp_path / "app.dart", environment=QUIET)
    assert done.code == 0, done.err
    kinds = ["format", "argument", "argument", "range", "range", "state"]
    assert done.out.splitlines() == ["[2, 3, 0.5]", *kinds]


def runnable() -> list[str]:
    """The names of the first few nets that can test themselves."""
    return [net.name for net in NETS if net.runs][:RUN_IN_DART]


@pytest.mark.slow
@pytest.mark.parametrize("name", runnable())
def test_dart_passes_its_own_check(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = built_once(tmp_path_factory, "stress-dart", build)
    path = folder / f"{name}.dart"
    assert_clean(program(dart(), "run", path, "--check", environment=QUIET))


# What a self-test is worth ----------------------------------------------------


@pytest.mark.parametrize("language", ["python", "dart"])
def test_the_check_finds_a_wrong_gradient(language: str, tmp_path: Path) -> None:
    suffix = SUFFIXES[language]
    path = tmp_path / f"xor{suffix}"
    options = ("--lang", language, "--style", "unrolled", "-o", str(path))
    assert bpgen("emit", *options, str(EXAMPLES[-1])).code == 0
    command = [sys.executable, path] if language == "python" else [dart(), "run", path]
    assert_clean(program(*command, "--check", environment=QUIET))
    text = path.read_text()
    wrong, times = re.subn(r"(d[wW]_?[hH]1_?[xX]1 = )", r"\g<1>1.001 * ", text)
    assert times == 1
    path.write_text(wrong)
    result = program(*command, "--check", environment=QUIET)
    assert result.code != 0
