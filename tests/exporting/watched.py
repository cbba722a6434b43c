"""Nets whose training is watched: by samples held out, by epochs that are no better."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bpgen.commands.exports import torch_text

CLASSES = """\
name: classes
input: [1, 4, 4]
layers:
  - {type: conv2d, name: c, filters: 3, kernel: 3, padding: same, bias: false}
  - {type: batch_norm, name: n}
  - relu
  - flatten
  - {type: dense, name: o, units: 3, activation: softmax}
loss: cross_entropy
optimizer:
  type: adam
  learning_rate: 0.05
  clip: {norm: 1.0}
  schedule: {type: exponential, gamma: 0.9}
training: {epochs: 12, batch_size: 4, validation: 0.25, early_stopping: {patience: 3}}
seed: 4
"""
NUMBERS = """\
name: two_numbers
input: 16
layers:
  - {type: dense, name: h, units: 5, activation: tanh}
  - {type: dense, name: o, units: 2}
loss: mse
optimizer:
  type: sgd
  learning_rate: 0.4
  momentum: 0.9
  schedule: {type: plateau, factor: 0.5, patience: 1}
training: {epochs: 14, batch_size: 5, early_stopping: {patience: 3, min_delta: 0.001}}
seed: 5
"""
YES_OR_NO = """\
name: yes_or_no
input: 16
layers:
  - {type: dense, name: h, units: 4, activation: relu}
  - {type: dense, name: o, units: 1}
loss: sigmoid_cross_entropy
optimizer:
  type: nadam
  learning_rate: 0.02
  schedule: {type: step, step_size: 30, gamma: 0.5, per: step}
training: {epochs: 30, batch_size: 3, validation: 0.2, report_every: 4}
seed: 6
"""
MASKED = """\
name: masked
input: 16
layers:
  - {type: dense, name: h, units: 6, activation: tanh}
  - {type: dropout, rate: 0.5}
  - {type: dense, name: o, units: 2, activation: softmax}
loss: cross_entropy
optimizer: {type: adagrad, learning_rate: 0.05}
training: {epochs: 4, batch_size: 5, validation: 0.2}
seed: 7
"""
WATCHED = {"classes": CLASSES, "two_numbers": NUMBERS, "yes_or_no": YES_OR_NO}
ALL = {**WATCHED, "masked": MASKED}
COUNT = 22  # of samples


def rows(count: int = COUNT) -> Iterator[list[float]]:
    """Samples that are hard to learn."""
    chance = random.Random("watched")
    for _ in range(count):
        yield [round(chance.uniform(-1.0, 1.0), 3) for _ in range(16)]


def targets(name: str) -> list[list[float]] | list[int]:
    """What such a net is to give for them."""
    chance = random.Random("targets")
    if name == "two_numbers":
        return [[round(chance.uniform(0.0, 1.0), 3) for _ in range(2)] for _ in rows()]
    return [chance.randrange(3 if name == "classes" else 2) for _ in rows()]


def write_net(folder: Path, name: str) -> Path:
    """A net.yaml of the table, with its samples."""
    aims: Any = targets(name)
    key = "targets" if name in ("two_numbers", "yes_or_no") else "labels"
    if name == "yes_or_no":
        aims = [[float(label)] for label in aims]
    samples = f"data: {{inputs: {json.dumps([*rows()])}, {key}: {json.dumps(aims)}}}\n"
    path = folder / f"{name}.yaml"
    path.write_text(ALL[name] + samples)
    return path


def write_program(folder: Path, name: str) -> Path:
    """Such a net as a program of PyTorch."""
    path = folder / f"{name}.py"
    path.write_text(torch_text(str(write_net(folder, name))))
    return path
