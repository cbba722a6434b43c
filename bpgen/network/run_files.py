"""Files of samples that an emitted file reads when it is run.

In: the keys of a `data` that says `embed: false`. Out: `RunFiles`. The files are not
looked at: what is emitted is the same whether or not they are there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpgen.catalog.losses import Loss
from bpgen.errors import Place, Problems, shown
from bpgen.network.class_names import tells_by_largest
from bpgen.network.samples import ARRAYS, Form
from bpgen.reading.kinds import InvalidError
from bpgen.reading.records import Values
from bpgen.reading.yaml_reader import Sequence

KINDS = (*ARRAYS, "jsonl")
# A path below the folder that main is told of; it travels into the emitted code.
PATH = re.compile(r"(?=.{1,100}$)\w[\w.-]*(/\w[\w.-]*)*", re.ASCII)
NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)  # of an array, or a key of an object
EXAMPLES = {
    "idx": "{idx: train-images-idx3-ubyte, labels: train-labels-idx1-ubyte",
    "npy": "{npy: x.npy, labels: y.npy",
    "npz": "{npz: data.npz, inputs: x, labels: y",
    "jsonl": "{jsonl: rows.jsonl, inputs: x, labels: y",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A file, and what of it: the name of an array, or some keys; "" for all."""

    file: str
    array: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """What goes in, and what is to come out."""

    inputs: Part
    answers: Part


@dataclass(frozen=True, slots=True)
class RunFiles:
    """What to train with, what to test with, and what the inputs are divided by; the
    answers are classes, or the targets themselves."""

    kind: str
    train: Pair
    test: Pair | None
    scale: float
    are_labels: bool

    @property
    def names(self) -> tuple[str, ...]:
        """All files."""
        pairs = filter(None, (self.train, self.test))
        names = (part.file for pair in pairs for part in (pair.inputs, pair.answers))
        return tuple(dict.fromkeys(names))


def read_run_files(
    values: Values, form: Form, loss: Loss, problems: Problems
) -> RunFiles | None:
    """The files, or None where the keys are wrong, and noted."""
    try:
        kind = next((key for key in KINDS if key in values), "idx")
        key = "labels" if "labels" in values or "targets" not in values else "targets"
        return _Reader(values, form, loss, problems, kind, key).read()
    except InvalidError:
        return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the keys of one `data`, of files of that kind; `answers` is the key of what
    is to come out."""

    values: Values
    form: Form
    loss: Loss
    problems: Problems
    kind: str
    answers: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that say where the samples are."""
        inputs = ("inputs",) * (self.kind in ("npz", "jsonl"))
        return (self.kind, *inputs, self.answers)

    @property
    def example(self) -> str:
        """Such keys as they are written."""
        return EXAMPLES[self.kind].replace("labels:", f"{self.answers}:")

    def read(self) -> RunFiles:
        """The files."""
        values = self.values
        scaled = ("scale",) * (self.kind in ARRAYS)
        for key in values.values:
            if key not in (*self.keys, *scaled, "embed", "test"):
                message = f"`embed: false` is for such as {self.example}, embed: "
                message += f"false}}: leave `{key}` out, or give the samples to train()"
                raise self.reject(values.at(key), message)
        for key in self.keys:
            if key not in values:
                message = f"missing key '{key}' in the data: for example "
                raise self.reject(
                    values.place, f"{message}{self.example}, embed: false}}"
                )
        self.check_form()
        train, test = self.pair(values), values.get("test")
        tested = None if test is None else self.tested(test)
        scale = float(values.get("scale", 1.0))
        return RunFiles(self.kind, train, tested, scale, self.answers == "labels")

    def check_form(self) -> None:
        """The net can learn what such files say, each by itself."""
        form, loss, place = self.form, self.loss, self.values.at(self.kind)
        if form.onehot or (form.index_count and self.kind == "idx"):
            message = "with `embed: false` a net reads numbers, and this one indices"
            raise self.reject(place, message)
        place = self.values.at(self.answers)
        if self.answers == "targets":
            if loss.targets.are_classes:
                message = f"`embed: false` wants classes for {loss.name}: write labels"
                raise self.reject(place, message)
            return
        knows = loss.targets.are_classes or form.is_yes_or_no
        is_row = form.steps == 1 or self.kind != "idx"
        if not is_row or not (knows or tells_by_largest(loss, form.output_axes)):
            message = "expected a net that tells one class of each sample: at least "
            message += "2 outputs in a row, or one with binary_cross_entropy"
            raise self.reject(place, message)

    def tested(self, test: object) -> Pair:
        """The samples to test with: other files, or arrays of the same one."""
        if isinstance(test, str) and self.kind in ("npz", "jsonl"):
            own = self.values.at("test")
            keys = {key: self.values[key] for key in self.keys} | {self.kind: test}
            places = {key: self.values.at(key) for key in self.keys} | {self.kind: own}
            return self.pair(Values(own, keys, places))
        if not isinstance(test, Values):
            message = f"expected the files to test with, such as {self.example}}}"
            raise self.reject(self.values.at("test"), message)
        if self.kind == "npz" and "npz" not in test:
            given, place = {**test.values, "npz": self.values["npz"]}, test.place
            known = {key: test.at(key) for key in test.values}
            test = Values(place, given, known | {"npz": self.values.at("npz")})
        if {*test.values} != {*self.keys}:
            message = f"expected the files to test with, such as {self.example}}}"
            raise self.reject(test.place, message)
        return self.pair(test)

    def pair(self, values: Values) -> Pair:
        """Inputs and answers of the same samples."""
        kind, answers = self.kind, self.answers
        file = self.path(values[kind], values.at(kind))
        if kind in ("npz", "jsonl"):
            inputs = self.names(values["inputs"], values.at("inputs"))
            outputs = self.names(values[answers], values.at(answers))
            return Pair(Part(file, inputs), Part(file, outputs))
        return Pair(Part(file), Part(self.path(values[answers], values.at(answers))))

    def path(self, value: object, place: Place) -> str:
        """The path of a file."""
        text = getattr(value, "text", value)
        if not isinstance(text, str) or not PATH.fullmatch(text):
            found = f", got {shown(text)}" if isinstance(text, str) else ""
            message = "expected the path of a file, of letters, digits, `_`, `-`, `.` "
            raise self.reject(place, f"{message}and `/`{found}")
        return text

    def names(self, value: object, place: Place) -> str:
        """The name of an array; or keys of an object, with blanks between them."""
        items = value.items if isinstance(value, Sequence) else [value]
        texts = [str(getattr(each, "text", each)) for each in items]
        is_known = all(map(NAME.fullmatch, texts))
        if not texts or not is_known or (self.kind == "npz" and len(texts) > 1):
            what = "an array" if self.kind == "npz" else "a key, or a list of keys"
            message = f"expected the name of {what}, of letters, digits, `_`, `-` and "
            raise self.reject(place, message + "`.`")
        return " ".join(texts)

    def reject(self, place: Place, message: str) -> InvalidError:
        self.problems.add(place, message)
        return InvalidError()
