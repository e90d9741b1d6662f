"""Criteria and reference tables that ship, brought into the database."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from loans.domain import reference
from loans.domain.criteria import BrokenCriteria, shipped
from loans.models import CriteriaVersion, ReferenceRow, ReferenceTable
from loans.services import criteria
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_reference", stdout=out)
    return out.getvalue()


def test_what_ships_is_published_once_and_open_to_everybody():
    load()
    published = CriteriaVersion.objects.published().filter(organization=None)
    assert set(published.values_list("code", flat=True)) == set(shipped())
    assert all(version.parsed().content_hash == version.content_hash for version in published)
    assert load() == "Criteria published: 0. Reference tables written: 0.\n"


def test_a_changed_text_becomes_the_next_revision_and_the_old_one_ends():
    load()
    CriteriaVersion.objects.filter(code="DATA").update(content_hash="0" * 64)
    today = timezone.now() + timedelta(days=1)
    assert criteria.sync_criteria(at=today) == 1
    old, new = CriteriaVersion.objects.get(code="DATA"), CriteriaVersion.objects.get(code="DATA.2")
    assert (old.effective_to, new.content_hash) == (today.date(), shipped()["DATA"].content_hash)
    assert criteria.sync_criteria(at=today) == 0


def test_every_table_is_mirrored_with_its_fingerprint_and_rows():
    load()
    stored = {table.name: (table.sha256, table.row_count) for table in ReferenceTable.objects.all()}
    assert stored == {name: (table.sha256, table.rows) for name, table in reference.TABLES.items()}
    assert ReferenceRow.objects.count() == sum(rows for _, rows in stored.values())
    row = ReferenceRow.objects.get(table__name="states", number=1)
    assert row.values == reference.frame("states").row(0, named=True)


def test_only_a_changed_table_is_written_again():
    load()
    ReferenceTable.objects.filter(name="states").update(sha256="0" * 64)
    assert criteria.sync_reference(at=timezone.now()) == 1
    assert ReferenceRow.objects.filter(table__name="states").count() == reference.TABLES["states"].rows


def test_a_purchasers_criteria_keep_their_code():
    owner, other = OrganizationFactory(kind="purchaser"), OrganizationFactory(kind="purchaser")
    text = 'code = "OWN"\nname = "Own"\nversion = "1"\nprofile = "all"\neffective_from = 2026-01-01\n'
    first = criteria.publish(text=text, organization_id=owner.pk, at=timezone.now())
    assert criteria.publish(text=text, organization_id=owner.pk, at=timezone.now()) == first
    with pytest.raises(criteria.Changed, match="Choose another code"):
        criteria.publish(text=text.replace('"Own"', '"New"'), organization_id=owner.pk, at=timezone.now())
    with pytest.raises(criteria.Changed):
        criteria.publish(text=text, organization_id=other.pk, at=timezone.now())
    with pytest.raises(BrokenCriteria):
        criteria.publish(text="code = 1", organization_id=owner.pk, at=timezone.now())
