"""docs/net-yaml.md: every key of net.yaml, from the tables that read it.

In: the kinds of the keys and what they mean. Out: Markdown. `generated/refresh` writes
it, and a test holds it against the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.layers.keys import INITIALIZER, option_defaults, option_kinds
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.meanings import (
    LAYER_EXAMPLES,
    NOTHING,
    Meaning,
    entry_text,
    meaning,
)
from bpgen.catalog.schedules import SCHEDULES
from bpgen.commands.listing import default_text, value_text
from bpgen.commands.reference_parts import HEAD, PARTS
from bpgen.network.meanings import NET, net_meaning
from bpgen.network.own_functions import FUNCTION, FUNCTIONS_KIND, Own
from bpgen.network.spec import (
    OPTIMIZER,
    OPTIMIZER_DEFAULTS,
    SCHEDULE,
    SCHEDULE_DEFAULTS,
    layer_kind,
    net_record,
)
from bpgen.reading.kinds import Kind, Name
from bpgen.reading.records import Either, Record

Rows = Iterator[tuple[str, ...]]
KEY_HEAD = ("key", "value", "default", "meaning", "example")


def reference() -> str:
    """The whole document."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    yield from _table(KEY_HEAD, (row for path in NET for row in _net_row(path)))
    for title, text in PARTS.items():
        yield f"\n## {title}\n\n{text}".rstrip()
        tables = TABLES.get(title, ())
        for table in tables:
            yield ""
            yield from table()


# --- Keys of the net ----------------------------------------------------------------


def _net_row(path: str) -> Rows:
    found = net_meaning(path)
    kinds = net_kinds()
    above, _, key = path.rpartition(".")
    record = kinds[above] if above else net_record(Own({}, {}), Name("net"))
    default = "**required**" if key in _required(record) else _default(found)
    kind = kinds[path].words
    yield f"`{path}`", kind, default, found.text, f"`{found.example}`"


def _required(kind: Kind) -> tuple[str, ...]:
    match kind:
        case Record(required=required) | Either(mapping=Record(required=required)):
            return required
        case _:
            return FUNCTION.required if kind is FUNCTIONS_KIND else ()


def net_kinds() -> Mapping[str, Kind]:
    """The kinds of all keys of a net that have no table of their own, by path."""
    return dict(_kinds(net_record(Own({}, {}), Name("net")), ""))


def _kinds(record: Record, before: str) -> Iterator[tuple[str, Kind]]:
    for key, kind in record.keys.items():
        yield f"{before}{key}", kind
        match kind:
            case Record() as inner:
                yield from _kinds(inner, f"{before}{key}.")
            case Either(mapping=Record() as inner):
                yield from _kinds(inner, f"{before}{key}.")
            case _ if kind is FUNCTIONS_KIND:
                yield from _kinds(FUNCTION, f"{before}{key}.")


def _default(found: Meaning) -> str:
    text = default_text(found)
    return text if found.default is NOTHING else f"`{text}`"


# --- Entries of the tables ----------------------------------------------------------


def _layers() -> Iterator[str]:
    rows = []
    for name, layer in LAYERS.items():
        if name in ACTIVATIONS:
            continue
        keys = _listed(layer.keys, layer.required)
        example = LAYER_EXAMPLES.get(name, name)
        rows.append((f"`{name}`", entry_text("layer", name), keys, f"`{example}`"))
    return _table(("layer", "what it does", "keys", "example"), rows)


def _layer_keys() -> Iterator[str]:
    kinds = {(name, key): k for name in LAYERS for key, k in LAYERS[name].keys.items()}
    kinds = {pair: kind for pair, kind in kinds.items() if pair[0] not in ACTIVATIONS}
    layer = layer_kind(None)
    kinds |= {("", key): kind for key, kind in layer.common.items()}
    return _key_table(
        "layer", kinds, {}, {name: layer.required[name] for name in LAYERS}
    )


def _activations() -> Iterator[str]:
    rows = [
        (f"`{name}`", entry_text("activation", name), _with_defaults(options))
        for name, options in option_defaults(ACTIVATIONS).items()
    ]
    return _table(("activation", "of x", "options"), rows)


def _losses() -> Iterator[str]:
    options = option_defaults(LOSSES)
    rows = [
        (
            f"`{name}`",
            entry_text("loss", name),
            loss.targets.words,
            _with_defaults(options[name]),
        )
        for name, loss in LOSSES.items()
    ]
    return _table(("loss", "of outputs o and targets t", "targets", "options"), rows)


def _options() -> Iterator[str]:
    entries = {
        **{name: own.options for name, own in ACTIVATIONS.items()},
        **{name: own.options for name, own in LOSSES.items()},
    }
    kinds = {
        (name, key): kind
        for name, options in entries.items()
        for key, kind in option_kinds(options).items()
    }
    defaults = {**option_defaults(ACTIVATIONS), **option_defaults(LOSSES)}
    return _key_table("loss", kinds, defaults)


def _optimizers() -> Iterator[str]:
    rows = [
        (f"`{name}`", entry_text("optimizer", name), _with_defaults(defaults))
        for name, defaults in OPTIMIZER_DEFAULTS.items()
    ]
    return _table(("optimizer", "what it does", "keys (default)"), rows)


def _optimizer_keys() -> Iterator[str]:
    types, clip = OPTIMIZER.types, OPTIMIZER.common["clip"]
    assert isinstance(clip, Record)
    kinds = {(name, key): kind for name in types for key, kind in types[name].items()}
    kinds |= {("", key): kind for key, kind in OPTIMIZER.common.items()}
    kinds |= {("", f"clip.{key}"): kind for key, kind in clip.keys.items()}
    return _key_table("optimizer", kinds, OPTIMIZER_DEFAULTS)


def _schedules() -> Iterator[str]:
    rows = [
        (f"`{name}`", entry_text("schedule", name), _listed(own.keys, own.required))
        for name, own in SCHEDULES.items()
    ]
    return _table(("schedule", "the learning rate", "keys"), rows)


def _schedule_keys() -> Iterator[str]:
    kinds = {(n, key): k for n, own in SCHEDULES.items() for key, k in own.keys.items()}
    kinds |= {("", key): kind for key, kind in SCHEDULE.common.items()}
    return _key_table("schedule", kinds, SCHEDULE_DEFAULTS, SCHEDULE.required)


def _initializers() -> Iterator[str]:
    rows = [
        (
            f"`{name}`",
            entry_text("initializer", name),
            _listed(own.options, own.options),
        )
        for name, own in INITIALIZERS.items()
    ]
    return _table(("initializer", "each weight", "options"), rows)


def _initializer_keys() -> Iterator[str]:
    entries = INITIALIZERS.items()
    kinds = {(name, key): k for name, own in entries for key, k in own.options.items()}
    return _key_table("initializer", kinds, {}, INITIALIZER.required)


TABLES = {
    "Layers": (_layers, _layer_keys),
    "Activations": (_activations,),
    "Losses": (_losses, _options),
    "Optimizers": (_optimizers, _optimizer_keys),
    "Schedules": (_schedules, _schedule_keys),
    "Initializers": (_initializers, _initializer_keys),
}


# --- Tables -------------------------------------------------------------------------


def _key_table(
    what: str,
    kinds: Mapping[tuple[str, str], Kind],
    defaults: Mapping[str, Mapping[str, object]],
    required: Mapping[str, Iterable[str]] | None = None,
) -> Iterator[str]:
    """The keys of a table; those that differ between entries say of which they are."""
    found: dict[tuple[str, ...], list[str]] = {}
    for (name, key), kind in kinds.items():
        own = meaning(what, name, key)
        default = defaults.get(name, {}).get(key, own.default)
        given = _default(replace(own, default=default))
        if key in (required or {}).get(name, ()):
            given = "**required**"
        row = (f"`{key}`", kind.words, given, own.text, f"`{own.example}`")
        found.setdefault(row, []).append(name)
    keys = [row[0] for row in found]
    rows = []
    for (key, *others), names in found.items():
        of = f" of {', '.join(names)}" if keys.count(key) > 1 else ""
        rows.append((f"{key}{of}", *others))
    return _table(KEY_HEAD, rows)


def _listed(keys: Iterable[str], required: Iterable[str]) -> str:
    required = set(required)
    return ", ".join(f"**`{k}`**" if k in required else f"`{k}`" for k in keys)


def _with_defaults(defaults: Mapping[str, object]) -> str:
    return ", ".join(f"`{key}` {value_text(own)}" for key, own in defaults.items())


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = tuple(head)
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
