"""Opens an explanation's page in a headless browser and asks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from running.browser import in_browser

OPEN = """
const wait = (time) => new Promise((ok) => setTimeout(ok, time));
const errors = [];
const frame = document.createElement("iframe");
frame.style = "width:%dpx;height:900px";
document.body.append(frame);
frame.src = "./explained.html";
await new Promise((ok) => { frame.onload = ok; });
const doc = frame.contentDocument;
frame.contentWindow.addEventListener("error", (e) => errors.push(String(e.message)));
const { error } = frame.contentWindow.console;
frame.contentWindow.console.error = (...all) => errors.push(all.join(" "));
await wait(100);
if (!doc.documentElement.classList.contains("live")) errors.push("the script failed");
const ask = async () => {
%s
};
const found = await ask();
return JSON.stringify({ found, errors });
"""


def in_page(folder: Path, text: str, snippet: str, width: int) -> Any:
    """What a snippet finds on a page, which shows no error meanwhile."""
    (folder / "explained.html").write_text(text, encoding="utf-8")
    answer = json.loads(in_browser(folder, OPEN % (width, snippet), timeout=120.0))
    assert answer["errors"] == []
    return answer["found"]
