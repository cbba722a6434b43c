"""bpgen: readable, dependency-free training code from a few lines of YAML.

In a notebook, or wherever there is a Python at hand:

    import bpgen
    source = bpgen.emit(open("net.yaml").read(), lang="dart")
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["InputError", "emit"]


def emit(text: str, lang: str = "python", **options: Any) -> str:
    """The source file that trains the net of a net.yaml, given as its text.

    Options are those of the command line with their values: `style`, `comments`,
    `library`, `inference`, `textbook`, `fast` and `data_folder`; `source` is what the
    net.yaml is called in errors and in the file's header, "net.yaml" by default, beside
    which are the files that it names.

    Raises:
        InputError: something is wrong; its text is what the command line tells.
    """
    from bpgen.commands.call import emitted

    return emitted(text, lang, **options)


def __getattr__(name: str) -> Any:
    if name == "InputError":
        from bpgen.errors import InputError

        return InputError
    raise AttributeError(f"module 'bpgen' has no attribute {name!r}")
