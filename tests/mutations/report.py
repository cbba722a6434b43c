"""How many wrong files verify and `--check` notice, form by form, as a table.

Run it with `tests` on PYTHONPATH: python -m mutations.report [FORM ...]
"""

from __future__ import annotations

import sys

from mutations.harmless import is_harmless, is_unseen
from mutations.judges import GALLERY, by_check, by_verify, form, noticed

HEAD = "| form of the file | wrong files | harmless | verify | `--check` |"


def main() -> None:
    """Try all wrong files of the gallery."""
    print(HEAD, "|---|---|---|---|---|", sep="\n", flush=True)
    totals = [0, 0, 0, 0, 0]
    for name in sys.argv[1:] or GALLERY:
        right = form(name)
        numbers = [0, 0, 0, 0, 0]
        for wrong in right.wrong():
            is_asked = right.asks(wrong)
            seen = is_asked and noticed(right, wrong.text, by_verify)
            checked = noticed(right, wrong.text, by_check)
            numbers[0] += 1
            if not seen and is_harmless(name, wrong.name):
                numbers[1] += 1
                continue
            numbers[2] += is_asked
            numbers[3] += seen
            numbers[4] += checked
            if is_asked and not seen:
                print(f"missed: {wrong.name}", file=sys.stderr, flush=True)
            if not checked and not is_unseen(name, wrong.name):
                print(f"not checked: {wrong.name}", file=sys.stderr, flush=True)
        print(_row(name, numbers), flush=True)
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
    print(_row("all", totals))


def _row(name: str, numbers: list[int]) -> str:
    count, harmless, asked, verify, check = numbers
    shares = [
        f"{seen} of {rest} ({seen / rest:.1%})"
        for seen, rest in ((verify, asked), (check, count - harmless))
    ]
    return f"| {name} | {count} | {harmless} | {' | '.join(shares)} |"


if __name__ == "__main__":
    main()
