"""What an emitted file does when it is run: it trains on the net's own data."""

from __future__ import annotations

from bpgen.runtime.arrays import largest_at
from bpgen.runtime.constants import Blocks, Constants
from bpgen.runtime.generator import Generator
from bpgen.runtime.json_values import is_text
from bpgen.runtime.net import Net
from bpgen.runtime.primitives import (
    Row,
    Rows,
    Samples,
    append,
    complain,
    end_lines,
    filled,
    fixed,
    inputs_in,
    is_empty,
    is_shown,
    joined,
    letters_at,
    modulo32,
    number,
    numbers,
    padded,
    part,
    samples,
    say,
    scientific,
    show,
    smaller_whole,
    sorted_wholes,
    spelled,
    targets_in,
    text_of,
    whole,
    words_of,
)


def main(facts: Constants, blocks: Blocks, flags: list[str]) -> int:
    """Train on the net's data and show what it learned; --check tests itself."""
    if facts.has_data and is_empty(flags):
        return demonstrate(facts, blocks)
    if len(flags) == 1 and is_text(flags[0], "--check"):
        return check(facts, blocks)
    if len(flags) == 1 and is_text(flags[0], "--help"):
        if facts.has_data:
            say("nothing  train on the data of the net, and show what it learned")
        say("--check  compare the gradients with differences of the loss")
        say("--help   show these lines")
        return 0
    if facts.has_data:
        complain("usage: nothing, --check or --help")
    else:
        complain("usage: --check or --help")
    return 2


def data(facts: Constants) -> Samples:
    """The inputs and the targets of the net's own data."""
    if not facts.has_text:
        return samples(facts.inputs, facts.answers)
    if facts.is_spelled:
        return spelled_data(facts)
    values = numbers(facts.data)
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    for start in range(0, len(values), facts.row_size):
        middle = start + facts.input_size
        append(inputs, part(values, start, middle))
        rest = part(values, middle, start + facts.row_size)
        if facts.has_labels:
            append(targets, one_hot_row(facts, rest))
        else:
            append(targets, rest)
    return samples(inputs, targets)


def training_data(facts: Constants) -> Samples:
    """The net's own data without the samples to test with."""
    found = data(facts)
    count = len(inputs_in(found)) - facts.test_count
    return samples(part(inputs_in(found), 0, count), part(targets_in(found), 0, count))


def test_data(facts: Constants) -> Samples:
    """The samples to test with, which no training sees."""
    found = data(facts)
    inputs = inputs_in(found)
    first = len(inputs) - facts.test_count
    rest = part(targets_in(found), first, len(inputs))
    return samples(part(inputs, first, len(inputs)), rest)


def spelled_data(facts: Constants) -> Samples:
    """The same where each sample is two words."""
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    words = words_of(facts.data)
    for k in range(0, len(words), 2):
        append(inputs, spelled_row(facts, words[k], facts.input_size))
        rest = spelled_row(facts, words[k + 1], facts.row_size - facts.input_size)
        append(targets, one_hot_row(facts, rest))
    return samples(inputs, targets)


def spelled_row(facts: Constants, word: str, size: int) -> list[float]:
    """The indices of a word's letters, and the first one after its end."""
    row = filled(size, 0.0)
    letters = facts.class_names
    places = letters_at(word, letters)
    for i in range(len(places)):
        row[i] = number(places[i])
    return row


def one_hot_row(facts: Constants, labels: list[float]) -> list[float]:
    """1 for the class, or for that of each step; 0 for all others."""
    row = filled(facts.output_size, 0.0)
    for step in range(len(labels)):
        row[step * facts.classes + whole(labels[step])] = 1.0
    return row


def check(facts: Constants, blocks: Blocks) -> int:
    """Compare the gradients with central differences; 1 if they differ."""
    net = Net(facts, blocks, seed=facts.seed)
    if facts.has_data:
        found = data(facts)
        inputs = part(inputs_in(found), 0, facts.samples_checked)
        targets = part(targets_in(found), 0, facts.samples_checked)
    else:
        inputs = [drawn(facts)]
        targets = [facts.any_target]
    error = net.check_gradients(inputs, targets)
    say(f"largest gradient error: {scientific(error)}")
    if error < 1e-6:
        return 0
    return 1


def drawn(facts: Constants) -> list[float]:
    """Inputs for a check without data."""
    generator = Generator(1)
    inputs: list[float] = []
    for _ in range(facts.input_size):
        if facts.index_count > 0:
            append(inputs, number(modulo32(generator.next(), facts.index_count)))
        else:
            append(inputs, generator.uniform(-1.0, 1.0))
    if facts.has_categories:
        for pair in facts.one_hot:
            inputs[whole(pair[0])] = 0.0
    return inputs


def demonstrate(facts: Constants, blocks: Blocks) -> int:
    """Train on the net's own data and show what it learned."""
    net = Net(facts, blocks, seed=facts.seed)
    found = training_data(facts) if facts.test_count > 0 else data(facts)
    inputs = inputs_in(found)
    targets = targets_in(found)
    for _ in range(facts.epochs):
        loss = net.train(inputs, targets, epochs=1)
        epoch = net.epoch
        is_due = epoch == 1 or epoch % facts.report_every == 0
        if is_shown(is_due, epoch == facts.epochs):
            number_shown = padded(epoch, facts.epochs_width)
            line = f"epoch {number_shown}  loss {fixed(loss, 12)}"
            if facts.is_classifier:
                count = right(net, inputs, targets)
                show(f"{line}  right {count} of {len(inputs)}", epoch)
            else:
                show(line, epoch)
        if facts.patience > 0 and net._stalled:
            break
    end_lines()
    if facts.is_classifier:
        for k in of_each_class(facts, targets):
            say(said(facts, net.probabilities(inputs[k]), targets[k]))
    else:
        for k in range(smaller_whole(len(inputs), facts.samples_shown)):
            say(said(facts, net.predict(inputs[k]), targets[k]))
    if facts.is_classifier:
        say(f"right: {right(net, inputs, targets)} of {len(inputs)}")
    if facts.test_count > 0:
        say(tested(facts, net))
    if facts.tells and facts.ends and facts.spells:
        words: list[str] = []
        for _ in range(10):
            indices = net.sample([0], facts.input_size, temperature=0.5)
            append(words, word(facts, indices))
        made_up = joined(words)
        say(f"made up: {made_up}")
    return 0


def tested(facts: Constants, net: Net) -> str:
    """How well the net does on samples that it has never seen."""
    found = test_data(facts)
    told = net.evaluate(inputs_in(found), targets_in(found))
    line = f"test: {facts.test_count} samples  loss {fixed(told[0], 12)}"
    if facts.tells_classes:
        return f"{line}  accuracy {fixed(told[1], 6)}"
    return line


def of_each_class(facts: Constants, targets: Rows) -> list[int]:
    """Which samples to show: as many of each class, where there are enough."""
    seen = filled(facts.classes, 0.0)
    turns: list[float] = []
    for row in targets:
        index = largest_at(row)
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
    if facts.is_classifier:
        best = largest_at(outputs)
        share = fixed(outputs[best], 6)
        wanted = class_text(facts, largest_at(targets))
        return f"predicted {class_text(facts, best)} ({share})  target {wanted}"
    if facts.has_classes:
        wanted = classes(facts, targets)
        return f"predicted {classes(facts, outputs)}  target {wanted}"
    return f"predicted {shown(outputs)}  target {shown(targets)}"


def right(
    net: Net,
    inputs: Rows,
    targets: Rows,
) -> int:
    """How many samples are in the right class."""
    count = 0
    for k in range(len(inputs)):
        if largest_at(net.predict(inputs[k])) == largest_at(targets[k]):
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
