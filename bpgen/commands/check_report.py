"""What `bpgen check` answers: for people, for GitHub, as JSON, and as SARIF 2.1.0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bpgen import __version__
from bpgen.commands.check import Check, Finding, State, emitted_files, updated
from bpgen.commands.progress import Progress
from bpgen.commands.sources import Sources
from bpgen.errors import InputError, how_many

MANY = 200  # files; from here on a terminal shows how far it is
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
WORDS = {
    State.CURRENT: "The file is what its source says.",
    State.STALE: "The source has changed since the file was written.",
    State.EDITED: "Somebody changed the file by hand.",
    State.OTHER_VERSION: "Another version of bpgen wrote the file.",
    State.MISSING: "The source of the file was not found.",
    State.UNREADABLE: "The file or its source cannot be read.",
}


def check_all(
    paths: tuple[str, ...],
    source: str | None,
    every: bool,
    update: bool,
    data_folder: str | None,
    say: Callable[[str], None],
) -> list[Finding]:
    """The findings of all files that bpgen made; `say` tells people about the rest.

    Raises:
        InputError: a stale file cannot be written.
    """
    check = Check(Sources(source, data_folder), every)
    found, others = list[Finding](), list[str]()
    progress = Progress("check", shown=True)
    for number, (file, content) in enumerate(emitted_files(paths or (".",))):
        if number and number % MANY == 0:
            progress.at(f"{number:,} files")
        if isinstance(content, InputError):
            detail = content.problems[0].message
            found.append(
                Finding(file=file, state=State.UNREADABLE, detail=detail, code=2)
            )
            continue
        finding = check.finding(file, content)
        if finding is None:
            others.append(file)
        elif update:
            found.append(updated(finding, crlf=b"\r\n" in content))
        else:
            found.append(finding.light())
    progress.done()
    say(_summary(found, others))
    return found


def report(findings: Sequence[Finding], form: str, diff: bool) -> Iterator[str]:
    """The findings, line by line; only text has room for differences."""
    import json

    match form:
        case "json":
            yield json.dumps([*map(_plain, findings)], indent=2)
        case "sarif":
            yield json.dumps(_sarif(findings), indent=2)
        case "github":
            yield from (_annotation(f) for f in findings if f.code)
        case _:
            for finding in findings:
                yield _line(finding)
                if diff:
                    yield from finding.diff()


def _summary(findings: Sequence[Finding], others: Sequence[str]) -> str:
    """How many files there are of each kind."""
    if not findings:
        return "no file here was made by bpgen"
    counts = Counter(finding.state for finding in findings)
    told = [f"{count:,} {state.value}" for state, count in counts.items()]
    remedy = "; bpgen check --update writes what is stale" * (counts[State.STALE] > 0)
    return f"{how_many(len(findings), 'file')}: {', '.join(told)}{remedy}"


def _line(finding: Finding) -> str:
    at = f":{finding.spans[0].first}" if finding.spans else ""
    detail = f": {finding.detail}" if finding.detail else ""
    return f"{finding.file}{at}: {finding.state.value}{detail}"


def _plain(finding: Finding) -> Mapping[str, Any]:
    return {
        "file": finding.file,
        "source": finding.source,
        "language": finding.language,
        "state": finding.state.value,
        "detail": finding.detail,
    }


def _annotation(finding: Finding) -> str:
    """An error as GitHub shows it beside the line of a change."""
    fields = [("file", finding.file)]
    if finding.spans:
        span = finding.spans[0]
        fields += [("line", str(span.first)), ("endLine", str(span.last))]
    fields.append(("title", f"bpgen: {finding.state.value}"))
    told = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in fields)
    return f"::error {told}::{_escaped(finding.detail)}"


def _escaped(text: str, also: str = "") -> str:
    """As GitHub's commands want it: what would end them is written in percent."""
    return "".join(f"%{ord(c):02X}" if c in f"%\r\n{also}" else c for c in text)


def _sarif(findings: Sequence[Finding]) -> Mapping[str, Any]:
    rules = [
        {"id": _rule(state), "shortDescription": {"text": words}}
        for state, words in WORDS.items()
        if state is not State.CURRENT
    ]
    driver = {"name": "bpgen", "version": __version__, "rules": rules}
    results = [_result(finding) for finding in findings if finding.code]
    run = {"tool": {"driver": driver}, "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(state: State) -> str:
    return state.value.replace(" ", "-")


def _result(finding: Finding) -> Mapping[str, Any]:
    uri = quote(finding.file.replace("\\", "/"))
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if finding.spans:
        span = finding.spans[0]
        place["region"] = {"startLine": span.first, "endLine": span.last}
    return {
        "ruleId": _rule(finding.state),
        "level": "error",
        "message": {"text": f"{finding.state.value}: {finding.detail}"},
        "locations": [{"physicalLocation": place}],
    }
