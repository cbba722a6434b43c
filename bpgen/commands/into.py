"""`bpgen import torch WEIGHTS --into NET.yaml`: the numbers of a file for a net that is
there, by the names of the net, of its exported program, or of the model that it was
imported from.

In: a file of tensors, and a net. Out: NAME.json, which `parameters` names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path

from bpgen.commands.files import content_of, is_folder_path, make_folder, write
from bpgen.commands.imports import (
    MOST_BYTES,
    Wanted,
    need_package,
    refuse_large,
    text_of,
)
from bpgen.commands.nets import load_net
from bpgen.errors import InputError, Problem
from bpgen.exporting.torch_model import written_class
from bpgen.exporting.torch_page import module_names
from bpgen.importing.origin import taken
from bpgen.importing.weight_files import (
    Array,
    tensors_of_safetensors,
    tensors_of_torch,
)
from bpgen.importing.weights import flat, nested, shape_of
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.network.network import Network

OF_TORCH = (".pt", ".pth")


def run_into(source: str, into: str, wanted: Wanted, say: Callable[[str], None]) -> int:
    """Read, compare names and shapes, write, and tell; the exit code.

    Raises:
        InputError: with all that does not fit.
    """
    network = load_net(into).network
    net = evaluated_net(network, lower(network))
    layers = {layer.name for layer in network.layers}  # others scale: net.yaml says it
    own = {
        name: numbers
        for name, numbers in {**net.parameters(), **net.buffers()}.items()
        if name.rpartition(".")[0].partition(".")[0] in layers
    }
    shapes = {name: shape_of(numbers) for name, numbers in own.items()}
    tensors = _tensors(source)
    found: Mapping[str, Sequence[float]] | None = _by_name(network, tensors, shapes)
    if found is None:
        beside = Path(into).with_suffix(".origin.json")
        if not beside.is_file():
            raise InputError(_missing(network, tensors, shapes))
        known = {name: flat(numbers) for name, numbers in own.items()}
        given = {name: (one.shape, one.numbers) for name, one in tensors.items()}
        found = taken(text_of(str(beside)), given, known)
    faults = [
        Problem(f"{name}: a number is not finite")
        for name, numbers in found.items()
        if not all(map(isfinite, numbers))
    ]
    if faults:
        raise InputError(faults)
    values = {name: nested(found[name], shapes[name]) for name in shapes}
    text = json.dumps(values, allow_nan=False) + "\n"
    folder = Path(into).parent if wanted.output == "." else Path(wanted.output)
    if not is_folder_path(str(folder)):
        make_folder(folder)
    path = folder / f"{wanted.name or network.name}.json"
    if path.exists() and not wanted.force and path.read_bytes() != text.encode():
        raise InputError([Problem(f"{path} is there already; --force overwrites it")])
    if not wanted.dry_run:
        write(path, text)
        say(f"wrote {path}; {into} takes it by: parameters: {path.name}")
    return 0


def _tensors(source: str) -> dict[str, Array]:
    """The tensors of a file, by its kind."""
    if Path(source).suffix.lower() in OF_TORCH:
        content = content_of(source, MOST_BYTES)
        refuse_large(source, content)
        need_package("torch", "torch")
        return tensors_of_torch(Path(source))
    if Path(source).suffix.lower() != ".safetensors":
        message = f"--into reads .safetensors, .pt and .pth, not {source}: others may "
        raise InputError([Problem(message + "run code, or are models, not numbers")])
    content = content_of(source, MOST_BYTES)
    refuse_large(source, content)
    return tensors_of_safetensors(content)


def _by_name(
    network: Network,
    tensors: Mapping[str, Array],
    shapes: Mapping[str, tuple[int, ...]],
) -> dict[str, tuple[float, ...]] | None:
    """The numbers of each parameter by its own name, or that of the exported program;
    None if some are not there by either.

    Raises:
        InputError: shapes differ.
    """
    theirs = written_class(network, module_names()).renamed
    found = {}
    faults = []
    for name, shape in shapes.items():
        one = tensors.get(name) or tensors.get(theirs.get(name, name))
        if one is None:
            return None
        if one.shape != shape:
            message = f"{name} has the shape {list(shape)}, in the file"
            faults.append(Problem(f"{message} {list(one.shape)}"))
        found[name] = one.numbers
    if faults:
        raise InputError(faults)
    return found


def _missing(
    network: Network,
    tensors: Mapping[str, Array],
    shapes: Mapping[str, tuple[int, ...]],
) -> list[Problem]:
    """What a file lacks, and the way that works."""
    lacking = [name for name in shapes if name not in tensors]
    others = ", ".join(sorted(set(tensors) - set(shapes))[:8]) or "nothing else"
    found = [Problem(f"{name} is not in the file") for name in lacking]
    message = f"the file has {others}: names have to be those of {network.name}, or "
    message += f"{network.name}.origin.json of its import has to be beside the net"
    return [*found, Problem(message)]
