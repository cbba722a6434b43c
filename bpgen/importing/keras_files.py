"""Files of Keras as configuration and arrays; nothing of them is run.

In: the bytes of a .keras or .h5 file. Out: its layers as Keras writes them down, and
the variables of each. Sizes are looked at before anything is read.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from io import BytesIO
from typing import Any

import h5py

from bpgen.errors import InputError
from bpgen.importing.keras_record import KerasFile, fault, refuse_older
from bpgen.importing.weights import Weights

MOST_BYTES = 256_000_000
MOST_MEMBERS = 100
MOST_NUMBERS = 20_000_000
# The layers inside of others, in the order of their variables: of Bidirectional, and of
# MultiHeadAttention.
INNER = (
    *("forward_layer", "backward_layer"),
    *("query_dense", "key_dense", "value_dense", "output_dense"),
)


def read_keras(content: bytes) -> KerasFile:
    """A file of Keras.

    Raises:
        InputError: it is none, or it is too large.
    """
    try:
        if content[:4] == b"PK\x03\x04":
            return _archive(content)
        return _legacy(content)
    except InputError:
        raise
    except (
        OSError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
        RuntimeError,
        zipfile.BadZipFile,
    ):
        raise fault("this is no file that Keras saved") from None


def _archive(content: bytes) -> KerasFile:
    """A .keras file: an archive of a configuration and of weights."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS or any(
            member.file_size > MOST_BYTES for member in members
        ):
            raise fault("the archive is larger than a model can be")
        config = json.loads(archive.read("config.json"))
        weights = archive.read("model.weights.h5")
    with h5py.File(BytesIO(weights), "r") as file:
        found = {}
        counts: Counter[str] = Counter()
        for layer in config["config"]["layers"]:
            stem = _snake(layer["class_name"])
            group = f"{stem}_{counts[stem]}" if counts[stem] else stem
            counts[stem] += 1
            found[layer["config"]["name"]] = _variables(file, f"layers/{group}")
    return KerasFile(config, config.get("compile_config") or {}, found)


def _snake(name: str) -> str:
    """The name of a class as Keras calls its group."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _variables(file: Any, group: str) -> list[Weights]:
    """The variables below a group: its own, or those of the layers inside of it."""
    if group not in file:
        return []
    for inner in ("", "/cell"):
        if f"{group}{inner}/vars" in file and len(file[f"{group}{inner}/vars"]):
            own = file[f"{group}{inner}/vars"]
            names = sorted(own, key=int)
            return [_tensor(own[n], f"{group}{inner}/vars/{n}") for n in names]
    return [one for inner in INNER for one in _variables(file, f"{group}/{inner}")]


def _legacy(content: bytes) -> KerasFile:
    """An .h5 file, whose attributes hold the configuration."""
    with h5py.File(BytesIO(content), "r") as file:
        config = json.loads(file.attrs["model_config"])
        refuse_older(config, str(file.attrs.get("keras_version", "2")))
        training = json.loads(file.attrs.get("training_config") or "{}")
        found = {}
        for layer in config["config"]["layers"]:
            name = layer["config"]["name"]
            group = file["model_weights"].get(name)
            names = [] if group is None else list(group.attrs["weight_names"])
            texts = [n.decode() if isinstance(n, bytes) else n for n in names]
            found[name] = [_tensor(group[text], text) for text in texts]
    return KerasFile(config, training, found)


def _tensor(dataset: Any, name: str) -> Weights:
    """The numbers of a dataset, which lie in the file itself."""
    if dataset.is_virtual or dataset.external:
        raise fault("its numbers are in other files, which are not read")
    if dataset.size > MOST_NUMBERS or dataset.dtype.kind != "f":
        if dataset.size == 1:
            return Weights.of(name, (), [0.0])
        raise fault(f"{name} is no array of at most {MOST_NUMBERS:,} numbers")
    return Weights.named(name, dataset[()])
