"""Emitted Go is clean, as gofmt leaves it, and rounds every product."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nets.table import NETS
from running.adapters import SAMPLE
from running.tools import ROOT, bpgen, on_path, program

from bpgen.commands.emit import text_of
from bpgen.languages.go_format import finish
from bpgen.writing.options import Options

EXAMPLES = [str(ROOT / "examples" / f"{name}.yaml") for name in ("iris", "lstm")]
KINDS = ("--comments=full", "--inference", "--textbook", "--no-fast")
CATEGORIES = "raw_columns"  # a net that has a mapping of them
FUSED = re.compile(r"\bFN?M(?:ADD|SUB)D\b")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of every kind of net one, in both styles, each a package of its own; and nets
    with main, in every kind of file."""
    found = tmp_path_factory.mktemp("go")
    (found / "go.mod").write_text("module nets\n\ngo 1.21\n")
    for name in (*SAMPLE, CATEGORIES):
        net = NETS[name]
        for style in net.styles:
            options = Options("go", style, library=True)
            text = text_of(net.network, net.program, options, "net.yaml")
            (found / f"{name}_{style}").mkdir()
            (found / f"{name}_{style}" / "net.go").write_text(text)
    for kind in KINDS:
        for path in EXAMPLES:
            target = f"{found}/{kind.strip('-').replace('=', '_')}_{Path(path).stem}/"
            assert bpgen("emit", "--lang", "go", kind, "-o", target, path).code == 0
    return found


def clean(*words: str | Path, folder: Path) -> None:
    """A tool has nothing to say."""
    on_path("go")
    done = program(*words, folder=folder)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_gofmt_changes_nothing(folder: Path) -> None:
    clean("gofmt", "-l", ".", folder=folder)


def test_vet_has_nothing_to_say(folder: Path) -> None:
    clean("go", "vet", "./...", folder=folder)


def test_no_product_is_fused_with_a_sum_where_a_machine_could(folder: Path) -> None:
    on_path("go")
    words = ("go", "build", "-gcflags=-S", "./mazur_loops", "./lstm_unrolled")
    done = program(*words, folder=folder, environment={"GOARCH": "arm64"})
    assert done.code == 0
    assert "FMULD" in done.err
    assert not FUSED.search(done.err)


def test_texts_are_put_together_once(folder: Path) -> None:
    files = list(folder.rglob("*.go"))
    assert files
    for path in files:
        text = path.read_text()
        assert not re.search(r"(ln\(|, )fmt\.Sprintf\(\"[^\n]*fmt\.Sprintf", text)
        assert not re.search(r"Fprintln\([^\n]*Sprintf|Println\(fmt\.Sprintf", text)


# Lines with blanks around all operators, and what gofmt makes of them.
SPACING = [
    ("x := a * b", "x := a * b"),
    ("x := a * b + c", "x := a*b + c"),
    ("x := w[i * n + 1]", "x := w[i*n+1]"),
    ("x := f(a + b, b * c + d)", "x := f(a+b, b*c+d)"),
    ("x := f(a + b)", "x := f(a + b)"),
    ("x := float64(a * float64(b * c))", "x := float64(a * float64(b*c))"),
    ("x := float64(a * (1.0 - a)) + z", "x := float64(a*(1.0-a)) + z"),
    ("x := (a + b) * c", "x := (a + b) * c"),
    ("x := a - -b", "x := a - -b"),
    ("x := w[i] * -c[1]", "x := w[i] * -c[1]"),
    ("x, y := a[i * 2], a[i + 1]", "x, y := a[i*2], a[i+1]"),
    ("if x >= 0.0 && x <= n - 1.0 {", "if x >= 0.0 && x <= n-1.0 {"),
    ("return a + b, nil", "return a + b, nil"),
    ("for i := 0; i < n - 1; i += 2 {", "for i := 0; i < n-1; i += 2 {"),
    ('fmt.Println("a * b", a * b)', 'fmt.Println("a * b", a*b)'),
    ("x := uint64(a) * uint64(b) >> 32", "x := uint64(a) * uint64(b) >> 32"),
    ("x := a << 3 | b >> 2", "x := a<<3 | b>>2"),
]


@pytest.mark.parametrize("given", SPACING, ids=lambda pair: pair[0])
def test_blanks_go_by_the_depth_of_an_expression(given: tuple[str, str]) -> None:
    line, wanted = given
    assert finish([line]) == [wanted]


def test_gofmt_agrees_with_that_table(tmp_path: Path) -> None:
    on_path("gofmt")
    lines = [line + " }" * line.endswith("{") for _, line in SPACING]
    path = tmp_path / "table.go"
    body = "".join(f"\t{line}\n" for line in lines if not line.endswith("}"))
    path.write_text(f"package table\n\nfunc f() {{\n{body}}}\n")
    clean("gofmt", "-l", path, folder=tmp_path)


def test_a_long_sum_goes_on_behind_an_operator_one_step_further_in() -> None:
    lines = ["    x := a * b +", "        c * d"]
    assert finish(lines) == ["\tx := a*b +", "\t\tc*d"]


def test_fields_stand_in_columns_up_to_a_comment_or_an_empty_line() -> None:
    lines = ["type a struct {", "    b int", "    long int", "", "    c int", "}"]
    assert finish(lines)[1:5] == ["\tb    int", "\tlong int", "", "\tc int"]
