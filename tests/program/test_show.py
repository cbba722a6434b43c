"""The notation of programs says all that they compute."""

from __future__ import annotations

import pytest
from nets.blocks import Reader, shown
from nets.table import NETS

from bpgen.program.blocks import PASSES
from bpgen.program.nodes import Draw
from bpgen.program.views import held
from bpgen.program.walks import arrays_in, statements
from bpgen.styles.loops import localize

# One of each: layers that merge, slide, draw, choose, mix samples, go through time.
SHOWN = [
    "graph_cube",
    "conv2d_padding",
    "max_pool2d_of_one_row",
    "embedding_classes",
    "batch_norm_image",
    "gru_both_sequence",
    "attention_causal",
    "loss_softmax_cross_entropy_options",
    "optimizer_rmsprop_3",
    "epochs_plateau",
]


@pytest.mark.parametrize("name", SHOWN)
def test_a_block_that_is_read_again_is_shown_alike(name: str) -> None:
    made = NETS[name].program
    for program in (made, localize(made)):
        for title, block in program.blocks():
            draws = any(isinstance(s.value, Draw) for s in statements(block))
            if title not in PASSES or draws or not block:
                continue
            text = shown(block)
            shapes = {v.name: held(v).shape for v in arrays_in(block)}
            assert shown(Reader(shapes, text.split("\n")).block(0)) == text
