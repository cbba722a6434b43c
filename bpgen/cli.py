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
from bpgen.commands.audit_command import audit
from bpgen.commands.plot_command import plot
from bpgen.commands.transfer import export, import_group
from bpgen.errors import InputError, Problem
from bpgen.languages import LANGUAGES

FORMATS = ("text", "markdown", "latex", "html", "json", "svg")
STAGES = ("spec", "network", "forward", "backward", "unrolled", "loops", "page")


DATA_FOLDER = click.option(
    "--data-folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Where files that NET.yaml names may lie, too, beside its own folder.",
)


class Commands(click.Group):
    """Turns what goes wrong into one clear line and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command that the arguments ask for."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)  # of a command that ended with one
        except InputError as error:
            from bpgen.commands.told import told

            for problem in error.problems:
                for line in told(problem):
                    _say(line)
            sys.exit(2)
        except click.Abort:
            click.echo("error: interrupted", err=True)
            sys.exit(2)
        except click.ClickException as error:
            error.show()
            sys.exit(2)
        except SystemExit:
            sys.exit(0)  # click's way to leave when nobody reads its output
        if code:
            sys.exit(code)


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
@click.option(
    "--textbook", is_flag=True, help="Only what a reader wants to see, and to port."
)
@click.option("--library", is_flag=True, help="Leave out data and main.")
@click.option("--inference", is_flag=True, help="Only predict; nothing to train.")
@click.option("--no-fast", is_flag=True, help="Leave out the fast form of training.")
@click.option(
    "--float",
    "single",
    is_flag=True,
    help="Numbers of 32 bits, for microcontrollers; C alone has it.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite files that bpgen did not make, or that were edited by hand.",
)
@DATA_FOLDER
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def emit(
    files: tuple[str, ...],
    languages: tuple[str, ...],
    output: str | None,
    no_fast: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Write the code of networks, one file for each language.

    NET.yaml may be `-`: standard input.
    """
    from bpgen.commands.emit import Request, emit_all, languages_in

    chosen = languages_in(languages, options["single"])
    if options["textbook"] and options["inference"]:
        raise click.UsageError("a textbook page learns: leave --inference away")
    request = Request(files, chosen, output or "-", fast=not no_fast, **options)

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
@DATA_FOLDER
def show(file: str, stage: str, language: str | None, data_folder: str | None) -> None:
    """Stop the compiler after one stage, and print what stands there."""
    from bpgen.commands.show import shown_lines

    if language and stage != "page":
        message = f"--lang is for --stage page: {stage} is the same in every language"
        raise InputError([Problem(message)])
    for line in shown_lines(file, stage, language or "python", data_folder):
        click.echo(line)


@main.command()
@click.argument("file", required=False, metavar="NET.yaml")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How to show it. Default: by the suffix of -o, else text.",
)
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to write.")
@click.option(
    "--sample",
    default=1,
    metavar="N",
    help="The sample to look at, from 1. Default: 1.",
)
@click.option("--steps", default=0, metavar="N", help="And where N steps lead.")
@click.option("--neuron", default="", metavar="NAME", help="One neuron alone: h1.")
@click.option(
    "--weight",
    default="",
    metavar="NAME",
    help="One weight alone, with all that its gradient is made of: w_h1_x2.",
)
@click.option(
    "--contrast",
    type=click.Choice(["stale-weights"]),
    help="And what comes out if hidden layers use weights that have moved already.",
)
@click.option(
    "--digits", default=9, metavar="N", help="Significant digits, 9 to 17. Default: 9."
)
@click.option(
    "--notation",
    type=click.Choice(["names", "nielsen", "matrix", "pytorch", "mazur"]),
    default="names",
    help="What numbers are called: as in the code, or as in the books.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(list(LANGUAGES)),
    default="python",
    help="The language of the code that is quoted. Default: python.",
)
@click.option("--blanks", is_flag=True, help="A handout: the numbers to be filled in.")
@click.option("--example", metavar="NAME", help="A classic, instead of a file: mazur.")
@DATA_FOLDER
@click.option("--force", is_flag=True, help="Overwrite a file that bpgen did not make.")
def explain(file: str | None, **options: Any) -> None:
    """One training step with every number: forward, loss, backward, update."""
    from bpgen.commands.explain import explanation

    sys.stdout.write(explanation(file, options, sys.stdout.isatty()))


@main.command()
@click.argument("paths", nargs=-1, metavar="[FILE|DIR]...")
@click.option("--diff", is_flag=True, help="Show what would change.")
@click.option(
    "--update", is_flag=True, help="Write what is stale, never what is edited."
)
@click.option("--all", "every", is_flag=True, help="Emit each file again to compare.")
@click.option("--source", metavar="NET.yaml", help="What the files were made from.")
@DATA_FOLDER
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json", "sarif"]),
    default="text",
    help="For people, as annotations of GitHub, or for programs. Default: text.",
)
def check(paths: tuple[str, ...], diff: bool, form: str, **options: Any) -> None:
    """Are these files still what their net.yaml says? Default: all files here."""
    from bpgen.commands.check_report import check_all, report

    if diff and form != "text":
        message = f"--diff is for --format text: {form} has no place for it"
        raise InputError([Problem(message)])
    found = check_all(paths, say=lambda line: click.echo(line, err=True), **options)
    for line in report(found, form, diff):
        click.echo(line)
    raise click.exceptions.Exit(max((each.code for each in found), default=0))


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="NET.yaml...")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    type=click.Choice(list(LANGUAGES)),
    help="Run only this language; may be given again. Default: all there are.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0.0),
    help="The largest error, in the place of every bound.",
)
@click.option(
    "--digits",
    type=click.IntRange(20, 1000),
    help="Derive with so many digits, too; needs mpmath.",
)
@DATA_FOLDER
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--junit", is_flag=True, help="As JUnit's XML, for CI.")
def verify(
    files: tuple[str, ...],
    languages: tuple[str, ...],
    tolerance: float | None,
    digits: int | None,
    data_folder: str | None,
    as_json: bool,
    junit: bool,
) -> None:
    """Compare emitted files with dual numbers, PyTorch and central differences."""
    from bpgen.commands.verify import verify_all
    from bpgen.commands.verify_report import junit_lines, plain_verdict, table_lines

    if as_json and junit:
        raise InputError([Problem("either --json or --junit")])
    found = []
    for verdict in verify_all(files, languages, tolerance, digits or 0, data_folder):
        for line in [] if as_json or junit else table_lines(verdict):
            click.echo(line)
        found.append(verdict)
    if as_json:
        import json

        verdicts = [plain_verdict(verdict) for verdict in found]
        click.echo(json.dumps({"verdicts": verdicts}, indent=2))
    for line in junit_lines(found) if junit else []:
        click.echo(line)
    raise click.exceptions.Exit(int(not all(each.is_kept for each in found)))


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="NET.yaml...")
@DATA_FOLDER
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def budget(files: tuple[str, ...], data_folder: str | None, as_json: bool) -> None:
    """What networks cost: operations, memory, source, and limits."""
    from bpgen.commands.budget import budgets

    found = budgets(files, data_folder)
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
            *("initializers", "training", "data", "preprocessing", "languages"),
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

    click.echo(write_starter(name, force), err=True)


for own in (audit, plot, import_group, export):
    main.add_command(own)


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
