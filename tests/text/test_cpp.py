"""Emitted C++ is clean: for compilers, the formatter and at run time."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from running.tools import ROOT, bpgen, on_path, program

from bpgen.languages.cpp_lines import shortened

STRICT = ("-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow")
CLEAN = (*STRICT, "-Wsign-conversion", "-Werror", "-fsyntax-only")
# Unrolled and in loops; of images, of sequences, batched; with data as text.
EXAMPLES = ("mazur", "iris", "cnn", "lstm", "gpt", "resnet_tiny", "autoencoder")
FEW = ("iris", "gpt")
GENERATED = ROOT / "generated" / "cpp"
wide = pytest.mark.wide


def including(*names: str) -> str:
    """The lines that include files of the gallery."""
    return "".join(f'#include "{GENERATED}/{name}.hpp"\n' for name in names)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("names", [FEW, pytest.param(EXAMPLES, marks=wide)], ids=len)
def test_compilers_have_nothing_to_say(
    names: tuple[str, ...], compiler: str, tmp_path: Path
) -> None:
    """Of files that are included together, each twice."""
    on_path(compiler)
    source = tmp_path / "user.cpp"
    source.write_text(including(*names, *names))
    result = program(compiler, *CLEAN, source)
    assert result.code == 0, result.err[:3_000]


@pytest.mark.parametrize("compiler", ["g++", pytest.param("clang++", marks=wide)])
@pytest.mark.parametrize(
    "name", [x if x == "iris" else pytest.param(x, marks=wide) for x in EXAMPLES]
)
def test_compilers_have_nothing_to_say_of_a_main(
    name: str, compiler: str, tmp_path: Path
) -> None:
    on_path(compiler)
    source = tmp_path / "user.cpp"
    source.write_text(f"#define {name.upper()}_MAIN\n{including(name)}")
    result = program(compiler, *CLEAN, source)
    assert result.code == 0, result.err[:3_000]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_formatter_has_nothing_to_change(name: str) -> None:
    on_path("clang-format")
    words = ("--style=LLVM", "--dry-run", "--Werror")
    result = program("clang-format", *words, GENERATED / f"{name}.hpp")
    assert result.code == 0, result.err[:3_000]


USERS = {
    "user.cpp": """
double first(const std::vector<double> &inputs) {
  const Xor net(3);
  return net.predict(inputs)[0];
}
""",
    "main.cpp": """
#include <clocale>
#include <iostream>
double first(const std::vector<double> &inputs);
int main() {
  Xor net(3);
  std::locale::global(std::locale::classic());
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  const std::vector<std::vector<double>> inputs = {{0, 1}, {1, 1}};
  const bool is_same = net.predict(inputs[0])[0] == first(inputs[0]);
  Xor copy = net;
  net.train(inputs, {{1}, {0}}, 5, [](std::size_t epoch, double) {
    return epoch < 3;
  });
  const bool stands_apart = copy.predict(inputs[0])[0] == first(inputs[0]);
  copy.load_json(net.to_json());
  const bool is_alike = copy.to_json() == net.to_json() && net.epoch == 3;
  bool is_refused = false;
  try {
    copy.load_json("{}");
  } catch (const std::invalid_argument &) {
    is_refused = copy.to_json() == net.to_json();
  }
  Mazur other;
  other.forward({0.05, 0.1});
  std::cout << is_same << stands_apart << is_alike << is_refused << std::endl;
}
""",
}


@wide
def test_files_are_used_together_and_in_several_units(tmp_path: Path) -> None:
    """Two classes in one program, one of them in two of its units; copies of a net
    share nothing with it."""
    on_path("g++")
    for file, text in USERS.items():
        (tmp_path / file).write_text(including("xor", "mazur") + text)
    words = (*STRICT, "-Werror", "-O1", "-fsanitize=address,undefined")
    built = program("g++", *words, *USERS, "-o", "program", folder=tmp_path)
    assert built.code == 0, built.err[:3_000]
    result = program(tmp_path / "program")
    assert (result.code, result.out, result.err) == (0, "1111\n", "")


@wide
@pytest.mark.parametrize("style", ["unrolled", "loops"])
def test_it_makes_no_mistake_with_memory(style: str, tmp_path: Path) -> None:
    on_path("g++")
    text = (ROOT / "examples" / "xor.yaml").read_text()
    shutil.copy(ROOT / "examples" / "xor.yaml", tmp_path)
    net, file = tmp_path / "xor.yaml", tmp_path / "xor.hpp"
    net.write_text(text.replace("epochs: 3000", "epochs: 30"))
    assert bpgen("emit", "--style", style, "-o", str(file), str(net)).code == 0
    words = ("-std=c++17", "-O1", "-fsanitize=address,undefined", "-x", "c++")
    place = ("-DXOR_MAIN", file, "-o", tmp_path / "xor")
    built = program("g++", *words, "-D_GLIBCXX_ASSERTIONS", *place)
    assert built.code == 0, built.err
    for flags in ((), ("--check",)):
        result = program(tmp_path / "xor", *flags)
        assert (result.code, result.err) == (0, "")


def test_a_compiler_that_bends_numbers_is_refused(tmp_path: Path) -> None:
    on_path("g++")
    source = tmp_path / "user.cpp"
    source.write_text(including("xor"))
    result = program("g++", "-std=c++17", "-ffast-math", "-fsyntax-only", source)
    assert result.code != 0
    assert "all rules of floating point" in result.err


def test_products_are_rounded_before_they_are_added(tmp_path: Path) -> None:
    """Not joined to one operation, where the machine has such a one."""
    on_path("g++")
    source = tmp_path / "user.cpp"
    use = "double f(Xor &net) { return net.predict({0.5, 0.25})[0]; }\n"
    source.write_text(including("xor") + use)
    for compiler in ("g++", "clang++"):
        words = ("-std=c++17", "-O3", "-mfma", "-S", "-o", "-", str(source))
        result = program(on_path(compiler), *words)
        assert result.code == 0
        assert "mulsd" in result.out
        assert "vfmadd" not in result.out


def test_a_long_list_is_made_by_a_call() -> None:
    items = ", ".join(["number"] * 10)
    long = f"kept->a_h = std::vector<double>{{{items}, {{1}}}};"
    assert shortened(long) == [f"kept->a_h = list<double>({items}, {{1}});"]
    made = f"  const std::vector<double> found = joined({items}, {items});"
    assert shortened(made) == [made]  # no list of numbers, which would be in columns
    short = "kept->a_h = std::vector<double>{a_h1};"
    assert shortened(short) == [short]


def test_numbers_that_fill_several_lines_stand_in_the_columns_of_the_formatter(
    tmp_path: Path,
) -> None:
    on_path("clang-format")
    draw, lines = Random(1), ["class Net {", "  void update() {"]
    for count in range(7, 60):
        kinds = draw.choice([(1.0, 2.0), (1.0, 0.25, 10.0), (0.5, 1.0, 0.001, 0.0001)])
        items = ", ".join(str(draw.choice(kinds)) for _ in range(count))
        line = f"  const std::vector<double> factors{count} = {{{items}}};"
        lines += (f"  {part}" for part in shortened(line))  # as the class puts it in
    file = tmp_path / "net.hpp"
    file.write_text("\n".join([*lines, "  }", "};", ""]))
    result = program("clang-format", "--style=LLVM", "--dry-run", "--Werror", file)
    assert result.code == 0, result.err[:3_000]


def test_no_name_of_a_class_is_read_as_a_trigraph(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        "input: 1\nlayers: [{type: dense, units: 2}]\nloss: softmax_cross_entropy\n"
        "classes: ['what??/', 'a??=b']\n"
    )
    file = tmp_path / "net.hpp"
    assert bpgen("emit", "-o", str(file), str(path)).code == 0
    assert "??" not in file.read_text()
