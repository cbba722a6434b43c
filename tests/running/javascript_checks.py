"""The checkers of JavaScript and TypeScript, each started once for all files.

Each function takes files, which lie in one folder, and gives the complaints about
each of them, by its name; nothing for files that are clean.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from running.tools import Result, missing_tool, program

SETTINGS = Path(__file__).parent / "node"
# prettier as it is for someone who has set nothing.
PRETTIER = ("--no-config", "--no-editorconfig", "--ignore-path", os.devnull)

Complaints = dict[str, list[str]]


def node_tools() -> Path:
    """The folder of the tools. Without it a test is skipped, or fails in CI."""
    found = os.environ.get("BPGEN_NODE_TOOLS")
    if found is None:
        missing_tool("BPGEN_NODE_TOOLS is not set; see .ci/install-node-tools")
    return Path(found) / "node_modules"


def tsc(files: Sequence[Path], target: Path | None = None) -> Complaints:
    """What the compiler says of types: in TypeScript, and in the JSDoc of .mjs.

    With a target, that is the folder of what it compiles to, whatever it says.
    """
    folder = _folder(files)
    settings = json.loads((SETTINGS / "tsconfig.json").read_text())
    settings["compilerOptions"]["typeRoots"] = [str(node_tools() / "@types")]
    if target:
        output = {"noEmit": False, "outDir": str(target), "rootDir": str(folder)}
        settings["compilerOptions"] |= output
    settings["files"] = [str(path.resolve()) for path in files]
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "tsconfig.json"
        project.write_text(json.dumps(settings))
        result = _run("tsc", "--pretty", "false", "-p", project, folder=folder)
    found: Complaints = {}
    name = ""
    for line in result.out.splitlines():
        if match := re.match(r"(?:.*/)?([^/]+?)\((\d+),(\d+)\): (.+)", line):
            name, row, column, text = match.groups()
            found.setdefault(name, []).append(f"{row}:{column}: {text}")
        elif line.startswith(" ") and name:  # goes on
            found[name][-1] += f"\n{line}"
        else:
            raise RuntimeError(f"tsc: {line}")
    return _complete("tsc", result, found)


def eslint(files: Sequence[Path]) -> Complaints:
    """What eslint's recommended rules say; of .ts, typescript-eslint's strict ones."""
    folder = _folder(files)
    config = SETTINGS / "eslint.config.mjs"
    names = [path.name for path in files]
    options = ("--config", config, "--format", "json", "--max-warnings", "0")
    result = _run("eslint", *options, *names, folder=folder)
    try:
        answers = json.loads(result.out)
    except ValueError:
        raise RuntimeError(f"eslint: {result.err}{result.out}") from None
    assert len(answers) == len(files)
    found = {
        Path(answer["filePath"]).name: [
            f"{message.get('line', 0)}:{message.get('column', 0)}: "
            f"{message['message']} ({message['ruleId']})"
            for message in answer["messages"]
        ]
        for answer in answers
        if answer["messages"]
    }
    return _complete("eslint", result, found)


def prettier(files: Sequence[Path]) -> Complaints:
    """Where prettier, with its own defaults, would have it otherwise: as diffs."""
    folder = _folder(files)
    names = [path.name for path in files]
    result = _run("prettier", "--list-different", *PRETTIER, *names, folder=folder)
    found: Complaints = {}
    for line in result.err.splitlines():  # what cannot be read as a program at all
        if match := re.match(r"\[error\] ([^\s:]+): (.+)", line):
            found.setdefault(match[1], []).append(match[2])
    different = result.out.splitlines()
    if different:
        found |= _differences(folder, different)
    return _complete("prettier", result, found)


def _differences(folder: Path, names: Sequence[str]) -> Complaints:
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            shutil.copy(folder / name, place)
        _run("prettier", "--write", *PRETTIER, *names, folder=Path(place))
        return {name: _difference(folder / name, Path(place) / name) for name in names}


def _difference(ours: Path, theirs: Path) -> list[str]:
    emitted, formatted = (
        path.read_bytes().decode().split("\n") for path in (ours, theirs)
    )
    return list(difflib.unified_diff(emitted, formatted, n=1, lineterm=""))[2:]


# --- What they share ------------------------------------------------------------------


def _run(tool: str, *arguments: str | Path, folder: Path) -> Result:
    path = node_tools() / ".bin" / tool
    plain = {"NO_COLOR": "1"}  # with CI=true some take a pipe for a terminal
    return program(path, *arguments, folder=folder, environment=plain, timeout=1_800)


def _folder(files: Sequence[Path]) -> Path:
    """The folder in which all files lie."""
    assert files, "there is nothing to check"
    (found,) = {path.parent.resolve() for path in files}
    return found


def _complete(tool: str, result: Result, found: Complaints) -> Complaints:
    """The complaints, unless the tool failed for a reason of its own."""
    if bool(result.code) != bool(found):
        raise RuntimeError(f"{tool}: {result.code}: {result.err}{result.out}"[:4_000])
    return found
