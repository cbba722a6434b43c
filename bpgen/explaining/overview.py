"""A training step of a net that is too large to be written out: its numbers in tables.

In: a network, its program in loops, the emitted class. Out: an `Explanation` of sums,
extremes and the largest gradients, which says what it leaves out; or of one number that
is asked for, with every term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from itertools import product
from typing import Any

from bpgen.explaining import special, totals
from bpgen.explaining.asked import asked_for
from bpgen.explaining.blanks import with_blanks
from bpgen.explaining.contrast import contrast_of, stale_weights
from bpgen.explaining.course import FEW, course_of
from bpgen.explaining.curves import curves_of
from bpgen.explaining.engine import Engine
from bpgen.explaining.explain import AFTER
from bpgen.explaining.graph import boxes_of
from bpgen.explaining.layers import Layers
from bpgen.explaining.model import (
    Cell,
    Contrast,
    Curve,
    Derivation,
    Explanation,
    Quantity,
    Step,
    Table,
    Weight,
)
from bpgen.explaining.norms import normed_of, three_paths
from bpgen.explaining.notations import Namer
from bpgen.explaining.request import Emitted, Request
from bpgen.explaining.rounds import Rounds
from bpgen.explaining.run import Runner, Slopes, check_of, slope_key
from bpgen.explaining.samples import Samples, samples_of
from bpgen.explaining.sizes import Numbers
from bpgen.explaining.story import (
    AGAINST,
    MEAN,
    PENALTY,
    Update,
    UpdateMaker,
    update_of,
)
from bpgen.explaining.trace import Record
from bpgen.explaining.windows import kernel_of, windows
from bpgen.lowering.network import lower
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.costs import terms_of
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Variable

SHOWN = 12  # weights
MOVED = 3  # of them, whose updates are told in full
MOST_TERMS = 64  # of a number that is asked for
MIXED = 4  # samples of a batch that a layer mixes
DUALS = 60_000  # elements that a batch's forward pass may read, to be run with duals


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
        self.curves: tuple[Curve, ...] = ()
        self.followed: list[Record] | None = None
        self.moves: Update | None = None
        self.runner = Runner(network, program, self.inputs, self.targets, set())

    def explanation(self, slopes: Slopes) -> Explanation:
        """All of it."""
        self.engine = Engine(
            self.net, self.program, self.parameters, self.inputs, self.targets
        )
        self.look()
        weights = tuple(self.weights(slopes))
        steps = () if self.is_focused else tuple(self.steps())
        network, samples, request = self.network, self.samples, self.request
        found = Explanation(
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
            steps=steps,
            weights=weights,
            state_names=(),
            losses=self.engine.losses,
            sample_losses=tuple(self.sample_losses()),
            legend=self.emitted.legend,
            boxes=boxes_of(network, self.kept, self.slopes),
            tables=tuple(t for t in self.tables() if not (steps and t.step)),
            curves=self.curves,
            contrast=self.contrast(weights),
            course=course_of(network, type(self.net)(), request.steps, most=FEW),
            course_samples=min(FEW, samples.count),
            left_out=tuple(self.left_out()),
            focus=request.neuron or request.weight,
        )
        return with_blanks(found) if request.blanks else found

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

    def look(self) -> None:
        """The passes of one sample, by the evaluator: to see what there is, and again
        to follow some of it."""
        self.records = self.passes(self.wanted, {})
        self.kept, self.slopes = self.runner.kept, self.runner.blocks.slopes
        self.own_gradients = {
            key: self.runner.blocks.values.get(key, 0.0) for key in self.runner.slopes()
        }

    def passes(self, only: set[Key], rounds: Mapping[int, Rounds]) -> list[Record]:
        """What happened to some numbers, and in some rounds."""
        blocks = self.runner.blocks
        blocks.only, blocks.rounds = only, rounds
        forward, loss, backward = self.runner.looked_at(self.samples.place)
        return [*forward, *loss, *backward]

    def steps(self) -> Iterator[Step]:
        """The step of training, layer by layer."""
        place = self.samples.place
        numbers = Numbers(self.kept, self.slopes, self.own_gradients, place)
        notation = self.request.notation
        layers = Layers(self.program, self.emitted, numbers, notation)
        if self.followed is None:  # in another notation they are the same
            self.followed = self.passes(layers.keys, layers.plan.rounds)
        records = self.followed
        keys, names = self.emitted.keys, self.names
        self.curves = tuple(curves_of(records, keys, lambda key: names(*key)))
        yield from layers.steps(records, tuple(self.tables()))
        count = len(self.inputs)
        mean = (MEAN.format(count=count),) if count > 1 else ()
        text = (AGAINST, *mean, *((PENALTY,) if self.program.penalty else ()))
        title, made = "All weights move at once", tuple(self.update())
        yield Step("update", "update", "all", title, text, made, layer="Update")
        yield Step("after", "after", "loss", "The net after the step", (AFTER,))

    def update(self) -> Iterator[Derivation]:
        """How the steepest weights move, by the evaluator."""
        emitted = self.emitted
        self.moves = found = self.moves or self.moved()
        maker = UpdateMaker(
            self.request.notation,
            emitted.keys,
            emitted.names,
            emitted.code,
            emitted.meaning,
            emitted.script,
            of_mean=len(self.inputs) > 1 or bool(self.program.penalty),
        )
        once = {record.key: record for record in found.once}  # in the end
        yield from maker.all_of("", list(once.values()))
        for key in self.engine.steepest()[:MOVED]:
            yield from maker.all_of(emitted.keys(*key), found.by_weight[key])

    def moved(self) -> Update:
        """What the update did, by the evaluator."""
        blocks = self.runner.blocks
        before = dict(blocks.values)
        slopes = {slope_key(key): x for key, x in self.engine.gradients.items()}
        blocks.values.update(slopes)
        blocks.only = None
        records = blocks.start()
        self.runner.net.update()
        blocks.stop()
        blocks.values = before
        return update_of(self.program.update, records)

    def spoken(self, found: Explanation, notation: str, names: Namer) -> Explanation:
        """The same explanation in another notation, but for its tables."""
        other = copy(self)
        other.names, other.emitted = names, replace(self.emitted, names=names)
        other.request = replace(self.request, notation=notation)
        return replace(
            found,
            notation=notation,
            inputs=other.row(self.program.input, self.inputs),
            targets=other.row(self.program.target, self.targets),
            steps=tuple(other.steps()),
        )

    def contrast(self, weights: Iterable[Weight]) -> Contrast | None:
        """The wrong step, if it is asked for: what it does to the steepest weights."""
        if not self.request.contrast:
            return None
        inputs, targets = self.inputs, self.targets
        loss, wrong = stale_weights(
            self.network,
            lower(self.network),  # whose slopes have arrays, so they can wait
            self.samples,
            lambda net: net._batch_gradients(inputs, targets),
        )
        by_key = {self.emitted.keys(*key): value for key, value in wrong.items()}
        return contrast_of(loss, by_key, self.engine.losses.after, weights)

    # What is asked for ----------------------------------------------------------------

    def asked(self) -> set[Key]:
        """The numbers whose terms are shown."""
        if not self.is_focused:
            normed = self.normed.keys if self.normed else set()
            return {*kernel_of(self.program), *normed}
        variable, place = asked_for(
            self.request, self.program, self.parameters, self.emitted.keys
        )
        first = (self.samples.place,) if variable.is_batched else ()
        key = variable, (*first, *place)
        return {slope_key(key)} if self.request.weight else {key}

    @property
    def is_focused(self) -> bool:
        """Whether one number alone is asked for."""
        return bool(self.request.weight or self.request.neuron)

    # Tables ---------------------------------------------------------------------------

    def tables(self) -> Iterator[Table]:
        """The summaries, then what is special."""
        if self.is_focused:
            for key in self.wanted:
                yield self.terms(key, MOST_TERMS)
            return
        kernel = kernel_of(self.program)
        yield from windows(
            kernel, self.of_sample(), self.kept, self.names, self.engine.old
        )
        for key in list(kernel)[:1]:
            yield self.terms(key, special.MOST_ROWS)
        yield from three_paths(self.normed, self.records, self.names)
        yield from totals.both_ways(self.kept, self.slopes, self.names)
        yield totals.learned(self.parameters, self.program, self.engine)
        yield from self.answers()
        yield from special.by_layer(self.kept, self.slopes, self.program)
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

    def answers(self) -> Iterator[Table]:
        """The outputs beside the targets; for classes the Jacobian, too."""
        output, place = self.program.output, self.samples.place
        first = (place,) if output.is_batched else ()
        shape = tuple(map(len, output.axes))
        places = list(product(*map(range, shape)))
        outputs = [self.kept[output, (*first, *at)] for at in places]
        targets = self.targets[place]
        named = [self.names(output, (*first, *at)) for at in places]
        aims = self.row(self.program.target, self.targets)
        rows: list[tuple[Cell, ...]] = [
            (name, Quantity(f"output_{k}", name, own), replace(aim, is_given=False))
            for k, (name, own, aim) in enumerate(zip(named, outputs, aims, strict=True))
        ]
        many = len(rows) - special.MOST_ROWS
        text = f"The first {special.MOST_ROWS} of {len(rows)}." if many > 0 else ""
        yield Table(
            "Outputs and targets",
            text,
            ("output", "value", "target"),
            tuple(rows[: special.MOST_ROWS]),
            step="loss",
        )
        for own in special.jacobian_of(self.network, outputs, targets):
            yield replace(own, step="loss")

    def left_out(self) -> Iterator[str]:
        """What is not shown."""
        count = len(self.engine.gradients)
        if count and not self.is_focused:
            example = self.emitted.keys(next(iter(self.program.gradients)), ())
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
        keys = self.engine.steepest()[:SHOWN]
        if self.is_focused:  # on a weight, or on none
            own = {slope_key(key): key for key in self.engine.gradients}
            keys = [own[key] for key in self.wanted if key in own]
        duals: dict[Key, float] = {}
        if terms_of(self.program.forward) * len(self.inputs) <= DUALS:
            net = self.runner.net
            found = slopes(net, self.program, keys, self.inputs, self.targets)
            duals = dict(found)
        here, beside = self.engine.beside(keys)
        self.of_samples = self.engine.each_sample(keys) if self.is_apart else []
        for number, key in enumerate(keys):
            name, anchor = self.names(*key), self.emitted.keys(*key)
            gradient = self.engine.gradients[key]
            check = check_of(
                gradient, duals.get(key), beside[key][0], here, beside[key][1]
            )
            yield Weight(
                Quantity(anchor, name, self.engine.old[key]),
                Quantity(f"d{anchor}", self.names(*slope_key(key)), gradient),
                Quantity(f"new_{anchor}", f"new {name}", self.engine.new[key]),
                samples=tuple(
                    Quantity(f"d{anchor}_of_{n}", "", slopes[number])
                    for n, (_, slopes) in zip(
                        self.samples.batch, self.of_samples, strict=False
                    )
                ),
                check=check,
            )

    @property
    def is_apart(self) -> bool:
        """Whether a batch has samples, each with a loss and gradients of its own."""
        return len(self.inputs) > 1 and not self.network.mixes_samples

    def sample_losses(self) -> Iterator[Quantity]:
        """Those of the batch."""
        for n, (loss, _) in zip(self.samples.batch, self.of_samples, strict=False):
            yield Quantity(f"loss_of_{n}", f"sample {n}", loss)
