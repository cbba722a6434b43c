"""What one net and one set of options decide about the routines of their file."""

from __future__ import annotations

from dataclasses import replace

from bpgen.languages import LANGUAGES
from bpgen.lowering.constants import net_constants
from bpgen.lowering.network import lower
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.walks import distributions
from bpgen.runtime.constants import Constants
from bpgen.writing.data_view import DataView
from bpgen.writing.options import Options
from bpgen.writing.recorded import recorded


def constants_of(network: Network, program: Program, options: Options) -> Constants:
    """The constants that the routines of a file are decided by."""
    found = net_constants(network, program)
    language = LANGUAGES[options.language]
    inlines, nests = language.speed.inlines, language.ways.nests
    has_options = not (language.plain or language.ways.fills_options)
    found = replace(found, inlines_step=inlines, nests=nests, has_options=has_options)
    in_parts, takes_flags = options.style == "loops", "read_text" in language.forms
    unpacks = "unpacked" in language.forms
    found = replace(found, bits=32 if options.single else 64)
    found = replace(found, in_parts=in_parts, takes_flags=takes_flags, unpacks=unpacks)
    if "listed" in language.forms and not options.textbook:
        # Its lists hold anything: nested ones, and the index of a class.
        has_arrays = "is_row" in language.forms  # of other libraries, beside lists
        takes_indices = found.tells_classes and not options.inference
        takes_indices = takes_indices and not found.has_scores
        takes_any = has_arrays or takes_indices
        found = replace(
            found,
            has_arrays=has_arrays,
            nests_inputs=has_arrays or len(found.input_shape) > 1,
            nests_targets=takes_any or len(found.output_shape) > 1,
            takes_indices=takes_indices,
        )
    if options.textbook:  # which stores no gradient where it need not
        is_fused = bool(program.gradients) and not program.zero
        starts = bool(distributions(program.initialize))
        has_main = options.has_main and network.data is not None
        draws = starts or found.is_random or (found.shuffles and has_main)
        found = replace(found, textbook=True, is_fused=is_fused, draws=draws)
    if options.inference:
        found = at_work(found, program)
    data = DataView(network)
    if options.has_main and found.takes_flags and not options.textbook:
        # In loops, which are quicker to build than as many statements as weights.
        in_loops = lower(network) if options.style == "unrolled" else program
        found = recorded(found, in_loops)
    if options.library or options.inference or not data.is_text:
        return found
    return replace(
        found,
        has_text=True,
        words_each=data.words_each,
        has_labels=data.has_labels,
        row_size=data.row_size,
        data="\n".join(data.rows),
    )


def at_work(facts: Constants, program: Program) -> Constants:
    """The constants of a file whose net only predicts."""
    unsigned = facts.unsigned_shapes.items()  # of them those that it still has
    return replace(
        facts,
        inference=True,
        predicts_apart=True,
        is_random=False,
        draws=bool(distributions(program.initialize)),
        unsigned_shapes={n: own for n, own in unsigned if n in facts.buffer_shapes},
    )
