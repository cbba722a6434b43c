"""The JSON Schema of net.yaml, from the tables that validate it.

Editors read it: it says what each key means, and an error is at the key that is wrong.
What stands in it more than once is written once, under `$defs`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bpgen.catalog.layers.keys import ACTIVATION
from bpgen.network.meanings import NET, told
from bpgen.network.own_functions import Own
from bpgen.network.spec import net_record, uses
from bpgen.reading.kinds import JsonSchema, ListOf, Name
from bpgen.reading.records import Typed

DRAFT = "https://json-schema.org/draft/2020-12/schema"
OPENED = ("properties", "$defs")  # in these, each entry has a line


def schema_text() -> str:
    """The schema as it is printed."""
    return "\n".join(_lines(schema(), 2))


def _lines(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    """A line for each key, and for those of mappings of many within."""
    yield "{"
    for number, (key, value) in enumerate(node.items(), start=1):
        comma = "," if number < len(node) else ""
        if depth > 1 and isinstance(value, dict) and key in OPENED:
            first, *lines = _lines(value, depth - 1)
            *lines, last = lines
            yield from (f'"{key}": {first}', *lines, f"{last}{comma}")
        else:
            yield f'"{key}": {json.dumps(value)}{comma}'
    yield "}"


def schema() -> Mapping[str, Any]:
    """JSON Schema of net.yaml."""
    net = net_record(Own({}, {}), Name("net")).schema()
    for path in NET:
        _tell(net, path.split("."), told(path))
    net["if"] = {"not": {"required": ["functions"]}}
    net["then"] = {"properties": _without_own_functions()}
    body, definitions = _shared(net)
    return {"$schema": DRAFT, "title": "net.yaml"} | body | {"$defs": definitions}


def _without_own_functions() -> JsonSchema:
    """Where a file has no functions, there are only the names of the tables."""
    kinds = uses(None)
    layers, loss = kinds["layers"], kinds["loss"]
    assert isinstance(layers, ListOf) and isinstance(loss, Typed)
    assert isinstance(layers.item, Typed)
    activation = {"properties": {"activation": ACTIVATION.named()}}
    layer = {"allOf": [layers.item.named(), activation]}
    return {"layers": {"items": layer}, "loss": loss.named()}


def _tell(node: JsonSchema, path: list[str], words: JsonSchema) -> None:
    """Put words beside a key, wherever on its path it is a key."""
    for inner in (node, node.get("items", {}), *node.get("anyOf", ())):
        keys = inner.get("properties", {})
        if path[0] not in keys:
            continue
        if len(path) > 1:
            _tell(keys[path[0]], path[1:], words)
            continue
        own = keys[path[0]]
        keys[path[0]] = words | ({"allOf": [own]} if "title" in own else own)


def _shared(net: JsonSchema) -> tuple[JsonSchema, JsonSchema]:
    """The schema with references to what stands in it several times, and that."""
    counts = Counter(_key(node) for node in _nodes(net))
    names: dict[str, str] = {}
    definitions: dict[str, Any] = {}

    def replaced(node: Any, is_root: bool = False) -> Any:
        if not isinstance(node, dict):
            return [replaced(item) for item in node] if _is_list(node) else node
        key = _key(node)
        if counts[key] < 2 or "title" not in node or is_root:
            return {
                name: (
                    {inner: replaced(own) for inner, own in value.items()}
                    if name == "properties"
                    else replaced(value)
                )
                for name, value in node.items()
            }
        if key not in names:
            title = str(node["title"])
            number = sum(name.startswith(title) for name in names.values())
            names[key] = f"{title}{number + 1 if number else ''}"
            definitions[names[key]] = replaced(node, True)
        return {"$ref": f"#/$defs/{names[key]}"}

    return replaced(net, True), definitions


def _key(node: JsonSchema) -> str:
    return json.dumps(node, sort_keys=True)


def _is_list(node: Any) -> bool:
    return isinstance(node, list)


def _nodes(node: Any) -> Iterator[JsonSchema]:
    """All schemas within one; the keys of `properties` are none."""
    match node:
        case dict():
            yield node
            for name, value in node.items():
                inner = value.values() if name == "properties" else [value]
                for own in inner:
                    yield from _nodes(own)
        case list():
            for item in node:
                yield from _nodes(item)
