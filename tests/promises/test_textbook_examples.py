"""An example's textbook page prints its whole file's numbers, in every language."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from running import javascript_checks
from running.tiers import is_late, wide_but
from running.tools import EXAMPLES, ROOT, bpgen, dart, on_path, program, python

from bpgen.languages import LANGUAGES
from bpgen.languages.c import STRICT
from bpgen.languages.names import file_of

WITHOUT = {"nielsen", "mnist", "mnist_cnn"}  # data of their own
WITH_DATA = [path for path in EXAMPLES if path.stem not in WITHOUT]
ROWS = 41  # of each CSV, with its header: a short training will do


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, with few epochs and few rows, a report after each epoch."""
    found = tmp_path_factory.mktemp("examples")
    for path in (ROOT / "examples").iterdir():
        if path.is_file():  # not audit/, whose nets are no examples
            shutil.copy(path, found)
    for path in found.glob("*.csv"):
        rows = path.read_text().splitlines()[:ROWS]
        path.write_text("\n".join(rows) + "\n")
    for path in found.glob("*.yaml"):
        text = re.sub(r",? *report_every: \d+", "", path.read_text())
        path.write_text(re.sub(r"epochs: \d+", "epochs: 3", text))
    return found


def printed(path: Path) -> list[str]:
    """The lines about epochs that a file prints."""
    match path.suffix:
        case ".py":
            done = python(path)
        case ".dart":
            quiet = {"DART_SUPPRESS_ANALYTICS": "true"}
            done = program(dart(), "run", path, environment=quiet)
        case ".ts":
            target = path.with_suffix("")
            target.mkdir()
            (target / "package.json").write_text('{"type": "module"}\n')
            assert not any(javascript_checks.tsc([path], target).values())
            done = program(on_path("node"), target / f"{path.stem}.js")
        case ".go":
            done = program(on_path("go"), "run", path)
        case ".rs":
            words = ("--edition", "2021", "-O", path, "-o", path.with_suffix(".exe"))
            assert program(on_path("rustc"), *words).err == ""
            done = program(path.with_suffix(".exe"))
        case ".hpp":
            words = ("-std=c++17", "-O1", "-x", "c++", f"-D{path.stem.upper()}_MAIN")
            built = path.with_suffix(".out")
            assert program(on_path("g++"), *words, path, "-o", built).err == ""
            done = program(built)
        case ".kt":
            jar = path.with_suffix(".jar")
            words = ("-Wextra", "-Werror", "-include-runtime", "-d", jar, path)
            assert program(on_path("kotlinc"), *words).err == ""
            done = program(on_path("java"), "-jar", jar)
        case ".h":
            built = path.with_suffix(".out")
            words = ("-x", "c", f"-D{path.stem.upper()}_MAIN", path, "-lm", "-o", built)
            assert program(on_path("gcc"), *STRICT[1:], "-O2", *words).err == ""
            checks = ("-O1", "-fsanitize=address,undefined")
            assert program(on_path("gcc"), *checks, *words).err == ""
            done = program(built)
        case ".rb":
            done = program(on_path("ruby"), "-w", path)
            assert done.err == ""
        case ".java":
            done = program(on_path("java"), path)
        case _:
            done = program(on_path("node"), path)
    assert done.code == 0, done.err
    return [line for line in done.out.splitlines() if line.startswith("epoch")]


def test_nearly_all_examples_have_data() -> None:
    for path in EXAMPLES:
        text = path.read_text()
        has_data = "\ndata:" in text and "embed: false" not in text
        assert has_data == (path.stem not in WITHOUT)


@pytest.mark.parametrize(
    "example",
    wide_but(WITH_DATA, lambda path: path.stem == "xor"),
    ids=lambda path: path.stem,
)
def test_a_textbook_page_prints_what_the_whole_file_prints(
    example: Path, folder: Path
) -> None:
    compare(example, folder, [name for name in LANGUAGES if not is_late(name)])


@pytest.mark.slow
@pytest.mark.parametrize("example", WITH_DATA, ids=lambda path: path.stem)
def test_so_does_one_that_takes_long(example: Path, folder: Path) -> None:
    compare(example, folder, [name for name in LANGUAGES if is_late(name)])


def compare(example: Path, folder: Path, languages: list[str]) -> None:
    """What the pages of an example print, beside what its whole file prints."""
    net = str(folder / example.name)
    whole = folder / f"{example.stem}_whole.py"
    assert bpgen("emit", "-o", str(whole), net).code == 0
    expected = printed(whole)
    assert len(expected) == 3
    for language in languages:
        page = folder / "pages" / file_of(LANGUAGES[language], example.stem)
        options = ("--textbook", "--lang", language, "-o", str(page))
        assert bpgen("emit", *options, net).code == 0
        assert printed(page) == expected, language
