"""What an overview of a large net goes by: names of the code, and the emitted class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bpgen import __version__
from bpgen.commands.emit import Net, text_of
from bpgen.commands.explain_code import code_of
from bpgen.explaining.model import MADE_BY, Code
from bpgen.explaining.request import Emitted
from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of
from bpgen.program.blocks import Program
from bpgen.program.nodes import Accumulate, Assign, Variable
from bpgen.program.walks import statements
from bpgen.writing.legend import Legend
from bpgen.writing.options import Options
from bpgen.writing.pages import page_of


def engine_of(net: Net) -> Any:
    """The emitted class in Python, which computes what the evaluator would take long
    for: the same numbers, to the bit."""
    options = Options("python", "loops", library=True, fast=False)
    text = text_of(net.network, net.program, options, Path(net.file).name)
    space: dict[str, Any] = {"__name__": "emitted"}
    exec(compile(text, "emitted", "exec"), space)
    return space[net.network.class_name]()


def emitted_large(net: Net, plain: Program, language: str) -> Emitted:
    """What the emitted file calls things: arrays by name, elements by their places.

    The net's program has nested arrays; `plain` is the same with flat ones, which some
    languages have.
    """
    is_flat = LANGUAGES[language].flat
    program = plain if is_flat else net.program
    options = Options(language, "loops")
    page = page_of(net.network, program, options, Path(net.file).name)
    names, file = page.names, file_of(page.language, net.network.name)

    def named(variable: Variable, place: tuple[int, ...]) -> str:
        own = (
            names.array(variable)
            if variable.labels
            else names.scalar(variable.scalar())
        )
        return own + "".join(f"[{at}]" for at in place)

    legend = Legend(net.network, net.program, page.used, page.dialect)
    return Emitted(
        file=file,
        made=f"{MADE_BY} {__version__} from {Path(net.file).name}.",
        language=page.language.title,
        names=named,
        keys=named,
        code=quoted(net.program, page.program, code_of(page, file)),
        meaning=lambda element: legend.meaning(element.variable),
        legend=tuple(legend.names()),
        script=lambda value, key: "",
    )


def quoted(
    program: Program,
    emitted: Program,
    code: Callable[[Assign | Accumulate], Code | None],
) -> Callable[[Assign | Accumulate], Code | None]:
    """The code of a program's statements, by those of the one that is emitted: the same
    ones, in the same order, whose places are counted in another way."""
    blocks = zip(program.blocks(), emitted.blocks(), strict=True)
    found = {
        id(own): code(other)
        for (_, ours), (_, theirs) in blocks
        for own, other in zip(statements(ours), statements(theirs), strict=True)
    }
    return lambda statement: found.get(id(statement))
