"""An explanation as a page: one file, whole without a script, live with one.

In: the explanation in every notation, and what makes the page live. Out: HTML. Nothing
in it leaves the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from bpgen.explaining.digits import shown
from bpgen.explaining.graph import ABOUT, graph_svg
from bpgen.explaining.html_data import View, page_data, views_of
from bpgen.explaining.html_loss import CARD, loss_curves
from bpgen.explaining.html_parts import Parts, follows, heading, source_of
from bpgen.explaining.html_words import (
    NAMED,
    PATH,
    RAIL,
    RECORDER,
    SEEN,
    START,
    STAYS,
    WRONG,
    training,
)
from bpgen.explaining.live import Live
from bpgen.explaining.model import (
    Derivation,
    Explanation,
    Quantity,
    Step,
)
from bpgen.explaining.picture import Picture
from bpgen.explaining.tables import tables_of
from bpgen.explaining.words import few, sample_text

EPOCHS = (1, 10, 100, 1000)
FEW_BOXES = 9  # which stand beside the text
EQUATION = re.compile(r"\b(\w) = (\d)")  # of which no line ends within
SHARED = ("steps.js", "numbers.js", "edits.js", "training.js")  # by all live pages
SCRIPTS = (*SHARED, "page.js")
FOLDER = Path(__file__).parent / "page"


def html_of(found: Explanation, others: Mapping[str, Explanation], live: Live) -> str:
    """The page; `others` are the same explanation in every notation."""
    page = Page(found, live)
    body = page.body()
    spoken = {name: Page(own, live) for name, own in others.items()}
    data = page_data(found, live, page.views) | spoken_in(page, spoken)
    data["losses"] = loss_curves(found)
    given = scripted(data)
    derived = ",\n".join(
        f'  ["{key}", (v) => {code}]' for key, code in page.derived.items()
    )
    script = (
        f'<script type="module">\n{live.code}\n{RECORDER}'
        f"(({{ Net, PAGE, DERIVED }}) => {{\n{assets(*SCRIPTS)}}})({{\n"
        f"Net: {live.class_name},\nPAGE: {given},\n"
        f"DERIVED: [\n{derived}\n]}});\n</script>\n"
    )
    return filed(found, f"{body}\n{script}", page.is_flat)


def spoken_in(page: Page, others: Mapping[str, Page]) -> dict[str, Any]:
    """What other notations say where they differ from the page, which is written."""
    words: dict[str, int] = {}
    texts = {}
    for notation, own in others.items():
        if notation == page.found.notation:  # it stands there
            continue
        own.body()
        both = zip(page.parts.words, own.parts.words, strict=True)
        texts[notation] = [
            -1 if text == here else words.setdefault(text, len(words))
            for here, text in both
        ]
    return {"words": list(words), "texts": texts}


def handout_of(found: Explanation) -> str:
    """A page without a script: for paper."""
    page = Page(found, None)
    return filed(found, f"{page.body()}\n", page.is_flat)


def filed(found: Explanation, body: str, is_flat: bool) -> str:
    """The whole file around a body."""
    flat = ' class="flat"' if is_flat else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"{flat}>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(found.net)}: one training step, number by number</title>\n"
        f'<link rel="icon" href="data:,">\n<style>\n{asset("style.css")}</style>\n'
        f"</head>\n<body>\n{body}</body>\n</html>\n"
    )


def scripted(data: Any) -> str:
    """Data as it may stand in a script, which no text in it ends."""
    found = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return found.replace("</", "<\\/").replace("<!", "\\u003c!")


def assets(*names: str) -> str:
    """Some of them."""
    return "\n".join(map(asset, names))


def asset(name: str) -> str:
    """A file that stands in every page; its remarks and indents do not."""
    lines = map(str.strip, (FOLDER / name).read_text(encoding="ascii").split("\n"))
    return "".join(f"{line}\n" for line in lines if line and line[:2] != "//")


class Page:
    """Writes the body of one page."""

    def __init__(
        self, found: Explanation, live: Live | None, is_stepped: bool = False
    ) -> None:
        self.found, self.live, self.is_stepped = found, live, is_stepped
        self.parts = Parts(found)
        self.views: list[View] = views_of(found)
        self.derived: dict[str, str] = {}
        self.picture = Picture(found) if found.columns else None

    @property
    def is_flat(self) -> bool:
        """Whether the picture is low enough to stay in view on a phone."""
        return self.picture is not None and self.picture.is_flat

    @property
    def is_handout(self) -> bool:
        """Whether it has no script."""
        return self.live is None and not self.is_stepped

    def body(self) -> str:
        """All between <body> and the script."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The body, part by part."""
        yield '<a class="skip" href="#steps">Skip to the steps</a>'
        yield from self.head()
        yield from self.bar()
        yield '<p class="unseen" id="said" role="status" aria-live="polite"></p>'
        few = self.live is not None and len(self.found.boxes) <= FEW_BOXES
        alone = "" if self.picture or few or self.is_stepped else " alone"
        tall = " tall" if self.is_stepped else ""
        yield f'<main class="wide"><div class="spread{alone}"><div class="side{tall}">'
        yield from self.figure()
        yield from self.edits()
        yield '</div>\n<div class="steps" id="steps" tabindex="-1">'
        yield '<h2 class="unseen">The step, part by part</h2>'
        yield from self.steps()
        yield "</div></div>"
        yield from self.more()
        yield "</main>"
        yield f'<footer class="wide"><small>{escape(self.found.made)}</small></footer>'

    def head(self) -> Iterator[str]:
        """The title, the net, two switches."""
        found = self.found
        yield '<header class="wide head"><h1>One training step, number by number</h1>'
        options = "".join(
            f'<option value="{name}"{" selected" * (name == found.notation)}>{label}'
            "</option>"
            for name, label in NAMED.items()
        )
        yield '<div class="tools">'
        if not self.is_handout:
            yield '<label for="notation">Names</label>'
            yield f'<select id="notation">{options}</select>'
        yield '<button class="plain" id="theme" type="button">Dark page</button></div>'
        yield f"<p>{escape(found.about)}</p>" if found.about else ""
        layers = " &rarr; ".join(escape(text) for text in found.layers)
        if self.is_stepped:  # the picture says what they are
            count = sum(box.parameters for box in found.boxes)
            layers = f"{len(found.layers)} layers, {count:,} parameters"
        yield f'<p class="layers">{escape(found.net)}: {layers}</p></header>'

    def bar(self) -> Iterator[str]:
        """The stepper."""
        yield '<nav class="bar" aria-label="Steps"><div class="wide">'
        yield '<div class="rail"><ol>'
        phase = ""
        for view in self.views:
            if view.phase != phase:
                yield "</ol></li>" if phase else ""
                phase = view.phase
                yield f'<li><span class="phase">{RAIL[phase]}</span><ol>'
            label = self.parts.say(escape(view.label)) if view.path else view.label
            yield (
                f'<li><a href="#{view.id}"><span class="unseen">{RAIL[phase]} </span>'
                f"{label}</a></li>"
            )
        yield "</ol></li></ol></div>"
        yield (
            '<div class="keys" role="group" aria-label="Move through the steps">'
            '<button id="back" type="button" aria-keyshortcuts="ArrowLeft">Back'
            "</button>"
            '<span id="count"></span><button class="main" id="next" type="button" '
            'aria-keyshortcuts="ArrowRight">Next</button></div></div></nav>'
        )

    def figure(self) -> Iterator[str]:
        """The picture, with what its numbers are at each phase."""
        if self.picture is None:
            yield from self.layers()
            return
        shown = "forward" if self.is_handout else "backward"
        yield f'<figure id="figure">{self.picture.svg(shown)}<figcaption>'
        for mode, text in SEEN.items():
            modes = f"{mode} start loss" if mode == "forward" else mode
            hidden = "" if mode == shown else " hidden"
            yield f'<p data-mode="{modes}"{hidden}>{text}</p>'
        for kind, word in (("pos", "positive"), ("neg", "negative")):
            yield (
                '<span class="key long"><svg viewBox="0 0 32 8" class="net" '
                f'aria-hidden="true"><path class="line {kind}" d="M0 4H32" '
                f'stroke-width="3"/></svg> {word}</span>'
            )
        yield '<span class="long">Thicker is larger; the picture rounds.</span>'
        yield "</figcaption></figure>"

    def layers(self) -> Iterator[str]:
        """The layers, one below the other; without numbers where these may change."""
        boxes, about = self.found.boxes, ABOUT
        if self.live is not None:
            boxes = tuple(replace(box, forward=None, slope=None) for box in boxes)
            about = "The layers, and who reads whom."
        yield f'<figure class="layers">{graph_svg(boxes, not self.is_handout)}'
        yield f"<figcaption><p>{about}</p></figcaption></figure>"

    def edits(self) -> Iterator[str]:
        """Fields for the numbers that can be changed."""
        found, live = self.found, self.live
        if live is None:
            return
        sample = [*found.inputs, *found.targets]
        yield '<form class="edits" aria-label="Change the numbers" '
        yield 'autocomplete="off" spellcheck="false" onsubmit="return false">'
        if len(sample) <= 16:
            fields = " ".join(map(self.field, sample))
            yield f'<div class="row">{fields}</div>'
        rate = "".join(self.field(s) for s in found.settings if s.key == live.rate)
        yield (
            f'<div class="row">{rate} <small>All numbers follow at once. '
            '<span class="mine">Some are yours now.</span></small> '
            '<button class="plain" id="reset" type="button" disabled>Reset</button>'
            "</div>"
        )
        fields = "\n".join(self.field(weight.before) for weight in found.every)
        yield "<details><summary>Weights and biases</summary>"
        yield f'<div class="grid">{fields}</div></details>{WRONG}</form>'

    def field(self, quantity: Quantity) -> str:
        """One field."""
        value = shown(quantity, self.found.digits)
        return (
            f"<label>{self.parts.say(escape(quantity.name))}"
            f'<input name="{quantity.key}" value="{value}" inputmode="decimal"></label>'
        )

    # Steps ----------------------------------------------------------------------------

    def steps(self) -> Iterator[str]:
        """Every step as a section; the first one says what there is."""
        count, by_id = len(self.views), {step.id: step for step in self.found.steps}
        for number, view in enumerate(self.views, 1):
            if view.phase == "update" and self.picture is not None and self.live:
                yield f'<figure class="handout"><figcaption>{SEEN["update"]}'
                yield "</figcaption></figure>"
            yield f'<section class="step" id="{view.id}" aria-labelledby="t-{view.id}">'
            yield f'<p class="kicker">{RAIL[view.phase]}, step {number} of {count}</p>'
            if view.phase == "start":
                yield from self.start(view)
            elif view.path:
                yield from self.path(view)
            else:
                yield from self.step(by_id[view.id])
            yield "</section>"

    def start(self, view: View) -> Iterator[str]:
        """What the step starts from."""
        found, parts = self.found, self.parts
        count = len(found.every)
        title = f"{count} parameters and one sample" if count else "One sample"
        yield f'<h3 id="t-{view.id}">{title}</h3><p>{START}</p>'
        yield f"<p>{escape(sample_text(found))}</p>"
        for name, row in (("inputs", found.inputs), ("targets", found.targets)):
            cells = "".join(
                f"<td>{parts.say(escape(q.name))}: {parts.number(q)}</td>"
                for q in few(row)[0]
            )
            cells += f"<td>{few(row)[1]}</td>" if few(row)[1] else ""
            yield f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">'
            yield f'<table><tbody><tr><th scope="row">{name}</th>{cells}</tr></tbody>'
            yield "</table></div>"
        rows = "".join(
            f'<tr><th scope="row">{parts.say(escape(w.before.name))}</th>'
            f"<td>{escape(w.into)}</td><td>{source_of(w.source)}</td>"
            f"<td>{parts.number(w.before)}</td><td>{'frozen' * w.is_frozen}</td></tr>"
            for w in found.every[:60]
        )
        if not rows:
            return
        heads = ("parameter", "into", "from", "value", "")
        cells = "".join(map(heading, heads))
        yield '<div class="scroll" tabindex="0" role="group" aria-label="Parameters">'
        yield f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"
        yield "</div>"

    def path(self, view: View) -> Iterator[str]:
        """The step of one path."""
        made, part = view.path or (None, None)
        assert made is not None and part is not None
        unit = made.quantity.key.partition("_")[2]
        label = self.parts.say(escape(part.label))
        yield f'<h3 id="t-{view.id}">The path {label}</h3>'
        yield f"<p>{PATH.format(unit=escape(unit), to=escape(part.to))}</p>"
        if part.factors:
            yield self.parts.chain(part.factors, part.quantity)
        name = self.parts.number(part.quantity)
        yield f"<p>This path adds {name} to the slope.</p>"
        self.derive(made)

    def step(self, step: Step) -> Iterator[str]:
        """One step with its derivations."""
        yield f'<h3 id="t-{step.id}">{escape(step.title)}</h3>'
        for text in step.text:
            whole = EQUATION.sub("\\1&nbsp;=&nbsp;\\2", escape(text))
            yield f"<p>{whole}</p>"
        if step.phase == "after":
            for table in tables_of(self.found)[:1]:
                yield self.parts.table(table)
        for table in step.tables:
            id_ = f' id="{table.id}"' if table.id else ""
            yield f'<div class="told"{id_}><h4>{escape(table.title)}</h4>'
            yield f"<p>{escape(table.text)}</p>{self.parts.table(table)}</div>"
        last: Derivation | None = None
        for made in step.derivations:
            self.derive(made)
            key, is_back = made.quantity.key, step.phase == "backward"
            own = f"{key}-value" if key in {view.id for view in self.views} else key
            yield self.parts.derivation(made, is_back, own, last)
            last = made

    def derive(self, made: Derivation) -> None:
        """Note what the script has to work out beside the net."""
        for part in made.parts:
            self.derived[part.quantity.key] = part.script
        for factor in (*made.factors, *(f for p in made.parts for f in p.factors)):
            if factor.script:
                self.derived[factor.quantity.key] = factor.script
        if made.script:
            self.derived[made.quantity.key] = made.script

    # Below ----------------------------------------------------------------------------

    def more(self) -> Iterator[str]:
        """What stands below the stepper."""
        found = self.found
        if self.live is not None and self.live.data is not None:
            yield training("all its data", EPOCHS)
        cards = "".join(map(self.parts.card, found.curves))
        cards += CARD if loss_curves(found) and self.live else ""
        if cards:
            yield f'<section class="more live-only cards">{cards}</section>'
        told = 1 if found.steps else 0  # tables, in the last step
        for table in tables_of(found)[told:]:
            own = f' id="{table.id}"' if table.id else ""
            kind = "more answers" if table.id == "solutions" else "more"
            stays = self.live is not None and not follows(table)
            kind += " as-given" * stays
            yield f'<section class="{kind}"{own}><h2>{escape(table.title)}</h2>'
            yield f'<p class="mine hint say">{STAYS}</p>' if stays else ""
            yield f"<p>{escape(table.text)}</p>" if table.text else ""
            yield f"{self.parts.table(table)}</section>"
        for text in found.left_out:
            yield f'<p class="soft">{escape(text)}</p>'
        rows = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>"
            for name, words in found.legend
        )
        said = f"The names are those of {escape(found.file)}, which bpgen emits."
        yield (
            f'<section class="more" id="names"><h2>The names</h2><p>{said}</p>'
            f"<dl>{rows}</dl></section>"
        )
