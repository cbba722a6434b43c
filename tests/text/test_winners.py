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
winner_p = [[[0] * _P_WIDTH for _ in range(_P_HEIGHT)] for _ in range(_FILTERS)]
winner = y * 8 + x * 2
winner = row * 4 + column
winner_p[c][y][x] = winner
a_p[c][y][x] = z_c[c][winner // _C_WIDTH][winner % _C_WIDTH]
z += w_o[0][(c * _P_HEIGHT + y) * _P_WIDTH + x] * a_p[c][y][x]
winner = winner_p[c][y][x]
dz_c[c][winner // _C_WIDTH][winner % _C_WIDTH] += da_p[c][y][x]""",
    "dart": """\
final winnerP = Int32List(_filters * _pHeight * _pWidth);
var winner = y * 8 + x * 2;
winner = row * 4 + column;
winnerP[(c * _pHeight + y) * _pWidth + x] = winner;
aP[(c * _pHeight + y) * _pWidth + x] = zC[c * _cPlaces + winner];
z += wO[j] * aP[j];
final winner = winnerP[(c * _pHeight + y) * _pWidth + x];
dzC[c * _cPlaces + winner] += daP[(c * _pHeight + y) * _pWidth + x];""",
    "javascript": """\
const winnerP = new Int32Array(FILTERS * P_HEIGHT * P_WIDTH);
let winner = y * 8 + x * 2;
winnerP[(c * P_HEIGHT + y) * P_WIDTH + x] = winner;
const winner = winnerP[(c * P_HEIGHT + y) * P_WIDTH + x];
dzC[c * C_PLACES + winner] += daP[(c * P_HEIGHT + y) * P_WIDTH + x];""",
    "typescript": """\
const winnerP = new Int32Array(FILTERS * P_HEIGHT * P_WIDTH);
const winner = winnerP[(c * P_HEIGHT + y) * P_WIDTH + x];
aP[(c * P_HEIGHT + y) * P_WIDTH + x] = zC[c * C_PLACES + winner];""",
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
