"""What the template of a file may say about the net's own data."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from textwrap import TextWrapper

from bpgen.network.network import Network
from bpgen.writing.lines import Lines
from bpgen.writing.literals import TEXT_WIDTH, text_rows

# Words of letters stay whole, whatever they hold.
WRAPPER = TextWrapper(TEXT_WIDTH, break_long_words=False, break_on_hyphens=False)
MOST_LITERAL_NUMBERS = 64  # more data travel as text


class DataView:
    """The samples of net.yaml; false where there are none."""

    def __init__(self, network: Network) -> None:
        self.data = network.data and network.data.whole
        self.input_size = prod(map(len, network.input_axes))
        self.output_size = prod(map(len, network.output_axes))
        self.classes = len(network.output_axes[-1])
        self.class_names, self.index_count = network.class_names, network.index_count

    def __bool__(self) -> bool:
        return self.data is not None

    @property
    def has_labels(self) -> bool:
        """Whether a row of text ends in classes instead of targets."""
        return self.data is not None and self.data.labels is not None

    @property
    def steps(self) -> int:
        """How many rows of classes the outputs of one sample are."""
        return self.output_size // self.classes

    @property
    def ending(self) -> str:
        """What follows the inputs in a row of text."""
        if not self.has_labels:
            return "targets"
        return "the class" if self.steps == 1 else "the class of each step"

    @property
    def words(self) -> str:
        """What the text holds."""
        if self.words_each == 1:
            return "words, whose letters come one after the other"
        if self.is_spelled:
            return "what goes in, and what is to come, in letters"
        return f"inputs, then {self.ending}"

    @property
    def row_size(self) -> int:
        """How many numbers one sample takes in the text."""
        return self.input_size + (self.steps if self.has_labels else self.output_size)

    @property
    def is_text(self) -> bool:
        """Whether the data travel as text rather than as literals."""
        if self.data is None:
            return False
        return len(self.data.inputs) * self.row_size > MOST_LITERAL_NUMBERS

    @property
    def is_spelled(self) -> bool:
        """Whether inputs and classes are the same letters."""
        names, count = self.class_names, self.index_count
        return self.has_labels and count == len(names) and set(map(len, names)) == {1}

    @property
    def words_each(self) -> int:
        """How many words a sample is: one if each letter of it is told by those before
        it, of which the first one is letter 0; else two; none if there are no letters.
        """
        if not (self.is_spelled and self.data and self.data.labels):
            return 0
        pairs = zip(self.data.inputs, self.data.labels, strict=True)
        goes_on = all(list(a) == [0, *b[:-1]] for a, b in pairs)
        return 1 if goes_on else 2

    def spelled(self) -> Iterator[str]:
        """The words of each sample, without what is the first letter at their ends."""
        assert self.data and self.data.labels
        for sample in zip(self.data.inputs, self.data.labels, strict=True):
            for row in sample[-self.words_each :]:
                word = "".join(self.class_names[int(index)] for index in row)
                yield word.rstrip(self.class_names[0]) or self.class_names[0]

    @property
    def rows(self) -> Lines:
        """The data as rows of text: inputs, then targets or classes."""
        assert self.data
        if self.is_spelled:
            text = " ".join(self.spelled())
            return WRAPPER.wrap(text)
        lines: Lines = []
        for at, inputs in enumerate(self.data.inputs):
            labels = self.data.labels
            ends = map(float, labels[at]) if labels else self.data.targets[at]
            lines += text_rows([*inputs, *ends])
        return lines
