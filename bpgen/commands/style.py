"""Which style a net is written in, and when the unrolled one would be too long.

What an unrolled file is long by are the elements that its statements name, counted
from the loops: not its weights, which the steps of a sequence repeat. The 223 weights
of examples/lstm.yaml make as long a step as 2,000 of a dense net.
"""

from __future__ import annotations

from bpgen.errors import InputError, Problem
from bpgen.languages.record import Language
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.costs import terms_of

# What a step computes of one sample: what a reader unrolls a net for. The blocks over
# all parameters, such as the optimizer's, say the same of each.
STEP = ("forward", "loss", "backward")
# Elements in all blocks: a dense net of 30,000 weights, 680,000 of them, takes 10 s and
# 400 MB and gives 14 MB of source; gpt.yaml, 960,000, takes 35 s and gives 21 MB.
MOST = 700_000
SLOW = 70_000  # from here on, about a second, a terminal shows how far it is
BYTES = 22  # of source for each element, headings included: 16 to 30 were measured
UNITS = ("KB", "MB", "GB", "TB")
FIXED = 20_000  # bytes of what is the same in every file


def automatic_style(
    network: Network, program: Program, language: Language
) -> tuple[str, str]:
    """Unrolled while a reader, and the language's compiler, can take it; and why."""
    if network.mixes_samples:
        return "loops", "since a layer mixes the samples of a batch"
    count = step_terms(program)
    most = language.unrolled_terms
    named = f"forward and backward would name {count:,} numbers"
    if count > most:
        return "loops", f"since unrolled {named}, more than {most:,}"
    return "unrolled", f"since {named}, at most {most:,}"


def step_terms(program: Program) -> int:
    """The elements that forward and backward would name, unrolled."""
    return sum(terms_of(getattr(program, name)) for name in STEP)


def all_terms(program: Program) -> int:
    """The elements that all blocks would name, unrolled; a step is written out only
    where it ends in an update of its own."""
    if program.adds_at_once or program.joins_batches:
        program = program.with_blocks({"step": ()})
    return sum(terms_of(block) for _, block in program.blocks())


def unrolled_fault(network: Network, program: Program) -> str:
    """Why a net cannot be written unrolled; nothing if it can."""
    if network.mixes_samples:
        names = [layer.name for layer in network.layers if layer.mixes_samples]
        return f"{names[0]} mixes the samples of a batch"
    count = all_terms(program)
    if count > MOST:
        return f"unrolled would be about {size_text(about_bytes(count))} of source"
    return ""


def check_unrolled(
    file: str, network: Network, program: Program, remedy: str = "--style loops"
) -> None:
    """Refuse the unrolled style for a net that has none, or a far too long one.

    Raises:
        InputError: it does.
    """
    fault = unrolled_fault(network, program)
    if fault:
        raise InputError([Problem(f"{file}: {fault}: use {remedy}")])


def about_bytes(terms: int) -> int:
    """The size of an unrolled file that names so many elements."""
    return FIXED + BYTES * terms


def size_text(size: int) -> str:
    """A number of bytes in a few words: 96 bytes, 1.5 KB, 21 MB."""
    if size < 1000:
        return f"{size} bytes"
    power = min((len(str(size)) - 1) // 3, len(UNITS))
    scaled = size / 1000.0**power
    return f"{scaled:,.1f} {UNITS[power - 1]}".replace(".0 ", " ")
