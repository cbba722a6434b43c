"""What of Python every language can say: each node, and each refusal with its place."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from nets.table import NETS

from bpgen.lowering.constants import net_constants
from bpgen.program import host
from bpgen.program.nodes import Add, Divide, Multiply, Negate, Number, Subtract
from bpgen.routines.fold import Fold
from bpgen.routines.source import Source, SubsetError, add, comments_of
from bpgen.routines.subset import Reader

NET = NETS["one_unit"]
FACTS = net_constants(NET.network, NET.program)
KNOWN = """
class Box:
    size: int = 3  # how much goes in
    items: list[float]

    def __init__(self, seed: int) -> None:
        self.items = [0.5]

    def fill(self, x: float, *, often: int = 2) -> None:
        self.items[0] = x

def half(x: float) -> float:
    return x / 2.0
"""


def read(text: str) -> host.Function:
    """The last routine of a module that has those of `KNOWN` above."""
    source = Source()
    whole = f"{KNOWN}\n{text}"
    add(source, "module", ast.parse(whole))
    for line, comment in comments_of(whole):
        source.comments["module", line] = comment
    node = list(source.functions.values())[-1]
    folded = Fold(FACTS).function(node)
    return Reader(FACTS, source).function(folded, "module")


def body(*lines: str) -> host.Routine:
    """Statements, as nodes; some names are known to them."""
    head = "def routine(a: float, n: int, xs: list[float], box: Box) -> float:\n"
    return read(head + "".join(f"    {line}\n" for line in lines)).body


def value(text: str) -> Any:
    """An expression, as a node."""
    (found,) = body(f"return {text}")
    assert isinstance(found, host.Return)
    return found.value


A, N, XS, BOX = map(host.Name, ("a", "n", "xs", "box"))
LESS = host.Compared("<", A, Number(1.0))


# --- Expressions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("1.5", Number(1.5)),
        ("-1.5", Number(-1.5)),
        ("3", host.Count(3)),
        ("True", host.Flag(True)),
        ("'words'", host.Text(("words",))),
        ("None", host.Primitive("none", ())),
        ("a", A),
        ("-a", Negate(A)),
        ("a + 1.0", Add(A, Number(1.0))),
        ("a - 1.0 * a", Subtract(A, Multiply(Number(1.0), A))),
        ("a / a", Divide(A, A)),
        ("n // 2", host.Primitive("quotient", (N, host.Count(2)))),
        ("n % 2", host.Primitive("rest", (N, host.Count(2)))),
        ("a < 1.0", LESS),
        ("n != 2", host.Compared("!=", N, host.Count(2))),
        ("not a < 1.0", host.Not(LESS)),
        ("a < 1.0 and n == 2", host.Condition("and", LESS, value("n == 2"))),
        (
            "a < 1.0 or n == 2 or a < 1.0",
            host.Condition("or", host.Condition("or", LESS, value("n == 2")), LESS),
        ),
        ("xs[n]", host.Item(XS, N)),
        ("xs[n + 1]", host.Item(XS, Add(N, host.Count(1)))),
        ("[a, 1.0]", host.ListOf((A, Number(1.0)))),
        ("[]", host.ListOf(())),
        ("{}", host.Primitive("no_table", ())),
        ("box.size", host.Member(BOX, "size")),
        ("f'{n} of {a}'", host.Text((N, " of ", A))),
        ("f'at most {3}{n}'", host.Text(("at most ", "3", N))),
        ("len(xs)", host.Primitive("len", (XS,))),
        ("part(xs, 0, n)", host.Primitive("part", (XS, host.Count(0), N))),
        ("item({}, 'a')", host.Primitive("item", (value("{}"), value("'a'")))),
        ("half(a)", host.Invoke(None, "half", (A,))),
        ("box.fill(a)", host.Invoke(BOX, "fill", (A,))),
        (
            "box.fill(a, often=n)",
            host.Invoke(BOX, "fill", (A,), (("often", N),)),
        ),
        ("Box(n)", host.Invoke(None, "Box", (N,), is_new=True)),
        (f"Box(seed={FACTS.seed})", host.Invoke(None, "Box", (), is_new=True)),
        ("self.size", host.Member(None, "size")),
        ("self", host.This()),
        ("facts.shapes", host.Constant("shapes")),
        ("facts.classes", host.Count(FACTS.classes)),
        (
            "self.blocks.rows('states')",
            host.Primitive("block_rows", (host.Text(("states",)),)),
        ),
        ("self.blocks.outputs(n)", host.Primitive("block_outputs", (N,))),
        ("half(facts)", host.Invoke(None, "half", ())),  # known, and so gone
        ("half(self.blocks.another())", host.Invoke(None, "half", ())),
    ],
)
def test_expressions(text: str, node: Any) -> None:
    assert value(text) == node


# --- Statements ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "nodes"),
    [
        (["x = a"], [host.Let("x", A)]),
        (["x: float = a"], [host.Let("x", A, "float")]),
        (
            ["x = a", "x = 1.0"],
            [
                host.Let("x", A, is_varied=True),
                host.Set(host.Name("x"), Number(1.0)),
            ],
        ),
        (
            ["x = a", "x += 1.0"],
            [
                host.Let("x", A, is_varied=True),
                host.Increase(host.Name("x"), Number(1.0)),
            ],
        ),
        (["xs[n] = a"], [host.Set(host.Item(XS, N), A)]),
        (["self.size = n"], [host.Set(host.Member(None, "size"), N)]),
        (["self.size += n"], [host.Increase(host.Member(None, "size"), N)]),
        (["box.fill(a)"], [host.Do(host.Invoke(BOX, "fill", (A,)))]),
        (["append(xs, a)"], [host.Do(host.Primitive("append", (XS, A)))]),
        (["return"], [host.Return()]),
        (["self.blocks.zero()"], [host.Compute("zero", ())]),
        (["self.blocks.mean(a)"], [host.Compute("mean", (A,))]),
        (
            ["return self.blocks.loss(xs)"],
            [host.Compute("loss", (XS,), is_returned=True)],
        ),
        (
            ["for i in range(n):", "    append(xs, a)"],
            [
                host.Range(
                    "i",
                    host.Count(0),
                    N,
                    None,
                    (host.Do(host.Primitive("append", (XS, A))),),
                )
            ],
        ),
        (
            ["for i in range(1, n):", "    break"],
            [host.Range("i", host.Count(1), N, None, (host.Leave("break"),))],
        ),
        (
            ["for i in range(0, n, 2):", "    continue"],
            [
                host.Range(
                    "i", host.Count(0), N, host.Count(2), (host.Leave("continue"),)
                )
            ],
        ),
        (
            ["for i in range(n, 0, -1):", "    return i"],
            [
                host.Range(
                    "i",
                    N,
                    host.Count(0),
                    None,
                    (host.Return(host.Name("i")),),
                    is_downwards=True,
                )
            ],
        ),
        (
            ["for x in xs:", "    return x"],
            [host.Each("x", XS, (host.Return(host.Name("x")),))],
        ),
        (
            ["if a < 1.0:", "    return a", "else:", "    x = 1.0"],
            [host.Branch(LESS, (host.Return(A),), (host.Let("x", Number(1.0)),))],
        ),
        (
            ["# Why.", "x = a  # what", "return x"],
            [
                host.Remark("what"),
                host.Let("x", A),
                host.Return(host.Name("x")),
            ],
        ),
        (["# Why.", "return a"], [host.Remark("Why."), host.Return(A)]),
    ],
)
def test_statements(lines: list[str], nodes: list[Any]) -> None:
    assert list(body(*lines)) == nodes


def test_a_branch_that_is_folded_to_nothing_is_gone() -> None:
    assert body("if a < 1.0:", "    if facts.patience > 0:", "        half(a)") == ()


def test_a_name_may_begin_in_each_of_two_blocks() -> None:
    (found,) = body("if a < 1.0:", "    x = 1.0", "else:", "    x = 2.0")
    assert isinstance(found, host.Branch)
    assert [type(s) for s in (*found.then, *found.otherwise)] == [host.Let, host.Let]


# --- Routines -----------------------------------------------------------------------


def test_a_routine() -> None:
    found = read(
        "def routine(facts: Constants, blocks: Blocks, rows: Rows, *,"
        " seed: int, epochs: int = 3) -> list[float]:\n"
        '    """What it does."""\n'
        "    return rows[0]\n"
    )
    assert found == host.Function(
        "routine",
        (
            host.Parameter("rows", "Rows"),
            host.Parameter("seed", "int", host.Count(FACTS.seed)),  # the net's own
            host.Parameter("epochs", "int", host.Count(3)),
        ),
        "list[float]",
        "What it does.",
        (host.Return(host.Item(host.Name("rows"), host.Count(0))),),
    )


def test_fields() -> None:
    source = Source()
    add(source, "module", ast.parse(KNOWN))
    source.comments.update({("module", n): c for n, c in comments_of(KNOWN)})
    size, items, *_ = source.classes["Box"].body
    assert isinstance(size, ast.AnnAssign)
    assert isinstance(items, ast.AnnAssign)
    reader = Reader(FACTS, source)
    assert reader.field(size, "module") == host.Field(
        "size", "int", host.Count(3), "how much goes in"
    )
    assert reader.field(items, "module") == host.Field("items", "list[float]", None, "")


# --- Refusals -----------------------------------------------------------------------

HEAD = KNOWN.count("\n") + 2  # the line of a routine below
PLACE = HEAD + 1  # and of its first statement


@pytest.mark.parametrize(
    ("line", "message"),
    [
        # No such statement.
        ("while a < 1.0: return a", "no such statement: while a < 1.0:"),
        ("x, y[0] = xs", "no such expression: (x, y[0])"),
        ("x = y = a", "no such statement: x = y = a"),
        ("x: float", "no such statement: x: float"),
        ("a -= 1.0", "no such statement: a -= 1.0"),
        ("del xs[0]", "no such statement: del xs[0]"),
        ("raise ValueError('no')", "no such statement: raise ValueError('no')"),
        ("assert a", "no such statement: assert a"),
        ("pass", "no such statement: pass"),
        ("a", "no such statement: a"),
        ("import math", "no such statement: import math"),
        ("for i, x in xs: return a", "no such statement: for "),
        ("with box: return a", "no such statement: with box:"),
        ("def inner() -> None: return", "no such statement: def inner() -> None:"),
        # No such expression.
        ("return lambda x: x", "no such expression: lambda x: x"),
        ("return [x for x in xs]", "no such expression: [x for x in xs]"),
        ("return (a, a)", "no such expression: (a, a)"),
        ("return {1.0}", "no such expression: {1.0}"),
        ("return {'a': 1.0}", "no such expression: {'a': 1.0}"),
        ("return a ** 2.0", "no such expression: a ** 2.0"),
        ("return 0.0 < a < 1.0", "no such expression: 0.0 < a < 1.0"),
        ("return a in xs", "no such expression: a in xs"),
        ("return a is None", "no such expression: a is None"),
        ("return xs[1:]", "no such expression: 1:"),
        ("return a if n == 1 else 1.0", "no such expression: a if n == 1 else 1.0"),
        ("return +a", "no such expression: +a"),
        ("return xs[-1]", "a whole number below 0: -1"),
        ("for i in range(n, 0, -2): return a", "a whole number below 0: -2"),
        ("return b'a'", "no such expression: b'a'"),
        ("return [*xs]", "no such expression: *xs"),
        ("return (x := a)", "no such expression: (x := a)"),
        ("return box.weight", "no such expression: box.weight"),
        ("return self.weight", "no such expression: self.weight"),
        # No such text.
        ("return f'{a:.2f}'", "no such text: "),
        ("return f'{a!r}'", "no such text: "),
        # No such call.
        ("return sum(xs)", "no such call: sum(xs)"),
        ("return math.exp(a)", "no such call: math.exp(a)"),
        ("xs.append(a)", "no such call: xs.append(a)"),
        ("return part(xs, 0, stop=n)", "no such call: part(xs, 0, stop=n)"),
        ("return half(**box)", "no such call: half(**box)"),
        ("return a(1.0)", "no such call: a(1.0)"),
        ("return xs[0](1.0)", "no such call: xs[0](1.0)"),
        ("x = self.blocks.loss(xs)", "no such call: self.blocks.loss(xs)"),
        # Names that are not there.
        ("return b", "b is not known here: b"),
        ("b += 1.0", "b is not known here: b"),
    ],
)
def test_anything_else_is_refused_with_file_and_line(line: str, message: str) -> None:
    with pytest.raises(SubsetError) as caught:
        body(line)
    expected = f"module.py:{PLACE}: {message}"  # where Python's own texts differ by
    assert str(caught.value).startswith(expected)  # version, only the start of them


@pytest.mark.parametrize(
    "lines",
    [
        ["if a < 1.0:", "    x = 1.0", "return x"],
        ["if a < 1.0:", "    x = 1.0", "else:", "    return x"],
        ["for i in range(n):", "    x = 1.0", "return x"],
        ["for i in range(n):", "    half(a)", "return i"],
        ["for x in xs:", "    half(x)", "return x"],
        ["x = x"],
    ],
)
def test_a_name_lives_as_long_as_its_block(lines: list[str]) -> None:
    with pytest.raises(SubsetError, match=f":{PLACE + len(lines) - 1}: . is not known"):
        body(*lines)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("def routine(a) -> None:", "a parameter without a type: a"),
        ("def routine(a: float = 1.0) -> None:", "no such routine"),
        ("def routine(*a: float) -> None:", "no such routine"),
        ("def routine(**a: float) -> None:", "no such routine"),
        ("def routine(a: float, /) -> None:", "no such routine"),
        ("@cache\ndef routine(a: float) -> None:", "no such routine"),
    ],
)
def test_parameters_are_plain_and_typed(head: str, message: str) -> None:
    line = HEAD + head.count("\n")
    with pytest.raises(SubsetError, match=rf"^module\.py:{line}: {message}"):
        read(f"{head}\n    return\n")
