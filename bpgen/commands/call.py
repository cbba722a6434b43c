"""What `bpgen.emit` does: the text of a net.yaml in, the text of one file out.

Errors are those of the command line, as one exception; nothing is printed or written.
"""

from __future__ import annotations

from collections.abc import Iterable

from bpgen.commands.emit import Net, Request, net_text
from bpgen.commands.nets import folders_of, net_in
from bpgen.errors import InputError, Problem, shown, suggestion
from bpgen.languages import LANGUAGES
from bpgen.lowering.network import lower
from bpgen.writing.options import Comments

STYLES = ("auto", "unrolled", "loops")


def emitted(
    text: str,
    lang: str,
    *,
    style: str = "auto",
    comments: str = "full",
    library: bool = False,
    inference: bool = False,
    textbook: bool = False,
    single: bool = False,
    fast: bool = True,
    data_folder: str | None = None,
    source: str = "net.yaml",
) -> str:
    """The emitted file of a net.yaml, given as its text.

    Raises:
        InputError: with all that is wrong.
    """
    _check("lang", lang, LANGUAGES)
    _check("style", style, STYLES)
    _check("comments", comments, [each.value for each in Comments])
    network = net_in(text.encode(), source, folders_of(source, data_folder)).network
    request = Request(
        files=(source,),
        languages=(lang,),
        output="-",
        style=style,
        comments=comments,
        library=library,
        inference=inference,
        fast=fast,
        force=False,
        textbook=textbook,
        single=single,
        data_folder=data_folder,
    )
    net = Net(source, network, lower(network))
    return net_text(request, net, LANGUAGES[lang], lambda line: None)


def _check(option: str, value: str, known: Iterable[str]) -> None:
    names = list(known)
    if value not in names:
        hint = suggestion(value, names)
        raise InputError([Problem(f"{option}: no {shown(str(value))}{hint}")])
