"""`bpgen check` says of every emitted file whether it still is what its net says."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from running.tools import ROOT, Result, bpgen, tree

from bpgen.commands import check as checking
from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of
from bpgen.network.schema import schema
from bpgen.network.source import KEYS
from bpgen.writing.header import UNKNOWN, marked
from bpgen.writing.marks import read_marks
from bpgen.writing.options import Comments, Options, read_options

NET = """\
name: small  # a comment
about: As small as it can be.
input: 2
layers:
  - {type: dense, name: h, units: 2, activation: bent}
  - {type: dense, name: o, units: 1}
functions: [{name: bent, of: x, formula: x * x}]
loss: half_squared_error
optimizer: {type: sgd, learning_rate: 0.5}
regularization: {l2: 0.1}
training: {epochs: 20, batch_size: 2}
parameters: start.json
frozen: [o.bias]
seed: 3
data: {csv: rows.csv, inputs: [a, b], targets: [c]}
"""
ROWS = "a,b,c\n0,1,1\n1,1,0\n"
START = json.dumps({"h.weight": [[0.1, 0.2], [0.3, 0.4]]})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with one net and what it reads."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(NET)
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / "start.json").write_text(START)
    return tmp_path


# Of each way to write a comment a language: whose file it is, check does not ask.
SOME = ("python", "dart")


def emit_some(*arguments: str) -> None:
    """Emit in some languages."""
    for language in SOME:
        emit("--lang", language, *arguments)


def emit(*arguments: str) -> None:
    """Emit, and all is well."""
    result = bpgen("emit", *arguments)
    assert result.code == 0, result.err


def state(*arguments: str) -> tuple[int, str, str]:
    """Exit code, state and detail of the one file there is."""
    result = bpgen("check", "--format", "json", *arguments)
    (found,) = json.loads(result.out)
    assert [*found] == ["file", "source", "language", "state", "detail"]
    return result.code, found["state"], found["detail"]


def line_of(path: Path, text: str) -> int:
    """The number of the first line that holds a text."""
    lines = enumerate(path.read_text().splitlines(), 1)
    return next(number for number, line in lines if text in line)


def steps_of(path: Path) -> str:
    """The numbers of the lines with what --check is to find in training."""
    first = line_of(path, " steps: list[float] = [")
    assert line_of(path, " sums: list[float] = [") == first + 2
    return f"{first}-{first + 2}"


def replaced(path: Path, old: str, new: str) -> None:
    """Change a text that stands in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# Current ----------------------------------------------------------------------


@pytest.mark.parametrize("every", [[], ["--all"]])
@pytest.mark.parametrize(
    "options",
    [
        ["--style", "loops"],
        pytest.param(["--comments", "brief", "--library"], marks=pytest.mark.wide),
        pytest.param(["--comments", "none", "--no-fast"], marks=pytest.mark.wide),
        ["--inference"],
    ],
)
def test_what_nothing_has_changed_is_current_in_every_language(
    options: list[str], every: list[str], folder: Path
) -> None:
    emit("--lang", "all", *options, "-o", "out/", "small.yaml")
    result = bpgen("check", *every, "out")
    assert result.code == 0, result.out
    names = sorted(f"out/{file_of(own, 'small')}" for own in LANGUAGES.values())
    assert result.out == "".join(f"{name}: current\n" for name in names)
    assert result.err == f"{len(names)} files: {len(names)} current\n"


@pytest.mark.parametrize("options", [(), ("--style", "loops"), ("--lang", "dart")])
def test_a_file_from_standard_output_is_checked_like_any_other(
    options: tuple[str, ...], folder: Path
) -> None:
    (folder / "any.name").write_text(bpgen("emit", *options, "small.yaml").out)
    assert state("any.name") == state("--all", "any.name") == (0, "current", "")


def test_line_ends_of_a_checkout_do_not_matter(folder: Path) -> None:
    emit_some("-o", "out/", "small.yaml")
    for path in [*folder.rglob("small.*"), folder / "rows.csv"]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert bpgen("check").code == bpgen("check", "--all").code == 0


SAME = {
    "comments": NET.replace("  # a comment", "") + "# the end\n",
    "spaces": NET.replace(": [o.bias]", ":\n  - o.bias\n\n"),
    "numbers": NET.replace("0.5", "5.0e-1"),
    "quotes": NET.replace("name: small ", 'name: "small" '),
    "order": "\n".join(reversed(NET.replace("\n  - ", "~").split("\n"))).replace(
        "~", "\n  - "
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_another_way_to_write_the_same_changes_nothing(name: str, folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    assert SAME[name] != NET
    (folder / "small.yaml").write_text(SAME[name])
    assert state("small.py") == state("--all", "small.py") == (0, "current", "")


def test_every_option_is_read_back_from_the_words_of_the_header() -> None:
    flags = product(Comments, *[[False, True]] * 3)
    for language, (comments, library, inference, fast) in product(LANGUAGES, flags):
        for style in ("unrolled", "loops"):
            options = Options(language, style, comments, library, inference, fast)
            assert read_options(options.words).words == options.words


def test_every_key_of_a_net_has_its_place_in_the_hash() -> None:
    assert set(KEYS) == set(schema()["properties"])


# Stale ------------------------------------------------------------------------

CHANGES = {
    "name": ("small.yaml", "name: small", "name: little"),
    "about": ("small.yaml", "As small", "Quite as small"),
    "input": ("small.yaml", "input: 2", "input: {size: 2, names: [p, q]}"),
    "layers": ("small.yaml", "activation: bent", "activation: tanh"),
    "functions": ("small.yaml", "x * x", "x * x * x"),
    "loss": ("small.yaml", "half_squared_error", "mse"),
    "optimizer": ("small.yaml", "0.5", "0.25"),
    "regularization": ("small.yaml", "l2: 0.1", "l1: 0.1"),
    "training": ("small.yaml", "epochs: 20", "epochs: 30"),
    "parameters": ("start.json", "0.3", "0.33"),
    "frozen": ("small.yaml", "[o.bias]", "[h.bias]"),
    "seed": ("small.yaml", "seed: 3", "seed: 4"),
    "data": ("rows.csv", "1,1,0", "1,1,0.5"),
    "classes": ("small.yaml", "[no, yes]", "[nay, yea]"),
    "preprocessing": ("small.yaml", "standardize", "minmax"),
}
# What a net of numbers has no use for.
OF_CLASSES = {
    "units: 1}": "units: 2}",
    "half_squared_error": "softmax_cross_entropy\nclasses: [no, yes]",
    "targets: [c]": "labels: c",
}
SCALED = {"seed: 3": "seed: 3\npreprocessing: {inputs: standardize}"}
BEFORE = {"classes": OF_CLASSES, "preprocessing": SCALED}


@pytest.mark.parametrize("key", KEYS)
def test_a_stale_file_says_which_key_changed_and_which_lines_differ(
    key: str, folder: Path
) -> None:
    for old, new in BEFORE.get(key, {}).items():
        replaced(folder / "small.yaml", old, new)
    emit("-o", "small.py", "small.yaml")
    file, old, new = CHANGES[key]
    replaced(folder / file, old, new)
    code, found, detail = state("small.py")
    assert (code, found) == (1, "stale")
    changed, lines = detail.split("; ")
    assert changed == f"{key} changed in small.yaml"
    before = (folder / "small.py").read_text().split("\n")
    emit("-o", "now.py", "small.yaml")
    now = (folder / "now.py").read_text().split("\n")
    first = int(re.findall("[0-9]+", lines)[0])
    differing = (
        number
        for number, pair in enumerate(zip(before, now, strict=False), 1)
        if pair[0] != pair[1] and not pair[0].startswith(("Net ", "content "))
    )
    assert next(differing) in (first, first + 1)  # after a line where some are new


def test_all_keys_that_changed_are_told_and_those_that_came_and_went(
    folder: Path,
) -> None:
    emit("-o", "small.py", "small.yaml")
    replaced(folder / "small.yaml", "epochs: 20", "epochs: 30")
    replaced(folder / "small.yaml", "seed: 3\n", "")
    _, found, detail = state("small.py")
    assert (found, detail.split(";")[0]) == (
        "stale",
        "training, seed changed in small.yaml",
    )


def test_what_only_the_hashes_show_is_told(folder: Path) -> None:
    emit("--library", "-o", "small.py", "small.yaml")
    replaced(folder / "rows.csv", "1,1,0", "1,1,0.5")
    assert state("small.py") == (
        *(1, "stale"),
        "data changed in small.yaml; only the hashes in its header differ",
    )


def test_diff_shows_the_lines(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    replaced(folder / "small.yaml", "0.5", "0.25")
    result = bpgen("check", "--diff", "small.py")
    assert result.code == 1
    lines = result.out.splitlines()
    at = line_of(folder / "small.py", "self.learning_rate = 0.5")
    where = f"lines {at}, {steps_of(folder / 'small.py')}"
    stale = f"small.py:{at}: stale: optimizer changed in small.yaml; {where}"
    assert lines[0] == stale
    assert lines[1:3] == ["--- small.py", "+++ small.py (as bpgen writes it now)"]
    changed = [line.split() for line in lines if "learning_rate = " in line]
    assert changed == [
        ["-", "self.learning_rate", "=", "0.5"],
        ["+", "self.learning_rate", "=", "0.25"],
    ]
    message = "error: --diff is for --format text: json has no place for it\n"
    result = bpgen("check", "--diff", "--format", "json", "small.py")
    assert (result.code, result.err) == (2, message)


def test_a_change_of_bpgen_itself_shows_when_all_are_emitted_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit("-o", "small.py", "small.yaml")
    usual = checking.text_of

    def changed(*arguments: Any) -> str:
        text: str = usual(*arguments)
        return text.replace("math.", "maths.")

    monkeypatch.setattr(checking, "text_of", changed)
    emit("--comments", "none", "-o", "other.py", "small.yaml")
    assert bpgen("check").code == 0
    code, found, detail = state("--all", "small.py")
    assert (code, found) == (1, "stale")
    start = "small.yaml is as it was, but bpgen now writes it differently; line"
    assert detail.startswith(start)


# Edited by hand ---------------------------------------------------------------

EDITS = {
    "a changed line": (lambda t: [*t[:99], "    pass", *t[100:]], "line 100"),
    "a new line": (lambda t: [*t[:99], "# new", *t[99:]], "line 100"),
    "three new lines": (lambda t: t[:99] + ["#"] * 3 + t[99:], "lines 100-102"),
    "a line less": (lambda t: t[:99] + t[100:], "line 99"),
    "two places": (
        lambda t: [*t[:99], "    pass", *t[100:119], "    pass", *t[120:]],
        "lines 100, 120",
    ),
    "the legend": (lambda t: ['"""Mine.', *t[1:]], "line 1"),
    "the end": (lambda t: [*t, "# the end"], "line {end}"),
}


@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_says_where(edit: str, crlf: bool, folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    path = folder / "small.py"
    change, lines = EDITS[edit]
    written = change(path.read_text().splitlines())
    text = "\n".join([*written, ""])
    path.write_bytes(text.replace("\n", "\r\n" if crlf else "\n").encode())
    expected = lines.format(end=len(written))
    assert state("small.py") == (1, "edited by hand", expected)


def test_an_edited_file_whose_source_changed_says_both(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    replaced(folder / "small.py", "self.learning_rate = 0.5", "self.learning_rate = 9")
    replaced(folder / "small.yaml", "epochs: 20", "epochs: 30")
    code, found, detail = state("small.py")
    assert (code, found) == (1, "edited by hand")
    assert detail.endswith("; training changed in small.yaml, too")
    (folder / "small.yaml").unlink()
    code, found, detail = state("small.py")
    assert (code, found) == (2, "edited by hand")
    assert "there is no small.yaml" in detail


# Made by another version ------------------------------------------------------


def from_version(path: Path, version: str, old: str = "", new: str = "") -> None:
    """Make a file one that another version wrote, with its own content."""
    text = path.read_text()
    marks = read_marks(text)
    assert marks and old in text
    text = text.replace(
        marks.version_line, marks.version_line.replace("0.1.0", version)
    )
    path.write_text(marked(text.replace(marks.content, UNKNOWN).replace(old, new)))


@pytest.mark.parametrize("options", [[], ["--all"]])
def test_another_version_with_the_same_content_is_fine(
    options: list[str], folder: Path
) -> None:
    emit_some("-o", "out/", "small.yaml")
    for path in (folder / "out").iterdir():
        from_version(path, "0.0.9")
    result = bpgen("check", *options, "out")
    assert result.code == 0
    assert result.out.count(
        ": made by another version: by bpgen 0.0.9, this is 0.1.0; the same content\n"
    ) == len(SOME)


def test_another_version_with_other_content_is_not(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    from_version(folder / "small.py", "9.0", "self.learning_rate = 0.5", "self.a = 0.5")
    by = "by bpgen 9.0, this is 0.1.0; other content"
    at = line_of(folder / "small.py", "self.a = 0.5")
    assert state("small.py") == (1, "made by another version", f"{by}; line {at}")
    replaced(folder / "small.yaml", "0.5", "0.25")
    where = f"lines {at}, {steps_of(folder / 'small.py')}"
    changed = f"{by}; optimizer changed in small.yaml; {where}"
    assert state("small.py") == (1, "made by another version", changed)
    replaced(folder / "small.py", "self.a = 0.5", "self.b = 0.5")
    assert state("small.py")[:2] == (1, "edited by hand")


# The source -------------------------------------------------------------------

OTHER = NET.replace("units: 2", "units: 3").replace("start.json", "{}")
PLAIN = NET.replace("parameters: start.json\n", "").replace(
    "data: {csv: rows.csv, inputs: [a, b], targets: [c]}\n", ""
)
TUNED = PLAIN.replace("epochs: 20", "epochs: 30")  # the same net


@pytest.mark.parametrize(
    ("nets", "expected"),
    [
        ({"out/small.yaml": PLAIN}, "out/small.yaml"),
        ({"small.yaml": PLAIN}, "small.yaml"),
        ({"a/b/small.yaml": PLAIN}, "a/b/small.yaml"),
        ({"a/small.yaml": PLAIN, "b/small.yaml": OTHER}, "a/small.yaml"),
        ({"out/small.yaml": OTHER, "b/small.yaml": PLAIN}, "b/small.yaml"),
        ({"out/small.yaml": "loss: [", "small.yaml": PLAIN}, "small.yaml"),
        ({"a/small.yaml": PLAIN, "b/small.yaml": PLAIN}, "a/small.yaml"),
        # Nothing is as it was: the net decides, else there has to be just one.
        ({"a/small.yaml": TUNED, "b/small.yaml": OTHER}, "a/small.yaml"),
        ({"a/small.yaml": OTHER}, "a/small.yaml"),
        ({"out/small.yaml": OTHER, "b/small.yaml": "x"}, "out/small.yaml"),
        (
            {"a/small.yaml": TUNED, "b/small.yaml": TUNED},
            "2 files are called small.yaml",
        ),
        (
            {"a/small.yaml": OTHER, "b/small.yaml": OTHER},
            "2 files are called small.yaml",
        ),
        # Where nobody looks.
        ({".hidden/small.yaml": PLAIN}, "there is no small.yaml in . or below"),
        ({"build/small.yaml": PLAIN}, "there is no small.yaml in . or below"),
        ({"a/node_modules/small.yaml": PLAIN}, "there is no small.yaml in . or below"),
        ({"../small.yaml": PLAIN}, "there is no small.yaml in . or below"),
        ({}, "there is no small.yaml in . or below: say which one with --source"),
    ],
)
@pytest.mark.parametrize("has_repository", [False, True])
def test_the_source_is_found_by_its_name_and_its_net(
    nets: dict[str, str],
    expected: str,
    has_repository: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = tmp_path / "root"
    (root / "out").mkdir(parents=True)
    monkeypatch.chdir(root)
    (root / "small.yaml").write_text(PLAIN)
    emit("-o", "out/small.py", "small.yaml")
    (root / "small.yaml").unlink()
    if has_repository:
        (root / ".git").touch()
    for name, text in nets.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    result = bpgen("check", "--format", "json", "out")
    (found,) = json.loads(result.out)
    if found["source"]:
        assert found["source"] == expected
        is_same = nets.get(expected) == PLAIN
        assert (result.code == 0) == is_same
    else:
        assert (result.code, found["state"]) == (2, "source missing")
        assert found["detail"].startswith(expected)
        assert found["detail"].endswith("--source")


def test_a_repository_is_searched_from_wherever_one_works(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".git").mkdir()
    emit("-o", "a/b/", "small.yaml")
    monkeypatch.chdir(folder / "a")
    assert state("b/small.py")[1] == "current"
    found = json.loads(bpgen("check", "--format", "json").out)
    assert found[0]["source"] == "../small.yaml"


def test_without_a_repository_a_file_elsewhere_is_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit("-o", "a/", "small.yaml")
    (folder / "work").mkdir()
    monkeypatch.chdir(folder / "work")
    assert state("../a/small.py")[1] == "source missing"
    assert state("--source", "../small.yaml", "../a/small.py")[1] == "current"


def test_a_moved_folder_does_not_matter(folder: Path) -> None:
    emit("-o", "out/", "small.yaml")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "out").rename(folder / "deep" / "er" / "out")
    (folder / "nets").mkdir()
    for name in ("small.yaml", "rows.csv", "start.json"):
        (folder / name).rename(folder / "nets" / name)
    assert state() == (0, "current", "")


def test_a_source_of_another_name_is_given(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    (folder / "small.yaml").rename(folder / "net.yaml")
    assert state()[1] == "source missing"
    assert state("--source", "net.yaml")[1] == "current"
    code, found, detail = state("--source", "none.yaml")
    assert (code, found) == (2, "unreadable")
    assert detail == "error: cannot read none.yaml: No such file or directory"


# Unreadable, and none of ours -------------------------------------------------


def test_a_source_with_errors_is_told_with_its_place(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    replaced(folder / "small.yaml", "half_squared_error", "half_squared_eror")
    code, found, detail = state("small.py")
    assert (code, found) == (2, "unreadable")
    assert detail.startswith("small.yaml:8:7: error: unknown loss")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("content ", "contents ", "its header is damaged"),
        ("--style unrolled", "--style curly", "its options cannot be read"),
        ("--lang python", "--lang cobol", "its options cannot be read"),
        ("--lang python", "--textbooks", "its options cannot be read"),
    ],
)
def test_a_damaged_header_is_told(
    old: str, new: str, message: str, folder: Path
) -> None:
    emit("-o", "small.py", "small.yaml")
    replaced(folder / "small.py", old, new)
    code, found, detail = state("small.py")
    assert (code, found) == (2, "unreadable")
    assert message in detail
    assert "bpgen emit" in detail


def test_a_file_that_is_not_there_is_unreadable(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    result = bpgen("check", "none.py", "small.py")
    assert result.code == 2
    assert result.out == (
        "none.py: unreadable: cannot read none.py: No such file or directory\n"
        "small.py: current\n"
    )


def test_files_that_bpgen_did_not_make_are_passed_over(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    (folder / "mine.py").write_text(
        "print('Generated by bpgen 1 from x. Do not edit.')"
    )
    (folder / "empty.py").touch()
    (folder / "bytes.dart").write_bytes(b"\xff\x00" * 500)
    names = ("mine.py", "empty.py", "bytes.dart", "small.yaml")
    result = bpgen("check", *names)
    assert result == Result(0, "", "no file here was made by bpgen\n")
    assert bpgen("check", *names, "small.py").out == "small.py: current\n"
    assert bpgen("check", "small.py", ".", "./").out == "small.py: current\n"


# Writing ----------------------------------------------------------------------


def test_nothing_is_written_unless_asked(folder: Path) -> None:
    emit_some("-o", "out/", "small.yaml")
    replaced(folder / "out" / "small.py", "import math", "import maths")
    replaced(folder / "small.yaml", "0.5", "0.25")
    before = tree(folder)
    for form in ("text", "github", "json", "sarif"):
        assert bpgen("check", "--all", "--format", form).code == 1
    assert bpgen("check", "--diff").code == 1
    assert tree(folder) == before


@pytest.mark.parametrize("crlf", [False, True])
def test_update_writes_what_is_stale(crlf: bool, folder: Path) -> None:
    emit_some("--comments", "brief", "-o", "out/", "small.yaml")
    from_version(folder / "out" / "small.py", "9.0", "learning_rate", "learning")
    replaced(folder / "small.yaml", "0.5", "0.25")
    if crlf:
        for path in (folder / "out").iterdir():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    result = bpgen("check", "--update", "out")
    assert result.code == 0
    assert result.out.count(": current: written anew; was ") == len(SOME)
    emit_some("--comments", "brief", "-o", "new/", "small.yaml")
    for path in (folder / "new").iterdir():
        wanted = path.read_bytes().replace(b"\n", b"\r\n" if crlf else b"\n")
        assert (folder / "out" / path.name).read_bytes() == wanted
    assert bpgen("check", "--all").code == 0


def test_update_leaves_what_was_edited_and_what_is_as_good(folder: Path) -> None:
    emit("-o", "small.py", "small.yaml")
    emit("-o", "old.py", "small.yaml")
    from_version(folder / "old.py", "0.0.9")
    replaced(folder / "small.py", "import math", "import maths")
    before = tree(folder)
    result = bpgen("check", "--update")
    assert result.code == 1
    assert "left as it is: bpgen emit --force overwrites it\n" in result.out
    assert tree(folder) == before
    replaced(folder / "small.yaml", "0.5", "0.25")
    before = tree(folder)
    assert bpgen("check", "--update", "small.py").code == 1
    assert tree(folder) == before


# How long it takes ------------------------------------------------------------

MANY = 1_000


def test_of_a_thousand_files_one_is_emitted_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit("-o", "small.py", str(ROOT / "examples" / "xor.yaml"))
    text = (folder / "small.py").read_text()
    source = (ROOT / "examples" / "xor.yaml").read_text()
    for number in range(MANY):
        (folder / str(number)).mkdir()
        (folder / str(number) / "xor.py").write_text(text)
        (folder / str(number) / "xor.yaml").write_text(source)
    replaced(folder / "7" / "xor.yaml", "seed: ", "seed: 1")
    calls = []
    usual = checking.text_of
    monkeypatch.setattr(
        checking, "text_of", lambda *given: calls.append(given) or usual(*given)
    )
    result = bpgen("check", *(f"{number}/xor.py" for number in range(MANY)))
    assert result.err.startswith("1,000 files: 999 current, 1 stale;")
    assert len(calls) == 1, "a file is emitted again only if it has to be"
