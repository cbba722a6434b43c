"""Models of PyTorch as nets, in the user's own process.

In: a module, an example batch, and what trains it. Out: an import, checked against the
model: predictions, and the gradients of a batch in training.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from math import prod
from typing import Any

import torch

from bpgen.errors import InputError, Problem
from bpgen.importing.check import FLOAT32, FLOAT64, SAMPLES, checked, drawn
from bpgen.importing.draft import Draft
from bpgen.importing.imported import Imported, imported
from bpgen.importing.torch_attention import ATTENTION
from bpgen.importing.torch_capture import (
    at_work,
    batch_of,
    captured,
    dropout_of_attention,
    notes_of_modules,
    refusals_of_modules,
)
from bpgen.importing.torch_gradients import compare_gradients
from bpgen.importing.torch_reader import Handler, Reader
from bpgen.importing.torch_recurrent import RECURRENT
from bpgen.importing.torch_symbols import with_symbols
from bpgen.importing.torch_training import trained_by
from bpgen.importing.torch_windows import WINDOWS

HANDLERS: Mapping[str, Handler] = with_symbols({**ATTENTION, **WINDOWS, **RECURRENT})


def imported_torch(
    model: Any, example: Any, name: str, options: Mapping[str, Any]
) -> Imported:
    """See `from_torch`.

    Raises:
        InputError: with all that has no counterpart.
        DifferentError: the net computes something else than the model.
    """
    if not isinstance(model, torch.nn.Module):
        message = f"expected a model of PyTorch, got {type(model).__name__}"
        raise InputError([Problem(message)])
    refusals = [Problem(text) for text in refusals_of_modules(model)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch.export, about its own inner life
        batch = batch_of(example)
        copy = at_work(model, example)
        reader = Reader(captured(copy, batch), HANDLERS, dropout_of_attention(copy))
        try:
            output = reader.read()
        except InputError as error:
            raise InputError([*refusals, *error.problems]) from None
    if refusals:
        raise InputError(refusals)
    draft = reader.draft
    for note in notes_of_modules(model):
        draft.note(note)
    trained = trained_by(draft, options)
    source = f"Imported from PyTorch: {type(model).__name__}"
    found = imported(draft, output, name, trained, source)
    samples = _samples(draft, batch, reader.is_of_indices)
    with torch.no_grad():
        rows = copy(samples).reshape(len(samples), -1).tolist()
    flat = samples.reshape(len(samples), -1).tolist()
    tolerance = FLOAT32 if draft.inexactness else FLOAT64
    found = checked(found, flat, rows, draft.input_places, tolerance)
    compare_gradients(found, draft, copy, samples)
    return found


def _samples(draft: Draft, batch: torch.Tensor, is_of_indices: bool) -> torch.Tensor:
    """Samples to compare predictions with: the user's own among them."""
    shape = tuple(batch.shape[1:])
    if not is_of_indices:
        rows = [drawn(prod(shape), n + 1) for n in range(SAMPLES - 1)]
        more = torch.tensor(rows, dtype=torch.float64).reshape(-1, *shape)
        return torch.cat([batch[:1], more])
    sizes = [
        entry.options["vocabulary"]
        for entry in draft.entries.values()
        if entry.type == "embedding"
    ]
    rows = [drawn(prod(shape), n + 1, min(sizes)) for n in range(SAMPLES - 1)]
    more = torch.tensor(rows).long().reshape(-1, *shape)
    return torch.cat([batch[:1], more])
