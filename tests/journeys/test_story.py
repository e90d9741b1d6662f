"""The whole way: a lender uploads, confirms, reads, verifies and bundles; two people of the purchaser decide."""

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Windows
from tests.journeys.downloads import download, formulas, rows_of_csv, rows_of_xlsx
from tests.journeys.looking import look
from tests.journeys.people import APPROVER, LENDER, REVIEWER, STRANGER, Person
from tests.journeys.steps import start_check, upload, wait_for_results
from tests.journeys.story import HOSTILE, LOANS, UNSURE_COLUMN, Story, write_story
from tests.running import Running

PRIVATE = re.compile(r"/\d+/|/B-\d")  # addresses that name a thing of somebody's
CRITERIA = "PRIVATE-2026-09"
MISJUDGED_RULE = "Remaining term does not recompute"
NOTE = "The servicing system shows the term; the maturity date on the note agrees."

PageOf = Callable[[Person], Page]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return write_story(tmp_path)


def test_from_upload_to_approval(
    page_of: PageOf, windows: Windows, site: Running, story: Story, tmp_path: Path
) -> None:
    lender = page_of(LENDER)
    upload(lender, story.tape)
    with windows.watch(lender).expecting(422):
        refuse_unconfirmed(lender)
    confirm_columns(lender)
    watch_progress(lender, site)
    run = wait_for_results(lender)
    read_results(lender, story)
    verify_finding(lender, run, story)
    take_downloads(lender, run, tmp_path)
    number = put_bundle_together(lender, run, story)
    submit(lender, number)

    reviewer, approver = page_of(REVIEWER), page_of(APPROVER)
    review(reviewer, number)
    assert_reviewer_cannot_approve(reviewer, windows, number)
    fingerprint = approve(approver, number)

    lender.goto(f"/bundles/{number}/approval/")
    expect(lender.locator(".pl-hash")).to_contain_text(fingerprint)
    lender.goto("/")
    look(lender, "overview")
    assert f"agrees: {fingerprint}" in site.command("verify_bundle", number)[1]
    assert_strangers_find_nothing(page_of(STRANGER), windows.watch(lender).visited)


def refuse_unconfirmed(page: Page) -> None:
    """A guess for a required field stops the check until a person has looked at it."""
    expect(page.get_by_text("1 column needs your eye")).to_be_visible()
    look(page, "columns")
    page.get_by_role("button", name=re.compile("^Check ")).click()
    expect(page.get_by_text(f"Confirm or change: {UNSURE_COLUMN}.")).to_be_visible()


def confirm_columns(page: Page) -> None:
    row = page.get_by_role("row", name=re.compile(f"^{UNSURE_COLUMN} "))
    expect(row.get_by_role("combobox")).to_have_value("credit_score")
    row.locator("label", has_text="Confirm").click()
    page.get_by_label("Check against").select_option(CRITERIA)


def watch_progress(page: Page, site: Running) -> None:
    """The worker is held still while the page is looked at: two hundred loans are checked in a moment."""
    with site.held("worker"):
        start_check(page)
        expect(page.get_by_role("heading", name=re.compile("^Checking northgate-november"))).to_be_visible()
        expect(page.get_by_text("You can close this page.")).to_be_visible()
        look(page, "progress")


def read_results(page: Page, story: Story) -> None:
    expect(page.locator(".pl-verdict").first).to_contain_text("2 loans")
    expect(page.locator(".pl-verdict").first).to_contain_text(f"The other {story.clear} can be bundled.")
    look(page, "results")


def verify_finding(page: Page, run: int, story: Story) -> None:
    """By keyboard to the rule, through it to the loan; its finding is verified with a note and stays open no longer."""
    titles = page.locator("#findings a.row-link").all_inner_texts()
    for _ in titles[: titles.index(MISJUDGED_RULE) + 1]:
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It fires where")).to_be_visible()
    look(page, "rule-findings")
    page.get_by_role("link", name=story.misjudged).click()
    expect(page.get_by_role("heading", name=f"Loan {story.misjudged}")).to_be_visible()
    look(page, "loan")
    finding = page.locator("details.pl-finding", has_text="XF-027")
    if finding.get_attribute("open") is None:
        finding.locator("summary").click()
    finding.get_by_role("link", name="Decide").click()
    page.get_by_label("Verify: the value is right as it stands").check()
    page.get_by_label("Why").fill(NOTE)
    look(page, "loan-deciding")
    page.get_by_role("button", name="Save decision").click()
    expect(page.get_by_label("Decisions").get_by_text(NOTE)).to_be_visible()
    look(page, "loan-decided")
    page.goto(f"/checks/{run}/")
    expect(page.get_by_role("link", name=MISJUDGED_RULE)).to_have_count(0)


def take_downloads(page: Page, run: int, folder: Path) -> None:
    """Findings in both formats, and the tape with its findings; the hostile cell is harmless in all of them."""
    rows = rows_of_csv(download(page, "Findings, CSV", folder))
    page.goto(f"/checks/{run}/")
    assert told(rows_of_xlsx(download(page, "Findings, Excel", folder))) == told(rows)
    page.goto(f"/checks/{run}/")
    tape = rows_of_csv(download(page, "Tape with findings, CSV", folder))
    assert len(tape) == LOANS
    assert formulas([*rows, *tape]) == []
    assert f"'{HOSTILE}" in {row["loan_id"] for row in rows}
    assert f"'{HOSTILE}" in {row["Loan ID"] for row in tape}


def told(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """What both formats say in the same words; numbers look different in a workbook."""
    return [tuple(row[name] for name in ("loan_id", "rule", "severity", "message", "status")) for row in rows]


def put_bundle_together(page: Page, run: int, story: Story) -> str:
    page.goto(f"/checks/{run}/")
    page.get_by_role("link", name="Bundle these loans").click()
    expect(page.locator("#picked")).to_contain_text(f"{story.clear} of {story.loans} loans")
    page.get_by_label("Name").fill("November whole loans")
    page.get_by_label("Purchaser").select_option(label=REVIEWER.organization)
    look(page, "bundle-new")
    page.get_by_role("button", name="Put the bundle together").click()
    page.wait_for_url(re.compile(r"/bundles/B-"))
    look(page, "bundle")
    return page.url.rstrip("/").rpartition("/")[2]


def submit(page: Page, number: str) -> None:
    page.get_by_role("link", name="Submit to Meridian Capital").click()
    page.get_by_label("Note to the purchaser").fill("The first of three.")
    look(page, "bundle-submit")
    page.get_by_role("button", name=re.compile(r"^Submit \$")).click()
    expect(page.get_by_label("Messages")).to_contain_text(f"{number} is with Meridian Capital.")


def review(page: Page, number: str) -> None:
    page.goto("/queue/")
    look(page, "queue")
    page.get_by_role("link", name="November whole loans", exact=True).click()
    look(page, "bundle-purchaser")
    page.get_by_role("link", name="Review and sign").click()
    look(page, "approval-review")
    page.get_by_label("Mark as reviewed").check()
    page.get_by_label("Note for the record").fill("Sampled twenty loans, all as stated.")
    page.get_by_role("button", name="Sign as reviewer").click()
    expect(page.get_by_label("Messages")).to_contain_text("Signed. An approver who is not you decides now.")
    expect(page.get_by_role("button", name=re.compile("^Sign"))).to_have_count(0)


def assert_reviewer_cannot_approve(page: Page, windows: Windows, number: str) -> None:
    """Neither by the page, which offers nothing, nor by asking the server directly."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answer = page.request.post(
        f"/bundles/{number}/decide/",
        form={"decision": "approve", "note": "Mine too.", "csrfmiddlewaretoken": token or ""},
        headers={"Referer": page.url},
    )
    assert answer.status == 422
    assert "The decision needs the role of approver" in answer.text()


def approve(page: Page, number: str) -> str:
    """The fingerprint of the frozen list."""
    page.goto("/sign-offs/")
    look(page, "sign-offs")
    page.get_by_role("link", name="Decide").click()
    look(page, "approval-sign")
    page.get_by_label("Approve as delivered").check()
    page.get_by_role("button", name=re.compile(r"^Sign and approve \$")).click()
    expect(page.get_by_label("Messages")).to_contain_text("Approved. The list is frozen.")
    look(page, "approval-approved")
    page.goto(f"/bundles/{number}/history/")
    look(page, "bundle-history")
    page.goto(f"/bundles/{number}/approval/")
    fingerprint = page.locator(".pl-hash [data-copy]").get_attribute("data-copy") or ""
    assert re.fullmatch("[0-9a-f]{64}", fingerprint)
    return fingerprint


def assert_strangers_find_nothing(stranger: Page, visited: list[str]) -> None:
    theirs = [address for address in visited if PRIVATE.search(address)]
    assert len(theirs) > 8
    token = stranger.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answers = {address: status_for(stranger, address, token or "") for address in theirs}
    assert answers == dict.fromkeys(theirs, 404)


def status_for(page: Page, address: str, token: str) -> int:
    """What an address answers to a person; one that only takes what is sent is sent to."""
    status = page.request.get(address).status
    if status != HTTPStatus.METHOD_NOT_ALLOWED:
        return status
    return page.request.post(address, form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url}).status
