"""What notices wrong files, as a table: `python -m mutations.report`.

`tests` and the root have to be on PYTHONPATH. It takes some minutes; names of forms as
arguments choose some of them.
"""

from __future__ import annotations

import sys

from mutations.harmless import is_harmless
from mutations.judges import GALLERY, by_check, by_verify, form, noticed

HEAD = "| form of the file | wrong files | harmless | verify | `--check` |"


def main() -> None:
    """Try all wrong files of the gallery."""
    print(HEAD, "|---|---|---|---|---|", sep="\n", flush=True)
    totals = [0, 0, 0, 0]
    for name in sys.argv[1:] or GALLERY:
        right = form(name)
        numbers = [0, 0, 0, 0]
        for wrong in right.wrong():
            seen = noticed(right, wrong.text, by_verify)
            numbers[0] += 1
            if not seen and is_harmless(name, wrong.name):
                numbers[1] += 1
                continue
            numbers[2] += seen
            numbers[3] += noticed(right, wrong.text, by_check)
            if not seen:
                print(f"missed: {wrong.name}", file=sys.stderr, flush=True)
        print(_row(name, numbers), flush=True)
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
    print(_row("all", totals))


def _row(name: str, numbers: list[int]) -> str:
    count, harmless, verify, check = numbers
    rest = count - harmless
    shares = [f"{seen} of {rest} ({seen / rest:.1%})" for seen in (verify, check)]
    return f"| {name} | {count} | {harmless} | {' | '.join(shares)} |"


if __name__ == "__main__":
    main()
