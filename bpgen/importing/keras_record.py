"""A model of Keras as its file tells of it, whatever kind of file that is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bpgen.errors import InputError, Problem
from bpgen.importing.weights import Weights


@dataclass(frozen=True, slots=True)
class KerasFile:
    """A model: its configuration, how it is trained, and its variables by layer."""

    config: Mapping[str, Any]
    training: Mapping[str, Any]
    variables: Mapping[str, list[Weights]]


def fault(message: str) -> InputError:
    """An error of one sentence."""
    return InputError([Problem(message)])


def refuse_older(config: Any, version: str) -> None:
    """An error where an older version computes something else under the same name.

    Raises:
        InputError: it does.
    """
    if version[:1] in "012" and '"hard_sigmoid"' in json.dumps(config):
        message = "hard_sigmoid of Keras 2 and TensorFlow.js is another function than "
        raise fault(message + "net.yaml's: take sigmoid, also for recurrent_activation")
