"""The samples in IDX files, such as those of MNIST, which main reads when it is run."""

from __future__ import annotations

from bpgen.runtime.constants import Constants
from bpgen.runtime.files import file_content
from bpgen.runtime.own_data import one_hot_row
from bpgen.runtime.primitives import (
    Bytes,
    Samples,
    append,
    filled,
    fixed,
    number,
    samples,
    unfit,
    whole,
)
from bpgen.runtime.world import byte_count, bytes_in


def idx_samples(
    facts: Constants, folder: str, input_file: str, label_file: str
) -> Samples:
    """The samples of two files: a number for each byte, and the class."""
    content = file_content(facts, folder, input_file)
    count = idx_count(content, input_file, facts.input_size)
    classes = file_content(facts, folder, label_file)
    label_count = idx_count(classes, label_file, 1)
    if label_count != count:
        unfit(f"{label_file}: expected {count} labels, one for each sample")
    targets = idx_targets(facts, classes, label_file, count)
    return samples(idx_inputs(facts, content, count), targets)


def idx_inputs(facts: Constants, content: Bytes, count: int) -> list[list[float]]:
    """The numbers of each sample: bytes, which share what they are as numbers."""
    scaled: list[float] = []
    for value in range(256):
        append(scaled, number(value) / facts.scale)
    inputs: list[list[float]] = []
    start = byte_count(content) - count * facts.input_size
    for k in range(count):
        place = start + k * facts.input_size
        values = bytes_in(content, place, place + facts.input_size)
        row = filled(facts.input_size, 0.0)
        for i in range(facts.input_size):
            row[i] = scaled[values[i]]
        append(inputs, row)
    return inputs


def idx_targets(
    facts: Constants, content: Bytes, file: str, count: int
) -> list[list[float]]:
    """The target of each sample: of the class that a byte says."""
    targets: list[list[float]] = []
    start = byte_count(content) - count
    labels = bytes_in(content, start, start + count)
    for label in labels:
        if label >= facts.labels:
            unfit(f"{file}: expected classes below {facts.labels}, got {label}")
        if facts.is_binary:
            append(targets, [number(label)])
        else:
            append(targets, one_hot_row(facts, [number(label)]))
    return targets


def idx_count(content: Bytes, file: str, size: int) -> int:
    """How many samples of so many bytes an IDX file has."""
    if byte_count(content) < 8:
        unfit(f"{file}: this is no IDX file, or its end is missing")
    head = bytes_in(content, 0, 4)
    if head[0] + head[1] > 0 or head[2] != 8 or head[3] == 0:
        unfit(f"{file}: this is no IDX file of bytes, such as those of MNIST")
    start = 4 + 4 * head[3]
    if byte_count(content) < start:
        unfit(f"{file}: its end is missing")
    # As numbers: whole ones may have but 32 bits, and no place for these.
    count = number_at(content, 4)
    found = 1.0
    for place in range(8, start, 4):
        found = found * number_at(content, place)
    if found != number(size):
        unfit(f"{file}: expected samples of {size} bytes, got others")
    if count == 0.0:
        unfit(f"{file}: there are no samples in it")
    wanted = number(start) + count * found
    if number(byte_count(content)) != wanted:
        shown = fixed(wanted, 0)
        unfit(f"{file}: expected {shown} bytes, got {byte_count(content)}")
    return whole(count)


def number_at(content: Bytes, place: int) -> float:
    """The whole number in four bytes, the largest one first."""
    found = 0.0
    values = bytes_in(content, place, place + 4)
    for value in values:
        found = found * 256.0 + number(value)
    return found
