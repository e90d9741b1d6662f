"""The list of pools: who sees what, filters, order, paging, sums, CSV."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import OrganizationKind, Role
from portfolios.models import PublishedPool
from portfolios.queries import pools as query
from tests.factories import OrganizationFactory, PortfolioFactory, SecurityFactory
from tests.portfolios import offers

pytestmark = pytest.mark.django_db
LIST = reverse("portfolios:pools")


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def analyst():
    return offers.person(OrganizationFactory(kind=OrganizationKind.PURCHASER), Role.ANALYST)


@pytest.fixture
def make(analyst):
    portfolio = PortfolioFactory(organization=analyst.organization, name="Agency")

    def make(name, **fields):
        fields = {"portfolio": portfolio, "organization": analyst.organization, **fields}
        return SecurityFactory(name=name, **fields)

    return make


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def names(response):
    return [line.pool.name for line in response.context["page"].lines]


def test_without_pools_the_three_ways_to_add_one_are_offered(analyst):
    page = signed_in(analyst).get(LIST).content.decode()
    assert "No pool is followed yet" in page
    assert reverse("portfolios:pool-by-hand") in page


def test_a_stranger_sees_none_of_it(make):
    make("PL 1")
    stranger = offers.person(OrganizationFactory(kind=OrganizationKind.INVESTOR), Role.BIDDER)
    assert names(signed_in(stranger).get(LIST)) == []


def test_its_servicer_sees_the_pool_without_flags(make):
    lender = offers.lender()
    make("PL 1", servicer=lender.organization, red_flags=3)
    response = signed_in(lender).get(LIST)
    assert names(response) == ["PL 1"]
    assert "Flags" not in response.content.decode()


@pytest.mark.parametrize("role", [Role.ADMIN])
def test_a_role_that_reads_no_pools_is_refused(role):
    person = offers.person(OrganizationFactory(kind=OrganizationKind.PURCHASER), role)
    assert signed_in(person).get(LIST).status_code == 403


def test_the_filters_find_by_name_cusip_and_number(analyst, make):
    agency = PublishedPool.objects.create(program="ginnie_ii", pool_number="786924", cusip="3622AB123")
    make("Harbor 30")
    make("SF 786924", published=agency)
    client = signed_in(analyst)
    assert names(client.get(LIST, {"q": "harb"})) == ["Harbor 30"]
    assert names(client.get(LIST, {"q": "3622ab123"})) == ["SF 786924"]
    assert names(client.get(LIST, {"q": "7869"})) == ["SF 786924"]
    assert "No pool matches" in client.get(LIST, {"q": "zzz"}).content.decode()


def test_an_archived_pool_stands_under_archived_only(analyst, make):
    from django.utils import timezone

    make("Old", archived_at=timezone.now())
    make("New")
    client = signed_in(analyst)
    assert names(client.get(LIST)) == ["New"]
    assert names(client.get(LIST, {"portfolio": "archived"})) == ["Old"]


@pytest.mark.parametrize("sort", ["name", "-name", "factor", "-factor", "cpr", "-cpr", "face", "-face"])
def test_every_order_pages_by_key_through_all_pools_once(analyst, make, sort, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 2)
    figures = [(Decimal("0.9"), 7.5), (None, None), (Decimal("0.9"), 7.5), (Decimal("0.12345678"), 22.125), (None, 3.0)]
    for number, (factor, cpr) in enumerate(figures):
        make(f"PL {number}", factor=factor, cpr=cpr, original_face=1_000_000 + number % 2)
    client, found, after = signed_in(analyst), [], ""
    for _ in range(4):
        response = client.get(LIST, {"sort": sort, "after": after})
        found += names(response)
        after = response.context["page"].next
        if not after:
            break
    assert sorted(found) == [f"PL {number}" for number in range(5)]
    column = query.Wanted(sort=sort).column
    if column == "face":
        pools = {line.pool.name: line.pool.original_face for line in client.get(LIST).context["page"].lines}
        assert len(pools) == 2


@pytest.mark.parametrize(
    "hostile",
    [
        {"after": "x~y"}, {"after": "99999999999999999999~a"}, {"after": "1~NaN", "sort": "factor"},
        {"after": "1~1e999", "sort": "cpr"}, {"sort": "password"}, {"portfolio": "9" * 19}, {"portfolio": "-1"},
        {"q": "%_'\"<script>"}, {"after": "²~1"}, {"portfolio": "²"},
    ],
)  # fmt: skip
def test_addresses_that_nobody_would_make_are_harmless(analyst, make, hostile):
    make("PL 1")
    response = signed_in(analyst).get(LIST, hostile)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_sums_add_balances_and_never_average_speeds(analyst, make):
    make("Large", balance=Decimal(900), cpr=10.0, cpr_three=10.0, original_face=1000, factor=Decimal("0.9"))
    make("Small", balance=Decimal(100), cpr=50.0, cpr_three=50.0, original_face=1000, factor=Decimal("0.1"))
    make("New", balance=Decimal(1000), cpr=None, cpr_three=None, original_face=1000, factor=Decimal(1))
    [sums] = signed_in(analyst).get(LIST).context["page"].sums
    due = 900 / 0.9 ** (1 / 12) + 100 / 0.5 ** (1 / 12)
    assert sums.cpr == pytest.approx(100 * (1 - (1000 / due) ** 12))
    assert sums.cpr_three == pytest.approx(100 * (1 - (1000 / (900 / 0.9**0.25 + 100 / 0.5**0.25)) ** 4))
    assert (sums.pools, sums.face, sums.balance, sums.counted) == (3, 3000, 2000, 2)


def test_the_list_asks_few_questions(analyst, make, django_assert_max_num_queries):
    for number in range(12):
        make(f"PL {number}", month=date(2026, 10, 1), factor=Decimal("0.5"))
    client = signed_in(analyst)
    client.get(LIST)
    with django_assert_max_num_queries(16):
        client.get(LIST)


def test_the_csv_has_every_pool_and_harmless_cells(analyst, make):
    make("=1+1", month=date(2026, 10, 1), factor=Decimal("0.71370027"), balance=Decimal("713700.27"))
    response = signed_in(analyst).get(reverse("portfolios:pools-csv"))
    [row] = csv.DictReader(io.StringIO(response.content.decode()))
    assert row["pool"] == "'=1+1"
    assert (row["factor"], row["balance"], row["red_flags"]) == ("0.71370027", "713700.27", "0")


def test_a_servicers_csv_tells_no_flags(make):
    lender = offers.lender()
    make("PL 1", servicer=lender.organization)
    text = signed_in(lender).get(reverse("portfolios:pools-csv")).content.decode()
    assert "red_flags" not in text
