"""`bpgen import`: a model of another library becomes a net.yaml with its parameters.

In: where the model is. Out: three files. A user's code runs only where it was named,
as module:function; what cannot be imported is said all at once.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpgen.commands.files import content_of, is_folder_path, make_folder
from bpgen.errors import InputError, Problem
from bpgen.importing.check import DifferentError
from bpgen.importing.imported import Imported
from bpgen.languages.names import net_name_fault
from bpgen.network.spec import net_name


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for, beside the model."""

    output: str
    name: str
    force: bool = False
    dry_run: bool = False
    as_json: bool = False


def made_model(reference: str) -> Any:
    """What the user's own function gives, which `module:function` names.

    Raises:
        InputError: there is none, or it ends in an error.
    """
    refuse_file(reference)
    module, colon, function = reference.partition(":")
    if not colon or not function.isidentifier() or not module:
        message = f"{reference!a} is no module:function: write, for example, "
        message += "my_models:make_model, a function without parameters that returns "
        raise InputError([Problem(message + "the model")])
    with _working_folder():
        try:
            found = getattr(importlib.import_module(module), function, None)
            if not callable(found):
                message = f"{module} has no function {function!a}"
                raise InputError([Problem(message)])
            return found()
        except InputError:
            raise
        except (Exception, SystemExit) as error:
            raise InputError([Problem(_reason(error))]) from None


# Files that run code when they are loaded, or may, and the way that works.
UNSAFE = {
    ".pt": "write a function that makes the model and loads its state_dict",
    ".pth": "write a function that makes the model and loads its state_dict",
    ".pt2": "write a function that makes the model",
    ".ckpt": "write a function that makes the model and loads its state_dict",
    ".joblib": "write a function that loads it",
    ".pkl": "write a function that loads it",
    ".pickle": "write a function that loads it",
}


def refuse_file(source: str) -> None:
    """An error for a file that is never opened, since that can run what is in it.

    Raises:
        InputError: it is one.
    """
    suffix = Path(source).suffix.lower()
    if ":" not in source and suffix in UNSAFE:
        message = f"{source} is not opened: loading a {suffix} file can run code that "
        message += f"is in it. If you trust it, {UNSAFE[suffix]}, and name that: "
        raise InputError([Problem(message + "my_models:make_model")])


MOST_BYTES = 256_000_000  # of a file that is read


def refuse_large(source: str, content: bytes) -> None:
    """An error for a file that is too large to be read.

    Raises:
        InputError: it is.
    """
    if len(content) > MOST_BYTES:
        raise InputError([Problem(f"{source} is larger than {MOST_BYTES:,} bytes")])


def text_of(source: str) -> str:
    """The text of a file.

    Raises:
        InputError: it cannot be read, or it is too large.
    """
    content = content_of(source, MOST_BYTES)
    refuse_large(source, content)
    return content.decode("utf-8", "replace")


def need_package(package: str, extra: str) -> None:
    """An error where a package is missing that an import or export is made with.

    Raises:
        InputError: it is.
    """
    if importlib.util.find_spec(package) is None:
        message = f"this needs the package {package}: pip install 'bpgen[{extra}]'"
        raise InputError([Problem(message)])


def shape_in(text: str) -> tuple[int, ...]:
    """The shape that `--input 1,8,8` means.

    Raises:
        InputError: it is none.
    """
    parts = text.split(",")
    if not all(part.strip().isdecimal() and 0 < int(part) < 10**6 for part in parts):
        message = f"--input {text!a} is no shape: write sizes, such as 4 or 1,8,8"
        raise InputError([Problem(message)])
    return tuple(map(int, parts))


def model_and_batch(made: Any, shape: str) -> tuple[Any, Any]:
    """The model and a batch of inputs: both that were returned, or one of the shape.

    Raises:
        InputError: neither tells what the inputs are.
    """
    if isinstance(made, tuple) and len(made) == 2:
        return made[0], made[1]
    if shape:
        from bpgen.importing.torch_capture import zeros

        return made, zeros(shape_in(shape))
    message = "what are its inputs? add --input with the shape of one sample, such as "
    message += "--input 1,8,8, or return the model and a batch of inputs"
    raise InputError([Problem(message)])


@contextmanager
def _working_folder() -> Iterator[None]:
    """Modules of the working folder can be loaded, for this command alone."""
    sys.path.insert(0, str(Path.cwd()))
    try:
        yield
    finally:
        sys.path.pop(0)


def _reason(error: BaseException) -> str:
    """What went wrong in a user's own code, with the last line of it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path.cwd() in Path(frame.filename).parents]
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}: " if own else ""
    text = str(error).splitlines()[0] if str(error) else ""
    return f"{place}{type(error).__name__}: {text}"


def run_import(
    wanted: Wanted,
    source: str,
    importer: Callable[[str], Imported],
    say: Callable[[str], None],
) -> int:
    """Import, check, write, and tell; the exit code.

    Raises:
        InputError: it cannot be imported, or not be written there.
    """
    if wanted.as_json:
        return _told_as_json(wanted, source, importer)
    try:
        found = importer(_name(wanted, source))
    except DifferentError as error:
        say(f"error: {error}; nothing was written")
        return 1
    for note in found.notes:
        say(f"note: {note}")
    if found.difference is None:
        say("not compared with the model, which cannot run here")
    else:
        say(
            f"predictions as the model's: they differ by {found.difference:.1e} at most"
        )
    if wanted.dry_run:
        sys.stdout.write(found.yaml)
        return 0
    path = _written(wanted, found)
    say(f"wrote {path} with its parameters; now: bpgen emit {path}")
    return 0


def _name(wanted: Wanted, source: str) -> str:
    stem = source.partition(":")[2] or source
    return wanted.name or net_name(Path(stem).name.replace("make_", ""), net_name_fault)


def _written(wanted: Wanted, found: Imported) -> Path:
    """The path of the net.yaml, once all files are written."""
    folder = Path(wanted.output)
    if not is_folder_path(wanted.output):
        make_folder(folder)
    return found.write(folder, wanted.force)


def _told_as_json(
    wanted: Wanted, source: str, importer: Callable[[str], Imported]
) -> int:
    """The same as one object on standard output, for programs; the exit code."""
    told: dict[str, Any] = {"files": [], "notes": [], "difference": None}
    told |= {"refused": [], "differs": ""}
    code = 0
    try:
        found = importer(_name(wanted, source))
        told |= {"notes": [*found.notes], "difference": found.difference}
        if not wanted.dry_run:
            path = _written(wanted, found)
            told["files"] = [str(path.parent / file) for file in found.files()]
    except DifferentError as error:
        code, told["differs"] = 1, str(error)
    except InputError as error:
        code, told["refused"] = 2, [problem.message for problem in error.problems]
    sys.stdout.write(json.dumps(told) + "\n")
    return code
