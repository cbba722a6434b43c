"""What a net was made of, in a few digits: which values, and which files.

In: the tree of a net.yaml, its file's name, and where the files are that it reads.
Out: a digest of each key, and all of them with the options as the source's hash of an
emitted file's header, which tells later whether something changed, and which key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from bpgen.network.data import DATA_FILES, WITH_OTHERS
from bpgen.network.explicit import LARGEST_FILE
from bpgen.network.folders import Folders
from bpgen.reading.yaml_reader import Mapping as MappingNode
from bpgen.reading.yaml_reader import Node, Scalar, Sequence, number, whole_number

# The keys of net.yaml: their places in the hash. A new one goes to the end.
KEYS = (
    *("name", "about", "input", "layers", "loss", "functions", "optimizer"),
    *("regularization", "training", "parameters", "frozen", "seed", "data"),
    *("classes", "preprocessing"),
)
WHOLE, EACH = 8, 2  # digits for everything together, and for each key
ABSENT = "0" * EACH
NUMERALS = "-0123456789"
FLAGS = {"true": True, "false": False}

Digests: TypeAlias = "Mapping[str, str]"  # of the keys that are there


def digest(text: str | bytes) -> str:
    """Sixteen digits that tell texts apart."""
    content = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(content).hexdigest()[:16]


def digests_of(tree: MappingNode, stem: str, folders: Folders) -> Digests:
    """A digest of each key's value; a file that it names counts with its content.

    Comments, line ends and the order of keys have no part in it, nor has the way in
    which a value is written. The net's name always has: it may be the file's `stem`.

    Raises:
        InputError: a file that the net reads cannot be read.
    """
    found = {key.text: _text(node) for key, node in tree.entries}
    for key, file in _files(tree):
        content = folders.content(file.text, file.place, LARGEST_FILE)
        found[key] += digest(content.replace(b"\r\n", b"\n"))
    found.setdefault("name", stem)
    return {key: digest(found[key]) for key in sorted(found)}


def source_hash(digests: Digests, options: str) -> str:
    """The digits of the header: of everything with the options, then of each key."""
    each = (digests[key][:EACH] if key in digests else ABSENT for key in KEYS)
    return digest(json.dumps([digests, options]))[:WHOLE] + "".join(each)


def changed_keys(before: str, digests: Digests) -> list[str]:
    """The keys that differ from those that a hash was made of, as far as they can be
    told; none of a hash of another form."""
    digits = before[WHOLE:]
    if len(digits) != EACH * len(KEYS):
        return []
    then = {key: digits[EACH * at : EACH * (at + 1)] for at, key in enumerate(KEYS)}
    now = {key: digests[key][:EACH] if key in digests else ABSENT for key in KEYS}
    return [key for key in KEYS if then[key] != now[key]]


def _files(tree: MappingNode) -> Iterable[tuple[str, Scalar]]:
    """The files that a net reads, each with the key below which it is named."""
    for key, node in tree.entries:
        if key.text == "parameters" and isinstance(node, Scalar):
            yield key.text, node
        if key.text == "data" and isinstance(node, MappingNode) and _is_embedded(node):
            yield from ((key.text, file) for file in _data_files(node, frozenset()))


def _is_embedded(tree: MappingNode) -> bool:
    """Whether the samples are read when a file is emitted, not when it is run."""
    flags = (node for key, node in tree.entries if key.text == "embed")
    return not any(isinstance(flag, Scalar) and flag.text == "false" for flag in flags)


def _data_files(tree: MappingNode, above: frozenset[str]) -> Iterable[Scalar]:
    """The files that `data` names, or `test` in it, with the keys above it."""
    keys = above | {name.text for name, _ in tree.entries}
    others = ("labels", "targets") if keys & {*WITH_OTHERS} else ()
    for name, file in tree.entries:
        if name.text == "test" and isinstance(file, MappingNode):
            yield from _data_files(file, keys)
            continue
        if name.text not in (*DATA_FILES, *others) or not isinstance(file, Scalar):
            continue
        if isinstance(_scalar(file), str):  # no share
            yield file


def _text(node: Node) -> str:
    return json.dumps(plain(node), sort_keys=True)


def plain(node: Node) -> Any:
    """A value without its places: 0.20 and 0.2 are one, 1 and 1.0 are not, since only
    one of them is a whole number."""
    match node:
        case MappingNode(entries):
            return {key.text: plain(value) for key, value in entries}
        case Sequence(items):
            return [plain(item) for item in items]
        case Scalar():
            return _scalar(node)


def _scalar(scalar: Scalar) -> Any:
    """A flag or a number where the text is one; in quotes it is none."""
    if scalar.quoted:
        return scalar.text
    if scalar.text[:1] not in NUMERALS:
        return FLAGS.get(scalar.text, scalar.text)
    for read in (whole_number, number):
        try:
            return read(scalar)
        except ValueError:
            continue
    return scalar.text
