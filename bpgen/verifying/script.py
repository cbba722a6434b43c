"""A script: calls of an emitted class, written in Python once, run in any language.

    script = Script()
    net = script.new(seed=7)
    found = {"outputs": net.forward([0.0, 1.0]), "saved": net.to_json()}

Nothing runs yet: each call is recorded and gives a `Reference` to its result, which
may be an argument of later calls. A driver runs `script.content()` and gives one
answer for each call; `resolve(found, answers)` puts them into the references' places.

The content is {"pool": [...], "commands": [...]}. A command is

    {"call": "train", "on": 3, "with": [ITEM, ...], "options": {"epochs": ITEM}}

where `on` is the command that made the object; `new` makes one, "times" has the call
made more than once. An item is a scalar, {"at": place in the pool}, {"result": number
of a command}, or {"text": [places of its parts]}; an entry of the pool is a text, a
list of items, or a mapping of names to items. A scalar is a whole number, a flag, null,
a text after a quotation mark, or the 16 hexadecimal digits of a number's bits: so no
number loses anything, and NaN and infinity travel, too.

What a driver does with a command:

- Names and options are written as the language has them.
- The option `on_epoch` of `train` is a whole number: the driver passes a function that
  keeps what it is told and says stop after that epoch, or never, if it is 0. The
  result is a list of train's own and of the list of [epoch, loss].
- `times` calls give the list of their results.
- States come and go as JSON texts. What takes an object gets the text parsed.
- Arguments are made anew for every call. After it all their numbers and those of the
  result are overwritten: they belong to the caller, not to the object.
- What an error means is told as {"error": kind, "message": text}: `WRONG` where an
  argument is refused, `EARLY` where something has to be called before, otherwise the
  name of the error's class. The commands after it run all the same.

The answers are {"pool": [...], "answers": [...]}: each a place in the pool or an error,
and in the pool whole values, their scalars written as above.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

WRONG, EARLY = "wrong", "early"
Item: TypeAlias = Any
Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """The result of a command, or an item of that."""

    command: int
    path: tuple[int, ...] = ()

    def __getitem__(self, at: int) -> Reference:
        return Reference(self.command, (*self.path, at))


@dataclass(frozen=True)
class Joined:
    """The items of several results as one list."""

    parts: tuple[Reference, ...]


@dataclass(frozen=True)
class Attempt:
    """A call that has to be refused: with this kind of error, with one of the words in
    its message, and without a change between two saved states."""

    call: Reference
    before: Reference
    after: Reference
    kind: str
    words: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Failure:
    """The answer to a call that did not succeed."""

    kind: str
    message: str


class Script:
    """Calls in their order, recorded and not run."""

    def __init__(self) -> None:
        self.commands: list[Json] = []
        self.pool: list[Any] = []
        self._places: dict[str, int] = {}

    def content(self) -> Json:
        """What a driver takes."""
        return {"pool": self.pool, "commands": self.commands}

    def new(self, **options: Any) -> Recorder:
        """Another object of the class."""
        return Recorder(self, self.call("new", (), options))

    def call(
        self, name: str, given: Sequence[Any], options: Mapping[str, Any], **more: Any
    ) -> Reference:
        """The result of another command."""
        command: Json = {"call": name, "with": [self.item(value) for value in given]}
        if options:
            values = {key: self.item(value) for key, value in options.items()}
            command["options"] = values
        self.commands.append(command | more)
        return Reference(len(self.commands) - 1)

    def item(self, value: Any) -> Item:
        """A value as commands hold it; equal values take their place but once."""
        if isinstance(value, Reference):
            return {"result": value.command}
        if isinstance(value, dict):
            return self._at({key: self.item(item) for key, item in value.items()})
        if isinstance(value, list):
            return self._at([self.item(item) for item in value])
        if isinstance(value, str) and len(value) > 40:
            # Two states of one net differ in few of their parts.
            parts = re.split(r'(?<=, )(?=")', value)
            return {"text": [self._place(part) for part in parts]}
        return scalar(value)

    def _at(self, entry: Any) -> Item:
        return {"at": self._place(entry)}

    def _place(self, entry: Any) -> int:
        place = self._places.setdefault(json.dumps(entry), len(self.pool))
        if place == len(self.pool):
            self.pool.append(entry)
        return place


class Recorder:
    """Stands for an object of an emitted class: records what is called on it."""

    def __init__(self, script: Script, made: Reference) -> None:
        self.script = script
        self.made = made

    def repeat(self, times: int, name: str, *given: Any) -> Reference:
        """The list of what a method gives when it is called so many times."""
        return self.script.call(name, given, {}, on=self.made.command, times=times)

    def __getattr__(self, name: str) -> Callable[..., Reference]:
        def call(*given: Any, **options: Any) -> Reference:
            return self.script.call(name, given, options, on=self.made.command)

        return call


# --- Values -----------------------------------------------------------------------


def scalar(value: Any) -> Any:
    """A number, a text, a flag or null as it travels."""
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    return f'"{value}' if isinstance(value, str) else value


def plain(value: Any) -> Any:
    """The scalar, or the nested lists and mappings of scalars, that travelled so."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    if value.startswith('"'):
        return value[1:]
    return struct.unpack(">d", bytes.fromhex(value))[0]


def answers(told: Json) -> list[Any]:
    """The values that a driver told, and a `Failure` where there was an error."""
    pool = [plain(value) for value in told["pool"]]
    return [
        (
            Failure(found["error"], found["message"])
            if isinstance(found, dict)
            else pool[found]
        )
        for found in told["answers"]
    ]


def resolve(found: Any, answers: Sequence[Any]) -> Any:
    """The same with an answer in the place of each reference, and for each attempt
    "refused", or what happened instead."""
    if isinstance(found, dict):
        return {key: resolve(item, answers) for key, item in found.items()}
    if isinstance(found, list):
        return [resolve(item, answers) for item in found]
    if isinstance(found, Joined):
        return [item for part in found.parts for item in resolve(part, answers)]
    if isinstance(found, Attempt):
        return _outcome(found, answers)
    if not isinstance(found, Reference):
        return found
    value = answers[found.command]
    if isinstance(value, Failure):
        raise AssertionError(f"command {found.command}: {value.kind}: {value.message}")
    for at in found.path:
        value = value[at]
    return value


def _outcome(attempt: Attempt, answers: Sequence[Any]) -> str:
    did = answers[attempt.call.command]
    if not isinstance(did, Failure):
        outcome = "accepted"
    elif did.kind != attempt.kind:
        outcome = f"refused as {did.kind}: {did.message}"
    elif not any(word in did.message for word in attempt.words):
        outcome = f"refused with the words: {did.message}"
    else:
        outcome = "refused"
    before, after = (resolve(r, answers) for r in (attempt.before, attempt.after))
    return outcome if before == after else f"{outcome}, with a change"
