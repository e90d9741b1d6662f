"""A sale from its first name to the announcement, by the seller's own pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganizationKind, Role
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import encoded, new_key_pair
from portfolios.models import Sale
from portfolios.services import sales
from tests.factories import OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(client, deal):
    client.force_login(deal.manager)
    return deal.manager


@pytest.fixture
def draft(seller):
    return sales.create(name="Project Kestrel", kind="bulk", time_zone="America/New_York", by=seller, at=timezone.now())


def url(name, sale, *more):
    return reverse(f"portfolios:{name}", args=[sale.number, *more])


def terms_of(sale, **changes):
    """What the form sends for a draft as it stands."""
    due = timezone.now() + timedelta(days=20)
    values = {
        "name": sale.name, "time_zone": "America/Chicago", "cut_off_on": "2026-12-01",
        "bids_due_on": due.date().isoformat(), "bids_due_time": "14:00", "award_due_on": "", "settles_on": "",
        "k": "2", "tie_rule": "receipt", "linked": "on", "deposit": "$50,000", "deposit_percent": "2.5",
        "servicing": "released", "kick_out_percent": "5", "day_count": "30/360", "trailing_days": "120",
        "claim_days": "365", "true_up_days": "60",
    }  # fmt: skip
    return values | changes


def test_a_sale_begins_with_a_name_a_kind_and_a_zone(client, seller):
    page = client.get(reverse("portfolios:sale-new")).content.decode()
    assert "Sale by a receiver" in page
    assert "A choice made here, not a rule of the market" in page
    values = {"name": "Project Wren", "kind": "npl", "time_zone": "America/Chicago"}
    made = client.post(reverse("portfolios:sale-new"), values, follow=True)
    sale = Sale.objects.get(name="Project Wren")
    assert made.redirect_chain[-1][0] == sale.get_absolute_url()
    assert "The sale has no lot." in made.content.decode()
    assert client.post(reverse("portfolios:sale-new"), values | {"kind": "gift"}).status_code == 422


def test_bundles_become_lots_that_are_renamed_and_taken_out(client, seller, draft, deal):
    bundle = deal.draft()
    assert bundle.number in client.get(url("sale-lots", draft)).content.decode()
    client.post(url("sale-lots", draft), {"bundles": [bundle.pk]})
    lot = draft.lots.get()
    assert (lot.bundle, lot.upb) == (bundle, bundle.kept_upb)
    client.post(url("sale-lot-rename", draft, "A"), {"name": "Seasoned"})
    assert draft.lots.get().name == "Seasoned"
    other = sales.create(name="Other", kind="bulk", time_zone="UTC", by=seller, at=timezone.now())
    assert bundle.number not in client.get(url("sale-lots", other)).content.decode()
    client.post(url("sale-lot-remove", draft, "A"))
    assert not draft.lots.exists()


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_bundles_with_a_purchaser_are_not_offered_to_others(client, seller, draft, deal, state):
    bundle = getattr(deal, state)()
    assert client.post(url("sale-lots", draft), {"bundles": [bundle.pk]}).status_code == 422
    assert not draft.lots.exists()


def test_dates_are_typed_in_the_zone_of_the_sale_and_amounts_as_people_write_them(client, draft):
    day = (timezone.now() + timedelta(days=20)).date()
    client.post(url("sale-terms", draft), terms_of(draft, bids_due_time="17:30"))
    draft.refresh_from_db()
    assert draft.time_zone == "America/Chicago"
    local = draft.bids_due_at.astimezone(timezone.get_fixed_timezone(-6 * 60))
    assert (local.date(), local.hour in (17, 16), local.minute) == (day, True, 30)
    terms = Terms.from_json(draft.terms)
    assert (terms.deposit, terms.deposit_percent, terms.linked, terms.conditions) == ("50000.00", "2.5", True, False)


def test_dates_out_of_order_are_refused_beside_their_fields(client, draft):
    due = timezone.now() + timedelta(days=20)
    early = (due - timedelta(days=1)).date().isoformat()
    refused = client.post(url("sale-terms", draft), terms_of(draft, award_due_on=early, settles_on=early))
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "The award comes on the day bids are due, or later." in text
    assert "Settlement comes after the award." in text


def test_what_settles_later_is_a_term_with_its_usual_value(client, draft):
    page = client.get(url("sale-terms", draft)).content.decode()
    assert 'name="trailing_days" value="120"' in page
    assert 'name="claim_days" value="365"' in page
    changes = {"day_count": "actual/365", "trailing_days": "90", "claim_days": "180"}
    client.post(url("sale-terms", draft), terms_of(draft, **changes))
    draft.refresh_from_db()
    terms = Terms.from_json(draft.terms)
    assert (terms.day_count, terms.trailing_days, terms.claim_days) == ("actual/365", 90, 180)
    shown = client.get(draft.get_absolute_url()).content.decode()
    assert "90 days for documents that follow, 180 days for repurchase claims" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trailing_days": "3651"}, "At most 3,650 days, which is ten years."),
        ({"name": "Project \u202elertseK"}, "invisible sign"),
        ({"claim_days": "-1"}, "At least 0 days."),
        ({"claim_days": "soon"}, "is not a whole number"),
        ({"day_count": "30/365"}, "is not offered"),
        ({"deposit": "NaN"}, "is not a number"),
        ({"deposit": "9" * 18}, "less than one trillion"),
        ({"deposit": "1e40"}, "digits"),
        ({"bids_due_on": "9999-12-31"}, "more than ten years away"),
        ({"settles_on": "9999-12-31"}, "more than ten years away"),
        ({"cut_off_on": "0001-01-01"}, "more than ten years away"),
    ],
)
def test_terms_out_of_bounds_are_refused_beside_their_fields(client, draft, changes, words):
    refused = client.post(url("sale-terms", draft), terms_of(draft, **changes))
    assert refused.status_code == 422
    assert words in refused.content.decode()


def test_openers_are_named_by_the_addresses_they_sign_in_with(client, draft):
    ada, wim = UserFactory(name="Ada Öz"), UserFactory(name="Ada Öz")
    refused = client.post(url("sale-openers", draft), {"people": f"{ada.email}\nnobody@example.com\nno address"})
    assert refused.status_code == 422
    assert "Nobody signs in with nobody@example.com." in refused.content.decode()
    client.post(url("sale-openers", draft), {"people": f"{ada.email}, {wim.email}"})
    assert set(draft.openers.values_list("name", "user")) == {("ada-oz", ada.pk), ("ada-oz-2", wim.pk)}
    client.post(url("sale-openers", draft), {"people": wim.email})
    assert list(draft.openers.values_list("name", flat=True)) == ["ada-oz-2"], "who stays keeps the name of the key"


def test_whoever_bids_does_not_open(client, draft):
    investor = OrganizationFactory(kind=OrganizationKind.INVESTOR)
    person = UserFactory(organization=investor, roles=[Role.BIDDER])
    client.post(url("sale-bidders", draft), {"organizations": [investor.pk]})
    refused = client.post(url("sale-openers", draft), {"people": person.email})
    assert refused.status_code == 422
    assert "which is invited to bid" in refused.content.decode()


def test_announcing_shows_what_will_stand_and_then_it_stands(client, draft, deal):
    early = client.post(url("sale-announce", draft))
    assert early.status_code == 422
    assert "The sale has no lot." in early.content.decode()
    client.post(url("sale-lots", draft), {"bundles": [deal.draft().pk]})
    client.post(url("sale-terms", draft), terms_of(draft))
    people = [UserFactory() for _ in range(3)]
    client.post(url("sale-openers", draft), {"people": "\n".join(person.email for person in people)})
    for opener in draft.openers.all():
        public = encoded(new_key_pair().public)
        sales.keep_key(opener=opener, public_key=public, wrapped=None, by=opener.user, at=timezone.now())
    investor = OrganizationFactory(kind=OrganizationKind.INVESTOR)
    client.post(url("sale-bidders", draft), {"organizations": [investor.pk]})
    page = client.get(url("sale-announce", draft)).content.decode()
    assert "From now on all of this stands." in page
    assert str(investor) in page
    assert "Everything is there." in client.get(draft.get_absolute_url()).content.decode()
    assert client.post(url("sale-announce", draft)).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, len(draft.terms_hash)) == ("open", 64)
    for name in ("sale-terms", "sale-lots", "sale-openers", "sale-announce"):
        assert client.get(url(name, draft)).status_code == 403


def test_a_draft_ends_without_a_word_to_anybody(client, draft):
    investor = OrganizationFactory(kind=OrganizationKind.INVESTOR)
    client.post(url("sale-bidders", draft), {"organizations": [investor.pk]})
    refused = client.post(url("sale-cancel", draft), {"note": "Not now.", "number": "S-2000-0001"})
    assert refused.status_code == 422
    client.post(url("sale-cancel", draft), {"note": "Not now.", "number": draft.number.lower()})
    draft.refresh_from_db()
    assert draft.status == "cancelled"
    assert not draft.events.filter(kind="cancelled").exists()
    assert draft.events.get(kind="draft_ended").public is False
