"""What a drawn net gives, held against PyTorch, another style, another language.

A tolerance is for nets of ordinary numbers. Where one is overstepped, the net is run
again with its parameters moved by the last of their digits: what moves as much by
that is not known any better.
"""

from __future__ import annotations

import json
import math
from itertools import islice
from typing import Any

from drawn.nets import Drawn, run_in_loops, shaken
from running.expected import orders, split, started, tolerances
from running.scenario import FEW, Results

from bpgen.lowering.evaluated import evaluated_net
from bpgen.pytorch.reference import Reference, epochs, sample_of
from bpgen.verifying.compare import assert_same, error, leaves, parsed

DUST = 1e-13
MOVED = (  # what follows from updates
    *("steps", "trained", "epochs", "own_parameters", "own_steps", "saved"),
    *("continued", "reloaded", "resumed", "at_once"),
)
UPDATES = 3  # as the scenario has them
AMPLIFIED = 1_000.0  # how much more than a shaken net moves, another one may be off
LANGUAGES = 1e-12  # how far languages may be apart that round functions differently
# What is told but by choices between numbers that may be nearly alike.
CHOSEN = ("classify", "evaluated")


def by_pytorch(net: Drawn) -> Results:
    """What it should give, under the names of the scenario."""
    generator = started(net)
    theirs = Reference(
        net.plain_spec, net.parameters, lambda: generator.uniform(0.0, 1.0)
    )
    inputs, targets = net.inputs, net.targets
    samples = list(zip(inputs, targets, strict=True))
    found: Results = {"predicted": theirs.outputs(inputs)}
    found["evaluated"] = [theirs.mean_loss(samples)]
    found["sample"] = sample_of(theirs, *samples[0])
    for _ in range(2):  # what the scenario computes besides draws, and is remembered
        sample_of(theirs, *samples[0])
    loss = theirs.batch(inputs, targets)
    found["batch"] = {"loss": loss, "gradients": theirs.gradients()}
    found["steps"] = [
        {"loss": theirs.step(inputs, targets), "parameters": theirs.parameters()}
        for _ in range(UPDATES)
    ]
    found |= _training(net)
    return found


def _training(net: Drawn) -> Results:
    """Some epochs, or fewer where early stopping ends them."""
    generator = started(net)
    trained, held = split(net)
    every = epochs(
        net.plain_spec,
        net.parameters,
        list(zip(net.inputs, net.targets, strict=True)),
        held,
        orders(net, trained, generator),
        lambda: generator.uniform(0.0, 1.0),
    )
    found = list(islice(every, FEW))
    last = found[-1]
    parameters = last.get("best") or last["parameters"]
    losses = [[number, epoch["loss"]] for number, epoch in enumerate(found, 1)]
    return {
        "trained": {"loss": last["loss"], "parameters": parameters},
        "epochs": losses,
    }


def slopes_of_training(net: Drawn) -> Any:
    """PyTorch's slopes of the samples to train with, as one batch."""
    generator, (trained, _) = started(net), split(net)
    theirs = Reference(
        net.plain_spec, net.parameters, lambda: generator.uniform(0.0, 1.0)
    )
    theirs.batch(
        [net.inputs[at] for at in trained], [net.targets[at] for at in trained]
    )
    return theirs.gradients()


class Comparison:
    """One net's numbers, those of Python in loops, and how well they are known."""

    def __init__(self, net: Drawn, found: Results) -> None:
        self.net, self.found = net, found
        self.moved: list[list[dict[str, Any]]] = []
        self.slopes = [found["batch"]["gradients"]]  # and those of PyTorch
        self.is_widened = False

    def near(self, got: Any, expected: Any, tolerance: float, at: str) -> None:
        """Each number as near as that, or as it is known; `at` is its place in what
        was found."""
        ours, theirs = dict(leaves(got, at)), dict(leaves(expected, at))
        assert ours.keys() == theirs.keys(), f"{at}: other names or another shape"
        far = {
            path: error(ours[path], theirs[path])
            for path in ours
            if not error(ours[path], theirs[path]) <= tolerance
        }
        wrong = {path: off for path, off in far.items() if not off <= self.known(path)}
        if wrong:
            path = max(wrong, key=lambda path: wrong[path])
            told = f"{path}: got {ours[path]!r}, expected {theirs[path]!r}"
            raise AssertionError(f"{told}; off by {wrong[path]:.1e}, {len(wrong)} such")
        self.is_widened = self.is_widened or bool(far)

    def known(self, path: str) -> float:
        """How far a number may be off, since a little beside the net it is as far."""
        if path.startswith(MOVED) and self.is_dusty:
            return math.inf
        if not self.moved:
            moved = shaken(self.net)
            ours = [self.found, *map(run_in_loops, moved)]
            theirs = map(by_pytorch, (self.net, *moved))
            self.moved = [[dict(leaves(parsed(f))) for f in ours]]
            self.moved += [[dict(leaves(f)) for f in theirs]]
        return AMPLIFIED * max(
            spread([f[path] for f in every if path in f]) for every in self.moved
        )

    @property
    def is_dusty(self) -> bool:
        """Whether a gradient is 0 but for rounding: some optimizers go by its sign."""
        slopes = [*self.slopes, slopes_of_training(self.net)]
        numbers = [number for own in slopes for _, number in leaves(own)]
        return any(0.0 < abs(number) < DUST for number in numbers)

    def with_pytorch(self) -> None:
        """Starts as bpgen's own net does, and then as PyTorch does."""
        own = evaluated_net(self.net.network, self.net.program)
        assert_same(_row(self.found["initial"]), _row(own.parameters()))
        for name, explicit in self.net.spec.get("parameters", {}).items():
            assert_same(self.found["initial"][name], explicit)
        forward, gradients = tolerances(self.net)
        expected = by_pytorch(self.net)
        self.slopes.append(expected["batch"]["gradients"])
        for key, wanted in expected.items():
            found = self.found[key]
            if key == "evaluated":
                found = found[:1]
            if key == "epochs":  # of the first training
                found = found[: len(wanted)]
            if key == "epochs" and not all(math.isfinite(x) for _, x in wanted):
                continue  # training ends there
            bound = forward if key in ("predicted", "evaluated") else gradients
            self.near(found, wanted, bound, key)

    def with_style(self, other: Results) -> None:
        """Another style gives the same bits."""
        assert_same(other, self.found)

    def with_language(self, other: Results) -> None:
        """Another language gives the same, but for how it rounds functions."""
        ours, theirs = parsed(self.found), parsed(other)
        for key in ours.keys() & theirs.keys() - {"check", "states", *CHOSEN}:
            tolerance = (
                0.0 if self.net.is_exact and key != "probabilities" else LANGUAGES
            )
            self.near(theirs[key], ours[key], tolerance, key)

    def of_states(self) -> None:
        """Saved and loaded, trained in parts and at once, the training is the same."""
        found = parsed(self.found)
        assert_same(found["saved_after_check"], found["saved"])
        assert_same(found["reloaded"], [found["saved"], found["continued"]])
        _, second, last = map(json.loads, self.found["states"])
        assert_same(found["resumed"][1], second)
        assert_same(found["resumed_on"], last)
        if not self.net.network.training.patience:
            assert_same(found["at_once"], found["continued"])


def spread(numbers: list[Any]) -> float:
    """How far the others are from the first one; infinite where one is not finite."""
    if not all(isinstance(x, (int, float)) and math.isfinite(x) for x in numbers):
        return math.inf
    return max((error(numbers[0], other) for other in numbers[1:]), default=0.0)


def _row(value: Any) -> list[float]:
    return [number for _, number in leaves(value)]
