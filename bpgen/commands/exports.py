"""`bpgen export`: a net for another engine.

In: the path of a net.yaml and what it is wanted for. Out: the text or the bytes of one
file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bpgen.commands.files import (
    check_free,
    holds,
    is_folder_path,
    make_folder,
    write,
)
from bpgen.commands.nets import load_net
from bpgen.languages.parts import folder
from bpgen.lowering.network import lower


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    to: str
    output: str
    force: bool = False


def export_all(files: tuple[str, ...], wish: Wish, say: Callable[[str], None]) -> str:
    """Write each net for the engine; the text where it goes to standard output.

    Raises:
        InputError: a net is wrong, has no counterpart, or cannot be written.
    """
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


def torch_text(file: str) -> str:
    """A net as a program of PyTorch.

    Raises:
        InputError: the net is wrong, or has no counterpart.
    """
    from bpgen.exporting.torch_page import torch_page

    network = load_net(file).network
    template = folder() / "torch" / "parts.py"
    text = template.read_text(encoding="utf-8")
    return torch_page(network, lower(network), text, Path(file).name)
