"""The pages of criteria: every version in words, drafts for their own organization only."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from loans.domain.limits import Limit
from loans.models import CriteriaVersion
from loans.queries.criteria import criteria_of, threshold, written
from loans.services import criteria
from tests.factories import OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db

TEXT = 'code = "OURS-1"\nname = "Our <own>"\nversion = "1"\nprofile = "private"\neffective_from = 2026-10-01\n'


@pytest.fixture(autouse=True)
def _shipped() -> None:
    criteria.sync_criteria(at=timezone.now())


def draft(**fields: object) -> CriteriaVersion:
    return CriteriaVersion.objects.create(
        **{"code": "OURS-1", "name": "Our <own>", "text": TEXT, "effective_from": date(2026, 10, 1)} | fields
    )


def test_every_shipped_version_opens(client: Client) -> None:
    client.force_login(UserFactory())
    listed = client.get(reverse("loans:criteria")).content.decode()
    for version in CriteriaVersion.objects.all():
        assert version.code in listed
        page = client.get(version.get_absolute_url())
        assert page.status_code == 200
        for limit in version.parsed().limits:
            assert limit.title in page.content.decode()


def test_a_draft_is_shown_to_its_own_organization_only(client: Client) -> None:
    purchaser = OrganizationFactory(kind="purchaser")
    version = draft(organization=purchaser)
    client.force_login(UserFactory())
    assert client.get(version.get_absolute_url()).status_code == 404
    client.force_login(UserFactory(organization=purchaser))
    page = client.get(version.get_absolute_url()).content.decode()
    assert "A draft." in page
    assert "Our &lt;own&gt;" in page
    assert "Any purchaser" not in page.partition("pl-strip")[2].partition("</dl>")[0]  # it is its own purchaser


def test_those_in_force_come_first() -> None:
    user = UserFactory(organization__kind="purchaser")
    draft(organization=user.organization, effective_from=date(2030, 1, 1))
    CriteriaVersion.objects.filter(code="DATA").update(effective_to=date(2020, 1, 1))
    states = [row.state for row in criteria_of(user, today=date(2026, 11, 21))]

    assert states == sorted(states, key=("published", "draft", "retired").index)
    assert states[-1] == "retired"


@pytest.mark.parametrize(
    ("measure", "op", "amount", "words"),
    [
        ("share_upb", "at_most", 30.0, "at most 30.0%"),
        ("sum_upb", "at_least", 1_000_000, "at least $1,000,000"),
        ("count", "at_most", 1, "at most 1 loan"),
        ("distinct", "at_most", 2, "at most 2 values"),
    ],
)
def test_a_limit_is_said_in_its_own_unit(measure: str, op: str, amount: float, words: str) -> None:
    assert threshold(Limit("P-1", "A limit", measure, op, amount, "fatal", "here", "stored")) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (620, "620"),
        (date(2026, 1, 2), "Jan 2, 2026"),
        (["A", "B"], "A; B"),
        ([{"from": date(2015, 1, 1), "value": 620}], "620 from Jan 1, 2015"),
    ],
)
def test_a_parameter_is_written_as_people_read_it(value: object, words: str) -> None:
    assert written(value) == words
