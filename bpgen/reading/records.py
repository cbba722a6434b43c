"""Mappings of net.yaml: records with known keys, and types with options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bpgen.errors import Place, Problems, shown, suggestion
from bpgen.reading.kinds import (
    NAME,
    InvalidError,
    JsonSchema,
    Kind,
    Word,
    article,
    attempt,
    described,
    reject,
)
from bpgen.reading.yaml_reader import Mapping as MappingNode
from bpgen.reading.yaml_reader import Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Values:
    """What a record held: values by key, and where each value stands."""

    place: Place
    values: Mapping[str, Any]
    places: Mapping[str, Place]
    complete: bool = True  # no key of it was wrong

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or the default where it was not written."""
        return self.values.get(key, default)

    def at(self, key: str) -> Place:
        """Where the value of a key stands, else where the record begins."""
        return self.places.get(key, self.place)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def __contains__(self, key: str) -> bool:
        return key in self.values


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys."""

    keys: Mapping[str, Kind]
    what: str
    required: tuple[str, ...] = ()

    def read(self, node: Node, problems: Problems) -> Values:
        if not isinstance(node, MappingNode):
            message = f"expected {article(self.what)}, got {described(node)}"
            raise reject(problems, node.place, message)
        values, places, complete = {}, {}, True
        for key, item in node.entries:
            places[key.text] = item.place
            kind = self.keys.get(key.text)
            if kind is None:
                hint = suggestion(key.text, self.keys)
                problems.add(key.place, f"unknown key {shown(key.text)}{hint}")
                complete = False
                continue
            value = attempt(kind, item, problems)
            if not isinstance(value, InvalidError):
                values[key.text] = value
            complete = complete and _is_complete(value)
        for key_name in self.required:
            if key_name not in places:
                problems.add(node.place, f"missing key '{key_name}' in the {self.what}")
                complete = False
        return Values(node.place, values, places, complete)

    def schema(self) -> JsonSchema:
        found: JsonSchema = {
            "type": "object",
            "properties": {key: kind.schema() for key, kind in self.keys.items()},
            "additionalProperties": False,
        }
        return found | ({"required": list(self.required)} if self.required else {})


def _is_complete(value: Any) -> bool:
    """Whether nothing in a value was wrong."""
    match value:
        case InvalidError():
            return False
        case Values(complete=complete) | Choice(options=Values(complete=complete)):
            return complete
        case tuple():
            return all(map(_is_complete, value))
        case _:
            return True


@dataclass(frozen=True, slots=True)
class Choice:
    """What a `Typed` value chose: a type and its options.

    `own` is what net.yaml itself defines under that name, if it does.
    """

    type: str
    options: Values
    own: Any = None

    @property
    def place(self) -> Place:
        """Where the choice stands."""
        return self.options.place


@dataclass(frozen=True, slots=True)
class Typed:
    """`relu`, or `{type: leaky_relu, slope: 0.2}`: a type with its options.

    `own` are the types that the file itself defines, without options; None: such
    types have no place here.
    """

    types: Mapping[str, Mapping[str, Kind]]
    what: str
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    common: Mapping[str, Kind] = field(default_factory=dict)
    own: Mapping[str, Any] | None = None

    def read(self, node: Node, problems: Problems) -> Choice:
        own = self.own or {}
        word = Word((*self.types, *own), self.what)
        if isinstance(node, Scalar):
            chosen = word.read(node, problems)
            entries: tuple[tuple[Scalar, Node], ...] = ()
        elif isinstance(node, MappingNode):
            types = [item for key, item in node.entries if key.text == "type"]
            if not types:
                message = f"missing key 'type' in the {self.what}"
                raise reject(problems, node.place, message)
            chosen = word.read(types[0], problems)
            entries = tuple(e for e in node.entries if e[0].text != "type")
        else:
            message = f"expected {article(self.what)}, got {described(node)}"
            raise reject(problems, node.place, message)
        record = self._record(chosen)
        values = record.read(MappingNode(entries, node.place), problems)
        return Choice(chosen, values, own.get(chosen))

    def _record(self, chosen: str) -> Record:
        keys = {**self.types.get(chosen, {}), **self.common}
        return Record(keys, f"{self.what} '{chosen}'", self.required.get(chosen, ()))

    def schema(self) -> JsonSchema:
        plain = [t for t in self.types if not self.required.get(t)]
        options: list[JsonSchema] = [{"enum": plain}] if plain else []
        for chosen in self.types:
            record = self._record(chosen).schema()
            record["properties"] = {"type": {"const": chosen}} | record["properties"]
            record["required"] = ["type", *record.get("required", [])]
            options.append(record)
        return {"anyOf": [*options, *self._own_schemas()]}

    def _own_schemas(self) -> list[JsonSchema]:
        """Any name that is not taken: which ones there are, the file says."""
        if self.own is None:
            return []
        name = {"pattern": f"^{NAME.pattern}$", "not": {"enum": list(self.types)}}
        keys = {key: kind.schema() for key, kind in self.common.items()}
        record: JsonSchema = {"type": "object", "additionalProperties": False}
        record["properties"] = {"type": {"type": "string"} | name} | keys
        return [{"type": "string"} | name, record | {"required": ["type"]}]


@dataclass(frozen=True, slots=True)
class Either:
    """One kind for a list, another for a mapping, a third for plain text."""

    scalar: Kind | None = None
    list: Kind | None = None
    mapping: Kind | None = None
    what: str = "value"

    def read(self, node: Node, problems: Problems) -> Any:
        match node:
            case Scalar():
                kind = self.scalar
            case Sequence():
                kind = self.list
            case _:
                kind = self.mapping
        if kind is None:
            message = f"expected {self.what}, got {described(node)}"
            raise reject(problems, node.place, message)
        return kind.read(node, problems)

    def schema(self) -> JsonSchema:
        kinds = [k for k in (self.scalar, self.list, self.mapping) if k is not None]
        return {"anyOf": [kind.schema() for kind in kinds]}
