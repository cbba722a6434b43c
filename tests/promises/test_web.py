"""What docs/web.md shows runs on a page, and in a worker."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from running.browser import in_browser
from running.tools import ROOT

BLOCKS = re.findall(r"```js\n(.*?)```", (ROOT / "docs" / "web.md").read_text(), re.S)
IMPORT = 'import { Xor } from "./xor.mjs";\n'
LOADED = 'const { Xor } = await import("./xor.mjs");\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "generated" / "javascript" / "xor.mjs", tmp_path)
    return tmp_path


def test_a_page_learns_xor_and_keeps_it(folder: Path) -> None:
    learn, keep, _ = BLOCKS
    assert learn.startswith(IMPORT)
    code = LOADED + learn.removeprefix(IMPORT) + keep
    same = "JSON.stringify(other) === JSON.stringify(net)"
    assert in_browser(folder, f"{code}return answers + ' ' + ({same});") == (
        "0,1,1,0 true"
    )


def test_a_worker_tells_how_its_training_goes(folder: Path) -> None:
    (folder / "train.mjs").write_text(BLOCKS[2], encoding="ascii")
    snippet = """
      const worker = new Worker("./train.mjs", { type: "module" });
      const sample = { inputs: [[0, 1]], targets: [[1]] };
      let epochs = 0;
      const state = await new Promise((resolve, reject) => {
        worker.onerror = reject;
        worker.onmessage = ({ data }) => {
          epochs += data.state ? 0 : 1;
          if (data.state) resolve(data.state);
        };
        worker.postMessage(sample);
      });
      return `${epochs} ${state.epoch} ${state.format}`;
    """
    assert in_browser(folder, snippet) == "3000 3000 bpgen 1"
