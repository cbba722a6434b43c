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
from bpgen.commands.imports import MOST_BYTES, need_package
from bpgen.commands.nets import load_net
from bpgen.errors import InputError, Problem
from bpgen.exporting.safetensors_file import safetensors
from bpgen.importing.origin import restored
from bpgen.languages.names import file_of
from bpgen.languages.parts import folder
from bpgen.languages.python import PYTHON
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower

HIDDEN = ("torch", "numpy")  # what a program of PyTorch imports besides Python's own


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
    texts = []
    for file in files:
        content, suffix = _content(file, wish)
        if wish.output == "-":
            texts.append(_text(content, wish))
            continue
        path = Path(wish.output)
        if is_folder_path(wish.output) or len(files) > 1:
            make_folder(path)
            path = path / _file_name(load_net(file).network.name, suffix)
        check_free(path, content, wish.force)
        if not holds(path, content):
            write(path, content)
        say(f"wrote {path}")
    return "".join(texts)


def _file_name(name: str, suffix: str) -> str:
    """What the file of a net is called; a program must not hide what it imports."""
    if suffix == ".py":
        return f"{name}_net.py" if name in HIDDEN else file_of(PYTHON, name)
    return f"{name}{suffix}"


def _content(file: str, wish: Wish) -> tuple[str | bytes, str]:
    """What the file of a net holds, and how its name ends."""
    if wish.to == "torch":
        return torch_text(file), ".py"
    if wish.to == "onnx":
        return onnx_of(file, wish), ".onnx"
    return safetensors_of(file, wish), ".safetensors"


def _text(content: str | bytes, wish: Wish) -> str:
    """What can be shown.

    Raises:
        InputError: it cannot.
    """
    if isinstance(content, str):
        return content
    message = f"a file of {wish.to} is no text: add -o with the name of a file"
    raise InputError([Problem(message)])


def onnx_of(file: str, wish: Wish) -> bytes:
    """A net that predicts, as a file of ONNX: the exported module as PyTorch sees it.

    Raises:
        InputError: the net is wrong, has no counterpart, or a package is missing; or
            what was saved is another net's.
    """
    from bpgen.exporting.onnx_file import onnx_file
    from bpgen.verifying.targets import module

    need_package("torch", "torch")
    need_package("onnx", "onnx")
    network = load_net(file).network
    net = evaluated_net(network, lower(network))
    if wish.parameters:
        text = content_of(wish.parameters, MOST_BYTES).decode("utf-8", "replace")
        _take(net, text, wish.parameters)
    return onnx_file(module(torch_text(file)), json.loads(net.to_json()))


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
