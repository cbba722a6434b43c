"""What a net means: layers with shapes, parameters, loss, optimizer and data.

In: a `NetSpec`. Out: a `Network`, in which every reference is resolved and every
size fits. Everything wrong with the file is found here, before any lowering.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path, PurePath
from typing import Any

from bpgen.catalog.layers.base import Layer, Parameter, numbered, shape_text
from bpgen.catalog.losses import LOSSES, Loss
from bpgen.catalog.optimizers import (
    DEFAULT_OPTIMIZER,
    DEFAULT_SETTINGS,
    OPTIMIZERS,
    Optimizer,
)
from bpgen.catalog.schedules import ALL_EPOCHS, SCHEDULES, Schedule
from bpgen.errors import Problems, shown, suggestion
from bpgen.network.class_names import are_scores, class_names, is_yes_or_no
from bpgen.network.data import read_data
from bpgen.network.explicit import read_parameters
from bpgen.network.fitting import Fitting, plan
from bpgen.network.folders import Folders
from bpgen.network.graph import MOST_UNITS, Chain, check_size
from bpgen.network.preprocessing import NOTHING, Preprocessing
from bpgen.network.run_files import RunFiles, read_run_files
from bpgen.network.samples import Data, Form
from bpgen.network.shares import Shares
from bpgen.network.source import Digests, digests_of
from bpgen.network.spec import NetSpec
from bpgen.program.axes import Axes, Numbered
from bpgen.program.labels import class_name_of
from bpgen.reading.kinds import Items
from bpgen.reading.records import (
    Choice,
    Values,
)


@dataclass(frozen=True, slots=True)
class Training:
    """The training loop of net.yaml."""

    epochs: int = 1000
    batch_size: int = 1
    shuffle: bool = True
    report_every: int = 0  # epochs between two reports; 0: a tenth of all
    validation: float = 0.0  # the share of the data held out
    patience: int = 0  # epochs without a better loss before stopping; 0: never
    min_delta: float = 0.0  # by how much a better loss must be better


@dataclass(frozen=True, slots=True)
class ScheduleUse:
    """A schedule with its options; it moves per epoch or per step."""

    schedule: Schedule
    options: Mapping[str, Any]
    per: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network with all that it means.

    Attributes:
        input_axes: the labels of the input, one tuple per axis; of what goes in, which
            `preprocessing` may make other numbers of for the layers.
        sources: for each layer the names of the layers that it reads, or "input".
        initial: explicit values by parameter name, row-major.
        frozen: the names of the parameters that training leaves alone.
        formulas: those of its own activations and losses, by name.
        source: of what was written in net.yaml and in the files that it reads.
        about: what net.yaml says of it, for comments.
        class_names: what the classes are called; none if they are numbers.
        run_files: what the emitted file is to read when it is run, where that has to do
            for data.
        has_scores: whether the largest output tells a class that the loss knows not.
    """

    name: str
    input_axes: Axes
    layers: tuple[Layer, ...]
    sources: tuple[tuple[str, ...], ...]
    parameters: tuple[Parameter, ...]
    initial: Mapping[str, tuple[float, ...]]
    frozen: frozenset[str]
    loss: Loss
    loss_options: tuple[float, ...]
    optimizer: Optimizer
    settings: Mapping[str, float]
    schedule: ScheduleUse | None
    clip: tuple[str, float] | None  # "norm" or "value", and the most of it
    penalties: Mapping[str, tuple[float, float]]  # l1 and l2 by parameter
    rate_factors: Mapping[str, float]  # of the learning rate, by parameter
    training: Training
    seed: int
    data: Data | None
    formulas: Mapping[str, str]
    source: Digests
    about: str = ""
    class_names: tuple[str, ...] = ()
    preprocessing: Preprocessing = NOTHING
    run_files: RunFiles | None = None
    has_scores: bool = False

    @property
    def class_name(self) -> str:
        """The name of the emitted class."""
        return class_name_of(self.name)

    @property
    def index_count(self) -> int:
        """The inputs are indices 0 ... index_count - 1; any numbers if it is 0."""
        return least_index_count(self.layers)

    @property
    def read_axes(self) -> Axes:
        """The labels of what the layers read: of the inputs once they are ready."""
        return self.layers[0].source.axes  # before it there is nothing else to read

    @property
    def output_axes(self) -> Axes:
        """The labels of the output."""
        return self.layers[-1].axes

    @property
    def trained(self) -> tuple[Parameter, ...]:
        """The parameters that training changes."""
        return tuple(p for p in self.parameters if p.name not in self.frozen)

    @property
    def buffers(self) -> tuple[Parameter, ...]:
        """What layers remember without training it, and how numbers are scaled."""
        own = (buffer for layer in self.layers for buffer in layer.buffers())
        return (*self.preprocessing.buffers, *own)

    @property
    def mixes_samples(self) -> bool:
        """Whether some layer needs all samples of a batch at once."""
        return any(layer.mixes_samples for layer in self.layers)

    @property
    def units(self) -> int:
        """How many numbers come in and how many neurons there are."""
        inputs = prod(map(len, self.input_axes))
        return inputs + sum(layer.neurons for layer in self.layers)

    @property
    def weights(self) -> int:
        """How many numbers the network learns or holds as parameters."""
        return sum(prod(p.variable.shape) for p in self.parameters)


def least_index_count(layers: Iterable[Layer]) -> int:
    """How many indices all layers know that read indices; 0 if none does."""
    return min(filter(None, (layer.index_count for layer in layers)), default=0)


def resolve(
    spec: NetSpec, folder: Path, problems: Problems, data_folder: Path | None = None
) -> Network:
    """The network that a spec means; files that it names lie in one of the folders.

    Raises:
        InputError: with all that is wrong with the file.
    """
    values, folders = spec.values, Folders(folder, data_folder)
    chain = Chain(_input_axes(spec, problems), problems)
    for choice in spec.layers:
        chain.add(choice)
    chain.check_all_used()
    parameters = tuple({p.name: p for p in chain.parameters}.values())
    frozen = _frozen(spec, parameters, chain, problems)
    loss, loss_options = _loss(spec, chain, problems)
    optimizer, settings, clip = _optimizer(spec.optimizer, problems)
    training = _training(spec.training)
    schedule = _schedule(spec.optimizer, training, problems)
    data, files, names, ready, axes = _samples(spec, chain, loss, folders, problems)
    initial = _explicit(values, chain, ready, folders, problems)
    problems.raise_any()
    assert loss
    return Network(
        name=spec.name,
        input_axes=axes,
        layers=tuple(chain.layers),
        sources=tuple(chain.sources),
        parameters=parameters,
        initial={**ready.initial, **initial},
        frozen=frozen,
        loss=loss,
        loss_options=loss_options,
        optimizer=optimizer,
        settings=settings,
        schedule=schedule,
        clip=clip,
        about=values.get("about", ""),
        class_names=names,
        penalties=chain.penalties(values.get("regularization")),
        rate_factors=chain.rate_factors(),
        training=training,
        seed=values.get("seed", 0),
        data=data,
        formulas=spec.formulas,
        preprocessing=ready,
        run_files=files,
        has_scores=are_scores(values, loss, chain.axes_of_last()),
        source=digests_of(spec.tree, PurePath(spec.file).stem, folders),
    )


def _samples(
    spec: NetSpec,
    chain: Chain,
    loss: Loss | None,
    folders: Folders,
    problems: Problems,
) -> tuple[Data | None, RunFiles | None, tuple[str, ...], Preprocessing, Axes]:
    """The samples, if there are any and the net is right so far, or files to be read
    later; what the classes are called; what becomes of the numbers; the axes of what
    goes in."""
    values, held = spec.values, _training(spec.training).validation
    wanted = plan(values, chain.input_axes, problems)
    test = values["data"].get("test", 0.0) if "data" in values else 0.0
    share = test if isinstance(test, float) else 0.0
    shares = Shares(share, held, values.get("seed", 0))
    names = class_names(values, loss, chain, problems)
    data, files = None, None
    if "data" in values and values["data"].complete and chain.is_whole and loss:
        axes, index_count = chain.axes_of_last(), least_index_count(chain.layers)
        own = wanted.onehot, wanted.named, shares.learned
        tells_two = is_yes_or_no(loss, axes)
        form = Form(wanted.raw, axes, index_count, names, *own, tells_two)
        if values["data"].get("embed", True):
            data = read_data(values["data"], form, loss, shares, folders, problems)
        else:
            files = read_run_files(values["data"], form, loss, problems)
        names = names or (data.class_names if data else ())
    if not wanted or loss is None or problems.found:
        return data, files, names, NOTHING, chain.input_axes
    learned = replace(shares, test=0.0).learned(len(data.inputs) if data else 0)
    fitting = Fitting(wanted, chain, loss, data, learned, problems)
    return data, files, names, *fitting.fit()


def _explicit(
    values: Values,
    chain: Chain,
    preprocessing: Preprocessing,
    folders: Folders,
    problems: Problems,
) -> Mapping[str, tuple[float, ...]]:
    """Explicit values of parameters and of buffers, by name."""
    is_unknown = "preprocessing" in values and not preprocessing
    if "parameters" not in values or not chain.is_whole or is_unknown:
        return {}
    buffers = (buffer for layer in chain.layers for buffer in layer.buffers())
    held = (*chain.parameters, *preprocessing.buffers, *buffers)
    shapes = {p.name: p.variable.shape for p in held}
    place = values.at("parameters")
    return read_parameters(values["parameters"], place, shapes, folders, problems)


def _input_axes(spec: NetSpec, problems: Problems) -> Axes:
    written = spec.values.get("input", 1)
    names = Items()
    place = spec.values.at("input")
    if isinstance(written, Values):
        names = written.get("names", Items())
        place = written.at("names")
        written = written.get("size", len(names) or 1)
    shape = (written,) if isinstance(written, int) else tuple(written)
    check_size(prod(shape), "inputs", MOST_UNITS, spec.values.at("input"))
    if not names:
        return (Numbered(shape[0], "x"), *numbered(shape[1:]))
    if len(shape) > 1:
        problems.add(place, "only a flat input has names")
    elif len(names) != shape[0]:
        problems.add(place, f"expected {shape[0]} names, got {len(names)}")
    elif len(set(names)) != len(names):
        twice = next(i for i, name in enumerate(names) if name in names[:i])
        message = f"the input name {shown(names[twice])} stands twice"
        problems.add(names.places[twice], message)
    return (tuple(names), *numbered(shape[1:]))


def _frozen(
    spec: NetSpec,
    parameters: tuple[Parameter, ...],
    chain: Chain,
    problems: Problems,
) -> frozenset[str]:
    if not chain.is_whole:
        return frozenset()
    by_layer = {
        layer.name: {p.name for p in layer.used_parameters()} for layer in chain.layers
    }
    known = {p.name for p in parameters}
    found: set[str] = set()
    names = spec.values.get("frozen", Items())
    for name, place in zip(names, names.places, strict=True):
        if name in known:
            found.add(name)
        elif name in by_layer:
            found |= by_layer[name]
        else:
            hint = suggestion(name, sorted(known | set(by_layer)))
            message = f"no parameter or layer {shown(name)}{hint}"
            problems.add(place, message)
    return frozenset(found)


def _loss(
    spec: NetSpec, chain: Chain, problems: Problems
) -> tuple[Loss | None, tuple[float, ...]]:
    if spec.loss is None:
        return None, ()
    loss: Loss = spec.loss.own or LOSSES[spec.loss.type]
    options = tuple(
        spec.loss.options.get(name, option.default)
        for name, option in loss.options.items()
    )
    if loss.targets.are_classes and chain.is_whole:
        axes = chain.axes_of_last()
        if len(axes[-1]) < 2:
            message = f"{loss.name} needs at least 2 outputs, got {shape_text(axes)}"
            problems.add(spec.loss.place, message)
        elif len(axes) > 2:
            message = (
                f"{loss.name} needs classes or [time, classes], got {shape_text(axes)}"
            )
            problems.add(spec.loss.place, message)
    return loss, options


def _training(written: Values | None) -> Training:
    values = dict(written.values) if written else {}
    stopping: Values | None = values.pop("early_stopping", None)
    return Training(**values, **(stopping.values if stopping else {}))


def _optimizer(
    choice: Choice | None, problems: Problems
) -> tuple[Optimizer, Mapping[str, float], tuple[str, float] | None]:
    optimizer = OPTIMIZERS[choice.type if choice else DEFAULT_OPTIMIZER]
    written = choice.options.values if choice else DEFAULT_SETTINGS
    written = {k: v for k, v in written.items() if k in optimizer.settings}
    defaults = {name: setting.default for name, setting in optimizer.settings.items()}
    settings = defaults | {name: float(value) for name, value in written.items()}
    fault = optimizer.fault(settings)
    if choice and fault:
        problems.add(choice.place, fault)
    return optimizer, settings, _clip(choice, problems)


def _schedule(
    choice: Choice | None, training: Training, problems: Problems
) -> ScheduleUse | None:
    if choice is None or "schedule" not in choice.options:
        return None
    written: Choice = choice.options["schedule"]
    schedule = SCHEDULES[written.type]
    options = {**schedule.defaults, **written.options.values}
    options.pop("per", None)
    per = written.options.get("per", "epoch")
    if schedule.needs_loss and per == "step":
        message = f"{schedule.name} needs the loss of an epoch: per: epoch"
        problems.add(written.options.at("per"), message)
    if options.get("steps") == ALL_EPOCHS:
        options["steps"] = training.epochs
        if per == "step":
            message = f"{schedule.name} needs steps where it moves per step: write how"
            problems.add(written.place, f"{message} many updates it takes")
    return ScheduleUse(schedule, options, per)


def _clip(choice: Choice | None, problems: Problems) -> tuple[str, float] | None:
    if choice is None or "clip" not in choice.options:
        return None
    written: Values = choice.options["clip"]
    if written.complete and len(written.values) != 1:
        problems.add(written.place, "expected either norm or value to clip by")
    return next(iter(written.values.items()), None)
