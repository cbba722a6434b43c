"""Runs JavaScript in a headless browser, on a page or in a worker.

The browser gets a page from a server of this process and posts its answer to the
same server. So nobody guesses how long a start or a computation takes: the wait ends
with the answer, with the end of the browser, or after `timeout`.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import tempfile
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from running.tools import on_path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",  # there is none for root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# One that is killed while it starts, say, deserves a second attempt.
ATTEMPTS = 2

PAGE = """\
<!doctype html>
<link rel="icon" href="data:," />
<script type="module">
  START;
</script>
"""
ON_PAGE = 'import("./answer.mjs")'
IN_WORKER = 'new Worker("./answer.mjs", { type: "module" })'
ANSWER = """\
let body;
try {
  const { default: snippet } = await import("./snippet.mjs");
  body = { answer: String(await snippet()) };
} catch (error) {
  body = { error: String(error?.stack ?? error) };
}
await fetch("./answer", { method: "POST", body: JSON.stringify(body) });
"""
SNIPPET = "export default async function () {\n%s\n}\n"


class BrowserError(Exception):
    """The JavaScript threw something, or there was no answer at all."""


def in_browser(
    folder: Path, snippet: str, *, worker: bool = False, timeout: float = 300.0
) -> str:
    """What a snippet returns, as text; with `worker`, in a worker that is a module.

    The snippet is the body of an async function. What it wants from the folder it
    imports: `const { Xor } = await import("./xor.mjs");`
    """
    browser = on_path(*BROWSERS)
    texts = {
        "/page.html": PAGE.replace("START", IN_WORKER if worker else ON_PAGE),
        "/answer.mjs": ANSWER,
        "/snippet.mjs": SNIPPET % snippet,
    }
    answers: queue.Queue[dict[str, str]] = queue.Queue()
    handler = partial(_Handler, texts, answers, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        end = time.monotonic() + timeout
        url = f"http://127.0.0.1:{server.server_port}/page.html"
        for _ in range(ATTEMPTS):
            found = _answer(browser, url, answers, end)
            if found is not None:
                break
        else:
            raise BrowserError(f"{browser} ended without an answer")
    finally:
        server.shutdown()
        server.server_close()
    if "error" in found:
        raise BrowserError(found["error"])
    return found["answer"]


def _answer(
    browser: str, url: str, answers: queue.Queue[dict[str, str]], end: float
) -> dict[str, str] | None:
    """The answer of a browser of its own; None if it ends without one."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        process = subprocess.Popen(
            [browser, *OPTIONS, f"--user-data-dir={place}", url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that all of its processes can be ended
        )
        try:
            while time.monotonic() < end:
                try:
                    return answers.get(timeout=0.2)
                except queue.Empty:
                    if process.poll() is not None:
                        return None
            raise BrowserError(f"no answer from {browser} in time")
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder and the texts that are not in it; takes the answer."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript"
    }

    def __init__(
        self,
        texts: dict[str, str],
        answers: queue.Queue[dict[str, str]],
        *arguments: Any,
        **options: Any,
    ) -> None:
        self.texts = texts
        self.answers = answers
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        text = self.texts.get(self.path)
        if text is None:
            super().do_GET()
            return
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(self.path)}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.answers.put(json.loads(content))

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""
