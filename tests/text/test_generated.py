"""generated/ is what bpgen makes of examples/, in every language."""

from pathlib import Path

import pytest
from running.tiers import wide_but
from running.tools import EXAMPLES, ROOT, bpgen

from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of
from bpgen.writing.header import without_version


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "example",
    wide_but(EXAMPLES, lambda path: path.stem in ("xor", "mazur")),
    ids=lambda path: path.stem,
)
def test_the_gallery_is_current(example: Path, language: str) -> None:
    file = file_of(LANGUAGES[language], example.stem)
    golden = ROOT / "generated" / language / file
    result = bpgen("emit", "--lang", language, str(example))
    expected = without_version(golden.read_text(encoding="ascii"))
    assert without_version(result.out) == expected, "run generated/refresh"
    assert bpgen("check", str(golden)).code == 0


@pytest.mark.parametrize("language", ["python", "dart"])
@pytest.mark.parametrize("name", ["xor", "mazur", "lstm", "gpt"])
def test_the_textbook_pages_are_current(name: str, language: str) -> None:
    golden = f"{name}{LANGUAGES[language].suffix}"
    example = str(ROOT / "examples" / f"{name}.yaml")
    result = bpgen("emit", "--textbook", "--lang", language, example)
    text = (ROOT / "generated" / "textbook" / golden).read_text(encoding="ascii")
    assert without_version(result.out) == without_version(text), "run generated/refresh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gallery_holds_every_example_and_nothing_else(language: str) -> None:
    folder = ROOT / "generated" / language
    found = sorted(path.name for path in folder.iterdir() if path.suffix != ".pyc")
    record = LANGUAGES[language]
    assert found == sorted(file_of(record, example.stem) for example in EXAMPLES)


@pytest.mark.parametrize(
    ("language", "head"),
    [
        ("python", "    CATEGORIES: Mapping[str, Sequence[str]] = {"),
        ("dart", "  static const Map<String, List<String>> categories = {"),
        ("javascript", "  static categories = {"),
        ("typescript", "  static categories = {"),
        ("go", "var RentCategories = map[string][]string{"),
    ],
)
def test_a_class_says_which_number_a_text_stands_for(language: str, head: str) -> None:
    path = ROOT / "generated" / language / f"rent{LANGUAGES[language].suffix}"
    lines = path.read_text(encoding="ascii").splitlines()
    row = lines[lines.index(head) + 1]
    assert [word for word in ("centre", "riverside", "hills") if word not in row] == []
    assert "district" in row
