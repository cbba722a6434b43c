"""Whether emitted files still are what their net.yaml says: `bpgen check`.

In: files and folders. Out: a `Finding` for each file that bpgen made. A file is only
emitted again where its header does not settle the matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from bpgen import __version__
from bpgen.commands.changes import Span, changes, span_words, unified
from bpgen.commands.emit import source_name, text_of
from bpgen.commands.files import content_of, is_folder, write
from bpgen.commands.sources import (
    MissingError,
    Source,
    Sources,
    files_below,
    shown_path,
)
from bpgen.commands.style import check_unrolled
from bpgen.errors import InputError
from bpgen.languages import LANGUAGES
from bpgen.network.source import changed_keys
from bpgen.writing.header import MADE_BY
from bpgen.writing.marks import DamagedError, Marks, read_marks

MOST_BYTES = 256_000_000  # of an emitted file


class State(Enum):
    """What a file is, compared with its source."""

    CURRENT = "current"
    STALE = "stale"
    EDITED = "edited by hand"
    OTHER_VERSION = "made by another version"
    MISSING = "source missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found out about one file.

    Attributes:
        code: the exit code for it; `spans`: which of its lines differ from those that
            bpgen writes now, which are in `wanted` where the file was emitted again.
        text: what the file holds, with LF.
    """

    file: str
    source: str | None = None
    language: str | None = None
    state: State
    detail: str = ""
    code: int
    spans: tuple[Span, ...] = ()
    text: str = ""
    wanted: str | None = None

    @property
    def is_writable(self) -> bool:
        """Whether `--update` writes it anew."""
        return self.wanted is not None and self.code == 1 and not self.is_edited

    @property
    def is_edited(self) -> bool:
        """Whether someone changed what bpgen wrote."""
        return self.state is State.EDITED

    def light(self) -> Finding:
        """The same without the texts, where nobody needs them."""
        return self if self.code else replace(self, text="", wanted=None)

    def diff(self) -> Iterator[str]:
        """The lines of the file and those that bpgen writes now."""
        if self.wanted is not None and self.spans:
            yield from unified(self.file, self.text, self.wanted)


def emitted_files(paths: tuple[str, ...]) -> Iterator[tuple[str, bytes | InputError]]:
    """The files that are meant, each once, with their content, or why there is none;
    of folders, those that have the suffix of a language."""
    suffixes = tuple({language.suffix for language in LANGUAGES.values()})
    seen: set[str] = set()
    for path in paths:
        found = [path]
        if is_folder(Path(path)):
            below = (shown_path(file) for file in files_below(Path(path)))
            found = [file for file in below if file.endswith(suffixes)]
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file, _content(file)


def _content(file: str) -> bytes | InputError:
    try:
        return content_of(file, MOST_BYTES)
    except InputError as error:
        return error


class Check:
    """Answers for one file after the other."""

    def __init__(self, sources: Sources, every: bool) -> None:
        self.sources, self.every = sources, every

    def finding(self, file: str, content: bytes) -> Finding | None:
        """What a file is; None if bpgen did not make it."""
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        try:
            marks = read_marks(text)
        except DamagedError as error:
            detail = f"{error}: write the file again with bpgen emit"
            return Finding(file=file, state=State.UNREADABLE, detail=detail, code=2)
        if marks is None:
            return None
        about = Finding(
            file=file,
            language=marks.options.language,
            state=State.CURRENT,
            code=0,
            text=text,
        )
        try:
            source = self.sources.of(Path(file), marks)
        except MissingError as error:
            return _without_source(about, marks, str(error))
        about = replace(about, source=source.file)
        if _is_settled(source, marks) and not self.every:
            return about
        try:
            wanted = _emitted(source, marks)
        except InputError as error:
            detail = str(error.problems[0]).partition("\n")[0]
            return replace(about, state=State.UNREADABLE, detail=detail, code=2)
        return _compared(about, marks, source, wanted)


def updated(finding: Finding, crlf: bool) -> Finding:
    """Write a stale file anew; nothing else is touched, and what was edited stays."""
    if finding.is_edited:
        detail = f"{finding.detail}; left as it is: bpgen emit --force overwrites it"
        return replace(finding, detail=detail)
    if not finding.is_writable:
        return finding
    wanted = finding.wanted or ""
    write(Path(finding.file), wanted.replace("\n", "\r\n") if crlf else wanted)
    detail = f"written anew; was {finding.state.value}: {finding.detail}"
    return replace(finding, state=State.CURRENT, detail=detail, code=0)


def _is_settled(source: Source, marks: Marks) -> bool:
    """Whether the header alone shows that nothing has changed."""
    is_ours = marks.version == __version__
    return is_ours and marks.is_intact and source.is_unchanged(marks)


def _emitted(source: Source, marks: Marks) -> str:
    """What bpgen writes now, with the options of the file.

    Raises:
        InputError: the source is wrong, or the net has no such form.
    """
    network, program = source.network, source.program
    if marks.options.style == "unrolled":
        check_unrolled(source.file, network, program)
    return text_of(network, program, marks.options, source_name(source.file))


def _compared(about: Finding, marks: Marks, source: Source, wanted: str) -> Finding:
    """The state of a file, by what bpgen writes now."""
    same_line = MADE_BY.sub(lambda _: marks.version_line, wanted, count=1)
    spans = changes(about.text, same_line)
    hashes = set(range(marks.line, marks.line + marks.lines))
    of_hashes = [s for s in spans if set(range(s.first, s.last + 1)) <= hashes]
    told = [span for span in spans if span not in of_hashes]
    about = replace(about, spans=tuple(told or spans), wanted=wanted)
    why = "" if source.is_unchanged(marks) else _changed(source, marks)
    lines = span_words(told) if told else "only the hashes in its header differ"
    if marks.version != __version__:
        by = f"by bpgen {marks.version}, this is {__version__}"
        is_other = State.OTHER_VERSION
        if not spans:
            return replace(about, state=is_other, detail=f"{by}; the same content")
        if marks.is_intact:
            detail = "; ".join(filter(None, (by, "other content", why, lines)))
            return replace(about, state=is_other, detail=detail, code=1)
        why = f"{by}; {why}" if why else by
    if not marks.is_intact:
        detail = f"{lines}; {why}, too" if why else lines
        return replace(about, state=State.EDITED, detail=detail, code=1)
    if not spans:
        return about
    why = why or f"{source.file} is as it was, but bpgen now writes it differently"
    return replace(about, state=State.STALE, detail=f"{why}; {lines}", code=1)


def _changed(source: Source, marks: Marks) -> str:
    keys = changed_keys(marks.source, source.digests)
    return (
        f"{', '.join(keys)} changed in {source.file}"
        if keys
        else (f"{source.file} changed")
    )


def _without_source(about: Finding, marks: Marks, detail: str) -> Finding:
    if marks.is_intact:
        return replace(about, state=State.MISSING, detail=detail, code=2)
    detail = f"which lines, its source would tell, but {detail}"
    return replace(about, state=State.EDITED, detail=detail, code=2)
