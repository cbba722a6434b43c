"""Mappings of net.yaml: records with known keys, and types with options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bpgen.errors import Place, Problems, shown
from bpgen.reading.aliases import key_remedy, wanted_keys
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
    """A mapping with known keys.

    Attributes:
        example: such a mapping as net.yaml writes it, for errors.
        examples: such values of required keys that say more than the whole.
        elsewhere: where keys belong that are often written here.
    """

    keys: Mapping[str, Kind]
    what: str
    required: tuple[str, ...] = ()
    example: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def read(self, node: Node, problems: Problems) -> Values:
        if not isinstance(node, MappingNode):
            wanted = self.example or article(self.what)
            message = f"expected {wanted}, got {described(node)}"
            raise reject(problems, node.place, message)
        values, places, complete = {}, {}, True
        meant: set[str] = set()  # by keys that are not known
        for key, item in node.entries:
            places[key.text] = item.place
            kind = self.keys.get(key.text)
            if kind is None:
                hint = key_remedy(key.text, self.keys, self.elsewhere)
                problems.add(key.place, f"unknown key {shown(key.text)}{hint}")
                meant |= wanted_keys(key.text, self.keys)
                complete = False
                continue
            value = attempt(kind, item, problems)
            if not isinstance(value, InvalidError):
                values[key.text] = value
            complete = complete and _is_complete(value)
        for key_name in self.required:
            if key_name in places:
                continue
            complete = False
            if key_name not in meant:
                problems.add(node.place, self._missing(key_name))
        return Values(node.place, values, places, complete)

    def _missing(self, key: str) -> str:
        message = f"missing key '{key}' in the {self.what}"
        example = self.examples.get(key, self.example)
        return f"{message}: for example {example}" if example else message

    @property
    def words(self) -> str:
        return f"{{{', '.join(self.keys)}}}"

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

    Attributes:
        own: the types that the file itself defines, without options; None: such types
            have no place here.
        examples: choices as net.yaml writes them, for errors; "" is that of no type.
        tell: what the schema says of a key of a type, or of a common one.
    """

    types: Mapping[str, Mapping[str, Kind]]
    what: str
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    common: Mapping[str, Kind] = field(default_factory=dict)
    own: Mapping[str, Any] | None = None
    examples: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[str, str], JsonSchema] = lambda chosen, key: {}

    def read(self, node: Node, problems: Problems) -> Choice:
        own = self.own or {}
        word = Word((*self.types, *own), self.what)
        if isinstance(node, Scalar) and node.text.isdigit() and "" in self.examples:
            wanted = f"expected {article(self.what)}, such as {self.examples['']}"
            raise reject(problems, node.place, f"{wanted}, got {described(node)}")
        if isinstance(node, Scalar):
            chosen = word.read(node, problems)
            entries: tuple[tuple[Scalar, Node], ...] = ()
        elif isinstance(node, MappingNode):
            types = [item for key, item in node.entries if key.text == "type"]
            if not types:
                raise reject(problems, node.place, self._untyped(node))
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
        return Record(
            keys,
            f"{self.what} '{chosen}'",
            self.required.get(chosen, ()),
            self.examples.get(chosen, ""),
            elsewhere=self.elsewhere,
        )

    def _untyped(self, node: MappingNode) -> str:
        """What to write where there is no type: `- dense: 3` is often meant so."""
        message = f"missing key 'type' in the {self.what}"
        for key, item in node.entries:
            if key.text in self.types:
                required = self.required.get(key.text, ())
                value = item.text if isinstance(item, Scalar) and required else ""
                keys = f", {required[0]}: {value}" if value else ""
                return f"{message}: write {{type: {key.text}{keys}}}"
        example = self.examples.get("", "")
        return f"{message}: for example {example}" if example else message

    @property
    def words(self) -> str:
        return f"the name of {article(self.what)}, or {{type: ..., ...}}"

    def schema(self) -> JsonSchema:
        """A name alone, or a mapping whose keys go by its type: so a wrong key, and not
        the whole, is what does not fit."""
        plain = [name for name in self.types if not self.required.get(name)]
        alone: JsonSchema = {"enum": plain}
        types: JsonSchema = {"enum": list(self.types)}
        rules = self._rules()
        if self.own is not None:
            own = {"pattern": f"^{NAME.pattern}$", "not": {"enum": list(self.types)}}
            alone = {"anyOf": [alone, {"type": "string"} | own]}
            types = {"type": "string", "pattern": f"^{NAME.pattern}$"}
        common = {key: self._told("", key, kind) for key, kind in self.common.items()}
        mapping = {"required": ["type"], "properties": {"type": types} | common}
        found = {"if": {"type": "object"}, "then": mapping | {"allOf": rules}}
        return {"title": self.what} | found | {"else": alone}

    def named(self) -> JsonSchema:
        """That the type is one of the table: as a name alone, or in a mapping."""
        types = {"enum": list(self.types)}
        mapping = {"properties": {"type": types}}
        return {"if": {"type": "object"}, "then": mapping, "else": types}

    def _rules(self) -> list[JsonSchema]:
        """For all types of the same keys, what the keys are."""
        alike: dict[str, tuple[list[str], JsonSchema]] = {}
        for chosen in (*self.types, *([""] if self.own is not None else [])):
            own = self.types.get(chosen, {}).items()
            keys = dict.fromkeys(["type", *self.common], True) | {
                key: self._told(chosen, key, kind) for key, kind in own
            }
            rule = {"properties": keys, "additionalProperties": False}
            required = list(self.required.get(chosen, ()))
            rule |= {"required": required} if required else {}
            alike.setdefault(repr(rule), ([], rule))[0].append(chosen)
        return [self._rule(names, rule) for names, rule in alike.values()]

    def _rule(self, names: list[str], rule: JsonSchema) -> JsonSchema:
        """The rule, for those types; "" stands for the types of the file's own."""
        wanted: JsonSchema = {"enum": [name for name in names if name]}
        if "" in names:
            others = [name for name in self.types if name not in names]
            wanted = {"not": {"enum": others}}
        elif len(names) == 1:
            wanted = {"const": names[0]}
        condition = {"required": ["type"], "properties": {"type": wanted}}
        return {"if": condition, "then": rule}

    def _told(self, chosen: str, key: str, kind: Kind) -> JsonSchema:
        """The schema of a key, with what it means."""
        told, schema = self.tell(chosen, key), kind.schema()
        return told | ({"allOf": [schema]} if "title" in schema else schema)


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

    @property
    def words(self) -> str:
        return self.what

    def schema(self) -> JsonSchema:
        kinds = [k for k in (self.scalar, self.list, self.mapping) if k is not None]
        return {"anyOf": [kind.schema() for kind in kinds]}
