"""Adding and keeping pools through their pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import OrganizationKind, Role
from portfolios.models import PoolMonth, PublishedPool, Security
from portfolios.services import securities
from tests.diligence.services.pipeline import NOW
from tests.factories import OrganizationFactory, PortfolioFactory, SecurityFactory
from tests.portfolios import offers

pytestmark = pytest.mark.django_db
ISSUED = f"{NOW:%Y-%m}"
ISSUE = {
    "name": "PL 2026-K07", "program": "private", "delay_days": "", "coupon": "6.0", "issued_on": ISSUED,
    "forecast_kind": "PSA", "forecast_values": "150", "portfolio": "",
}  # fmt: skip
BY_HAND = {
    "name": "Harbor 30", "program": "ginnie_ii", "original_face": "$1,000,000", "coupon": "5.5%",
    "issued_on": "2026-01", "matures_on": "2056-01", "forecast_kind": "CPR", "forecast_values": "6 7.5 9",
    "factors": "month,factor\n2026-02,0.99500000\n2026-03,0.99",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def analyst():
    return offers.person(OrganizationFactory(kind=OrganizationKind.INVESTOR), Role.ANALYST)


@pytest.fixture
def pool(analyst):
    portfolio = PortfolioFactory(organization=analyst.organization, created_by=analyst)
    return SecurityFactory(name="PL 1", organization=analyst.organization, portfolio=portfolio, created_by=analyst)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def url(name, *args):
    return reverse(f"portfolios:{name}", args=args)


def test_an_approved_bundle_is_issued_from_its_page(deal):
    bundle = deal.approved()
    client = signed_in(deal.analyst)
    assert url("issue", bundle.number) in client.get(bundle.get_absolute_url()).content.decode()
    page = client.get(url("issue", bundle.number)).content.decode()
    assert "8 approved loans" in page
    assert "$1,600,000.00" in page
    response = client.post(url("issue", bundle.number), ISSUE)
    pool = Security.objects.get()
    assert response["Location"] == pool.get_absolute_url()
    assert (pool.delay_days, pool.bundle) == (55, bundle)
    again = client.get(url("issue", bundle.number))
    assert again["Location"] == pool.get_absolute_url()
    assert "PL 2026-K07" in client.get(bundle.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"coupon": "6.5"}, "lowest note rate less servicing"),
        ({"issued_on": "2020-01"}, "cannot be issued before that month"),
        ({"coupon": "x"}, "is not a number"),
        ({"forecast_values": "fast"}, "A speed is a number"),
        ({"forecast_values": "nan"}, "at least 0 and at most 10,000"),
        ({"forecast_values": "1 " * 481}, "at least 1 and at most 480"),
        ({"name": ""}, "Name is empty"),
        ({"program": "fannie"}, "is not offered"),
    ],
)
def test_what_cannot_be_issued_is_said_beside_the_form(deal, changes, sentence):
    response = signed_in(deal.analyst).post(url("issue", deal.approved().number), ISSUE | changes)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Security.objects.exists()


def test_a_lender_and_a_reviewer_do_not_issue(deal):
    bundle = deal.approved()
    for person in (deal.manager, deal.reviewer):
        assert signed_in(person).get(url("issue", bundle.number)).status_code == 403


def test_another_purchaser_does_not_find_the_bundle(deal):
    stranger = offers.person(offers.purchaser(), Role.ANALYST)
    assert signed_in(stranger).get(url("issue", deal.approved().number)).status_code == 404


def test_a_pool_is_typed_in_with_its_months(analyst):
    response = signed_in(analyst).post(url("pool-by-hand"), BY_HAND)
    pool = Security.objects.get()
    assert response["Location"] == pool.get_absolute_url()
    assert (pool.original_face, pool.coupon, pool.delay_days) == (1_000_000, Decimal("5.5"), 50)
    assert pool.forecast == {"kind": "CPR", "values": [6.0, 7.5, 9.0]}
    assert (pool.wac, pool.remaining) == (Decimal("6.25"), 360)
    assert "75 basis points" in pool.assumed["wac"]
    assert (pool.month, pool.factor) == (date(2026, 3, 1), Decimal("0.99"))


def test_months_come_from_a_file_too(analyst):
    upload = SimpleUploadedFile("months.csv", b"\xef\xbb\xbf2026-02;0.995\n")
    signed_in(analyst).post(url("pool-by-hand"), BY_HAND | {"factors": "", "file": upload})
    assert Security.objects.get().factor == Decimal("0.995")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"factors": "2026-02,1.5"}, "at least 0 and at most 1"),
        ({"factors": "2025-02,0.5"}, "before the issue month"),
        ({"factors": "2026-02,0.123456789"}, "at most eight decimals"),
        ({"factors": "", "file": SimpleUploadedFile("m.csv", b"\xff\xfe\x00")}, "This file is not text"),
        ({"matures_on": "2025-01"}, "The maturity is after the issue month"),
        ({"wac": "4"}, "at least the pass-through rate"),
        ({"original_face": "1e400"}, "at most 20 fit"),
        ({"coupon": "-1"}, "cannot be below 0"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_kept(analyst, changes, sentence):
    response = signed_in(analyst).post(url("pool-by-hand"), BY_HAND | changes)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Security.objects.exists()


def test_an_agencys_pool_is_found_and_followed(analyst):
    agency = PublishedPool.objects.create(
        program="ginnie_ii", pool_number="786924", prefix="SF", cusip="3622AB123", coupon=Decimal("5.5"),
        original_face=Decimal(25_000_000), issued_on=date(2023, 7, 1), matures_on=date(2053, 7, 20),
    )  # fmt: skip
    client = signed_in(analyst)
    assert "SF 786924" in client.get(url("pool-new"), {"q": "3622ab123"}).content.decode()
    assert "at least three characters" in client.get(url("pool-new"), {"q": "36"}).content.decode()
    page = client.get(url("pool-follow", agency.pk)).content.decode()
    assert "as SF-43 takes it" in page
    asked = {"name": "SF 786924", "forecast_kind": "PSA", "forecast_values": "150", "wac": "6.01"}
    client.post(url("pool-follow", agency.pk), asked)
    pool = Security.objects.get()
    assert (pool.wac, "wac" in pool.assumed, pool.original_face) == (Decimal("6.01"), False, 25_000_000)
    assert "Followed" in client.get(url("pool-new"), {"q": "7869"}).content.decode()


def test_terms_are_changed_and_a_price_is_taken_in_32nds(analyst, pool):
    client = signed_in(analyst)
    page = client.get(url("pool-edit", pool.pk))
    assert page.status_code == 200
    data = {
        "name": "PL 1", "program": "private", "portfolio": pool.portfolio_id, "original_face": "1000000",
        "coupon": "5", "issued_on": "2026-01", "matures_on": "2056-01", "delay_days": "55", "wac": "6",
        "remaining": "360", "forecast_kind": "PSA", "forecast_values": "200", "price": "101-16+",
    }  # fmt: skip
    response = client.post(url("pool-edit", pool.pk), data)
    assert response.status_code == 302, response.context["form"].errors
    pool.refresh_from_db()
    assert (pool.price, pool.forecast["values"]) == (Decimal("101.515625"), [200.0])
    assert pool.price_on is not None


def test_months_are_added_and_corrected_by_hand(analyst, pool):
    client = signed_in(analyst)
    client.post(url("pool-factors", pool.pk), {"factors": "Feb 2026 0.995"})
    client.post(url("pool-factors", pool.pk), {"factors": "02/2026, 0.996"})
    rows = PoolMonth.objects.filter(security=pool).order_by("version").values_list("factor", "latest")
    assert list(rows) == [(Decimal("0.99500000"), False), (Decimal("0.99600000"), True)]
    assert client.post(url("pool-factors", pool.pk), {"factors": ""}).status_code == 422
    assert "0.99600000" in client.get(url("pool-factors", pool.pk)).content.decode()


def test_a_pool_is_archived_and_followed_again(analyst, pool):
    client = signed_in(analyst)
    client.post(url("pool-archive", pool.pk))
    pool.refresh_from_db()
    assert pool.archived_by == analyst
    client.post(url("pool-restore", pool.pk))
    pool.refresh_from_db()
    assert pool.archived_at is None


@pytest.mark.parametrize("page", ["pool-edit", "pool-factors", "pool-archive", "pool-restore"])
def test_only_analysts_of_who_follows_it_keep_a_pool(analyst, pool, page):
    method = "post" if page in ("pool-archive", "pool-restore") else "get"
    stranger = offers.person(OrganizationFactory(kind=OrganizationKind.PURCHASER), Role.ANALYST)
    assert getattr(signed_in(stranger), method)(url(page, pool.pk)).status_code == 404
    bidder = offers.person(analyst.organization, Role.BIDDER)
    assert getattr(signed_in(bidder), method)(url(page, pool.pk)).status_code == 403
    servicer = offers.lender()
    Security.objects.update(servicer=servicer.organization)
    assert getattr(signed_in(servicer), method)(url(page, pool.pk)).status_code == 403


def test_pools_are_added_by_analysts_only(analyst):
    bidder = offers.person(analyst.organization, Role.BIDDER)
    for page in ("pool-new", "pool-by-hand"):
        assert signed_in(bidder).get(url(page)).status_code == 403


def test_one_portfolio_of_another_organization_is_no_choice(analyst):
    strange = PortfolioFactory()
    response = signed_in(analyst).post(url("pool-by-hand"), BY_HAND | {"portfolio": strange.pk})
    assert response.status_code == 422
    assert not Security.objects.exists()


def test_the_collateral_of_an_issued_pool_is_counted(deal):
    pool = securities.issue(
        bundle=deal.approved(), by=deal.analyst, at=NOW, name="PL 1", coupon=Decimal(6),
        issued_on=NOW.date().replace(day=1),
        delay_days=55, program="private", forecast={"kind": "PSA", "values": [150]},
    )  # fmt: skip
    client = signed_in(deal.manager)
    assert "All 8 properties still secure the pool" in client.get(url("collateral", pool.pk)).content.decode()
    loans = client.get(url("collateral-loans", pool.pk)).content.decode()
    assert "L00001" in loans
    assert "Halvorsen" not in loans + client.get(url("collateral-csv", pool.pk)).content.decode()
