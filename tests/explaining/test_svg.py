"""A picture is a file by itself, of the numbers of the step; a curve is the loss."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from running.tools import ROOT, bpgen

from bpgen.commands.emit import Net
from bpgen.commands.explain import overview_of
from bpgen.commands.nets import load_network
from bpgen.explaining.graph import lanes
from bpgen.explaining.model import Box
from bpgen.explaining.request import Request
from bpgen.explaining.svg import marks_to
from bpgen.lowering.network import lower

SVG = "{http://www.w3.org/2000/svg}"


def picture(name: str, *more: str) -> ElementTree.Element:
    path = str(ROOT / "examples" / f"{name}.yaml")
    found = bpgen("explain", path, "--format", "svg", *more)
    assert (found.code, found.err) == (0, "")
    return ElementTree.fromstring(found.out)


def texts(root: ElementTree.Element) -> set[str]:
    return {(own.text or "").strip() for own in root.iter(f"{SVG}text")}


@pytest.mark.parametrize("name", ["mazur", "xor", "iris", "regression"])
def test_a_picture_stands_by_itself(name: str) -> None:
    root = picture(name)
    assert root.tag == f"{SVG}svg" and root.find(f"{SVG}style") is not None
    for own in root.iter():
        assert not {"href", "src", "id", "tabindex"} & set(own.attrib), own.tag
        assert own.tag != f"{SVG}a"


def test_a_picture_shows_the_numbers_of_the_step() -> None:
    shown = texts(picture("mazur"))
    assert {"0.2984", "0.7514", "+0.138", "-0.0381", "0.15", "+4.4e-4"} <= shown


def test_a_curve_is_the_loss_on_the_way() -> None:
    root = picture("mazur", "--steps", "300")
    (curve,) = (own for own in root.iter(f"{SVG}path") if own.get("class") == "curve")
    heights = [float(y) for y in re.findall(r",([\d.]+)", curve.get("d", ""))]
    assert len(heights) == 151
    assert heights == sorted(heights)  # downwards: y grows as the loss falls
    assert {"0", "300"} <= texts(root)


@pytest.mark.parametrize(
    ("most", "marks"),
    [(0.3, [0.0, 0.1, 0.2, 0.3]), (54.0, [0.0, 20.0, 40.0]), (1.0, [0.0, 0.2])],
)
def test_an_axis_has_round_numbers(most: float, marks: list[float]) -> None:
    assert marks_to(most)[: len(marks)] == pytest.approx(marks)
    assert marks_to(most)[-1] <= most * 1.001


@pytest.mark.parametrize(("name", "skips"), [("resnet_tiny", 3), ("lstm", 0)])
def test_a_net_that_is_no_chain_of_neurons_is_drawn_by_its_layers(
    name: str, skips: int
) -> None:
    network = load_network(str(ROOT / "examples" / f"{name}.yaml"))
    root = picture(name)
    named = [own.text for own in root.iter(f"{SVG}tspan") if own.get("class") == "own"]
    assert named == ["input", *(layer.name for layer in network.layers), "loss"]
    lines = [own for own in root.iter(f"{SVG}path") if own.get("class") == "line plain"]
    read = sum(map(len, network.sources)) + 1  # and the loss reads the last one
    assert len(lines) == read == len(list(root.iter(f"{SVG}polygon")))
    assert sum("q" in own.get("d", "") for own in lines) == skips


def test_lines_that_skip_layers_have_lanes_of_their_own() -> None:
    boxes = [
        Box(name, "", sources, (), 0, None, None)
        for name, sources in (
            ("input", ()),
            ("a", ("input",)),
            ("b", ("a", "input")),
            ("c", ("b", "input")),
            ("d", ("c", "b")),
            ("e", ("d", "c")),
        )
    ]
    found = lanes(tuple(boxes), {box.name: at for at, box in enumerate(boxes)})
    assert found == {(0, 2): 0, (2, 4): 0, (3, 5): 1, (0, 3): 1}


def test_a_box_has_the_sizes_of_its_numbers() -> None:
    found = explained_boxes("resnet_tiny")
    for box in found:
        assert (box.forward is None) == (box.name in ("input", "loss"))
    stem = next(box for box in found if box.name == "stem")
    assert stem.shape == (8, 4, 4) and stem.parameters == 72
    assert stem.slope is not None and stem.slope > 0.0


def explained_boxes(name: str) -> tuple[Box, ...]:
    path = str(ROOT / "examples" / f"{name}.yaml")
    network = load_network(path)
    net = Net(path, network, lower(network))
    return overview_of(net, "python", Request()).boxes
