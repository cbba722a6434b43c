"""A PyTorch model as a list of operators, by torch.export.

In: a module and a batch. Out: the nodes of its graph, with what is said of each in
messages. The module is a copy in float64, at work; nothing of it is changed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from bpgen.errors import InputError, Problem
from bpgen.importing.torch_values import BATCH


def captured(model: torch.nn.Module, example: torch.Tensor) -> Any:
    """What torch.export makes of a model at work.

    Raises:
        InputError: it cannot be captured.
    """
    try:
        return torch.export.export(model, (example,), strict=False)
    except Exception as error:  # of the user's own code, or of torch.export
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = f"{type(error).__name__}: {lines[0][:200] if lines else ''}"
        message = f"{place_of_error(error)}PyTorch cannot capture the model: {reason}"
        raise InputError([Problem(message)]) from None


def place_of_error(error: BaseException) -> str:
    """Where in code that is not PyTorch's an error came up."""
    import traceback

    home = str(Path(torch.__file__).parent)
    ours = str(Path(__file__).parent)
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not f.filename.startswith((home, ours))]
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}: " if own else ""


def at_work(model: torch.nn.Module, example: Any) -> torch.nn.Module:
    """A copy in float64 that is not in training.

    Raises:
        InputError: PyTorch cannot copy it.
    """
    try:
        try:
            found = copy.deepcopy(model)
        except RuntimeError:  # weights that a hook computes, with their history
            run_once(model, example)
            found = copy.deepcopy(model)
    except RuntimeError as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(
            [Problem(f"PyTorch cannot copy the model: {reason}")]
        ) from None
    for module in found.modules():
        if isinstance(module, torch.nn.RMSNorm) and module.eps is None:
            dtype = next(iter(model.parameters()), torch.zeros(1)).dtype
            module.eps = torch.finfo(dtype).eps
    return found.double().eval()


def run_once(model: torch.nn.Module, example: Any) -> None:
    """Have a model compute without a history, its example in its own numbers."""
    dtype = next(iter(model.parameters()), torch.zeros(1)).dtype
    given = example if isinstance(example, tuple) else (example,)
    own = [x.to(dtype) if torch.is_floating_point(x) else x for x in given]
    with torch.no_grad():
        model(*own)


def batch_of(example: Any) -> torch.Tensor:
    """Samples to capture a model with, from the user's example.

    Raises:
        InputError: it is no tensor with an axis for samples.
    """
    if isinstance(example, (tuple, list)) and len(example) == 1:
        example = example[0]
    if not isinstance(example, torch.Tensor) or example.dim() < 2 or not len(example):
        message = "the example has to be one tensor of samples, its first axis theirs: "
        raise InputError([Problem(message + "as a batch for the model")])
    rows = torch.cat([example] * BATCH)[:BATCH]
    return rows.double() if rows.is_floating_point() else rows.long()


def zeros(shape: tuple[int, ...]) -> torch.Tensor:
    """A batch of inputs of that shape."""
    return torch.zeros((BATCH, *shape))


def refusals_of_modules(model: torch.nn.Module) -> Iterator[str]:
    """What the operators alone do not tell."""
    nn = torch.nn
    for own, module in model.named_modules():
        path = own or "model"
        match module:
            case nn.modules.batchnorm._NormBase(track_running_stats=True):
                if module.momentum is None:
                    yield (
                        f"{path}: momentum=None is an average over all batches, which "
                        "net.yaml has not: write a number"
                    )
            case nn.modules.batchnorm._BatchNorm(track_running_stats=False):
                yield (
                    f"{path}: track_running_stats=False has no counterpart: "
                    "leave it out"
                )
            case nn.Embedding() if module.max_norm is not None:
                yield f"{path}: max_norm has no counterpart: leave it out"
            case nn.EmbeddingBag():
                yield f"{path}: EmbeddingBag has no counterpart: take Embedding"
            case nn.MultiheadAttention() if module.bias_k is not None:
                yield f"{path}: add_bias_kv has no counterpart: leave it out"
            case nn.MultiheadAttention() if not module._qkv_same_embed_dim:
                yield f"{path}: kdim and vdim have no counterpart: leave them out"
            case nn.RNNBase() if getattr(module, "proj_size", 0):
                yield f"{path}: proj_size has no counterpart: leave it out"


def dropout_of_attention(model: torch.nn.Module) -> dict[str, float]:
    """The rates of nn.MultiheadAttention by path: at work no operator has them."""
    return {
        path: float(module.dropout)
        for path, module in model.named_modules()
        if isinstance(module, torch.nn.MultiheadAttention) and module.dropout
    }


def notes_of_modules(model: torch.nn.Module) -> Iterator[str]:
    """What training will do differently."""
    for own, module in model.named_modules():
        path = own or "model"
        if isinstance(module, torch.nn.Embedding) and module.padding_idx is not None:
            yield (
                f"{path}: the row of padding_idx is trained here; in PyTorch it "
                "stays 0"
            )
        if hasattr(module, "parametrizations") or any(
            name.startswith("weight_g") or name.endswith("_orig")
            for name, _ in module.named_parameters(recurse=False)
        ):
            yield f"{path}: its weight is imported as computed; training it differs"


def path_of(node: Any) -> tuple[str, str]:
    """The path of the module that a node is from, and the module's class."""
    stack = node.meta.get("nn_module_stack") or {}
    found = list(stack.values())
    if not found:
        return "", ""
    path, kind = found[-1]
    name = kind if isinstance(kind, str) else kind.__name__
    return re.sub(r"@\d+$", "", path), name.rpartition(".")[2]


def place_of(node: Any) -> str:
    """The line of the user's code that a node is from, as a message begins."""
    lines = re.findall(
        r'File "([^"]+)", line (\d+)', node.meta.get("stack_trace") or ""
    )
    home = str(Path(torch.__file__).parent)
    own = [(file, line) for file, line in lines if not file.startswith(home)]
    return f"{Path(own[-1][0]).name}:{own[-1][1]}: " if own else ""
