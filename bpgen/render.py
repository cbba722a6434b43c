"""A network to the text of one file: the last stage."""

from __future__ import annotations

from bpgen.header import marked
from bpgen.ir import Program
from bpgen.languages import LANGUAGES
from bpgen.localize import localize
from bpgen.network import Network
from bpgen.options import Options
from bpgen.page import Page
from bpgen.templates import Templates
from bpgen.unroll import unroll


def render(network: Network, program: Program, options: Options, source: str) -> str:
    """The emitted file; `source` is what its header calls the net.yaml."""
    is_unrolled = options.style == "unrolled"
    program = unroll(program) if is_unrolled else localize(program)
    page = Page(network, program, options, source)
    return marked(Templates(LANGUAGES[options.language]).page(page))
