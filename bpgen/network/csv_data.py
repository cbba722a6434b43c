"""The data of a net in a CSV file: which columns are what, and what their cells mean.

In: the keys of `data`, and where the file is. Out: `Data`. Separators and decimal
commas are found where net.yaml does not say them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import TypeAlias

from bpgen.errors import Place, how_many, shown, suggestion
from bpgen.network.cells import GAPS, NUMBER, mean_of, number_in, with_points
from bpgen.network.class_names import MOST, NAME
from bpgen.network.csv_labels import listed
from bpgen.network.csv_table import SEPARATORS, Row, Table, read_table
from bpgen.network.samples import Data, Reader, Where
from bpgen.reading.kinds import InvalidError, ListOf, Text
from bpgen.reading.records import Values

Categories: TypeAlias = tuple[tuple[str, ...], ...]

LARGEST_CSV = 64_000_000  # bytes


class CsvReader(Reader):
    """Columns of a CSV file with a header."""

    file_key = "csv"
    trained: CsvReader | None = None  # the reader of the rows to train with

    def beside(self, data: Data) -> CsvReader:
        """The reader of a file to test with, whose columns and classes are known."""
        file, place = self.values["test"], self.values.at("test")
        if not isinstance(file, str):
            message = f"the columns of {self.file_key} keep their names: write the "
            message += "path of a file"
            raise self.reject(place, message)
        others = Values(place, {self.file_key: file}, {self.file_key: place})
        found = self.with_others(others, data)
        found.trained = self
        return found

    def read(self) -> Data:
        """The samples; of a row in which something is wrong, what is left."""
        rows = self.kept
        inputs = tuple(self.numbers(row, self.inputs) for row in rows)
        if self.form.index_count:
            for row, numbers in zip(rows, inputs, strict=True):
                for number, column in zip(numbers, self.inputs, strict=False):
                    self.check_index(number, self.at(row, column))
        if self.key == "labels":
            found = self.of_classes(inputs, *self.labels(rows))
            columns, answers, kinds = self.names()
            return replace(found, columns=columns, answers=answers, categories=kinds)
        targets = tuple(self.numbers(row, self.outputs) for row in rows)
        for row, numbers in zip(rows, targets, strict=True):
            if numbers:
                self.check_target(numbers, self.at(row, self.outputs[0]))
        return Data(inputs, targets, None, (), *self.names())

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...], Categories]:
        """The names of the columns that go in and come out, and the categories of
        each of those that go in."""
        header = self.table.header
        columns = tuple(header[column] for column in self.inputs)
        answers = tuple(header[column] for column in self.outputs)
        categories = tuple(self.texts.get(column, ()) for column in self.inputs)
        return columns, answers, categories

    # Columns

    @cached_property
    def table(self) -> Table:
        """All that the file holds."""
        file, place = self.values["csv"], self.values.at("csv")
        written = self.values.get("separator")
        content = self.folders.content(file, place, LARGEST_CSV)
        return read_table(content, file, SEPARATORS[written] if written else None)

    @cached_property
    def kept(self) -> list[Row]:
        """The rows that become samples."""
        return self.rows()

    @property
    def key(self) -> str:
        """What is to come out: labels or targets."""
        return "labels" if "labels" in self.values else "targets"

    @cached_property
    def outputs(self) -> list[int]:
        """The columns of what is to come out."""
        return self.columns(self.key)

    @cached_property
    def inputs(self) -> list[int]:
        """The columns of what goes in."""
        if self.trained:
            return self.columns_like(self.trained)
        if "inputs" in self.values:
            return self.columns("inputs")
        return [c for c in range(len(self.table.header)) if c not in self.outputs]

    def columns(self, key: str) -> list[int]:
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
        header, file = self.table.header, self.table.file
        wrong = [
            (n, p) for n, p in zip(names, places, strict=True) if not self.named(n)
        ]
        for name, place in wrong:
            is_known = name in header
            hint = "" if is_known else self.header_remedy(name)
            cause = hint if hint[:1] == ":" else (key, name)  # the file's, or a name's
            many = "more than one column" if is_known else "no column"
            self.note(cause, place, f"{many} {shown(name)} in {file}", hint)
        if wrong:
            raise InvalidError()
        return [column for name in names for column in self.named(name)]

    def named(self, name: str) -> list[int]:
        """The column of that name; none where there are none or several."""
        header = self.table.header
        return [header.index(name)] if header.count(name) == 1 else []

    def columns_like(self, other: CsvReader) -> list[int]:
        """The columns that are called as those of another file."""
        header, place = self.table.header, self.values.at(self.file_key)
        names = [other.table.header[column] for column in other.inputs]
        for name in names:
            if header.count(name) != 1:
                message = f"no column {shown(name)} in {self.table.file}, as the file "
                message += "to train with has one"
                self.note(("columns", name), place, message)
        if self.faults:
            raise InvalidError()
        return [header.index(name) for name in names]

    def header_remedy(self, name: str) -> str:
        """What may be wrong where a header has no such name."""
        header = self.table.header
        if all(map(NUMBER.fullmatch, header)):
            return ": its first row is numbers; write the columns' names above it"
        if len(header) > 1:
            return suggestion(name, header)
        written = self.values.get("separator")
        if written:
            return f": no '{written}' stands in its first row, so mend `separator`"
        return ": its columns have to be separated by , or ; or | or tabs"

    def check_count(self, key: str, got: int, wanted: int) -> None:
        """As many columns as the net wants."""
        if got != wanted:
            needed = how_many(wanted, key.removesuffix("s"))
            message = f"the net has {needed}, but the data has "
            message += how_many(got, "column") + (" for them", " for it")[wanted == 1]
            raise self.reject(self.values.at(key), message)

    def at(self, row: Row, column: int) -> partial[Place]:
        """The place of a cell, found once it is asked for."""
        return partial(self.table.place, row, column)

    # Rows

    def rows(self) -> list[Row]:
        """Those without gaps, or with such as can be filled; where no key says what
        is to become of the others, their gaps are noted."""
        missing = self.values.get("missing", "error")
        table = self.table
        outputs, inputs = self.outputs, self.inputs
        self.check_named()
        if not self.form.onehot:
            self.check_count("inputs", len(inputs), self.form.input_size)
        wanted = self.form.steps if self.key == "labels" else self.form.output_size
        self.check_count(self.key, len(outputs), wanted)
        is_filled = missing == "mean" and not self.form.index_count
        texts = [column for column in inputs if self.is_text(column)]
        critical = [*(texts if is_filled else inputs), *outputs]
        whole = []
        for row in table.rows:
            gaps = [column for column in critical if self.is_gap(row, column)]
            if not gaps:
                whole.append(row)
            elif missing != "drop":
                for column in gaps:
                    self.note_gap(row, column, missing)
        if not whole and not self.faults:
            message = "every row has a cell without a value, so none is left"
            raise self.reject(self.values.at("missing"), message)
        return whole

    def check_named(self) -> None:
        """Every column that `preprocessing` names goes in."""
        names = [self.table.header[column] for column in self.inputs]
        unknown = [name for name in self.form.named if name not in names]
        for name in unknown:
            message = f"no column {shown(name)}{suggestion(name, names)}"
            self.note(("named", name), self.form.named[name], message)
        if unknown:
            raise InvalidError()

    def is_gap(self, row: Row, column: int) -> bool:
        """Whether a cell has no value; a word that names a class is one."""
        text = row.cells[column]
        return text.lower() in GAPS and text not in self.form.class_names

    def note_gap(self, row: Row, column: int, missing: str) -> None:
        """Note a cell without a value, and what to do about it."""
        text = row.cells[column]
        what = "class" if self.key == "labels" and column in self.outputs else "number"
        what = "text" if self.is_text(column) else what
        remedy = ": write `missing: drop` under `data:` to leave such rows out"
        if missing == "mean":
            remedy = f": a mean fills inputs that are numbers, so{remedy[1:]}"
        elif what == "number" and column in self.inputs and not self.form.index_count:
            remedy += ", or `missing: mean` for the mean of the column"
        got = shown(text) if text else "nothing"
        message = f"expected a {what}, got {got}"
        self.note(("gap", what), self.at(row, column), message, remedy)

    # Numbers

    @cached_property
    def decimal(self) -> str:
        """What stands before the decimals: a comma only where it separates no cells,
        and some number has one, unless net.yaml says it."""
        if "decimal" in self.values:
            return str(self.values["decimal"])
        columns = [*self.inputs, *(self.outputs if self.key == "targets" else [])]
        cells = (row.cells[column] for row in self.table.rows for column in columns)
        if self.table.separator == ",":
            return "."
        commas = (cell for cell in cells if "," in cell)
        return "," if any(with_points(c) is not None for c in commas) else "."

    @cached_property
    def means(self) -> Mapping[int, float]:
        """Of the columns in which a cell is to be filled: the mean of the others, of
        those rows that training learns from."""
        if self.trained:
            own = zip(self.inputs, self.trained.inputs, strict=True)
            return {here: self.trained.means[there] for here, there in own}
        found = {}
        learned = [self.kept[at] for at in self.form.learned(len(self.kept))]
        for column in self.inputs:
            rows = [row for row in learned if not self.is_gap(row, column)]
            if not self.is_text(column):
                numbers = [self.value(row.cells[column]) for row in rows]
                known = [number for number in numbers if number is not None]
                found[column] = mean_of(known)
                if not rows:
                    message = f"column {shown(self.table.header[column])} has no value "
                    message += "that a mean could be of: leave it out of `inputs`"
                    self.note(("mean", column), self.values.at("missing"), message)
        return found

    def value(self, text: str) -> float | None:
        """The number in a cell, if it is one."""
        return number_in(text, self.decimal)

    def numbers(self, row: Row, columns: list[int]) -> tuple[float, ...]:
        """The numbers of some cells; () if one of them is none, which is noted."""
        found = []
        for column in columns:
            if column in self.texts:
                found += self.category(row, column)
                continue
            number = self.value(row.cells[column])
            if number is None and self.is_gap(row, column):
                number = self.means[column]
            if number is None:
                self.note_number(row, column)
            else:
                found.append(number)
        return tuple(found) if len(found) == len(columns) else ()

    def note_number(self, row: Row, column: int) -> None:
        """Note a cell that holds no number, and what to do about it."""
        text, name = row.cells[column], shown(self.table.header[column])
        message = f"expected a number, got {shown(text)}"
        if self.decimal == "," and NUMBER.fullmatch(text):
            message = f"expected a decimal comma, as `decimal` says, got {shown(text)}"
            remedy = ": write all numbers in one way"
            if "decimal" not in self.values:
                message = message.replace("`decimal` says", "other numbers have one")
        elif self.decimal == "." and with_points(text) is not None:
            remedy = ': if that is a decimal comma, write `decimal: ","` under `data:`'
        elif column in self.outputs:
            remedy = ": targets are numbers; for classes write `labels`, and a loss "
            remedy += "of classes such as cross_entropy"
        elif "inputs" in self.values:
            remedy = f": write a number there, or leave {name} out of `inputs`"
        else:
            remedy = ": write a number there, or name the columns that go in under "
            remedy += f"`inputs`, without {name}"
        if column in self.inputs and len(remedy) < 130:
            is_number = NUMBER.fullmatch(text) or with_points(text) is not None
            is_word = not is_number and NAME.fullmatch(text)
            own = listed([self.table.header[column]])[1:-1]
            added = "; for texts, `preprocessing: {inputs: {columns: "
            remedy += f"{added}{{{own}: onehot}}}}}}`" if is_word else ""
        self.note(("number", column), self.at(row, column), message, remedy)

    # Texts

    def is_text(self, column: int) -> bool:
        """Whether a column that goes in holds texts."""
        is_named = self.table.header[column] in self.form.onehot
        return is_named and column in self.inputs

    @cached_property
    def texts(self) -> Mapping[int, tuple[str, ...]]:
        """The categories of the columns that hold texts, in order of appearance where
        net.yaml does not say them."""
        if self.trained:
            own = zip(self.inputs, self.trained.inputs, strict=True)
            known = self.trained.texts
            return {here: known[there] for here, there in own if there in known}
        found = {}
        for column in filter(self.is_text, self.inputs):
            name = self.table.header[column]
            rows = (row for row in self.table.rows if not self.is_gap(row, column))
            seen = tuple(dict.fromkeys(row.cells[column] for row in rows))
            found[column] = self.form.onehot[name] or seen
        return found

    def category(self, row: Row, column: int) -> list[float]:
        """The number of a text among the categories of its column; [] if it has none,
        which is noted."""
        text, known = row.cells[column], self.texts[column]
        if not NAME.fullmatch(text):
            message = f"{shown(text)} cannot be the name of a category"
            remedy = f": call it by 1 to {MOST} plain characters, without quotes, "
            remedy += "backslash, $ or braces"
            self.note(("category", column), self.at(row, column), message, remedy)
        elif text not in known:
            message = f"{shown(text)} is none of the categories {listed(known)}"
            self.note(("category", column), self.at(row, column), message)
        else:
            return [float(known.index(text))]
        return []

    # Classes

    def labels(
        self, rows: list[Row]
    ) -> tuple[tuple[tuple[int, ...], ...], tuple[str, ...]]:
        """The classes of each row, and their names if it is the file that says them."""
        texts = [[row.cells[column] for column in self.outputs] for row in rows]

        def at(row: int, step: int) -> Where:
            return self.at(rows[row], self.outputs[step])

        return self.classes_of(texts, at)
