"""A fresh installation that insists on second factors: its link makes the first person, who lets the others in."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.codes import code_of
from tests.journeys.conftest import Windows, sign_in
from tests.journeys.looking import look
from tests.journeys.people import PASSWORD
from tests.ports import quiet_port
from tests.running import Running

COUNT_PEOPLE = "from accounts.models import User; print('people:', User.objects.count())"
OPERATOR, ADMIN = "oda@plumb.example", "ada@northgate.example"


pytestmark = [pytest.mark.faults, pytest.mark.journey]


@pytest.fixture
def windows(browser: Browser, running: Running) -> Iterator[Windows]:
    opened = Windows(browser, running)
    yield opened
    opened.close()


def test_after_ready_comes_the_link_for_the_first_user(running: Running, link: str) -> None:
    assert re.fullmatch(rf"http://127\.0\.0\.1:{running.port}/start/[\w-]+/", link)
    assert running.answers()


def test_a_second_start_is_refused_with_the_address(running: Running) -> None:
    code, printed, said = running.run("--port", str(quiet_port()))
    assert (code, printed) == (1, "")
    assert said.strip() == f"Plumbline is already running on {running.url}."


def test_a_management_command_works_beside_the_running_stack(running: Running) -> None:
    code, printed, said = running.run("manage", "shell", "--verbosity", "0", "--command", COUNT_PEOPLE)
    assert (code, printed.strip()) == (0, "people: 0"), said


def test_state_names_the_addresses_for_other_processes(running: Running) -> None:
    state = json.loads((running.var / "stack.json").read_text())
    assert state["database_url"].startswith("postgres://plumbline:")
    assert state["redis_url"].startswith("redis://:")


def test_codes_are_those_of_the_standard() -> None:
    """The vectors of RFC 6238, appendix B, cut to six digits."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [code_of(key, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_the_first_link_leads_to_everybody_else(windows: Windows, link: str) -> None:
    operator = windows.open()
    set_up_plumbline(operator, link)
    set_up_second_factor(operator)
    create_organization(operator, "Northgate Mortgage", "Lender")
    invitation = invite(operator, ADMIN, "Organization admin")

    admin = windows.open()
    accept(admin, invitation)
    recovery = set_up_second_factor(admin)
    admin.goto("/people/")
    expect(admin.get_by_role("rowheader", name="Ada Admin")).to_be_visible()
    look(admin, "people")

    sign_out(admin)
    sign_in_with_code(admin, ADMIN, recovery)
    expect(admin.get_by_role("heading", name="Profile")).to_be_visible()
    look(admin, "profile")

    with windows.watch(operator).expecting(410):
        operator.goto(link)
        expect(operator.get_by_role("heading", name="This link cannot be used")).to_be_visible()


def set_up_plumbline(page: Page, link: str) -> None:
    page.goto(link)
    look(page, "first-user")
    page.get_by_label("Your organization").fill("Plumbline Operations")
    page.get_by_label("Your name").fill("Oda Operator")
    page.get_by_label("E-mail").fill(OPERATOR)
    type_password(page)
    page.get_by_role("button", name="Set up Plumbline").click()


def type_password(page: Page) -> None:
    page.get_by_label("Password*", exact=True).fill(PASSWORD)
    page.get_by_label("Password, once more").fill(PASSWORD)


def set_up_second_factor(page: Page) -> str:
    """Follow where everybody is led whose role needs one; a recovery code for later."""
    expect(page.get_by_text("Your role needs a second factor.")).to_be_visible()
    look(page, "second-factor")
    page.get_by_role("link", name="Set up").click()
    key = page.locator("[data-copy]").get_attribute("data-copy")
    assert key is not None
    look(page, "second-factor-set-up")
    page.get_by_role("textbox", name="Code").fill(code_of(key))
    page.get_by_role("button", name="Set up").click()
    codes = page.get_by_label("Unused recovery codes").get_by_role("listitem")
    expect(codes.first).to_be_visible()
    look(page, "recovery-codes")
    return codes.first.inner_text()


def create_organization(page: Page, name: str, kind: str) -> None:
    page.goto("/organizations/")
    expect(page.get_by_text("Only the operator is here.")).to_be_visible()
    look(page, "organizations")
    page.get_by_role("link", name="New organization").click()
    look(page, "organization-new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Kind").select_option(kind)
    page.get_by_role("button", name="Create organization").click()
    expect(page.get_by_role("heading", name=re.compile(name))).to_be_visible()


def invite(page: Page, email: str, role: str) -> str:
    """The link of the invitation, as it is shown to hand over."""
    page.goto("/organizations/northgate-mortgage/invite/")
    look(page, "invite")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label(re.compile(role)).check()
    page.get_by_role("button", name="Send invitation").click()
    link = page.locator("[data-copy]").get_attribute("data-copy")
    assert link is not None
    look(page, "invited")
    return link


def accept(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Join Northgate Mortgage")).to_be_visible()
    look(page, "invitation")
    page.get_by_label("Your name").fill("Ada Admin")
    type_password(page)
    page.get_by_role("button", name="Accept invitation").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def sign_in_with_code(page: Page, email: str, code: str) -> None:
    sign_in(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    look(page, "second-factor-asked")
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
