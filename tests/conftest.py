"""How many examples Hypothesis tries (HYPOTHESIS_PROFILE=nightly for many), --slow, a browser."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

SLOW_DATA = [HealthCheck.too_slow]

settings.register_profile(  # the same examples in every run; nightly draws new ones
    "ordinary",
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=SLOW_DATA,
)
settings.register_profile(
    "nightly", max_examples=5000, deadline=None, suppress_health_check=SLOW_DATA
)
settings.register_profile("short", max_examples=25, deadline=None, suppress_health_check=SLOW_DATA)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run what CI runs beside")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="dear, so that CI runs it: --slow")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(skip)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium, in which pages are tested."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        assert not os.environ.get("CI"), "Pages are tested in Chromium, and it is missing."
        pytest.skip("pages are tested in Chromium, which this machine lacks")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()
