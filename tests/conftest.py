"""What the tests share: an option, fixtures, and the order of the tests."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from running.emitted import Runner

# What is drawn: in general a few, and with these options as many as one likes.
MANY = (
    ("--drawn", 6, "how many nets are drawn"),
    ("--mutants", 200, "how many hostile files are tried"),
    ("--kills", 10, "how many programs are killed while they write"),
    ("--drawn-first", 0, "the first number of what is drawn: others, if it is another"),
    ("--every", 1, "of the tests, one in so many: others with each commit"),
)

# Where tests are about the nets of the table.
OF_ALL_NETS = ("deriving", "numbers", "program")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options: how much is tried."""
    parser.addoption(
        "--full",
        action="store_true",
        help="run all nets with every adapter, and not samples with the slow ones",
    )
    for name, count, what in MANY:
        parser.addoption(name, type=int, default=count, help=what)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """PyTorch with one thread: the test processes share the cores already."""
    try:
        import torch
    except ImportError:  # only the tests that need it fail
        return
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # NAdam keeps a product in the default


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Of an adapter and a net those pairs that run, each with the mark of its tier.

    Pairs whose tier is not asked for are not even made: there are so many of them that
    every test process would take half a minute to leave them out.
    """
    own = metafunc.definition.own_markers
    given = {mark.args[0]: mark for mark in own if mark.name == "parametrize"}
    if not {"adapter", "name"} <= given.keys():
        return
    from running.adapters import ADAPTERS  # here: other tests run where it is broken

    full, asked = metafunc.config.getoption("full"), metafunc.config.option.markexpr
    wanted = 2 if metafunc.definition.get_closest_marker("both_styles") else 1
    pairs = []
    for adapter in map(ADAPTERS.__getitem__, given["adapter"].args[1]):
        for net in given["name"].args[1]:
            tier = adapter.tier(net)
            is_asked = not tier or f"not {tier}" not in asked
            if is_asked and len(adapter.styles(net, full)) >= wanted:
                marks = [getattr(pytest.mark, tier)] if tier else []
                pairs.append(pytest.param(adapter.name, net, marks=marks))
    metafunc.definition.own_markers = [m for m in own if m not in given.values()]
    metafunc.parametrize(("adapter", "name"), pairs)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """The tests in their order, and of those that are asked for one in so many.

    Which ones changes with each commit: all have their turn.
    """
    _arrange(items)
    yield
    every = config.getoption("every")
    first = _commits(config) % every if every > 1 else 0
    others = [item for n, item in enumerate(items) if n % every != first]
    config.hook.pytest_deselected(items=others)
    items[:] = items[first::every]


def _commits(config: pytest.Config) -> int:
    """How many commits there are up to this one; 0 where no repository tells."""
    words = ("git", "rev-list", "--count", "HEAD")
    try:
        told = subprocess.run(
            words, cwd=config.rootpath, capture_output=True, text=True
        )
    except OSError:
        return 0
    return int(told.stdout or 0)


def _arrange(items: list[pytest.Item]) -> None:
    """Tests of emitted code stand by adapter, in the order of their builds; what is
    asked of all nets of the table is asked of a sample, wide of every third one.

    A test process takes tests from the front, another one from the back: so neither
    waits long for what the other one builds.
    """
    if not any(_parameter(item, "adapter") for item in items):
        return
    from running.adapters import ADAPTERS, every_third, sampled  # here, too

    for item in items:
        adapter, net = _parameter(item, "adapter"), _parameter(item, "name")
        if not adapter and item.path.parent.name in OF_ALL_NETS and not sampled(net):
            tier = pytest.mark.wide if every_third(net) else pytest.mark.slow
            item.add_marker(tier)
    order = {"": 0} | {name: place for place, name in enumerate(ADAPTERS)}
    # A test of which no pair is asked for stands there once, without any.
    items[:] = [item for item in items if _parameter(item, "adapter") in order]
    items.sort(key=lambda item: order[_parameter(item, "adapter")])


def _parameter(item: pytest.Item, name: str) -> str:
    """What a test is about, by the name of its parameter; "" if about none."""
    parameters = getattr(item, "callspec", None)
    return str(parameters.params.get(name, "")) if parameters else ""


@pytest.fixture(scope="session")
def results(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Runner:
    """What each net gives in each language and style: see `emitted.Runner`."""
    from running.emitted import Runner  # here, too

    items = request.session.items
    pairs = {(_parameter(item, "adapter"), _parameter(item, "name")) for item in items}
    return Runner(tmp_path_factory, pairs, request.config.getoption("full"))
