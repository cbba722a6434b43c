"""`bpgen show`: what stands between two stages of the compiler."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.tiers import wide_but
from running.tools import EXAMPLES, LOOPS_ONLY, ROOT, bpgen

from bpgen.cli import STAGES
from bpgen.program.blocks import BLOCKS

NET = """\
input: {size: 2, names: [i1, "i2"]}
layers:
  - {type: dense, name: h, units: 2, activation: tanh}
  - dropout: 1
loss: mse
"""
ONE_NEURON = """\
input: 2
layers:
  - {type: dense, name: h, units: 1, activation: tanh}
loss: {type: huber, delta: 2}
optimizer: {type: sgd, learning_rate: 0.5, schedule: {type: warmup, steps: 3}}
training: {epochs: 20, shuffle: false}
frozen: [h.bias]
parameters:
  h.weight: [[0.5, -1]]
data:
  inputs: [[0, 1], [1, 0], [0, 0], [1, 1], [2, 2], [3, 3]]
  targets: [[0], [1], [1], [0], [1], [0]]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with one net."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(ONE_NEURON)
    return tmp_path


def shown(stage: str, file: str = "net.yaml") -> str:
    """What the command prints."""
    result = bpgen("show", file, "--stage", stage)
    assert (result.code, result.err) == (0, "")
    return result.out


def test_spec_is_what_was_written_and_where(folder: Path) -> None:
    assert shown("spec") == """\
1:1      input: 2
2:1      layers:
3:6        - type: dense
3:19         name: h
3:28         units: 1
3:38         activation: tanh
4:1      loss:
4:8        type: huber
4:21       delta: 2
5:1      optimizer:
5:13       type: sgd
5:24       learning_rate: 0.5
5:44       schedule:
5:55         type: warmup
5:69         steps: 3
6:1      training:
6:12       epochs: 20
6:24       shuffle: false
7:1      frozen: [h.bias]
8:1      parameters:
9:3        h.weight:
9:14         - [0.5, -1]
10:1     data:
11:3       inputs:
11:12        - [0, 1]
11:20        - [1, 0]
11:28        - [0, 0]
11:36        - [1, 1]
             ... and 2 more
12:3       targets:
12:13        - [0]
12:18        - [1]
12:23        - [1]
12:28        - [0]
             ... and 2 more
"""


def test_network_is_what_it_means(folder: Path) -> None:
    assert shown("network") == """\
net net, class Net, seed 0
input: 2
layers:
  h: dense, 1 unit, tanh; input -> 1
    h.weight [1][2]: starts as written
    h.bias [1]: starts as 0, frozen
parameters: 3 numbers
loss: huber, the mean over the outputs of huber(o - t, delta), delta 2
optimizer: sgd, learning_rate 0.5, momentum 0, dampening 0, nesterov 0, weight_decay 0
schedule: warmup, steps 3
  moves after each epoch
training: epochs 20, batch_size 1, shuffle false, report_every 0, validation 0, \
patience 0, min_delta 0
data: 6 samples
"""
    assert bpgen("show", "net.yaml").out == shown("network")


def test_forward_and_backward_are_the_blocks_of_the_program(folder: Path) -> None:
    forward, backward = shown("forward"), shown("backward")
    assert """\
forward:
  [Layer h: dense, 1 unit, tanh]
    for i in 0 ... 0:  # z_h[i]: the weighted sum of its inputs, then tanh
      z_h[i] = b_h[i]
      for j in 0 ... 1:
        z_h[i] += w_h[i][j] * x[j]
      a_h[i] = tanh(z_h[i])  # tanh
""" in forward
    assert """\
  [Layer h: backward]
    for i in 0 ... 0:  # z_h[i]: backward
      dz_h[i] = da_h[i] * (1 - a_h[i] * a_h[i])  # by a_h[i]: tanh'(z) = 1 - a * a
      for j in 0 ... 1:
        dw_h[i][j] += dz_h[i] * x[j]  # by z_h[i]
input_gradient:
""" in backward
    names = [line[:-1] for line in (forward + backward).splitlines() if line[0] != " "]
    assert names == [name for name in BLOCKS if name in names]
    assert {"initialize", "predict", "loss", "update", "schedule"} < {*names}


def test_a_style_is_shown_as_it_goes_into_the_page(folder: Path) -> None:
    assert "    z_h[0] = b_h[0] + w_h[0][0] * x[0] + w_h[0][1] * x[1]\n" in shown(
        "unrolled"
    )
    assert "      z = b_h[0]\n" in shown("loops")  # of one unit, without a loop


@pytest.mark.parametrize("language", ["python", "dart"])
def test_page_is_the_emitted_file(language: str, folder: Path) -> None:
    page = bpgen("show", "net.yaml", "--stage", "page", "--lang", language)
    assert page.out == bpgen("emit", "net.yaml", "--lang", language).out
    assert (page.code, page.err) == (0, "")


@pytest.mark.parametrize("stage", STAGES)
def test_a_wrong_net_gets_the_errors_of_emit(stage: str, folder: Path) -> None:
    (folder / "net.yaml").write_text(NET)
    result = bpgen("show", "net.yaml", "--stage", stage)
    expected = bpgen("emit", "net.yaml")
    assert (result.code, result.out) == (expected.code, expected.out) == (2, "")
    assert result.err == expected.err
    missing = bpgen("show", "other.yaml", "--stage", stage)
    assert (missing.code, missing.out) == (2, "")
    assert missing.err == "error: cannot read other.yaml: No such file or directory\n"


def test_what_there_is_not_is_said_in_a_line(folder: Path) -> None:
    result = bpgen("show", "net.yaml", "--lang", "dart")
    assert (result.code, result.out) == (2, "")
    message = "--lang is for --stage page: network is the same in every language"
    assert result.err == f"error: {message}\n"
    file = str(ROOT / "examples" / "resnet_tiny.yaml")
    result = bpgen("show", file, "--stage", "unrolled")
    assert (result.code, result.out) == (2, "")
    message = "n0 mixes the samples of a batch: use --stage loops"
    assert result.err == f"error: {file}: {message}\n"


def test_text_is_plain_ascii(folder: Path) -> None:
    text = ONE_NEURON.replace("  h.weight:", '  "h.weight\\u00e9":')
    (folder / "net.yaml").write_text(text)
    assert "'h.weight\\xe9':" in shown("spec")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "path",
    wide_but(EXAMPLES, lambda path: path.stem in ("xor", "lstm")),
    ids=lambda path: path.stem,
)
def test_every_example_can_be_shown(path: Path, stage: str) -> None:
    if stage == "unrolled" and path.stem in {"cnn", "digits", "gpt", *LOOPS_ONLY}:
        return  # many thousand lines, or none
    text = shown(stage, str(path))
    assert text.isascii()
    assert all(line == line.rstrip() for line in text.splitlines())
