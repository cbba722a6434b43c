"""The data of net.yaml: inline rows, or columns of a CSV file beside it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from collections.abc import Sequence as Rows
from dataclasses import dataclass
from functools import partial
from math import isfinite, prod
from pathlib import Path

from bpgen.catalog.losses import LOSSES, Loss
from bpgen.errors import InputError, Place, Problems, shown, suggestion
from bpgen.network.explicit import flat_numbers, open_beside
from bpgen.program.builder import Axes
from bpgen.reading.kinds import (
    InvalidError,
    ListOf,
    Text,
    Whole,
)
from bpgen.reading.records import (
    Values,
)
from bpgen.reading.yaml_reader import Node, Sequence

LARGEST_CSV = 64_000_000  # bytes
DATA_FILES = ("csv",)  # the keys that name a file
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Data:
    """Samples: flat inputs and flat targets; where these came as classes, too, the
    classes of each sample: one, or one for each step."""

    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[tuple[float, ...], ...]
    labels: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What the samples of a net must be like; inputs are indices from 0 to
    index_count - 1 unless that is 0."""

    input_axes: Axes
    output_axes: Axes
    index_count: int

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
    def steps(self) -> int:
        """How many rows of classes there are."""
        return self.output_size // self.classes


class _Reader:
    """Reads the data of one net; what is wrong is noted in `problems`."""

    def __init__(
        self,
        values: Values,
        form: Form,
        loss: Loss,
        problems: Problems,
    ) -> None:
        self.values = values
        self.form = form
        self.loss = loss
        self.problems = problems

    def reject(self, place: Place, message: str) -> InvalidError:
        self.problems.add(place, message)
        return InvalidError()

    def check_keys(self) -> None:
        """There are targets or labels, not both; inputs unless a CSV has them."""
        values = self.values
        if ("targets" in values) == ("labels" in values):
            wanted = "expected either targets or labels in the data"
            raise self.reject(values.place, wanted)
        if "inputs" not in values and "csv" not in values:
            raise self.reject(values.place, "missing key 'inputs' in the data")
        if "labels" in values and not self.loss.targets.are_classes:
            classes = [n for n, loss in LOSSES.items() if loss.targets.are_classes]
            wanted = f"labels are for the losses of classes: {', '.join(classes)}; "
            wanted += f"for {self.loss.name} write targets"
            raise self.reject(values.at("labels"), wanted)

    def check_target(self, row: Rows[float], place: Place) -> None:
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
            self.problems.add(place, f"{wanted}, got {got}{remedy}")

    def attempt(self, read: Callable[[], Iterable[float]]) -> tuple[float, ...]:
        """Some numbers, or () once what is wrong with them is noted: reading goes
        on, so that all faults are told at once."""
        try:
            return tuple(read())
        except InvalidError:
            return ()

    def check_index(self, number: float, place: Place) -> None:
        """Note an input that no layer can look up."""
        count = self.form.index_count
        if count and number not in range(count):
            message = f"expected an index from 0 to {count - 1}, got {number:g}"
            self.problems.add(place, message)

    def one_hot(self, labels: Iterable[int]) -> tuple[float, ...]:
        """The targets that stand for the classes of one sample."""
        classes = range(self.form.classes)
        return tuple(float(label == other) for label in labels for other in classes)


class _Inline(_Reader):
    """Rows that stand in net.yaml."""

    def read(self) -> Data:
        inputs = self.rows("inputs", self.form.input_size)
        if "labels" in self.values:
            labels = self.labels()
            targets = tuple(map(self.one_hot, labels))
        else:
            labels = None
            targets = self.rows("targets", self.form.output_size)
        if len(inputs) != len(targets):
            key = "targets" if labels is None else "labels"
            message = f"expected {len(inputs)} {key}, got {len(targets)}"
            raise self.reject(self.values.at(key), message)
        return Data(inputs, targets, labels)

    def rows(self, key: str, size: int) -> tuple[tuple[float, ...], ...]:
        node: Node = self.values[key]
        if not isinstance(node, Sequence) or not node.items:
            raise self.reject(node.place, f"expected a list of rows of {size} numbers")
        rows = []
        for item in node.items:
            row = self.attempt(partial(flat_numbers, item, (size,), self.problems))
            if key == "targets" and row:
                self.check_target(row, item.place)
            if key == "inputs" and isinstance(item, Sequence):
                for number, cell in zip(row, item.items, strict=False):
                    self.check_index(number, cell.place)
            rows.append(row)
        return tuple(rows)

    def labels(self) -> tuple[tuple[int, ...], ...]:
        """The classes of each sample."""
        place, node = self.values.at("labels"), self.values["labels"]
        if isinstance(node, str):
            raise self.reject(
                place, "a column is for a csv; expected a list of classes"
            )
        steps, classes = self.form.steps, Whole(0, 1_000_000)
        if steps == 1:
            samples = [ListOf(classes, "classes").read(node, self.problems)]
        else:
            each = ListOf(classes, "classes, one for each step", steps, steps)
            samples = [*ListOf(each, "lists of classes").read(node, self.problems)]
        cells = [c for row in samples for c in zip(row, row.places, strict=True)]
        wrong = [cell for cell in cells if cell[0] >= self.form.classes]
        for label, at in wrong:
            last = self.form.classes - 1
            self.problems.add(at, f"expected classes from 0 to {last}, got {label}")
        if wrong:
            raise InvalidError()
        return tuple(samples) if steps > 1 else tuple((c,) for c in samples[0])


class _Csv(_Reader):
    """Columns of a CSV file with a header."""

    def read(self, folder: Path) -> Data:
        self.file = self.values["csv"]
        place = self.values.at("csv")
        self.table = self.cells(open_beside(self.file, place, folder, LARGEST_CSV))
        header = self.table[0][1]
        target_key = "labels" if "labels" in self.values else "targets"
        target_columns = self.columns(target_key, header)
        if "inputs" in self.values:
            input_columns = self.columns("inputs", header)
        else:
            input_columns = [c for c in range(len(header)) if c not in target_columns]
        self.check_count("inputs", len(input_columns), self.form.input_size)
        if target_key == "targets":
            self.check_count("targets", len(target_columns), self.form.output_size)
        else:
            self.check_count("labels", len(target_columns), self.form.steps)
        inputs, targets, labels = [], [], []
        for line, cells in self.table[1:]:
            inputs.append(self.numbers(line, input_columns, cells))
            for number, column in zip(inputs[-1], input_columns, strict=False):
                self.check_index(number, self.at(line, column))
            if target_key == "labels":
                found = (self.label(line, c, cells) for c in target_columns)
                labels.append(tuple(found))
                targets.append(self.one_hot(labels[-1]))
            else:
                row = self.numbers(line, target_columns, cells)
                if row:
                    self.check_target(row, self.at(line, target_columns[0]))
                targets.append(row)
        return Data(tuple(inputs), tuple(targets), tuple(labels) if labels else None)

    def at(self, line: int, column: int) -> Place:
        """The place of a cell: its line and the number of its column."""
        return Place(self.file, line, column + 1)

    def cells(self, content: bytes) -> list[tuple[int, list[str]]]:
        """The rows that are not empty, each with its line; all of one length."""
        try:
            text = content.decode("utf-8-sig")
            reader = csv.reader(io.StringIO(text, newline=""), strict=True)
            table = [(reader.line_num, row) for row in reader if row]
        except UnicodeDecodeError:
            raise self.reject(self.at(1, 0), "the file is not UTF-8 text") from None
        except csv.Error as error:
            raise self.reject(self.at(reader.line_num, 0), f"no CSV: {error}") from None
        if len(table) < 2:
            raise self.reject(self.at(1, 0), "expected a header and at least one row")
        width = len(table[0][1])
        for line, row in table:
            if len(row) != width:
                message = f"expected {width} columns, as in the header, got {len(row)}"
                raise self.reject(self.at(line, min(width, len(row))), message)
        return table

    def columns(self, key: str, header: list[str]) -> list[int]:
        """The numbers of the columns that a key names."""
        place, written = self.values.at(key), self.values[key]
        is_single = key == "labels" and self.form.steps == 1
        if is_single and not isinstance(written, str):
            raise self.reject(place, "expected the name of a column")
        names: Iterable[str] = [written]
        places: Iterable[Place] = [place]
        if not isinstance(written, str):
            kind = ListOf(Text("the name of a column"), "columns")
            names = kind.read(written, self.problems)
            places = names.places
        stripped = [cell.strip() for cell in header]
        for name, place in zip(names, places, strict=True):
            if stripped.count(name) != 1:
                many = "no column" if name not in stripped else "more than one column"
                hint = suggestion(name, stripped) if name not in stripped else ""
                raise self.reject(place, f"{many} {shown(name)} in {self.file}{hint}")
        return [stripped.index(name) for name in names]

    def check_count(self, key: str, got: int, wanted: int) -> None:
        if got != wanted:
            message = (
                f"the net has {wanted} {key}, but the data has {got} columns for them"
            )
            raise self.reject(self.values.at(key), message)

    def numbers(
        self, line: int, columns: list[int], cells: list[str]
    ) -> tuple[float, ...]:
        """The numbers of some cells; () if one of them is none, which is noted."""
        return self.attempt(lambda: (self.number(line, c, cells) for c in columns))

    def number(self, line: int, column: int, cells: list[str]) -> float:
        text = cells[column].strip()
        if _NUMBER.fullmatch(text) and len(text) <= 40 and isfinite(float(text)):
            return float(text) + 0.0
        message = f"expected a number, got {shown(text) if text else 'nothing'}"
        raise self.reject(self.at(line, column), message)

    def label(self, line: int, column: int, cells: list[str]) -> int:
        """The class in a cell; 0 if it is none, which is noted."""
        text = cells[column].strip()
        last = self.form.classes - 1
        if re.fullmatch("[0-9]{1,7}", text, re.ASCII) and int(text) <= last:
            return int(text)
        message = f"expected a class from 0 to {last}, got {shown(text)}"
        self.problems.add(self.at(line, column), message)
        return 0


def read_data(
    values: Values,
    form: Form,
    loss: Loss,
    folder: Path,
    problems: Problems,
) -> Data | None:
    """The samples of net.yaml, or None where they are wrong, and noted."""
    try:
        if "csv" in values:
            reader = _Csv(values, form, loss, problems)
            reader.check_keys()
            return reader.read(folder)
        inline = _Inline(values, form, loss, problems)
        inline.check_keys()
        return inline.read()
    except InvalidError:
        return None
    except InputError as error:
        problems.found += error.problems
        return None
