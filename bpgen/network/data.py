"""The data of net.yaml: inline rows, or columns of a CSV file beside it.

In: the keys of `data`, and what the samples must be like. Out: `Data`.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.catalog.losses import Loss
from bpgen.errors import InputError, Place, Problems, how_many
from bpgen.network.csv_data import CsvReader
from bpgen.network.explicit import flat_numbers
from bpgen.network.folders import Folders
from bpgen.network.samples import ARRAYS, TABLES, Data, Form, Reader
from bpgen.network.shares import Shares, with_test
from bpgen.reading.kinds import InvalidError, ListOf, Whole, described
from bpgen.reading.records import Values
from bpgen.reading.yaml_reader import Node, Scalar, Sequence, number

NUMERALS = tuple("-+.0123456789")  # how a number begins
# The keys that name a file; with some of them others do, too.
DATA_FILES = (*TABLES, *ARRAYS, "test")
WITH_OTHERS = ("npy", "idx")


class _Inline(Reader):
    """Rows that stand in net.yaml."""

    def read(self) -> Data:
        inputs = self.rows("inputs", self.form.input_size)
        key = "labels" if "labels" in self.values else "targets"
        if key == "labels":
            found = self.of_classes(inputs, *self.labels())
        else:
            found = Data(inputs, self.rows("targets", self.form.output_size))
        if len(inputs) != len(found.targets):
            message = f"expected {len(inputs)} {key}, got {len(found.targets)}"
            raise self.reject(self.values.at(key), message)
        return found

    def rows(self, key: str, size: int) -> tuple[tuple[float, ...], ...]:
        node: Node = self.values[key]
        if not isinstance(node, Sequence) or not node.items:
            raise self.reject(node.place, f"expected a list of rows of {size} numbers")
        rows = []
        for item in node.items:
            row = self.row(key, item, size)
            if key == "targets" and row:
                self.check_target(row, item.place)
            if key == "inputs" and isinstance(item, Sequence):
                for number, cell in zip(row, item.items, strict=False):
                    self.check_index(number, cell.place)
            rows.append(row)
        return tuple(rows)

    def row(self, key: str, item: Node, size: int) -> tuple[float, ...]:
        """Some numbers, or () once what is wrong with them is noted: reading goes
        on, so that all faults are told at once."""
        numbers = how_many(size, "number")
        if not isinstance(item, Sequence):
            remedy = _in_a_list(item) if size == 1 else ""
            wanted = f"expected a list of {numbers}, got {described(item)}"
            self.note((key, "list"), item.place, wanted, remedy)
            return ()
        if len(item.items) != size:
            wanted = f"expected {numbers}, got {len(item.items)}"
            self.note((key, "size"), item.place, wanted)
            return ()
        try:
            return flat_numbers(item, (size,), self.problems)
        except InvalidError:
            return ()

    def labels(self) -> tuple[tuple[tuple[int, ...], ...], tuple[str, ...]]:
        """The classes of each sample, and their names if that is what is written."""
        place, node = self.values.at("labels"), self.values["labels"]
        if isinstance(node, str):
            raise self.reject(
                place, "a column is for a csv; expected a list of classes"
            )
        words = _words(node, self.form)
        if words:

            def at(row: int, step: int) -> Place:
                return words[row][step].place

            return self.classes_of([[w.text for w in row] for row in words], at)
        return self.numbers(node), ()

    def numbers(self, node: Node) -> tuple[tuple[int, ...], ...]:
        """The classes of each sample, where they are numbers."""
        steps, classes = self.form.steps, Whole(0, 1_000_000)
        if steps == 1:
            samples = [ListOf(classes, "classes").read(node, self.problems)]
        else:
            each = ListOf(classes, "classes, one for each step", steps, steps)
            samples = [*ListOf(each, "lists of classes").read(node, self.problems)]
        last = self.form.labels - 1
        for label, at in (
            c for row in samples for c in zip(row, row.places, strict=True)
        ):
            if label > last:
                message = f"expected classes from 0 to {last}, got {label}"
                self.note("label", at, message)
        if self.faults:
            raise InvalidError()
        return tuple(samples) if steps > 1 else tuple((c,) for c in samples[0])


def _words(node: Node, form: Form) -> list[list[Scalar]]:
    """The names of classes in a list, or for each step in lists of it; [] where there
    are none, but numbers, or something else."""
    if not isinstance(node, Sequence):
        return []
    rows: list[list[Scalar]] = []
    for item in node.items:
        inner = item.items if isinstance(item, Sequence) else [item]
        row = [own for own in inner if isinstance(own, Scalar)]
        is_nested = isinstance(item, Sequence)
        if len(row) != form.steps or len(inner) != form.steps:
            return []
        if is_nested != (form.steps > 1):
            return []
        rows.append(row)
    texts = [word for row in rows for word in row]
    is_named = any(word.text in form.class_names for word in texts)
    is_number = any(word.text[:1] in NUMERALS and not word.quoted for word in texts)
    return rows if is_named or not is_number else []


def _in_a_list(node: Node) -> str:
    """What to write for a number that stands where a list of one has to."""
    if not isinstance(node, Scalar):
        return ""
    try:
        number(node)
    except ValueError:
        return ""
    return f": write [{node.text}]"


def _reader(
    values: Values, form: Form, loss: Loss, folders: Folders, problems: Problems
) -> Reader:
    """What reads such data."""
    if "csv" in values:
        return CsvReader(values, form, loss, problems, folders)
    # Here: few nets need these.
    if "jsonl" in values:
        from bpgen.network.jsonl_data import JsonlReader

        return JsonlReader(values, form, loss, problems, folders)
    if any(key in values for key in ARRAYS):
        from bpgen.network.array_data import ArrayReader

        return ArrayReader(values, form, loss, problems, folders)
    return _Inline(values, form, loss, problems, folders)


def read_data(
    values: Values,
    form: Form,
    loss: Loss,
    shares: Shares,
    folders: Folders,
    problems: Problems,
) -> Data | None:
    """The samples of net.yaml, or None where they are wrong, and noted."""
    reader = _reader(values, form, loss, folders, problems)
    try:
        reader.check_keys()
        data = reader.read()
        if "test" not in values or reader.faults:
            return data
        if shares.test:
            return with_test(data, shares, values.at("test"), problems)
        tested = reader.beside(data)
        try:
            tested.check_keys()
            return replace(data, test=tested.read())
        finally:
            tested.tell()
    except InvalidError:
        return None
    except InputError as error:
        problems.found += error.problems
        return None
    finally:
        reader.tell()
