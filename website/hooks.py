"""What MkDocs calls while it builds the site.

The pages stand in an order; a page of docs/ that has no place yet comes last. Files
beside docs/ that a page refers to are copied, and pages of `bpgen explain` are made:

    <!-- live: bpgen explain one.yaml -o one.html -->
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from website.outputs import DOCS, MARK, ROOT, read, workshop

# The pages by heading; those of them that are there.
ORDER = {
    "": ("index",),
    "Learn": ("backpropagation", "tutorial", "explain"),
    "Use": (
        *("net-yaml", "training", "mnist", "languages", "web", "import", "outgrowing"),
    ),
    "Trust": ("trust", "audit", "ci", "performance"),
}
OUTSIDE = re.compile(r"\]\(\.\./([^)#]+)")
LIVE = """\
<figure class="live">
<iframe src="live/{name}" title="{title}" loading="lazy"></iframe>
<figcaption>Live: try it. <a href="live/{name}" target="_blank">Open the page by
itself</a>; <code>{command}</code> makes it.</figcaption>
</figure>
"""


def on_config(config: Any) -> Any:
    """Put the pages in order."""
    known = {name for names in ORDER.values() for name in names}
    there = {path.stem for path in DOCS.glob("*.md")}
    nav: list[Any] = []
    for title, names in ORDER.items():
        own = [f"{name}.md" for name in names if name in there]
        nav += [{title: own}] if title and own else own
    others = [f"{name}.md" for name in sorted(there - known)]
    config.nav = [*nav, {"More": others}] if others else nav
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add what stands beside docs/, and what is made."""
    for path in sorted(DOCS.glob("*.md")):
        text = read(path)
        for name in OUTSIDE.findall(text):
            own = beside(name)
            if not files.get_file_from_path(own):
                content = (ROOT / name).read_bytes()
                files.append(File.generated(config, own, content=content))
        for name, page in live_pages(text).items():
            files.append(File.generated(config, f"live/{name}", content=page))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Show the live pages; say nothing of where blocks come from."""
    text = OUTSIDE.sub(lambda found: f"]({beside(found[1])}", markdown)
    return MARK.sub(shown, text)


def beside(name: str) -> str:
    """Where a file stands on the site that is none of docs/: as a text."""
    return f"{name}.txt" if name.endswith(".md") else name


def shown(mark: re.Match[str]) -> str:
    """What stands on the site in the place of a mark."""
    if mark["kind"] != "live":
        return (mark["block"] or "").lstrip("\n")
    command, name = mark["words"], file_of(mark["words"])
    title = f"One training step of {Path(name).stem}, number by number"
    return LIVE.format(name=name, title=title, command=command)


def live_pages(text: str) -> dict[str, str]:
    """The pages that a document shows, by the names of their files."""
    marks = list(MARK.finditer(text))
    if not any(mark["kind"] == "live" for mark in marks):
        return {}
    found: dict[str, str] = {}
    with workshop() as shop:
        for mark in marks:
            if mark["kind"] == "file":
                shop.write(mark["words"], mark["text"])
            elif mark["kind"] == "live":
                told = shop.run(mark["words"])
                page = shop.folder / file_of(mark["words"])
                if not page.exists():
                    raise ValueError(f"{mark['words']}: {told}")
                found[page.name] = read(page)
    return found


def file_of(command: str) -> str:
    """The file that a command writes."""
    return command.partition(" -o ")[2]
