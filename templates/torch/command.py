"""Of a file of `bpgen export --to torch` what it does when it is run: flags, files and
reports.

A file has those parts that it reaches; constants get the values of its net.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import distributed

EPOCHS: int
EPOCHS_WIDTH: int
REPORT_EVERY: int
VALIDATION: float
PATIENCE: int
SAYS_CLASS: bool  # whether each report tells how many samples are right
TELLS_CLASSES: bool
HAS_DATA: bool
TEST_COUNT: int  # how many of its own samples, the last ones, are to test with


def say(line: str) -> None:
    """A line, once for all processes; on a terminal in the place of the progress."""
    if Processes.rank == 0:
        print("\r\x1b[K" * sys.stdout.isatty() + line, flush=True)


class Progress:
    """How far training is and how long it takes, for who waits at a terminal."""

    def __init__(self, first: float, last: float) -> None:
        self.first, self.last = first, last
        self.started = self.told = time.perf_counter()

    def tell(self, at: float) -> None:
        """At most five times a second."""
        now = time.perf_counter()
        is_seen = Processes.rank == 0 and sys.stdout.isatty()
        if is_seen and now > self.told + 0.2 and at > self.first:
            self.told = now
            share = (at - self.first) / (self.last - self.first)
            left = (now - self.started) * (1.0 - share) / share
            print(f"\r{share:.1%} done, {left:.0f} s left\x1b[K", end="", flush=True)


def save(state: dict[str, Any], file: str) -> None:
    """Write a state whole or not at all: a kill leaves the one before."""
    if file and Processes.rank == 0:
        part = Path(f"{file}.part")
        try:
            part.write_text(json.dumps(state, allow_nan=False))
            part.replace(file)
        except OSError as error:
            fail(f"{file}: {error.strerror}")


def load(run: Run, file: str) -> tuple[int, int]:
    """Go on from a saved state, which the first process reads for all; how many epochs
    were asked for and where they end, if it was saved before that."""
    texts: list[Any] = [""]
    try:
        if Processes.rank == 0:
            texts = [Path(file).read_text()]
        if Processes.world > 1:
            distributed.broadcast_object_list(texts)
        state = json.loads(texts[0])
        run.from_state(state)
        epochs, last = state.get("asked", (0, 0))
        say(f"loaded: {file}, epoch {run.epoch}")
        return int(epochs), int(last)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except KeyError as error:
        fail(f"{file}: {error} is missing")
    except ValueError as error:
        fail(f"{file}: {error}")
    except (TypeError, AttributeError, RecursionError, RuntimeError):
        fail(f"{file}: it is no saved state")


def check(run: Run, samples: Samples) -> int:
    """Compare gradients with differences of the loss, in float64; 1 if they differ."""
    worst = 0.0
    rows = range(min(3, len(samples)))
    x, t = samples.rows(rows)
    run.model.eval()
    run.model.zero_grad()
    losses = sample_losses(run.model(x), aims(run.model, t))
    torch.autograd.backward(losses.mean())
    for tensor in run.trained().values():
        slopes = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        flat, slope = tensor.detach().reshape(-1), slopes.reshape(-1)
        for i in range(0, len(flat), max(1, len(flat) // 50)):
            value, sides = float(flat[i]), []
            for moved in (value + 1e-6, value - 1e-6):
                flat[i] = moved
                sides.append(run.examined(samples, rows)[0])
            flat[i] = value
            found = (sides[0] - sides[1]) / 2e-6
            worst = max(worst, abs(found - float(slope[i])) / max(1.0, abs(found)))
    say(f"largest gradient error: {worst:.2e}")
    return 0 if worst < 1e-5 else 1


def positive(text: str) -> int:
    """A whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Train the net; see the top.")
    parser.add_argument("--epochs", type=positive, metavar="N", help="how many")
    parser.add_argument("--double", action="store_true", help="float64, not float32")
    parser.add_argument("--load", default="", metavar="FILE", help="go on from there")
    parser.add_argument(
        "--save",
        default="",
        metavar="FILE",
        help="keep what was learned; until training ends, a checkpoint at each report",
    )
    parser.add_argument(
        "--every",
        type=positive,
        default=0,
        metavar="N",
        help="a checkpoint every N updates: --load goes on from there if it is killed",
    )
    parser.add_argument("--data", metavar="FILE", help="NPZ, or a folder of them")
    parser.add_argument("--check", action="store_true", help="check the gradients")
    wanted = parser.parse_args()
    if wanted.every and not wanted.save:
        parser.error("--every needs --save FILE")
    return wanted


def main() -> int:
    """Train, alone or as one of several processes."""
    wanted = arguments()
    if wanted.double or wanted.check:
        torch.set_default_dtype(torch.float64)
    has_gpu = torch.cuda.is_available()
    if has_gpu:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        torch.set_default_device("cuda")
    if Processes.world > 1:
        distributed.init_process_group("nccl" if has_gpu else "gloo")
    try:
        code = done(wanted)
        if Processes.world > 1:
            distributed.barrier()  # none goes while another one may need it
        return code
    finally:
        if Processes.world > 1:
            distributed.destroy_process_group()


def done(wanted: argparse.Namespace) -> int:
    """What the command line asks for."""
    run = Run()
    epochs, last = load(run, wanted.load) if wanted.load else (0, 0)
    if not epochs or wanted.epochs:
        epochs = wanted.epochs or EPOCHS
        last = run.epoch + epochs
    samples = Samples()
    if HAS_DATA:
        inputs, targets = own_data()
        count = len(inputs) - TEST_COUNT
        samples = Samples((inputs[:count], targets[:count]))
    if wanted.data:
        samples = read_files(Path(wanted.data))
    if not len(samples):
        fail("the net has no data of its own: add --data FILE.npz")
    if wanted.check:
        return check(run, samples)
    if not trained(run, samples, wanted, epochs, last):
        return 1
    if SAYS_CLASS:
        say(f"right: {right(run, samples)} of {len(samples)}")
    if TEST_COUNT:
        tested = Samples((inputs[count:], targets[count:]))
        found = run.examined(tested, range(len(tested)))
        told = [f"test: {len(tested)} samples", f"loss {found[0]:.12f}"]
        if TELLS_CLASSES:
            told.append(f"accuracy {found[1]:.6f}")
        say("  ".join(told))
    return 0


def trained(
    run: Run, samples: Samples, wanted: argparse.Namespace, epochs: int, last: int
) -> bool:
    """Train until the last epoch, tell how it goes, and keep what was learned; whether
    all numbers are finite."""
    asked = {"asked": (epochs, last)}
    progress = Progress(run.epoch + run.done / len(samples), last)

    def after(run: Run) -> None:
        progress.tell(run.epoch + run.done / len(samples))
        if wanted.every and run.steps % wanted.every == 0:
            save(run.to_checkpoint() | asked, wanted.save)

    state = run.to_checkpoint() if wanted.save else {}  # to go back to
    while run.epoch < last:
        if PATIENCE and run.best.worse >= PATIENCE:
            break
        loss = run.train(samples, after)
        if not math.isfinite(loss):
            return lost(run, state, wanted.save)
        if is_due(run.epoch, epochs):
            if not run.is_finite():
                return lost(run, state, wanted.save)
            state = run.to_checkpoint() if wanted.save else {}
            save(state | asked, wanted.save)
            say(report(run, samples, loss))
    if not run.is_finite():
        return lost(run, state, wanted.save)
    if PATIENCE and run.best.worse >= PATIENCE:
        kind = "validation" if VALIDATION else "loss"
        line = f"stopped after epoch {run.epoch}: no better {kind} in"
        say(f"{line} {PATIENCE} epochs")
    if PATIENCE:  # However training ends, the best epoch's numbers come back.
        if run.best.numbers:
            run.set_numbers(run.best.numbers, run.best.counts)
        say(f"best epoch: {run.best.epoch}, its parameters are back")
    if wanted.save:
        save(run.to_state(), wanted.save)
        say(f"saved: {wanted.save}, epoch {run.epoch}")
    return True


def is_due(epoch: int, epochs: int) -> bool:
    """Whether an epoch is reported: the first one, and about ten more."""
    every = REPORT_EVERY if epochs == EPOCHS else max(1, epochs // 10)
    return epoch == 1 or epoch % every == 0


def report(run: Run, samples: Samples, loss: float) -> str:
    """What is said of an epoch."""
    told = [f"epoch {run.epoch:>{EPOCHS_WIDTH}}", f"loss {loss:.12f}"]
    if VALIDATION:
        told.append(f"validation {run.validation[0]:.12f}")
        if TELLS_CLASSES:
            told.append(f"accuracy {run.validation[1]:.6f}")
    if SAYS_CLASS and not VALIDATION:
        told.append(f"right {right(run, samples)} of {len(samples)}")
    return "  ".join(told)


def right(run: Run, samples: Samples) -> int:
    """How many samples are in the right class."""
    return round(run.examined(samples, range(len(samples)))[1] * len(samples))


def lost(run: Run, state: dict[str, Any], file: str) -> bool:
    """Go back to the last report, before a number that is not finite spoiled all."""
    epoch = run.epoch
    if file:
        run.from_state(state)
        save(run.to_state(), file)
        say(f"saved: {file}, epoch {run.epoch}")
    if Processes.rank == 0:
        print(f"the loss is no longer finite in epoch {epoch}", file=sys.stderr)
        print("try a smaller learning_rate, or scale the data", file=sys.stderr)
    return False
