"""Pages of tapes: upload, list, one tape with its versions, and who may see them."""

from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from loans.models import TapeVersion
from loans.services import differences
from tests.diligence.services.pipeline import clock, uploaded
from tests.factories import TapeVersionFactory, UserFactory
from tests.loans.services.tapes_of import checked, checked_again, csv_of, next_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue(settings: LazySettings, tmp_path: Path) -> object:
    """Messages go nowhere: each test calls the services itself."""
    settings.MEDIA_ROOT = tmp_path
    with patch("loans.tasks.read.delay_on_commit") as sent:
        yield sent


@pytest.fixture
def dana() -> User:
    return UserFactory()


@pytest.fixture
def browser(client: Client, dana: User) -> Client:
    client.force_login(dana)
    return client


def sent(content: bytes, name: str = "tape.csv") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content), "tape": "", "name": ""}


def test_an_upload_becomes_a_version_and_is_read(browser: Client, queue: object) -> None:
    answer = browser.post(reverse("loans:upload"), sent(csv_of(rows=2)))

    version = TapeVersion.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == version.get_absolute_url()
    assert version.tape.name == "tape"
    with version.original.open() as original:
        assert original.read() == csv_of(rows=2)
    queue.assert_called_once_with(version.pk)  # type: ignore[attr-defined]


def test_the_same_bytes_lead_to_the_version_that_holds_them(browser: Client) -> None:
    browser.post(reverse("loans:upload"), sent(csv_of(rows=2)))
    answer = browser.post(reverse("loans:upload"), sent(csv_of(rows=2), "other.csv"), follow=True)

    assert TapeVersion.objects.count() == 1
    assert "These bytes were uploaded before" in answer.content.decode()


def test_a_script_is_shown_the_way_and_the_person_reads_what_is_said_there(browser: Client) -> None:
    browser.post(reverse("loans:upload"), sent(csv_of(rows=2)))
    answer = browser.post(reverse("loans:upload"), sent(csv_of(rows=2)), headers={"X-Sent-By": "script"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert "These bytes were uploaded before" in browser.get(answer["Location"], follow=True).content.decode()


def test_a_file_for_a_tape_becomes_its_next_version(browser: Client, dana: User) -> None:
    first = uploaded(dana, csv_of(rows=2))
    browser.post(reverse("loans:upload"), sent(csv_of(rows=3)) | {"tape": first.tape_id})

    assert list(first.tape.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_another_lenders_tape_cannot_be_continued(browser: Client) -> None:
    foreign = TapeVersionFactory()
    answer = browser.post(reverse("loans:upload"), sent(csv_of(rows=3)) | {"tape": foreign.tape_id})

    assert answer.status_code == 422
    assert "Choose the file again." in answer.content.decode()
    assert TapeVersion.objects.count() == 1


def test_no_file_and_an_empty_file_are_said(browser: Client) -> None:
    assert "Choose the file of the tape." in browser.post(reverse("loans:upload"), {}).content.decode()
    answer = browser.post(reverse("loans:upload"), sent(b""))
    assert answer.status_code == 422
    assert "The file is empty." in answer.content.decode()


def test_a_request_over_the_bound_is_not_received(browser: Client, settings: LazySettings) -> None:
    settings.MAX_UPLOAD_MB = 1
    with patch("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk") as received:
        answer = browser.post(reverse("loans:upload"), sent(b"a" * 3 * 1024 * 1024))

    assert answer.status_code == 422
    assert "The file has 3 MB, and at most 1 MB are taken." in answer.content.decode()
    received.assert_not_called()


def test_a_file_that_cannot_be_read_says_why(browser: Client, dana: User) -> None:
    version = uploaded(dana, b"%PDF-1.7\n", "tape.pdf")
    page = browser.get(version.get_absolute_url()).content.decode()

    assert "The file could not be read." in page
    assert "PDF" in page


def test_the_page_of_a_version_leads_to_where_it_stands(browser: Client, dana: User) -> None:
    waiting = TapeVersionFactory(tape__created_by=dana)
    mapped = uploaded(dana, csv_of(rows=2))
    done = checked(dana, csv_of(rows=3))

    assert "is being read" in browser.get(waiting.get_absolute_url()).content.decode()
    assert browser.get(mapped.get_absolute_url())["Location"] == reverse("loans:mapping", args=[mapped.pk])
    assert browser.get(done.version.get_absolute_url())["Location"] == done.get_absolute_url()


def test_the_reading_page_polls_until_the_file_is_read(browser: Client, dana: User) -> None:
    waiting = TapeVersionFactory(tape__created_by=dana)
    assert browser.get(reverse("loans:reading", args=[waiting.pk])).status_code == 200

    TapeVersion.objects.filter(pk=waiting.pk).update(status="unreadable", problem="It is a picture.")
    answer = browser.get(reverse("loans:reading", args=[waiting.pk]))
    assert answer.status_code == 286
    assert answer["HX-Redirect"] == waiting.get_absolute_url()


def test_the_original_comes_back_byte_for_byte(browser: Client, dana: User) -> None:
    version = uploaded(dana, csv_of(rows=2), "Über tape.csv")
    answer = browser.get(reverse("loans:original", args=[version.pk]))

    assert b"".join(answer.streaming_content) == csv_of(rows=2)  # type: ignore[arg-type]


def test_a_checked_tape_says_so_on_every_page(browser: Client, dana: User) -> None:
    run = checked(dana, csv_of({}))
    tape = browser.get(reverse("loans:tape", args=[run.version.tape_id])).content.decode()
    assert "Check again" in tape
    for page in (tape, browser.get(reverse("loans:tapes")).content.decode()):
        assert "Checked" in page
        assert "Ready to check" not in page


def test_a_tape_shows_its_versions_and_what_changed(browser: Client, dana: User) -> None:
    first = checked(dana, csv_of({}, {}, {"Credit Score": "700"}))
    second = next_version(first.version.tape, dana, csv_of({}, {"Loan Number": "99"}, {"Credit Score": "701"}))
    address = reverse("loans:tape", args=[first.version.tape_id])
    assert "Version 2" in browser.get(address).content.decode()

    run = checked_again(dana, second)
    assert "Being compared" in browser.get(address).content.decode()
    assert differences.compare(version_id=second.pk, clock=clock)
    page = browser.get(address).content.decode()
    assert "What version 2 changed" in page
    assert "3 changes as CSV" in page
    assert run.get_absolute_url() in page
