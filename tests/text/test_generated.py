"""generated/ is what bpgen makes of examples/, in every language."""

from pathlib import Path

import pytest

from bpgen.commands.emit import Request, emit_all
from bpgen.languages import LANGUAGES
from bpgen.writing.header import without_version

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.yaml"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_gallery_is_current(
    example: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffix = LANGUAGES[language].suffix
    golden = Path("generated") / language / f"{Path(example).stem}{suffix}"
    folder = f"generated/{language}/"
    monkeypatch.chdir(ROOT)
    request = Request(
        (f"examples/{example}",),
        (language,),
        folder,
        "auto",
        "full",
        library=False,
        inference=False,
        fast=True,
        force=True,
    )
    written: dict[Path, str] = {}
    monkeypatch.setattr(
        "bpgen.commands.emit.write", lambda path, text: written.update({path: text})
    )
    monkeypatch.setattr("bpgen.commands.emit.holds", lambda path, text: False)
    assert list(emit_all(request, lambda line: None)) == []
    expected = without_version(golden.read_text(encoding="ascii"))
    assert without_version(written[golden]) == expected, "run generated/refresh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gallery_holds_every_example_and_nothing_else(language: str) -> None:
    folder = ROOT / "generated" / language
    found = sorted(path.stem for path in folder.iterdir() if path.suffix != ".pyc")
    assert found == sorted(Path(example).stem for example in EXAMPLES)
