"""Emitted Rust is clean, as rustfmt leaves it, for the compiler and for clippy."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets.table import NETS
from running.adapters import SAMPLE
from running.tools import ROOT, bpgen, on_path, program

from bpgen.commands.emit import text_of
from bpgen.languages.rust_changes import marked, mutating_in
from bpgen.languages.rust_format import finish
from bpgen.writing.options import Options

EXAMPLES = [str(ROOT / "examples" / f"{name}.yaml") for name in ("iris", "lstm")]
KINDS = ("--comments=full", "--inference", "--textbook", "--no-fast")
# What rustfmt, clippy or the compiler once had something to say of.
FOUND = (
    *("own_guarded", "own_inner", "dropout_alone", "embedding_frozen", "steps_no_bias"),
    *("slope_below_0", "attention_initialized", "attention_one_step"),
    *("batch_norm_stops", "found_no_slopes_alone", "conv2d_mostly_padding"),
)
EDITION = ("--edition", "2021")


@pytest.fixture(
    scope="session", params=["few", pytest.param("many", marks=pytest.mark.wide)]
)
def folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Of every kind of net one, in both styles, all as modules of one crate; and nets
    with main, in every kind of file. Or only some of these."""
    few = request.param == "few"
    found = tmp_path_factory.mktemp("rust")
    modules = []
    for name in SAMPLE[::5] if few else (*SAMPLE, *FOUND):
        net = NETS[name]
        for style in net.styles[-1:] if few else net.styles:
            options = Options("rust", style, library=True)
            text = text_of(net.network, net.program, options, "net.yaml")
            (found / f"{name}_{style}.rs").write_text(text)
            modules.append(f"pub mod {name}_{style};\n")
    for kind in KINDS[::2] if few else KINDS:
        for path in EXAMPLES[:1] if few else EXAMPLES:
            name = f"{kind.strip('-').replace('=', '_').replace('-', '_')}"
            module = f"{name}_{Path(path).stem}"
            words = ("--lang", "rust", kind, "-o", f"{found}/{module}.rs", path)
            assert bpgen("emit", *words).code == 0
            modules.append(f"pub mod {module};\n")
    (found / "lib.rs").write_text("".join(sorted(modules)))
    return found


def clean(*words: str | Path, folder: Path) -> None:
    """A tool has nothing to say."""
    on_path(str(words[0]))
    done = program(*words, folder=folder)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_rustfmt_changes_nothing(folder: Path) -> None:
    clean("rustfmt", *EDITION, "--check", "--color", "never", "lib.rs", folder=folder)


def test_clippy_has_nothing_to_say(folder: Path) -> None:
    words = ("--crate-type", "lib", "-D", "warnings", "--emit=metadata")
    clean("clippy-driver", *EDITION, *words, "-o", "lib.rmeta", "lib.rs", folder=folder)


def test_arguments_of_more_than_sixty_columns_stand_one_a_line() -> None:
    argument = "number" * 5
    short = f"    call({argument}, {argument[2:]});"
    assert finish([short]) == [short]
    long = f"    call({argument}, {argument}, {argument});"
    assert finish([long]) == [
        "    call(",
        *[f"        {argument},"] * 3,
        "    );",
    ]


def test_the_one_argument_of_a_call_is_broken_inside_of_it() -> None:
    text = '"' + "expected so many numbers, and not as many as that " + '{}"'
    assert finish([f"return Err(unfit(format!({text}, found)));"]) == [
        "return Err(unfit(format!(",
        f"    {text},",
        "    found",
        ")));",
    ]


def test_one_argument_stays_on_the_line_that_it_fits() -> None:
    short = f"    total += relu({'number + ' * 7}number[0]);"
    assert finish([short]) == [short]
    argument = "number + " * 9 + "0.0"
    assert finish([f"    total = relu({argument});"]) == [
        "    total =",
        f"        relu({argument});",
    ]


def test_a_choice_in_a_choice_is_opened() -> None:
    inner = "if x > 1.0 { 1.0 } else { x }"
    assert finish([f"let y = if x > 0.0 {{ {inner} }} else {{ 0.0 }};"]) == [
        "let y = if x > 0.0 {",
        "    if x > 1.0 {",
        "        1.0",
        "    } else {",
        "        x",
        "    }",
        "} else {",
        "    0.0",
        "};",
    ]


def test_a_routine_that_does_nothing_ends_where_it_begins() -> None:
    lines = ["fn f(&self) {}", "fn g(&self) {", "    self.x = 1.0;", "}"]
    assert mutating_in(lines, ()) == {"g"}


def test_locals_and_receivers_say_that_they_change() -> None:
    lines = [
        "fn f(&self) -> f64 {",
        "    let a = vec![0.0; 2];",
        "    let w = &self.w;",
        "    a[0] += 1.0;",
        "    w[0] = a[0];",
        "    return a[1];",
        "}",
    ]
    known = mutating_in(marked(lines, ()), ())
    assert known == {"f"}
    assert marked(lines, known) == [
        "fn f(&mut self) -> f64 {",
        "    let mut a = vec![0.0; 2];",
        "    let w = &mut self.w;",
        "    a[0] += 1.0;",
        "    w[0] = a[0];",
        "    a[1]",
        "}",
    ]
