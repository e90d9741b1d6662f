"""Lots of other assets from the draft to the offering summary, and what is recorded of a list of customers."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from portfolios.models import Lot
from portfolios.queries.saleneeds import delivery_problems, open_before_award
from portfolios.services import sales
from tests.factories import UserFactory

LIST = {
    "asset_class": "customer_list",
    "name": "Customers of the branches",
    "count": "2,000",
    "strata": "strata,label,count\nState,California,1200\nState,Texas,800",
    "fields_held": "name, e-mail, purchases",
    "consent_basis": "none",
    "policy_version": "4.2",
    "policy_on": "2024-05-01",
    "personal_data": "on",
    "ombudsman_required": "on",
}
LOANS = {"asset_class": "other_loans", "name": "Auto loans", "count": "2000", "balance": "$13,500,000.00"}


@pytest.fixture
def sale(db):
    seller = UserFactory(roles=[Role.MANAGER])
    return sales.create(
        name="Estate of Kestrel", kind="section_363", time_zone="America/New_York", by=seller, at=timezone.now()
    )


def send(client, sale, values, name="sale-lot-other", **places):
    client.force_login(sale.created_by)
    return client.post(reverse(f"portfolios:{name}", args=[sale.number, *places.values()]), values)


def test_a_list_is_priced_in_dollars_and_shows_counts_only(client, sale):
    assert send(client, sale, LIST).status_code == 302
    lot = sale.lots.get()
    assert (lot.code, lot.unit, lot.loan_count, lot.upb) == ("A", "usd", 2000, 0)
    assert lot.details["fields"] == ["name", "e-mail", "purchases"]
    summary = client.get(reverse("portfolios:sale-summary", args=[sale.number])).content.decode()
    assert "California" in summary


def test_other_loans_have_a_balance_and_strata_from_a_file(client, sale):
    rows = b"strata,label,count,balance\nMake,Domestic,1500,10000000\nMake,Other,500,3500000\n"
    answer = send(client, sale, LOANS | {"strata_file": SimpleUploadedFile("strata.csv", rows)})
    assert answer.status_code == 302
    lot = sale.lots.get()
    assert (lot.unit, str(lot.upb)) == ("percent", "13500000.00")
    assert lot.summary["strata"][0]["bands"][1]["loans"] == 500


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"strata": "strata,label,count\nState,CA,1"}, "groups below 5"),
        ({"strata": "strata,label,count\nState,CA,10"}, "the lot holds 2,000"),
        ({"strata": "name,email\nAda,ada@example.com"}, "nothing else is taken"),
        ({"fields_held": ""}, "which fields the list holds"),
        ({"policy_version": ""}, "which privacy policy"),
        ({"ombudsman_required": ""}, "only after the report of an ombudsman"),
    ],
)
def test_what_cannot_be_offered_is_said_and_what_was_typed_stays(client, sale, changes, words):
    answer = send(client, sale, {name: value for name, value in (LIST | changes).items() if value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Customers of the branches" in answer.content.decode()
    assert not Lot.objects.filter(sale=sale).exists()


def test_the_ombudsman_reports_before_the_award_and_opt_outs_go_before_the_delivery(client, sale):
    send(client, sale, LIST)
    assert "The consumer privacy ombudsman has not reported on lot A." in open_before_award(sale)
    refused = send(client, sale, {"ombudsman_reported_on": "2026-11-01"}, "sale-lot-list", code="A")
    assert refused.status_code == 422
    today = date.today().isoformat()
    values = {"ombudsman_appointed_on": today, "ombudsman_reported_on": today, "ombudsman_report": "Docket 310"}
    assert send(client, sale, values, "sale-lot-list", code="A").status_code == 302
    assert not any("ombudsman" in problem for problem in open_before_award(sale))
    assert len(delivery_problems(sale.lots.get())) == 2
    send(client, sale, values | {"opt_outs_removed": "on", "buyer_adopts": "on"}, "sale-lot-list", code="A")
    assert delivery_problems(sale.lots.get()) == []
    needs = client.get(reverse("portfolios:sale-needs", args=[sale.number])).content.decode()
    assert "Seen to" in needs
