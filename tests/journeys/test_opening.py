"""From the openers' keys to the checked record, in browsers: only the two bids are sealed in Python."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import ceremony, keys
from tests.journeys.ceremony import LARKFIELD, NUMBER, OPENERS, OSPREY, PASSPHRASES, SECOND
from tests.journeys.looking import look
from tests.journeys.people import LENDER, Person
from tests.running import Running

PageOf = Callable[[Person], Page]
SALE = f"/sales/{NUMBER}/"
LEAST_SECONDS = 15


@pytest.fixture(scope="module")
def sale(site: Running) -> str:
    ceremony.make(site)
    return SALE


def rehearse(page: Page, name: str, file: Path | None) -> None:
    page.goto(f"{SALE}key/")
    keys.unlock(page, PASSPHRASES[name], file, "Open rehearsal envelope")
    expect(page.get_by_text("Your key is ready")).to_be_visible(timeout=keys.WORK_MS)


def test_three_openers_two_bids_one_award(site: Running, sale: str, page_of: PageOf, tmp_path: Path) -> None:
    files = make_keys(site, page_of, tmp_path)
    began = time.monotonic()
    rehearse_all(page_of, files)
    seller = page_of(LENDER)
    ceremony.announce(site, max(LEAST_SECONDS, round(3 * (time.monotonic() - began))))
    seal_reserve(seller)
    ceremony.bid(site, OSPREY, {"A": "98.412", "B": "98.412", "C": "98.412"})
    ceremony.bid(site, LARKFIELD, {"A": "98.287", "B": "98.287", "C": "98.287"}, {"A": "99.12"})
    keys.wait_for_the_record_to_close(seller, f"{SALE}opening/")
    open_all(page_of, files)
    award(seller, page_of(SECOND))
    check_the_record(site, page_of, tmp_path)


def make_keys(site: Running, page_of: PageOf, folder: Path) -> dict[str, Path | None]:
    """The witness makes its key in a browser and leaves a copy; the others have files of their own."""
    others = {OPENERS[name]: PASSPHRASES[name] for name in ("seller", "adviser")}
    made = keys.register(site, NUMBER, others, folder)
    page = page_of(OPENERS["witness"])
    page.goto(f"{SALE}key/")
    file = keys.make(page, PASSPHRASES["witness"], folder, keep=True)
    assert PASSPHRASES["witness"] not in file.read_text()
    return {"seller": made[OPENERS["seller"]], "adviser": made[OPENERS["adviser"]], "witness": None}


def rehearse_all(page_of: PageOf, files: dict[str, Path | None]) -> None:
    for name, person in OPENERS.items():
        page = page_of(person)
        if name == "adviser":
            wrong_passphrase_and_wrong_file(page, files["seller"])
            look(page, "opener-key")
        rehearse(page, name, files[name])


def wrong_passphrase_and_wrong_file(page: Page, other: Path | None) -> None:
    """Each mistake says what to do, and nothing is sent."""
    page.goto(f"{SALE}key/")
    assert other
    keys.unlock(page, PASSPHRASES["adviser"], other, "Open rehearsal envelope")
    expect(page.get_by_role("alert").filter(has_text="made for another sale or replaced since")).to_be_visible()
    page.get_by_label("Key file").set_input_files({"name": "x.json", "mimeType": "text/plain", "buffer": b"{}"})
    page.get_by_role("button", name="Open rehearsal envelope").click()
    expect(page.get_by_role("alert").filter(has_text="not a key file of Plumbline")).to_be_visible()


def seal_reserve(page: Page) -> None:
    """The amounts never leave the window."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(f"{SALE}reserve/")
    for lot, amount in (("A", "185,467,764.00"), ("B", "82362920.09"), ("C", "41,066,020.66")):
        page.locator(f"#reserve-{lot}").fill(amount)
    expect(page.locator("#reserve-A-percent")).to_have_text("97.000%")
    page.get_by_role("button", name="Seal reserve").click()
    expect(page.get_by_text("The reserve is sealed.", exact=True)).to_be_visible()
    assert not [body for body in sent if "185467764" in body or "185,467,764" in body]
    look(page, "reserve")


def open_all(page_of: PageOf, files: dict[str, Path | None]) -> None:
    first, last = page_of(OPENERS["seller"]), page_of(OPENERS["witness"])
    first.goto(f"{SALE}opening/")
    keys.unlock(first, "not the passphrase", files["seller"], re.compile("Give my parts"))
    refused = first.get_by_role("alert").filter(has_text="passphrase does not open this key")
    expect(refused).to_be_visible(timeout=keys.WORK_MS)
    keys.unlock(first, PASSPHRASES["seller"], files["seller"], re.compile("Give my parts"))
    expect(first.get_by_text("1 of 2 openers gave their parts")).to_be_visible(timeout=keys.WORK_MS)
    look(first, "opening")
    last.goto(f"{SALE}opening/")
    keys.unlock(last, PASSPHRASES["witness"], files["witness"], "Give my parts and open all bids")
    expect(last.get_by_text("The bids are open.")).to_be_visible(timeout=keys.WORK_MS)


def award(first: Page, second: Page) -> None:
    """Two people of the seller; neither alone."""
    first.goto(SALE)
    expect(first.get_by_text("Osprey Point Capital leads at 98.412%.")).to_be_visible()
    look(first, "sale-opened")
    propose = first.get_by_role("button", name="Propose award to Osprey Point Capital")
    propose.focus()
    first.keyboard.press("Enter")
    expect(first.get_by_text("The second signature must be someone else's")).to_be_visible()
    second.goto(SALE)
    second.get_by_role("button", name=re.compile("Confirm award of")).click()
    expect(second.get_by_text("Every bidder is told its own result").first).to_be_visible()
    look(second, "sale-awarded")
    for path, name in (("award/working/", "award-working"), ("sealing/", "how-bids-are-sealed")):
        second.goto(f"{SALE}{path}")
        look(second, name)


def check_the_record(site: Running, page_of: PageOf, folder: Path) -> None:
    """A bidder reads its own result and takes the record away; it holds, and one byte more does not."""
    bidder, witness = page_of(LARKFIELD), page_of(OPENERS["witness"])
    bidder.goto(f"{SALE}result/")
    expect(bidder.get_by_text("Your bid did not win.")).to_be_visible()
    look(bidder, "result")
    with bidder.expect_download() as download:
        bidder.get_by_role("link", name="Whole bid record").click()
    file = folder / "record.json"
    download.value.save_as(file)
    code, said = site.command("verify_sale", str(file))
    assert code == 0, said
    assert "BROKEN" not in said
    file.write_bytes(file.read_bytes().replace(b'"98.41200"', b'"98.41300"').replace(b'"98.412"', b'"98.413"'))
    assert site.command("verify_sale", str(file))[0] != 0
    witness.goto(f"{SALE}minutes/")
    witness.get_by_role("button", name="Sign these minutes").click()
    expect(witness.get_by_text("Your name stands under the minutes")).to_be_visible()
    look(witness, "minutes")
