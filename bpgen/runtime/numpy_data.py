"""Arrays of numpy, alone as NPY or together as NPZ, which main reads when it is run.

An NPZ is a zip. Its arrays are read where they are stored as they are, which
`numpy.savez` does: not every language has what unpacks the others.
"""

from __future__ import annotations

from bpgen.runtime.checks import is_count
from bpgen.runtime.constants import Constants
from bpgen.runtime.files import answer, check_read, file_content
from bpgen.runtime.json_values import is_text
from bpgen.runtime.primitives import (
    Bytes,
    Samples,
    append,
    cells,
    filled,
    is_among,
    is_empty,
    larger_whole,
    number,
    parsed,
    samples,
    smaller_whole,
    unfit,
    whole,
)
from bpgen.runtime.world import byte_count, bytes_in, text_in


def array_samples(
    facts: Constants, folder: str, input_file: str, answer_file: str, names: list[str]
) -> Samples:
    """The samples of two arrays, in a file each or, by their names, in an archive."""
    inputs = array_rows(facts, folder, input_file, names[0], facts.input_size)
    answers = array_rows(facts, folder, answer_file, names[1], facts.answer_size)
    count = len(inputs)
    if len(answers) != count:
        unfit(f"{answer_file}: expected {count} answers, one for each sample")
    scaled: list[list[float]] = []
    targets: list[list[float]] = []
    for k in range(count):
        check_read(facts, inputs[k], f"{input_file}: sample {k + 1}")
        row = filled(facts.input_size, 0.0)
        for i in range(facts.input_size):
            row[i] = inputs[k][i] / facts.scale
        append(scaled, row)
        append(targets, answer(facts, answers[k], f"{answer_file}: sample {k + 1}"))
    return samples(scaled, targets)


def array_rows(
    facts: Constants, folder: str, file: str, name: str, size: int
) -> list[list[float]]:
    """The rows of an array, each of so many numbers."""
    content = file_content(facts, folder, file)
    if facts.file_kind == "npz":
        ends = member_in(content, file, name)
        return npy_rows(content, ends[0], ends[1], file, size)
    return npy_rows(content, 0, byte_count(content), file, size)


def member_in(content: Bytes, file: str, name: str) -> list[int]:
    """Where an array of an archive begins and ends, by the list at the end of it."""
    wrong = "this is no NPZ file of numpy.savez, or its end is missing"
    if byte_count(content) < 22:
        unfit(f"{file}: {wrong}")
    last = byte_count(content) - 22
    if not is_mark(content, last, 1541):
        unfit(f"{file}: {wrong}")
    place = little_in(content, last + 16, 4)
    found: list[int] = []
    for _ in range(little_in(content, last + 10, 2)):
        if place + 46 > last or not is_mark(content, place, 513):
            unfit(f"{file}: the file is damaged")
        stop = place + 46 + little_in(content, place + 28, 2)
        if stop > last:
            unfit(f"{file}: the file is damaged")
        own = text_in(content, place + 46, stop)
        if is_text(own, f"{name}.npy"):
            if little_in(content, place + 10, 2) > 0:
                wanted = "write it with numpy.savez, not savez_compressed"
                unfit(f"{file}: the array {name} is packed: {wanted}")
            head = little_in(content, place + 42, 4)
            if head + 30 > last or not is_mark(content, head, 1027):
                unfit(f"{file}: the file is damaged")
            start = head + 30 + little_in(content, head + 26, 2)
            append(found, start + little_in(content, head + 28, 2))
            append(found, found[0] + little_in(content, place + 20, 4))
            break
        more = little_in(content, place + 30, 2) + little_in(content, place + 32, 2)
        place = stop + more
    if is_empty(found):
        unfit(f"{file}: there is no array {name} in it")
    if found[1] > last:
        unfit(f"{file}: the file is damaged")
    return found


def is_mark(content: Bytes, place: int, which: int) -> bool:
    """Whether a part of a zip of that kind begins in a place."""
    mark = text_in(content, place, place + 2)
    return is_text(mark, "PK") and little_in(content, place + 2, 2) == which


def little_in(content: Bytes, place: int, width: int) -> int:
    """The whole number in some bytes, the smallest one first; of those far behind the
    end of the content a smaller one, as whole numbers may have no more than 32 bits."""
    found = 0.0
    unit = 1.0
    values = bytes_in(content, place, place + width)
    for value in values:
        found += number(value) * unit
        unit = unit * 256.0
    return smaller_whole(whole(found), byte_count(content) + 65536)


def npy_rows(
    content: Bytes, start: int, stop: int, file: str, size: int
) -> list[list[float]]:
    """The rows of the array between two places, each of so many numbers."""
    wrong = "this is no array of numpy.save, or its end is missing"
    if start + 12 > stop:
        unfit(f"{file}: {wrong}")
    head = bytes_in(content, start, start + 8)
    if head[0] != 147 or not is_text(text_in(content, start + 1, start + 6), "NUMPY"):
        unfit(f"{file}: {wrong}")
    width = 4
    if head[6] == 1:
        width = 2
    begin = start + 8 + width
    length = little_in(content, start + 8, width)
    if length > 10000 or begin + length > stop:
        unfit(f"{file}: {wrong}")
    text = text_in(content, begin, begin + length)
    said = cells(text, "'")
    if len(said) < 9 or not is_text(said[1], "descr") or not is_text(said[7], "shape"):
        unfit(f"{file}: {wrong}")
    if not is_text(said[6], ": False,"):
        unfit(f"{file}: it goes column by column: save numpy.ascontiguousarray of it")
    kind = kind_of(said[3], file)
    count = rows_in_shape(said[8], file, size)
    place = begin + length
    step = size * kind[0]
    if number(count) * number(step) != number(stop - place):
        wanted = f"expected {count} samples of {step} bytes each"
        unfit(f"{file}: {wanted}: the file is damaged")
    powers = powers_of_two()
    rows: list[list[float]] = []
    for k in range(count):
        append(rows, npy_numbers(content, place + k * step, size, kind, powers))
    return rows


def kind_of(said: str, file: str) -> list[int]:
    """How many bytes a number has; then, as 1 or 0: whether the largest one comes
    first, whether the first bit is a sign, whether it is a floating-point number."""
    found: list[int] = []
    for letter in ["b", "u", "i", "f"]:
        for width in [1, 2, 4, 8]:
            name = f"{letter}{width}"
            orders = [f"<{name}", f"|{name}", f">{name}"]
            if is_among(said, orders):
                found = [width, 0, 0, 0]
                if is_text(said, f">{name}"):
                    found[1] = 1
                if is_text(letter, "i"):
                    found[2] = 1
                if is_text(letter, "f"):
                    found[3] = 1
    is_known = len(found) == 4
    if is_known and found[3] == 1:
        is_known = found[0] > 2
    if not is_known:
        unfit(f"{file}: it holds no numbers that are read here: save it as float64")
    return found


def rows_in_shape(said: str, file: str, size: int) -> int:
    """How many rows of so many numbers an array has by what it says of its shape."""
    wrong = "this is no array of numpy.save, or its end is missing"
    opened = cells(said, "(")
    if len(opened) != 2:
        unfit(f"{file}: {wrong}")
    closed = cells(opened[1], ")")
    count = 0.0
    found = 1.0
    extents = cells(closed[0], ",")
    for k in range(len(extents)):
        if is_text(extents[k], ""):
            break
        extent = parsed(extents[k])
        if not is_count(extent, 1000000000):
            unfit(f"{file}: {wrong}")
        if k == 0:
            count = extent
        else:
            found = found * extent
    if count == 0.0:
        unfit(f"{file}: there are no samples in it")
    if found != number(size):
        unfit(f"{file}: expected {size} numbers for each sample, got others")
    return whole(count)


def powers_of_two() -> list[float]:
    """2 to the power of k - 1075, for k from 1 on: what the bits of a number mean."""
    found = filled(2047, 0.0)
    found[1075] = 1.0
    for k in range(1075, 2046):
        found[k + 1] = found[k] * 2.0
    for k in range(1074):
        found[1074 - k] = found[1075 - k] / 2.0
    return found


def npy_numbers(
    content: Bytes, begin: int, count: int, kind: list[int], powers: list[float]
) -> list[float]:
    """So many numbers of that kind, from a place on."""
    width = kind[0]
    values = bytes_in(content, begin, begin + count * width)
    row: list[float] = []
    for start in range(0, count * width, width):
        high = 0.0  # The upper four of eight bytes.
        low = 0.0
        unit = 1.0
        for k in range(width):
            place = start + k
            if kind[1] == 0:
                place = start + width - 1 - k
            if k + 4 < width:
                high = high * 256.0 + number(values[place])
            else:
                low = low * 256.0 + number(values[place])
                unit = unit * 256.0
        if kind[3] == 1 and width == 8:
            append(row, floating(high, low, 1048576.0, 4294967296.0, powers))
        elif kind[3] == 1:
            append(row, floating(low, 0.0, 8388608.0, 1.0, powers))
        else:
            if kind[2] == 1 and width == 8 and high * 2.0 >= unit:
                high = high - unit
            if kind[2] == 1 and width < 8 and low * 2.0 >= unit:
                low = low - unit
            append(row, high * 4294967296.0 + low)
    return row


def floating(
    top: float, rest: float, unit: float, factor: float, powers: list[float]
) -> float:
    """The number whose bits are those of a whole number of 32 bits and of the `factor`
    values of a rest: a sign, an exponent from `unit` on, digits. NaN if infinite."""
    magnitude = top
    if top >= 2147483648.0:
        magnitude = top - 2147483648.0
    exponent = whole(magnitude / unit)
    digits = (magnitude - number(exponent) * unit) * factor + rest
    shift = 0
    most = 2047
    if factor == 1.0:
        shift = 925
        most = 255
    if exponent == most:
        return parsed("?")
    if exponent > 0:
        digits += unit * factor
    found = digits * powers[shift + larger_whole(exponent, 1)]
    if top >= 2147483648.0:
        return 0.0 - found
    return found
