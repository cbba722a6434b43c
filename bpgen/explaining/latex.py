"""An explanation as LaTeX that a plain TeX Live compiles, with amsmath alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpgen.explaining.derivations import tex_name
from bpgen.explaining.digits import CENTRAL, cell_text, digits, shown
from bpgen.explaining.formulas import DOT, spelled
from bpgen.explaining.model import (
    Derivation,
    Explanation,
    Formula,
    Quantity,
    Step,
    Table,
)
from bpgen.explaining.notations import DELTA, PARTIAL
from bpgen.explaining.tables import column_groups, tables_of
from bpgen.explaining.words import PHASES, few, sample_text, title_of

HEAD = r"""\documentclass[a4paper,10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[margin=20mm]{geometry}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5em}
\emergencystretch=3em
\newcommand{\n}[1]{\text{\ttfamily #1}}
\newcommand{\code}[1]{{\small\ttfamily\raggedright #1\par}}
\newenvironment{derivation}{\begin{list}{}{\leftmargin=1.5em}\item\raggedright}{\end{list}}
\allowdisplaybreaks
\begin{document}
"""
SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "-": "{-}",
    "\u2192": r"$\to$",
    DOT: r"$\cdot$",
    PARTIAL: r"$\partial$",
    DELTA: r"$\delta$",
}
SIGNS = {
    DOT: r"\cdot",
    "<=": r"\le",
    ">=": r"\ge",
    "if": r"\ \text{if}\ ",
    "else": r"\ \text{else}\ ",
}
WIDEST = 104  # letters of a table's row
MOST_ROWS = 45
WORD = re.compile(r"\\mathrm\{[^{}]*\}")
SLOPE = re.compile(rf"{PARTIAL}(.+)/{PARTIAL}(.+)")


def latex_of(found: Explanation) -> str:
    """The whole explanation."""
    return "\n".join(Writer(found).lines()) + "\n"


class Writer:
    """Writes one explanation as lines of LaTeX."""

    def __init__(self, found: Explanation) -> None:
        self.found, self.places = found, found.digits

    def lines(self) -> Iterator[str]:
        """All lines."""
        found = self.found
        yield f"% {found.made}"
        yield HEAD
        yield rf"\section*{{{escaped(title_of(found))}}}"
        yield from (escaped(found.about), "") if found.about else ()
        for layer in found.layers:
            yield rf"\n{{{escaped(layer)}}}\\"
        rates = ", ".join(self.equation(s) for s in found.settings)
        yield f"optimizer: {escaped(found.optimizer)}{', ' * bool(rates)}{rates}"
        yield from ("", escaped(sample_text(found)), "")
        for name, row in (("Inputs", found.inputs), ("Targets", found.targets)):
            first, more = few(row)
            numbers = ", ".join(map(self.equation, first))
            yield rf"{{\raggedright {name}: {numbers}{more or '.'}\par}}"
        phase = ""
        for step in found.steps:
            if step.phase == "after":
                continue
            if step.phase != phase:
                phase = step.phase
                yield rf"\section*{{{PHASES[phase]}}}"
            yield from self.step(step)
        for table in tables_of(found):
            yield from self.table(table)
        yield from (f"{escaped(text)}\n" for text in found.left_out)
        yield from ("", rf"\emph{{{escaped(found.made)}}}", r"\end{document}")

    def step(self, step: Step) -> Iterator[str]:
        """One step."""
        yield rf"\subsection*{{{escaped(step.title)}}}"
        for text in step.text:
            yield from (escaped(text), "")
        for made in step.derivations:
            yield from self.derivation(made)
        for own in step.tables:
            yield from self.table(own, "subsubsection")

    def derivation(self, made: Derivation) -> Iterator[str]:
        """One number: rule, names, numbers, result."""
        yield r"\begin{derivation}"
        yield rf"\textbf{{$ {self.name(made.quantity.name)} $}} {escaped(made.words)}\\"
        if made.rule:
            yield rf"$\displaystyle {typeset(made.rule)}$\\[0.4em]"
        names, numbers = self.formula(made.formula)
        yield f"$ {self.name(made.quantity.name)} = {names} $" + r"\\"
        yield f"$ {{}}= {numbers} $" + r"\\"
        yield f"$ {{}}= {self.number(made.quantity)} $"
        for part in made.parts:
            names, numbers = self.formula(part.formula)
            value = self.number(part.quantity)
            label = escaped(f"{made.part_kind} {part.label}")
            yield rf"\\ {label}: $ {names} = {numbers} = {value} $"
        for factor in made.factors:
            value, known = self.number(factor.quantity), ""
            if factor.formula:
                known = f" $ = {self.formula(factor.formula)[1]} $"
            words = escaped(factor.words)
            symbol = rf"\displaystyle {typeset(factor.symbol)}"
            yield rf"\\[0.3em] $ {symbol} = {value} $: {words}{known}"
        if made.check:
            dual = digits(made.check.dual or 0.0, self.places)
            central = digits(made.check.central, CENTRAL)
            verdict = made.check.verdict
            yield rf"\\ dual numbers $\n{{{escaped(dual)}}}$, central difference"
            yield rf"$\n{{{escaped(central)}}}$: {verdict}"
        if made.hint:
            yield rf"\\ \emph{{{escaped(made.hint)}}}"
        yield ""
        if made.code:
            text = escaped(made.code.in_a_line)
            yield rf"\code{{{text} ({escaped(made.code.file)}:{made.code.line})}}"
        yield r"\end{derivation}"

    def formula(self, formula: Formula) -> tuple[str, str]:
        """A formula with names, and with numbers."""
        names, numbers = list[str](), list[str]()
        _, texts = spelled(formula, self.places)
        for piece, text in zip(formula, texts, strict=True):
            if isinstance(piece, Quantity):
                names.append(self.name(piece.name))
                inner = rf"\n{{{escaped(text.strip('()'))}}}"
                numbers.append(f"({inner})" if text.startswith("(") else inner)
            else:
                names.append(sign_tex(text))
                numbers.append(names[-1])
        return " ".join(names), " ".join(numbers)

    def number(self, quantity: Quantity) -> str:
        """A number."""
        return rf"\n{{{escaped(shown(quantity, self.places))}}}"

    def name(self, name: str) -> str:
        """A name in mathematics."""
        return typeset(name_tex(name, self.found.notation))

    def equation(self, quantity: Quantity) -> str:
        """A number with its name."""
        return f"$ {self.name(quantity.name)} = {self.number(quantity)} $"

    def table(self, table: Table, level: str = "section") -> Iterator[str]:
        """A table, in a smaller size."""
        yield r"\clearpage" if table.id == "solutions" else ""
        yield rf"\{level}*{{{escaped(table.title)}}}"
        yield from (escaped(table.text), "")
        every = [table.heads, *table.rows]
        texts = [[cell_text(cell, self.places) for cell in row] for row in every]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        for group in column_groups(widths, WIDEST):
            rows = [row_tex([row[at] for at in group]) for row in texts]
            head = [rf"{rows[0]} \hline"] if any(table.heads) else []
            for start in range(1, len(rows), MOST_ROWS):
                columns = "l" + "r" * (len(group) - 1)
                yield rf"{{\scriptsize\begin{{tabular}}{{{columns}}}"
                yield from [*head, *rows[start : start + MOST_ROWS]]
                yield from (r"\end{tabular}\par}", "")


def row_tex(cells: list[str]) -> str:
    """A row of a table."""
    return " & ".join(map(escaped, cells)) + r" \\"


def escaped(text: str) -> str:
    """Text in which nothing is a command."""
    return "".join(SPECIAL.get(letter, letter) for letter in text)


def typeset(tex: str) -> str:
    """TeX whose words in indices stand side by side."""
    return WORD.sub(lambda word: word[0].replace(r"\_", r"\,"), tex)


def sign_tex(text: str) -> str:
    """What stands between numbers."""
    if text in SIGNS:
        return SIGNS[text]
    return re.sub(
        r"[a-z_0-9]{2,}", lambda word: rf"\mathrm{{{word[0]}}}", text
    ).replace("_", r"\_")


def name_tex(name: str, notation: str) -> str:
    """A name of a notation in mathematics."""
    new = ""
    if name.startswith("new "):
        name, new = name[4:], r"^{\,\mathrm{new}}"
    slope = SLOPE.fullmatch(name)
    if slope:
        over, under = (name_tex(part, notation) for part in slope.groups())
        return rf"\frac{{\partial {over}}}{{\partial {under}}}"
    if notation == "nielsen" and "^" in name:
        head, _, rest = name.partition("^")
        layer, _, index = rest.partition("_")
        if new:
            head = rf"{head}^{{\mathrm{{new}}\,{layer}}}_{{{index}}}"
        else:
            head = f"{head}^{{{layer}}}_{{{index}}}"
        return head.replace(DELTA, r"\delta")
    if re.search(r"[\[\].]", name) or not name.isascii():
        return rf"\n{{{escaped(name)}}}{new}"
    return tex_name(name) + new
