"""What files of samples have in common that main reads when it is run."""

from __future__ import annotations

from bpgen.runtime.checks import is_count
from bpgen.runtime.constants import Constants
from bpgen.runtime.json_values import is_text
from bpgen.runtime.own_data import one_hot_row
from bpgen.runtime.primitives import Bytes, Row, is_finite, unfit
from bpgen.runtime.world import byte_count, bytes_in, is_file, read_bytes, unpacked


def path_in(folder: str, file: str) -> str:
    """Where a file is that stands in a folder, if there is one."""
    if is_text(folder, ""):
        return file
    return f"{folder}/{file}"


def check_file(path: str) -> None:
    """An error unless there is such a file."""
    if not is_file(path):
        unfit(f"there is no file {path}: add --data and the folder that has it")


def file_content(facts: Constants, folder: str, file: str) -> Bytes:
    """What is in a file of a folder, or in one of that name with .gz."""
    path = path_in(folder, file)
    if not is_file(path) and is_file(f"{path}.gz"):
        path = f"{path}.gz"
    check_file(path)
    content = read_bytes(path)
    if byte_count(content) < 8:
        unfit(f"{path}: the file is empty, or its end is missing")
    head = bytes_in(content, 0, 2)
    if head[0] == 31 and head[1] == 139:
        if facts.unpacks:
            return unpacked(content, path)
        unfit(f"{path}: the file is packed: run gunzip {path}")
    return content


def check_read(facts: Constants, inputs: Row, where: str) -> None:
    """An error unless the net can read what stands there."""
    for x in inputs:
        if not is_finite(x):
            unfit(f"{where}: a number is not finite: leave such samples out")
    if facts.index_count > 0:
        for x in inputs:
            if not is_count(x, facts.index_count - 1):
                unfit(f"{where}: expected indices below {facts.index_count}")


def answer(facts: Constants, given: list[float], where: str) -> list[float]:
    """What a sample is to give: such numbers, or a 1 for each class."""
    if facts.are_labels:
        for label in given:
            if not is_count(label, facts.labels - 1):
                unfit(f"{where}: expected a class from 0 to {facts.labels - 1}")
        if not facts.is_binary:
            return one_hot_row(facts, given)
    else:
        for t in given:
            if not is_finite(t):
                unfit(f"{where}: a number is not finite: leave such samples out")
            if facts.targets == "SIGNS" and t != -1.0 and t != 1.0:
                unfit(f"{where}: expected targets of -1 or 1")
            if facts.targets == "NOT_NEGATIVE" and t < 0.0:
                unfit(f"{where}: expected targets of 0 or more")
            if facts.targets == "UNIT" and (t < 0.0 or t > 1.0):
                unfit(f"{where}: expected targets from 0 to 1")
    return given
