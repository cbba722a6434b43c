"""Reading a net.yaml, or standard input: what it says, what it means, what is odd.

Errors and warnings come with the lines that they are about.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bpgen.commands.files import content_of
from bpgen.commands.told import quoted
from bpgen.errors import InputError, Problem, Problems
from bpgen.languages.names import net_name_fault
from bpgen.lowering.start import dead_layer
from bpgen.network.folders import Folders
from bpgen.network.network import Network, resolve
from bpgen.network.spec import NetSpec, load
from bpgen.network.warnings import warnings_of
from bpgen.program.blocks import Program
from bpgen.reading.yaml_reader import MAX_BYTES, Node, read_yaml

STANDARD_INPUT = "-"
MOST_CARRIED = 2_000_000  # numbers of the data, before a source is called large
MOST_QUOTED = 1_000_000  # bytes of a file beside the net that lines are quoted from


@dataclass(frozen=True, slots=True)
class LoadedNet:
    """A net.yaml: what it says and means, and what is nearly always a mistake."""

    spec: NetSpec
    network: Network
    warnings: tuple[Problem, ...]
    contents: Callable[[str], bytes]  # of the net, and of files that it names

    def warnings_of_size(self) -> tuple[Problem, ...]:
        """What makes a source heavy that carries its data."""
        data = self.network.data.whole if self.network.data else None
        rows = data.inputs + (data.labels or data.targets) if data else ()
        numbers = sum(map(len, rows))
        if numbers <= MOST_CARRIED:
            return ()
        message = (
            f"the data are {numbers:,} numbers, which make a large source that is "
        )
        message += "slow to build: with `--library` they stay out, and train() takes "
        problem = Problem(
            f"{message}them from your code", self.spec.values.at("data"), "warning"
        )
        return quoted((problem,), self.contents)

    def warnings_of_start(self, program: Program) -> tuple[Problem, ...]:
        """What is wrong with the numbers that it starts from."""
        name = dead_layer(self.network, program)
        if not name:
            return ()
        names = [layer.name for layer in self.network.layers]
        options = self.spec.layers[names.index(name)].options
        message = f"all units of '{name}' give 0 for every sample at the start, so they"
        message += (
            f" never learn: write another seed than {self.network.seed}, or more "
        )
        message += "units, or leaky_relu"
        problem = Problem(message, options.at("activation"), "warning")
        return quoted((problem,), self.contents)


def load_net(file: str, data_folder: str | None = None) -> LoadedNet:
    """Read and resolve one net.yaml; its data may lie in a folder of their own.

    Raises:
        InputError: with all that is wrong with it.
    """
    named = "<stdin>" if file == STANDARD_INPUT else file
    return net_in(content_of_net(file), named, folders_of(named, data_folder))


def net_in(content: bytes, named: str, folders: Folders) -> LoadedNet:
    """The net that a net.yaml of that name holds.

    Raises:
        InputError: with all that is wrong with it.
    """
    problems = Problems()
    contents = partial(_content, named, content, folders)
    try:
        spec = load(content, named, problems, net_name_fault)
        network = resolve(spec, folders.net, problems, folders.data)
    except InputError as error:
        raise InputError(quoted(error.problems, contents)) from None
    warnings = quoted(warnings_of(spec, network), contents)
    return LoadedNet(spec, network, warnings, contents)


def folders_of(file: str, data_folder: str | None) -> Folders:
    """Where the files may be that a net.yaml names."""
    return Folders(Path(file).parent, Path(data_folder) if data_folder else None)


def load_network(file: str, data_folder: str | None = None) -> Network:
    """What one net.yaml means.

    Raises:
        InputError: with all that is wrong with it.
    """
    return load_net(file, data_folder).network


def checked_tree(file: str) -> Node:
    """The tree of a net.yaml, each key of which is right by itself.

    Raises:
        InputError: with all that is wrong with single keys.
    """
    content, problems = content_of_net(file), Problems()
    try:
        load(content, file, problems)
        problems.raise_any()
        return read_yaml(content, file)
    except InputError as error:
        raise InputError(
            quoted(
                error.problems,
                partial(_content, file, content, folders_of(file, None)),
            )
        ) from None


def content_of_net(file: str) -> bytes:
    """What a net.yaml holds; `-` is standard input.

    Raises:
        InputError: it cannot be read.
    """
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    return content_of(file, MAX_BYTES)


def _content(net: str, content: bytes, folders: Folders, file: str) -> bytes:
    """What the net, or a file that it names, holds, as far as it is worth quoting."""
    if file == net:
        return content
    path = folders.find(file)
    with suppress(InputError):
        return content_of(str(path), MOST_QUOTED) if path else b""
    return b""
