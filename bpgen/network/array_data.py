"""The data of a net in arrays: of one NPZ, or of two NPY or IDX files.

In: the keys of `data`, and where the files are. Out: `Data`. The first axis counts the
samples; the numbers of each are taken row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import isfinite, prod

from bpgen.errors import Place, how_many, shown
from bpgen.network.arrays import (
    MOST_BYTES,
    Array,
    read_idx,
    read_npy,
    read_npz,
    refused,
    unpacked,
)
from bpgen.network.samples import ARRAYS, Data, Reader
from bpgen.reading.records import Values
from bpgen.reading.yaml_reader import Scalar


class ArrayReader(Reader):
    """Samples that lie in arrays."""

    @property
    def kind(self) -> str:
        """The key of the file, or of the one that has the inputs."""
        return next(key for key in ARRAYS if key in self.values)

    @property
    def key(self) -> str:
        """What is to come out: labels or targets."""
        return "labels" if "labels" in self.values else "targets"

    def read(self) -> Data:
        """The samples."""
        inputs, answers = self.arrays
        place = self.values.at("inputs" if self.kind == "npz" else self.kind)
        rows = self.rows(inputs, "inputs", self.form.input_size, place)
        scale = self.values.get("scale")
        if scale:
            rows = tuple(tuple(x / scale for x in row) for row in rows)
        for row in rows if self.form.index_count else ():
            for number in row:
                self.check_index(number, place)
        place = self.values.at(self.key)
        if len(inputs.shape) < 1 or inputs.shape[0] != (answers.shape or (0,))[0]:
            got = (answers.shape or (0,))[0]
            message = f"expected {len(rows)} {self.key}, as there are inputs, got {got}"
            raise self.reject(place, message)
        if self.key == "labels":
            texts = self.texts(answers, place)
            labels, names = self.classes_of(texts, lambda row, step: place)
            return self.of_classes(rows, labels, names)
        targets = self.rows(answers, "targets", self.form.output_size, place)
        for row in targets:
            self.check_target(row, place)
        return Data(rows, targets)

    def beside(self, data: Data) -> ArrayReader:
        """The reader of other arrays, or of those of the same names in another NPZ."""
        others, place = self.values["test"], self.values.at("test")
        if isinstance(others, str) and self.kind != "npz":
            message = "expected the files of inputs and answers, such as "
            message += f"{{{self.kind}: {others}, {self.key}: FILE}}"
            raise self.reject(place, message)
        if isinstance(others, str):
            others = Values(place, {"npz": others}, {"npz": place})
        return self.with_others(others, data)

    @cached_property
    def arrays(self) -> tuple[Array, Array]:
        """What goes in, and what is to come out."""
        if self.kind == "npz":
            names = [self.name("inputs"), self.name(self.key)]
            found = read_npz(self.content("npz"), self.values["npz"], names)
            return found[names[0]], found[names[1]]
        return self.array(self.kind), self.array(self.key)

    def array(self, key: str) -> Array:
        """The array of the file that a key names."""
        name = self.name(key)
        content = unpacked(self.content(key), name)
        return (read_npy if self.kind == "npy" else read_idx)(content, name)

    def content(self, key: str) -> bytes:
        """What the file holds that a key names."""
        return self.folders.content(self.name(key), self.values.at(key), MOST_BYTES)

    def name(self, key: str) -> str:
        """The name that a key has for a value: of an array, or of a file."""
        found = self.values[key]
        if isinstance(found, Scalar) and found.text:
            return found.text
        if isinstance(found, str):
            return found
        what = "an array" if self.kind == "npz" else "a file"
        raise self.reject(self.values.at(key), f"expected the name of {what}")

    def file(self, key: str) -> str:
        """The file that an error is about."""
        return str(self.values["npz"]) if self.kind == "npz" else self.name(key)

    def rows(
        self, found: Array, key: str, size: int, place: Place
    ) -> tuple[tuple[float, ...], ...]:
        """The numbers of each sample."""
        count = found.shape[0] if found.shape else 0
        file = self.file(key if self.kind == "npz" or key != "inputs" else self.kind)
        if not count:
            raise refused(file, f"{found.name} holds no samples")
        got = prod(found.shape[1:])
        if got != size:
            wanted = how_many(size, key.removesuffix("s"))
            message = f"the net has {wanted}, but a sample of {found.name} has "
            raise self.reject(place, message + how_many(got, "number"))
        if found.is_text:
            raise refused(file, f"{found.name} holds texts: {key} are numbers")
        numbers_of = map(float, found.items)
        flat: Sequence[float] = [number + 0.0 for number in numbers_of]
        wrong = next((at for at, x in enumerate(flat) if not isfinite(x)), None)
        if wrong is not None:
            where = f"sample {wrong // size + 1}, number {wrong % size + 1}"
            message = f"{found.name} has {flat[wrong]} in {where}: leave such rows out"
            raise refused(file, message)
        starts = range(0, count * size, size)
        return tuple(tuple(flat[start : start + size]) for start in starts)

    def texts(self, found: Array, place: Place) -> list[list[str]]:
        """The classes of each sample as texts."""
        count, steps = found.shape[0], self.form.steps
        if prod(found.shape) != count * steps:
            message = f"expected {steps} labels for each sample, got an array of shape "
            raise self.reject(place, message + shown(str(list(found.shape)))[1:-1])
        texts = [label_text(item) for item in found.items]
        return [texts[at : at + steps] for at in range(0, count * steps, steps)]


def label_text(item: object) -> str:
    """A label as a CSV would have it: whole numbers without a point."""
    if isinstance(item, float) and item.is_integer():
        return str(int(item))
    return str(item)
