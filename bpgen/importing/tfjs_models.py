"""Layers models of TensorFlow.js as nets: those of Keras with another file of weights.

In: the text of model.json, and what reads the files beside it. Out: an import.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from math import prod
from pathlib import PurePosixPath
from typing import Any

from bpgen.importing.imported import Imported
from bpgen.importing.keras_models import net_of_keras
from bpgen.importing.keras_record import KerasFile, fault, refuse_older
from bpgen.importing.weights import Weights

MOST_NUMBERS = 20_000_000
MOST_FILES = 100


def imported_tfjs(
    text: str, read: Callable[[str], bytes], name: str, loss: str, pairs: str
) -> Imported:
    """The net of a model.json; `read` gives the bytes of a file beside it.

    Raises:
        InputError: it is no such file, or with all that has no counterpart.
        DifferentError: the net does not predict what `pairs` say.
    """
    try:
        told = json.loads(text)
        if told.get("format") == "graph-model":
            raise fault("a graph model has no counterpart: save it as a layers model")
        topology = told["modelTopology"]
        config = topology.get("model_config", topology)
        refuse_older(config, "2")
        found: dict[str, list[Weights]] = {}
        for group in told["weightsManifest"]:
            _read_group(group, read, found)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        struct.error,
    ):
        raise fault("this is no model.json of TensorFlow.js") from None
    file = KerasFile(config, topology.get("training_config") or {}, found)
    return net_of_keras(file, name, loss, pairs)


def _read_group(
    group: Mapping[str, Any],
    read: Callable[[str], bytes],
    found: dict[str, list[Weights]],
) -> None:
    """The weights of some files, which stand in them one after the other.

    Raises:
        InputError: a file lies elsewhere, or numbers are not float32.
    """
    paths = group["paths"]
    for path in paths:
        parts = PurePosixPath(path).parts
        if ".." in parts or path.startswith("/") or "\\" in path or ":" in path:
            raise fault(f"{path!a} is not beside model.json, so it is not read")
    if len(paths) > MOST_FILES:
        raise fault(f"more than {MOST_FILES} files of weights")
    content, start = b"".join(map(read, paths)), 0
    for weight in group["weights"]:
        name, shape = str(weight["name"]), [int(size) for size in weight["shape"]]
        count = prod(shape)
        if weight["dtype"] != "float32" or "quantization" in weight:
            raise fault(f"{name} is not float32: save the model without quantization")
        if min(shape, default=1) < 0 or count > MOST_NUMBERS:
            raise fault(f"{name} has more than {MOST_NUMBERS:,} numbers")
        numbers = struct.unpack_from(f"<{count}f", content, start)
        start += 4 * count
        layer = name.partition("/")[0]
        found.setdefault(layer, []).append(Weights.of(name, shape, numbers))
