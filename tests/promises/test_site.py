"""The documents show what commands print, and become a site without a network."""

from __future__ import annotations

import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from running.tools import ROOT, dart, program

from website.outputs import (
    DOCS,
    MARK,
    PICTURES,
    documents,
    part,
    pictures,
    read,
    up_to_date,
    workshop,
)

NUMBER = re.compile(r"(?<![\d.])-?\d+\.\d{6,}(?!\d)")
PAGES = sorted(path.stem for path in DOCS.glob("*.md"))


@pytest.mark.wide
@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_a_document_shows_what_its_commands_print(path: Path) -> None:
    """`generated/refresh` writes it anew. Its pictures and its prose are held, too."""
    text = read(path)
    if "dart run" in text:
        dart()
    with workshop() as shop:
        assert up_to_date(text, shop) == text
        for name, picture in pictures(shop).items():
            assert picture == read(PICTURES / name)
        printed = " ".join(shop.everything)
    told = set(NUMBER.findall(MARK.sub("", text)))
    assert {number for number in told if number not in printed} == set()


def test_no_picture_is_left_over() -> None:
    shown = "".join(map(read, sorted(DOCS.glob("*.md"))))
    own = {path.name for path in PICTURES.iterdir()} - {"logo.svg"}
    assert {name for name in own if f"(pictures/{name})" not in shown} == set()


def test_a_part_is_cut_out_by_what_its_lines_say() -> None:
    text = "one\n  two 2\n    three\n  four\nfive\n"
    assert part(text, "from: two to: four") == "two 2\n  three\nfour\n"
    assert part(text, "from: two") == "two 2\n"
    for cut in ("from: six", "from: two to: one", "two"):
        with pytest.raises(ValueError, match=r"two|six"):
            part(text, cut)


# --- The site -------------------------------------------------------------------------


class Reader(HTMLParser):
    """Notes the anchors of a page, where it leads, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("src", "srcset", "data", "poster") and value:
                self.loaded.append(value)
            elif name == "href" and value:
                (self.loaded if tag == "link" else self.links).append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as strictly as it can be."""
    folder = tmp_path_factory.mktemp("site")
    found = program(
        sys.executable,
        *("-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)),
        folder=ROOT,
        environment=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert (found.code, found.out, found.err) == (0, "", "")
    return folder


def readers(site: Path) -> dict[Path, Reader]:
    """Every page of the site; the one for what is missing has no place of its own."""
    return {
        path: Reader(read(path))
        for path in sorted(site.rglob("*.html"))
        if path.name != "404.html"
    }


@pytest.mark.wide
def test_every_document_is_a_page_with_a_place(site: Path) -> None:
    first = read(site / "index.html")
    for name in PAGES:
        assert (site / f"{name}.html").exists()
        assert f'href="{name}.html"' in first or name == "index"


@pytest.mark.wide
def test_every_link_leads_to_a_page_and_a_place(site: Path) -> None:
    pages = readers(site)
    broken = []
    for path, page in pages.items():
        for link in (*page.links, *page.loaded):
            if re.match(r"[a-z]+:", link):
                continue  # outside, or data
            where, anchor = urldefrag(unquote(link))
            target = (path.parent / where).resolve() if where else path
            is_there = target.exists()
            if is_there and anchor and target in pages:
                is_there = anchor in pages[target].ids or target.parent.name == "live"
            if not is_there:
                broken.append(f"{path.name}: {link}")
    assert broken == []


@pytest.mark.wide
def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    outside = [
        f"{path.name}: {address}"
        for path, page in readers(site).items()
        for address in page.loaded
        if re.match(r"(?:[a-z]+:)?//", address)
    ]
    assert outside == []
    for path in sorted(site.rglob("*.css")):
        text = read(path)
        assert not re.search(r"@import|url\((?!\"?data:|'?data:)[^)]*//", text), path
