"""What an emitted file does when it is run: it trains and shows what was learned."""

from __future__ import annotations

from bpgen.runtime.arrays import largest_at
from bpgen.runtime.classes import hits
from bpgen.runtime.constants import Blocks, Constants
from bpgen.runtime.flags import check_flags, flags_known, text_after, whole_after
from bpgen.runtime.json_values import is_text
from bpgen.runtime.net import Net
from bpgen.runtime.own_data import (
    any_sample,
    data,
    few,
    rows_of,
    table_or_own,
    test_data,
    training_data,
)
from bpgen.runtime.primitives import (
    Row,
    Rows,
    Samples,
    Saved,
    append,
    counted,
    filled,
    fixed,
    inputs_in,
    is_among,
    is_empty,
    is_finite,
    joined,
    larger,
    larger_whole,
    number,
    padded,
    part,
    scientific,
    smaller_whole,
    sorted_wholes,
    spelled,
    targets_in,
    text_of,
)
from bpgen.runtime.world import (
    complain,
    is_interrupted,
    progress,
    read_text,
    rename,
    saved_text,
    say,
    text_saved,
    write_text,
)


def main(facts: Constants, blocks: Blocks, flags: list[str]) -> int:
    """Train and show what was learned, or do what the flags say: --help lists them."""
    if not facts.takes_flags:
        return plain_main(facts, blocks, flags)
    check_flags(facts, flags)
    if is_among("--help", flags):
        for line in flags_known(facts):
            say(line)
        return 0
    if is_among("--check", flags):
        return check(facts, blocks)
    seed = whole_after("--seed", flags, facts.seed, 0, 4294967295)
    epochs = whole_after("--epochs", flags, facts.epochs, 1, 1000000000)
    net = Net(facts, blocks, seed=seed)
    file = text_after("--load", flags)
    if not is_text(file, ""):
        text = read_text(file)
        net._load_all(text_saved(text))
        say(f"loaded: {file}, epoch {net.epoch}")
    if facts.has_columns:
        found = table_or_own(facts, text_after("--data", flags))
    elif facts.test_count > 0:
        found = training_data(facts)
    elif facts.has_data:
        found = data(facts)
    else:
        found = rows_of(facts, text_after("--data", flags))
    return trained(facts, net, found, epochs, text_after("--save", flags))


def plain_main(facts: Constants, blocks: Blocks, flags: list[str]) -> int:
    """Train on the net's data and show what it learned; --check tests itself."""
    if facts.has_data and is_empty(flags):
        net = Net(facts, blocks, seed=facts.seed)
        found = training_data(facts) if facts.test_count > 0 else data(facts)
        return trained(facts, net, found, facts.epochs, "")
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


def check(facts: Constants, blocks: Blocks) -> int:
    """Test the gradients, and some steps of training; 1 if anything is wrong."""
    net = Net(facts, blocks, seed=facts.seed)
    found = few(facts, facts.samples_checked) if facts.has_data else any_sample(facts)
    error = net.check_gradients(inputs_in(found), targets_in(found))
    say(f"largest gradient error: {scientific(error)}")
    if not error < 1e-6:
        return 1
    if facts.is_recorded:
        moved = replayed(facts, blocks)
        say(f"largest error of a step: {scientific(moved)}")
        if not moved < 1e-9:
            return 1
    elif facts.takes_flags:
        say(f"no steps are recorded: {facts.unrecorded}")
    return 0


def replayed(facts: Constants, blocks: Blocks) -> float:
    """How far some steps and epochs are from what they gave when the file was made."""
    found = few(facts, facts.samples_replayed) if facts.has_data else any_sample(facts)
    inputs = inputs_in(found)
    targets = targets_in(found)
    steps: list[float] = facts.step_losses
    net = Net(facts, blocks, seed=facts.seed)
    worst = 0.0
    for known in steps:
        worst = larger(worst, off(net.train_step(inputs, targets), known))
    rounds: list[float] = facts.epoch_losses
    other = Net(facts, blocks, seed=facts.seed)
    for k in range(len(rounds)):
        loss = other.train(inputs, targets, epochs=k + 1)
        worst = larger(worst, off(loss, rounds[k]))
    return worst


def off(found: float, known: float) -> float:
    """The error of a loss, relative to it unless it is close to 0."""
    if not is_finite(found):
        return 1.0
    return abs(found - known) / larger(0.001, abs(known))


def trained(facts: Constants, net: Net, found: Samples, epochs: int, save: str) -> int:
    """Train, report on it, and show what was learned."""
    inputs = inputs_in(found)
    targets = targets_in(found)
    if facts.takes_flags:
        state = net.to_json()  # To go back to: that of the last report.
    if facts.validation > 0.0:
        net._hold_out(len(inputs))
    if facts.patience > 0:
        net._begin()
    for turn in range(epochs):
        if facts.takes_flags:
            progress(0, turn, epochs)
        loss = one_epoch(facts, net, inputs, targets)
        if facts.takes_flags and is_interrupted():
            break
        if facts.takes_flags and not is_finite(loss):
            return diverged(net, state, save)
        if not is_finite(loss):
            return lost(net.epoch)
        if facts.validation > 0.0:
            net._validate(inputs, targets)
        if facts.ends_epochs and facts.validation > 0.0:
            net._end_epoch(net.validation_loss)
        elif facts.ends_epochs:
            net._end_epoch(loss)
        if is_due(facts, net.epoch, epochs):
            if facts.takes_flags and not net._is_finite():
                return diverged(net, state, save)
            if facts.takes_flags:
                state = net.to_json()
            line = reported(facts, net, loss)
            if facts.says_class and not facts.validation > 0.0:
                count = right(facts, net, inputs, targets)
                line = f"{line}  right {count} of {len(inputs)}"
            say(line)
        if facts.patience > 0 and net._stalled:
            break
    if facts.takes_flags and not net._is_finite():
        return diverged(net, state, save)
    finish(facts, net, save)
    if facts.takes_flags and is_interrupted():
        return 130
    show(facts, net, inputs, targets)
    return 0


def one_epoch(facts: Constants, net: Net, inputs: Rows, targets: Rows) -> float:
    """Train for an epoch, or until somebody interrupts it; returns its mean loss."""
    if not facts.in_parts:
        return net._train_epoch(inputs, targets)
    places = net._rest if facts.validation > 0.0 else counted(len(inputs))
    order = net._order(places)
    total = 0.0
    for start in range(0, len(order), facts.batch_size):
        batch = part(order, start, start + facts.batch_size)
        if facts.is_fused:
            total = net._learn_part(inputs, targets, batch, total, False)
        else:
            total = net._train_part(inputs, targets, batch, total)
        if facts.takes_flags:
            progress(1, start + len(batch), len(order))
        if facts.takes_flags and is_interrupted():
            return 0.0
    net.epoch += 1
    return total / number(len(order))


def is_due(facts: Constants, epoch: int, epochs: int) -> bool:
    """Whether an epoch is reported: the first one, and about ten more."""
    if epochs == facts.epochs:
        return epoch == 1 or epoch % facts.report_every == 0
    return epoch == 1 or epoch % larger_whole(1, epochs // 10) == 0


def reported(facts: Constants, net: Net, loss: float) -> str:
    """What is said of an epoch."""
    epoch = padded(net.epoch, facts.epochs_width)
    line = f"epoch {epoch}  loss {fixed(loss, 12)}"
    if not facts.validation > 0.0:
        return line
    line = f"{line}  validation {fixed(net.validation_loss, 12)}"
    if not facts.tells_classes:
        return line
    return f"{line}  accuracy {fixed(net.validation_accuracy, 6)}"


def finish(facts: Constants, net: Net, save: str) -> None:
    """Say why training ended, if not by itself, and keep what was learned."""
    if facts.takes_flags and is_interrupted():
        say(f"interrupted after epoch {net.epoch}")
    if facts.patience > 0:
        if net._stalled:
            line = f"stopped after epoch {net.epoch}"
            if facts.validation > 0.0:
                say(f"{line}: no better validation in {facts.patience} epochs")
            else:
                say(f"{line}: no better loss in {facts.patience} epochs")
        net._end()
        say(f"best epoch: {net.best_epoch}, its parameters are back")
    if facts.takes_flags:
        keep(net, save)


def diverged(net: Net, state: Saved, save: str) -> int:
    """Go back to the last report, before a number that is not finite spoiled all."""
    epoch = net.epoch
    net._load_all(state)
    keep(net, save)
    return lost(epoch)


def lost(epoch: int) -> int:
    """Say in which epoch a number ceased to be finite."""
    complain(f"the loss is no longer finite in epoch {epoch}")
    complain("try a smaller learning_rate, or scale the data")
    return 1


def keep(net: Net, save: str) -> None:
    """Save what was learned, if that is asked for: all of it, or the file as it was."""
    if is_text(save, ""):
        return
    text = saved_text(net.to_json())
    write_text(f"{save}.part", text)
    rename(f"{save}.part", save)
    say(f"saved: {save}, epoch {net.epoch}")


def show(facts: Constants, net: Net, inputs: Rows, targets: Rows) -> None:
    """What the net says of some samples, and, if it can, of nothing."""
    if facts.says_class:
        for k in of_each_class(facts, targets):
            say(said(facts, net.probabilities(inputs[k]), targets[k]))
    else:
        for k in range(smaller_whole(len(inputs), facts.samples_shown)):
            say(said(facts, net.predict(inputs[k]), targets[k]))
    if facts.says_class:
        say(f"right: {right(facts, net, inputs, targets)} of {len(inputs)}")
    if facts.test_count > 0:
        say(tested(facts, net))
    if facts.tells and facts.ends and facts.spells:
        words: list[str] = []
        for _ in range(10):
            indices = net.sample([0], facts.input_size, temperature=0.5)
            append(words, word(facts, indices))
        made_up = joined(words)
        say(f"made up: {made_up}")


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
