"""What a net should compute, by PyTorch in float64, straight from the net.yaml.

Nothing of bpgen is used here. Where torch.nn.functional has a function, that one is
called; the few formulas of our own say that torch has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

from bpgen.errors import NoReferenceError
from bpgen.pytorch.activations import ACTIVATIONS
from bpgen.pytorch.convolutions import ONE_DIMENSIONAL, STEPS
from bpgen.pytorch.formulas import own_function
from bpgen.pytorch.layers import LAYERS
from bpgen.pytorch.losses import LOSSES
from bpgen.pytorch.scaled import Scaled
from bpgen.pytorch.training import EarlyStopping, Training

Row: TypeAlias = list[float]
Options: TypeAlias = Mapping[str, Any]
Results: TypeAlias = dict[str, Any]


def _typed(written: Any) -> tuple[str, dict[str, Any]]:
    """A type and its options, from `relu` or from {type: relu}."""
    if isinstance(written, str):
        return written, {}
    return written["type"], {k: v for k, v in written.items() if k != "type"}


def _known(table: Mapping[str, Any], name: str) -> Any:
    if name not in table:
        raise NoReferenceError(
            f"bpgen/pytorch/reference.py has no {name}: add it there"
        )
    return table[name]


def in_float64() -> str:
    """From now on in float64, which NAdam takes from the default; PyTorch's version."""
    torch.set_default_dtype(torch.float64)
    return str(torch.__version__).partition("+")[0]


class Reference:
    """One net with parameters, in PyTorch.

    `draw` gives the next number from 0 to 1 for dropout, sample by sample and layer by
    layer, or layer by layer where one of them mixes the samples.
    """

    def __init__(
        self,
        spec: Mapping[str, Any],
        parameters: Mapping[str, Any],
        draw: Callable[[], float] | None = None,
    ) -> None:
        self.spec, self.draw, self.is_training = spec, draw, True
        self.own = {f["name"]: f for f in spec.get("functions", [])}
        self.layers: list[tuple[str, str, dict[str, Any]]] = []  # name, type, options
        self.owner: dict[str, str] = {}  # whose parameters each layer uses
        for written in spec["layers"]:
            kind, options = _typed(written)
            number = sum(kind == other for _, other, _ in self.layers) + 1
            name = options.get("name", f"{kind}{number}")
            self.layers.append((name, kind, options))
            self.owner[name] = self.owner.get(options.get("share", name), name)
        self.tensors = {
            name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
            for name, value in parameters.items()
        }
        frozen = {self.owner.get(name, name) for name in spec.get("frozen", ())}
        self.trained = {
            name: tensor
            for name, tensor in self.tensors.items()
            if name not in frozen and name.partition(".")[0] not in frozen
        }
        self.running = {  # what batch_norm remembers
            name.rpartition(".")[0]: {
                "running_mean": torch.zeros_like(tensor, requires_grad=False),
                "running_var": torch.ones_like(tensor, requires_grad=False),
            }
            for name, tensor in self.tensors.items()
            if name.endswith(".weight") and tensor.dim() == 1
        }
        self.training = Training(spec, self.trained)
        sides = spec.get("preprocessing", {})
        self.scaled = {side: Scaled(sides.get(side)) for side in ("inputs", "targets")}
        last, slides = "input", False  # a window of one dimension over the input
        for name, kind, options in self.layers:
            reads_input = "input" in options.get("inputs", [last])
            slides = slides or (reads_input and kind in ONE_DIMENSIONAL)
            last = name
        self.scaled["inputs"].channels_first = slides

    def names(self) -> list[str]:
        """The parameters in the order of PyTorch's state_dict."""
        found = []
        for name, kind, options in self.layers:
            if "share" in options:
                continue
            if kind == "dense":
                found.append(f"{name}.weight")
                found += [f"{name}.bias"] if options.get("bias", True) else []
                found += self._slope(name, options)
            elif kind == "prelu":
                found.append(f"{name}.weight")
            elif kind in LAYERS:
                found += (f"{name}.{own}" for own in LAYERS[kind].parameters(options))
                found += self._slope(name, options) if LAYERS[kind].is_activated else []
        return found

    def _slope(self, name: str, options: Options) -> list[str]:
        """The parameter of an activation inside a layer."""
        is_prelu = _typed(options.get("activation", "identity"))[0] == "prelu"
        return [f"{name}.slope"] if is_prelu else []

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs in their own shape, on the scale of the net, from flat inputs."""
        (outputs,) = self.forward_batch([inputs])
        return outputs

    def told(self, outputs: Tensor) -> Tensor:
        """Outputs in the units of the targets."""
        return self.scaled["targets"].back(outputs)

    def forward_batch(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        """The outputs of all samples, which only some layers mix."""
        if any(kind in LAYERS and LAYERS[kind].batched for _, kind, _ in self.layers):
            return self._forward_together(inputs)
        return [self._forward_together([sample])[0] for sample in inputs]

    def _forward_together(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        written = self.spec["input"]
        shape = written["size"] if isinstance(written, dict) else written
        ready = self.scaled["inputs"].forth
        values = {"input": [ready(sample, shape) for sample in inputs]}
        first = {"input": values["input"][0].dim() == 3}  # whether channels come first
        last = "input"
        for name, kind, options in self.layers:
            sources = options.get("inputs", [last])
            read = [values[source] for source in sources]
            of_channels = any(first[source] for source in sources)
            options = options | {"channels_first": of_channels}
            options |= {"is_training": self.is_training, "draw": self.draw}
            options |= {"functions": self.own}
            if kind in LAYERS and LAYERS[kind].batched:
                stacked = [torch.stack(samples) for samples in read]
                values[name] = list(self._layer(name, kind, options, stacked))
            else:
                samples = zip(*read, strict=True)
                values[name] = [self._layer(name, kind, options, s) for s in samples]
            found = (of_channels and kind not in STEPS) or kind in ONE_DIMENSIONAL
            if kind == "transpose":
                channels = 0 if of_channels else read[0][0].dim() - 1
                found = options.get("axes", [1, 0])[0] == channels
            axes = values[name][0].dim()
            first[name] = axes == 3 or (axes == 2 and found)
            last = name
        self.scaled["targets"].channels_first = first[last]
        return values[last]

    def _layer(
        self, name: str, kind: str, options: Any, inputs: Sequence[Tensor]
    ) -> Tensor:
        owner, x = self.owner[name], inputs[0]
        if kind in LAYERS:
            parts = {n.partition(".")[::2]: t for n, t in self.tensors.items()}
            own = {last: tensor for (of, last), tensor in parts.items() if of == owner}
            own |= self.running.get(owner, {}) if LAYERS[kind].batched else {}
            z = LAYERS[kind].forward(own, options, inputs)
            if not LAYERS[kind].is_activated:
                return z
            return self._activated(owner, options | {"channels_first": True}, z)
        if kind == "flatten":
            return x.reshape(-1)
        if kind == "dense":
            bias = self.tensors.get(f"{owner}.bias")
            z = F.linear(x, self.tensors[f"{owner}.weight"], bias)
            is_prelu = _typed(options.get("activation", "identity"))[0] == "prelu"
            if is_prelu:  # each unit has a slope, wherever channels stand
                options = options | {"channels_first": False}
            return self._activated(owner, options, z)
        return self._activate(kind, options, x, f"{owner}.weight")

    def _activated(self, owner: str, options: Options, z: Tensor) -> Tensor:
        kind, own = _typed(options.get("activation", "identity"))
        own = own | {"channels_first": options["channels_first"]}
        return self._activate(kind, own, z, f"{owner}.slope")

    def _activate(self, kind: str, options: Options, x: Tensor, slope: str) -> Tensor:
        if kind in self.own:
            return own_function(self.own[kind], x)
        if kind != "prelu":
            return _known(ACTIVATIONS, kind)(x, options)
        if options["channels_first"]:  # with a batch before them, as torch wants
            return F.prelu(x[None], self.tensors[slope])[0]
        rows = x.reshape(-1, x.shape[-1])  # the features stand second, as channels do
        return F.prelu(rows, self.tensors[slope]).reshape(x.shape)

    def outputs(self, inputs: list[Row]) -> list[Row]:
        """The outputs of samples at work, each by itself, flat."""
        with self._at_work():
            flat = (torch.tensor(sample, dtype=torch.float64) for sample in inputs)
            outputs = (self.told(self.forward(sample)) for sample in flat)
            return [found.reshape(-1).tolist() for found in outputs]

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        self.is_training = False
        yield
        self.is_training = True

    def loss(self, outputs: Tensor, targets: Row) -> Tensor:
        """The loss of one sample."""
        kind, options = _typed(self.spec["loss"])
        raw = torch.tensor(targets, dtype=torch.float64)
        aims = self.scaled["targets"].forth(raw, tuple(outputs.shape))
        if kind in self.own:
            return own_function(self.own[kind], outputs, aims).mean()
        return _known(LOSSES, kind)(outputs, aims, options)

    def gradients(self) -> Results:
        """The gradients held; 0 for what is not trained."""
        return {
            name: (
                tensor.grad.tolist()
                if name in self.trained and tensor.grad is not None
                else torch.zeros_like(tensor).tolist()
            )
            for name, tensor in self.tensors.items()
        }

    def buffers(self) -> Results:
        """What batch_norm remembers."""
        kinds = {name: kind for name, kind, _ in self.layers}
        return {
            f"{layer}.{last}": tensor.tolist()
            for layer, both in self.running.items()
            for last, tensor in both.items()
            if kinds.get(layer) == "batch_norm"
        }

    def parameters(self) -> Results:
        """The parameters now."""
        return {name: tensor.tolist() for name, tensor in self.tensors.items()}

    def step(self, inputs: list[Row], targets: list[Row]) -> float:
        """One update with a batch; returns its mean loss before the update."""
        loss = self.batch(inputs, targets)
        self.training.step()
        return loss

    def mean_loss(self, samples: list[tuple[Row, Row]]) -> float:
        """The mean loss of samples at work, without regularization."""
        with torch.no_grad(), self._at_work():
            losses = [
                self.loss(self.forward(torch.tensor(x, dtype=torch.float64)), t)
                for x, t in samples
            ]
        return torch.stack(losses).mean().item()

    def batch(self, inputs: list[Row], targets: list[Row]) -> float:
        """Hold the gradients of the batch's mean loss; returns that loss."""
        for tensor in self.tensors.values():
            tensor.grad = None
        batch = [torch.tensor(sample, dtype=torch.float64) for sample in inputs]
        outputs = self.forward_batch(batch)
        losses = [self.loss(o, t) for o, t in zip(outputs, targets, strict=True)]
        mean = torch.stack(losses).mean() + self.training.penalty(self.tensors)
        if mean.requires_grad:
            mean.backward()
        return mean.item()


def epochs(
    spec: Mapping[str, Any],
    parameters: Any,
    samples: list[tuple[Row, Row]],
    held: list[int],
    orders: Iterable[list[int]],
    draw: Callable[[], float] | None = None,
) -> Iterator[Results]:
    """The state after each epoch of training in these orders of the samples."""
    net, stopping = Reference(spec, parameters, draw), EarlyStopping(spec)
    size = spec.get("training", {}).get("batch_size", 1)
    for order in orders:
        total = 0.0
        for start in range(0, len(order), size):
            inputs, targets = zip(
                *(samples[i] for i in order[start : start + size]), strict=True
            )
            total += len(inputs) * net.step(list(inputs), list(targets))
        loss = total / len(order)
        watched = net.mean_loss([samples[i] for i in held]) if held else loss
        net.training.end_epoch(watched)
        found = {"loss": loss, "learning_rate": net.training.learning_rate()}
        if stopping.is_over(watched, net.parameters()):
            yield found | {"parameters": stopping.parameters}
            return
        yield found | {"parameters": net.parameters(), "best": stopping.parameters}


def sample(
    spec: Mapping[str, Any], parameters: Any, inputs: Row, targets: Row
) -> Results:
    """Outputs, loss and all gradients of one sample."""
    return sample_of(Reference(spec, parameters), inputs, targets)


def sample_of(net: Reference, inputs: Row, targets: Row) -> Results:
    """The same of a net, whose gradients it holds."""
    for tensor in net.tensors.values():
        tensor.grad = None
    x = torch.tensor(inputs, dtype=torch.float64, requires_grad=True)
    outputs = net.forward(x)
    loss = net.loss(outputs, targets)
    if loss.requires_grad:
        loss.backward()
    slope = torch.zeros_like(x) if x.grad is None else x.grad  # None: of indices
    return {
        "outputs": net.told(outputs).reshape(-1).tolist(),
        "loss": loss.item(),
        "input_gradient": slope.tolist(),
        "gradients": net.gradients(),
    }


def batch(
    spec: Mapping[str, Any], parameters: Any, inputs: list[Row], targets: list[Row]
) -> Results:
    """The mean loss of a batch and its gradients."""
    net = Reference(spec, parameters)
    loss = net.batch(inputs, targets)
    return {"loss": loss, "gradients": net.gradients()}


def steps(
    spec: Mapping[str, Any],
    parameters: Any,
    batches: Iterable[tuple[list[Row], list[Row]]],
) -> list[Results]:
    """The loss before and the parameters after each update."""
    net = Reference(spec, parameters)
    found = []
    for inputs, targets in batches:
        loss = net.step(inputs, targets)
        assert math.isfinite(loss)
        found.append({"loss": loss, "parameters": net.parameters()})
    return found
