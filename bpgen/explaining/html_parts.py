"""The parts of a page: numbers, formulas, derivations, tables, curves, as HTML.

A number stands in `<b data-n="KEY">`, and what a notation decides in
`<span data-w>`, so that the page's script can write both anew.
"""

from __future__ import annotations

from html import escape

from bpgen.explaining.digits import cell_text, shown
from bpgen.explaining.formulas import spelled
from bpgen.explaining.model import (
    AGREE,
    DIFFER,
    KINK,
    Cell,
    Curve,
    Derivation,
    Explanation,
    Factor,
    Formula,
    Part,
    Pixel,
    Quantity,
    Table,
)
from bpgen.explaining.tex import mathml


class Parts:
    """Writes the parts of one page; `words` collects what the notation decides."""

    def __init__(self, found: Explanation) -> None:
        self.found, self.places = found, found.digits
        self.words: list[str] = []

    def say(self, html: str, kind: str = "") -> str:
        """A text of the notation, which a switch replaces."""
        self.words.append(html)
        own = f' class="{kind}"' if kind else ""
        return f"<span{own} data-w>{html}</span>"

    # Numbers --------------------------------------------------------------------------

    def number(self, quantity: Quantity, text: str = "", kind: str = "") -> str:
        """A number that the script can replace; one in a formula, whose text is given,
        has no colour."""
        is_alone, text = not text, text or shown(quantity, self.places)
        marks = " data-g" * quantity.is_given
        classes = [kind] if kind else []
        if is_alone and quantity.value < 0:
            classes.append("neg")
        own = f' class="{" ".join(classes)}"' if classes else ""
        return f'<b data-n="{quantity.key}"{marks}{own}>{text}</b>'

    def grouped(self, quantity: Quantity, text: str) -> str:
        """A number inside of a formula, in parentheses where it is negative."""
        return self.number(quantity, text).replace("<b ", "<b data-p ", 1)

    def formula(self, formula: Formula) -> str:
        """The numbers of a formula in a line."""
        _, numbers = spelled(formula, self.places)
        parts, last = [], "("
        for piece, text in zip(formula, numbers, strict=True):
            if isinstance(piece, Quantity):
                grouped = not last.endswith("(")
                parts.append(
                    self.grouped(piece, text) if grouped else self.number(piece, text)
                )
                last = ""
            else:
                parts.append(escape(text))
                last = text
        return " ".join(parts).replace("( ", "(").replace(" )", ")")

    def columns(self, formula: Formula) -> str:
        """Every name above its number."""
        names, numbers = spelled(formula, self.places)
        cells, last = [], "("
        for piece, name, text in zip(formula, names, numbers, strict=True):
            if isinstance(piece, Quantity):
                grouped = not last.endswith("(")
                number = (
                    self.grouped(piece, text) if grouped else self.number(piece, text)
                )
                above = self.say(escape(name))
                cells.append(f"<span><i>{above}</i>{number}</span>")
                last = ""
            else:
                sign = escape(name)
                cells.append(f'<s data-s="{sign}">{sign}</s>')
                last = text
        return "".join(cells)

    # Derivations ----------------------------------------------------------------------

    def derivation(
        self, made: Derivation, is_back: bool, id_: str, last: Derivation | None = None
    ) -> str:
        """Rule, names above numbers, result, check, code; where the rule or the code is
        that of the one before, it is not told again."""
        is_told = last is not None and made.rule == last.rule
        is_again = is_told and bool(made.rule) and not made.parts
        own = made.quantity
        name = self.say(escape(own.name), "nm")
        lines = [f"<h4>{name} {self.say(escape(made.words))}</h4>"]
        if made.rule and not is_again:
            rule = self.say(mathml(made.rule))
            lines.append(
                f'<div class="line-of rule"><small>rule</small><div>{rule}</div></div>'
            )
        if made.parts:
            lines.append(self.parts(made))
        if len(made.factors) > 1 and not is_again:
            lines.append(self.chain(made.factors, own))
        target = self.say(escape(own.name))
        lines.append(
            '<div class="eq"><div><small>names<br>numbers</small>'
            f'<span class="to">{target} =<br><span class="unseen">is</span>'
            '<u aria-hidden="true">=</u></span>'
            f'<span class="fx">{self.columns(made.formula)}</span></div>'
            f'<div class="res"><small></small><span class="is" aria-hidden="true">='
            f'</span><span class="fx">{self.number(own, kind="out")}</span></div></div>'
        )
        if made.check and own.key.startswith("d"):
            lines.append(self.check(made))
        if made.hint:
            lines.append(f'<p class="hint say">{escape(made.hint)}</p>')
        if made.code and not (last and made.code == last.code):
            text = escape(made.code.in_a_line)
            place = f"{escape(made.code.file)}:{made.code.line}"
            lines.append(
                '<div class="line-of code"><small>code</small><div>'
                f'<code>{text}</code> <span class="at">{place}</span></div></div>'
            )
        kind = "d back" if is_back else "d"
        return f'<div class="{kind}" id="{id_}">\n' + "\n".join(lines) + "\n</div>"

    def check(self, made: Derivation) -> str:
        """What dual numbers and a central difference say."""
        check, key = made.check, made.quantity.key
        assert check is not None
        dual = self.number(Quantity(f"dual_{key}", "", check.dual or 0.0))
        central = self.number(Quantity(f"central_{key}", "", check.central, places=7))
        verdict = self.verdict(key, check.verdict)
        return (
            '<div class="line-of check"><small>check</small><div class="say">'
            f"dual numbers {dual}, central difference {central}: {verdict}</div></div>"
        )

    def verdict(self, key: str, word: str) -> str:
        """Whether a gradient agrees with its checks."""
        bad = ' class="bad"' if word == DIFFER else ""
        return f'<b data-agrees="{key}"{bad}>{word}</b>'

    def chain(self, factors: tuple[Factor, ...], result: Quantity) -> str:
        """The factors of the chain rule in a box, and their product."""
        boxes = []
        for factor in factors:
            known = ""
            if factor.formula and len(factors) == 2:
                known = f" = {self.formula(factor.formula)}"
            number = self.number(factor.quantity)
            if factor.quantity.key == "one":
                number = "<b>1</b>"
            symbol = self.say(mathml(factor.symbol))
            words = self.say(escape(factor.words))
            boxes.append(f"<div>{symbol}<span>{words}{known}</span>{number}</div>")
        name = self.say(escape(result.name), "nm")
        boxes.append(f'<div class="all">{name}{self.number(result)}</div>')
        count = len(boxes)
        return f'<div class="chain" style="--n:{count}">{"".join(boxes)}</div>'

    def parts(self, made: Derivation) -> str:
        """The paths, or what each output adds, as rows; then the sum."""
        rows = []
        for part in made.parts:
            label = self.say(escape(part.label))
            formula = f'<td class="f">{self.formula(part.formula)}</td>'
            link = self.link(made, part, label)
            number = self.number(part.quantity)
            rows.append(
                f'<tr><th scope="row">{link}</th>{formula}<td>{number}</td></tr>'
            )
        total = self.number(made.quantity)
        rows.append(
            f'<tr class="sum"><th scope="row">sum</th><td></td><td>{total}</td></tr>'
        )
        heads = {
            "path": ("path to the loss", "slope times weight"),
            "output": ("output", "its share"),
        }[made.part_kind]
        head = "".join(map(heading, (*heads, "")))
        return scrolled(
            f'<table class="paths"><thead><tr>{head}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def link(self, made: Derivation, part: Part, label: str) -> str:
        """The label of a path, which leads to the step of that path."""
        if made.part_kind != "path":
            return label
        return f'<a href="#{path_step(made, part)}">{label}</a>'

    # Tables and curves ----------------------------------------------------------------

    def table(self, own: Table) -> str:
        """A table; the first cell of a row is its heading."""
        head = ""
        if any(own.heads):
            cells = "".join(map(heading, own.heads))
            head = f"<thead><tr>{cells}</tr></thead>"
        rows = "".join(f"<tr>{self.row(row)}</tr>" for row in own.rows)
        is_image = any(isinstance(cell, Pixel) for row in own.rows for cell in row)
        kind = ' class="image"' if is_image else ""
        return scrolled(f"<table{kind}>{head}<tbody>{rows}</tbody></table>")

    def row(self, row: tuple[Cell, ...]) -> str:
        """One row."""
        first, *others = row
        own = [f'<th scope="row">{escape(cell_text(first, self.places))}</th>']
        slope = ""
        for cell in others:
            if isinstance(cell, Quantity):
                slope = cell.key if not slope and cell.key.startswith(SLOPES) else slope
                own.append(f"<td>{self.number(cell)}</td>")
            elif isinstance(cell, Pixel):
                kind = "pixel" + " lit" * cell.is_lit
                kind += " minus" * cell.text.startswith("-")
                text = f"{escape(cell.text)}{MARKED * cell.is_lit}"
                own.append(
                    f'<td class="{kind}" style="--v:{cell.depth:.2f}">{text}</td>'
                )
            elif cell in (AGREE, DIFFER, KINK) and slope:
                own.append(f"<td>{self.verdict(slope, str(cell))}</td>")
            else:
                own.append(f"<td>{escape(cell_text(cell, self.places))}</td>")
        return "".join(own)

    def card(self, curve: Curve) -> str:
        """A function with its slope, and a mark for every neuron."""
        low = min(0.0, *(min(y, slope) for _, y, slope in curve.points))
        high = max(1.0, *(max(y, slope) for _, y, slope in curve.points))
        dx, dy = 380 / 12, 150 / (high - low)
        x0, y0 = 10 + 6 * dx, 20 + high * dy

        def at(x: float, y: float) -> str:
            return f"{x0 + x * dx:.1f},{y0 - y * dy:.1f}"

        value = "L".join(at(x, y) for x, y, _ in curve.points)
        slope = "L".join(at(x, s) for x, _, s in curve.points)

        def mark(own: tuple[str, str, str], dot: tuple[float, float]) -> str:
            (label, x, y), (u, w) = own, dot
            cx, cy = x0 + dx * max(-6.0, min(6.0, u)), y0 - dy * w
            is_right = cx > 260.0
            anchor, aside = ("end", -7) if is_right else ("start", 7)
            return (
                f'<circle r="5" data-x="{x}" data-y="{y}" data-label="{label}" '
                f'cx="{cx:.1f}" cy="{cy:.1f}"/><text class="mark" id="mark-{label}" '
                f'text-anchor="{anchor}" x="{cx + aside:.1f}" y="{cy - 7:.1f}">'
                f"{escape(label)}</text>"
            )

        marks = "".join(map(mark, curve.marks[:8], curve.dots))
        return (
            f'<div class="card"><h3>{escape(curve.title)}</h3>'
            f"<p>{mathml(curve.rule)}</p>"
            '<svg viewBox="0 0 400 190" role="img" '
            f'aria-label="{escape(curve.title)}" '
            f'data-x0="{x0:.1f}" data-dx="{dx:.3f}" data-y0="{y0:.1f}" '
            f'data-dy="{dy:.3f}">'
            f'<line x1="10" x2="390" y1="{y0:.1f}" y2="{y0:.1f}"/>'
            f'<line x1="{x0:.1f}" x2="{x0:.1f}" y1="15" y2="175"/>'
            f'<path class="second" d="M{slope}"/><path class="curve" d="M{value}"/>'
            f'<text x="10" y="186">-6</text><text x="380" y="186">6</text>{marks}</svg>'
            '<p class="soft">Solid: the function of z. Dashed: its slope, by which '
            "what comes back is multiplied. Where it is flat a neuron learns less.</p>"
            "</div>"
        )


MARKED = '<span class="unseen"> marked</span>'
SLOPES = ("mean_d", "dw", "db", "d_")


def heading(text: str) -> str:
    """The heading of a column; one without a word is none."""
    return f'<th scope="col">{escape(text)}</th>' if text else "<td></td>"


def scrolled(table: str) -> str:
    """A table that scrolls by itself where it is too wide."""
    own = 'class="scroll" tabindex="0" role="group" aria-label="Table"'
    return f"<div {own}>{table}</div>"


def path_step(made: Derivation, part: Part) -> str:
    """The id of the step of a path."""
    unit = made.quantity.key.partition("_")[2]
    return f"backward-{unit}-by-{part.to}"


def follows(table: Table) -> bool:
    """Whether the page's script knows every number of a table."""
    return not any(
        isinstance(cell, (float, Pixel)) for row in table.rows for cell in row
    )


def source_of(source: str) -> str:
    """Where a weight comes from, in words."""
    return escape(source) or "the constant 1"
