"""Files of samples that an emitted file reads when it is run: IDX, as MNIST has them.

In: the keys of a `data` that says `embed: false`. Out: `RunFiles`. The files are not
looked at: what is emitted is the same whether or not they are there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpgen.catalog.losses import Loss
from bpgen.errors import Place, Problems, shown
from bpgen.network.class_names import tells_by_largest
from bpgen.network.samples import Form
from bpgen.reading.kinds import InvalidError
from bpgen.reading.records import Values

# A path below the folder that main is told of; it travels into the emitted code.
PATH = re.compile(r"(?=.{1,100}$)\w[\w.-]*(/\w[\w.-]*)*", re.ASCII)
PAIR = ("idx", "labels")  # the keys of two files that belong together


@dataclass(frozen=True, slots=True)
class Pair:
    """A file of samples, and one of their classes."""

    inputs: str
    labels: str


@dataclass(frozen=True, slots=True)
class RunFiles:
    """What to train with, what to test with, and what the inputs are divided by."""

    train: Pair
    test: Pair | None
    scale: float

    @property
    def names(self) -> tuple[str, ...]:
        """All files."""
        pairs = filter(None, (self.train, self.test))
        return tuple(name for pair in pairs for name in (pair.inputs, pair.labels))


def read_run_files(
    values: Values, form: Form, loss: Loss, problems: Problems
) -> RunFiles | None:
    """The files, or None where the keys are wrong, and noted."""
    try:
        return _Reader(values, form, loss, problems).read()
    except InvalidError:
        return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the keys of one `data`."""

    values: Values
    form: Form
    loss: Loss
    problems: Problems

    def read(self) -> RunFiles:
        """The files."""
        values = self.values
        for key in values.values:
            if key not in (*PAIR, "scale", "embed", "test"):
                message = f"`embed: false` is for idx with labels: leave `{key}` out, "
                message += "or give the samples to train() in your code"
                raise self.reject(values.at(key), message)
        for key in PAIR:
            if key not in values:
                message = f"missing key '{key}' in the data: for example {{idx: "
                message += "train-images-idx3-ubyte, labels: train-labels-idx1-ubyte, "
                raise self.reject(values.place, message + "embed: false}")
        self.check_form()
        train, test = self.pair(values), values.get("test")
        if test is not None and not isinstance(test, Values):
            message = "expected the files to test with, such as {idx: "
            message += "t10k-images-idx3-ubyte, labels: t10k-labels-idx1-ubyte}"
            raise self.reject(values.at("test"), message)
        tested = self.pair(test) if test else None
        return RunFiles(train, tested, float(values.get("scale", 1.0)))

    def check_form(self) -> None:
        """The net reads numbers, and tells one class of each sample."""
        form, loss = self.form, self.loss
        if form.index_count or form.onehot:
            message = "with `embed: false` a net reads numbers, and this one indices"
            raise self.reject(self.values.at("idx"), message)
        knows = loss.targets.are_classes or form.is_yes_or_no
        if form.steps > 1 or not (knows or tells_by_largest(loss, form.output_axes)):
            message = "expected a net that tells one class of each sample: at least "
            message += "2 outputs in a row, or one with binary_cross_entropy"
            raise self.reject(self.values.at("labels"), message)

    def pair(self, values: Values) -> Pair:
        """Inputs and labels of the same samples."""
        if values is not self.values and {*values.values} != {"idx", "labels"}:
            message = "expected two files, such as {idx: t10k-images-idx3-ubyte, "
            raise self.reject(values.place, message + "labels: t10k-labels-idx1-ubyte}")
        return Pair(*(self.path(values[key], values.at(key)) for key in PAIR))

    def path(self, value: object, place: Place) -> str:
        """The path of a file."""
        text = getattr(value, "text", value)
        if not isinstance(text, str) or not PATH.fullmatch(text):
            found = f", got {shown(text)}" if isinstance(text, str) else ""
            message = "expected the path of a file, of letters, digits, `_`, `-`, `.` "
            raise self.reject(place, f"{message}and `/`{found}")
        return text

    def reject(self, place: Place, message: str) -> InvalidError:
        self.problems.add(place, message)
        return InvalidError()
