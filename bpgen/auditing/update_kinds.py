"""Mistakes of the update and of what stands between a gradient and a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bpgen.auditing.mutants import (
    GRADIENTS,
    STEPS,
    Change,
    Find,
    Kind,
    Made,
    Site,
    Wrong,
    in_blocks,
    reads_name,
    rewritten,
    sites,
    with_names,
    with_value,
)
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Each,
    Element,
    Expression,
    Literal,
    Number,
    Role,
    Section,
    Statement,
    Subtract,
    Variable,
)
from bpgen.program.walks import statements, transform

ONE, ZERO = Number(1.0), Number(0.0)
SHARES = ("beta1", "beta2", "alpha", "rho", "momentum", "dampening")


def _moves(
    make: Callable[[Expression, Expression], Expression | None],
) -> Change:
    """A change of the statement that moves a weight: w - step."""

    def change(site: Site) -> Wrong | None:
        match site.statement:
            case Assign(target, Subtract(left, right)) as statement:
                if target.variable.role is Role.PARAMETER:
                    value = make(left, right)
                    return Wrong(with_value(statement, value)) if value else None
        return None

    return change


def _named(numbers: Mapping[str, Expression], keeps: str = "") -> Change:
    """Other numbers for some names, but in what writes a name that ends in `keeps`."""

    def change(site: Site) -> Wrong | None:
        match site.statement:
            case Assign(target, value) as statement:
                if keeps and target.variable.name.endswith(keeps):
                    return None
                made = with_names(value, numbers)
                return None if made == value else Wrong(with_value(statement, made))
        return None

    return change


def _late(site: Site) -> Wrong | None:
    """The powers of the decay are one step ahead."""
    numbers = {}
    for name in ("beta1", "beta2"):
        match site.statement:
            case Assign(target, value) if not target.variable.name.endswith("_power"):
                for power, share in _pairs(site, name):
                    numbers[power.variable.name] = power * share
                made = with_names(value, numbers)
                if made != value:
                    return Wrong(with_value(site.statement, made))
    return None


def _pairs(site: Site, name: str) -> Iterator[tuple[Element, Element]]:
    match site.statement:
        case Assign(value=value) if reads_name(value, f"{name}_power"):
            share = Variable(name, Role.SETTING, name)
            power = Variable(f"{name}_power", Role.STATE, f"{name}_power")
            yield power.scalar(), share.scalar()


def _weighted(site: Site) -> Wrong | None:
    """m = beta * m + g, without 1 - beta."""
    match site.statement:
        case Assign(target, value) as statement if target.variable.role is Role.STATE:

            def change(node: Expression) -> Expression | None:
                match node:
                    case Subtract(Number(1.0), Element(variable)):
                        return ONE if variable.name in SHARES else None
                return None

            made = transform(value, change)
            return None if made == value else Wrong(with_value(statement, made))
    return None


def _forgotten(site: Site) -> Wrong | None:
    """What the optimizer keeps begins anew."""
    match site.statement:
        case Assign(target, value) as statement if target.variable.role is Role.STATE:
            if not target.variable.labels:
                return None  # counters and powers
            made = transform(value, lambda node: ZERO if node == target else None)
            return None if made == value else Wrong(with_value(statement, made))
    return None


# --- Between the samples and the step -------------------------------------------------


def _no_mean(network: Network, program: Program) -> Iterator[Made]:
    if program.mean:
        yield Made((), "", program.with_blocks({"mean": ()}))


def _mean_twice(network: Network, program: Program) -> Iterator[Made]:
    if program.mean:
        twice = program.mean + program.mean
        yield Made((), "", program.with_blocks({"mean": twice}))


def _no_penalty(network: Network, program: Program) -> Iterator[Made]:
    if program.penalty_gradient:
        yield Made((), "", program.with_blocks({"penalty_gradient": ()}))


def _not_cleared(network: Network, program: Program) -> Iterator[Made]:
    first: list[Statement] = [
        Literal(gradient, (0.0,) * size)
        for gradient in program.gradients.values()
        for size in [_size(gradient)]
    ]
    blocks = {"zero": (), "initialize": (*program.initialize, *first)}
    yield Made((), "", program.with_blocks(blocks))


def _size(variable: Variable) -> int:
    size = 1
    for extent in variable.shape:
        size *= extent
    return size


def _by_sample(network: Network, program: Program) -> Iterator[Made]:
    """Every sample moves the weights at once."""
    if network.training.batch_size > 1 and not program.input.is_batched:
        blocks = {
            "backward": program.backward + program.update + program.zero,
            "update": (),
            "mean": (),
        }
        yield Made((), "", program.with_blocks(blocks))


def _stale(network: Network, program: Program) -> Iterator[Made]:
    """A layer's weights move as soon as their gradients are there, and the layers
    before it get their slopes through the moved ones."""
    parts = _each(program.update)
    if parts is None or program.penalty_gradient:
        return
    before, each = parts
    done: set[Variable] = set()
    backward: list[Statement] = list(before)
    for part in program.backward:
        written = {s.target.variable for s in statements((part,))}
        own = {p for p, g in program.gradients.items() if g in written} - done
        backward.append(part)
        if own and _is_whole(part):
            done |= own
            backward += [_only(each, own), *_without_gradients(part)]
    rest = set(program.gradients) - done
    if done:
        update = (_only(each, rest),) if rest else ()
        yield Made(
            (), "", program.with_blocks({"backward": tuple(backward), "update": update})
        )


def _each(update: Block) -> tuple[Block, Each] | None:
    """What stands before the update of each weight, and that."""
    match update:
        case (Section(body=(*before, Each() as each)),) | (*before, Each() as each):
            if all(isinstance(statement, Assign) for statement in before):
                return tuple(before), each
    return None


def _biases_alone(network: Network, program: Program) -> Iterator[Made]:
    """The biases move by the gradient at hand, the weights by momentum."""
    parts = _each(program.update)
    if parts is None or "momentum" not in {v.name for v in program.settings}:
        return
    before, each = parts
    biases = {p for p in program.gradients if len(p.shape) == 1}
    change = _named({"momentum": ZERO})
    own = _only(each, biases)
    found = {site.number: w.block for site in sites((own,)) if (w := change(site))}
    if found:
        weights = _only(each, set(program.gradients) - biases)
        update = (*before, weights, *rewritten((own,), found))
        yield Made((), "", program.with_blocks({"update": update}))


def _is_whole(part: Statement) -> bool:
    """Whether a layer's part begins its sums itself, so that it can run again."""
    begun: set[Variable] = set()
    for statement in statements((part,)):
        variable = statement.target.variable.of or statement.target.variable
        if isinstance(statement, Assign):
            begun.add(variable)
        elif variable not in begun and variable.role is Role.VALUE:
            return False
    return True


def _without_gradients(part: Statement) -> Block:
    found: dict[int, Block] = {
        site.number: ()
        for site in sites((part,))
        if isinstance(site.statement, (Assign, Accumulate))
        and site.statement.target.variable.role is Role.GRADIENT
    }
    return rewritten((part,), found)


def _only(each: Each, some: set[Variable]) -> Each:
    """The update of some parameters."""
    of = each.arrays[0][1]
    places = [k for k, variable in enumerate(of) if variable in some]
    arrays = tuple((own, tuple(all_[k] for k in places)) for own, all_ in each.arrays)
    numbers = tuple((own, tuple(all_[k] for k in places)) for own, all_ in each.numbers)
    return replace(each, arrays=arrays, numbers=numbers)


def _kind(name: str, cause: str, change: Change) -> Kind:
    return Kind(name, STEPS, cause, in_blocks("update", change=change))


def _whole(name: str, shows_in: str, cause: str, find: Find) -> Kind:
    return Kind(name, shows_in, cause, find)


UPDATE_KINDS = (
    _whole(
        "sum_for_mean",
        GRADIENTS,
        "sum instead of mean: multiplied by the number of samples of the batch",
        _no_mean,
    ),
    _whole(
        "mean_twice",
        GRADIENTS,
        "divided twice by the number of samples of the batch",
        _mean_twice,
    ),
    _whole(
        "penalty_missing",
        GRADIENTS,
        "the gradient of the regularization is missing",
        _no_penalty,
    ),
    _kind(
        "uphill",
        "the sign is wrong: weights move along the gradient, not against it",
        _moves(lambda w, step: w + step),
    ),
    _kind(
        "step_twice",
        "the step is twice as large",
        _moves(lambda w, step: w - Number(2.0) * step),
    ),
    _kind(
        "step_half",
        "the step is half as large",
        _moves(lambda w, step: w - Number(0.5) * step),
    ),
    _kind(
        "rate_missing",
        "the learning rate is missing",
        _named({"learning_rate": ONE}),
    ),
    _kind("momentum_missing", "there is no momentum", _named({"momentum": ZERO})),
    _whole(
        "momentum_of_biases_missing",
        STEPS,
        "weights have momentum, biases have none",
        _biases_alone,
    ),
    _kind(
        "weight_decay_missing",
        "the weight decay is missing",
        _named({"weight_decay": ZERO}),
    ),
    _kind(
        "correction_missing",
        "the bias correction is missing",
        _named({"beta1_power": ZERO, "beta2_power": ZERO}, keeps="_power"),
    ),
    _kind(
        "first_correction_missing",
        "the bias correction of the first moment is missing",
        _named({"beta1_power": ZERO}, keeps="_power"),
    ),
    _kind(
        "second_correction_missing",
        "the bias correction of the second moment is missing",
        _named({"beta2_power": ZERO}, keeps="_power"),
    ),
    _kind(
        "correction_late",
        "the bias correction counts one step too many",
        _late,
    ),
    _kind(
        "betas_exchanged",
        "beta1 and beta2 are in each other's place",
        _named(
            {
                "beta1": Variable("beta2", Role.SETTING, "beta2").scalar(),
                "beta2": Variable("beta1", Role.SETTING, "beta1").scalar(),
            }
        ),
    ),
    _kind(
        "moments_unweighted",
        "the factor 1 - beta is missing where a gradient enters its running mean",
        _weighted,
    ),
    _kind(
        "state_forgotten",
        "what the optimizer keeps begins anew at every step",
        _forgotten,
    ),
    _whole(
        "updated_weights",
        STEPS,
        "uses updated weights: a layer's weights move before the slopes go back "
        "through them",
        _stale,
    ),
    _whole(
        "step_by_sample",
        STEPS,
        "weights move after every sample, not after the batch",
        _by_sample,
    ),
    _whole(
        "gradients_not_cleared",
        STEPS,
        "gradients are not cleared: those of earlier steps are still in them",
        _not_cleared,
    ),
)
