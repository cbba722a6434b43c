"""The page of a file, of the kind that its language needs."""

from __future__ import annotations

from bpgen.languages import LANGUAGES
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.writing.companion_page import CompanionPage
from bpgen.writing.enclosing_page import EnclosingPage
from bpgen.writing.one_class_page import OneClassPage
from bpgen.writing.options import Options
from bpgen.writing.owning_page import OwningPage
from bpgen.writing.page import Page
from bpgen.writing.plain_page import PlainPage
from bpgen.writing.plain_textbook import TextbookPage
from bpgen.writing.reopened_page import ReopenedPage


def page_of(network: Network, program: Program, options: Options, source: str) -> Page:
    """The page of a program; `source` is what its header calls the net.yaml."""
    language = LANGUAGES[options.language]
    kind = OwningPage if language.ways.owning else Page
    kind = OneClassPage if language.ways.is_one_class else kind
    kind = ReopenedPage if language.ways.reopens else kind
    kind = CompanionPage if language.ways.companion else kind
    kind = PlainPage if language.plain else kind
    kind = TextbookPage if language.plain and options.textbook else kind
    kind = EnclosingPage if language.ways.enclosing else kind
    return kind(network, program, options, source)
