"""The command line: the only part that touches files and the terminal.

Results go to standard output, messages to standard error. Exit codes: 0 fine,
1 drift or a gradient mismatch, 2 bad input or usage, 3 a bug in bpgen.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from bpgen import __version__
from bpgen.errors import InputError, Problem
from bpgen.languages import LANGUAGES

STAGES = ("spec", "network", "forward", "backward", "unrolled", "loops", "page")


class Commands(click.Group):
    """Turns what goes wrong into one clear line and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command that the arguments ask for."""
        kwargs["standalone_mode"] = False
        try:
            return super().main(*args, **kwargs)
        except InputError as error:
            from bpgen.commands.told import told

            for problem in error.problems:
                for line in told(problem):
                    _say(line)
            sys.exit(2)
        except click.exceptions.Exit as exit_:
            sys.exit(exit_.exit_code)
        except click.Abort:
            click.echo("error: interrupted", err=True)
            sys.exit(2)
        except click.ClickException as error:
            error.show()
            sys.exit(2)
        except SystemExit:
            sys.exit(0)  # click's way to leave when nobody reads its output


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bpgen")
def main() -> None:
    """Turn a neural network in words into code that trains it, without dependencies."""


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="NET.yaml...")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    type=click.Choice([*LANGUAGES, "all"]),
    help="Language of the file, or `all`; may be given again. Default: that of the "
    "output's name, such as net.dart, else python.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR|-",
    help="Where to write; folders are made. A folder ends in `/`, or is there. "
    "Default: `-`, standard output.",
)
@click.option(
    "--style",
    type=click.Choice(["auto", "unrolled", "loops"]),
    default="auto",
    help="Each neuron by itself, or one loop nest a layer; `auto` goes by size.",
)
@click.option(
    "--comments",
    type=click.Choice(["full", "brief", "none"]),
    default="full",
    help="How much the file explains.",
)
@click.option("--library", is_flag=True, help="Leave out data and main.")
@click.option("--inference", is_flag=True, help="Only predict; nothing to train.")
@click.option("--no-fast", is_flag=True, help="Leave out the fast form of training.")
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite files that bpgen did not make, or that were edited by hand.",
)
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def emit(
    files: tuple[str, ...],
    languages: tuple[str, ...],
    output: str | None,
    style: str,
    comments: str,
    library: bool,
    inference: bool,
    no_fast: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Write the code of networks, one file for each language.

    NET.yaml may be `-`: standard input.
    """
    from bpgen.commands.emit import Request, emit_all

    chosen = tuple(dict.fromkeys(languages))
    if "all" in chosen:
        chosen = tuple(LANGUAGES)
    request = Request(
        files,
        chosen,
        output or "-",
        style,
        comments,
        library,
        inference,
        not no_fast,
        force,
    )

    def say(line: str) -> None:
        if not quiet:
            _say(line)

    for text in emit_all(request, say):
        sys.stdout.write(text)


@main.command()
@click.argument("file", metavar="NET.yaml")
@click.option(
    "--stage",
    type=click.Choice(STAGES),
    default="network",
    help="What was written, what it means, what is computed, the derived part, the "
    "same in each style, or the emitted file. Default: network.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(list(LANGUAGES)),
    help="Language of `--stage page`. Default: python.",
)
def show(file: str, stage: str, language: str | None) -> None:
    """Stop the compiler after one stage, and print what stands there."""
    from bpgen.commands.show import shown_lines

    if language and stage != "page":
        message = f"--lang is for --stage page: {stage} is the same in every language"
        raise InputError([Problem(message)])
    for line in shown_lines(file, stage, language or "python"):
        click.echo(line)


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="NET.yaml...")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def budget(files: tuple[str, ...], as_json: bool) -> None:
    """What networks cost: operations, memory, source, and limits."""
    from bpgen.commands.budget import budgets

    found = budgets(files)
    if as_json:
        import json

        click.echo(json.dumps({"budgets": found}, indent=2))
        return
    from bpgen.commands.budget_table import table_lines

    for number, own in enumerate(found):
        for line in ([""] if number else []) + [*table_lines(own)]:
            click.echo(line)


@main.command("list")
@click.argument(
    "table",
    type=click.Choice(
        [
            *("layers", "activations", "losses", "optimizers", "schedules"),
            *("initializers", "training", "data", "languages"),
        ]
    ),
)
def list_table(table: str) -> None:
    """List what bpgen knows: what each is, and its keys.

    A key with a `*` has to be written; any other has the default beside it.
    """
    from bpgen.commands.listing import listing

    for line in listing(table):
        click.echo(line)


@main.command()
def schema() -> None:
    """Print the JSON Schema of net.yaml, for editors."""
    from bpgen.network.schema import schema_text

    click.echo(schema_text())


@main.command()
@click.argument("name", default="xor")
@click.option("--force", is_flag=True, help="Overwrite a file that is there already.")
def init(name: str, force: bool) -> None:
    """Write a commented starter net, NAME.yaml, that learns XOR.

    Beside it stands bpgen.schema.json, by which editors check and explain its keys.
    """
    from bpgen.commands.init import write_starter

    path = write_starter(name, force)
    code = path.with_suffix(".py")
    now = f"bpgen emit {path} -o {code} && python {code}"
    click.echo(f"wrote {path}; now: {now}", err=True)


def _say(line: str) -> None:
    """A message: in its colours on a terminal, unless somebody wants none."""
    plain = bool(os.environ.get("NO_COLOR"))  # as https://no-color.org says
    click.echo(line, err=True, color=False if plain else None)


def run() -> None:
    """The console script: as `main`, but a bug is reported as one."""
    _guarded(main)


def _guarded(command: Callable[[], Any]) -> None:
    gc.disable()  # a run is over before there is garbage worth the time
    try:
        command()
    except Exception as error:
        import traceback

        traceback.print_exc()
        click.echo(f"error: this is a bug in bpgen: {error!r}", err=True)
        sys.exit(3)


if __name__ == "__main__":
    run()
