"""C with numbers of 32 bits: clean, near to those of 64, and alive on a chip."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from running.tools import EXAMPLES, LOOPS_ONLY, ROOT, bpgen, on_path, program

XOR = ROOT / "examples" / "xor.yaml"
CHIP = ROOT / "examples" / "avr"
CLEAN = (
    *("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow"),
    *("-Wdouble-promotion", "-Wfloat-conversion", "-Werror", "-fsyntax-only"),
)
FEW = ("xor",)
PAIRS = [
    pytest.param(path, style, marks=[] if path.stem in FEW else [pytest.mark.wide])
    for path in EXAMPLES
    for style in ("unrolled", "loops")
    if style == "loops" or path.stem not in LOOPS_ONLY
]


def emitted(net: Path, folder: Path, *words: str) -> Path:
    """The file of a net with numbers of 32 bits."""
    file = folder / f"{net.stem}.h"
    options = ("--lang", "c", "--float", "--force", *words, "-o", str(file), str(net))
    result = bpgen("emit", *options)
    assert result.code == 0, result.err
    return file


def built(file: Path, *words: str) -> Path:
    """A program of its main."""
    name, target = file.stem.upper(), file.with_suffix("")
    use = ("-x", "c", f"-D{name}_IMPLEMENTATION", f"-D{name}_MAIN", file)
    result = program(on_path("gcc"), "-O1", *words, *use, "-o", target, "-lm")
    assert result.code == 0, result.err[:2_000]
    return target


@pytest.mark.parametrize(("net", "style"), PAIRS)
def test_compilers_and_the_formatter_have_nothing_to_say(
    net: Path, style: str, tmp_path: Path
) -> None:
    name = net.stem.upper()
    for kind in ((), ("--library",), ("--inference",)):
        file = emitted(net, tmp_path, "--style", style, *kind)
        source = tmp_path / "user.c"  # so that nothing is the main file's own
        source.write_text(f'#include "{file}"\n')
        uses = [(), (f"-D{name}_BARE",), *([(f"-D{name}_MAIN",)] if not kind else ())]
        for compiler in ("gcc", "clang"):
            for use in uses:
                macros = (f"-D{name}_IMPLEMENTATION", *use)
                result = program(on_path(compiler), *CLEAN, *macros, source)
                assert result.code == 0, result.err[:2_000]
        words = ("--style=LLVM", "--dry-run", "--Werror", file)
        result = program(on_path("clang-format"), *words)
        assert result.code == 0, result.err[:2_000]


@pytest.mark.parametrize(("net", "style"), PAIRS)
def test_a_file_finds_nothing_wrong_with_itself(
    net: Path, style: str, tmp_path: Path
) -> None:
    if net.stem.startswith("mnist"):
        pytest.skip("it tests itself on drawn samples, for minutes")
    file = built(emitted(net, tmp_path, "--style", style))
    result = program(file, "--check", folder=tmp_path)
    assert (result.code, result.err) == (0, "")
    errors = [float(x) for x in re.findall(r": (\S+e-\d+)$", result.out, re.M)]
    assert errors
    assert max(errors) > 1e-8  # or its numbers would have 64 bits


def test_a_wrong_sign_is_found(tmp_path: Path) -> None:
    file = emitted(XOR, tmp_path)
    text = file.read_text()
    right, wrong = "const float dz_o1 = da_o1", "const float dz_o1 = -da_o1"
    assert right in text
    file.write_text(text.replace(right, wrong))
    assert program(built(file), "--check").code == 1


def test_what_it_saves_reads_back_to_the_bit(tmp_path: Path) -> None:
    text = XOR.read_text().replace("sgd, learning_rate: 1.0", "adam")
    net = tmp_path / "xor.yaml"
    net.write_text(text)
    run = built(emitted(net, tmp_path))
    words = ("--epochs", "40", "--save", tmp_path / "a.json")
    assert program(run, *words).code == 0
    for flags in (("20", "b.json"), ("20", "c.json")):
        start = () if flags[1] == "b.json" else ("--load", tmp_path / "b.json")
        words = (*start, "--epochs", flags[0], "--save", tmp_path / flags[1])
        assert program(run, *words).code == 0
    whole, parts = (tmp_path / "a.json").read_text(), (tmp_path / "c.json").read_text()
    assert whole == parts
    words = re.findall(r"\d+\.\d+(?:e-?\d+)?", whole)
    digits = [re.sub(r"e.*|\D", "", word).lstrip("0") for word in words]
    assert 8 <= max(map(len, digits)) <= 9


def test_a_state_of_64_bits_is_taken_over(tmp_path: Path) -> None:
    double = tmp_path / "double" / "xor.h"
    assert bpgen("emit", "-o", str(double), str(XOR)).code == 0
    words = ("--epochs", "50", "--save", tmp_path / "state.json")
    assert program(built(double), *words).code == 0
    run = built(emitted(XOR, tmp_path))
    words = ("--load", tmp_path / "state.json", "--epochs", "1", "--save", "one.json")
    assert program(run, *words, folder=tmp_path).code == 0
    states = [
        json.loads((tmp_path / f"{n}.json").read_text()) for n in ("state", "one")
    ]
    assert [state["epoch"] for state in states] == [50, 51]
    before, after = (state["parameters"]["h.weight"] for state in states)
    for rows in zip(after, before, strict=True):
        for ours, theirs in zip(*rows, strict=True):
            assert abs(ours - theirs) < 0.1


def test_bpgen_check_reads_the_option_back(tmp_path: Path) -> None:
    shutil.copy(XOR, tmp_path)
    file = emitted(tmp_path / "xor.yaml", tmp_path)
    assert "// Options: --lang c --style unrolled --float" in file.read_text()
    result = bpgen("check", str(file))
    assert result.code == 0, result.out


@pytest.mark.parametrize("language", ["python", "rust"])
def test_other_languages_have_no_such_numbers(language: str, tmp_path: Path) -> None:
    words = ("--lang", language, "--float", "-o", f"{tmp_path}/", str(XOR))
    result = bpgen("emit", *words)
    assert result.code == 2
    assert "add --lang c, or leave --float out" in result.err
    assert not list(tmp_path.iterdir())


def test_of_all_languages_those_are_written_that_have_them(tmp_path: Path) -> None:
    words = ("--lang", "all", "--float", "-o", f"{tmp_path}/", str(XOR))
    assert bpgen("emit", *words).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["xor.h"]


USES = """\
#include "{name}.h"
#include <stdio.h>

int main(void) {{
  float loss = 0.0f;
  for (int turn = 0; turn < 3; turn++) {{
    {title} *net = {name}_new({loud}_SEED);
    if (net == NULL)
      return 2;
    float inputs[4 * {loud}_INPUTS] = {{0}}, targets[4 * {loud}_OUTPUTS] = {{0}};
    for (int k = 0; k < 4; k++)
      targets[k * {loud}_OUTPUTS] = 1;
    for (int round = 0; round < 3; round++) {{
      float outputs[{loud}_OUTPUTS];
      if ({name}_train(net, inputs, targets, 4, 2, NULL, NULL, &loss) ||
          {name}_forward(net, inputs, outputs) || {name}_predict(net, inputs, outputs))
        return 1;
    }}
    {name}_free(net);
  }}
  printf("%.9g\\n", (double)loss);
  return 0;
}}
"""


@pytest.mark.parametrize(
    "name",
    ["xor", *(pytest.param(n, marks=pytest.mark.wide) for n in ("iris", "lstm"))],
)
def test_a_chips_file_has_memory_enough(name: str, tmp_path: Path) -> None:
    file = emitted(ROOT / "examples" / f"{name}.yaml", tmp_path, "--library")
    loud, told = name.upper(), []
    title = name.title().replace("_", "")
    text = USES.format(name=name, loud=loud, title=title)
    (tmp_path / "main.c").write_text(f"#define {loud}_IMPLEMENTATION\n{text}")
    for use in ((), (f"-D{loud}_BARE",)):
        words = ("-O1", "-g", "-fsanitize=undefined", *use, "main.c", "-lm")
        result = program(on_path("gcc"), *words, folder=tmp_path)
        assert result.code == 0, result.err[:2_000]
        result = program(tmp_path / "a.out")
        assert (result.code, result.err) == (0, "")
        told.append(result.out)
    assert told[0] == told[1]
    assert file.exists()


@pytest.mark.parametrize("style", ["unrolled", "loops"])
def test_a_chip_learns_xor(style: str, tmp_path: Path) -> None:
    on_path("simavr")
    emitted(CHIP / "chip.yaml", tmp_path, "--library", "--style", style)
    shutil.copy(CHIP / "main.c", tmp_path)
    lines = re.findall(
        r"^//     ((?:avr-gcc|simavr) .*)$", (CHIP / "main.c").read_text(), re.M
    )
    assert len(lines) == 2  # as the file itself says
    compiler, *words = lines[0].split()
    warnings = ("-Wall", "-Wextra", "-Werror")
    result = program(on_path(compiler), *warnings, *words, folder=tmp_path)
    assert result.code == 0, result.err[:2_000]
    symbols = program(on_path("avr-nm"), tmp_path / "chip.elf").out
    assert not re.search(r" T (malloc|printf|vsnprintf|fopen)$", symbols, re.M)
    result = program(*lines[1].split(), folder=tmp_path, timeout=60.0)
    assert result.code == 0, result.err
    told = re.search(r"outputs ([\d. ]+)", result.out + result.err)
    assert told, result.out
    found = [float(number) for number in told[1].rstrip(". ").split()]
    for output, target in zip(found, (0, 1, 1, 0), strict=True):
        assert abs(output - target) < 0.02


@pytest.mark.parametrize("name", ["xor", "iris"])
def test_a_chips_compiler_takes_what_only_predicts(name: str, tmp_path: Path) -> None:
    file = emitted(ROOT / "examples" / f"{name}.yaml", tmp_path, "--inference")
    use = ("-x", "c", f"-D{name.upper()}_IMPLEMENTATION", "-c", file)
    words = ("-std=c11", "-Os", "-mmcu=atmega328p", "-Wall", "-Wextra", "-Werror")
    result = program(on_path("avr-gcc"), *words, *use, "-o", tmp_path / "net.o")
    assert result.code == 0, result.err[:2_000]
