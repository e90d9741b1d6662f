"""Promise 10 in a browser: the fixed envelopes give the fixed parts there, too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.test_sealing import PARTS, serve
from tests.portfolios.sealvectors import FIXED, NAMES, VECTORS


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("http://localhost/")
    yield page
    context.close()


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_a_browser_unseals_the_fixed_parts(page, vector):
    for name, key in FIXED["keys"].items():
        assert page.evaluate(PARTS, [vector["envelope"], name, key["private"]]) == vector["parts"][name]
