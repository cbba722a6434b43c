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
EDITION = ("--edition", "2021")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of every kind of net one, in both styles, all as modules of one crate; and nets
    with main, in every kind of file."""
    found = tmp_path_factory.mktemp("rust")
    modules = []
    for name in SAMPLE:
        net = NETS[name]
        for style in net.styles:
            options = Options("rust", style, library=True)
            text = text_of(net.network, net.program, options, "net.yaml")
            (found / f"{name}_{style}.rs").write_text(text)
            modules.append(f"pub mod {name}_{style};\n")
    for kind in KINDS:
        for path in EXAMPLES:
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
