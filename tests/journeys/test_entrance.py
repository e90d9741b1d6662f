"""Coming in: the sign-in page, and the pages that say that somebody is at the wrong door."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Windows, sign_in
from tests.journeys.looking import look
from tests.journeys.people import LENDER, REVIEWER, Person


def test_sign_in(windows: Windows) -> None:
    page = windows.open()
    page.goto("/tapes/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    look(page, "sign-in")
    sign_in(page, LENDER.email, "plumb-bob-and-string-9")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_wrong_password_says_so(windows: Windows) -> None:
    page = windows.open()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(LENDER.email)
    page.get_by_label("Password").fill("not-the-password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("do not belong together")).to_be_visible()
    look(page, "sign-in-refused")


def test_nothing_at_this_address(windows: Windows, page_of: Callable[[Person], Page]) -> None:
    page = page_of(LENDER)
    with windows.watch(page).expecting(404):
        page.goto("/tapes/99999/")
        expect(page.get_by_role("heading", name="There is nothing at this address.")).to_be_visible()
        look(page, "404")


def test_not_for_this_role(windows: Windows, page_of: Callable[[Person], Page]) -> None:
    page = page_of(REVIEWER)
    with windows.watch(page).expecting(403):
        page.goto("/tapes/")
        expect(page.get_by_role("heading", name="You may not open this page.")).to_be_visible()
        look(page, "403")
