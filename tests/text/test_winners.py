"""A winner is a whole number in every language, and a view costs nothing."""

from __future__ import annotations

import pytest
from nets.net import Net, dense, spec

from bpgen.commands.emit import text_of
from bpgen.writing.options import Options

LAYERS = [
    {"type": "conv2d", "filters": 2, "kernel": 1, "name": "c"},
    {"type": "max_pool2d", "kernel": 2, "name": "p"},
    {"type": "flatten", "name": "f"},
    dense(1, name="o"),
]
NET = Net("shapes", spec([1, 4, 4], LAYERS, "mse"))

LINES = {
    "python": """\
winner_p = [[[0] * 2 for _ in range(2)] for _ in range(2)]
winner = y * 8 + x * 2
winner = row * 4 + column
winner_p[c][y][x] = winner
a_p[c][y][x] = z_c[c][winner // 4][winner % 4]
z += w_o[0][c * 4 + y * 2 + x] * a_p[c][y][x]
winner = winner_p[c][y][x]
dz_c[c][winner // 4][winner % 4] += da_p[c][y][x]""",
    "dart": """\
final winnerP = Int32List(8);
var winner = y * 8 + x * 2;
winner = row * 4 + column;
winnerP[c * 4 + y * 2 + x] = winner;
aP[c * 4 + y * 2 + x] = zC[c * 16 + winner];
z += wO[j] * aP[j];
final winner = winnerP[c * 4 + y * 2 + x];
dzC[c * 16 + winner] += daP[c * 4 + y * 2 + x];""",
    "javascript": """\
const winnerP = new Int32Array(8);
let winner = y * 8 + x * 2;
winnerP[c * 4 + y * 2 + x] = winner;
const winner = winnerP[c * 4 + y * 2 + x];
dzC[c * 16 + winner] += daP[c * 4 + y * 2 + x];""",
    "typescript": """\
const winnerP = new Int32Array(8);
const winner = winnerP[c * 4 + y * 2 + x];
aP[c * 4 + y * 2 + x] = zC[c * 16 + winner];""",
}
WRITTEN_OUT = {
    "python": """\
winner_p1_1_1 = 0
if winner_p1_1_1 == 3:
dz_c1_1_1 = da_p1_1_1 if winner_p1_1_1 == 0 else 0.0""",
    "dart": """\
var winnerP1_1_1 = 0;
if (winnerP1_1_1 == 3) {
final dzC1_1_1 = winnerP1_1_1 == 0 ? daP1_1_1 : 0.0;""",
    "javascript": """\
if (winnerP1_1_1 === 3) {
const dzC1_1_1 = winnerP1_1_1 === 0 ? daP1_1_1 : 0.0;""",
}


def lines(language: str, style: str) -> set[str]:
    text = text_of(NET.network, NET.program, Options(language, style), "net.yaml")
    return set(map(str.strip, text.split("\n")))


@pytest.mark.parametrize("language", LINES)
def test_in_loops(language: str) -> None:
    assert set(LINES[language].split("\n")) <= lines(language, "loops")


@pytest.mark.parametrize("language", WRITTEN_OUT)
def test_written_out(language: str) -> None:
    assert set(WRITTEN_OUT[language].split("\n")) <= lines(language, "unrolled")
