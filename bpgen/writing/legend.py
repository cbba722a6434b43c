"""The story of one file, in lines of text: what net it is, what its names mean.

In: the network, the blocks that the file computes, and how it spells things. Out:
paragraphs, which stand at the top of the file. Only what the file has is explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from bpgen.catalog.layers.base import shape_text
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.labels import folded
from bpgen.program.nodes import Block, Element, Role, Variable
from bpgen.program.walks import loop_names, read_in, statements
from bpgen.writing.context import Dialect
from bpgen.writing.letters import MEANINGS

Row = tuple[str, str]  # a name and what it means
ORDER = (Role.INPUT, Role.VALUE, Role.LOCAL, Role.PARAMETER)

# What a value is, by the prefix of its name; {} is what it belongs to.
VALUES = {
    "s": "{} as the net learns on it",
    "y": "output of {}, in the units of the targets",
    "z": "net input of {}: its bias, plus each input times its weight",
    "a": "what {} passes on: its activation",
    "h": "state of {}; h[t] is the one before step t, h[t+1] the one after it",
    "c": "cell of {}, what it remembers; its steps are counted as those of h",
    "query": "what {} looks for",
    "key": "what {} has to offer, against which a query is held",
    "value": "what {} gives to those whose query fits its key",
    "dot": "how well a key fits a query, not yet to scale",
    "shares": "how much one step takes from another one",
    "mixed": "what all steps gave, each by its share",
    "e": "exp of a net input, less the largest one",
    "p": "share of a class",
    "largest": "the largest so far",
    "total": "a sum on its way",
    "log_total": "the logarithm of a softmax's total",
    "right": "the output of the right class",
    "winner": "which number of its window is the largest",
    "flat": "the same numbers in a row",
    "mask": "0 for what is left out, more than 1 for what stays",
    "mean": "the mean of a row, or of a channel in the batch",
    "centered": "how far a number is from the mean",
    "squares": "the sum of the squares",
    "square": "the mean of the squares",
    "variance": "the mean of the squares of what is centered",
    "size": "the root of that: how large the numbers are",
    "deviation": "the root of that: how far the numbers lie apart",
    "scaled": "a number at the size 1",
    "z_i": "net input of the input gate",
    "z_f": "net input of the forget gate",
    "z_g": "net input of the candidate",
    "z_o": "net input of the output gate",
    "a_i": "input gate, 0 to 1: how much of the candidate comes in",
    "a_f": "forget gate, 0 to 1: how much of the last cell stays",
    "a_g": "candidate, -1 to 1: what may come into the cell",
    "a_o": "output gate, 0 to 1: how much of the cell is shown",
    "a_c": "tanh of the cell",
    "z_r": "net input of the reset gate",
    "z_z": "net input of the update gate",
    "z_n": "net input of the candidate",
    "p_n": "what the input adds to the candidate",
    "q_n": "what the last state would add to it",
    "a_r": "reset gate, 0 to 1: how much of the last state goes into the candidate",
    "a_z": "update gate, 0 to 1: how much of the last state stays",
    "a_n": "candidate, -1 to 1",
    "reset": "the last state as the candidate sees it, each by its reset gate",
    "kept": "a share after dropout",
    "angle": "how far a step turns a pair of numbers",
    "cosine": "the cosine of that angle",
    "sine": "the sine of that angle",
    "turned_query": "a query, turned by the place of its step",
    "turned_key": "a key, turned by the place of its step",
}
FIT = "how well a key fits a query"  # what z is in attention
PARAMETERS = {
    "wq": "weight of a query",
    "bq": "bias of a query",
    "wk": "weight of a key",
    "bk": "bias of a key",
    "wv": "weight of a value",
    "bv": "bias of a value",
    "wo": "weight of an output of attention",
    "bo": "bias of an output of attention",
    "w": "weight",
    "b": "bias",
    "slope": "slope below 0, which is learned",
    "w_ih": "weight of an input, the rows of one gate after those of another",
    "w_hh": "weight of a state of the step before, in the same order",
    "b_ih": "bias, in the same order",
    "b_hh": "second bias, as PyTorch has it",
}


class Legend:
    """Explains one file; `blocks` are those that it computes."""

    def __init__(
        self, network: Network, program: Program, blocks: list[Block], dialect: Dialect
    ) -> None:
        self.network, self.program = network, program
        self.blocks, self.dialect = blocks, dialect
        self.learns = program.loss in blocks

    def paragraphs(self, title: str, width: int) -> Iterator[list[str]]:
        """All of it."""
        form = "neuron by neuron" if self.dialect.unrolled else "in plain loops"
        count = self.network.weights
        size = f"{count:,} parameter{'s' * (count != 1)}"
        told = f"{title}: a neural network of {size}, written out {form}."
        yield paragraph(told, width)
        if self.network.about:
            yield paragraph(self.network.about, width)
        yield self.picture(width)
        if self.network.preprocessing:
            yield list(self.preprocessing(width))
        rows = list(self.names())
        yield [line for row in rows for line in lined(row, self.column(rows), width)]
        letters = list(self.letters())
        if letters:
            yield [line for row in letters for line in lined(row, 8, width)]
        if self.learns:
            yield paragraph(STORY, width)
        frozen = ", ".join(sorted(self.network.frozen))
        if frozen and self.learns:
            said = f"Frozen, so training leaves them as they are: {frozen}."
            yield paragraph(said, width)

    def picture(self, width: int) -> list[str]:
        """The layers, and what each of them reads."""
        network, last = self.network, "input"
        steps = [f"input: {shape_text(network.input_axes)}"]
        for layer, sources in zip(network.layers, network.sources, strict=True):
            given = "" if sources == (last,) else f"from {' and '.join(sources)} "
            steps.append(f"{given}-> {layer.name}: {layer.words}")
            last = layer.name
        end = f"loss: {network.loss.name.replace('_', ' ')}"
        if self.learns:
            steps.append(f"-> {end}")
        line = " ".join(steps)
        if len(line) <= width and line.count("->") == len(steps) - 1:
            return [line]
        return [
            line
            for step in steps
            for line in wrap(step, width, subsequent_indent="   ")
        ]

    def preprocessing(self, width: int) -> Iterator[str]:
        """What becomes of raw inputs and targets, column by column."""
        found = self.network.preprocessing
        sides = (INPUTS_RAW, found.inputs), (TARGETS_RAW, found.targets.is_scaled)
        said = " ".join(words for words, side in sides if side)
        yield from paragraph(f"Preprocessing: {said}", width)
        told = list(found.told())
        most = told if len(told) <= MOST_COLUMNS else told[: MOST_COLUMNS - 1]
        rows = [*most, *[("...", f"{len(told)} in all")] * (len(told) > len(most))]
        for row in rows:
            yield from lined(row, self.column(rows), width)

    # Names ----------------------------------------------------------------------------

    def names(self) -> Iterator[Row]:
        """Each kind of name once, with what it means."""
        yield from self.kinds()
        if not self.learns:
            return
        if self.dialect.unrolled:
            first = self.first(self.program.target)
            yield self.dialect.names.scalar(first), "target: what an output should be"
        else:
            yield "targets", "what the outputs should be"
        yield "L", "the loss, in code loss: how far the outputs are from the targets"
        slope = self.first_slope()
        if slope:
            of = slope[1:2].lower() + slope[2:]
            yield (
                slope,
                f"the slope of L: by how much L grows per unit that {of} grows; so for "
                "every name that begins with d",
            )

    def kinds(self) -> Iterator[Row]:
        """The names of inputs, parameters and values."""
        block = self.program.forward if self.learns else self.program.predict
        seen: set[str] = set()
        found: list[Element] = []
        for statement in statements(block):
            for element in (*sorted(read_in((statement,)), key=repr), statement.target):
                role, prefix = element.variable.role, element.variable.prefix
                if role in ORDER and prefix not in seen:
                    seen.add(prefix)
                    found.append(element)
        for element in sorted(found, key=lambda e: ORDER.index(e.variable.role)):
            meaning = self.meaning(element.variable)
            if meaning:
                yield self.spelled(element), meaning

    def meaning(self, variable: Variable) -> str:
        """What a variable is; nothing for what needs no words."""
        prefix, name = variable.prefix, variable.name
        owner = name.removeprefix(f"{prefix}_").removeprefix(f"{prefix}.")
        if variable.role is Role.INPUT:
            return "an input" if self.dialect.unrolled else "what goes in"
        if variable.role is Role.PARAMETER:
            return f"{PARAMETERS.get(prefix, 'weight or bias')}{self.of(variable)}"
        if prefix == "s":
            return VALUES["s"].format(
                self.unit(variable, owner).removeprefix("a unit of ")
            )
        if (prefix, variable.letters) == ("z", "htu"):
            return FIT
        return VALUES.get(prefix, "").format(self.unit(variable, owner))

    def of(self, variable: Variable) -> str:
        """What a parameter connects."""
        labels = [axis[0] for axis in variable.labels]
        if self.dialect.unrolled and variable.prefix == "w" and len(labels) == 2:
            return f" into {labels[0]} from {labels[1]}"
        if self.dialect.unrolled and len(labels) == 1:
            return f" of {labels[0]}"
        places = {
            "ij": ", w[i][j] into unit i from input j",
            "fcij": ", w[f][c][i][j] of filter f for channel c at i, j of the window",
        }
        return places.get(variable.letters, "") if variable.prefix == "w" else ""

    def unit(self, variable: Variable, owner: str) -> str:
        """What a value belongs to."""
        if self.dialect.unrolled and variable.labels:
            return "_".join(axis[0] for axis in variable.labels)
        return "a unit" if variable.role is Role.LOCAL else f"a unit of {owner}"

    def spelled(self, element: Element) -> str:
        """A name as the code has it."""
        names = self.dialect.names
        if self.dialect.is_scalar(element):
            return names.scalar(element)
        return self.dialect.names.array(element.variable)

    def first(self, variable: Variable) -> Element:
        """The first element of a variable."""
        return variable[tuple(0 for _ in variable.axes)]

    def first_slope(self) -> str:
        """The name of the slope of some value."""
        for statement in statements(self.program.backward):
            target = statement.target
            is_value = target.variable.role in (Role.VALUE, Role.LOCAL)
            if is_value and target.variable.prefix.startswith("d"):
                return self.spelled(target)
        return ""

    def column(self, rows: Iterable[Row]) -> int:
        """How wide the names are."""
        return min(16, max((len(name) for name, _ in rows), default=0) + 2)

    def letters(self) -> Iterator[Row]:
        """What the loops count with."""
        if self.dialect.unrolled:
            return
        used = {name for block in self.blocks for name in loop_names(block)}
        for letter, (meaning, more, other) in MEANINGS.items():
            if letter in used:
                yield letter, meaning + more * (other in used)


MOST_COLUMNS = 12  # that a legend tells each of
INPUTS_RAW = (
    "inputs come in raw; the layers read (x - offset) / scale, or of a category 1 for "
    "its own place and 0 for the others."
)
TARGETS_RAW = (
    "Targets are raw, and outputs go out in their units; loss and slopes are those of "
    "targets that are scaled alike."
)
STORY = (
    "Forward goes from the inputs to the outputs, and L says how wrong they are. "
    "Backward goes the same way back: the slope of a number is the slope of what it "
    "goes into, times how strongly it does (the chain rule), summed over all ways. "
    "Update moves every weight a little against its own slope, so that L falls."
)


def lined(row: Row, column: int, width: int) -> list[str]:
    """A name and its meaning, in a column of its own."""
    name, meaning = row
    start = f"    {name}".ljust(column + 4)
    start = start if start.endswith(" ") else f"{start}  "
    indent = " " * (column + 4)
    return wrap(f"{start}{meaning}", width, subsequent_indent=indent)


def paragraph(text: str, width: int) -> list[str]:
    """The lines of a paragraph."""
    return folded(" ".join(text.split()), lambda line: len(line) <= width)
