"""The admin of tapes, criteria and reference tables: staff look at them, and write and publish criteria."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganizationKind, Role, User
from loans.models import CriteriaVersion, ReferenceTable
from loans.services import criteria
from tests.factories import SavedMappingFactory, UserFactory
from tests.loans.services.tapes_of import checked, csv_of

pytestmark = pytest.mark.django_db

TEXT = """code = "OURS-1"
name = "Our own"
version = "1"
profile = "private"
effective_from = 2026-10-01
"""
PAGES = ("tape", "tapeversion", "tapechunk", "savedmapping", "criteriaversion", "referencetable", "referencerow")
QUERY_CEILING = 15


@pytest.fixture
def staff() -> User:
    return UserFactory(organization__kind=OrganizationKind.OPERATOR, roles=[Role.STAFF])


@pytest.fixture
def browser(client: Client, staff: User, settings: LazySettings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    settings.REQUIRE_MFA = False
    client.force_login(staff)
    return client


def save(browser: Client, text: str, version: CriteriaVersion | None = None) -> object:
    path = ("change", [version.pk]) if version else ("add", [])
    return browser.post(
        reverse(f"admin:loans_criteriaversion_{path[0]}", args=path[1]), {"organization": "", "text": text}
    )


def test_lists_and_records_open_in_few_queries_and_never_count_loans(browser: Client) -> None:
    run = checked(UserFactory(), csv_of(rows=3))
    SavedMappingFactory()
    criteria.sync_criteria(at=timezone.now())
    criteria.sync_reference(at=timezone.now())
    records = {"tape": run.version.tape_id, "tapeversion": run.version_id}
    addresses = [reverse(f"admin:loans_{page}_changelist") for page in PAGES]
    addresses += [reverse(f"admin:loans_{page}_change", args=[pk]) for page, pk in records.items()]
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200, address
        assert len(queries) <= QUERY_CEILING, address
        assert not any('"loans_loan"' in query["sql"] for query in queries), address


@pytest.mark.parametrize("page", [page for page in PAGES if page != "criteriaversion"])
def test_what_plumbline_writes_cannot_be_added(browser: Client, page: str) -> None:
    assert browser.get(reverse(f"admin:loans_{page}_add")).status_code == 403


def test_rows_of_a_reference_table_can_be_searched(browser: Client) -> None:
    criteria.sync_reference(at=timezone.now())
    states = ReferenceTable.objects.get(name="states")
    address = reverse("admin:loans_referencerow_changelist")

    assert "Oregon" in browser.get(address, {"table__id__exact": states.pk, "q": "Oregon"}).content.decode()


def test_a_draft_takes_code_name_and_dates_from_its_text(browser: Client) -> None:
    save(browser, TEXT)

    draft = CriteriaVersion.objects.get()
    assert (draft.code, draft.name, str(draft.effective_from)) == ("OURS-1", "Our own", "2026-10-01")
    assert draft.content_hash == draft.parsed().content_hash
    assert draft.published_at is None


def test_every_mistake_of_a_text_is_named(browser: Client) -> None:
    answer = save(browser, TEXT.replace("private", "nobody") + "unknown = 1\n").content.decode()  # type: ignore[attr-defined]

    assert "profile is" in answer
    assert "unknown is not a key" in answer
    assert not CriteriaVersion.objects.exists()


def test_a_code_is_used_once(browser: Client) -> None:
    save(browser, TEXT)

    assert "have the code OURS-1" in save(browser, TEXT).content.decode()  # type: ignore[attr-defined]


def test_a_published_version_no_longer_changes(browser: Client, staff: User) -> None:
    save(browser, TEXT)
    draft = CriteriaVersion.objects.get()
    save(browser, TEXT.replace("Our own", "Ours"), draft)
    browser.post(
        reverse("admin:loans_criteriaversion_changelist"), {"action": "publish", "_selected_action": [draft.pk]}
    )

    published = CriteriaVersion.objects.get()
    assert published.name == "Ours"
    assert published.published_by == staff
    assert save(browser, TEXT, published).status_code == 403  # type: ignore[attr-defined]
    with pytest.raises(criteria.Changed):
        criteria.publish_draft(version=published, by=staff, at=timezone.now())


def test_others_do_not_get_in(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get(reverse("admin:loans_tape_changelist")).status_code in {302, 403}
