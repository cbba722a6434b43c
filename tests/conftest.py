"""Fixtures that the tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from running.emitted import Runner

ORDER = ("python", "dart", "dart_js", "dart_aot")


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """PyTorch with one thread: the test processes share the cores already."""
    try:
        import torch
    except ImportError:  # only the tests that need it fail
        return
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # NAdam keeps a product in the default


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of emitted code stand by language, in the order of their builds.

    A test process takes tests from the front, another one from the back: so neither
    waits long for what the other one builds.
    """

    items.sort(key=lambda item: ORDER.index(_language(item)))


def _language(item: pytest.Item) -> str:
    """The language that a test is about; Python's, if it is about none."""
    parameters = getattr(item, "callspec", None)
    found = parameters.params.get("language") if parameters else ""
    return found if found in ORDER else ORDER[0]


@pytest.fixture(scope="session")
def results(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Runner:
    """What each net gives in each language and style: see `emitted.Runner`."""
    from running.emitted import (
        Runner,  # here, so that other tests run where it is broken
    )

    languages = {_language(item) for item in request.session.items}
    return Runner(tmp_path_factory, (name for name in ORDER if name in languages))
