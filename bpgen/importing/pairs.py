"""What a model predicts that cannot run here, as its user wrote it down."""

from __future__ import annotations

import json

from bpgen.errors import InputError, Problem


def read_pairs(text: str) -> tuple[list[list[float]], list[list[float]]]:
    """Samples and what the model gives for them, in flat rows.

    Raises:
        InputError: the text has none.
    """
    try:
        found = json.loads(text)
        both = found["inputs"], found["outputs"]
        inputs, outputs = ([[float(x) for x in row] for row in rows] for rows in both)
    except (ValueError, KeyError, TypeError, RecursionError):
        message = (
            '--check needs JSON: {"inputs": [[...]], "outputs": [[...]]}, flat rows'
        )
        raise InputError([Problem(message)]) from None
    return inputs, outputs
