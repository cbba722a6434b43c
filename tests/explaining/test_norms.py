"""What comes back through a batch that is normalized, path by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpgen.commands.emit import Net
from bpgen.commands.explain import overview_of
from bpgen.commands.nets import load_network
from bpgen.explaining.request import Request
from bpgen.lowering.network import lower

NET = """\
input: 2
layers:
  - {type: dense, name: h, units: 2}
  - {type: batch_norm, name: n%s}
  - {type: dense, name: o, units: 1}
loss: mse
optimizer: sgd
training: {batch_size: 4}
data: {inputs: [[0, 1], [1, 0], [2, 1], [1, 3]], targets: [[0], [1], [1], [0]]}
"""


def rows_of(folder: Path, more: str = "") -> list[list[float]]:
    path = folder / "net.yaml"
    path.write_text(NET % more)
    network = load_network(str(path))
    net = Net(str(path), network, lower(network))
    found = overview_of(net, "python", Request())
    (own,) = (own for own in found.all_tables if own.id == "paths")
    assert own.heads[1:] == ("by itself", "by the variance", "by the mean", "sum")
    return [[float(str(cell)) for cell in row[1:]] for row in own.rows]


@pytest.mark.parametrize("more", ["", ", epsilon: 0.5"])
def test_three_paths_add_up_to_the_slope(tmp_path: Path, more: str) -> None:
    rows = rows_of(tmp_path, more)
    assert len(rows) == 4
    for itself, variance, mean, total in rows:
        assert itself + variance + mean == pytest.approx(total, abs=1e-14)
        assert min(map(abs, (itself, variance, mean))) > 1e-3  # each one counts


def test_the_slopes_of_a_batch_cancel(tmp_path: Path) -> None:
    """To add the same to every sample changes nothing, so its slope is 0."""
    rows = rows_of(tmp_path)
    assert sum(row[-1] for row in rows) == pytest.approx(0.0, abs=1e-13)
    assert len({row[2] for row in rows}) == 1  # the mean is the same one for all
