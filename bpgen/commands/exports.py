"""`bpgen export`: a net for another engine.

In: the path of a net.yaml and what it is wanted for. Out: the text or the bytes of one
file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpgen.commands.files import (
    check_free,
    content_of,
    holds,
    is_folder_path,
    make_folder,
    write,
)
from bpgen.commands.imports import MOST_BYTES
from bpgen.commands.nets import load_net
from bpgen.errors import InputError, Problem
from bpgen.exporting.safetensors_file import safetensors
from bpgen.importing.origin import restored
from bpgen.languages.parts import folder
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    to: str
    output: str
    force: bool = False
    parameters: str = ""  # the path of a saved state, or of parameters alone
    names: str = "own"  # or "origin": those of the model that was imported


def export_all(files: tuple[str, ...], wish: Wish, say: Callable[[str], None]) -> str:
    """Write each net for the engine; the text where it goes to standard output.

    Raises:
        InputError: a net is wrong, has no counterpart, or cannot be written.
    """
    if wish.to == "safetensors":
        for file in files:
            _write_safetensors(file, wish, len(files), say)
        return ""
    texts = []
    for file in files:
        loaded = load_net(file)
        network = loaded.network
        text = torch_text(file)
        if wish.output == "-":
            texts.append(text)
            continue
        path = Path(wish.output)
        if is_folder_path(wish.output) or len(files) > 1:
            make_folder(path)
            path = path / f"{network.name}.py"
        check_free(path, text, wish.force)
        if not holds(path, text):
            write(path, text)
        say(f"wrote {path}")
    return "".join(texts)


def _write_safetensors(
    file: str, wish: Wish, count: int, say: Callable[[str], None]
) -> None:
    if wish.output == "-":
        message = "safetensors are no text: add -o with the name of a file"
        raise InputError([Problem(message)])
    content = safetensors_of(file, wish)
    path = Path(wish.output)
    if is_folder_path(wish.output) or count > 1:
        make_folder(path)
        path = path / f"{load_net(file).network.name}.safetensors"
    if path.exists() and not wish.force and path.read_bytes() != content:
        message = f"{path} is there already; --force overwrites it"
        raise InputError([Problem(message)])
    write(path, content)
    say(f"wrote {path}")


def safetensors_of(file: str, wish: Wish) -> bytes:
    """The parameters and buffers of a net as a file of safetensors.

    Raises:
        InputError: the net is wrong, or what was saved is another one's.
    """
    network = load_net(file).network
    net = evaluated_net(network, lower(network))
    if wish.parameters:
        text = content_of(wish.parameters, MOST_BYTES).decode("utf-8", "replace")
        _take(net, text, wish.parameters)
    both = {**net.parameters(), **net.buffers()}
    if wish.names != "origin":
        return safetensors(both)
    beside = Path(file).with_suffix(".origin.json")
    origin = content_of(str(beside), MOST_BYTES).decode("utf-8", "replace")
    return safetensors(restored(origin, json.dumps(both)))


def _take(net: Any, text: str, file: str) -> None:
    """Set the numbers of a saved state, or of parameters alone.

    Raises:
        InputError: they are no numbers of this net.
    """
    try:
        found = json.loads(text)
        if "format" in found:
            found = {**found["parameters"], **found["buffers"]}
        net.set_parameters(found)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError([Problem(f"{file}: {error}")]) from None


def torch_text(file: str) -> str:
    """A net as a program of PyTorch.

    Raises:
        InputError: the net is wrong, or has no counterpart.
    """
    from bpgen.exporting.torch_page import TEMPLATES, torch_page

    network = load_net(file).network
    texts = [(folder() / "torch" / name).read_text("utf-8") for name in TEMPLATES]
    return torch_page(network, lower(network), texts, Path(file).name)
