"""What `bpgen list` prints: each entry of a table with what it is; below, its keys."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.layers.keys import option_defaults
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.meanings import NOTHING, Meaning, entry_text, meaning
from bpgen.catalog.scalings import ONE_HOT, ONE_HOT_WORDS, SCALINGS
from bpgen.catalog.schedules import SCHEDULES
from bpgen.languages import LANGUAGES
from bpgen.network.meanings import NET, net_meaning
from bpgen.network.spec import OPTIMIZER_DEFAULTS

WIDTH = 110  # columns of a line of keys


def listing(table: str) -> Iterator[str]:
    """The entries of a table, by name, each with what it is.

    Their keys follow on lines that begin with spaces: with `*` where they have to be
    written, else with their defaults.
    """
    match table:
        case "layers":
            for name, layer in LAYERS.items():
                keys = (_key("layer", name, key, layer.required) for key in layer.keys)
                yield from _entry(name, entry_text("layer", name), keys)
        case "activations":
            for name, own in option_defaults(ACTIVATIONS).items():
                yield from _entry(name, entry_text("activation", name), _given(own))
        case "losses":
            options = option_defaults(LOSSES)
            for name, loss in LOSSES.items():
                what = f"{entry_text('loss', name)}; targets: {loss.targets.words}"
                yield from _entry(name, what, _given(options[name]))
        case "optimizers":
            for name, own in OPTIMIZER_DEFAULTS.items():
                yield from _entry(name, entry_text("optimizer", name), _given(own))
        case "schedules":
            for name, schedule in SCHEDULES.items():
                required = schedule.required
                keys = (_key("schedule", name, key, required) for key in schedule.keys)
                what = (
                    entry_text("schedule", name) + " (per epoch)" * schedule.needs_loss
                )
                yield from _entry(name, what, keys)
        case "initializers":
            for name, initializer in INITIALIZERS.items():
                keys = (f"{key}*" for key in initializer.options)
                yield from _entry(name, entry_text("initializer", name), keys)
        case "preprocessing":
            for scaling in SCALINGS.values():
                yield _line(scaling.name, scaling.words)
            yield _line(ONE_HOT, ONE_HOT_WORDS)
            yield from _net_keys(table)
        case "languages":
            for language in LANGUAGES.values():
                yield _line(language.name, f"{language.title}; *{language.suffix}")
        case _:
            yield from _net_keys(table)


def _net_keys(parent: str) -> Iterator[str]:
    """The keys of a part of net.yaml; below one that is a mapping, those of it."""
    for path in NET:
        above, _, key = path.rpartition(".")
        if above != parent:
            continue
        inner = [own for own in NET if own.startswith(f"{path}.")]
        found = net_meaning(path)
        default = default_text(found)
        what = f"{found.text}; default: {default}" if default else found.text
        yield from _entry(key, what, map(_net_key, inner))


def _net_key(path: str) -> str:
    default = default_text(net_meaning(path))
    key = path.rpartition(".")[2]
    return f"{key} {default}" if default else f"{key}*"


def _key(what: str, name: str, key: str, required: Container[str]) -> str:
    """A key with its default, if it may be left out."""
    if key in required:
        return f"{key}*"
    found = meaning(what, name, key)
    if found.default is NOTHING and what == "schedule":
        found = Meaning("", SCHEDULES[name].defaults[key])
    if found.default is NOTHING and what == "layer":
        options = option_defaults(ACTIVATIONS).get(name, {})
        found = Meaning("", options.get(key, NOTHING), found.otherwise)
    return f"{key} {default_text(found)}"


def _given(defaults: Mapping[str, Any]) -> Iterator[str]:
    return (f"{key} {value_text(value)}" for key, value in defaults.items())


def default_text(found: Meaning) -> str:
    """A default as net.yaml writes it, or in words."""
    return found.otherwise if found.default is NOTHING else value_text(found.default)


def value_text(value: Any) -> str:
    """A value as net.yaml writes it."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}".replace("e-0", "e-")
        case dict():
            inside = (f"{key}: {value_text(own)}" for key, own in value.items())
            return f"{{{', '.join(inside)}}}"
        case _:
            return str(value)


def _entry(name: str, what: str, keys: Iterable[str]) -> Iterator[str]:
    yield _line(name, what)
    line = ""
    for key in keys:
        if len(line) + len(key) > WIDTH:
            yield f"{line},"
            line = ""
        line += f", {key}" if line else f"    {key}"
    if line:
        yield line


def _line(name: str, what: str) -> str:
    return f"{name:<22}{what}".rstrip()
