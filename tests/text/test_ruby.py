"""Lines of Ruby, as rubocop leaves them, and what a class gives its callers."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.tools import ROOT, RUBOCOP, bpgen, on_path, program

from bpgen.languages.ruby_format import WIDTH, finish, opposite, rewrapped

LONG = "a" * 80
# Lines before, and after.
EARLIER = ["  if a", "    b", "  else", "    c", "  end"]
CHOICE = "  if a;    {0}1;  elsif b;    {0}2;  else;    {0}3;  end;end"
CASES = [
    (["def f", "  return x", "end"], ["def f", "  x", "end"]),
    (
        ["def f", "  return [", "    x,", "  ]", "end"],
        ["def f", "  [", "    x,", "  ]", "end"],
    ),
    (
        ["def f", "  if a", "    b", "    return 1", "  else", "    return c", "  end"],
        ["def f", "  if a", "    b", "    1", "  else", "    c", "  end"],
    ),
    (
        ["def f", *EARLIER, *CHOICE.format("return ").split(";")],
        ["def f", *EARLIER, *CHOICE.format("").split(";")],
    ),
    (["if a", "  raise", "elsif b", "  c", "end"],) * 2,
    (["(60).downto(1) do |k|", "end"], ["60.downto(1) do |k|", "end"]),
    (["(n - 1).downto(1) do |k|", "end"],) * 2,
    (
        ["def f", "  if !a.b", "    return 1", "  end", "  return x"],
        ["def f", "  return 1 unless a.b", "", "  x"],
    ),
    (["if a", "  # why", "end"], ["if a", "  # why", "end"]),
    (["if a &&", "    b", "  c", "end"], ["if a &&", "    b", "  c", "end"]),
    (["if !a", "  b", "else", "  c", "end"], ["if !a", "  b", "else", "  c", "end"]),
    (
        ["if a", f'  raise ArgumentError, "{LONG}"', "end", "b"],
        ["if a", "  raise ArgumentError,", f'    "{LONG}"', "end", "", "b"],
    ),
    (['x = "#@y"', "# #@y"], ['x = "\\#@y"', "# #@y"]),
]


@pytest.mark.parametrize(("before", "after"), CASES, ids=lambda lines: lines[0])
def test_lines_are_as_a_reader_of_ruby_has_them(
    before: list[str], after: list[str]
) -> None:
    ends = ["end"] * (before[0] == "def f" and before[-1] != "end")
    found = [line for line, _ in rewrapped(finish([*before, *ends]))]
    assert found == [*after, *ends]


def test_a_line_knows_which_one_it_is_from() -> None:
    lines = ["def f", "  if a", "    return 1", "  end", "  return x", "end"]
    assert [place for _, place in rewrapped(lines)] == [0, 2, 2, 4, 5]


@pytest.mark.parametrize(
    ("condition", "other"),
    [
        ("!a", "a"),
        ("!(a && b)", "a && b"),
        ("!f(a, g(b))", "f(a, g(b))"),
        ("!a[i].b?", "a[i].b?"),
        ("!a && b", ""),
        ("!(a) && (b)", ""),
        ("!f(a) || g(b)", ""),
        ("a", ""),
    ],
)
def test_only_one_thing_has_an_opposite(condition: str, other: str) -> None:
    assert opposite(condition) == other


@pytest.fixture(scope="module")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with xor.rb."""
    on_path("ruby")
    folder = tmp_path_factory.mktemp("ruby")
    net = str(ROOT / "examples" / "xor.yaml")
    assert bpgen("emit", "--lang", "ruby", "-o", f"{folder}/", net).code == 0
    return folder


def said(folder: Path, code: str) -> list[str]:
    """What lines of Ruby print that know the class."""
    done = program("ruby", "-w", "-r./xor", "-e", code, folder=folder)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


@pytest.mark.wide
def test_callers_get_nothing_of_the_object_itself(xor: Path) -> None:
    code = "net = Xor.new; p net.set_parameters(net.parameters), net.zero_gradients"
    assert said(xor, f"{code}, net.update") == ["nil"] * 3
    assert said(xor, "p Xor.new") == ["#<Xor epoch=0, 13 parameters>"]


@pytest.mark.wide
def test_a_file_adds_its_class_and_nothing_else(xor: Path) -> None:
    before = "a = [Object.constants, Object.private_instance_methods]; load './xor.rb'"
    after = (
        "p [Object.constants, Object.private_instance_methods].zip(a).map { _1 - _2 }"
    )
    done = program("ruby", "-rjson", "-e", f"{before}; {after}", folder=xor)
    assert done.out == "[[:Xor], []]\n"
    assert said(xor, "p Xor.constants.sort") == ["[:INPUTS, :Program, :TARGETS]"]


@pytest.mark.wide
def test_whole_numbers_are_numbers(xor: Path) -> None:
    code = "net = Xor.new; p net.predict([0, 1]) == net.predict([0.0, 1.0])"
    assert said(xor, code) == ["true"]
    assert said(xor, "require 'json'; p JSON.parse(JSON.generate([Xor.new])).size") == [
        "1"
    ]


@pytest.mark.wide
def test_a_block_hears_of_epochs_and_stops(xor: Path) -> None:
    code = "net = Xor.new; net.train([[0, 1]], [[1]], epochs: 9) { |k, _| k < 3 }"
    assert said(xor, f"{code}; p net.epoch") == ["3"]


@pytest.mark.wide
@pytest.mark.parametrize(
    "form", ["--textbook", "--inference", "--library", "--no-fast"]
)
@pytest.mark.parametrize("example", ["xor", "iris", "lstm"])
def test_every_form_is_clean(form: str, example: str, tmp_path: Path) -> None:
    net = str(ROOT / "examples" / f"{example}.yaml")
    assert bpgen("emit", "--lang", "ruby", form, "-o", f"{tmp_path}/", net).code == 0
    done = program(on_path("rubocop"), "--config", RUBOCOP, tmp_path)
    assert done.code == 0, done.out
    path = tmp_path / f"{example}.rb"
    checked = program(on_path("ruby"), "-wc", path)
    assert (checked.out, checked.err) == ("Syntax OK\n", "")
    assert max(map(len, path.read_text().splitlines())) <= WIDTH
