"""`python -m bpgen`."""

from bpgen.cli import run

run()
