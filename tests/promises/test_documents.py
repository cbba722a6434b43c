"""The code in the documents does what the text around it says."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from running.tools import ANALYSIS_OPTIONS, ROOT, dart, program

from bpgen.verifying.compare import assert_close, assert_same

TRAINING = ROOT / "docs" / "training.md"
QUIET = {"DART_SUPPRESS_ANALYTICS": "true"}
SONG = [0.2, 0.1, 0.9, 0.8]  # slow and quiet: not what others like
ANSWERS = 30


def blocks(heading: str, language: str, document: Path = TRAINING) -> list[str]:
    """The code of one language below a heading."""
    text = document.read_text(encoding="utf-8")
    _, _, section = text.partition(f"\n## {heading}\n")
    section, _, _ = section.partition("\n## ")
    found = re.findall(
        rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL
    )
    assert found, heading
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the emitted files within reach."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ROOT / "generated" / "python"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path


def run(code: str, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """The names that code leaves behind."""
    found = {} if names is None else names
    exec(compile(code, "training.md", "exec"), found)
    return found


def test_a_saved_training_goes_on_as_if_nothing_had_happened(folder: Path) -> None:
    (code,) = blocks("Stop and go on", "python")
    found = run(code)
    assert found["net"].epoch == 20
    assert json.loads(found["saved"])["epoch"] == 10


def test_parameters_go_into_pytorch_and_back(folder: Path) -> None:
    """With 64 bits: the fixture of all tests has set them as the default."""
    there, back = blocks("Into PyTorch, and back", "python")
    found = run(there)
    net, model = found["net"], found["model"]
    before = net.parameters()
    for sample in ([0.0, 1.0], [1.0, 1.0]):
        assert_close(net.predict(sample), model(torch.tensor(sample)).tolist(), 1e-12)
    with torch.no_grad():
        model.o.weight += 1.0
    run(back, found)
    after = net.parameters()
    assert_same(after["h.weight"], before["h.weight"])
    moved = [[weight + 1.0 for weight in row] for row in before["o.weight"]]
    assert_same(after["o.weight"], moved)


def test_a_net_learns_the_taste_of_one_listener(folder: Path) -> None:
    (code,) = blocks("One answer at a time", "python")
    found = run(code)
    assert found["net"].predict(SONG)[0] < 0.1
    surprises = [found["answer"](SONG, True) for _ in range(ANSWERS)]
    assert surprises[-1] < 0.1 < surprises[0]
    assert found["net"].predict(SONG)[0] > 0.9
    again = run(code)  # as when the app starts anew
    assert again["net"].to_json() == found["net"].to_json()


MAIN = f"""\
import 'dart:convert';

import 'answer.dart';
import 'taste.dart';

Future<void> main() async {{
  String? saved;
  for (var i = 0; i < {ANSWERS}; i++) {{
    saved = await answer(saved, {SONG}, liked: true);
  }}
  print(saved);
  final net = Taste()..loadJson(jsonDecode(saved!) as Map<String, Object?>);
  final studied = await study(net, Taste.dataInputs, Taste.dataTargets);
  print(jsonEncode(net));
  print(jsonEncode(studied));
}}
"""


def test_the_same_answers_teach_the_same_in_dart(folder: Path) -> None:
    (code,) = blocks("One answer at a time", "dart")
    shutil.copy(ROOT / "generated" / "dart" / "taste.dart", folder)
    shutil.copy(ANALYSIS_OPTIONS, folder)
    (folder / "answer.dart").write_text(code, encoding="ascii")
    checks = (
        ["format", "--set-exit-if-changed", "--output", "none"],
        ["analyze", "--fatal-infos"],
    )
    for check in checks:
        checked = program(dart(), *check, folder / "answer.dart", environment=QUIET)
        assert checked.code == 0, checked.out + checked.err
    (folder / "main.dart").write_text(MAIN, encoding="ascii")
    done = program(dart(), "run", folder / "main.dart", environment=QUIET)
    assert done.code == 0, done.err
    learned, kept, studied = map(json.loads, done.out.splitlines())

    found = run(blocks("One answer at a time", "python")[0])
    for _ in range(ANSWERS):
        found["answer"](SONG, True)
    assert_close(learned, json.loads(found["net"].to_json()), 1e-12)
    assert_same(kept, learned)  # the net stays as it was: its copy has studied
    found["net"].train(found["INPUTS"], found["TARGETS"], epochs=20)
    assert_close(studied, json.loads(found["net"].to_json()), 1e-12)


# bpgen with one more optimizer, as if its entry stood in the table.
WITH_ENTRY = """\
import sys
from bpgen.catalog import optimizers
entry = eval(sys.argv.pop(1), vars(optimizers))
optimizers.OPTIMIZERS[entry.name] = entry
from bpgen.cli import run
run()
"""
NET = """\
name: signed
input: 2
layers: [{type: dense, name: o, units: 1}]
loss: mse
optimizer: {type: signum, momentum: 0.5, learning_rate: 0.1}
"""


def test_an_optimizer_is_one_entry(folder: Path) -> None:
    (entry,) = blocks(
        "Adding an optimizer is one entry", "python", ROOT / "ARCHITECTURE.md"
    )
    (folder / "signed.yaml").write_text(NET)
    words = ["emit", "--lang", "all", "-o", "out/", "signed.yaml"]
    done = program(sys.executable, "-c", WITH_ENTRY, entry.rstrip("\n"), *words)
    assert done.code == 0, done.err
    net = run((folder / "out" / "signed.py").read_text())["Signed"]()
    expected, kept = net.parameters(), [0.0, 0.0]
    for targets in ([5.0], [-5.0], [-5.0], [5.0]):
        net.train_step([[1.0, -2.0]], [targets])
        (gradient,) = net.gradients()["o.weight"]
        kept = [0.5 * m + 0.5 * g for m, g in zip(kept, gradient, strict=True)]
        (row,) = expected["o.weight"]
        signs = [(m > 0.0) - (m < 0.0) for m in kept]
        row = [w - 0.1 * sign for w, sign in zip(row, signs, strict=True)]
        expected["o.weight"] = [row]
        assert_close(net.parameters()["o.weight"], [row], 1e-14)
    state = json.loads(net.to_json())["optimizer"]["state"]
    assert_close(state["o.weight.momentum_buffer"], [kept], 1e-14)
    checked = program(dart(), "analyze", folder / "out", environment=QUIET)
    assert checked.code == 0, checked.out


def test_a_notebook_emits_a_file(folder: Path) -> None:
    shutil.copy(ROOT / "examples" / "xor.yaml", folder / "xor.yaml")
    (code,) = blocks("In a notebook", "python")
    run(code)
    assert "class Xor {" in (folder / "xor.dart").read_text(encoding="utf-8")
