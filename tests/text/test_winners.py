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
self.winner_p = [[[0] * 2 for _ in range(2)] for _ in range(2)]
winner = j * 8 + k * 2
winner = row * 4 + column
winner_p[i][j][k] = winner
a_p[i][j][k] = z_c[i][winner // 4][winner % 4]
z += w_o[0][j * 4 + k * 2 + m] * a_p[j][k][m]
winner = winner_p[i][j][k]
dz_c[i][winner // 4][winner % 4] += da_p[i][j][k]""",
    "dart": """\
final Int32List winnerP = Int32List(8);
var winner = j * 8 + k * 2;
winner = row * 4 + column;
winnerP[i * 4 + j * 2 + k] = winner;
aP[i * 4 + j * 2 + k] = zC[i * 16 + winner];
z += wO[j] * aP[j];
final winner = winnerP[i * 4 + j * 2 + k];
dzC[i * 16 + winner] += daP[i * 4 + j * 2 + k];""",
    "javascript": """\
winnerP = new Int32Array(8);
let winner = j * 8 + k * 2;
winnerP[i * 4 + j * 2 + k] = winner;
const winner = winnerP[i * 4 + j * 2 + k];
dzC[i * 16 + winner] += daP[i * 4 + j * 2 + k];""",
    "typescript": """\
winnerP = new Int32Array(8);
const winner = winnerP[i * 4 + j * 2 + k];
aP[i * 4 + j * 2 + k] = zC[i * 16 + winner];""",
}
WRITTEN_OUT = {
    "python": """\
self.winner_p1_1_1 = 0
if self.winner_p1_1_1 == 3:
dz_c1_1_1 = da_p1_1_1 if self.winner_p1_1_1 == 0 else 0.0""",
    "dart": """\
int winnerP1_1_1 = 0;
if (winnerP1_1_1 == 3) {
final dzC1_1_1 = winnerP1_1_1 == 0 ? daP1_1_1 : 0.0;""",
    "javascript": """\
if (this.winnerP1_1_1 === 3) {
const dzC1_1_1 = this.winnerP1_1_1 === 0 ? daP1_1_1 : 0.0;""",
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
