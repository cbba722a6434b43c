"""What commands print, as it stands in the documents.

A comment above a block of code says where the block comes from:

    <!-- file: one.yaml -->                      the block is that file
    <!-- made by: bpgen explain one.yaml -->     the block is what the command prints
    <!-- made by: cat one.py | from: ABC | to: XYZ -->
                                                 of that, the lines from one to another
    <!-- run: bpgen emit one.yaml -o one.py -->  no block; it makes files, or a picture

In: a document. Out: the same, with every block as the commands print it now.
`python -m website.outputs` writes that to README and docs/; a test holds them to it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
MARK = re.compile(
    r"^<!-- (?P<kind>file|made by|run|live): (?P<words>.*?) -->\n"
    r"(?P<block>\n?```(?P<language>\w+)\n(?P<text>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)


@dataclass(slots=True)
class Workshop:
    """A folder in which the commands of one document run, one after the other."""

    folder: Path
    printed: dict[str, str] = field(default_factory=dict)
    everything: list[str] = field(default_factory=list)  # that was ever printed

    def write(self, name: str, text: str) -> None:
        """A file that a document shows. What was printed before may be old now."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self.printed.clear()

    def run(self, command: str) -> str:
        """What a command prints, errors, too; each command runs once."""
        if command not in self.printed:
            name, *words = shlex.split(command)
            found = subprocess.run(
                [*program(name), *words],
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            self.printed[command] = found.stdout
            self.everything.append(found.stdout)
            if found.returncode not in (0, 1, 2):
                raise ValueError(f"{command}: exit code {found.returncode}")
        return self.printed[command]


def program(name: str) -> list[str]:
    """How to start a program: bpgen and Python are those that run this."""
    own = {"python": [sys.executable], "bpgen": [sys.executable, "-m", "bpgen"]}
    return own.get(name, [name])


@contextmanager
def workshop() -> Iterator[Workshop]:
    """An empty folder with the examples in it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(ROOT / "examples", folder / "examples")
        yield Workshop(folder)


def up_to_date(text: str, shop: Workshop) -> str:
    """A document with its blocks as the commands print them now."""

    def replaced(found: re.Match[str]) -> str:
        kind, words, block = found["kind"], found["words"], found["block"] or ""
        match kind:
            case "file":
                shop.write(words, found["text"])
            case "run":
                shop.run(words)
            case "made by":
                if not block:
                    raise ValueError(f"no block below {found[0]}")
                head, _, _ = found[0].partition("```")
                own = made_by(words, found["language"] == "console", shop)
                return f"{head}```{found['language']}\n{own}```\n"
        return found[0]

    return MARK.sub(replaced, text)


def made_by(words: str, is_console: bool, shop: Workshop) -> str:
    """The lines of a block; in a console each command stands above what it prints."""
    chain, *cuts = words.split(" | ")
    printed = [(command, shop.run(command)) for command in chain.split(" && ")]
    if is_console:
        return "".join(f"$ {command}\n{text}" for command, text in printed)
    text = "".join(text for _, text in printed)
    return "\n".join(part(text, cut) for cut in cuts) if cuts else text


def part(text: str, cut: str) -> str:
    """`from: ABC to: XYZ`: from the first line with ABC to the next one with XYZ."""
    found = re.fullmatch(r"from: (.*?)(?: to: (.*))?", cut)
    if not found:
        raise ValueError(f"neither from nor to: {cut}")
    first, last = found.groups()
    lines = text.splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines) if first in line), -1)
    if start < 0:
        raise ValueError(f"no line with {first!r}")
    end = start
    if last:
        end = next((at for at in range(start, len(lines)) if last in lines[at]), -1)
        if end < 0:
            raise ValueError(f"no line with {last!r} below {first!r}")
    return dedent("".join(lines[start : end + 1]))


def documents() -> list[Path]:
    """Those that have such blocks."""
    found = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
    return [path for path in found if MARK.search(read(path))]


def read(path: Path) -> str:
    """The text of a document."""
    return path.read_text(encoding="utf-8")


def pictures(shop: Workshop) -> dict[str, str]:
    """The pictures that the commands of a document have made, by name."""
    return {path.name: read(path) for path in sorted(shop.folder.glob("*.svg"))}


def refresh(tell: Callable[[str], object] = print) -> None:
    """Write every document anew, and the pictures in it."""
    PICTURES.mkdir(exist_ok=True)
    for path in documents():
        with workshop() as shop:
            text = up_to_date(read(path), shop)
            for name, picture in pictures(shop).items():
                (PICTURES / name).write_text(picture, encoding="utf-8")
        if text != read(path):
            path.write_text(text, encoding="utf-8")
            tell(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    refresh()
