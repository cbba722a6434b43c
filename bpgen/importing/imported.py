"""An import as its three files: NAME.yaml, NAME.json and NAME.origin.json.

In: a finished draft, and what trains it. Out: the texts, checked against the model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from textwrap import wrap
from typing import Any

from bpgen.errors import InputError, Problem
from bpgen.importing.draft import INPUT, Draft, Entry, RefusedError, Value
from bpgen.reading import whole_files

ORIGIN_FORMAT = "bpgen origin 1"
WIDTH = 88


@dataclass(frozen=True, slots=True)
class Trained:
    """What a net learns by, as net.yaml says it; None where nothing is said."""

    loss: Any
    optimizer: Any = None
    training: Mapping[str, Any] = field(default_factory=dict)
    regularization: Mapping[str, float] = field(default_factory=dict)
    classes: Sequence[str] = ()
    input_names: Sequence[str] = ()
    preprocessing: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """A model as a net: three texts, and what the user should know of it.

    `difference` is the largest one found between the predictions of the net and of
    the model, relative to the larger of 1 and the number; None if it cannot run here.
    """

    name: str
    yaml: str
    parameters: str
    origin: str
    notes: tuple[str, ...] = ()
    difference: float | None = None

    def files(self) -> dict[str, str]:
        """The texts by the names of their files."""
        return {
            f"{self.name}.yaml": self.yaml,
            f"{self.name}.json": self.parameters,
            f"{self.name}.origin.json": self.origin,
        }

    def write(self, folder: str | Path = ".", force: bool = False) -> Path:
        """Write the three files; returns the path of the net.yaml.

        Raises:
            InputError: one is there already and differs, and `force` is not set.
        """
        into = Path(folder)
        into.mkdir(parents=True, exist_ok=True)
        for file, text in self.files().items():
            path = into / file
            if path.exists() and not force and path.read_bytes() != text.encode():
                message = f"{path} is there already; --force overwrites it"
                raise InputError([Problem(message)])
        for file, text in self.files().items():
            whole_files.write(into / file, text)
        return into / f"{self.name}.yaml"


def imported(
    draft: Draft, output: Value, name: str, trained: Trained, source: str
) -> Imported:
    """The texts of a draft whose result is `output`; nothing is checked yet.

    Raises:
        InputError: net.yaml has no layer for the output.
    """
    try:
        entries = draft.finished(output)
    except RefusedError as error:
        raise InputError([Problem(f"the output: {error}")]) from None
    for key, weights in draft.parameters.items():
        if not all(map(isfinite, weights.numbers)):
            raise InputError([Problem(f"{key}: a number is not finite")])
    lines = [
        f"# {source}",
        f"# {name}.json holds its parameters; {name}.origin.json says where each came",
        "# from.",
        *(f"# {line}" for note in draft.notes for line in _wrapped(f"Note: {note}.")),
        *_yaml(draft, entries, name, trained),
    ]
    return Imported(
        name,
        "\n".join(lines) + "\n",
        _json({last: own.nested() for last, own in draft.parameters.items()}),
        _json(
            {
                "format": ORIGIN_FORMAT,
                "parameters": {
                    last: own.origin() for last, own in draft.parameters.items()
                },
            }
        ),
        tuple(draft.notes),
    )


def _yaml(
    draft: Draft, entries: list[Entry], name: str, trained: Trained
) -> Iterator[str]:
    shape = draft.input_shape
    size: Any = shape[0] if len(shape) == 1 else list(shape)
    if trained.input_names:
        size = {"size": size, "names": list(trained.input_names)}
    yield f"name: {name}"
    yield f"input: {_flow(size)}"
    yield "layers:"
    before = INPUT
    for entry in entries:
        is_known = entry.comment.replace(".", "_") == entry.name
        comment = "" if is_known or not entry.comment else f"  # {entry.comment}"
        yield f"  - {_layer(entry, before)}{comment}"
        before = entry.name
    for function, formula in draft.functions.items():
        if function == next(iter(draft.functions)):
            yield "functions:"
        yield f"  - {{name: {function}, of: x, formula: {json.dumps(formula)}}}"
    yield f"loss: {_flow(trained.loss)}"
    keys = {
        "preprocessing": dict(trained.preprocessing),
        "optimizer": trained.optimizer,
        "training": dict(trained.training),
        "regularization": dict(trained.regularization),
        "classes": list(trained.classes),
        "frozen": [n for n in draft.frozen if n in draft.parameters],
    }
    for key, value in keys.items():
        if value:
            yield f"{key}: {_flow(value)}"
    if draft.parameters:
        yield f"parameters: {name}.json"


def _layer(entry: Entry, before: str) -> str:
    """A layer in one line; what it reads is told where it is not the one before."""
    said: dict[str, Any] = {"type": entry.type, "name": entry.name}
    if entry.inputs != (before,):
        said["inputs"] = list(entry.inputs)
    return _flow(said | entry.options)


def _flow(value: Any) -> str:
    """A value in YAML's flow style."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case dict():
            pairs = (f"{key}: {_flow(item)}" for key, item in value.items())
            return f"{{{', '.join(pairs)}}}"
        case list() | tuple():
            return f"[{', '.join(map(_flow, value))}]"
        case str() if not value.replace("_", "a").isalnum() or value[:1].isdigit():
            return json.dumps(value)
    return str(value)


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False) + "\n"


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH - 2)
