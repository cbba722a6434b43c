"""What one net decides about the routines around its mathematics.

In: a network and its program, in any style. Out: the constants of `runtime`, for a net
that trains; what an emitted file decides for itself is left as it is by default.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from bpgen.network.class_names import END, NAME, is_yes_or_no
from bpgen.network.explicit import FORMAT, is_variance, pytorch_name
from bpgen.network.identity import net_hash
from bpgen.network.network import Network
from bpgen.network.run_files import Pair
from bpgen.program.blocks import Program
from bpgen.program.nodes import Variable
from bpgen.program.walks import distributions, read_in
from bpgen.runtime.constants import Constants
from bpgen.runtime.primitives import Shapes


def net_constants(network: Network, program: Program) -> Constants:
    """The constants that a net's routines are decided by."""
    training, loss = network.training, network.loss
    data = network.data and network.data.whole
    schedule = program.schedule_states
    return Constants(
        format=FORMAT,
        net_hash=net_hash(network),
        batch_size=training.batch_size,
        **_of_arrays(network, program),
        seed=network.seed,
        epochs=training.epochs,
        epochs_width=len(str(training.epochs)),
        report_every=training.report_every or max(1, training.epochs // 10),
        shuffles=training.shuffle,
        validation=float(training.validation),
        patience=training.patience,
        min_delta=float(training.min_delta),
        **_of_shapes(program),
        classes=len(program.output.axes[-1]),
        index_count=network.index_count,
        targets=loss.targets.name,
        optimizer=network.optimizer.name,
        schedule_per=network.schedule.per if network.schedule else "",
        has_penalty=bool(program.penalty),
        has_schedule=bool(schedule),
        watches=program.watched.scalar() in read_in(program.schedule),
        is_trained=bool(program.gradients),
        is_random=bool(distributions(program.forward)),
        is_batched=program.input.is_batched,
        predicts_apart=bool(program.examine),
        is_fused=bool(program.step) and not program.adds_at_once,
        joins_batches=program.joins_batches,
        adds_at_once=program.adds_at_once,
        is_plain=not (training.validation or training.patience or schedule),
        has_data=data is not None,
        inputs=[list(row) for row in data.inputs] if data else [],
        answers=[list(row) for row in data.targets] if data else [],
        one_every=one_every(network),
        **_of_numbers(network, program),
        **_of_classes(network),
        **_of_samples(network),
    )


def _of_numbers(network: Network, program: Program) -> dict[str, Any]:
    """What a net holds, and how much of it."""
    weights = sum(prod(p.variable.shape) for p in network.parameters)
    remembered = sum(prod(b.variable.shape) for b in network.buffers)
    return {
        "has_parameters": bool(network.parameters),
        "has_buffers": bool(network.buffers),
        "has_state": bool(program.states),
        "parameter_numbers": weights,
        "lasting_numbers": weights + remembered,
        "state_numbers": sum(not own.variable.labels for own in program.states),
    }


def _of_arrays(network: Network, program: Program) -> dict[str, Any]:
    """What has a name and a shape."""
    parameters = network.parameters
    variances = ((b.name, b.variable) for b in network.buffers if is_variance(b.name))
    states = ((s.name, s.variable) for s in program.states if s.is_unsigned)
    return {
        "shapes": shapes_of((p.name, p.variable) for p in parameters),
        "torch_shapes": shapes_of(
            (pytorch_name(p.name), p.variable) for p in parameters
        ),
        "buffer_shapes": shapes_of((b.name, b.variable) for b in network.buffers),
        "state_shapes": shapes_of((s.name, s.variable) for s in program.states),
        "schedule_shapes": shapes_of(
            (s.name, s.variable) for s in program.schedule_states
        ),
        "unsigned_shapes": shapes_of([*variances, *states]),
    }


def _of_shapes(program: Program) -> dict[str, Any]:
    """How large inputs and outputs are, and in which shape they come."""
    inputs, outputs = (
        variable.shape[variable.is_batched :]  # of one sample
        for variable in (program.input, program.output)
    )
    return {
        "input_size": prod(inputs),
        "input_shape": list(inputs),
        "output_size": prod(outputs),
        "output_shape": list(outputs),
    }


def _of_classes(network: Network) -> dict[str, Any]:
    """What they are called, and what follows from that."""
    names, axes = network.class_names, network.input_axes
    are_classes, are_scores = network.loss.targets.are_classes, network.has_scores
    return {
        "has_classes": are_classes,
        "is_classifier": are_scores or (are_classes and len(network.output_axes) == 1),
        "class_names": list(names),
        "has_names": bool(names),
        "spells": all(len(name) == 1 for name in names),
        "ends": names[:1] == (END,),
        "tells": tells(network),
        "image_width": len(axes[2]) if len(axes) == 3 and len(axes[0]) == 1 else 0,
        "shares": shares_of(network),
    }


def _of_samples(network: Network) -> dict[str, Any]:
    """Which inputs are the indices of categories; what columns are called; how many
    samples are for a test."""
    columns = network.preprocessing.inputs.columns
    widths = [
        [float(at), float(c.width)] for at, c in enumerate(columns) if c.categories
    ]
    names = network.data.columns + network.data.answers if network.data else ()
    are_plain = len({*names}) == len(names) and all(map(NAME.fullmatch, names))
    return {
        "has_categories": bool(widths),
        "one_hot": widths,
        "category_names": [name for column in columns for name in column.categories],
        "column_names": list(names) if are_plain else [],
        "test_count": network.data.test_count if network.data else 0,
        **_of_files(network),
    }


def _of_files(network: Network) -> dict[str, Any]:
    """Where samples are that main reads when it is run."""
    files = network.run_files
    if files is None:
        return {}
    return {
        "reads_files": True,
        "tests_files": files.test is not None,
        "file_kind": files.kind,
        "are_labels": files.are_labels,
        "scale": files.scale,
        **_of_pair("", files.train),
        **(_of_pair("test_", files.test) if files.test else {}),
    }


def _of_pair(before: str, pair: Pair) -> dict[str, str]:
    """Where the inputs and the answers of the same samples are."""
    return {
        f"{before}input_file": pair.inputs.file,
        f"{before}input_array": pair.inputs.array,
        f"{before}answer_file": pair.answers.file,
        f"{before}answer_array": pair.answers.array,
    }


def shares_of(network: Network) -> str:
    """How the outputs tell probabilities, a word of `Constants.shares`."""
    loss = network.loss
    if network.has_scores:
        return "SCORES"
    if loss.targets.are_classes:
        return "OUTPUTS" if loss.outputs.are_shares else "LOGITS"
    if is_yes_or_no(loss, network.output_axes):
        return "ONE_LOGIT" if loss.outputs.inside else "ONE"
    return ""


def tells(network: Network) -> bool:
    """Whether a net reads indices, and tells one of them after each."""
    axes, count = network.output_axes, network.index_count
    is_in_time = len(axes) == 2 and len(axes[0]) == prod(map(len, network.input_axes))
    are_classes = network.loss.targets.are_classes
    return are_classes and is_in_time and count == len(axes[-1])


def shapes_of(named: Iterable[tuple[str, Variable]]) -> Shapes:
    """The shapes of arrays by name."""
    return {name: list(variable.shape) for name, variable in named}


def one_every(network: Network) -> int:
    """Of so many outputs one is to be 1, where there are no data to check with: a class
    of them, or all, which any loss can learn."""
    has_classes = network.loss.targets.are_classes or network.has_scores
    return len(network.output_axes[-1]) if has_classes else 1
