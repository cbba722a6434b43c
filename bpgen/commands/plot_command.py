"""The command line of `bpgen plot`."""

from __future__ import annotations

import sys

import click


@click.command()
@click.argument("log", metavar="LOG")
@click.option("-o", "--output", default="-", metavar="FILE.svg", help="Where to write.")
@click.option("--force", is_flag=True, help="Overwrite a file that bpgen did not make.")
def plot(log: str, output: str, force: bool) -> None:
    """Draw what an emitted file printed, a file or -, as curves: an SVG."""
    from bpgen.commands.plot import plotted

    sys.stdout.write(plotted(log, output, force))
