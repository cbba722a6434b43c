"""What `bpgen explain` does: a net, its step, and the view that is asked for."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpgen import __version__
from bpgen.commands.emit import Net
from bpgen.commands.explain_code import code_of
from bpgen.commands.files import write
from bpgen.commands.nets import load_network
from bpgen.commands.style import automatic_style
from bpgen.errors import InputError, Problem, suggestion
from bpgen.explaining.digits import LEAST, MOST
from bpgen.explaining.explain import explained
from bpgen.explaining.model import MADE_BY, Explanation
from bpgen.explaining.notations import NOTATIONS, known_of, namer
from bpgen.explaining.request import Emitted, Request
from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of
from bpgen.lowering.evaluated import values_of
from bpgen.lowering.network import lower
from bpgen.program.blocks import Program
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Element, Role, Variable
from bpgen.runtime.net import Net as Learner
from bpgen.runtime.primitives import Rows
from bpgen.styles.loops import localize
from bpgen.styles.nested import nest
from bpgen.styles.unrolled import unroll
from bpgen.writing.comments import label_of
from bpgen.writing.legend import PARAMETERS, VALUES, Legend
from bpgen.writing.options import Options
from bpgen.writing.pages import page_of as page_of_file

if TYPE_CHECKING:
    from bpgen.explaining.overview import Overview

SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".json": "json",
    ".svg": "svg",
}
NARROWEST, WIDEST, PIPED = 72, 120, 100


def explanation(
    file: str | None, options: Mapping[str, Any], is_terminal: bool = False
) -> str:
    """The explanation of a net as text; nothing if it was written to a file."""
    request, example = request_of(options), options["example"]
    if bool(file) == bool(example):
        told = "which net? Name a file, or" if not file else "either a file, or"
        raise InputError([Problem(f"{told} --example mazur")])
    file = file or str(classic(example))
    output = Path(options["output"])
    form = options["form"] or SUFFIXES.get(output.suffix, "text")
    if form == "json" and options["blanks"]:
        raise InputError([Problem("--blanks is a handout for people: not for JSON")])
    network = load_network(file, options.get("data_folder"))
    program = lower(network)
    language = LANGUAGES[options["language"]]
    is_piped = options["output"] != "-" or not is_terminal
    style, _ = automatic_style(network, program, LANGUAGES["python"])
    large = Net(file, network, program)
    if style == "loops" and form == "svg" and request.steps:
        text = curve_of_large(large, request.steps)
    elif style == "loops" and form == "html":
        text = large_page_of(large, language.name, request)
    elif style == "loops":
        text = viewed(overview_of(large, language.name, request), form, is_piped)
    elif form == "svg":
        net = Net(file, network, unroll(program))
        text = picture_of(net, language.name, request, example)
    elif form == "html":
        net = Net(file, network, unroll(program))
        text = page_of(net, language.name, request, example)
    else:
        net = Net(file, network, unroll(program))
        emitted = emitted_of(net, language.name)
        found = explanation_of(net, emitted, request, example)
        text = viewed(found, form, is_piped)
    if options["output"] == "-":
        return text
    check_overwritable(output, options["force"])
    write(output, text)
    return ""


def picture_of(net: Net, language: str, request: Request, example: str = "") -> str:
    """The net as a picture; with steps, the curve of the loss on the way."""
    from bpgen.explaining.course import course
    from bpgen.explaining.svg import curve_of, svg_of

    if request.steps:
        rows = course(net.network, net.program, request.steps, is_even=True)
        if not rows:
            raise InputError([Problem("--steps: this net has no data to learn from")])
        return curve_of(rows, made_from(net), net.network.name)
    found = explanation_of(net, emitted_of(net, language), request, example)
    return svg_of(found)


def curve_of_large(net: Net, steps: int) -> str:
    """The curve of the loss of a net that is too large to be written out."""
    from bpgen.commands.explain_large import engine_of
    from bpgen.explaining.course import FEW, course_of
    from bpgen.explaining.svg import curve_of

    rows = course_of(net.network, engine_of(net), steps, is_even=True, most=FEW)
    if not rows:
        raise InputError([Problem("--steps: this net has no data to learn from")])
    return curve_of(rows, made_from(net), net.network.name)


def overview_of(net: Net, language: str, request: Request) -> Explanation:
    """The explanation of a net that is too large to be written out."""
    return overview(net, language, request).explanation(dual_slopes)


def overview(net: Net, language: str, request: Request) -> Overview:
    """What explains a net that is too large to be written out."""
    from bpgen.commands.explain_large import emitted_large, engine_of
    from bpgen.explaining.overview import Overview

    plain = localize(net.program)
    looped = replace(net, program=nest(plain))
    emitted, engine = emitted_large(looped, plain, language), engine_of(net)
    names = namer(request.notation, known_of(net.network, emitted.names))
    emitted = replace(emitted, names=names)
    return Overview(net.network, looped.program, emitted, request, engine)


def large_page_of(net: Net, language: str, request: Request) -> str:
    """A page that steps; of one number, and for paper, a page without a script."""
    from bpgen.commands.explain_page import large_live_of
    from bpgen.explaining.html import handout_of
    from bpgen.explaining.html_large import stepped_of

    own = overview(net, language, request)
    rate, keys = float(own.net.learning_rate), own.emitted.keys
    found = own.explanation(dual_slopes)
    if request.blanks or not found.steps:
        return handout_of(found)
    known = known_of(net.network, keys)
    others = {
        name: own.spoken(found, name, namer(name, known))
        for name in NOTATIONS
        if name != request.notation
    }
    return stepped_of(found, others, large_live_of(net, found, keys, rate))


def page_of(net: Net, language: str, request: Request, example: str = "") -> str:
    """The explanation as a page, in every notation."""
    from bpgen.commands.explain_page import live_of, script_of
    from bpgen.explaining.html import handout_of, html_of

    emitted = replace(emitted_of(net, language), script=script_of(net))
    if request.blanks:
        return handout_of(explanation_of(net, emitted, request))
    every = {
        name: explanation_of(net, emitted, replace(request, notation=name), example)
        for name in NOTATIONS
    }
    live = live_of(net, emitted.keys, request)
    return html_of(every[request.notation], every, live)


def classic(name: str) -> Path:
    """The net.yaml of a classic: of this command, or one of the examples."""
    package = Path(__file__).parent.parent
    inside = package / "examples"
    shared = inside if inside.is_dir() else package.parent / "examples"
    folders = (package / "explaining" / "classics", shared)
    known = {path.stem: path for folder in folders[::-1] for path in _nets(folder)}
    if name not in known:
        told = suggestion(name, known) or f" (known: {', '.join(sorted(known))})"
        raise InputError([Problem(f"--example: unknown name {name[:40]!a}{told}")])
    return known[name]


def _nets(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def request_of(options: Mapping[str, Any]) -> Request:
    """What is asked for, checked."""
    if not LEAST <= options["digits"] <= MOST:
        message = f"--digits {options['digits']}: from {LEAST} to {MOST}"
        raise InputError([Problem(message)])
    if options["steps"] < 0:
        raise InputError([Problem(f"--steps {options['steps']}: from 1 up")])
    names = ("sample", "steps", "neuron", "weight", "digits", "notation", "blanks")
    own = {name: options[name] for name in names}
    return Request(**own, contrast=options["contrast"] or "")


def viewed(found: Explanation, form: str, is_piped: bool) -> str:
    """The explanation in the format that is asked for."""
    match form:
        case "markdown":
            from bpgen.explaining.markdown import markdown_of

            return markdown_of(found)
        case "latex":
            from bpgen.explaining.latex import latex_of

            return latex_of(found)
        case "svg":
            from bpgen.explaining.svg import svg_of

            return svg_of(found)
        case "json":
            from bpgen.explaining.json_view import json_of

            return json_of(found)
    from bpgen.explaining.text import text_of

    if is_piped:
        return text_of(found, PIPED)
    columns = shutil.get_terminal_size().columns
    return text_of(found, min(max(columns, NARROWEST), WIDEST), colour=True)


def check_overwritable(path: Path, force: bool) -> None:
    """An error if writing would destroy what this command did not make."""
    if force or not path.exists():
        return
    if not path.is_file():
        raise InputError([Problem(f"{path} is not a regular file")])
    if MADE_BY.encode() not in path.read_bytes():
        message = f"{path} was not made by bpgen explain; --force overwrites it"
        raise InputError([Problem(message)])


def explanation_of(
    net: Net, emitted: Emitted, request: Request, example: str = ""
) -> Explanation:
    """The explanation of a small net, checked by dual numbers; beside the numbers of
    its source, if it is a classic."""
    found = explained(net.network, net.program, emitted, request, dual_slopes)
    if not example or request.blanks or found.focus:
        return found
    from bpgen.commands.explain_large import engine_of
    from bpgen.explaining.published import published_of

    looped = replace(net, program=lower(net.network))
    own = published_of(example, found, lambda: engine_of(looped))
    return replace(found, published=tuple(own))


def dual_slopes(
    net: Learner, program: Program, keys: Sequence[Key], inputs: Rows, targets: Rows
) -> dict[Key, float]:
    """The slopes of a batch's loss by some parameters, by dual numbers."""
    from bpgen.verifying.duals import DualBlocks, one_by_one

    blocks = DualBlocks(program, one_by_one(keys), sets_gradients=False)
    blocks.values.update(values_of(net))
    if net.facts.draws:
        blocks.draw_from(net._generator)
    blocks.zero()
    if net.facts.is_batched:
        kept = blocks.forward_rows(inputs)
        blocks.loss_rows(kept, targets)
        blocks.backward_rows(kept, targets)
    else:
        for row, aim in zip(inputs, targets, strict=True):
            kept = blocks.forward(row)
            blocks.loss(kept, aim)
            blocks.backward(kept, aim)
    blocks.mean(float(len(inputs)))
    if net.facts.has_penalty:
        blocks.penalty_gradient()
    found = blocks.slope_sums or [0.0] * len(keys)
    return {key: float(slope) for key, slope in zip(keys, found, strict=True)}


def emitted_of(net: Net, language: str) -> Emitted:
    """What the emitted file calls things, and where its statements stand."""
    network, program, file = net.network, net.program, net.file
    page = page_of_file(network, program, Options(language), Path(file).name)
    names = page.names
    keys = names
    if language != "python":
        keys = page_of_file(network, program, Options(), Path(file).name).names
    code = code_of(page, file_of(page.language, network.name))
    legend = Legend(network, program, page.used, page.dialect)
    return Emitted(
        file=file_of(page.language, network.name),
        made=made_from(net),
        language=page.language.title,
        names=lambda variable, place: names.scalar(element_at(variable, place)),
        keys=lambda variable, place: keys.scalar(element_at(variable, place)),
        code=code,
        meaning=meaning,
        legend=tuple(legend.names()),
        script=lambda value, key: "",  # only a page needs it
    )


def made_from(net: Net) -> str:
    """By what an explanation was made, and from which file."""
    return f"{MADE_BY} {__version__} from {Path(net.file).name}."


def element_at(variable: Variable, place: tuple[int, ...]) -> Element:
    """One element of a variable."""
    return variable[place] if place else variable.scalar()


def meaning(element: Element) -> str:
    """What a number is, in the words of the legend."""
    variable = element.variable
    if variable.role is Role.PARAMETER:
        return PARAMETERS.get(variable.prefix, "weight or bias")
    owner = variable.name.removeprefix(f"{variable.prefix}_")
    own = label_of(element) if variable.labels else owner
    return VALUES.get(variable.prefix, "").format(own)
