"""What a net should compute, by PyTorch in float64, straight from the net.yaml.

Nothing of bpgen is used here. Where torch.nn.functional has a function, that one is
called; the few formulas of our own say that torch has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F  # noqa: N812  # as in PyTorch's own documentation
from torch import Tensor

from bpgen.pytorch.convolutions import ONE_DIMENSIONAL
from bpgen.pytorch.formulas import own_function
from bpgen.pytorch.layers import LAYERS
from bpgen.pytorch.scaled import Scaled
from bpgen.pytorch.training import EarlyStopping, Training

Row: TypeAlias = list[float]
Options: TypeAlias = Mapping[str, Any]
Results: TypeAlias = dict[str, Any]


def _gaussian(x: Tensor) -> Tensor:
    return torch.exp(-x * x)  # torch has none


# Activations that have no parameters: of the net inputs and the options.
ACTIVATIONS: Mapping[str, Callable[[Tensor, Options], Tensor]] = {
    "identity": lambda x, o: x,
    "relu": lambda x, o: F.relu(x),
    "leaky_relu": lambda x, o: F.leaky_relu(x, o.get("slope", 0.01)),
    "elu": lambda x, o: F.elu(x, o.get("alpha", 1.0)),
    "selu": lambda x, o: F.selu(x),
    "celu": lambda x, o: F.celu(x, o.get("alpha", 1.0)),
    "gelu": lambda x, o: F.gelu(x),
    "gelu_tanh": lambda x, o: F.gelu(x, approximate="tanh"),
    "sigmoid": lambda x, o: torch.sigmoid(x),
    "tanh": lambda x, o: torch.tanh(x),
    "softplus": lambda x, o: F.softplus(x),
    "softsign": lambda x, o: F.softsign(x),
    "silu": lambda x, o: F.silu(x),
    "mish": lambda x, o: F.mish(x),
    "hard_sigmoid": lambda x, o: F.hardsigmoid(x),
    "hard_swish": lambda x, o: F.hardswish(x),
    "hard_tanh": lambda x, o: F.hardtanh(x),
    "relu6": lambda x, o: F.relu6(x),
    "log_sigmoid": lambda x, o: F.logsigmoid(x),
    "tanhshrink": lambda x, o: F.tanhshrink(x),
    "softshrink": lambda x, o: F.softshrink(x, o.get("lambda", 0.5)),
    "thresholded_relu": lambda x, o: F.threshold(x, o.get("theta", 1.0), 0.0),
    "sin": lambda x, o: torch.sin(x),
    "gaussian": lambda x, o: _gaussian(x),
    "softmax": lambda x, o: F.softmax(x, -1),
    "log_softmax": lambda x, o: F.log_softmax(x, -1),
}


def _log_cosh(o: Tensor, t: Tensor, options: Options) -> Tensor:
    return torch.log(torch.cosh(o - t)).mean()  # torch has none


def _hinge(o: Tensor, t: Tensor, options: Options) -> Tensor:
    return torch.relu(1.0 - t * o).mean()  # torch has none for targets of -1 and 1


def _squared_hinge(o: Tensor, t: Tensor, options: Options) -> Tensor:
    return (torch.relu(1.0 - t * o) ** 2).mean()  # torch has none


def _nll(o: Tensor, t: Tensor, options: Options) -> Tensor:
    """Torch has none for distributions."""
    rows = o.reshape(-1, o.shape[-1])
    return -(t.reshape(rows.shape) * rows).sum() / len(rows)


def _cross_entropy(o: Tensor, t: Tensor, options: Options) -> Tensor:
    """Torch has none on probabilities."""
    rows = o.reshape(-1, o.shape[-1])
    smoothing = options.get("label_smoothing", 0.0)
    aims = t.reshape(rows.shape) * (1.0 - smoothing) + smoothing / rows.shape[-1]
    return -(aims * torch.log(rows)).sum() / len(rows)


def _softmax_cross_entropy(o: Tensor, t: Tensor, options: Options) -> Tensor:
    rows, smoothing = o.reshape(-1, o.shape[-1]), options.get("label_smoothing", 0.0)
    return F.cross_entropy(rows, t.reshape(rows.shape), label_smoothing=smoothing)


def _kl_divergence(o: Tensor, t: Tensor, options: Options) -> Tensor:
    rows = o.reshape(-1, o.shape[-1])
    return F.kl_div(rows, t.reshape(rows.shape), reduction="batchmean")


def _multi_margin(o: Tensor, t: Tensor, options: Options) -> Tensor:
    rows = o.reshape(-1, o.shape[-1])
    return F.multi_margin_loss(rows, t.reshape(rows.shape).argmax(1))


# Losses of one sample: of outputs and targets of one shape, and the options.
LOSSES: Mapping[str, Callable[[Tensor, Tensor, Options], Tensor]] = {
    "mse": lambda o, t, _: F.mse_loss(o, t),
    "mae": lambda o, t, _: F.l1_loss(o, t),
    "huber": lambda o, t, own: F.huber_loss(o, t, delta=own.get("delta", 1.0)),
    "smooth_l1": lambda o, t, own: F.smooth_l1_loss(o, t, beta=own.get("beta", 1.0)),
    "log_cosh": _log_cosh,
    "binary_cross_entropy": lambda o, t, _: F.binary_cross_entropy(o, t),
    "sigmoid_cross_entropy": lambda o, t, _: F.binary_cross_entropy_with_logits(o, t),
    "hinge": _hinge,
    "squared_hinge": _squared_hinge,
    "poisson": lambda o, t, _: F.poisson_nll_loss(o, t, log_input=True),
    "half_squared_error": lambda o, t, _: 0.5 * F.mse_loss(o, t, reduction="sum"),
    "squared_error": lambda o, t, _: F.mse_loss(o, t, reduction="sum"),
    "kl_divergence": _kl_divergence,
    "nll": _nll,
    "cross_entropy": _cross_entropy,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "multi_margin": _multi_margin,
}


def _typed(written: Any) -> tuple[str, dict[str, Any]]:
    """A type and its options, from `relu` or from {type: relu}."""
    if isinstance(written, str):
        return written, {}
    return written["type"], {k: v for k, v in written.items() if k != "type"}


def _known(table: Mapping[str, Any], name: str) -> Any:
    if name not in table:
        raise NotImplementedError(
            f"bpgen/pytorch/reference.py has no {name}: add it there"
        )
    return table[name]


def in_float64() -> str:
    """From now on in float64, which NAdam takes from the default; PyTorch's version."""
    torch.set_default_dtype(torch.float64)
    return str(torch.__version__).partition("+")[0]


class Reference:
    """One net with parameters, in PyTorch."""

    def __init__(self, spec: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
        self.spec = spec
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
        self.training = Training(spec, self.trained)
        sides = spec.get("preprocessing", {})
        self.scaled = {side: Scaled(sides.get(side)) for side in ("inputs", "targets")}

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
        """The outputs of all samples."""
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
            if kind in LAYERS and LAYERS[kind].batched:
                stacked = [torch.stack(samples) for samples in read]
                values[name] = list(self._layer(name, kind, options, stacked))
            else:
                samples = zip(*read, strict=True)
                values[name] = [self._layer(name, kind, options, s) for s in samples]
            found = of_channels or kind in ONE_DIMENSIONAL
            found = not of_channels if kind == "transpose" else found
            axes = values[name][0].dim()
            first[name] = axes == 3 or (axes == 2 and found)
            last = name
        return values[last]

    def _layer(
        self, name: str, kind: str, options: Any, inputs: Sequence[Tensor]
    ) -> Tensor:
        owner, x = self.owner[name], inputs[0]
        if kind in LAYERS:
            parts = {n.partition(".")[::2]: t for n, t in self.tensors.items()}
            own = {last: tensor for (of, last), tensor in parts.items() if of == owner}
            z = LAYERS[kind].forward(own, options, inputs)
            if not LAYERS[kind].is_activated:
                return z
            return self._activated(owner, options | {"channels_first": True}, z)
        if kind == "flatten":
            return x.reshape(-1)
        if kind == "dense":
            bias = self.tensors.get(f"{owner}.bias")
            z = F.linear(x, self.tensors[f"{owner}.weight"], bias)
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
        """The outputs of samples, each by itself, flat."""
        flat = (torch.tensor(sample, dtype=torch.float64) for sample in inputs)
        outputs = (self.told(self.forward(sample)) for sample in flat)
        return [found.reshape(-1).tolist() for found in outputs]

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

    def parameters(self) -> Results:
        """The parameters now."""
        return {name: tensor.tolist() for name, tensor in self.tensors.items()}

    def step(self, inputs: list[Row], targets: list[Row]) -> float:
        """One update with a batch; returns its mean loss before the update."""
        loss = self.batch(inputs, targets)
        self.training.step()
        return loss

    def mean_loss(self, samples: list[tuple[Row, Row]]) -> float:
        """The mean loss of samples, without regularization."""
        with torch.no_grad():
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
) -> Iterator[Results]:
    """The state after each epoch of training in these orders of the samples."""
    net, stopping = Reference(spec, parameters), EarlyStopping(spec)
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
        yield found | {"parameters": net.parameters()}


def sample(
    spec: Mapping[str, Any], parameters: Any, inputs: Row, targets: Row
) -> Results:
    """Outputs, loss and all gradients of one sample."""
    net = Reference(spec, parameters)
    x = torch.tensor(inputs, dtype=torch.float64, requires_grad=True)
    outputs = net.forward(x)
    loss = net.loss(outputs, targets)
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
