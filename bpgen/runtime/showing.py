"""What an emitted file shows of a net that has learned."""

from __future__ import annotations

from bpgen.runtime.arrays import largest_at
from bpgen.runtime.classes import hits
from bpgen.runtime.constants import Constants
from bpgen.runtime.file_data import file_test_data
from bpgen.runtime.net import Net
from bpgen.runtime.own_data import test_data
from bpgen.runtime.primitives import (
    Folder,
    Row,
    Rows,
    append,
    filled,
    fixed,
    inputs_in,
    joined,
    number,
    part,
    smaller_whole,
    sorted_wholes,
    spelled,
    targets_in,
    text_of,
)
from bpgen.runtime.world import say


def show(
    facts: Constants, net: Net, inputs: Rows, targets: Rows, folder: Folder
) -> None:
    """What the net says of some samples, and, if it can, of nothing."""
    if facts.says_class:
        for k in of_each_class(facts, targets):
            if facts.has_scores:
                say(said(facts, net.predict(inputs[k]), targets[k]))
            else:
                say(said(facts, net.probabilities(inputs[k]), targets[k]))
    else:
        for k in range(smaller_whole(len(inputs), facts.samples_shown)):
            say(said(facts, net.predict(inputs[k]), targets[k]))
    if facts.says_class:
        say(f"right: {right(facts, net, inputs, targets)} of {len(inputs)}")
    if facts.tests:
        say(tested(facts, net, folder))
    if facts.tells and facts.ends and facts.spells:
        words: list[str] = []
        for _ in range(10):
            indices = net.sample([0], facts.input_size, temperature=0.5)
            append(words, word(facts, indices))
        made_up = joined(words)
        say(f"made up: {made_up}")


def tested(facts: Constants, net: Net, folder: Folder) -> str:
    """How well the net does on samples that it has never seen."""
    found = file_test_data(facts, folder) if facts.tests_files else test_data(facts)
    told = net.evaluate(inputs_in(found), targets_in(found))
    if facts.tests_files:
        count = len(inputs_in(found))
        line = f"test: {count} samples  loss {fixed(told[0], 12)}"
    else:
        line = f"test: {facts.test_count} samples  loss {fixed(told[0], 12)}"
    if facts.tells_classes:
        return f"{line}  accuracy {fixed(told[1], 6)}"
    return line


def right_of_test(facts: Constants, net: Net, folder: Folder) -> str:
    """How many of those samples are in the right class."""
    found = file_test_data(facts, folder)
    inputs = inputs_in(found)
    count = right(facts, net, inputs, targets_in(found))
    return f"right {count} of {len(inputs)}"


def of_each_class(facts: Constants, targets: Rows) -> list[int]:
    """Which samples to show: as many of each class, where there are enough."""
    seen = filled(facts.labels, 0.0)
    turns: list[float] = []
    for row in targets:
        index = wanted_of_two(row) if facts.is_binary else largest_at(row)
        append(turns, seen[index])
        seen[index] += 1.0
    found: list[int] = []
    for turn in range(facts.samples_shown):
        for k in range(len(turns)):
            if turns[k] == number(turn) and len(found) < facts.samples_shown:
                append(found, k)
    return sorted_wholes(found)


def said(facts: Constants, outputs: Row, targets: Row) -> str:
    """What the net says of a sample, and what it should."""
    if facts.says_class:
        best = largest_at(outputs)
        share = fixed(outputs[best], 6)
        if facts.is_binary:
            wanted = class_text(facts, wanted_of_two(targets))
        else:
            wanted = class_text(facts, largest_at(targets))
        return f"predicted {class_text(facts, best)} ({share})  target {wanted}"
    if facts.has_classes:
        wanted = classes(facts, targets)
        return f"predicted {classes(facts, outputs)}  target {wanted}"
    return f"predicted {shown(outputs)}  target {shown(targets)}"


def wanted_of_two(targets: Row) -> int:
    """Which of two classes the target of one output is."""
    if targets[0] > 0.5:
        return 1
    return 0


def right(
    facts: Constants,
    net: Net,
    inputs: Rows,
    targets: Rows,
) -> int:
    """How many samples are in the right class."""
    count = 0
    for k in range(len(inputs)):
        if facts.is_binary:
            count += hits(facts, net.predict(inputs[k]), targets[k])
        elif largest_at(net.predict(inputs[k])) == largest_at(targets[k]):
            count += 1
    return count


def classes(facts: Constants, values: Row) -> str:
    """The most likely class of each step."""
    found: list[str] = []
    for start in range(0, len(values), facts.classes):
        best = largest_at(part(values, start, start + facts.classes))
        append(found, class_text(facts, best))
    if facts.spells:
        return spelled(found)
    return joined(found)


def class_text(facts: Constants, index: int) -> str:
    """What a class is called."""
    if facts.has_names:
        return facts.class_names[index]
    return text_of(index)


def word(facts: Constants, indices: list[int]) -> str:
    """The letters that some indices stand for."""
    found: list[str] = []
    for index in indices:
        append(found, class_text(facts, index))
    return spelled(found)


def shown(values: Row) -> str:
    """Numbers in a line."""
    texts: list[str] = []
    for value in values:
        append(texts, fixed(value, 6))
    return joined(texts)
