"""What openers do with their keys, and keys that are there already."""

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page, expect

from portfolios.domain.sealing import encoded, new_key_pair, wrapped
from tests.journeys.people import Person
from tests.running import Running

WORK_MS = 60_000  # Argon2id in plain JavaScript on a machine that does other things too
QUICK_KIB = 64  # a guess may be cheap where making and guessing keys is not what the journey is about
POLL_MS = 2000
GIVE = "Give my parts"
PATIENCE_SECONDS = 300
REGISTER = """
import json
from django.utils import timezone
from portfolios.models import Sale
from portfolios.services import sales
public = json.loads(PUBLIC)
for opener in Sale.objects.get(number=NUMBER).openers.filter(user__email__in=public):
    sales.keep_key(
        opener=opener, public_key=public[opener.user.email], wrapped=None, by=opener.user, at=timezone.now())
print(json.dumps(True))
"""


def make(page: Page, passphrase: str, folder: Path, *, keep: bool = False) -> Path:
    """Make a key on its page by keyboard alone, save its file, and register it; the saved file."""
    page.get_by_label("New passphrase").focus()
    page.keyboard.type(passphrase)
    page.keyboard.press("Tab")
    page.keyboard.type(passphrase)
    page.keyboard.press("Enter")
    save = page.get_by_role("link", name="Save key file")
    expect(save).to_be_focused(timeout=WORK_MS)
    expect(page.get_by_role("button", name="Register key")).to_be_disabled()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    if keep:
        page.get_by_label("Keep a copy here too").check()
    page.get_by_role("button", name="Register key").click()
    expect(page.get_by_text("Your key is registered")).to_be_visible()
    return file


def register(site: Running, number: str, passphrases: Mapping[Person, str], folder: Path) -> dict[Person, Path]:
    """Keys registered through the services, and their files, which open at once."""
    files, public = {}, {}
    for person, passphrase in passphrases.items():
        pair = new_key_pair()
        files[person] = folder / f"{person.email}.json"
        files[person].write_text(json.dumps(wrapped(pair, passphrase, memory_kib=QUICK_KIB)))
        public[person.email] = encoded(pair.public)
    assert site.ask(REGISTER, NUMBER=number, PUBLIC=json.dumps(public))
    return files


def unlock(page: Page, passphrase: str, file: Path | None, button: str | re.Pattern[str]) -> None:
    if file:
        page.get_by_label("Key file").set_input_files(file)
    page.get_by_label("Passphrase", exact=True).fill(passphrase)
    page.get_by_role("button", name=button).click()


def wait_for_the_record_to_close(page: Page, opening: str) -> None:
    """The worker closes it by itself, and its head is told before anybody can open."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while GIVE not in page.request.get(opening).text():
        assert time.monotonic() < deadline, "The record was not closed."
        page.wait_for_timeout(POLL_MS)
    page.goto(opening)
    expect(page.get_by_role("button", name=re.compile(GIVE))).to_be_visible()
