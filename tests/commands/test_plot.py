"""What files print becomes curves, whatever the language that printed it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from running.tools import bpgen

PLAIN = (
    "epoch   1  loss 0.500000000000\nepoch  50  loss 0.250000000000\npredicted 0.1\n"
)
HELD = (
    "epoch 1  loss 0.5  validation 0.75  accuracy 0.250000\n"
    "epoch 2  loss 0.25  validation 0.5  accuracy 0.500000\n"
    "stopped after epoch 2: no better validation in 3 epochs\n"
)
COUNTED = (
    "epoch 1  loss 0.5  right 30 of 120\r\nepoch 2  loss 0.25  right 60 of 120\r\n"
)
TESTED = (
    "epoch 1  loss 0.5  test right 30 of 120\n"
    "epoch 2  loss 0.25  validation 0.5  accuracy 0.25  test right 60 of 120\n"
)
TERMINAL = "\r50.0% done, 3 s left\x1b[K\r\x1b[Kepoch 1  loss 0.5\n"


def curves(text: str) -> dict[str, str]:
    """The points of each curve, by its color."""
    root = ElementTree.fromstring(text)
    lines = root.iter("{http://www.w3.org/2000/svg}polyline")
    return {line.attrib["stroke"]: line.attrib["points"] for line in lines}


@pytest.mark.parametrize(
    ("log", "count"), [(PLAIN, 1), (HELD, 3), (COUNTED, 2), (TESTED, 4), (TERMINAL, 1)]
)
def test_every_field_is_a_curve(log: str, count: int, tmp_path: Path) -> None:
    path, output = tmp_path / "log", tmp_path / "curves.svg"
    path.write_bytes(log.encode())
    drawn = bpgen("plot", str(path))
    assert (drawn.code, drawn.err) == (0, "")
    assert len(curves(drawn.out)) == count
    for _ in range(2):  # what is ours may be written again
        assert bpgen("plot", str(path), "-o", str(output)).code == 0
    assert output.read_text() == drawn.out


def test_points_stand_where_the_numbers_say(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(PLAIN)
    (points,) = curves(bpgen("plot", str(path)).out).values()
    assert points == "70.0,30.0 630.0,130.0"


@pytest.mark.parametrize("text", ["", "no epoch\n", "epoch 1  loss nan\n"])
def test_a_log_without_numbers_is_refused_in_a_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(text)
    found = bpgen("plot", str(path))
    assert found.code == 2
    assert "has no line `epoch N  loss L`" in found.err


def test_what_cannot_be_read_or_is_somebody_elses_is_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "log", tmp_path / "mine.svg"
    assert bpgen("plot", str(path)).code == 2
    path.write_text(PLAIN)
    other.write_text("<svg/>")
    found = bpgen("plot", str(path), "-o", str(other))
    assert (found.code, other.read_text()) == (2, "<svg/>")
    assert "--force" in found.err


@pytest.mark.parametrize(("shares", "low"), [((85, 95), "0.8"), ((45, 95), "0")])
def test_an_axis_of_high_shares_begins_below_them(
    shares: tuple[int, int], low: str, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    lines = (
        f"epoch {k}  loss 0.5  test right {n} of 100" for k, n in enumerate(shares)
    )
    path.write_text("\n".join(lines))
    assert f'y="494" text-anchor="end">{low}</text>' in bpgen("plot", str(path)).out
