"""What an emitted file does when it is run: it trains and shows what was learned."""

from __future__ import annotations

from bpgen.runtime.arrays import weighed
from bpgen.runtime.constants import Blocks, Constants
from bpgen.runtime.file_data import file_data
from bpgen.runtime.flags import check_flags, flags_known, text_after, whole_after
from bpgen.runtime.json_values import is_text
from bpgen.runtime.net import Net
from bpgen.runtime.own_data import (
    any_samples,
    data,
    few,
    rows_of,
    table_or_own,
    training_data,
)
from bpgen.runtime.primitives import (
    Folder,
    Rows,
    Samples,
    Saved,
    append,
    counted,
    extend,
    fixed,
    inputs_in,
    is_among,
    is_empty,
    is_finite,
    larger,
    larger_whole,
    number,
    padded,
    part,
    scientific,
    targets_in,
)
from bpgen.runtime.showing import right, right_of_test, show
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
    folder = text_after("--data", flags) if facts.reads_files else ""
    if facts.reads_files:
        found = file_data(facts, folder)
    elif facts.has_columns:
        found = table_or_own(facts, text_after("--data", flags))
    elif facts.test_count > 0:
        found = training_data(facts)
    elif facts.has_data:
        found = data(facts)
    else:
        found = rows_of(facts, text_after("--data", flags))
    return trained(facts, net, found, epochs, text_after("--save", flags), folder)


def plain_main(facts: Constants, blocks: Blocks, flags: list[str]) -> int:
    """Train on the net's data and show what it learned; --check tests itself."""
    if facts.has_data and is_empty(flags):
        net = Net(facts, blocks, seed=facts.seed)
        folder = ""
        found = training_data(facts) if facts.test_count > 0 else data(facts)
        return trained(facts, net, found, facts.epochs, "", folder)
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
    found = (
        few(facts, facts.samples_checked) if facts.has_data else any_samples(facts, 1)
    )
    error = net.check_gradients(inputs_in(found), targets_in(found))
    say(f"largest gradient error: {scientific(error)}")
    if not error < facts.gradient_bound:
        return 1
    if facts.is_recorded:
        moved = replayed(facts, blocks)
        say(f"largest error of a step: {scientific(moved)}")
        if not moved < facts.step_bound:
            return 1
    elif facts.takes_flags:
        say(f"no steps are recorded: {facts.unrecorded}")
    return 0


def replayed(facts: Constants, blocks: Blocks) -> float:
    """How far some training is from what it gave when the file was made."""
    found = replay(facts, blocks)
    steps: list[float] = facts.step_losses
    rounds: list[float] = facts.epoch_losses
    sums: list[float] = facts.sums
    known: list[float] = []
    extend(known, steps)
    extend(known, rounds)
    extend(known, sums)
    worst = 0.0
    for k in range(len(known)):
        worst = larger(worst, off(found[k], known[k]))
    return worst


def replay(facts: Constants, blocks: Blocks) -> list[float]:
    """The losses of some steps and epochs, and what else tells of all numbers."""
    if facts.has_data:
        found = few(facts, facts.samples_replayed)
    else:
        found = any_samples(facts, facts.samples_replayed)
    inputs = inputs_in(found)
    targets = targets_in(found)
    net = Net(facts, blocks, seed=facts.seed)
    start = weighed(net._all_numbers())
    told: list[float] = []
    for _ in range(facts.steps_replayed):
        append(told, net.train_step(part(inputs, 0, 2), part(targets, 0, 2)))
    if facts.validation > 0.0:
        net._hold_out(len(inputs))
    append(told, one_epoch(facts, net, inputs, targets))
    for k in range(facts.epochs_replayed):
        append(told, net.train(inputs, targets, epochs=k + 1))
    append(told, start)
    append(told, net._traces(inputs[0], targets[0]))
    return told


def off(found: float, known: float) -> float:
    """The error of a loss, relative to it unless it is close to 0."""
    if not is_finite(found):
        return 1.0
    return abs(found - known) / larger(0.001, abs(known))


def trained(
    facts: Constants, net: Net, found: Samples, epochs: int, save: str, folder: Folder
) -> int:
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
        if not is_finite(loss):
            return diverged(net, state, save) if facts.takes_flags else lost(net.epoch)
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
            if facts.tests_files:
                told = right_of_test(facts, net, folder)
                line = f"{line}  test {told}"
            elif facts.says_class and not facts.validation > 0.0:
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
    show(facts, net, inputs, targets, folder)
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
            total = net._learn_part(inputs, targets, batch, total, True)
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
