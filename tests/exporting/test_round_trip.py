"""What goes out to PyTorch or ONNX comes back: the same names, numbers, predictions."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import torch
from exporting.kinds import KINDS, TEXTS, flat
from nets.table import NETS
from running.tiers import wide_but

from bpgen.errors import InputError
from bpgen.exporting.onnx_file import onnx_file
from bpgen.exporting.torch_page import torch_page
from bpgen.importing import from_torch
from bpgen.importing.imported import Imported
from bpgen.importing.onnx_models import imported_onnx
from bpgen.verifying.targets import module

LAYERS = {
    kind.removeprefix("layer "): name
    for kind, name in KINDS.items()
    if kind.startswith("layer")
}
# Why some do not come back: what stands for them in PyTorch is said in other words.
WORDS = (
    *("gt has no counterpart", "a quotient of two values", "PyTorch cannot capture"),
    *("broadcast_tensors has no", "merged with itself", "padding by -inf has no"),
    *("ones_like has no", "only some elements, or elements in another order"),
    *("the last states of all layers at once", "of [3, 9] and a constant [9]"),
    "zeros_like has no",
)


def exported(name: str) -> tuple[Any, Any]:
    """A net of the table as a program of PyTorch, and it with its own numbers."""
    net = NETS[name]
    program = module(torch_page(net.network, net.program, TEXTS, "net.yaml"))
    return program, program.Run()


def come_back(importer: Callable[[], Imported]) -> tuple[Imported | None, str]:
    """What comes back, or why it does not."""
    logging.disable()  # of torch.export, about comparisons
    try:
        return importer(), ""
    except InputError as error:
        return None, str(error)
    finally:
        logging.disable(logging.NOTSET)


FEW = ("dense", "sin", "add", "batch_norm", "attention, rotary", "pad2d", "max_steps")


@pytest.mark.parametrize("kind", wide_but(LAYERS, FEW.__contains__))
def test_what_went_out_to_pytorch_comes_back(kind: str) -> None:
    net = NETS[LAYERS[kind]]
    program, run = exported(LAYERS[kind])
    x = torch.tensor(net.inputs[:3], dtype=torch.float64)
    x = x.reshape(-1, *program.INPUT_SHAPE)
    x = x.long() if net.network.index_count else x
    found, why = come_back(lambda: from_torch(run.model.double(), x, loss="mse"))
    if found is None:
        assert kind not in FEW
        assert any(word in why for word in WORDS), why
        return
    numbers_of = json.loads(found.parameters).items()
    # What is said in a class of the program is called by its operator, too.
    own = {key.replace("_batch_norm.", "."): numbers for key, numbers in numbers_of}
    state = run.to_state()
    theirs = state["parameters"] | state["buffers"]
    assert own.keys() == theirs.keys()
    for key, numbers in theirs.items():
        assert flat(own[key]) == flat(numbers)


@pytest.mark.parametrize("kind", wide_but(LAYERS, FEW.__contains__))
def test_what_went_out_to_onnx_predicts_the_same(kind: str) -> None:
    program, run = exported(LAYERS[kind])
    content = onnx_file(program, run.to_state())
    found, why = come_back(lambda: imported_onnx(content, "net", "mse"))
    if found is None:
        assert kind not in FEW or kind == "attention, rotary"
        assert "counterpart" in why or "net.yaml" in why, why
    elif found.difference is not None:
        assert found.difference < 1e-5
