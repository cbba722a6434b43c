"""A training step of a net that is too large to be written out: its numbers in tables.

In: a network, its program in loops, the emitted class. Out: an `Explanation` of sums,
extremes and the largest gradients, which says what it leaves out; or of one number that
is asked for, with every term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from bpgen.errors import InputError, Problem, suggestion
from bpgen.explaining import special
from bpgen.explaining.graph import boxes_of
from bpgen.explaining.model import (
    Cell,
    Explanation,
    Losses,
    Quantity,
    Table,
    Weight,
)
from bpgen.explaining.norms import normed_of, three_paths
from bpgen.explaining.request import Emitted, Request
from bpgen.explaining.run import WIDTH, Runner, Slopes, check_of, keys_of, slope_key
from bpgen.explaining.samples import Samples, samples_of
from bpgen.explaining.trace import Record
from bpgen.explaining.windows import kernel_of, windows
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.costs import terms_of
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Role, Variable
from bpgen.program.walks import statements

SHOWN = 12  # weights
MOST_TERMS = 64  # of a number that is asked for
MIXED = 4  # samples of a batch that a layer mixes
DUALS = 60_000  # elements that a batch's forward pass may read, to be run with duals
PLACES = re.compile(r"\[(\d+)\]")


class Overview:
    """Explains one step of one large net."""

    def __init__(
        self,
        network: Network,
        program: Program,
        emitted: Emitted,
        request: Request,
        engine: Any,
    ) -> None:
        self.network, self.program, self.emitted = network, program, emitted
        self.request, self.net = request, engine
        self.samples: Samples = samples_of(network, program, request.sample, MIXED)
        self.inputs, self.targets = self.samples.inputs, self.samples.targets
        self.names = emitted.names
        self.parameters = {p.name: p.variable for p in network.parameters}
        self.normed = normed_of(program, len(self.inputs))
        self.wanted = self.asked()
        self.runner = Runner(network, program, self.inputs, self.targets, set())

    def explanation(self, slopes: Slopes) -> Explanation:
        """All of it."""
        self.take_step()
        self.look()
        weights = tuple(self.weights(slopes))
        network, samples, request = self.network, self.samples, self.request
        return Explanation(
            net=network.name,
            made=self.emitted.made,
            about=network.about,
            layers=tuple(f"{x.name}: {x.words}" for x in network.layers),
            file=self.emitted.file,
            language=self.emitted.language,
            notation=request.notation,
            digits=request.digits,
            sample=samples.sample,
            samples=samples.count,
            batch=samples.batch,
            source=samples.source,
            inputs=self.row(self.program.input, self.inputs),
            targets=self.row(self.program.target, self.targets),
            settings=tuple(
                Quantity(v.name, v.name, value, is_given=True)
                for v, value in self.program.settings.items()
            ),
            optimizer=network.optimizer.name,
            steps=(),
            weights=weights,
            state_names=(),
            losses=self.losses,
            sample_losses=(),
            legend=self.emitted.legend,
            boxes=boxes_of(network, self.kept, self.slopes),
            tables=tuple(self.tables()),
            left_out=tuple(self.left_out()),
            focus=request.neuron or request.weight,
        )

    def row(self, variable: Variable, rows: Any) -> tuple[Quantity, ...]:
        """The first numbers of the sample."""
        shape = tuple(map(len, variable.axes))
        places = product(*map(range, shape))
        own = rows[self.samples.place]
        return tuple(
            Quantity(f"{variable.name}_{at}", self.name(variable, place), value, True)
            for at, (place, value) in enumerate(zip(places, own, strict=True))
        )

    def name(self, variable: Variable, place: tuple[int, ...]) -> str:
        """What a number is called."""
        return self.names(variable, place)

    # The step -------------------------------------------------------------------------

    def take_step(self) -> None:
        """The step of the whole batch, by the emitted class."""
        net = self.net
        words = list(net._generator.words) if hasattr(net, "_generator") else []

        def again() -> float:
            if words:
                net._generator.words = list(words)
            return float(net.batch_gradients(self.inputs, self.targets))

        self.old = self.flat(net.parameters())
        before = again()
        self.gradients = {
            key: value
            for key, value in self.flat(net.gradients()).items()
            if key[0] in self.program.gradients
        }
        net.update()
        self.new = self.flat(net.parameters())
        after = again()
        predicted = before
        for key, gradient in self.gradients.items():
            predicted += gradient * (self.new[key] - self.old[key])
        self.losses = Losses(
            Quantity("loss_before", "L", before),
            Quantity("loss_after", "new L", after),
            Quantity("loss_predicted", "predicted L", predicted),
        )

    def flat(self, named: dict[str, Any]) -> dict[Key, float]:
        """Nested lists by name as numbers by key."""
        found: dict[Key, float] = {}
        for name, values in named.items():
            keys = keys_of(self.parameters[name])
            found |= dict(zip(keys, flattened(values), strict=True))
        return found

    def look(self) -> None:
        """The passes of one sample, by the evaluator."""
        runner = self.runner
        runner.blocks.only = self.wanted
        forward, loss, backward = runner.looked_at(self.samples.place)
        self.records = [*forward, *loss, *backward]
        self.kept, self.slopes = runner.kept, runner.blocks.slopes
        self.own_gradients = {
            key: runner.blocks.values.get(key, 0.0) for key in runner.slopes()
        }

    # What is asked for ----------------------------------------------------------------

    def asked(self) -> set[Key]:
        """The numbers whose terms are shown."""
        name = self.request.weight or self.request.neuron
        if not name:
            normed = self.normed.keys if self.normed else set()
            return {*kernel_of(self.program), *normed}
        option = "--weight" if self.request.weight else "--neuron"
        known = self.known(bool(self.request.weight))
        place = tuple(
            int(i) for i in PLACES.findall(name.replace(", ", "][").replace(",", "]["))
        )
        head = name.partition("[")[0]
        variable = known.get(head)
        if variable is None:
            told = suggestion(head, list(known)) or f" (there is {next(iter(known))})"
            raise InputError([Problem(f"{option}: unknown name {head[:40]!a}{told}")])
        shape = tuple(map(len, variable.axes))
        if len(place) != len(shape) or any(
            a >= b for a, b in zip(place, shape, strict=True)
        ):
            sizes = " x ".join(map(str, shape)) or "one number"
            example = head + "".join("[0]" for _ in shape)
            message = f"{option}: {head} is {sizes}: name one as {example}"
            raise InputError([Problem(message)])
        first = (self.samples.place,) if variable.is_batched else ()
        key = variable, (*first, *place)
        if self.request.weight:
            return {slope_key(key)}
        return {key}

    @property
    def is_focused(self) -> bool:
        """Whether one number alone is asked for."""
        return bool(self.request.weight or self.request.neuron)

    def known(self, weights: bool) -> dict[str, Variable]:
        """The arrays by every name that they may be called."""
        if weights:
            found = {self.names(v, ()): v for v in self.program.gradients}
            return found | self.parameters
        values = {
            statement.target.variable
            for block in (self.program.forward, self.program.backward)
            for statement in statements(block)
            if statement.target.variable.role is Role.VALUE
        }
        return {self.names(v, ()): v for v in sorted(values, key=lambda v: v.name)}

    # Tables ---------------------------------------------------------------------------

    def tables(self) -> Iterator[Table]:
        """The summaries, then what is special."""
        if self.is_focused:
            for key in self.wanted:
                yield self.terms(key, MOST_TERMS)
            return
        kernel = kernel_of(self.program)
        yield from windows(kernel, self.of_sample(), self.kept, self.names, self.old)
        for key in list(kernel)[:1]:
            yield self.terms(key, special.MOST_ROWS)
        yield from three_paths(self.normed, self.records, self.names)
        values = (Role.VALUE, Role.INPUT)
        yield self.summary("What goes forward", self.kept, values)
        yield self.summary("What comes back", self.slopes, (Role.VALUE,), slopes=True)
        yield self.learned()
        yield from self.answers()
        variables = [v for v, _ in special.summary_of(self.kept, (Role.VALUE,))]
        yield from special.winners(self.kept, variables)
        yield from special.through_time(self.kept, self.slopes, variables)
        yield from special.shares(self.kept, variables)
        owners = {variable: name for name, variable in self.parameters.items()}
        yield from special.touched(self.own_gradients, self.program, owners)
        yield from special.quiet(self.kept, self.program)

    def terms(self, key: Key, most: int) -> Table:
        """All that was added to a number."""
        records = [record for record in self.records if record.key == key]
        return special.terms_of(key, records, self.names, most)

    def of_sample(self) -> list[Record]:
        """The records of the sample that is looked at, where several are mixed."""
        here = self.samples.place
        return [r for r in self.records if r.at.get("sample", here) == here]

    def summary(
        self,
        title: str,
        kept: special.Values,
        roles: tuple[Role, ...],
        slopes: bool = False,
    ) -> Table:
        """Every array with its extremes."""
        rows: list[tuple[Cell, ...]] = []
        known = {variable for variable, _ in self.kept} if slopes else set()
        for variable, numbers in special.summary_of(kept, roles):
            if variable in known or variable.is_whole:
                continue
            shape = " x ".join(str(len(axis)) for axis in variable.axes) or "1"
            mean = special.sum_of(numbers) / len(numbers)
            name = self.names(variable, ())
            rows.append((name, shape, min(numbers), mean, max(numbers)))
        text = (
            "Slopes of the loss, each by the number of its name without the d."
            if slopes
            else "The arrays that the sample leaves, as the code names them."
        )
        heads = ("name", "shape", "smallest", "mean", "largest")
        return Table(title, text, heads, tuple(rows))

    def learned(self) -> Table:
        """Every parameter with the size of its gradient, and how far it moved."""
        rows: list[tuple[Cell, ...]] = []
        for name, variable in self.parameters.items():
            shape = " x ".join(map(str, variable.shape))
            keys = keys_of(variable)
            if variable not in self.program.gradients:
                rows.append((name, shape, "frozen", "", ""))
                continue
            slopes = [self.gradients[key] for key in keys]
            moved = [self.new[key] - self.old[key] for key in keys]
            largest = max(slopes, key=abs)
            rows.append(
                (name, shape, special.size_of(slopes), largest, special.size_of(moved))
            )
        heads = ("parameter", "shape", "size of gradient", "steepest", "moved by")
        text = "Sizes are Euclidean norms; the gradients are those of the batch's mean."
        return Table("The parameters", text, heads, tuple(rows), "learned")

    def answers(self) -> Iterator[Table]:
        """The outputs beside the targets; for classes the Jacobian, too."""
        output, place = self.program.output, self.samples.place
        first = (place,) if output.is_batched else ()
        shape = tuple(map(len, output.axes))
        places = list(product(*map(range, shape)))
        outputs = [self.kept[output, (*first, *at)] for at in places]
        targets = self.targets[place]
        rows: list[tuple[Cell, ...]] = [
            (self.names(output, (*first, *at)), own, aim)
            for at, own, aim in zip(places, outputs, targets, strict=True)
        ]
        many = len(rows) - special.MOST_ROWS
        text = f"The first {special.MOST_ROWS} of {len(rows)}." if many > 0 else ""
        yield Table(
            "Outputs and targets",
            text,
            ("output", "value", "target"),
            tuple(rows[: special.MOST_ROWS]),
        )
        yield from special.jacobian_of(self.network, outputs, targets)

    def left_out(self) -> Iterator[str]:
        """What is not shown."""
        count = len(self.gradients)
        if count and not self.is_focused:
            example = self.names(next(iter(self.program.gradients)), ())
            yield (
                "This net is too large to be written out neuron by neuron. Of "
                f"{count:,} gradients the {min(SHOWN, count)} largest are shown: "
                f"--weight {example}[0]... shows the terms of any other one, --neuron "
                "NAME[0]... those of any other number."
            )
        if self.network.mixes_samples:
            yield (
                f"A layer mixes the samples of a batch, so the batch is kept short: "
                f"{len(self.samples.batch)} samples."
            )

    # Weights --------------------------------------------------------------------------

    def weights(self, slopes: Slopes) -> Iterator[Weight]:
        """The steepest weights, or the one that is asked for, checked."""
        keys = sorted(self.gradients, key=lambda key: -abs(self.gradients[key]))[:SHOWN]
        if self.is_focused:  # on a weight, or on none
            own = {slope_key(key): key for key in self.gradients}
            keys = [own[key] for key in self.wanted if key in own]
        duals: dict[Key, float] = {}
        if terms_of(self.program.forward) * len(self.inputs) <= DUALS:
            net = self.runner.net
            found = slopes(net, self.program, keys, self.inputs, self.targets)
            duals = dict(found)
        here, beside = self.beside(keys)
        for key in keys:
            name, gradient = self.names(*key), self.gradients[key]
            check = check_of(
                gradient, duals.get(key), beside[key][0], here, beside[key][1]
            )
            yield Weight(
                Quantity(name, name, self.old[key], False),
                Quantity(f"d{name}", self.names(*slope_key(key)), gradient),
                Quantity(f"new_{name}", f"new {name}", self.new[key]),
                check=check,
            )

    def beside(self, keys: list[Key]) -> tuple[float, dict[Key, tuple[float, float]]]:
        """The loss as it was, and with each weight a little higher, a little lower."""
        net, found, rows = self.net, {}, dict(self.rows())
        for key, value in self.old.items():
            row, at = rows[key]
            row[at] = value
        here = net._mean_loss(self.inputs, self.targets)
        for key in keys:
            row, at = rows[key]
            row[at] = self.old[key] + WIDTH
            up = net._mean_loss(self.inputs, self.targets)
            row[at] = self.old[key] - WIDTH
            down = net._mean_loss(self.inputs, self.targets)
            row[at] = self.old[key]
            found[key] = up, down
        return here, found

    def rows(self) -> Iterator[tuple[Key, tuple[list[float], int]]]:
        """Where the emitted class keeps each number: a row, and the place in it."""
        waiting = iter(self.net._weights)
        row: list[float] = []
        at = 0
        for variable in self.program.parameters:
            for key in keys_of(variable):
                if at == len(row):
                    row, at = next(waiting), 0
                yield key, (row, at)
                at += 1


def flattened(values: Any) -> Iterator[float]:
    """The numbers of nested lists."""
    if isinstance(values, (int, float)):
        yield float(values)
    else:
        for inner in values:
            yield from flattened(inner)
