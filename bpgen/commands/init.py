"""What `bpgen init` does: a starter net, and the schema that editors check it by."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from bpgen.commands.files import make_folder, write
from bpgen.commands.starter import SCHEMA, SCHEMA_MARK, starter, starter_path
from bpgen.errors import InputError, Problem
from bpgen.network.schema import schema_text


def write_starter(name: str, force: bool) -> str:
    """Write the net of that name, and the schema beside it; returns what to say.

    Raises:
        InputError: something else is there, or it cannot be written.
    """
    path = starter_path(name)
    schema = path.with_name(SCHEMA)
    if path.exists() and not force:
        message = f"{path} is there already; --force overwrites it"
        raise InputError([Problem(message)])
    make_folder(path.parent)
    write(path, starter(path))
    if not schema.exists() or _is_ours(schema):
        write(schema, f"{schema_text()}\n")
    own, code = quote(str(path)), quote(str(path.with_suffix(".py")))
    return f"wrote {own}; now: bpgen emit {own} -o {code} && python {code}"


def _is_ours(schema: Path) -> bool:
    """Whether a schema that is there may be replaced."""
    if not schema.is_file():
        return False
    return SCHEMA_MARK in schema.read_text(encoding="utf-8", errors="replace")[:1000]
