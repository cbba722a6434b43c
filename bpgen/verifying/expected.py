"""What other ways to compute a net say: dual numbers, and PyTorch where it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bpgen.lowering.constants import net_constants
from bpgen.runtime.net import Net
from bpgen.verifying.duals import DualBlocks, in_digits
from bpgen.verifying.question import STEPS, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What one way says; None of what it does not, and then why.

    Attributes:
        slopes: along the directions of the question; `gradients`: of all parameters.
    """

    name: str
    outputs: Any = None
    loss: float | None = None
    slopes: list[float] | None = None
    gradients: Mapping[str, Any] | None = None
    steps: Any = None
    why_not: str = ""


def by_duals(question: Question, digits: int = 0) -> Expected:
    """By forward-mode dual numbers over the program, of so many digits if asked.

    Raises:
        ImportError: numbers of many digits need mpmath, which is not there.
    """
    network, program = question.network, question.program
    numbers = in_digits(digits) if digits else (float, None)
    blocks = DualBlocks(program, question.directions, question.is_whole, *numbers)
    net = Net(net_constants(network, program), blocks, seed=network.seed)
    net.set_parameters(dict(question.parameters))
    data = (question.inputs, question.targets)
    found = Expected(
        name=f"dual numbers, {digits} digits" if digits else "dual numbers",
        outputs=[net.predict(sample) for sample in question.inputs],
        loss=net.batch_gradients(*data),
        slopes=[float(slope) for slope in blocks.slope_sums],
        why_not="" if question.is_whole else "steps: too many parameters",
    )
    if not question.is_whole or digits:
        return found
    losses = [net.train_step(*data) for _ in range(STEPS)]
    return replace(found, steps={"losses": losses, "parameters": net.parameters()})


def by_pytorch(question: Question, spec: Mapping[str, Any]) -> Expected:
    """By PyTorch, from what was written in net.yaml."""
    try:
        import torch

        from bpgen.pytorch.reference import Reference
    except ImportError:
        return Expected(name="PyTorch", why_not="PyTorch is not installed")
    torch.set_default_dtype(torch.float64)
    name = f"PyTorch {torch.__version__.partition('+')[0]}"
    if question.network.data is None and not question.inputs:
        return Expected(name=name, why_not="there are no samples")
    if net_constants(question.network, question.program).is_random:
        return Expected(name=name, why_not="dropout draws other numbers there")
    data = (question.inputs, question.targets)
    try:
        net = Reference(spec, question.parameters)
        outputs = None
        if not question.program.examine:  # a net that is the same at work
            flat = (torch.tensor(sample) for sample in question.inputs)
            outputs = [net.forward(x).reshape(-1).tolist() for x in flat]
        found = Expected(
            name=name,
            outputs=outputs,
            loss=net.batch(*data),
            gradients=net.gradients(),
            why_not="" if outputs else "outputs: at work the net computes otherwise",
        )
        losses = [net.step(*data) for _ in range(STEPS)]
    except (NotImplementedError, KeyError) as error:
        return Expected(name=name, why_not=f"not there: {error}")
    return replace(found, steps={"losses": losses, "parameters": net.parameters()})
