"""A net that predicts, as a file of ONNX: of opset 17, in float32, for batches of any
size; what it reads is called `input`, what it tells `output`.

In: the exported program of PyTorch, run as a module, and a saved state. Out: the bytes
of the file, as PyTorch's own exporter traces what `predict` does.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import ModuleType
from typing import Any

OPSET = 17  # what nearly all that reads ONNX knows
BATCH = 2  # samples of the traced batch; their count stays open


def onnx_file(program: ModuleType, state: dict[str, Any]) -> bytes:
    """The file of a net.

    `program` is what `torch_page` wrote, `state` a saved state of an emitted file.
    """
    import torch

    vars(program)["chosen"] = _where  # slopes are not asked for
    with _float32():
        run = program.Run()
        run.from_state(state)
        model = _at_work(run.model)
        shape = (BATCH, *program.INPUT_SHAPE)
        kind = torch.int64 if program.INDICES else torch.float32
        content = BytesIO()
        _teach()
        torch.onnx.export(
            model,
            (torch.zeros(shape, dtype=kind),),
            content,
            dynamo=False,  # the other exporter needs ten times as long for such nets
            opset_version=OPSET,
            input_names=["input"],
            output_names=["output"],
            dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}},
        )
    return content.getvalue()


@contextmanager
def _float32() -> Iterator[None]:
    """PyTorch with its usual numbers, and without its advice to who called export."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_default_dtype(before)


def _at_work(model: Any) -> Any:
    """A module that predicts when it is called."""
    import torch

    class AtWork(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = model

        def forward(self, x: Any) -> Any:
            return self.net.predict(x)

    return AtWork().float().eval()


def _where(is_so: Any, one: Any, other: Any, *values: Any) -> Any:
    """For each element what one function gives, or the other."""
    import torch

    return torch.where(torch.as_tensor(is_so), one(*values), other(*values))


def _teach() -> None:
    """The formulas of what this opset has no operator for."""
    import torch
    from torch.onnx import register_custom_op_symbolic
    from torch.onnx.symbolic_helper import parse_args

    def number(graph: Any, value: float) -> Any:
        return graph.op("Constant", value_t=torch.tensor(value))

    @parse_args("v", "is", "v", "f")
    def rms_norm(graph: Any, x: Any, sizes: list[int], weight: Any, eps: float) -> Any:
        axes = [-1 - axis for axis in range(len(sizes))]
        mean = graph.op("ReduceMean", graph.op("Mul", x, x), axes_i=axes)
        root = graph.op("Sqrt", graph.op("Add", mean, number(graph, eps)))
        return graph.op("Mul", graph.op("Div", x, root), weight)

    def expm1(graph: Any, x: Any) -> Any:
        return graph.op("Sub", graph.op("Exp", x), number(graph, 1.0))

    register_custom_op_symbolic("aten::rms_norm", rms_norm, OPSET)
    register_custom_op_symbolic("aten::expm1", expm1, OPSET)
