"""What `bpgen list` prints: the tables, a line an entry."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from bpgen.catalog.activations import ACTIVATIONS, Option
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES
from bpgen.languages import LANGUAGES
from bpgen.network.network import Training
from bpgen.network.spec import TRAINING
from bpgen.reading.kinds import Flag
from bpgen.reading.records import Record


def listing(table: str) -> Iterator[str]:
    """The entries of a table, by name, with their options."""
    match table:
        case "layers":
            for name, layer in LAYERS.items():
                yield _line(name, _keys(layer.keys, layer.required))
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
        case "schedules":
            for schedule in SCHEDULES.values():
                keys = _keys(schedule.keys, schedule.keys)
                yield _line(schedule.name, keys, "per epoch" * schedule.needs_loss)
        case "training":
            yield from _training()
        case "initializers":
            for initializer in INITIALIZERS.values():
                yield _line(initializer.name, ", ".join(initializer.options))
        case "languages":
            for language in LANGUAGES.values():
                yield _line(language.name, language.title, f"*{language.suffix}")


def _training() -> Iterator[str]:
    """The keys of `training` with their defaults, if there are any to write."""
    defaults = Training()
    for key, kind in TRAINING.keys.items():
        if isinstance(kind, Record):
            yield _line(key, _keys(kind.keys, kind.required))
            continue
        default = getattr(defaults, key)
        is_flag = isinstance(kind, Flag)
        yield _line(key, str(default).lower() if is_flag else f"{default or ''}")


def _keys(keys: Iterable[str], required: Container[str]) -> str:
    return ", ".join(f"{key}*" if key in required else key for key in keys)


def _options(options: Mapping[str, Option]) -> str:
    return _defaults({name: option.default for name, option in options.items()})


def _defaults(defaults: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {default:g}" for name, default in defaults.items())


def _line(name: str, *parts: str) -> str:
    return f"{name:<22}{'; '.join(part for part in parts if part)}".rstrip()
