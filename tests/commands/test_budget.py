"""`bpgen budget`: what a net costs, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from nets.bad import said
from running.tools import EXAMPLES, ROOT, bpgen

from bpgen.commands import budget
from bpgen.commands.nets import load_network
from bpgen.languages import LANGUAGES

# Of examples: one with an estimate, two without.
MARKS: dict[str, Any] = {"gpt": pytest.mark.wide, "mazur": ()}
COUNT = {"type": "integer", "minimum": 0}
MAYBE = {"type": ["integer", "null"], "minimum": 0}


def record(**keys: Any) -> dict[str, Any]:
    """An object with these keys, no more and no fewer."""
    found = {"type": "object", "properties": keys, "required": [*keys]}
    return found | {"additionalProperties": False}


WORK = record(multiply_adds=COUNT, calls=COUNT, others=COUNT)
PASSES = ("forward", "loss", "backward", "update", "step", "predict")
HELD = ("parameters", "gradients", "optimizer", "buffers", "activations", "total")
SOURCE = record(
    language={"enum": [*LANGUAGES]},
    style={"enum": ["unrolled", "loops"]},
    auto={"type": "boolean"},
    bytes=MAYBE,
    lines=MAYBE,
    exact={"type": "boolean"},
    refused={"type": ["string", "null"]},
)
LIMIT = record(
    what={"type": "string"},
    value=COUNT,
    most=COUNT,
    state={"enum": ["within", "near", "over"]},
)
SCHEMA = record(
    format={"const": 1},
    file={"type": "string"},
    network={"type": "string"},
    parameters=COUNT,
    trained=COUNT,
    units=COUNT,
    batch_size=COUNT,
    operations=record(**dict.fromkeys(PASSES, WORK)),
    memory=record(**dict.fromkeys(HELD, COUNT)),
    source={"type": "array", "items": SOURCE},
    limits={"type": "array", "items": LIMIT},
)


def budgets(*files: Path | str) -> list[dict[str, Any]]:
    """What --json says."""
    result = bpgen("budget", "--json", *map(str, files))
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    assert [*found] == ["budgets"]
    return list(found["budgets"])


@pytest.fixture
def _in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written in the other languages: what a test asks is not of them."""
    monkeypatch.setattr(budget, "LANGUAGES", {"python": LANGUAGES["python"]})


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=MARKS.get(path.stem, pytest.mark.slow))
        for path in EXAMPLES
    ],
    ids=lambda path: path.stem,
)
def test_json_has_the_keys_that_programs_count_on(path: Path) -> None:
    (found,) = budgets(path)
    jsonschema.validate(found, SCHEMA)
    network = load_network(str(path))
    memory, operations = found["memory"], found["operations"]
    assert found["parameters"] == network.weights
    assert memory["parameters"] == 8 * network.weights
    assert memory["gradients"] == 8 * found["trained"]
    assert memory["total"] == sum(memory[what] for what in HELD[:-1])
    for kind in ("multiply_adds", "calls", "others"):
        parts = [operations[name][kind] for name in PASSES[:4]]
        assert operations["step"][kind] == sum(parts)
    chosen = [source for source in found["source"] if source["auto"]]
    assert [source["language"] for source in chosen] == [*LANGUAGES]


def test_the_source_is_what_emit_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (found,) = budgets("examples/mazur.yaml")
    for source in found["source"][::3]:
        options = ("--lang", source["language"], "--style", source["style"])
        text = bpgen("emit", *options, "examples/mazur.yaml").out
        assert source["bytes"] == len(text.encode())
        assert source["lines"] == text.count("\n")


@pytest.mark.usefixtures("_in_python")
def test_an_estimate_is_near_what_is_written() -> None:
    """The one example that is long, but not refused, in the longest language."""
    (found,) = budgets(ROOT / "examples" / "lstm.yaml")
    source, *_ = found["source"]
    assert source["exact"]
    (limit,) = [own for own in found["limits"] if "--style unrolled" in own["what"]]
    assert source["bytes"] / 2 < 20_000 + 22 * limit["value"] < source["bytes"] * 2


@pytest.mark.usefixtures("_in_python")
def test_what_is_refused_is_said() -> None:
    gpt, residual = budgets(
        *(ROOT / "examples" / f"{name}.yaml" for name in ("gpt", "resnet_tiny"))
    )
    unrolled, loops = gpt["source"][:2]
    assert "MB of source" in unrolled["refused"]
    assert not unrolled["exact"]
    assert loops["refused"] is None
    assert gpt["limits"][-1]["state"] == "over"
    assert residual["source"][0]["refused"].endswith("the samples of a batch")
    assert residual["source"][0]["bytes"] is None


@pytest.mark.usefixtures("_in_python")
def test_people_get_a_table(tmp_path: Path) -> None:
    files = [str(ROOT / "examples" / f"{name}.yaml") for name in ("mazur", "gpt")]
    result = bpgen("budget", *files)
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == f"net mazur, {files[0]}"
    assert "  12 parameters, 8 of them trained" in lines  # the biases are frozen
    assert ["forward", "8", "4", "0"] in [line.split() for line in lines]
    assert f"net gpt, {files[1]}" in lines
    assert all(len(line) <= 100 and line == line.rstrip() for line in lines)


def test_wrong_nets_are_said_all_at_once(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: wrong\ninput: 2\nlayers: [rleu]\nloss: mse\n")
    result = bpgen("budget", str(wrong), str(tmp_path / "none.yaml"))
    assert (result.code, result.out) == (2, "")
    first, second = said(result.err)
    assert "rleu" in first
    assert second.startswith("error: cannot read")
    result = bpgen("budget")
    assert (result.code, result.out) == (2, "")
