"""`bpgen verify` holds emitted files against other ways to compute their nets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from nets.bad import layers, net
from running.tiers import wide_but
from running.tools import ROOT, bpgen, missing_tool

from bpgen.commands import verify as verifying
from bpgen.commands.nets import load_network
from bpgen.commands.verify import TARGETS
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.verifying.question import DRAWN, MOST_ALL, RANDOM, SAMPLES, ask

XOR = str(ROOT / "examples" / "xor.yaml")
PYTHON = ("--lang", "python")


def patched(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]) -> list[str]:
    """Change every file that is run; gives the texts."""
    usual, texts = verifying.text_of, []

    def changed(*given: Any) -> str:
        text = usual(*given)
        assert change(text) != text
        texts.append(change(text))
        return texts[-1]

    monkeypatch.setattr(verifying, "text_of", changed)
    return texts


# What agrees ------------------------------------------------------------------


def test_every_language_has_a_way_to_be_run() -> None:
    assert {target.language for target in TARGETS.values()} == set(LANGUAGES)


def test_a_net_is_run_in_every_language_and_agrees() -> None:
    result = bpgen("verify", XOR)
    if "not run" in result.out:
        missing_tool(result.out)
    assert result.code == 0, result.out
    lines = result.out.splitlines()
    assert lines[0] == f"net xor, {XOR}: 3 samples, all 13 trained parameters"
    assert lines[1].split() == [
        *("against", "outputs", "loss", "gradients", "10", "steps", "training")
    ]
    assert len(lines) == 2 + 4 * len(TARGETS)
    assert all(line.endswith(" pass") for line in lines[2:])
    for number, name in enumerate(TARGETS):
        first, second, third, last = lines[2 + 4 * number : 6 + 4 * number]
        assert first.startswith(f"  {name} ")
        assert " dual numbers " in first
        assert " PyTorch " in second
        assert " evaluator " in third
        assert " central differences " in last


NETS = {
    "classes": net(loss="softmax_cross_entropy", layers="[{type: dense, units: 3}]"),
    "signs": net(loss="hinge"),
    "shares": layers("sigmoid", loss="binary_cross_entropy"),
    "indices": layers(
        "{type: embedding, vocabulary: 5, size: 2}",
        "{type: gru, units: 2, bidirectional: true}",
        "{type: dense, units: 2, bias: false}",
        input="[3]",
    ),
    "penalty": net(
        regularization="{l1: 0.1, l2: 0.2}",
        optimizer="{type: adam, clip: {norm: 0.5}, schedule: {type: step, "
        "step_size: 2, gamma: 0.5, per: step}}",
    ),
    "frozen": net(
        frozen="[h.bias]", optimizer="{type: sgd, nesterov: true, " "momentum: 0.9}"
    ),
    "own": net(
        functions='[{name: bent, of: x, formula: "(sqrt(x * x + 1) - 1) / 2 + x"}]',
        layers="[{type: dense, name: h, units: 2, activation: bent}]",
    ),
    "mixed": layers("{type: dense, units: 3}", "batch_norm", "{type: dense, units: 1}"),
    "dropped": layers("{type: dense, units: 4}", "{type: dropout, rate: 0.5}"),
    "wide": layers("{type: dense, units: 30}", "{type: dense, units: 20}", input="20"),
    "main": net(name="main"),
}
REMARKS = {
    "mixed": r"PyTorch \S+: no outputs, since the net at work is another one",
    "dropped": r"PyTorch \S+: it is left out, since dropout draws other numbers there",
    "wide": "dual numbers: its steps take the gradients of the emitted file",
}


@pytest.mark.parametrize("name", NETS)
def test_nets_of_all_kinds_agree(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(NETS[name])
    result = bpgen("verify", *PYTHON, "--json", str(path))
    (verdict,) = json.loads(result.out)["verdicts"]
    assert result.code == 0, result.out
    assert verdict["passed"]
    results = verdict["results"]
    seen = {(each["against"].split(" ")[0], each["quantity"]) for each in results}
    wanted = {(a, q) for a in ("dual", "PyTorch") for q in ("outputs", "loss")}
    wanted |= {(a, q) for a in ("dual", "PyTorch") for q in ("gradients", "steps")}
    if name == "dropped":
        wanted = {pair for pair in wanted if pair[0] == "dual"}
    if name == "mixed":
        wanted -= {("PyTorch", "outputs")}
    if name != "shares":  # which has nothing to train
        wanted |= {("evaluator", "training")}
    assert seen == wanted | {("central", "gradients")}
    (remark,) = verdict["notes"] or [""]
    assert re.fullmatch(REMARKS.get(name, ""), remark)


def test_of_many_parameters_some_are_measured_and_directions_over_all(
    tmp_path: Path,
) -> None:
    path = tmp_path / "wide.yaml"
    path.write_text(NETS["wide"])
    result = bpgen("verify", *PYTHON, str(path))
    count = 20 * 30 + 30 + 30 * 20 + 20
    assert count > MOST_ALL
    some = f"{DRAWN} of {count:,} trained parameters and {RANDOM} directions over all"
    assert f": {SAMPLES} samples, {some}\n" in result.out


def test_the_same_is_asked_every_time() -> None:
    network = load_network(XOR)
    first, again = ask(network, lower(network)), ask(network, lower(network))
    assert first.script()[0].content() == again.script()[0].content()
    assert first.directions == again.directions
    start = network.data
    assert start
    assert first.inputs == [list(row) for row in start.inputs[:SAMPLES]]


def test_many_digits_agree_too() -> None:
    pytest.importorskip("mpmath")
    result = bpgen("verify", *PYTHON, "--digits", "50", XOR)
    assert result.code == 0
    assert re.search(r"  dual numbers, 50 digits  +\S+ +\S+ +\S+ +pass\n", result.out)


def test_many_digits_without_mpmath_are_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "mpmath", None)
    result = bpgen("verify", *PYTHON, "--digits", "50", XOR)
    assert (result.code, result.out) == (2, "")
    message = "error: --digits needs mpmath: pip install 'bpgen[digits]'\n"
    assert result.err == message


def test_without_pytorch_the_rest_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("bpgen.pytorch")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = bpgen("verify", *PYTHON, XOR)
    assert result.code == 0
    assert result.out.endswith("\n  PyTorch: it is not installed\n")
    assert result.out.count(" pass\n") == 3


# What does not ----------------------------------------------------------------


@pytest.mark.parametrize("quantity", ["gradients", "steps"])
def test_a_wrong_file_fails_and_says_in_what(
    quantity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(text: str) -> str:
        if quantity == "steps":
            return re.sub(
                r"self\.learning_rate = 1\.0", "self.learning_rate = 1.1", text
            )
        return re.sub(r"(\bdz_h2 = .*) \* \(1\.0 - a_h2\)", r"\1", text)

    patched(monkeypatch, change)
    result = bpgen("verify", *PYTHON, XOR)
    assert result.code == 1
    dual, torch_line, training, central = result.out.splitlines()[2:6]
    failed = ["10 steps"] if quantity == "steps" else ["gradients", "10 steps"]
    assert dual.endswith(f"FAIL: {', '.join(failed)}")
    assert torch_line.endswith(f"FAIL: {', '.join(failed)}")
    assert training.endswith("FAIL: training")
    assert central.endswith("FAIL: gradients" if quantity == "gradients" else "pass")


def test_a_file_that_does_not_run_fails_with_its_own_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def change(text: str) -> str:
        return text.replace("predict(", "predicted(")

    patched(monkeypatch, change)
    result = bpgen("verify", *PYTHON, XOR)
    assert result.code == 1
    (line,) = (line for line in result.out.splitlines() if "FAIL" in line)
    assert line.startswith("  python: FAIL: ")
    assert "predict" in line


@pytest.mark.parametrize("language", wide_but(LANGUAGES, "javascript".__eq__))
def test_a_file_that_cannot_be_built_fails_with_the_toolchain_s_message(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, lambda text: f"{text}\nfunction ( {{\n")
    result = bpgen("verify", "--lang", language, XOR)
    if "not run" in result.out:
        missing_tool(result.out)
    assert result.code == 1
    told = result.out.splitlines()[2:]
    assert told
    for line in told:
        assert "FAIL" in line
        assert re.search("error|expected|unexpected", line, re.IGNORECASE)
        assert len(line) < 500


def test_without_a_toolchain_a_language_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    result = bpgen("verify", XOR)
    assert result.code == 0
    assert "\n  dart: not run: there is no dart on PATH\n" in result.out
    assert "\n  dart, JS: not run: there is no dart and no node on PATH\n" in result.out
    assert result.out.count(" pass\n") == 4


@pytest.mark.parametrize(("tolerance", "code"), [("0", 1), ("1e-6", 0), ("1e-13", 1)])
def test_a_tolerance_takes_the_place_of_every_bound(tolerance: str, code: int) -> None:
    result = bpgen("verify", *PYTHON, "--tolerance", tolerance, "--json", XOR)
    assert result.code == code
    (verdict,) = json.loads(result.out)["verdicts"]
    assert {each["bound"] for each in verdict["results"]} == {float(tolerance)}
    for each in verdict["results"]:
        assert each["passed"] == (each["error"] <= float(tolerance))


def test_bad_nets_are_all_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(net(loss="mze"))
    (tmp_path / "b.yaml").write_text(net(seed="-1"))
    result = bpgen("verify", str(tmp_path / "a.yaml"), XOR, str(tmp_path / "b.yaml"))
    assert (result.code, result.out) == (2, "")
    found = re.findall(r"(.)\.yaml:(.*): error: ", result.err)
    assert found == [("a", "4:7"), ("b", "5:7")]


def test_a_net_may_come_from_standard_input() -> None:
    content = Path(XOR).read_bytes()
    command = ("-m", "bpgen", "verify", *PYTHON, "-")
    found = subprocess.run(
        [sys.executable, *command], input=content, capture_output=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith(b"net xor, <stdin>: 3 samples")


# For programs -----------------------------------------------------------------


def test_junit_has_a_case_for_each_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    patched(
        monkeypatch, lambda t: t.replace("learning_rate = 1.0", "learning_rate = 2.0")
    )
    result = bpgen("verify", "--junit", *PYTHON, "--lang", "dart", XOR)
    assert result.code == 1
    (suite,) = ElementTree.fromstring(result.out)
    assert suite.attrib["name"] == XOR
    cases = list(suite)
    bad = [case for case in cases if case.find("failure") is not None]
    left = [case for case in cases if case.find("skipped") is not None]
    assert len(cases) == int(suite.attrib["tests"]) == 10 + 3
    assert len(bad) == int(suite.attrib["failures"]) == 3
    assert len(left) == int(suite.attrib["skipped"]) == 3
    assert {case.attrib["name"].split(" ")[0] for case in bad} == {"steps", "training"}
    assert {case.attrib["classname"] for case in left} == {
        *("dart", "dart, AOT", "dart, JS")
    }


def test_json_and_junit_do_not_go_together() -> None:
    result = bpgen("verify", "--json", "--junit", XOR)
    assert (result.code, result.err) == (2, "error: either --json or --junit\n")
