"""What docs/ci.md, action.yml and the hooks for pre-commit tell CI to do works."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from running.tools import ANALYSIS_OPTIONS, ROOT, Result, bpgen, dart, program

from bpgen.commands.check import State
from bpgen.commands.sources import BUILT
from bpgen.languages import LANGUAGES

DOCUMENT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
QUIET = {"DART_SUPPRESS_ANALYTICS": "true"}


def blocks(language: str) -> list[str]:
    """The code of one language in the document."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.M | re.S)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package as the document has it, its net emitted as it says, with `bpgen`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    shutil.copy(ROOT / "examples" / "xor.yaml", "nets")
    (tmp_path / ".git").mkdir()
    (command,) = blocks("sh")
    assert bpgen(*shlex.split(command)[1:]).code == 0
    script = tmp_path / ".bin" / "bpgen"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m bpgen "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def make_stale() -> None:
    """Change the net."""
    path = Path("nets", "xor.yaml")
    path.write_text(
        path.read_text().replace("learning_rate: 1.0", "learning_rate: 0.5")
    )


# action.yml -------------------------------------------------------------------


def act(folder: Path, **given: str) -> Result:
    """Run the steps of the action one by one, as GitHub does, until one fails."""
    values = {name: each["default"] for name, each in ACTION["inputs"].items()} | given
    result = Result(0, "", "")
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        environment = {name: filled(text, values) for name, text in step["env"].items()}
        assert "${{" not in step["run"], "what callers give is no part of the script"
        environment |= {"RUNNER_TEMP": str(folder / ".temp"), "PYTHONPATH": ""}
        # Nothing is fetched: what bpgen needs is there already.
        environment |= {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}
        environment |= {"PIP_NO_BUILD_ISOLATION": "off"}
        command = (
            "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            step["run"],
        )
        result = program(*command, folder=folder, environment=environment)
        if result.code:
            break
    return result


def filled(text: str, values: dict[str, str]) -> str:
    """A text of the action with what GitHub puts into it."""
    known = {f"inputs.{name}": value for name, value in values.items()}
    known["github.action_path"] = str(ROOT)
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], text)


@pytest.mark.skipif(os.name == "nt", reason="the bash of Unix")
def test_the_action_fails_with_an_annotation_where_a_file_is_stale(
    package: Path,
) -> None:
    result = act(package)
    assert (result.code, result.out) == (0, ""), result.err
    assert "1 file: 1 current" in result.err
    make_stale()
    result = act(package, paths="lib nets", options="--all")
    assert result.code == 1
    assert result.out.startswith("::error file=lib/src/xor.dart,line=")
    assert "optimizer changed in nets/xor.yaml" in result.out
    result = act(package, paths="lib; touch bad", options="")
    assert result.code == 2
    assert not (package / "bad").exists()


# pre-commit -------------------------------------------------------------------


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_of_pre_commit_sees_what_is_stale(
    hook: dict[str, Any], package: Path
) -> None:
    suffixes = [language.suffix for language in LANGUAGES.values()]
    for ending in [".yaml", ".yml", ".csv", ".json", *suffixes]:
        assert re.search(hook["files"], f"folder/name{ending}")
    command = [*shlex.split(hook["entry"]), "lib", "nets"]
    assert program(*command, folder=package).code == 0
    before = (package / "lib" / "src" / "xor.dart").read_bytes()
    make_stale()
    writes = hook["id"] == "bpgen-update"
    assert program(*command, folder=package).code == (0 if writes else 1)
    after = (package / "lib" / "src" / "xor.dart").read_bytes()
    assert (after != before) == writes


# docs/ci.md -------------------------------------------------------------------


def test_the_document_has_a_row_for_each_answer_and_names_what_is_skipped() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| .* \| [0-9]", DOCUMENT, re.MULTILINE)
    assert sorted(rows) == sorted(state.value for state in State)
    assert all(f"`{name}`" in DOCUMENT for name in BUILT - {"__pycache__"})


def test_the_table_of_verify_is_what_it_prints(package: Path) -> None:
    (text,) = re.findall(r"^\$ bpgen (verify .*)\n((?:.+\n)+)```$", DOCUMENT, re.M)
    command, table = text
    result = bpgen(*shlex.split(command))
    assert result.code == 0
    # Numbers are rounding errors, which differ between machines.
    shapes = [re.sub(r" [0-9][-.0-9e]*|[ ]+", " ", t) for t in (result.out, table)]
    assert shapes[0].splitlines() == shapes[1].splitlines()


def test_every_command_of_the_jobs_does_what_the_text_says(package: Path) -> None:
    jobs = [yaml.safe_load(text) for text in blocks("yaml")]
    commands = re.findall(r"bpgen check[^\n`|]*", "".join(blocks("yaml")))
    assert len(jobs) == 5
    assert len(commands) >= 3
    for command in commands:
        assert program(*shlex.split(command), folder=package).code == 0, command
    make_stale()
    for command in commands:
        assert program(*shlex.split(command), folder=package).code == 1, command


def test_what_the_document_names_is_there() -> None:
    action, _, _, remote, _ = [yaml.safe_load(text) for text in blocks("yaml")]
    step = action["jobs"]["check"]["steps"][-1]
    assert step["with"].keys() <= ACTION["inputs"].keys()
    ids = {hook["id"] for hook in HOOKS}
    assert {hook["id"] for hook in remote["repos"][0]["hooks"]} <= ids
    assert "bpgen-update" in ids


def test_the_tool_of_a_dart_package_tells_and_fails(package: Path) -> None:
    (code,) = blocks("dart")
    (package / "tool").mkdir()
    tool = package / "tool" / "check_nets.dart"
    tool.write_text(code, encoding="ascii")
    shutil.copy(ANALYSIS_OPTIONS, package)
    checks = (
        ["format", "--set-exit-if-changed", "--output", "none"],
        ["analyze", "--fatal-infos"],
    )
    for check in checks:
        checked = program(dart(), *check, tool, environment=QUIET)
        assert checked.code == 0, checked.out + checked.err
    command = (dart(), "run", tool)
    done = program(*command, folder=package, environment=QUIET)
    assert (done.code, done.out) == (0, "lib/src/xor.dart: current\n"), done.err
    make_stale()
    done = program(*command, folder=package, environment=QUIET)
    assert done.code == 1
    line = r"lib/src/xor\.dart:\d+: stale: optimizer changed in nets/xor\.yaml; "
    assert re.match(line, done.out)
