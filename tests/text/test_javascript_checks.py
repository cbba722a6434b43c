"""The checkers of JavaScript and TypeScript find what there is, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.javascript_checks import Complaints, eslint, prettier, tsc

SCRIPT = """\
/** A point that moves. */
export class Point {
  x = 0.0;

  /**
   * Moves it.
   *
   * @param {number} by
   */
  move(by) {
    this.x += by;
  }
}

if (typeof process !== "undefined") {
  console.log(process.getBuiltinModule("node:fs").existsSync("."));
}
"""
TYPED = SCRIPT.replace("   *\n   * @param {number} by\n", "").replace(
    "move(by)", "move(by: number): void"
)
CLEAN = {"clean.mjs": SCRIPT, "clean.ts": TYPED}


def written(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Files of these texts."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def assert_only(found: Complaints, expected: dict[str, str]) -> None:
    """Complaints about these files alone, with these words in them."""
    assert set(found) == set(expected), found
    for name, words in expected.items():
        assert words in "\n".join(found[name])


def test_the_compiler_finds_wrong_types(tmp_path: Path) -> None:
    files = CLEAN | {
        "untyped.mjs": SCRIPT.replace("@param {number} by", "by"),
        "wrong.mjs": SCRIPT.replace("+= by", "= String(by)"),
        "wrong.ts": TYPED.replace("+= by", "= String(by)"),
        "enum.ts": "export enum Colour {\n  Red,\n}\n",
        "unused.ts": "const x = 1;\n",
    }
    expected = {
        "untyped.mjs": "10:8: error TS7006",
        "wrong.mjs": "Type 'string' is not assignable to type 'number'",
        "wrong.ts": "Type 'string' is not assignable to type 'number'",
        "enum.ts": "erasableSyntaxOnly",
        "unused.ts": "never read",
    }
    assert_only(tsc(written(tmp_path, files)), expected)


def test_eslint_finds_what_its_recommended_rules_mind(tmp_path: Path) -> None:
    files = CLEAN | {
        "unknown.mjs": "export const text = document.title;\n",
        "unused.mjs": "const x = 1;\n",
        "hidden.mjs": "const x = 1; // eslint-disable-line\n",
        "any.ts": "export const x: any = 1;\n",
        "bang.ts": "export const f = (x: string | null) => x!.length;\n",
        "broken.ts": "export const = 1;\n",
    }
    expected = {
        "unknown.mjs": "no-undef",
        "unused.mjs": "no-unused-vars",
        "hidden.mjs": "no-unused-vars",
        "any.ts": "no-explicit-any",
        "bang.ts": "no-non-null-assertion",
        "broken.ts": "Parsing error",
    }
    assert_only(eslint(written(tmp_path, files)), expected)


def test_prettier_shows_what_it_would_change(tmp_path: Path) -> None:
    files = CLEAN | {
        "quotes.mjs": "export const x = 'a';\n",
        "number.ts": "export const x: number = 1e-08;\n",
        "broken.mjs": "export const = 1;\n",
    }
    expected = {
        "quotes.mjs": "-export const x = 'a';\n+export const x = \"a\";",
        "number.ts": "+export const x: number = 1e-8;",
        "broken.mjs": "SyntaxError",
    }
    # The width of the project that the files lie in does not matter.
    (tmp_path / ".editorconfig").write_text("root = true\n[*]\nmax_line_length = 40\n")
    (tmp_path / ".prettierrc").write_text('{"semi": false}')
    assert_only(prettier(written(tmp_path, files)), expected)


def test_a_checker_that_does_not_run_is_not_taken_for_a_clean_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = written(tmp_path, CLEAN)
    eslint(files)  # or skip
    monkeypatch.setenv("NODE_OPTIONS", "--require=/nowhere")
    for checker in (tsc, eslint, prettier):
        with pytest.raises(RuntimeError):
            checker(files)


def test_without_the_tools_a_test_fails_in_ci_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = written(tmp_path, CLEAN)
    monkeypatch.delenv("BPGEN_NODE_TOOLS", raising=False)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install-node-tools"):
        tsc(files)
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        tsc(files)
