"""Bad input beyond single faults: several at once, hostile, nameless, too large."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from nets.bad import LINE, layers, net, refused
from running.tools import bpgen, python, tree

SEVERAL = [
    net(
        **{"@optimiser": "sgd"},
        input="@0",
        layers="[@dens, {type: dense, @unit: 2}, {type: dense, units: @0}]",
        loss="@x",
        seed="@-1",
        training="{epochs: @0, shuffle: @2}",
    ).replace("@optimiser: sgd\n", "")
    + "@optimiser: sgd\n",
    layers(
        "{type: dense, name: a, units: @x}",
        "{type: dense, name: b, units: 2, activation: @rleu}",
        "{type: dense, name: @a, units: 1}",
        "{type: relu, inputs: [@c]}",
    ),
    net(parameters="\n  h.bias: @[1]\n  h.weight: [[1, @x], @[2]]\n  @k: 1"),
    # None of these faults hides another: each is told from the rest of the net.
    net(seed="@-1", parameters="{h.bias: @[1]}"),
    net(seed="@-1", frozen="[@q]"),
    net(seed="@-1", data="{inputs: [@[1]], targets: [[1, 2]]}"),
    net(training="{epochs: @0}", data="{inputs: [[1, @x]], targets: [[1, 0]]}"),
    net(parameters="{h.bias: @[1]}", frozen="[@q]"),
    net(frozen="[@q, h, @r]"),
    net(parameters="{h.bias: @[1]}", data="{inputs: [@[1]], targets: [[1, 2]]}"),
    net(data="{inputs: [[@x, 1], [2, 3], [4, @y]], targets: [[1, 2], @[1], [1, @z]]}"),
    layers("{type: dense, units: 1}", loss="@nll", parameters="{@k: 1}"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", SEVERAL, ids=range(len(SEVERAL)))
def test_all_faults_are_told_at_once_in_the_order_of_the_file(
    text: str, folder: Path
) -> None:
    lines, places = refused(folder, text)
    assert [line.partition(": error: ")[0] for line in lines] == places


def test_faults_of_several_nets_are_told_at_once(folder: Path) -> None:
    (folder / "a.yaml").write_text(net(seed="x"))
    (folder / "b.yaml").write_text(net())
    (folder / "c.yaml").write_text(net(loss="x"))
    before = tree(folder)
    result = bpgen("emit", "-o", "out/", "a.yaml", "b.yaml", "c.yaml")
    assert (result.code, result.out) == (2, "")
    wrong = [line for line in result.err.splitlines() if "error: " in line]
    assert [line.partition(":")[0] for line in wrong] == ["a.yaml", "c.yaml"]
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@", "the file is empty"),
        ("name: net\n@name: net\n", "duplicate key 'name' (first on line 1)"),
        ("name: @&a net\n", "anchors"),
        ("name: @!!python/object/apply:os.system [ls]\n", "tags"),
        ("@<<: {a: 1}\n", "merge keys"),
        ("name: @\N{RIGHT-TO-LEFT OVERRIDE}net\n", "forbidden character U+202E"),
        ("name: @\x1b[31m\n", "forbidden character U+001B"),
        ("[" * 12 + "@" + "[" * 3_000, "nested more than 12 levels deep"),
        ("name: {@{ net }}\n", "a key must be text"),
        ("@" + "#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_hostile_text_is_refused_in_the_same_form(
    text: str, message: str, folder: Path
) -> None:
    (line,), (place,) = refused(folder, text)
    assert line.startswith(f"{place}: error: ")
    assert message in line


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Net.yaml", "net"),
        ("my-net.yaml", "my_net"),
        ("My Net (2).yaml", "my_net_2"),
        ("3layers.yaml", "net_3layers"),
        ("_.yaml", "net"),
        ("con.yaml", "con_net"),
        ("caf\N{LATIN SMALL LETTER E WITH ACUTE}.yaml", "cafe"),
        ("\N{LATIN CAPITAL LETTER U WITH DIAERESIS}bung.yaml", "ubung"),
        (f"{'a' * 50}.yaml", "a" * 40),
        ("net.v2.yaml", "net_v2"),
    ],
)
def test_a_net_without_a_name_is_called_after_its_file(
    file: str, name: str, folder: Path
) -> None:
    (folder / file).write_text(net(name=None))
    result = bpgen("emit", "-o", "out/", file)
    assert result.code == 0, result.err
    assert [path.name for path in (folder / "out").iterdir()] == [f"{name}.py"]


@pytest.mark.parametrize("file", ["missing.yaml", ".", "missing/net.yaml", "/dev/zero"])
def test_a_net_that_cannot_be_read_is_told(file: str, folder: Path) -> None:
    result = bpgen("emit", file)
    assert (result.code, result.out) == (2, "")
    assert LINE.fullmatch(result.err.rstrip("\n"))
    assert file in result.err


# Limits -----------------------------------------------------------------------

# Two gigabytes are more than enough to say no.
LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
from bpgen.cli import run
run()
"""
HUGE = [
    layers("{type: dense, units: 1000000}", input="1000000"),
    layers("{type: dense, units: 1000000}", "{type: dense, units: 11}"),
    layers("{type: dense, units: 10}", input="1000000"),
    layers("flatten", "{type: dense, units: 1}", input="[1000, 1000, 1000]"),
    layers("flatten", input="[1000000, 1000000, 1000000]"),
    layers("relu", input="[1000000, 1000000]"),
    layers("{type: dense, units: 1000000}", input="[1000000, 2]"),
    net(input="2", layers=f"[{', '.join(['{type: dense, units: 3000}'] * 1000)}]"),
]


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of Unix")
@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
def test_what_is_too_large_is_refused_before_it_is_made(
    text: str, folder: Path
) -> None:
    (folder / "net.yaml").write_text(text)
    result = python("-c", LIMITED, "emit", "net.yaml", folder=folder, timeout=20)
    assert (result.code, result.out) == (2, ""), result.err[-500:]
    assert re.match(r"net\.yaml:\d+:\d+: error: ", result.err)


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of Unix")
def test_the_largest_net_is_emitted(folder: Path) -> None:
    text = layers("{type: dense, units: 9}", input="1000000")
    (folder / "net.yaml").write_text(text)
    result = python("-c", LIMITED, "emit", "net.yaml", folder=folder, timeout=20)
    assert result.code == 0, result.err[-500:]
    assert "9,000,009" in result.out
