"""The samples in files that main reads when it is run."""

from __future__ import annotations

from bpgen.runtime.constants import Constants
from bpgen.runtime.idx_data import idx_samples
from bpgen.runtime.line_data import line_samples
from bpgen.runtime.numpy_data import array_samples
from bpgen.runtime.primitives import Samples


def file_data(facts: Constants, folder: str) -> Samples:
    """The samples to train with."""
    if facts.file_kind == "idx":
        return idx_samples(facts, folder, facts.input_file, facts.answer_file)
    if facts.file_kind == "jsonl":
        return line_samples(facts, folder, facts.input_file)
    names = [facts.input_array, facts.answer_array]
    return array_samples(facts, folder, facts.input_file, facts.answer_file, names)


def file_test_data(facts: Constants, folder: str) -> Samples:
    """The samples to test with, which no training sees."""
    if facts.file_kind == "idx":
        return idx_samples(facts, folder, facts.test_input_file, facts.test_answer_file)
    if facts.file_kind == "jsonl":
        return line_samples(facts, folder, facts.test_input_file)
    file = facts.test_input_file
    names = [facts.test_input_array, facts.test_answer_array]
    return array_samples(facts, folder, file, facts.test_answer_file, names)
