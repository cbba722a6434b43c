"""An explanation as Markdown, as GitHub renders it: rules as mathematics, formulas as
blocks of code, numbers in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpgen.explaining.digits import CENTRAL, cell_text, digits, shown
from bpgen.explaining.formulas import DOT, joined, spelled
from bpgen.explaining.model import Derivation, Explanation, Step, Table
from bpgen.explaining.tables import tables_of
from bpgen.explaining.words import PHASES, few, sample_text, title_of


def markdown_of(found: Explanation) -> str:
    """The whole explanation."""
    return "\n".join(Writer(found).lines()) + "\n"


class Writer:
    """Writes one explanation as lines of Markdown."""

    def __init__(self, found: Explanation) -> None:
        self.found, self.places = found, found.digits

    def lines(self) -> Iterator[str]:
        """All lines."""
        found = self.found
        yield from (f"# {escaped(title_of(found))}", "")
        if found.about:
            yield from (escaped(found.about), "")
        yield from (f"- `{layer}`" for layer in found.layers)
        rates = "".join(
            f", `{s.name} = {shown(s, self.places)}`" for s in found.settings
        )
        yield from (f"- optimizer: `{found.optimizer}`{rates}", "")
        yield from (escaped(sample_text(found)), "")
        rows = [("inputs", found.inputs), ("targets", found.targets)]
        for name, row in rows:
            first, more = few(row)
            cells = ", ".join(f"`{q.name} = {shown(q, self.places)}`" for q in first)
            yield from (f"{name.capitalize()}: {cells}{more}", "")
        phase = ""
        for step in found.steps:
            if step.phase != phase and step.phase != "after":
                phase = step.phase
                yield from (f"## {PHASES[phase]}", "")
            yield from self.step(step)
        yield from self.tables()
        yield from (escaped(text) + "\n" for text in found.left_out)
        yield f"*{found.made}*"

    def step(self, step: Step) -> Iterator[str]:
        """One step."""
        if step.phase == "after":
            return
        yield from (f"### {escaped(step.title)}", "")
        for text in step.text:
            yield from (escaped(text), "")
        for made in step.derivations:
            yield from self.derivation(made)
        for own in step.tables:
            yield from self.table(own, "####")

    def derivation(self, made: Derivation) -> Iterator[str]:
        """One number."""
        name, result = made.quantity.name, shown(made.quantity, self.places)
        yield from (f"**`{name}`** {escaped(made.words)}".rstrip(), "")
        if made.rule:
            yield from ("```math", made.rule, "```", "")
        yield "```text"
        names, numbers = map(joined, spelled(made.formula, self.places))
        indent = " " * len(name)
        yield from (
            f"{name} = {names}",
            f"{indent} = {numbers}",
            f"{indent} = {result}",
        )
        yield from ("```", "")
        for part in made.parts:
            names, numbers = map(joined, spelled(part.formula, self.places))
            value = shown(part.quantity, self.places)
            yield f"- {made.part_kind} {part.label}: `{names} = {numbers} = {value}`"
        if made.factors:
            yield from self.chain(made)
        if made.parts or made.factors:
            yield ""
        if made.check:
            dual = digits(made.check.dual or 0.0, self.places)
            central = digits(made.check.central, CENTRAL)
            verdict = made.check.verdict
            yield f"Dual numbers `{dual}`, central difference `{central}`: {verdict}.\n"
        if made.hint:
            yield f"> {escaped(made.hint)}\n"
        if made.code:
            text = made.code.in_a_line
            yield from (f"`{text}` ({made.code.file}:{made.code.line})", "")

    def chain(self, made: Derivation) -> Iterator[str]:
        """The factors of the chain rule."""
        for factor in made.factors:
            known = ""
            if factor.formula:
                known = f" = `{joined(spelled(factor.formula, self.places)[1])}`"
            value = shown(factor.quantity, self.places)
            yield f"- $`{factor.symbol}`$ {escaped(factor.words)}{known}: `{value}`"

    def tables(self) -> Iterator[str]:
        """All tables."""
        for own in tables_of(self.found):
            yield from self.table(own, "##")

    def table(self, own: Table, level: str) -> Iterator[str]:
        """One table."""
        yield from (f"{level} {escaped(own.title)}", "")
        if own.text:
            yield from (escaped(own.text), "")
        heads = [f"`{head}`" if "_" in head else head for head in own.heads]
        yield from row_lines(heads, first=True)
        for row in own.rows:
            cells = [cell_text(cell, self.places) for cell in row]
            yield from row_lines(
                [f"`{cell}`" if "_" in cell else cell for cell in cells]
            )
        yield ""


def row_lines(cells: Sequence[str], first: bool = False) -> Iterator[str]:
    """A row of a table, with the line below the first one."""
    yield f"| {' | '.join(cell.replace('|', DOT) for cell in cells)} |"
    if first:
        yield f"| --- |{' ---: |' * (len(cells) - 1)}"


def escaped(text: str) -> str:
    """Prose in which nothing is a mark."""
    for mark in "\\`*_{}[]<>#|$":
        text = text.replace(mark, f"\\{mark}")
    return text
