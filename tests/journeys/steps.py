"""What lenders do with a tape, in their own words."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

CHECK_MS = 60_000
READ_MS = 30_000


def upload(page: Page, file: Path) -> None:
    """Choose a file and send it; comes out at its columns, or at the sentence that says why it could not be read."""
    send(page, file)
    page.wait_for_url(re.compile(r"/tapes/versions/\d+/"), timeout=READ_MS)
    page.wait_for_load_state()
    expect(page.locator("#reading")).to_have_count(0, timeout=READ_MS)


def send(page: Page, file: Path) -> None:
    page.goto("/tapes/upload/")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator("[data-drop-name]")).to_have_text(file.name)
    page.get_by_role("button", name="Upload tape").click()


def start_check(page: Page) -> None:
    """Start the check with the columns as they stand, without fields the tape does not have."""
    without = page.get_by_label(re.compile("Check without them"))
    if without.count():
        without.check()
    page.get_by_role("button", name=re.compile(r"^Check [\d,]+ loans?")).click()
    page.wait_for_url(re.compile(r"/checks/\d+/"))


def wait_for_results(page: Page) -> int:
    """Stay on the progress page until it leads to the results; the number of the check."""
    expect(page.locator("#progress")).to_have_count(0, timeout=CHECK_MS)
    expect(page.locator("#findings")).to_be_visible()
    found = re.search(r"/checks/(\d+)/", page.url)
    assert found is not None
    return int(found[1])
