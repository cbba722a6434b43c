"""What a net decides about its routines, and what it computes inside of them.

Where a file is emitted, every constant stands for its value, and decisions that hang
on constants are taken; a call of a block is replaced by the block's statements. Those
constants that a reader should meet by name are in `named`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bpgen.runtime.generator import Generator
from bpgen.runtime.precision import Precision
from bpgen.runtime.primitives import Kept, OwnRows, Row, Rows, Shapes
from bpgen.runtime.shapes import is_told_by_length, words_of


@dataclass(frozen=True, slots=True)
class Constants(Precision):
    """The constants of one net, and from `inference` on of one file of it.

    Attributes:
        torch_shapes: those of the parameters by PyTorch's names, in the same order.
        unsigned_shapes: those of arrays whose numbers are never below 0.
        targets: what the loss can learn, a name of `catalog.losses.Targets`.
        index_count: the inputs are indices 0 ... index_count - 1; numbers if 0.
        optimizer: its name in what to_json gives.
        schedule_per: after what the schedule moves: "epoch", "step", or "".
        validation: the share of samples held out; none if 0.
        patience: epochs without progress before training stops; for ever if 0.
        parameter_numbers: how many numbers the parameters have, lasting_numbers with
            what layers remember; state_numbers: how many of the optimizer's state
            belong to no parameter.
        watches: whether the schedule goes by the loss.
        is_random: whether two forward passes of a sample may differ.
        is_batched: whether all samples of a batch go through a layer together.
        predicts_apart: whether the net at work computes something else than the one in
            training.
        is_fused: whether a step of training is one block, the same for each sample.
        joins_batches: whether that block takes a whole batch.
        adds_at_once: whether forward, loss and backward of a sample are one block.
        is_plain: whether nothing is to be done between epochs.
        inlines_step: whether that block stands in the loop over the samples.
        step_losses: of some steps by train_step with the samples that main replays,
            epoch_losses: of epochs, then; sums: of the numbers before and after them;
            where there are none, unrecorded says why.
        takes_flags: whether main reads and writes files, and hears of signals.
        in_parts: whether an epoch may be left after any batch: not where many epochs
            take less than a moment.
        is_classifier: whether the outputs are the classes of one row.
        one_every: of so many outputs one is to be 1 in a check without data.
        inference: whether the net only predicts; draws: whether it needs the generator.
        textbook: whether it only learns, on a page without anything around it.
        data: the net's own data as text, if `has_text`: row by row, `row_size` numbers
            each, of which the last ones are classes if `has_labels`; or, if
            `words_each`, so many words: what is to come, and before it what goes in.
        has_arrays: whether other libraries have arrays, in which samples may come.
        nests_inputs: whether inputs may come as more than flat lists, nests_targets:
            whether targets may; takes_indices: these as the index of a class, too.
        has_names: whether classes have names; spells: whether these are letters; ends:
            whether a text ends with the first one.
        tells: whether the net reads indices and tells one after each of them.
        nests: whether callers see arrays by name as nested lists, else as flat ones.
        has_options: whether a caller may leave some of what a member takes unsaid.
        image_width: of the grey images that are its inputs; no images if 0.
        shares: how its outputs tell the probabilities of classes: as such ("OUTPUTS"),
            by a softmax ("LOGITS"), that of the second of two ("ONE"), before a
            sigmoid ("ONE_LOGIT"), by the largest alone ("SCORES"), or not at all ("").
        test_count: how many samples of the data, the last ones, are to test with.
        has_categories: whether some inputs are indices of categories; one_hot: which
            ones, each with how many there are; category_names: what they are called,
            one column after the other.
        column_names: of the file that the net's own data are from, as the inputs and
            the targets come; none if it says none, or says them oddly.
        reads_files: whether main reads the samples from files of a kind, a word of
            `run_files.KINDS`: input_file, whose numbers it divides by scale, and
            answer_file; in each an array, or several keys with blanks between them;
            are_labels: whether the answers are classes; tests_files: whether it tests
            with two others; unpacks: whether files may be gzipped.
        bits: of a number; what checks go by, see `precision`, depends on it.
        samples_shown: by main after training; samples_checked: by its check;
            samples_replayed: by its check, too, in so many steps_replayed of train_step
            and calls of train, epochs_replayed.
    """

    format: str
    net_hash: str
    batch_size: int
    shapes: Shapes
    buffer_shapes: Shapes
    torch_shapes: Shapes
    state_shapes: Shapes
    schedule_shapes: Shapes
    unsigned_shapes: Shapes
    seed: int
    epochs: int
    epochs_width: int
    report_every: int
    shuffles: bool
    validation: float
    patience: int
    min_delta: float
    input_size: int
    input_shape: list[int]
    output_size: int
    output_shape: list[int]
    classes: int
    index_count: int
    targets: str
    optimizer: str
    schedule_per: str
    has_penalty: bool
    has_parameters: bool
    has_buffers: bool
    has_state: bool
    parameter_numbers: int
    lasting_numbers: int
    state_numbers: int
    has_schedule: bool
    watches: bool
    is_trained: bool
    is_random: bool
    is_batched: bool
    predicts_apart: bool
    is_fused: bool
    joins_batches: bool
    adds_at_once: bool
    is_plain: bool
    has_classes: bool
    is_classifier: bool
    has_data: bool
    inputs: list[list[float]]
    answers: list[list[float]]
    one_every: int
    bits: int = 64
    inlines_step: bool = True
    in_parts: bool = False
    takes_flags: bool = True
    step_losses: list[float] = field(default_factory=list)
    epoch_losses: list[float] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)
    unrecorded: str = "the net is too large"
    has_arrays: bool = False
    nests_inputs: bool = False
    nests_targets: bool = False
    takes_indices: bool = False
    inference: bool = False
    textbook: bool = False
    draws: bool = True
    has_text: bool = False
    has_labels: bool = False
    words_each: int = 0
    data: str = ""
    row_size: int = 0
    samples_shown: int = 10
    samples_checked: int = 3
    samples_replayed: int = 3
    steps_replayed: int = 3
    epochs_replayed: int = 2
    class_names: list[str] = field(default_factory=list)
    has_names: bool = False
    spells: bool = False
    ends: bool = False
    tells: bool = False
    shares: str = ""
    image_width: int = 0
    nests: bool = True
    has_options: bool = True
    test_count: int = 0
    has_categories: bool = False
    one_hot: list[list[float]] = field(default_factory=list)
    category_names: list[str] = field(default_factory=list)
    column_names: list[str] = field(default_factory=list)
    reads_files: bool = False
    tests_files: bool = False
    file_kind: str = ""
    input_file: str = ""
    input_array: str = ""
    answer_file: str = ""
    answer_array: str = ""
    test_input_file: str = ""
    test_input_array: str = ""
    test_answer_file: str = ""
    test_answer_array: str = ""
    are_labels: bool = True
    scale: float = 1.0
    unpacks: bool = True

    @property
    def averages(self) -> bool:
        """Whether an update goes by the mean of several samples."""
        return self.batch_size > 1

    @property
    def is_recorded(self) -> bool:
        """Whether it is known what some steps of training are to give."""
        return self.takes_flags and self.step_losses != []

    @property
    def ends_epochs(self) -> bool:
        """Whether something goes by the loss of an epoch."""
        return self.patience > 0 or self.schedule_per == "epoch"

    @property
    def is_recurrent(self) -> bool:
        """Whether PyTorch has other names for some parameters."""
        return self.torch_name != ""

    @property
    def torch_name(self) -> str:
        """The first of those names; "" if there is none."""
        return next((n for n in self.torch_shapes if n not in self.shapes), "")

    @property
    def counter_shapes(self) -> Shapes:
        """What PyTorch counts beside the buffers, and nothing reads: single numbers."""
        means = (n for n in self.buffer_shapes if n.endswith(".running_mean"))
        return {n.replace("running_mean", "num_batches_tracked"): [] for n in means}

    @property
    def has_unsigned(self) -> bool:
        """Whether any array has no number below 0."""
        return self.unsigned_shapes != {}

    @property
    def holds_out(self) -> bool:
        """Whether some samples are held out."""
        return self.validation > 0.0

    @property
    def computes_outputs_alone(self) -> bool:
        """Whether predict has statements of its own: where the net does nothing else,
        and where one sample is quicker without the loops over those of a batch."""
        return self.inference or (self.predicts_apart and self.is_batched)

    @property
    def is_binary(self) -> bool:
        """Whether one output tells of two classes."""
        return self.shares in ("ONE", "ONE_LOGIT")

    @property
    def has_scores(self) -> bool:
        """Whether the largest output tells the class, and none is a probability."""
        return self.shares == "SCORES"

    @property
    def labels(self) -> int:
        """How many classes there are."""
        return 2 if self.is_binary else self.classes

    @property
    def says_class(self) -> bool:
        """Whether main tells the class of a sample, and not its numbers."""
        return self.is_classifier or (self.is_binary and self.has_names)

    @property
    def has_columns(self) -> bool:
        """Whether the columns of a file of samples have names."""
        return self.column_names != []

    @property
    def tests(self) -> bool:
        """Whether there are samples to test with."""
        return self.test_count > 0 or self.tests_files

    @property
    def cell_words(self) -> str:
        """What a cell of such a file has to hold."""
        return "a number" + ", or a category" * self.has_categories

    @property
    def names_inputs(self) -> bool:
        """Whether inputs are called as classes are."""
        return self.index_count == self.labels

    @property
    def yes_above(self) -> float:
        """From where on one output says the second class."""
        return 0.0 if self.shares == "ONE_LOGIT" else 0.5

    @property
    def tells_classes(self) -> bool:
        """Whether the outputs tell of classes at all."""
        return self.shares != ""

    @property
    def checks_inputs(self) -> bool:
        """Whether inputs are looked at once they are flat lists."""
        return not self.nests_inputs or self.index_count > 0 or self.has_categories

    @property
    def checks_targets(self) -> bool:
        """Whether targets are."""
        return not self.nests_targets or self.targets != "NUMBERS"

    @property
    def input_words(self) -> str:
        """The inputs that are expected."""
        return words_of(self.input_size, self.input_shape)

    @property
    def target_words(self) -> str:
        """The targets that are expected."""
        found = words_of(self.output_size, self.output_shape)
        if not self.takes_indices or self.is_binary:
            return found
        return f"{found}, or {'a class for each step' * (self.steps > 1) or 'a class'}"

    @property
    def trains_as_it_works(self) -> bool:
        """Whether the mean loss in training is all that there is to examine."""
        others = self.predicts_apart or self.is_batched or self.has_penalty
        return not (self.tells_classes or others)

    @property
    def tells_flat_inputs(self) -> bool:
        """Whether the length of a list tells that it is the flat one of all inputs."""
        return self.has_arrays and is_told_by_length(self.input_shape)

    @property
    def tells_flat_targets(self) -> bool:
        """The same of targets."""
        return self.has_arrays and is_told_by_length(self.output_shape)

    @property
    def input_type(self) -> str:
        """How one sample comes in: a name of `primitives`."""
        return "Given" if self.nests_inputs and len(self.input_shape) > 1 else "Row"

    @property
    def target_type(self) -> str:
        """How the targets of one sample do."""
        nests = self.nests_targets and len(self.output_shape) > 1
        return "Given" if nests or self.takes_indices else "Row"

    @property
    def class_count(self) -> int:
        """How many classes a target names."""
        return self.output_size // self.classes

    @property
    def answer_size(self) -> int:
        """How many numbers of a file say what a sample is to give."""
        return self.class_count if self.are_labels else self.output_size

    @property
    def steps(self) -> float:
        """The same as a number."""
        return float(self.class_count)

    @property
    def columns(self) -> int:
        """How many columns a file of samples has: classes are one for each step."""
        answers = self.class_count if self.has_classes else self.output_size
        return self.input_size + answers


class Blocks(Protocol):
    """What one net computes: the blocks of its program, over numbers that it holds.

    What ends in `_rows` takes a whole batch, for nets whose layers mix the samples of
    one. `rows` are lists of numbers, in order: of "parameters", and their "gradients";
    of those "trained", and the "slopes" of these; of "buffers"; of all "states", and
    the "kept_rows" among them; of "schedule". Whoever sets a number of one, sets that
    of the net, but for the first few of "states" and "schedule", which are no lists of
    the net: `set_numbers` sets them.
    """

    def another(self) -> Blocks: ...
    def draw_from(self, generator: Generator) -> None: ...
    def initialize(self) -> None: ...
    def reset(self) -> None: ...
    def predict(self, inputs: Row) -> list[float]: ...
    def forward(self, inputs: Row) -> Kept: ...
    def forward_rows(self, rows: Rows) -> Kept: ...
    def examine(self, inputs: Row) -> Kept: ...
    def examine_rows(self, rows: Rows) -> Kept: ...
    def outputs(self, kept: Kept) -> list[float]: ...
    def last_outputs(self) -> list[float]: ...
    def loss(self, kept: Kept, targets: Row) -> float: ...
    def loss_rows(self, kept: Kept, rows: Rows) -> float: ...
    def backward(self, kept: Kept, targets: Row) -> None: ...
    def backward_rows(self, kept: Kept, rows: Rows) -> None: ...
    def input_gradient(self, kept: Kept, targets: Row) -> list[float]: ...
    def input_gradient_rows(self, kept: Kept, rows: Rows) -> list[float]: ...
    def zero(self) -> None: ...
    def mean(self, count: float) -> None: ...
    def penalty(self) -> float: ...
    def penalty_gradient(self) -> None: ...
    def update(self) -> None: ...
    def schedule(self, loss: float) -> None: ...
    def step_rows(self, inputs: Rows, targets: Rows) -> float: ...
    def take_weights(self) -> None: ...
    def step(self, inputs: Row, targets: Row) -> float: ...
    def step_loss(self) -> float: ...
    def give_weights(self) -> None: ...
    def rows(self, group: str) -> OwnRows: ...
    def set_numbers(self, group: str, values: list[float]) -> None: ...
