"""The card of the loss: its curves are the loss, its points the outputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from explaining.pages import in_page
from running.tools import ROOT, bpgen

READ = """
const dots = () => [...doc.querySelectorAll("#losses g circle")].map((own) =>
  [own.getAttribute("class"), ...["cx", "cy"].map((n) => Number(own.getAttribute(n)))]);
const curves = () => [...doc.querySelectorAll("#losses g .curve")].map((own) =>
  own.getAttribute("d").match(/[\\d.]+,[\\d.]+/g)
    .map((at) => at.split(",").map(Number)));
const input = doc.querySelector(`.edits input[name^="t_"]`);
const before = [dots(), curves()];
input.value = "0.2";
input.dispatchEvent(new Event("input"));
return [before, [dots(), curves()]];
"""


def page(name: str) -> str:
    path = ROOT / "examples" / f"{name}.yaml"
    found = bpgen("explain", str(path), "--format", "html")
    assert (found.code, found.err) == (0, "")
    return found.out


@pytest.mark.wide
@pytest.mark.parametrize(("name", "outputs"), [("mazur", 2), ("xor", 1), ("taste", 1)])
def test_points_lie_on_their_curves(name: str, outputs: int, tmp_path: Path) -> None:
    before, after = in_page(tmp_path, page(name), READ, 1300)
    assert before != after
    for dots, curves in (before, after):
        assert len(curves) == outputs and len(dots) == 2 * outputs
        for at, curve in enumerate(curves):
            _, x, y = dots[2 * at + 1]
            (_, height), (_, other) = sorted(curve, key=lambda own: abs(own[0] - x))[:2]
            assert min(height, other) - 2 <= y <= max(height, other) + 2


def test_a_curve_is_least_at_the_target(tmp_path: Path) -> None:
    (dots, curves), _ = in_page(tmp_path, page("mazur"), READ, 1300)
    for at, curve in enumerate(curves):
        kind, x, _ = dots[2 * at]
        height = min(curve, key=lambda own: abs(own[0] - x))[1]
        assert kind == "aim"
        assert height >= max(y for _, y in curve) - 0.2  # y grows downwards


@pytest.mark.wide
def test_what_is_no_function_of_one_output_has_no_card() -> None:
    """Softmax with cross-entropy as one loss: each part takes all outputs."""
    assert 'id="losses"' not in page("iris")
