"""Emitted C is clean: for compilers, the formatter and at run time."""

from __future__ import annotations

import shutil
from ast import FunctionDef
from pathlib import Path

import pytest
from running.tools import ROOT, bpgen, on_path, program

from bpgen.languages.c import C
from bpgen.languages.c_textbook import textbook_language
from bpgen.languages.record import Language
from bpgen.languages.single import single_language
from bpgen.routines.source import read

STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow")
CLEAN = (*STRICT, "-Werror", "-fsyntax-only")
# Unrolled and in loops; of images, of sequences, batched; with data as text.
EXAMPLES = ("mazur", "iris", "cnn", "lstm", "gpt", "resnet_tiny", "autoencoder")


def macros(name: str, *own: str) -> list[str]:
    """What a file is compiled with."""
    return ["-x", "c", *(f"-D{name.upper()}_{word}" for word in own)]


@pytest.fixture(params=EXAMPLES)
def emitted(request: pytest.FixtureRequest) -> Path:
    """A file of the gallery."""
    found: Path = ROOT / "generated" / "c" / f"{request.param}.h"
    return found


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize(
    "words", [("IMPLEMENTATION",), ("IMPLEMENTATION", "MAIN")], ids=len
)
def test_compilers_have_nothing_to_say(
    emitted: Path, compiler: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    on_path(compiler)
    source = tmp_path / "user.c"  # so that nothing is the main file's own
    source.write_text(f'#include "{emitted}"\n')
    result = program(compiler, *CLEAN, *macros(emitted.stem, *words), source)
    assert result.code == 0, result.err[:3_000]


def test_the_formatter_has_nothing_to_change(emitted: Path) -> None:
    on_path("clang-format")
    words = ("--style=LLVM", "--dry-run", "--Werror")
    result = program("clang-format", *words, emitted)
    assert result.code == 0, result.err[:3_000]


@pytest.mark.parametrize("style", ["unrolled", "loops"])
def test_it_makes_no_mistake_with_memory(style: str, tmp_path: Path) -> None:
    on_path("gcc")
    text = (ROOT / "examples" / "xor.yaml").read_text()
    shutil.copy(ROOT / "examples" / "xor.yaml", tmp_path)
    assert "epochs: 3000" in text
    net = tmp_path / "xor.yaml"
    net.write_text(text.replace("epochs: 3000", "epochs: 30"))
    file = tmp_path / "xor.h"
    assert bpgen("emit", "--style", style, "-o", str(file), str(net)).code == 0
    words = ("-g", "-O1", "-fsanitize=address,undefined")
    use = macros("xor", "IMPLEMENTATION", "MAIN")
    built = program("gcc", *words, *use, file, "-o", tmp_path / "xor", "-lm")
    assert built.code == 0, built.err
    for flags in ((), ("--check",)):
        result = program(tmp_path / "xor", *flags)
        assert (result.code, result.err) == (0, "")


def test_a_textbook_page_has_no_numbers_for_chips(tmp_path: Path) -> None:
    net = str(ROOT / "examples" / "xor.yaml")
    words = ("--lang", "c", "--textbook", "--float", "-o", str(tmp_path / "xor.h"))
    result = bpgen("emit", *words, net)
    assert result.code == 2
    assert "--float is for chips, and a textbook page is for readers" in result.err
    assert not list(tmp_path.iterdir())


def test_no_name_of_a_class_is_read_as_a_backslash(tmp_path: Path) -> None:
    """A standard's compiler takes ??/ for one, and what follows would be code."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "input: 1\nlayers: [{type: dense, units: 2, activation: softmax}]\n"
        "loss: cross_entropy\nclasses: ['what??/', ', NULL]; int evil(void) ;']\n"
        "data: {inputs: [[1], [2]], labels: [0, 1]}\ntraining: {epochs: 1}\n"
    )
    assert bpgen("emit", "--lang", "c", "-o", f"{tmp_path}/", str(path)).code == 0
    words = (*STRICT, "-Werror", *macros("net", "IMPLEMENTATION", "MAIN"))
    built = program(
        on_path("gcc"), *words, tmp_path / "net.h", "-o", tmp_path / "net", "-lm"
    )
    assert built.code == 0, built.err[:3_000]
    said = program(tmp_path / "net", folder=tmp_path)
    assert said.code == 0
    assert "target what??/" in said.out


USES_NAMES = """\
#include "net.h"
#include <stdio.h>

int main(void) {
  for (int k = 0; k < NET_CLASSES; k++)
    puts(net_class_names[k]);
  return net_class_names[NET_CLASSES] != NULL;
}
"""


def test_a_program_finds_what_the_classes_are_called(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(
        "{input: 2, layers: [{type: dense, units: 2, activation: softmax}], "
        "loss: cross_entropy, classes: [night, day]}"
    )
    net = str(tmp_path / "net.yaml")
    assert bpgen("emit", "--library", "-o", str(tmp_path / "net.h"), net).code == 0
    (tmp_path / "main.c").write_text(USES_NAMES)
    (tmp_path / "net.c").write_text('#define NET_IMPLEMENTATION\n#include "net.h"\n')
    words = ("-Wall", "-Wextra", "-Werror", "main.c", "net.c", "-lm", "-o", "main")
    built = program(on_path("gcc"), *words, folder=tmp_path)
    assert built.code == 0, built.err
    assert program(tmp_path / "main").out.split() == ["night", "day"]


@pytest.mark.parametrize(
    ("language", "is_page"),
    [(C, False), (single_language("c"), False), (textbook_language(False), True)],
    ids=("64", "32", "page"),
)
def test_no_helper_has_the_name_of_a_routine(language: Language, is_page: bool) -> None:
    found = read()
    routines = {
        f"$net_{name}"
        for name, node in found.functions.items()
        if is_page or found.modules[node] != "textbook"
    }
    if is_page:  # where a method is no $net_net_...
        own = found.classes["Textbook"].body
        routines |= {f"$net_{x.name}" for x in own if isinstance(x, FunctionDef)}
    assert len(routines) > 100
    assert not routines & language.helpers.keys()
