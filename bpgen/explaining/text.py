"""An explanation for the terminal: in columns, in colour where the terminal has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from bpgen.explaining.digits import CENTRAL, cell_text, digits, shown
from bpgen.explaining.formulas import DOT, joined, spelled
from bpgen.explaining.model import (
    Derivation,
    Explanation,
    Formula,
    Quantity,
    Step,
    Table,
)
from bpgen.explaining.tables import column_groups, tables_of
from bpgen.explaining.tex import plain
from bpgen.explaining.words import PHASES, few, sample_text, title_of

LABEL = 10  # columns of `names`, `numbers` ...


def text_of(found: Explanation, width: int = 100, colour: bool = False) -> str:
    """The whole explanation, a screen's width wide."""
    return "\n".join(Writer(found, width, colour).lines()) + "\n"


class Writer:
    """Writes one explanation as lines of text."""

    def __init__(self, found: Explanation, width: int, colour: bool) -> None:
        self.found, self.width, self.colour = found, max(width, 60), colour
        self.places = found.digits

    def lines(self) -> Iterator[str]:
        """All lines."""
        found = self.found
        yield self.bold(title_of(found))
        yield ""
        yield from self.paragraph(found.about)
        yield from self.start()
        yield from self.all_steps()
        yield from self.after()

    def start(self) -> Iterator[str]:
        """The net and what it starts from."""
        found = self.found
        for layer in found.layers:
            yield f"  {layer}"
        rates = ", ".join(self.equation(setting) for setting in found.settings)
        yield f"  optimizer: {found.optimizer}" + (f", {rates}" if rates else "")
        yield ""
        yield from self.paragraph(sample_text(found))
        for name, row in (("inputs", found.inputs), ("targets", found.targets)):
            yield from self.row(name, row)
        yield ""

    def row(self, name: str, row: Sequence[Quantity]) -> Iterator[str]:
        """Some numbers with their names."""
        first, more = few(row)
        text = ", ".join(map(self.equation, first)) + more
        yield from wrap(
            text,
            self.width,
            initial_indent=f"  {name:<8}",
            subsequent_indent=" " * 10,
            break_long_words=False,
        )

    # Steps ----------------------------------------------------------------------------

    def all_steps(self) -> Iterator[str]:
        """Step by step, each phase under its heading."""
        phase = ""
        for step in self.found.steps:
            if step.phase == "after":
                continue
            if step.phase != phase:
                phase = step.phase
                yield self.bold(PHASES[phase].upper())
                yield ""
            yield from self.step(step)

    def step(self, step: Step) -> Iterator[str]:
        """One step."""
        yield self.bold(step.title)
        for text in step.text:
            yield from self.paragraph(text, gap=False)
        for derivation in step.derivations:
            yield ""
            yield from self.derivation(derivation)
        yield ""
        for own in step.tables:
            yield from self.table(own)

    def table(self, own: Table) -> Iterator[str]:
        """One table."""
        yield self.bold(own.title)
        yield from self.paragraph(own.text, gap=False)
        rows = [[cell_text(c, self.places) for c in row] for row in own.rows]
        yield from table(own.heads, rows, self.width)
        yield ""

    def derivation(self, made: Derivation) -> Iterator[str]:
        """One number: rule, names, numbers, result, check, code."""
        name = made.quantity.name
        yield f"  {self.bold(name)}  {made.words}".rstrip()
        if made.rule:
            yield self.labelled("rule", plain(made.rule))
        if made.parts:
            for part in made.parts:
                value = self.signed(part.quantity)
                names, numbers = self.both(part.formula)
                kind = f"{made.part_kind} {part.label}:"
                yield self.labelled("", f"{kind} {names} = {numbers} = {value}")
        yield from self.formula(made)
        if made.factors:
            yield from self.factors(made)
        if made.check:
            yield self.labelled("check", self.check(made))
        if made.hint:
            yield self.labelled("note", made.hint)
        if made.code:
            text = made.code.in_a_line
            place = f"{made.code.file}:{made.code.line}"
            yield self.soft(self.labelled("code", f"{text}   {place}"))

    def formula(self, made: Derivation) -> Iterator[str]:
        """The formula with names above that with numbers, column by column."""
        upper, lower = spelled(made.formula, self.places)
        names, numbers = [made.quantity.name, "=", *upper], ["", "=", *lower]
        start, room = " " * (LABEL + 4), self.width - LABEL - 4
        rows = list(columns(names, numbers, room))
        for at, (above, below) in enumerate(rows):
            yield self.labelled("names" if at == 0 else "", above)
            yield self.labelled("numbers" if at == 0 else "", below)
        indent = " " * (len(made.quantity.name) + 1)
        result = self.signed(made.quantity)
        yield f"{start}{indent}= {self.bold(result)}"

    def factors(self, made: Derivation) -> Iterator[str]:
        """The chain rule, a factor a line."""
        rows = []
        for factor in made.factors:
            value = self.signed(factor.quantity)
            known = f" = {self.both(factor.formula)[1]}" if factor.formula else ""
            symbol = plain(factor.symbol)
            rows.append((symbol, f"{factor.words}{known}", value))
        width = max(len(row[0]) for row in rows)
        for at, (symbol, words, value) in enumerate(rows):
            label = "chain" if at == 0 else ""
            mark = " " if at == 0 else DOT
            text = f"{mark} {symbol:<{width}}  {value:>16}  {words}"
            yield self.labelled(label, text)

    def check(self, made: Derivation) -> str:
        """What the checks say of a gradient."""
        check = made.check
        assert check is not None
        dual = digits(check.dual or 0.0, self.places)
        central = digits(check.central, CENTRAL)
        verdict = check.verdict
        return f"dual numbers {dual}, central difference {central}: {verdict}"

    # Pieces ---------------------------------------------------------------------------

    def both(self, formula: Formula) -> tuple[str, str]:
        """A formula with names, and with numbers."""
        names, numbers = spelled(formula, self.places)
        return joined(names), joined(numbers)

    def signed(self, quantity: Quantity) -> str:
        """A number on its own."""
        return shown(quantity, self.places)

    def equation(self, quantity: Quantity) -> str:
        """A number with its name."""
        return f"{quantity.name} = {shown(quantity, self.places)}"

    # After ----------------------------------------------------------------------------

    def after(self) -> Iterator[str]:
        """The loss before and after, the weights, all other tables."""
        yield self.bold(PHASES["after"].upper())
        yield ""
        for own in tables_of(self.found):
            yield from self.table(own)
        for text in self.found.left_out:
            yield from self.paragraph(f"Left out: {text}", gap=False)
        yield self.soft(self.found.made)

    # Lines ----------------------------------------------------------------------------

    def labelled(self, label: str, text: str) -> str:
        """A line of a derivation, with what it is at its left."""
        return f"    {label:<{LABEL}}{text}".rstrip()

    def paragraph(self, text: str, gap: bool = True) -> Iterator[str]:
        """A paragraph, wrapped."""
        if text:
            yield from wrap(text, min(self.width, 88))
            if gap:
                yield ""

    def bold(self, text: str) -> str:
        """The text, bold on a terminal."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour else text

    def soft(self, text: str) -> str:
        """The text, less loud on a terminal."""
        return f"\x1b[2m{text}\x1b[0m" if self.colour else text


def columns(
    upper: Sequence[str], lower: Sequence[str], room: int
) -> Iterator[tuple[str, str]]:
    """Two rows whose parts stand above each other, broken where they are too long."""
    top, bottom, indent = "", "", len(upper[0]) + 3
    for a, b in zip(upper, lower, strict=True):
        width = max(len(a), len(b))
        if top.strip() and len(top) + width > room:
            yield top.rstrip(), bottom.rstrip()
            top = bottom = " " * indent
        gap = "" if a.endswith("(") else " "
        if a.startswith(")") and top.endswith(" ") and bottom.endswith(" "):
            top, bottom = top[:-1], bottom[:-1]
        top += f"{a:^{width}}" + gap
        bottom += f"{b:^{width}}" + gap
    yield top.rstrip(), bottom.rstrip()


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], room: int
) -> Iterator[str]:
    """Rows in columns: the first one to the left, numbers to the right. Columns that
    do not fit come below, beside the first one again."""
    every = [list(heads), *map(list, rows)]
    widths = [max(len(row[at]) for row in every) for at in range(len(heads))]
    for number, group in enumerate(column_groups(widths, room)):
        if number:
            yield ""
        for row in every if any(heads) else every[1:]:
            cells = [
                row[at].rjust(widths[at]) if at else row[at].ljust(widths[at])
                for at in group
            ]
            yield ("  " + "  ".join(cells)).rstrip()
