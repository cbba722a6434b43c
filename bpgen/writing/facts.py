"""What one net and one set of options decide about the routines of their file."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from bpgen.network.explicit import FORMAT
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.nodes import Block, Draw, Variable
from bpgen.program.walks import statements
from bpgen.runtime.constants import Constants
from bpgen.runtime.primitives import Shapes
from bpgen.writing.data_view import CHECKED_SAMPLES, SHOWN_SAMPLES, DataView
from bpgen.writing.header import net_hash
from bpgen.writing.options import Options


def constants_of(network: Network, program: Program, options: Options) -> Constants:
    """The constants that a net's routines are decided by."""
    training, loss, data = network.training, network.loss, DataView(network)
    has_main = not (options.library or options.inference)
    states, schedule = program.states, program.schedule_states
    inference = options.inference
    has_text = has_main and data.is_text
    return Constants(
        format=FORMAT,
        net_hash=net_hash(network),
        batch_size=training.batch_size,
        shapes=shapes_of((p.name, p.variable) for p in network.parameters),
        buffer_shapes=shapes_of((b.name, b.variable) for b in network.buffers),
        state_shapes=shapes_of((s.name, s.variable) for s in states),
        schedule_shapes=shapes_of((s.name, s.variable) for s in schedule),
        trained=[parameter.name for parameter in network.trained],
        seed=network.seed,
        epochs=training.epochs,
        epochs_width=len(str(training.epochs)),
        report_every=training.report_every or max(1, training.epochs // 10),
        shuffles=training.shuffle,
        validation=float(training.validation),
        patience=training.patience,
        min_delta=float(training.min_delta),
        input_size=prod(program.input.shape),
        output_size=prod(program.output.shape),
        classes=len(program.output.axes[-1]),
        index_count=network.index_count,
        targets=loss.targets.name,
        optimizer=network.optimizer.name,
        schedule_per=network.schedule.per if network.schedule else "",
        has_penalty=bool(program.penalty),
        has_frozen=len(network.trained) < len(network.parameters),
        has_buffers=bool(network.buffers),
        has_state=bool(states),
        has_schedule=bool(schedule),
        is_trained=bool(program.gradients),
        is_random=bool(distributions(program.forward)) and not inference,
        is_batched=program.input.is_batched,
        examines=bool(training.validation and program.examine),
        draws=bool(distributions(program.initialize)) or not inference,
        has_classes=loss.targets.are_classes,
        is_classifier=loss.targets.are_classes and len(program.output.axes) == 1,
        inference=inference,
        clears_gradients=False,
        has_data=bool(data),
        has_text=has_text,
        has_labels=data.has_labels,
        data="\n".join(data.rows) if has_text else "",
        inputs=data.inputs if has_main and data and not has_text else [],
        answers=data.targets if has_main and data and not has_text else [],
        any_target=data.any_target,
        row_size=data.row_size,
        samples_shown=SHOWN_SAMPLES,
        samples_checked=CHECKED_SAMPLES,
    )


def shapes_of(named: Iterable[tuple[str, Variable]]) -> Shapes:
    """The shapes of arrays by name."""
    return {name: list(variable.shape) for name, variable in named}


def distributions(block: Block) -> set[str]:
    """The distributions that a block draws from."""
    values = [statement.value for statement in statements(block)]
    return {value.distribution for value in values if isinstance(value, Draw)}
