"""The command line of `bpgen audit`."""

from __future__ import annotations

from typing import Any

import click


@click.command()
@click.argument("file", metavar="NET.yaml")
@click.option(
    "--cmd",
    "command",
    required=True,
    metavar="COMMAND",
    help='What starts your program, such as "dart run mine.dart"; see docs/audit.md.',
)
@click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(min=0.1),
    default=60.0,
    metavar="SECONDS",
    help="How long one answer may take. Default: 60.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0.0),
    help="The largest error, relative to a parameter's largest number. Default: 1e-6.",
)
@click.option(
    "--data-folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Where files that NET.yaml names may lie, too, beside its own folder.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def audit(file: str, command: str, as_json: bool, **options: Any) -> None:
    """Test anyone's hand-written backpropagation, and say what is wrong with it."""
    from bpgen.commands.audit import audited
    from bpgen.commands.audit_report import plain_audit, report_lines

    found = audited(file, command, **options)
    if as_json:
        import json

        click.echo(json.dumps(plain_audit(found, file, command), indent=2))
    else:
        for line in report_lines(found, file, command):
            click.echo(line)
    raise click.exceptions.Exit(int(not found.is_right))
