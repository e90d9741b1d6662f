"""What openers do with their keys."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

WORK_MS = 60_000  # Argon2id in plain JavaScript on a machine that does other things too


def make(page: Page, passphrase: str, folder: Path) -> Path:
    """Make a key on its page, save its file, and register it; the saved file."""
    page.get_by_label("New passphrase").fill(passphrase)
    page.get_by_label("New passphrase").press("Tab")
    page.keyboard.type(passphrase)
    page.keyboard.press("Enter")
    save = page.get_by_role("link", name="Save key file")
    expect(save).to_be_visible(timeout=WORK_MS)
    with page.expect_download() as download:
        save.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    page.get_by_role("button", name="Register key").click()
    expect(page.get_by_text("Your key is registered")).to_be_visible()
    return file


def unlock(page: Page, passphrase: str, file: Path | None, button: str | re.Pattern[str]) -> None:
    if file:
        page.get_by_label("Key file").set_input_files(file)
    page.get_by_label("Passphrase", exact=True).fill(passphrase)
    page.get_by_role("button", name=button).click()


def wait_for_the_record_to_close(page: Page, opening: str) -> None:
    """The worker closes it by itself, and its head is told before anybody can open."""
    page.goto(opening)
    for _ in range(60):
        if page.get_by_role("button", name=re.compile("Give my parts")).count():
            return
        page.wait_for_timeout(2000)
        page.reload()
    raise AssertionError("The record was not closed.")
