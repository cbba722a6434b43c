"""What trains a net in PyTorch: its loss, its optimizer, its schedule, as text.

In: a network. Out: the functions of an exported file that are its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bpgen.catalog.losses import Fusion
from bpgen.exporting.torch_formulas import of_numbers, of_tensors
from bpgen.exporting.torch_layers import own_function
from bpgen.network.network import Network
from bpgen.runtime.constants import Constants

# The losses of all outputs o with their targets t, before they are summed up.
EACH: Mapping[str, str] = {
    "mse": "(o - t).square()",
    "mae": "(o - t).abs()",
    "huber": 'F.huber_loss(o, t, reduction="none", delta={0})',
    "smooth_l1": 'F.smooth_l1_loss(o, t, reduction="none", beta={0})',
    "log_cosh": "(o - t).abs() + torch.log1p(torch.exp(-2.0 * (o - t).abs())) - "
    "math.log(2.0)",
    "binary_cross_entropy": 'F.binary_cross_entropy(o, t, reduction="none")',
    "sigmoid_cross_entropy": "F.binary_cross_entropy_with_logits("
    'o, t, reduction="none")',
    "hinge": "F.relu(1.0 - t * o)",
    "squared_hinge": "F.relu(1.0 - t * o).square()",
    "poisson": "torch.exp(o) - t * o",
    "half_squared_error": "0.5 * (o - t).square()",
    "squared_error": "(o - t).square()",
    "kl_divergence": "torch.xlogy(t, t) - t * o",
    "nll": "-t * o",
    "cross_entropy": "-t * torch.log(o).clamp_min(-100.0)",
    "softmax_cross_entropy": "-t * F.log_softmax(o, -1)",
    "multi_margin": "F.relu(1.0 - (o * t).sum(-1, keepdim=True) + o) * (1.0 - t)",
}
# By what a batch's losses are made of those of the outputs of one sample.
REDUCED = {"MEAN": ".flatten(1).mean(1)", "SUM": ".flatten(1).sum(1)"}
OPTIMIZERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "sgd": ("torch.optim.SGD", {}),
    "rmsprop": ("torch.optim.RMSprop", {}),
    "adagrad": ("torch.optim.Adagrad", {}),
    "adadelta": ("torch.optim.Adadelta", {}),
    "adam": ("torch.optim.Adam", {}),
    "adamw": ("torch.optim.AdamW", {}),
    "nadam": ("torch.optim.NAdam", {}),
    "adamax": ("torch.optim.Adamax", {}),
    "rprop": ("torch.optim.Rprop", {}),
    "lion": ("Lion", {}),
}


def is_fused(network: Network) -> bool:
    """Whether the loss takes the softmax of the last layer in."""
    last = network.layers[-1]
    use = getattr(last, "use", None) or getattr(last, "activation", None)
    name = getattr(getattr(use, "activation", None), "name", "")
    return network.loss.fusion is Fusion.BEFORE and name == "softmax"


def loss_lines(network: Network) -> Iterator[str]:
    """The function `sample_losses`."""
    loss, options = network.loss, list(network.loss_options)
    yield "def sample_losses(o: Tensor, t: Tensor) -> Tensor:"
    yield f'    """{loss.name.replace("_", " ").capitalize()} of each sample."""'
    if loss.is_own:
        yield f"    return {own_function(loss.name)}(o, t).flatten(1).mean(1)"
        return
    name = "softmax_cross_entropy" if is_fused(network) else loss.name
    if "label_smoothing" in loss.options and options[0]:
        share = options[0] / len(network.output_axes[-1])
        yield f"    t = t * {1.0 - options[0]!r} + {share!r}"
    if name == "multi_margin":
        count = float(len(network.output_axes[-1]))
        yield f"    each = {EACH[name]}"
        yield f"    return each.flatten(1).sum(1) / {count!r}"
        return
    yield f"    each = {EACH[name].format(*map(repr, options))}"
    kind = loss.reduction.name
    if kind == "STEPS":
        yield "    return each.sum(-1).reshape(len(o), -1).mean(1)"
    else:
        yield f"    return each{REDUCED[kind]}"


def aims_lines(network: Network) -> Iterator[str]:
    """The function `aims`."""
    yield "def aims(model: Model, targets: Tensor) -> Tensor:"
    yield '    """The targets as the loss sees them."""'
    if network.preprocessing.targets.is_scaled:
        yield "    found: Tensor = model.target(targets)"
        yield "    return found"
    else:
        yield "    return targets"


def hits_lines(facts: Constants) -> Iterator[str]:
    """The function `hits`."""
    yield "def hits(outputs: Tensor, targets: Tensor) -> Tensor:"
    yield '    """Of each row of classes, whether the answer is the right one."""'
    if facts.is_binary:
        yield f"    return (outputs > {facts.yes_above!r}) == (targets > 0.5)"
    else:
        yield "    return outputs.argmax(-1) == targets.argmax(-1)"


def optimizer_lines(network: Network) -> Iterator[str]:
    """The function `make_optimizer`."""
    settings = dict(network.settings)
    said = {"lr": settings.pop("learning_rate")}
    yield "def make_optimizer(groups: list[dict[str, Any]]) -> torch.optim.Optimizer:"
    name, _ = OPTIMIZERS[network.optimizer.name]
    yield f'    """{network.optimizer.name}, with the settings of net.yaml."""'
    pairs: dict[str, Any] = {}
    for first, second, theirs in (
        ("beta1", "beta2", "betas"),
        ("eta_minus", "eta_plus", "etas"),
    ):
        if first in settings:
            pairs[theirs] = settings.pop(first), settings.pop(second)
    for key, value in settings.items():
        flag = network.optimizer.settings[key].is_flag
        said["eps" if key == "epsilon" else key] = bool(value) if flag else value
    yield f"    return {name}("
    yield "        groups,"
    for key, each in {**said, **pairs}.items():
        yield f"        {key}={each!r},"
    yield "    )"


def schedule_lines(network: Network) -> Iterator[str]:
    """The function `move`: one move of the schedule."""
    use = network.schedule
    yield "def move(kept: dict[str, float], loss: float) -> None:"
    if use is None:
        yield '    """Nothing: the learning rate stays as it is."""'
        return
    yield f'    """{use.schedule.name.capitalize()}: {use.schedule.story}"""'
    steps = use.schedule.move(use.options)
    used = " ".join(formula for _, formula in steps)
    for name in ("learning_rate", *use.schedule.scalars):
        yield f'    {name} = kept["{name}"]'
    numbers = {
        k: float(v) for k, v in use.options.items() if isinstance(v, (int, float))
    }
    numbers["base"] = network.settings["learning_rate"]
    for name, value in numbers.items():
        if name in used:
            yield f"    {name} = {value!r}"
    for name, formula in steps:
        yield f"    {name} = {of_numbers(formula)}"
    for name in ("learning_rate", *use.schedule.scalars):
        yield f'    kept["{name}"] = float({name})'


def clip_lines(network: Network) -> Iterator[str]:
    """The function `clip_gradients`."""
    yield "def clip_gradients(tensors: list[Tensor]) -> None:"
    if network.clip is None:
        yield '    """Nothing: no step is made shorter."""'
        return
    kind, most = network.clip
    yield f'    """No step is longer than the {kind} {most!r} allows."""'
    yield f"    torch.nn.utils.clip_grad_{kind}_(tensors, {most!r})"


def own_lines(network: Network) -> Iterator[str]:
    """The net's own functions."""
    for name, formula in network.formulas.items():
        is_loss = network.loss.is_own and network.loss.name == name
        given = "o: Tensor, t: Tensor" if is_loss else "x: Tensor"
        names = ("o", "t") if is_loss else ("x",)
        text = of_tensors(formula, ", ".join(names))
        if not any(n in text for n in names):
            text = f"torch.full_like({names[0]}, {text})"
        yield ""
        yield ""
        yield f"def {own_function(name)}({given}) -> Tensor:"
        yield f'    """The net\'s own {name}: {formula}"""'
        yield f"    return {text}"
