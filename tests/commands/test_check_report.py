"""What `bpgen check` answers in the formats of programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running.tools import ROOT, bpgen

from bpgen import __version__
from bpgen.commands.changes import changes, span_words
from bpgen.commands.check import Finding, State
from bpgen.commands.check_report import report
from bpgen.languages import LANGUAGES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One file that is current, one that is stale, one edited, one without a source."""
    monkeypatch.chdir(tmp_path)
    for name in ("xor", "mazur"):
        text = (ROOT / "examples" / f"{name}.yaml").read_text()
        (tmp_path / f"{name}.yaml").write_text(text)
        assert bpgen("emit", "-o", f"{name}.py", f"{name}.yaml").code == 0
    text = (tmp_path / "mazur.py").read_text()
    (tmp_path / "edited.py").write_text(text.replace("import json", "import jason"))
    (tmp_path / "lost.py").write_text(text.replace("mazur.yaml", "lost.yaml"))
    text = (tmp_path / "xor.yaml").read_text()
    (tmp_path / "xor.yaml").write_text(text.replace("seed: ", "seed: 1"))
    return tmp_path


def lines_of(form: str) -> str:
    """What is printed; in every form the worst file decides the exit code."""
    result = bpgen("check", "--format", form)
    assert result.code == 2
    assert result.err.startswith("4 files: ")
    return result.out


def test_json_has_an_object_for_each_file(folder: Path) -> None:
    found = json.loads(lines_of("json"))
    assert [(each["file"], each["source"], each["state"]) for each in found] == [
        ("edited.py", "mazur.yaml", "edited by hand"),
        ("lost.py", None, "source missing"),
        ("mazur.py", "mazur.yaml", "current"),
        ("xor.py", "xor.yaml", "stale"),
    ]
    assert {each["language"] for each in found} == {"python"}


def test_github_gets_an_annotation_for_each_file_that_is_not_fine(
    folder: Path,
) -> None:
    line = (folder / "edited.py").read_text().splitlines().index("import jason") + 1
    edited, lost, stale = lines_of("github").splitlines()
    place = f"file=edited.py,line={line},endLine={line}"
    assert edited == f"::error {place},title=bpgen%3A edited by hand::line {line}"
    assert lost.startswith("::error file=lost.py,title=bpgen%3A source missing::there")
    assert stale.startswith("::error file=xor.py,line=")


def test_what_would_end_an_annotation_is_escaped() -> None:
    finding = Finding(file="a,b:c%.py", state=State.STALE, detail="x\ny: 5%", code=1)
    assert [*report([finding], "github", diff=False)] == [
        "::error file=a%2Cb%3Ac%25.py,title=bpgen%3A stale::x%0Ay: 5%25"
    ]


def test_sarif_has_a_rule_and_a_place_for_each_result(folder: Path) -> None:
    log = json.loads(lines_of("sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("bpgen", __version__)
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(rules) == len(set(rules)) == len(State) - 1
    found: dict[str, Any] = {each["ruleId"]: each for each in run["results"]}
    assert [*found] == ["edited-by-hand", "source-missing", "stale"]
    assert found.keys() <= set(rules)
    for name, uri in (("edited-by-hand", "edited.py"), ("stale", "xor.py")):
        (place,) = found[name]["locations"]
        place = place["physicalLocation"]
        assert place["artifactLocation"] == {"uri": uri}
        assert 1 <= place["region"]["startLine"] <= place["region"]["endLine"]
        assert found[name]["message"]["text"]


def test_a_name_of_sarif_is_a_uri() -> None:
    finding = Finding(file="my nets/a#b.py", state=State.STALE, detail="d", code=1)
    (text,) = report([finding], "sarif", diff=False)
    (result,) = json.loads(text)["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "my%20nets/a%23b.py"


@pytest.mark.parametrize("form", ["text", "github", "json", "sarif"])
def test_nothing_made_by_bpgen_is_nothing_wrong(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = bpgen("check", "--format", form)
    assert (result.code, result.err) == (0, "no file here was made by bpgen\n")
    if form == "json":
        assert json.loads(result.out) == []


@pytest.mark.parametrize(
    ("text", "wanted", "words"),
    [
        ("abc", "abx", "line 3"),
        ("abc", "abcx", "line 3"),
        ("abc", "xabc", "line 1"),
        ("abc", "bc", "line 1"),
        ("abcdefg", "axcdeyg", "lines 2, 6"),
        ("abcdefg", "axyzefg", "lines 2-4"),
        ("abc", "", "lines 1-3"),
        ("abcdefghijklmno", "aBcDeFgHiJkLmNo", "lines 2, 4, 6, 8, 10, 12 and 1 more"),
        ("a" * 40_000, "b" * 40_000, "lines 1-40000"),
    ],
)
def test_the_lines_that_differ_are_told(text: str, wanted: str, words: str) -> None:
    told = span_words(changes("\n".join(text), "\n".join(wanted)))
    assert told.removesuffix(" place") == words


def test_every_language_has_a_header_that_can_be_read(folder: Path) -> None:
    assert bpgen("emit", "--lang", "all", "-o", "all/", "mazur.yaml").code == 0
    found = json.loads(bpgen("check", "--format", "json", "all").out)
    assert sorted(each["language"] for each in found) == sorted(LANGUAGES)
