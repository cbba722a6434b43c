"""The classic mistake: hidden layers that get their slopes through new weights.

In: a fresh net, the samples of a batch. Out: the net after a step in which every layer
moves as soon as its gradients are known. The passes run compiled, layer by layer: what
each sample has found so far is put aside until the next layer's turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bpgen.errors import InputError, Problem
from bpgen.explaining.model import Contrast, Quantity, Weight
from bpgen.explaining.run import keys_of
from bpgen.explaining.samples import Samples
from bpgen.lowering.constants import net_constants
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.compiled_blocks import CompiledBlocks
from bpgen.program.evaluated import LASTING, Key
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import (
    COUNT,
    Accumulate,
    Assign,
    Block,
    Each,
    For,
    If,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.views import held
from bpgen.program.walks import reads, statements
from bpgen.runtime.net import Net

NO_UPDATE = (
    "it needs an optimizer that looks at each weight alone: where all gradients count "
    "at once (clip), no layer can move before the others"
)
NO_PENALTY = "it is for nets without regularization, which is added after the way back"
State = dict[Variable, list[float]]


def stale_weights(
    network: Network,
    program: Program,
    samples: Samples,
    loss_of: Callable[[Net], float],
) -> tuple[float, dict[Key, float]]:
    """The loss after the wrong step, and its weights.

    Raises:
        InputError: nobody can make the mistake with this net.
    """
    update = parts_of(program.update)
    if update is None or program.penalty:
        reason = NO_PENALTY if program.penalty else NO_UPDATE
        raise InputError([Problem(f"--contrast stale-weights: {reason}")])
    facts, blocks = net_constants(network, program), CompiledBlocks(program)
    net = Net(facts, blocks, seed=network.seed)
    words = list(net._generator.words) if facts.draws else []
    step = Step(program, blocks, samples, *update)
    step.run(facts.is_batched)
    if words:
        net._generator.words = words
    keys = [key for own in program.gradients for key in keys_of(own)]
    found = {key: blocks.values[key] for key in keys}
    return loss_of(net), found


def contrast_of(
    loss: float, wrong: Mapping[str, float], right: Quantity, weights: Iterable[Weight]
) -> Contrast:
    """The wrong step beside the right one; `wrong` has its weights by their keys."""
    rows = (
        (w, replace(w.after, key=f"stale_{w.before.key}", value=wrong[w.before.key]))
        for w in weights
        if not w.is_frozen
    )
    return Contrast(replace(right, key="stale_loss", value=loss), right, tuple(rows))


class Step:
    """A step of training in the wrong order."""

    def __init__(
        self,
        program: Program,
        blocks: CompiledBlocks,
        samples: Samples,
        once: Block,
        each: Each,
    ) -> None:
        self.program, self.blocks, self.samples = program, blocks, samples
        self.once, self.each = once, each
        self.alive: list[Block] = []  # which are known by their identity
        last: dict[Variable, int] = {}  # the part that completes each gradient
        for number, part in enumerate(program.backward):
            last |= {s.target.variable: number for s in statements((part,))}
        self.last = last

    def run(self, is_batched: bool) -> None:
        """Forward for all samples; then layer by layer back, each of which moves."""
        samples, target = self.samples, self.program.target
        aims = list(zip(samples.inputs, samples.targets, strict=True))
        groups = [aims] if is_batched else [[aim] for aim in aims]
        self.blocks.zero()
        self.block(self.once)
        states: list[State] = []
        for group in groups:
            self.blocks.forward_rows([inputs for inputs, _ in group])
            states.append(self.found())
        for number, part in enumerate(self.program.backward):
            done = {v for v, final in self.last.items() if final == number}
            ready = {v for v in self.program.gradients if gradient_of(v) in done}
            before, after = parted(part, ready)
            for own in (before, after):
                self.alive.append(own)
                for at, group in enumerate(groups if own else []):
                    for variable, numbers in states[at].items():
                        self.blocks.values.lists[variable][:] = numbers
                    rows = [row for _, row in group]
                    self.blocks.passed(own, self.blocks.values, target, rows)
                    states[at] = self.found()
                if own is before and ready:
                    self.move(ready)

    def found(self) -> State:
        """What a sample has found so far."""
        lists = self.blocks.values.lists.items()
        return {v: list(own) for v, own in lists if v.role not in LASTING}

    def move(self, ready: set[Variable]) -> None:
        """Move the weights whose gradients are complete."""
        slopes = set(map(gradient_of, ready))
        mean = tuple(only(own, slopes) for own in _flat(self.program.mean))
        self.blocks.values[COUNT, ()] = float(len(self.samples.inputs))
        self.block(mean)
        self.block((only(self.each, ready),))

    def block(self, block: Block) -> None:
        """Run a block, which is known by its identity."""
        self.alive.append(block)
        self.blocks.run(block)


def parted(part: Statement, moved: set[Variable]) -> tuple[Block, Block]:
    """What of a layer's way back comes before its weights move, and what after: the
    slopes that it hands on through them, as far as nothing in it reads those."""
    every = statements((part,))
    waiting = [
        s
        for s in every
        if s.target.variable.role is Role.VALUE
        and any(e.variable in moved for e in reads(s))
        and not any(e.variable.role is Role.LOCAL for e in reads(s))
    ]
    while True:
        late = set(map(id, waiting))
        read = {held(e.variable) for s in every if id(s) not in late for e in reads(s)}
        found = [s for s in waiting if held(s.target.variable) not in read]
        if len(found) == len(waiting):
            break
        waiting = found
    return _kept((part,), lambda s: id(s) not in late), _kept(
        (part,), lambda s: id(s) in late
    )


def _kept(block: Block, is_kept: Callable[[Assign | Accumulate], bool]) -> Block:
    """A block with some of its statements; an index that it chooses stays."""
    found: list[Statement] = []
    for statement in block:
        match statement:
            case For(body=body) | If(body=body) | Section(body=body):
                inner = _kept(body, is_kept)
                if any(
                    s.target.variable.role is not Role.INDEX for s in statements(inner)
                ):
                    found.append(replace(statement, body=inner))
            case Assign(target) if target.variable.role is Role.INDEX:
                found.append(statement)
            case Assign() | Accumulate() if is_kept(statement):
                found.append(statement)
    return tuple(found)


def parts_of(block: Block) -> tuple[Block, Each] | None:
    """What is done once, and what to each weight, if that is all."""
    once, found = list[Statement](), list[Each]()
    for statement in _flat(block):
        match statement:
            case Each():
                found.append(statement)
            case Assign() if not _reads_slopes(statement):
                once.append(statement)
            case _:
                return None
    return (tuple(once), found[0]) if len(found) == 1 else None


def _reads_slopes(statement: Assign) -> bool:
    return any(e.variable.role is Role.GRADIENT for e in reads(statement))


def _flat(block: Block) -> list[Statement]:
    found: list[Statement] = []
    for statement in block:
        if isinstance(statement, Section):
            found += _flat(statement.body)
        else:
            found.append(statement)
    return found


def only(each: Statement, wanted: set[Variable]) -> Each:
    """What is done to each number of some parameters, or of their gradients."""
    assert isinstance(each, Each)
    count = len(each.arrays[0][1])
    places = [k for k in range(count) if any(of[k] in wanted for _, of in each.arrays)]
    arrays = tuple((own, tuple(of[k] for k in places)) for own, of in each.arrays)
    numbers = tuple((own, tuple(of[k] for k in places)) for own, of in each.numbers)
    return replace(each, arrays=arrays, numbers=numbers)
