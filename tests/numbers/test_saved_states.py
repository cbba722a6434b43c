"""States that earlier versions saved load, and training goes on from them.

running/saved has for some examples what the first version with the format "bpgen 1"
saved after three epochs, and what it came to after two more.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from running.emitted import module
from running.tools import ROOT, bpgen, program

from bpgen.verifying.compare import assert_close

SAVED = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "tests" / "running" / "saved").glob("*.json"))
}


def text(name: str, *options: str) -> str:
    """The emitted file of an example."""
    path = str(ROOT / "examples" / f"{name}.yaml")
    return bpgen("emit", "--library", *options, path).out


@pytest.mark.parametrize("style", ["unrolled", "loops"])
@pytest.mark.parametrize("name", SAVED)
def test_training_goes_on_from_an_early_state(name: str, style: str) -> None:
    given = SAVED[name]
    net: Any = getattr(module(text(name, "--style", style)), name.capitalize())()
    net.load_json(json.dumps(given["saved"]))
    assert json.loads(net.to_json()) == given["saved"]
    net.train(given["inputs"], given["targets"], epochs=2)
    found = json.loads(net.to_json())
    assert found["epoch"] == given["later"]["epoch"]
    assert found["generator"] == given["later"]["generator"]
    assert_close(found["parameters"], given["later"]["parameters"], 1e-12)
    assert_close(found["optimizer"], given["later"]["optimizer"], 1e-12)


SCRIPT = """
import {{ {name} }} from "./net.mjs";
import {{ readFileSync }} from "node:fs";
const net = new {name}();
net.loadJSON(JSON.parse(readFileSync("{path}", "utf8")).saved);
console.log(JSON.stringify(net.toJSON()));
"""


@pytest.mark.parametrize("name", SAVED)
def test_an_early_state_loads_in_javascript(name: str, tmp_path: Path) -> None:
    program("node", "--version")
    (tmp_path / "net.mjs").write_text(text(name, "--lang", "javascript"))
    path = ROOT / "tests" / "running" / "saved" / f"{name}.json"
    script = tmp_path / "load.mjs"
    script.write_text(SCRIPT.format(name=name.capitalize(), path=path))
    done = subprocess.run(
        ["node", str(script)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == SAVED[name]["saved"]


def test_what_is_another_net_says_what_differs() -> None:
    saved = SAVED["xor"]["saved"]
    parameters = saved["parameters"]
    changed = {
        "h.weight": [*parameters["h.weight"], [0.0, 0.0]],
        "h.bias": parameters["h.bias"],
        "o.weight": parameters["o.weight"],
        "g.bias": [0.0],
    }
    net: Any = module(text("xor")).Xor()
    before = net.to_json()
    with pytest.raises(ValueError, match=r"^it was saved by another net") as caught:
        net.load_json(json.dumps(saved | {"net": "0", "parameters": changed}))
    assert str(caught.value).split("; ")[1:] == [
        "h.weight has another shape",
        "o.bias is missing",
        "g.bias is not of this one",
    ]
    assert net.to_json() == before
