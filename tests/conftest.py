"""What the tests share: an option, fixtures, and the order of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from running.emitted import Runner

# What is drawn: in general a few, and with these options as many as one likes.
MANY = (
    ("--drawn", 12, "how many nets are drawn"),
    ("--mutants", 200, "how many hostile files are tried"),
    ("--kills", 10, "how many programs are killed while they write"),
    ("--drawn-first", 0, "the first number of what is drawn: others, if it is another"),
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


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Tests of emitted code stand by adapter, in the order of their builds; those of
    nets that an adapter does not run are left out, those of most nets are slow; what
    is asked of all nets of the table is asked of a sample, of the others it is wide.

    A test process takes tests from the front, another one from the back: so neither
    waits long for what the other one builds.
    """
    if not any(_parameter(item, "adapter") for item in items):
        return
    # Here: other tests run where it is broken.
    from running.adapters import ADAPTERS, sampled

    full = config.getoption("full")
    kept, left = [], []
    for item in items:
        adapter, net = _parameter(item, "adapter"), _parameter(item, "name")
        styles = ADAPTERS[adapter].styles(net, full) if adapter and net else ("any",)
        wanted = 2 if item.get_closest_marker("both_styles") else 1
        tier = ADAPTERS[adapter].tier(net) if adapter and net else ""
        if tier:
            item.add_marker(tier)
        if not adapter and item.path.parent.name in OF_ALL_NETS and not sampled(net):
            item.add_marker(pytest.mark.wide)
        (kept if len(styles) >= wanted else left).append(item)
    order = {"": 0} | {name: place for place, name in enumerate(ADAPTERS)}
    kept.sort(key=lambda item: order[_parameter(item, "adapter")])
    items[:] = kept
    config.hook.pytest_deselected(items=left)


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
