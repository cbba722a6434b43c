"""From a net to its explanation: runs a step and tells it.

In: a network, its unrolled program, what the emitted file calls things, and what is
asked for. Out: an `Explanation`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bpgen.explaining.blanks import with_blanks
from bpgen.explaining.contrast import contrast_of, stale_weights
from bpgen.explaining.course import course
from bpgen.explaining.curves import columns_of, curves_of
from bpgen.explaining.derivations import Maker
from bpgen.explaining.focus import focused
from bpgen.explaining.graph import boxes_of
from bpgen.explaining.model import (
    Box,
    Check,
    Contrast,
    Derivation,
    Explanation,
    Losses,
    Quantity,
    Step,
    Table,
    Weight,
)
from bpgen.explaining.notations import known_of, namer
from bpgen.explaining.request import Emitted, Request
from bpgen.explaining.run import Run, Runner, Slopes, keys_of, slope_key
from bpgen.explaining.samples import Samples, samples_of
from bpgen.explaining.special import jacobian_of
from bpgen.explaining.special_small import special_tables
from bpgen.explaining.story import AGAINST, MEAN, PENALTY, Story, UpdateMaker, update_of
from bpgen.explaining.summary import shortened
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Variable

AFTER = (
    "The same sample once more, with the new weights. To first order the loss changes "
    "by the sum of each gradient times how far its weight moved; the rest is the bend "
    "of the loss."
)


def explained(
    network: Network,
    program: Program,
    emitted: Emitted,
    request: Request,
    slopes: Slopes,
) -> Explanation:
    """One training step of a small net, with every number; `slopes` checks them."""
    explainer = Explainer(network, program, emitted, request)
    whole = explainer.checked(explainer.explanation(), slopes)
    return with_blanks(whole) if request.blanks else whole


class Explainer:
    """Explains one step of one net."""

    def __init__(
        self, network: Network, program: Program, emitted: Emitted, request: Request
    ) -> None:
        self.network, self.program = network, program
        self.emitted, self.request = emitted, request
        self.samples: Samples = samples_of(network, program, request.sample)
        self.runner = Runner(
            network, program, self.samples.inputs, self.samples.targets
        )
        self.run: Run = self.runner.step(self.samples.place)
        names = namer(request.notation, known_of(network, emitted.names))
        given = {
            key
            for parameter in network.parameters
            if parameter.name in network.initial
            for key in keys_of(parameter.variable)
        }
        self.maker = Maker(
            request.notation,
            emitted.keys,
            names,
            emitted.code,
            emitted.meaning,
            emitted.script,
            given=given,
        )
        self.frozen = {p.variable for p in network.parameters} - set(program.gradients)

    def explanation(self) -> Explanation:
        """All that is asked for, not yet checked."""
        whole = self.whole()
        if self.request.neuron or self.request.weight:
            return focused(whole, self.request)
        return shortened(whole)

    def whole(self) -> Explanation:
        """The explanation without anything left out, and not yet checked."""
        samples, request = self.samples, self.request
        steps, weights = tuple(self.steps()), tuple(self.weights())
        return Explanation(
            net=self.network.name,
            made=self.emitted.made,
            about=self.network.about,
            layers=tuple(f"{x.name}: {x.words}" for x in self.network.layers),
            file=self.emitted.file,
            language=self.emitted.language,
            notation=request.notation,
            digits=request.digits,
            sample=samples.sample,
            samples=samples.count,
            batch=samples.batch,
            source=samples.source,
            inputs=self.row(self.program.input, samples.inputs[samples.place]),
            targets=self.row(self.program.target, samples.targets[samples.place]),
            settings=tuple(
                self.maker.quantity((v, ()), value)
                for v, value in self.program.settings.items()
            ),
            optimizer=self.network.optimizer.name,
            steps=steps,
            weights=weights,
            every=weights,
            numbers=tuple(d.quantity for step in steps for d in step.derivations),
            state_names=self.state_names,
            losses=self.losses(),
            sample_losses=tuple(self.sample_losses()),
            legend=self.emitted.legend,
            columns=columns_of(self.network),
            boxes=self.boxes,
            after=tuple(self.after()),
            curves=tuple(curves_of(self.run.forward, self.emitted.keys)),
            tables=tuple(self.tables()),
            contrast=self.contrast(),
            course=course(self.network, self.program, request.steps),
        )

    def tables(self) -> Iterator[Table]:
        """What no neuron tells: a Jacobian, and the views of special layers."""
        samples = self.samples
        targets = list(samples.targets[samples.place])
        yield from jacobian_of(self.network, self.run.outputs, targets)
        names = self.maker.names
        yield from special_tables(self.network, samples, names)

    def sample_losses(self) -> Iterator[Quantity]:
        """That of each sample of the batch."""
        losses = self.run.sample_losses
        for n, loss in zip(self.samples.batch, losses, strict=False):
            yield Quantity(f"loss_of_{n}", f"sample {n}", loss)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The layers, for a picture."""
        run = self.run
        forward = {record.key: record.value for record in run.forward}
        backward = {record.key: record.value for record in run.backward}
        return boxes_of(self.network, forward, backward)

    @property
    def state_names(self) -> tuple[str, ...]:
        """What the optimizer keeps of each parameter."""
        kept = (state for state in self.program.states if state.variable.labels)
        return tuple(dict.fromkeys(state.name.rpartition(".")[2] for state in kept))

    def row(self, variable: Variable, numbers: Iterable[float]) -> tuple[Quantity, ...]:
        """The numbers of a sample with their names."""
        return tuple(map(self.maker.quantity, keys_of(variable), numbers))

    # Steps ----------------------------------------------------------------------------

    def steps(self) -> Iterator[Step]:
        """The steps from the first neuron to the new loss."""
        run, program = self.run, self.program
        every = (*run.forward, *run.loss, *run.backward)
        self.maker.total.update(record.key for record in every)
        story = Story(self.maker)
        yield from story.steps(program.forward, run.forward, "forward")
        yield from story.steps(program.loss, run.loss, "loss")
        yield from story.steps(program.backward, run.backward, "backward")
        yield self.update()
        yield Step("after", "after", "loss", "The net after the step", (AFTER,))

    def after(self) -> Iterator[Quantity]:
        """The numbers of the sample once more, with the new weights."""
        every = (*self.run.after, *self.run.loss_after_step)
        total = Counter(record.key for record in every)
        again = replace(self.maker, chains={}, turns=Counter(), total=total)
        for record in every:
            found = again.target(record)
            yield replace(found, key=f"after_{found.key}", name=f"new {found.name}")

    def update(self) -> Step:
        """All updates at once."""
        found = update_of(self.program.update, self.run.update)
        made: list[Derivation] = []
        mean = len(self.samples.inputs) > 1
        own = self.maker
        maker = UpdateMaker(
            own.notation,
            own.keys,
            own.names,
            own.code,
            own.meaning,
            own.script,
            given=own.given,
            of_mean=mean or bool(self.program.penalty),
        )
        made += maker.all_of("", found.once)
        for key, records in found.by_weight.items():
            made += maker.all_of(own.keys(*key), records)
        text = [AGAINST]
        if mean:
            text.append(MEAN.format(count=len(self.samples.inputs)))
        if self.program.penalty:
            text.append(PENALTY)
        lit = tuple(own.keys(*key) for key in found.by_weight)
        title = "All weights move at once"
        return Step("update", "update", "all", title, tuple(text), tuple(made), lit)

    # Weights --------------------------------------------------------------------------

    def weights(self) -> Iterator[Weight]:
        """Every parameter, before and after."""
        for parameter in self.network.parameters:
            variable = parameter.variable
            for key in keys_of(variable):
                yield self.weight(key, parameter.name)

    def weight(self, key: Key, owner: str) -> Weight:
        """One number of a parameter."""
        run, maker = self.run, self.maker
        variable, place = key
        before = maker.quantity(key, run.old[key])
        after = replace(
            before,
            key=f"new_{before.key}",
            name=f"new {before.name}",
            value=run.new[key],
            is_given=False,
        )
        labels = [axis[at] for axis, at in zip(variable.labels, place, strict=True)]
        into, source = (labels or [""])[0], labels[1] if len(labels) > 1 else ""
        if variable in self.frozen:
            return Weight(
                before,
                None,
                replace(after, is_given=before.is_given),
                owner=owner,
                into=into,
                source=source,
            )
        slope = slope_key(key)
        gradient = maker.quantity(slope, run.gradients[slope])
        several = len(run.of_samples) > 1
        is_other = several or bool(self.program.penalty)
        samples = tuple(
            replace(gradient, key=f"{gradient.key}_of_{n}", value=own[slope])
            for n, own in zip(self.samples.batch, run.of_samples, strict=False)
        )
        if is_other:  # than that of the sample, which the derivations show
            gradient = replace(gradient, key=f"mean_{gradient.key}")
        return Weight(
            before,
            gradient,
            after,
            states=tuple(self.states(key)),
            samples=samples if several else (),
            owner=owner,
            into=into,
            source=source,
        )

    def states(self, key: Key) -> Iterator[tuple[Quantity, Quantity]]:
        """What the optimizer keeps of a weight, before and after."""
        variable, place = key
        for state in self.program.states:
            own = state.variable
            if own.labels and own.name.endswith(f"_{variable.name}"):
                old = self.maker.quantity((own, place), self.run.old[own, place])
                new = replace(
                    old,
                    key=f"new_{old.key}",
                    name=f"new {old.name}",
                    value=self.run.new[own, place],
                )
                yield old, new

    def losses(self) -> Losses:
        """The loss before, after, and as predicted."""
        run, name = self.run, self.maker.loss_name
        predicted = run.loss_before
        for key in self.slopes():
            predicted += run.gradients[slope_key(key)] * (run.new[key] - run.old[key])
        return Losses(
            Quantity("loss_before", name, run.loss_before),
            Quantity("loss_after", f"new {name}", run.loss_after),
            Quantity("loss_predicted", f"predicted {name}", predicted),
        )

    def slopes(self) -> Iterator[Key]:
        """Every number that training moves."""
        for variable in self.program.gradients:
            yield from keys_of(variable)

    def contrast(self) -> Contrast | None:
        """The wrong step, if it is asked for."""
        if not self.request.contrast:
            return None
        inputs, targets = self.samples.inputs, self.samples.targets
        loss, wrong = stale_weights(
            self.network,
            self.program,
            self.samples,
            lambda net: net._mean_loss(inputs, targets),
        )
        by_key = {self.maker.keys(*key): value for key, value in wrong.items()}
        return contrast_of(loss, by_key, self.losses().after, self.weights())

    # Checks ---------------------------------------------------------------------------

    def checked(self, whole: Explanation, slopes: Slopes) -> Explanation:
        """The explanation with what checks say of the gradients that it shows."""
        shown = {weight.before.key for weight in whole.weights if weight.gradient}
        keys = [key for key in self.slopes() if self.maker.keys(*key) in shown]
        checks: dict[str, Check] = {}
        by_slope: dict[str, Check] = {}
        for key, check in self.runner.checks(self.run, keys, slopes).items():
            checks[self.maker.keys(*key)] = check
            by_slope[self.maker.keys(*slope_key(key))] = check
        weights = tuple(
            replace(weight, check=checks.get(weight.before.key))
            for weight in whole.weights
        )
        if len(self.samples.inputs) > 1 or self.program.penalty:
            by_slope = {}  # the derivations are of one sample, the checks of the mean
        steps = tuple(
            replace(
                step,
                derivations=tuple(
                    replace(d, check=by_slope.get(d.quantity.key))
                    for d in step.derivations
                ),
            )
            for step in whole.steps
        )
        return replace(whole, weights=weights, steps=steps)
