"""Files that are no tapes, by upload: each gets a sentence on the page, and the installation goes on answering."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import bad_files
from tests.journeys.conftest import Windows
from tests.journeys.looking import look
from tests.journeys.people import LENDER, Person
from tests.journeys.steps import send, upload
from tests.running import Running

Write = Callable[[Path], Path]

UNREADABLE = [
    (bad_files.binary, "holds binary data, not text"),
    (bad_files.truncated_zip, "damaged or was cut off on its way"),
    (bad_files.ten_thousand_columns, "has 10,000 columns; at most 1,000 can be read"),
    (bad_files.xml_bomb, "declares a document type or entities"),
]
READ_WITH_A_REMARK = [
    (bad_files.duplicate_headers, "“Note Amount” stands more than once"),
    (bad_files.ragged_rows, "Row 4 has 2 cells; the tape has 4 columns."),
    (bad_files.wrong_encoding, "The file was read as Windows-1252; check names with accents."),
]


@pytest.fixture
def page(page_of: Callable[[Person], Page]) -> Page:
    return page_of(LENDER)


def test_an_empty_file_is_not_taken(page: Page, windows: Windows, site: Running, tmp_path: Path) -> None:
    with windows.watch(page).expecting(422):
        send(page, bad_files.empty(tmp_path))
        expect(page.get_by_role("alert")).to_contain_text("The file is empty.")
        look(page, "upload-refused")
    assert site.answers()


@pytest.mark.parametrize(("write", "sentence"), UNREADABLE, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_read_says_why(page: Page, site: Running, tmp_path: Path, write: Write, sentence: str) -> None:
    upload(page, write(tmp_path))
    expect(page.locator(".pl-verdict")).to_contain_text(sentence)
    expect(page.get_by_role("link", name="Upload again")).to_be_visible()
    if write is bad_files.binary:
        look(page, "unreadable")
    assert site.answers()


@pytest.mark.parametrize(("write", "sentence"), READ_WITH_A_REMARK, ids=lambda value: getattr(value, "__name__", ""))
def test_what_can_be_read_says_what_is_odd(page: Page, tmp_path: Path, write: Write, sentence: str) -> None:
    upload(page, write(tmp_path))
    expect(page.get_by_role("heading", name="Match columns")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(sentence)
    expect(page.get_by_role("rowheader", name="Loan Number", exact=True)).to_be_visible()
