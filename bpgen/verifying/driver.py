"""The driver of Python: runs the commands of a script with a class of this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bpgen.verifying.script import EARLY, WRONG, Json, Script, plain, scalar


def execute(make: Callable[..., Any], script: Script) -> Json:
    """The answers to the commands when `make` makes the objects."""
    driver = _Driver(make, script)
    for command in script.commands:
        driver.answers.append(driver.answer(command))
    return {"pool": driver.pool, "answers": driver.answers}


def kind(error: Exception) -> str:
    """What an error means."""
    if isinstance(error, ValueError):
        return WRONG
    return EARLY if type(error) is RuntimeError else type(error).__name__


class _Driver:
    def __init__(self, make: Callable[..., Any], script: Script) -> None:
        self.make = make
        self.entries: list[Any] = []
        for entry in script.pool:  # what an entry holds stands before it
            self.entries.append(self.entry(entry))
        self.nets: dict[int, Any] = {}
        self.pool: list[Any] = []
        self.places: dict[str, int] = {}
        self.answers: list[Any] = []

    def entry(self, entry: Any) -> Any:
        """An entry of the script's pool as a value."""
        if isinstance(entry, dict):
            return {key: self.item(item) for key, item in entry.items()}
        return [self.item(i) for i in entry] if isinstance(entry, list) else entry

    def item(self, item: Any) -> Any:
        """A value of its own for an item."""
        if not isinstance(item, dict):
            return plain(item)
        if "text" in item:
            return "".join(self.entries[place] for place in item["text"])
        if "at" in item:
            return copied(self.entries[item["at"]])
        return plain(self.pool[self.answers[item["result"]]])

    def answer(self, command: Json) -> Any:
        """The place of a command's result, or its error."""
        try:
            found = self.once(command)
            if "times" in command:
                more = range(1, command["times"])
                found = [found, *(self.once(command) for _ in more)]
        except Exception as error:
            return {"error": kind(error), "message": str(error)}
        place = self.places.setdefault(json.dumps(found), len(self.pool))
        if place == len(self.pool):
            self.pool.append(found)
        return place

    def once(self, command: Json) -> Any:
        """What one call gives, as it travels."""
        given = [self.item(item) for item in command["with"]]
        options = {k: self.item(v) for k, v in command.get("options", {}).items()}
        if command["call"] == "new":
            self.nets[len(self.answers)] = self.make(*given, **options)
            return None
        seen: list[Any] = []
        watched = "on_epoch" in options
        if watched:
            options["on_epoch"] = watcher(options["on_epoch"], seen)
        result = getattr(self.nets[command["on"]], command["call"])(*given, **options)
        found = encoded(result)
        spoil([given, result])
        return [found, encoded(seen)] if watched else found


def watcher(last: int, seen: list[Any]) -> Callable[[int, float], bool | None]:
    """A function for `on_epoch` that keeps what it is told."""

    def on_epoch(epoch: int, loss: float) -> bool | None:
        seen.append([epoch, loss])
        return epoch != last if last else None

    return on_epoch


def copied(value: Any) -> Any:
    """Lists and mappings of one's own with the same scalars."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def encoded(value: Any) -> Any:
    """A value as it travels."""
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    return scalar(value)


def spoil(lists: list[Any]) -> None:
    """Overwrite all that nested lists hold: it is the caller's, not the object's."""
    for at, value in enumerate(lists):
        if isinstance(value, dict):
            items = list(value.values())
            spoil(items)
            value.update(zip(value, items, strict=True))
        elif isinstance(value, list):
            spoil(value)
        else:
            lists[at] = 9.0
