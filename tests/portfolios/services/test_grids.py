"""Loading price grids: the same bytes are found again, expired ones are refused, and nobody loads for somebody else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.grids import KINDS, Unusable
from portfolios.models.plans import PriceGrid
from portfolios.services import grids, plans
from portfolios.services.plans import loading
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers, planning

pytestmark = pytest.mark.django_db


@pytest.fixture
def lender():
    return offers.lender()


def test_a_grid_is_kept_with_its_file_and_its_rows(lender):
    grid = planning.loaded(lender, "mbs")
    with grid.original.open() as stored:
        assert stored.read() == planning.sample("mbs")
    assert (grid.kind, grid.filename, grid.loaded_by, grid.retired_at) == ("mbs", "mbs.csv", lender, None)
    assert len(grid.rows) == 82
    grid.refresh_from_db()
    assert set(grid.rows[0]) == set(KINDS["mbs"].header)


def test_the_same_bytes_are_found_again(lender):
    first = planning.loaded(lender, "mbs")
    assert planning.loaded(lender, "mbs", name="Again").pk == first.pk
    assert planning.loaded(lender, "mbs", as_of=planning.AS_OF - timedelta(days=1)).pk != first.pk
    grids.retire(grid=first, by=lender, at=NOW)
    assert planning.loaded(lender, "mbs").pk != first.pk
    assert planning.loaded(offers.lender(), "mbs").organization_id != first.organization_id


def test_a_wrong_file_keeps_nothing(lender):
    with pytest.raises(Unusable) as caught:
        planning.loaded(lender, "mbs", b"agency,term,coupon,settlement,price\nfanny,30,5.5,2026-12,100\n")
    assert caught.value.problems[0].field == "agency"
    assert not PriceGrid.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Give the grid a name"),
        ({"source": ""}, "who quoted"),
        ({"as_of": NOW + timedelta(hours=1)}, "later time than now"),
        ({"expires_at": planning.AS_OF}, "expire after"),
    ],
)
def test_what_has_to_be_said(lender, change, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        planning.loaded(lender, "mbs", **change)


def test_only_managers_of_the_owner_load_and_retire(lender):
    grid = planning.loaded(lender, "mbs")
    uploader = offers.person(lender.organization, Role.UPLOADER)
    for person in (uploader, offers.lender(), offers.person(offers.purchaser(), Role.APPROVER)):
        with pytest.raises(NotAllowed):
            grids.retire(grid=grid, by=person, at=NOW)
    with pytest.raises(NotAllowed):
        planning.loaded(uploader, "mbs")
    grids.retire(grid=grid, by=lender, at=NOW)
    with pytest.raises(NotAllowed, match="retired already"):
        grids.retire(grid=PriceGrid.objects.get(pk=grid.pk), by=lender, at=NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_is_the_header_that_is_asked_for(kind):
    assert grids.template(kind).decode().strip().split(",") == list(KINDS[kind].header)


def test_a_plan_takes_no_grid_that_is_expired_retired_or_somebody_elses(lender):
    run = planning.checked(lender, 20)
    old = planning.loaded(lender, "mbs", expires_at=NOW - timedelta(hours=1))
    retired = grids.retire(grid=planning.loaded(lender, "retain"), by=lender, at=NOW)
    others = planning.loaded(offers.lender(), "retain")
    for grid, word in ((old, "expired"), (retired, "not a grid in use"), (others, "not a grid in use")):
        with pytest.raises(NotAllowed, match=word):
            planning.asked(run, lender, chosen=[grid])
    assert planning.asked(run, lender, chosen=[old], expired_too=True).state == "pricing"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"settlement": "December"}, "2026-12"),
        ({"seconds": 4}, "5 to 600 seconds"),
        ({"servicing_upb": "much"}, "amount in USD"),
        ({"pool_cost": "-1"}, "amount in USD from 0"),
    ],
)
def test_settings_of_a_plan(lender, settings, sentence):
    run = planning.checked(lender, 10)
    with pytest.raises(NotAllowed, match=sentence):
        planning.asked(run, lender, chosen=[planning.loaded(lender, "retain")], **settings)


def test_of_two_grids_of_a_kind_the_later_price_counts(lender):
    header = b"agency,term,coupon,settlement,price\n"
    both = header + b"fannie_mae,30,5.5,2026-12,99\nfannie_mae,30,6.0,2026-12,100\n"
    older = planning.loaded(lender, "mbs", both, as_of=planning.AS_OF - timedelta(days=1))
    newer = planning.loaded(lender, "mbs", header + b"fannie_mae,30,5.5,2026-12,98\n")
    rows = loading.rows_of([newer, older])["mbs"]
    assert [(row["coupon"], row["price"]) for row in rows] == [(5.5, 98.0), (6.0, 100.0)]


def test_a_form_sent_twice_makes_one_plan(lender):
    token, run, grid = uuid4(), planning.checked(lender, 10), planning.loaded(lender, "retain")
    said = {"run": run, "selection": {}, "grids": [grid], "settings": {}, "name": "P", "by": lender, "at": NOW}
    assert plans.create(**said, token=token).pk == plans.create(**said, token=token).pk
    assert plans.create(**said, token=uuid4()).selection == {"clean": True}
    assert plans.create(**(said | {"settings": {"fatal_too": True}})).selection == {}
