"""The style guide in a real Chromium: both themes, four widths, clean for axe and for the content policy."""

import pytest
from django.test import Client
from django.urls import reverse
from django.views import defaults
from playwright.sync_api import Page

from accounts.models import Role, User
from config.logging import RequestIdMiddleware
from tests.factories import SuperuserFactory, UserFactory
from tests.journeys.looking import SCHEMES, violations


@pytest.fixture(autouse=True)
def _mfa_not_required(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def staff(db) -> User:
    return SuperuserFactory(name="Olive Operator")


@pytest.fixture
def visit(browser, live_server, staff, client):
    """Opens an address of the live server as operator staff and returns the page with what its console said."""
    client.force_login(staff)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    contexts = []

    def open_at(address: str, width: int, *, scheme: str = "light", height: int = 900) -> tuple[Page, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        context.add_cookies([session])
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(live_server.url + address)
        return page, said

    yield open_at
    for context in contexts:
        context.close()


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.journey
@pytest.mark.parametrize("width", [390, 1024, 1300, 1440])
def test_every_component_is_accessible(visit, width):
    for scheme in SCHEMES:
        page, said = visit("/styleguide/?toast=pass", width, scheme=scheme)
        assert page.evaluate("document.documentElement.dataset.bsTheme") == scheme
        assert violations(page, scheme) == []
        assert overflow(page) <= 0
        assert said == []


@pytest.mark.journey
def test_the_drawer_opens_on_a_phone(visit):
    page, _ = visit("/styleguide/", 390)
    assert not page.locator("#nav").is_visible()
    page.get_by_role("button", name="Open menu").click()
    page.locator("#nav.show:not(.showing)").wait_for()
    assert violations(page, "light") == []


@pytest.mark.journey
def test_keys_move_through_a_list_and_show_their_names(visit):
    page, _ = visit("/styleguide/", 1440)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").startswith("Income on tape")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent").startswith("Tape value")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keyboard").is_visible()


@pytest.mark.journey
def test_the_row_height_is_remembered(visit):
    page, _ = visit("/styleguide/", 1440)
    page.get_by_role("button", name="Row height").click()
    page.reload()
    assert "tight" in page.locator("#rules").get_attribute("class")


@pytest.mark.journey
def test_the_theme_is_chosen_in_the_account_menu(visit, staff):
    page, said = visit("/styleguide/", 1440)
    page.get_by_role("button", name="Account menu of Olive Operator").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_selector('html[data-bs-theme="dark"]')
    staff.refresh_from_db()
    assert staff.theme == "dark"
    assert said == []


@pytest.mark.journey
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_admin_takes_our_colors(visit, scheme):
    page, _ = visit(reverse("admin:index"), 1440, scheme=scheme)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 20, 23)"}[scheme]
    assert "Inter Variable" in page.evaluate("getComputedStyle(document.body).fontFamily")


@pytest.mark.django_db
def test_only_operator_staff_open_the_style_guide(client: Client):
    client.force_login(UserFactory(roles=[Role.UPLOADER]))
    assert client.get(reverse("styleguide")).status_code == 403


@pytest.mark.django_db
def test_pages_that_fail_say_what_to_do(client: Client, staff, rf):
    client.force_login(staff)
    missing = client.get("/no-such-page/")
    assert missing.status_code == 404
    assert "There is nothing at this address." in missing.content.decode()
    failed = RequestIdMiddleware(defaults.server_error)(rf.get("/"))
    assert failed.status_code == 500
    assert "Go to the overview" in failed.content.decode()
    assert failed["X-Request-ID"] in failed.content.decode()
