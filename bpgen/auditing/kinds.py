"""All kinds of mistakes, and all wrong programs of a net."""

from __future__ import annotations

from collections.abc import Iterator

from bpgen.auditing.derivative_kinds import DERIVATIVE_KINDS
from bpgen.auditing.forward_kinds import FORWARD_KINDS
from bpgen.auditing.index_kinds import INDEX_KINDS
from bpgen.auditing.mutants import Kind, Mutant
from bpgen.auditing.path_kinds import PATH_KINDS
from bpgen.auditing.update_kinds import UPDATE_KINDS
from bpgen.network.network import Network
from bpgen.program.blocks import Program

KINDS: tuple[Kind, ...] = (
    *FORWARD_KINDS,
    *DERIVATIVE_KINDS,
    *PATH_KINDS,
    *INDEX_KINDS,
    *UPDATE_KINDS,
)


def mutants_of(
    network: Network, program: Program, shows_in: str = ""
) -> Iterator[Mutant]:
    """The wrong programs of a net; those that show in one quantity first, if asked."""
    for kind in KINDS:
        if shows_in in ("", kind.shows_in):
            for made in kind.find(network, program):
                yield Mutant(kind, made)
