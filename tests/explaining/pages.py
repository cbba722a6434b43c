"""Opens an explanation's page in a headless browser and asks it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from running.browser import in_browser
from running.tools import missing_tool

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


AXE = """
const click = (selector) => doc.querySelector(selector).click();
if (doc.documentElement.dataset.theme !== THEME) click("#theme");
const script = doc.createElement("script");
script.src = "./axe.js";
doc.body.append(script);
await new Promise((ok) => { script.onload = ok; });
const found = [];
for (const id of IDS) {
  frame.contentWindow.location.hash = "#" + id;
  await wait(60);
  const { violations } = await frame.contentWindow.axe.run(doc);
  for (const v of violations) found.push([id, v.id, v.nodes.map((n) => n.html)[0]]);
}
return found;
"""


def violations(
    folder: Path, text: str, theme: str, width: int, ids: list[str]
) -> list[Any]:
    """What axe-core finds wrong with some steps of a page."""
    tools = os.environ.get("BPGEN_NODE_TOOLS", "")
    axe = Path(tools) / "node_modules" / "axe-core" / "axe.min.js"
    if not tools or not axe.exists():
        missing_tool("there is no axe-core: see .ci/install-node-tools")
    (folder / "axe.js").write_bytes(axe.read_bytes())
    snippet = AXE.replace("THEME", json.dumps(theme)).replace("IDS", json.dumps(ids))
    found: list[Any] = in_page(folder, text, snippet, width)
    return found
