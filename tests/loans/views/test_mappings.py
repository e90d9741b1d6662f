"""The mapping page in a browser without script: every button sends the form, and nothing chosen is lost."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OrganizationKind, Role, User
from loans.domain.mapping import MappedColumn, Mapping
from loans.models import SavedMapping, TapeVersion
from loans.services import intake, tapes
from tests.diligence.services.pipeline import NOW, clock, uploaded
from tests.factories import UserFactory
from tests.loans.services.tapes_of import csv_of

pytestmark = pytest.mark.django_db

GUESSES = (
    b"Loan Number,Note Amount,LTV1,Note Date,Occ,Empty\n"
    b"1,100000,0.8,01/02/2021,O,\n2,200000,0.75,03/04/2021,V,\n3,200000,0.7,03/05/2021,V,\n"
)
QUERY_CEILING = 15


@pytest.fixture(autouse=True)
def _own_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def dana() -> User:
    return UserFactory()


@pytest.fixture
def version(dana: User) -> TapeVersion:
    return uploaded(dana, GUESSES)


@pytest.fixture
def browser(client: Client, dana: User) -> Client:
    client.force_login(dana)
    return client


def address(name: str, version: TapeVersion, *more: int) -> str:
    return reverse(f"loans:{name}", args=[version.pk, *more])


def number(version: TapeVersion, column: str) -> int:
    return int(version.facts["columns"].index(column))


def test_the_page_says_what_each_column_is_taken_for_and_why(browser: Client, version: TapeVersion) -> None:
    page = browser.get(address("mapping", version)).content.decode()

    for words in ("Need your eye", "Not certain: read as month, day, year", "times 100 in LTV1", "Row 1 of your file"):
        assert words in page
    assert "required fields have no column yet" in page


def test_a_draft_is_kept_with_confirmations_criteria_and_acceptance(browser: Client, version: TapeVersion) -> None:
    day = number(version, "Note Date")
    data = {f"field_{day}": "note_date", f"order_{day}": "dmy", f"confirm_{day}": "on", "accept_missing": "on"}
    answer = browser.post(address("draft-mapping", version), data | {"show": ["", "eye"], "row": ["0", "2"]})

    assert answer["Location"].endswith("?show=eye&row=2")
    version.refresh_from_db()
    assert version.facts["draft"]["confirmed"] == ["Note Date"]
    page = browser.get(answer["Location"]).content.decode()
    assert "Row 3 of your file" in page
    assert 'name="accept_missing" checked' in page
    assert f'name="confirm_{day}" checked' in page
    assert '<option value="dmy" selected>' in page


def test_groups_show_their_own_columns_only(browser: Client, version: TapeVersion) -> None:
    page = browser.get(address("mapping", version) + "?show=matched").content.decode()

    assert f'name="field_{number(version, "Note Amount")}"' in page
    assert f'name="field_{number(version, "Empty")}"' not in page


@pytest.mark.parametrize("query", ["?show=nonsense", "?row=999", "?row=-1", "?open=abc", "?open=77777", "?start=-1"])
def test_a_senseless_address_shows_the_page(browser: Client, version: TapeVersion, query: str) -> None:
    assert browser.get(address("mapping", version) + query).status_code == 200


def test_one_column_can_be_opened_with_every_field(browser: Client, version: TapeVersion) -> None:
    page = browser.get(address("mapping", version) + f"?open={number(version, 'LTV1')}").content.decode()

    assert page.count('<option value="cltv"') == 2  # the open column, and the list that the script takes from


def test_nothing_is_lost_when_the_check_cannot_start(browser: Client, version: TapeVersion) -> None:
    amount = number(version, "Note Amount")
    data = {f"field_{amount}": "", "accept_missing": "on", "criteria": "", "mapping_name": "My export"}
    answer = browser.post(reverse("diligence:check", args=[version.pk]), data)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "The check has not started." in page
    assert 'name="accept_missing" checked' in page
    assert 'value="My export"' in page
    assert "You keep this column as an extra" in page


def test_two_columns_for_one_field_are_said(browser: Client, version: TapeVersion) -> None:
    browser.post(address("draft-mapping", version), {f"field_{number(version, 'LTV1')}": "note_amount"})

    assert "2 columns feed" in browser.get(address("mapping", version)).content.decode()


def test_a_mapping_is_saved_applied_and_deleted(browser: Client, version: TapeVersion) -> None:
    column = number(version, "LTV1")
    browser.post(address("save-mapping", version), {f"field_{column}": "cltv", "mapping_name": "Our export"})
    saved = SavedMapping.objects.get(name="Our export")
    browser.post(address("draft-mapping", version), {f"field_{column}": ""})
    browser.post(address("draft-mapping", version), {"apply": saved.pk})

    version.refresh_from_db()
    mapped = {one["column"]: one["field"] for one in version.mapping["columns"]}  # type: ignore[index]
    assert mapped["LTV1"] == "cltv"
    browser.post(address("delete-mapping", version, saved.pk), {})
    assert not SavedMapping.objects.exists()


def test_a_saved_mapping_finds_the_next_file_with_the_same_header(browser: Client, version: TapeVersion) -> None:
    browser.post(address("save-mapping", version), {f"field_{number(version, 'LTV1')}": "cltv"})
    again = uploaded(version.uploaded_by, GUESSES.replace(b"0.8", b"0.9"), "next.csv")

    match = again.columns[number(again, "LTV1")]
    assert (match["field"], match["how"]) == ("cltv", "saved")


def test_the_next_version_of_a_tape_is_matched_as_the_last_was_confirmed(dana: User, version: TapeVersion) -> None:
    chosen = Mapping.from_json(version.mapping)
    changed = dict(chosen.columns) | {"LTV1": MappedColumn("cltv"), "Note Amount": MappedColumn(None)}
    TapeVersion.objects.filter(pk=version.pk).update(mapping=Mapping(changed).to_json(), mapped_at=NOW)
    content = GUESSES.replace(b"0.8", b"0.9")

    received = tapes.receive(upload=SimpleUploadedFile("next.csv", content), by=dana, at=NOW, tape=version.tape)
    following = intake.read(version_id=received.version.pk, clock=clock)
    assert following is not None
    following.refresh_from_db()
    assert following.columns[number(following, "LTV1")]["field"] == "cltv"
    assert following.columns[number(following, "Note Amount")]["field"] is None
    elsewhere = uploaded(dana, content.replace(b"0.9", b"0.7"), "other.csv")
    assert elsewhere.columns[number(elsewhere, "LTV1")]["field"] != "cltv"


def test_matching_again_forgets_the_choices(browser: Client, version: TapeVersion) -> None:
    before = version.mapping
    browser.post(address("draft-mapping", version), {f"field_{number(version, 'LTV1')}": "", "accept_missing": "on"})
    browser.post(address("match-again", version), {})

    version.refresh_from_db()
    assert version.mapping == before
    assert "draft" not in version.facts


def test_a_saved_mapping_of_another_lender_does_not_exist(browser: Client, version: TapeVersion) -> None:
    stranger = UserFactory()
    other = uploaded(stranger, GUESSES)
    client = Client()
    client.force_login(stranger)
    client.post(address("save-mapping", other), {"mapping_name": "Theirs"})
    theirs = SavedMapping.objects.get()

    assert browser.post(address("draft-mapping", version), {"apply": theirs.pk}).status_code == 404
    assert browser.post(address("delete-mapping", version, theirs.pk), {}).status_code == 404
    assert SavedMapping.objects.exists()


@pytest.mark.parametrize("name", ["mapping", "draft-mapping", "match-again", "save-mapping"])
def test_others_do_not_see_the_page(client: Client, version: TapeVersion, name: str) -> None:
    call = client.get if name == "mapping" else client.post
    assert call(address(name, version)).status_code == 302
    client.force_login(UserFactory())
    assert call(address(name, version)).status_code == 404
    client.force_login(UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.REVIEWER]))
    assert call(address(name, version)).status_code in {403, 404}


def test_a_thousand_columns_and_long_headers_are_shown_in_few_queries(browser: Client, dana: User) -> None:
    header = ",".join(["Loan Number", "Note Amount", *(f"{'x' * 195}{n:05}" for n in range(998))])
    version = uploaded(dana, f"{header}\n{','.join(['1'] * 1000)}\n".encode())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = browser.get(address("mapping", version)).content

    assert version.status == "mapping"
    assert len(version.columns) == len(version.facts["columns"]) == 1_000
    assert b"1,000 columns" in page
    assert len(queries) <= QUERY_CEILING
    assert page.count(b"No field has") == 1  # once for the group, not with each column
    assert len(page) < 60_000


def test_columns_are_found_by_name_and_a_long_group_comes_in_stretches(browser: Client, dana: User) -> None:
    header = ",".join(["Loan Number", *(f"Spare {n:05}" for n in range(500))])
    version = uploaded(dana, f"{header}\n{','.join(['1'] * 501)}\n".encode())
    found = browser.get(address("mapping", version), {"q": "spare 00499"}).content.decode()
    assert "Spare 00499" in found
    assert "Spare 00001" not in found
    assert "No column has these words" in browser.get(address("mapping", version), {"q": "nowhere"}).content.decode()

    stretch = browser.get(address("mapping", version), {"show": "none", "start": "200"}).content.decode()
    assert "Spare 00199" not in stretch
    assert "Spare 00200" in stretch
    assert 'name="start" value="400"' in stretch
    last = browser.get(address("mapping", version), {"show": "none", "start": "400"}).content.decode()
    assert 'name="start"' not in last


def test_markup_in_headers_and_cells_stays_text(browser: Client, dana: User) -> None:
    version = uploaded(dana, b'Loan Number,"<script>alert(1)</script>",Occ\n1,<b>x</b>,"""><img>"\n')
    page = browser.get(address("mapping", version)).content.decode()

    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert '"><img>' not in page


def test_a_tape_without_loans_says_so(browser: Client, dana: User) -> None:
    version = uploaded(dana, csv_of({}).splitlines(keepends=True)[0])

    assert "a header and no loans" in browser.get(address("mapping", version)).content.decode()


def test_a_confirmed_tape_no_longer_shows_the_page(browser: Client, version: TapeVersion) -> None:
    TapeVersion.objects.filter(pk=version.pk).update(status="preparing")

    assert browser.get(address("mapping", version)).status_code == 302
    assert browser.post(address("draft-mapping", version), {"field_0": ""}).status_code == 302
