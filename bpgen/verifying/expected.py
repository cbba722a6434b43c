"""What other ways to compute a net say: dual numbers, and PyTorch where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bpgen.errors import NoReferenceError
from bpgen.lowering.constants import net_constants
from bpgen.lowering.evaluated import evaluated_net
from bpgen.runtime.net import Net
from bpgen.runtime.primitives import Rows
from bpgen.verifying.compare import leaves
from bpgen.verifying.duals import DualBlocks, in_digits
from bpgen.verifying.question import STEPS, Question
from bpgen.verifying.training import training

FOLLOWS = "its steps take the gradients of the emitted file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What one way says; None of what it does not.

    Attributes:
        slopes: along the directions of the question; `gradients`: of all parameters.
        training: some epochs from the net's own start.
        follows: whether its steps take the gradients that the emitted file had.
        remark: why something is not there, or what is special.
    """

    name: str
    outputs: Any = None
    loss: float | None = None
    slopes: list[float] | None = None
    gradients: Mapping[str, Any] | None = None
    steps: Any = None
    training: Any = None
    follows: bool = False
    remark: str = ""


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
        outputs=[[*map(float, net.predict(x))] for x in question.inputs],
        loss=net.batch_gradients(*data),
        slopes=[float(slope) for slope in blocks.slope_sums],
    )
    if digits:
        return found
    if not question.is_whole:
        return replace(found, follows=True, remark=FOLLOWS)
    losses = [net.train_step(*data) for _ in range(STEPS)]
    steps = {"losses": losses, "parameters": net.parameters()}
    if network.buffers:
        steps["buffers"] = net.buffers()
    return replace(found, steps=steps)


class _Own:
    """bpgen's own net, called as the recorded one of an emitted class."""

    def __init__(self, net: Net) -> None:
        self.net = net

    def train(
        self, inputs: Rows, targets: Rows, *, epochs: int, on_epoch: int | None = None
    ) -> Any:
        """As the drivers do: told of epochs, and with an epoch to stop at."""
        if on_epoch is None:
            return self.net.train(inputs, targets, epochs=epochs)
        seen: list[Any] = []

        def hear(epoch: int, loss: float) -> bool | None:
            seen.append([epoch, loss])
            return epoch != on_epoch if on_epoch else None

        return [self.net.train(inputs, targets, epochs=epochs, on_epoch=hear), seen]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.net, name)


def by_evaluator(question: Question) -> Expected:
    """The training of the runtime's own routines, over the evaluator."""
    network, program = question.network, question.program
    found = None
    if program.gradients:

        def make() -> _Own:
            return _Own(evaluated_net(network, program))

        data = (question.inputs, question.targets)
        found = training(make, network, *data, with_long=False)
    return Expected(name="evaluator", training=found)


def followed(question: Question, path: Sequence[Mapping[str, Any]]) -> Any:
    """The parameters after updates with given gradients: the optimizer by itself."""
    net = evaluated_net(question.network, question.program)
    net.set_parameters(dict(question.parameters))
    frozen = question.network.frozen
    for gradients in path:
        given = [g for name, g in gradients.items() if name not in frozen]
        for row, numbers in zip(net.blocks.rows("slopes"), given, strict=True):
            for at, (_, number) in enumerate(leaves(numbers)):
                row[at] = number
        net.update()
    return net.parameters()


def by_pytorch(question: Question, spec: Mapping[str, Any]) -> Expected:
    """By PyTorch, from what was written in net.yaml."""
    try:
        from bpgen.pytorch.reference import Reference, in_float64
    except ImportError:
        return Expected(name="PyTorch", remark="it is not installed")
    name = f"PyTorch {in_float64()}"
    if net_constants(question.network, question.program).is_random:
        return Expected(
            name=name, remark="it is left out, since dropout draws other numbers there"
        )
    data = (question.inputs, question.targets)
    preprocessing = question.network.preprocessing
    if preprocessing:  # with the numbers that were fitted
        spec = {**spec, "preprocessing": preprocessing.written()}
    try:
        net = Reference(spec, question.parameters)
        outputs = None
        if not question.program.examine:  # a net that is the same at work
            outputs = net.outputs(question.inputs)
        found = Expected(
            name=name,
            outputs=outputs,
            loss=net.batch(*data),
            gradients=net.gradients(),
            remark=(
                "" if outputs else "no outputs, since the net at work is another one"
            ),
        )
        losses = [net.step(*data) for _ in range(STEPS)]
    except (NoReferenceError, KeyError) as error:
        return Expected(name=name, remark=f"it is left out: {error}")
    return replace(found, steps={"losses": losses, "parameters": net.parameters()})
