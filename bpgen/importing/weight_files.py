"""Files of tensors by name: safetensors, and what torch.save made of a state_dict.

In: the path or the bytes of a file. Out: numbers and shapes by name. No pickle is run:
safetensors are data, and PyTorch reads its own with weights_only=True.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from bpgen.errors import InputError, Problem

MOST_HEADER = 10_000_000  # bytes
MOST_NUMBERS = 20_000_000
FORMS = {  # how numbers are packed; BF16 is the upper half of F32
    "F64": "d",
    "F32": "f",
    "F16": "e",
    "BF16": "H",
    "BOOL": "?",
    "I64": "q",
    "I32": "i",
    "I16": "h",
    "I8": "b",
    "U8": "B",
}


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor of a file."""

    shape: tuple[int, ...]
    numbers: tuple[float, ...]


def tensors_of_safetensors(content: bytes) -> dict[str, Array]:
    """The tensors of a file of safetensors.

    Raises:
        InputError: it is none, or it is broken.
    """
    try:
        (size,) = struct.unpack_from("<Q", content)
        if size > min(MOST_HEADER, len(content) - 8):
            raise ValueError
        header = json.loads(content[8 : 8 + size])
        header.pop("__metadata__", None)
        numbers = content[8 + size :]
        return {name: _array(entry, numbers) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError, struct.error):
        raise _fault("this is no file of safetensors, or it is broken") from None
    except RecursionError:
        raise _fault("this is no file of safetensors") from None


def _array(entry: Mapping[str, Any], content: bytes) -> Array:
    form, shape = FORMS[entry["dtype"]], tuple(entry["shape"])
    start, end = entry["data_offsets"]
    count = prod(shape)
    is_whole = all(isinstance(size, int) and size >= 0 for size in shape)
    if not is_whole or not 0 <= start <= end <= len(content):
        raise ValueError
    if count > MOST_NUMBERS or end - start != count * struct.calcsize(f"<{form}"):
        raise ValueError
    found = struct.unpack_from(f"<{count}{form}", content, start)
    if entry["dtype"] == "BF16":
        packed = struct.pack(f"<{count}I", *(number << 16 for number in found))
        found = struct.unpack(f"<{count}f", packed)
    return Array(shape, tuple(map(float, found)))


def tensors_of_torch(path: Path) -> dict[str, Array]:
    """The tensors of a state_dict that torch.save wrote.

    Raises:
        InputError: it is none, or something in it could run code.
    """
    import torch

    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise _fault(f"cannot read {path}: {error.strerror}") from None
    except Exception:  # of PyTorch, which has many: also that it refuses to run code
        raise _fault(
            f"{path} holds more than tensors, or is broken: what could run code is not "
            "loaded. Save model.state_dict(), or safetensors"
        ) from None
    if not isinstance(found, dict) or not all(
        isinstance(name, str) and isinstance(tensor, torch.Tensor)
        for name, tensor in found.items()
    ):
        raise _fault(f"{path} is no state_dict: save model.state_dict()")
    if sum(tensor.numel() for tensor in found.values()) > MOST_NUMBERS:
        raise _fault(f"more than {MOST_NUMBERS:,} numbers are in {path}")
    if any(t.is_complex() or t.is_quantized or t.is_sparse for t in found.values()):
        raise _fault(f"{path}: only dense tensors of real numbers are read")
    return {
        name: Array(tuple(t.shape), tuple(t.double().reshape(-1).tolist()))
        for name, t in found.items()
    }


def _fault(message: str) -> InputError:
    return InputError([Problem(message)])
