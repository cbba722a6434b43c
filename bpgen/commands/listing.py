"""What `bpgen list` prints: the tables, a line an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpgen.catalog.activations import ACTIVATIONS, Option
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.languages import LANGUAGES


def listing(table: str) -> Iterator[str]:
    """The entries of a table, by name, with their options."""
    match table:
        case "layers":
            for name, layer in LAYERS.items():
                keys = (f"{k}*" if k in layer.required else k for k in layer.keys)
                yield _line(name, ", ".join(keys))
        case "activations":
            for activation in ACTIVATIONS.values():
                yield _line(activation.name, _options(activation.options))
        case "losses":
            for loss in LOSSES.values():
                targets = f"targets: {loss.targets.words}"
                yield _line(loss.name, targets, _options(loss.options))
        case "optimizers":
            for optimizer in OPTIMIZERS.values():
                settings = optimizer.settings.items()
                yield _line(
                    optimizer.name, _defaults({k: s.default for k, s in settings})
                )
        case "initializers":
            for initializer in INITIALIZERS.values():
                yield _line(initializer.name, ", ".join(initializer.options))
        case "languages":
            for language in LANGUAGES.values():
                yield _line(language.name, language.title, f"*{language.suffix}")


def _options(options: Mapping[str, Option]) -> str:
    return _defaults({name: option.default for name, option in options.items()})


def _defaults(defaults: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {default:g}" for name, default in defaults.items())


def _line(name: str, *parts: str) -> str:
    return f"{name:<22}{'; '.join(part for part in parts if part)}".rstrip()
