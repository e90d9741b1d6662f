"""The keys that the pages promise: J and K in a list, Enter to open, / to search, [ and ] between loans."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import look
from tests.journeys.people import LENDER, Person

FOCUSED = "() => document.activeElement.textContent.trim()"


@pytest.fixture
def page(page_of: Callable[[Person], Page]) -> Page:
    return page_of(LENDER)


def test_a_list_by_keyboard(page: Page) -> None:
    page.goto("/rules/")
    titles = page.locator("#rules tbody th a").all_inner_texts()
    seen = []
    for key in "jjjk":
        page.keyboard.press(key)
        seen.append(page.evaluate(FOCUSED))
    assert seen == [titles[0], titles[1], titles[2], titles[1]]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=titles[1])).to_be_visible()
    look(page, "rule")


def test_search_by_keyboard(page: Page) -> None:
    page.goto("/rules/?q=term")
    look(page, "rules")
    page.keyboard.press("/")
    page.keyboard.type("remaining term")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=remaining"))
    expect(page.get_by_role("link", name=re.compile("Remaining term"))).not_to_have_count(0)
    look(page, "search")


def test_keys_are_letters_while_somebody_types(page: Page) -> None:
    page.goto("/rules/")
    page.get_by_label("Words or code").fill("")
    page.get_by_label("Words or code").press_sequentially("jk/?")
    expect(page.get_by_label("Words or code")).to_have_value("jk/?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_list_of_keys(page: Page) -> None:
    page.goto("/rules/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
