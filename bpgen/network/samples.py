"""What the samples of net.yaml are, and what every way to write them has to keep.

In: the keys of `data`, and the net's form. Out: `Data`; what is wrong is told once for
each cause, at its first place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping
from collections.abc import Sequence as Rows
from dataclasses import dataclass, field, replace
from math import prod
from typing import TypeAlias, TypeVar

from bpgen.catalog.losses import LOSSES, Loss, Targets
from bpgen.errors import Place, Problems
from bpgen.network.class_names import tells_by_largest
from bpgen.network.csv_labels import known_labels
from bpgen.network.folders import Folders
from bpgen.program.axes import Axes
from bpgen.reading.kinds import InvalidError
from bpgen.reading.records import Values

# A place, or what finds it once it is asked for.
Where: TypeAlias = "Place | Callable[[], Place]"
OF_CSV = ("separator", "decimal", "missing")  # keys that say how a CSV is to be read
TABLES, ARRAYS = ("csv", "jsonl"), ("npz", "npy", "idx")  # keys that name files


@dataclass(frozen=True, slots=True)
class Data:
    """Samples: flat inputs and flat targets; where these came as classes, too, the
    classes of each sample: one, or one for each step. `class_names` are those that
    the samples give their classes, if they do.

    Of a file with columns, `columns` are the names of those that go in, `answers` of
    those that are to come out, and `categories` those of each column that goes in.
    `test` are samples to test with, which no training sees."""

    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[tuple[float, ...], ...]
    labels: tuple[tuple[int, ...], ...] | None = None
    class_names: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    categories: tuple[tuple[str, ...], ...] = ()
    test: Data | None = None

    @property
    def whole(self) -> Data:
        """All samples, those to test with last."""
        if self.test is None:
            return self
        labels = self.labels and self.test.labels and self.labels + self.test.labels
        inputs = self.inputs + self.test.inputs
        targets = self.targets + self.test.targets
        return replace(self, inputs=inputs, targets=targets, labels=labels)

    @property
    def test_count(self) -> int:
        """How many samples there are to test with."""
        return len(self.test.inputs) if self.test else 0


@dataclass(frozen=True, slots=True)
class Form:
    """What the samples of a net must be like; inputs are indices from 0 to
    index_count - 1 unless that is 0. Its classes have names where `class_names` has
    some. Columns that hold texts are in `onehot`, with the categories that are known;
    `named` says where net.yaml names columns that go in, `learned` which of so many
    samples training learns from; `is_yes_or_no` whether one output tells of two
    classes.
    """

    input_axes: Axes
    output_axes: Axes
    index_count: int
    class_names: tuple[str, ...] = ()
    onehot: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: Mapping[str, Place] = field(default_factory=dict)
    learned: Callable[[int], Rows[int]] = range
    is_yes_or_no: bool = False

    @property
    def input_size(self) -> int:
        """How many numbers go in."""
        return prod(map(len, self.input_axes))

    @property
    def output_size(self) -> int:
        """How many numbers come out."""
        return prod(map(len, self.output_axes))

    @property
    def classes(self) -> int:
        """How many outputs there are at each step."""
        return len(self.output_axes[-1])

    @property
    def labels(self) -> int:
        """How many classes a label may name."""
        return 2 if self.is_yes_or_no else self.classes

    @property
    def steps(self) -> int:
        """How many rows of classes there are."""
        return self.output_size // self.classes


@dataclass(slots=True)
class Fault:
    """What is wrong in several places for one cause; the first of them counts."""

    place: Place
    message: str
    remedy: str
    count: int = 0


_Reader = TypeVar("_Reader", bound="Reader")


class Reader(ABC):
    """Reads the data of one net; what is wrong is noted in `problems`."""

    def __init__(
        self,
        values: Values,
        form: Form,
        loss: Loss,
        problems: Problems,
        folders: Folders,
    ) -> None:
        self.values = values
        self.form = form
        self.loss = loss
        self.problems = problems
        self.folders = folders
        self.faults: dict[Hashable, Fault] = {}  # by their causes

    @abstractmethod
    def read(self) -> Data:
        """The samples; what is wrong is noted, or raised."""

    def beside(self, data: Data) -> Reader:
        """The reader of the samples that `test` names, to test with."""
        message = "a file to test with is one like that of csv, jsonl, npz, npy or "
        message += "idx: write a share, such as 0.2"
        raise self.reject(self.values.at("test"), message)

    def with_others(self: _Reader, others: Values, data: Data) -> _Reader:
        """Such a reader of what other keys name, whose classes are known."""
        values = replace(
            self.values,
            values={**self.values.values, **others.values},
            places={**self.values.places, **others.places},
        )
        names = self.form.class_names or data.class_names
        form = replace(self.form, class_names=names)
        return type(self)(values, form, self.loss, self.problems, self.folders)

    def reject(self, place: Place, message: str) -> InvalidError:
        self.problems.add(place, message)
        return InvalidError()

    def note(
        self,
        cause: Hashable,
        place: Where,
        message: str,
        remedy: str = "",
    ) -> None:
        """Note a fault that many samples may have, and read on."""
        if cause not in self.faults:
            first = place() if callable(place) else place
            self.faults[cause] = Fault(first, message, remedy)
        self.faults[cause].count += 1

    def tell(self) -> None:
        """Say what was noted, each cause once."""
        for fault in self.faults.values():
            more = f" (and {fault.count - 1} more)" if fault.count > 1 else ""
            self.problems.add(fault.place, f"{fault.message}{more}{fault.remedy}")

    def check_keys(self) -> None:
        """There are targets or labels, not both; inputs unless a CSV has them."""
        values = self.values
        files = [key for key in (*TABLES, *ARRAYS) if key in values]
        if len(files) > 1:
            message = f"expected one file of data, got {' and '.join(files)}"
            raise self.reject(values.at(files[1]), message)
        own = {"csv": OF_CSV, "jsonl": ("missing",)}.get("".join(files), ())
        others = [key for key in OF_CSV if key in values and key not in own]
        for key in others:
            wanted = f"`{key}` says how a CSV is read: leave it out, or write csv: "
            self.problems.add(values.at(key), wanted + "with the path of one")
        if others and files:
            raise InvalidError()
        if "scale" in values and not {*files} & {*ARRAYS}:
            message = "`scale` divides the inputs of npz, npy or idx: for other data "
            message += "write `preprocessing`"
            raise self.reject(values.at("scale"), message)
        if ("targets" in values) == ("labels" in values):
            wanted = "expected either targets or labels in the data"
            raise self.reject(values.place, wanted)
        if "inputs" not in values and files in ([], ["npz"]):
            raise self.reject(values.place, "missing key 'inputs' in the data")
        if "inputs" in values and {*files} & {"npy", "idx"}:
            message = f"the inputs are what {files[0]} names: leave `inputs` out"
            raise self.reject(values.at("inputs"), message)
        if "labels" in values and not (
            self.loss.targets.are_classes
            or self.form.is_yes_or_no
            or ("idx" in files and tells_by_largest(self.loss, self.form.output_axes))
        ):
            raise self.reject(values.at("labels"), self.no_labels)

    @property
    def no_labels(self) -> str:
        """Why the loss takes no labels, and which one does."""
        wanted = Targets.UNIT if self.form.output_size == 1 else None
        losses = [
            name
            for name, loss in LOSSES.items()
            if loss.targets is wanted or (not wanted and loss.targets.are_classes)
        ]
        found = f"labels are for the losses of classes: {', '.join(losses)}; "
        return found + f"for {self.loss.name} write targets"

    def check_target(self, row: Rows[float], place: Where) -> None:
        """Note a target that the loss cannot learn; of each step, if in time."""
        steps = range(0, self.form.output_size, self.form.classes)
        rule = self.loss.targets.value
        faults = (rule.broken_by(row[at : at + self.form.classes]) for at in steps)
        fault = next(filter(None, faults), None)
        if fault:
            wanted = f"{self.loss.name} needs targets that are {rule.words}"
            refused = [number for number in row if rule.refuses(number)]
            got = f"{refused[0]:g}" if refused else fault
            remedy = rule.remedies.get(refused[0], "") if refused else ""
            self.note("target", place, f"{wanted}, got {got}", remedy)

    def check_index(self, number: float, place: Where) -> None:
        """Note an input that no layer can look up."""
        count = self.form.index_count
        if count and number not in range(count):
            message = f"expected an index from 0 to {count - 1}, got {number:g}"
            self.note("index", place, message)

    def classes_of(
        self, texts: Rows[Rows[str]], at: Callable[[int, int], Where]
    ) -> tuple[tuple[tuple[int, ...], ...], tuple[str, ...]]:
        """The classes of each sample, one for each step, from numbers or names, and
        the names if it is the data that say them; `at` is where one stands."""
        form = self.form
        every = (text for row in texts for text in row)
        known = known_labels(every, form.class_names, form.labels, form.is_yes_or_no)
        for number, row in enumerate(texts) if known.wrong else ():
            for step, text in enumerate(row):
                if text in known.wrong:
                    self.note("label", at(number, step), *known.wrong[text])
        if 0 < len(known.names) < form.labels and not self.faults:
            wanted = f"the data has {len(known.names)} classes, and the net has "
            wanted += f"{form.classes} outputs: write `units: {len(known.names)}`, or "
            if form.is_yes_or_no:
                wanted = "the data has 1 class, and the output tells two apart: "
            wanted += "name them all under `classes`"
            self.problems.add(self.values.at("labels"), wanted)
        labels = (tuple(known.classes.get(text, 0) for text in row) for row in texts)
        return tuple(labels), known.names

    def of_classes(
        self,
        inputs: tuple[tuple[float, ...], ...],
        labels: tuple[tuple[int, ...], ...],
        names: tuple[str, ...],
    ) -> Data:
        """Samples whose classes are known; to a loss without classes, and where one
        output tells them, they are numbers as any other."""
        targets = tuple(map(self.one_hot, labels))
        kept = labels if self.loss.targets.are_classes else None
        return Data(inputs, targets, kept, names)

    def one_hot(self, labels: Iterable[int]) -> tuple[float, ...]:
        """The targets that stand for the classes of one sample."""
        if self.form.is_yes_or_no:
            return tuple(map(float, labels))
        classes = range(self.form.classes)
        return tuple(float(label == other) for label in labels for other in classes)
