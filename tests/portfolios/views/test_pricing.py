"""The calculator: its answers against the kernels, its refusals, and who may open it."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import OrganizationKind, Role
from portfolios.domain.poolmonth import MonthFigures
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.valuation import Terms, value_at_price, value_at_yield
from portfolios.services.poolmonths import record_months
from tests.diligence.services.pipeline import NOW
from tests.factories import OrganizationFactory, PortfolioFactory, SecurityFactory
from tests.portfolios import offers

pytestmark = pytest.mark.django_db
PAGE = reverse("portfolios:price_yield")
FLOWS = reverse("portfolios:flows-csv")
GINNIE = {  # Ginnie Mae I 9%, gross 9.5%, 150 PSA at par on the issue date: the standard's own example (SF-50)
    "coupon": "9", "wac": "9.5", "remaining": "360", "age": "0", "delay_days": "45", "face": "100,000",
    "factor": "0.6325", "settle": "2026-03-01", "given": "price", "price": "100", "speed_kind": "PSA",
    "speed": "150", "life": "bma",
}  # fmt: skip
PSA_150 = Speed.flat(SpeedKind.PSA, 150)


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def analyst():
    return offers.person(OrganizationFactory(kind=OrganizationKind.INVESTOR), Role.ANALYST)


@pytest.fixture
def client(analyst):
    found = Client()
    found.force_login(analyst)
    return found


def test_the_standards_example_comes_out_to_its_printed_digits(client):
    response = client.get(PAGE, GINNIE)
    value = response.context["answer"].value
    assert round(value.bond_equivalent_yield, 5) == 9.10675
    assert round(value.mortgage_yield, 5) == 8.93863
    assert round(value.average_life, 5) == 9.77844
    page = response.content.decode()
    assert "9.107%" in page
    assert "settlement to receipt, actual delay included (SF-48)" in page


def test_price_and_yield_lead_back_to_each_other(client):
    terms = Terms(9.5, 9.0, 360, 0, delay=14, elapsed=12)
    at_price = value_at_price(terms, PSA_150, 101.5)
    asked = GINNIE | {"given": "yield", "semiannual": f"{at_price.bond_equivalent_yield:.6f}", "settle": "2026-03-13"}
    value = client.get(PAGE, asked).context["answer"].value
    assert value.price == pytest.approx(101.5, abs=1e-5)


def test_the_settlement_is_the_worked_example(client):
    asked = GINNIE | {"coupon": "5.5", "wac": "6", "price": "101-16", "settle": "2026-03-13"}
    answer = client.get(PAGE, asked).context["answer"]
    assert (answer.settlement.principal, answer.settlement.accrued) == (Decimal("64198.75"), Decimal("115.96"))
    assert answer.current_face == Decimal("63250.00")


def test_a_tenth_faster_and_slower_is_shown_at_the_same_yield(client):
    answer = client.get(PAGE, GINNIE | {"price": "104"}).context["answer"]
    slower, same, faster = answer.sensitivity
    terms = Terms(9.5, 9.0, 360, 0, delay=14)
    expected = value_at_yield(terms, Speed.flat(SpeedKind.PSA, 165), answer.value.bond_equivalent_yield)
    assert faster.price == pytest.approx(expected.price)
    assert slower.price > same.price > faster.price  # above par a faster speed costs


def test_the_matrix_marks_what_was_asked(client):
    matrix = client.get(PAGE, GINNIE | {"speed": "175"}).context["answer"].matrix
    marked = [column.label for column in matrix.columns if column.is_asked]
    [row] = [row for row in matrix.rows if row.is_asked]
    assert (marked, row.head) == (["175"], 100.0)
    assert max(heat for _, heat in row.cells) == 4
    terms = Terms(9.5, 9.0, 360, 0, delay=14)
    at = [column.label for column in matrix.columns].index("300")
    expected = value_at_price(terms, Speed.flat(SpeedKind.PSA, 300), 100)
    assert row.cells[at][0] == pytest.approx(expected.bond_equivalent_yield, abs=1e-9)


def test_effective_duration_needs_both_speeds_and_is_named_as_such(client):
    plain = client.get(PAGE, GINNIE)
    assert "Effective duration</dt>" not in plain.content.decode()
    both = client.get(PAGE, GINNIE | {"speed_up": "140", "speed_down": "165", "shift": "10"})
    assert both.context["answer"].effective.duration > 0
    assert client.get(PAGE, GINNIE | {"speed_up": "140"}).status_code == 422


def test_a_total_return_at_the_yield_is_the_yield(client):
    """Sold at the price of the same yield and reinvested at it, what was paid grows by that yield."""
    terms, months = Terms(9.5, 9.0, 360, 0, delay=14), 12
    value = value_at_price(terms, PSA_150, 100)
    later = value_at_yield(Terms(9.5, 9.0, 348, 12, delay=14), PSA_150, value.bond_equivalent_yield)
    asked = GINNIE | {"horizon": str(months), "sale_price": f"{later.price:.6f}"}
    found = client.get(PAGE, asked).context["answer"].total_return
    assert found.rate == pytest.approx(value.bond_equivalent_yield, abs=1e-4)


def test_the_cash_flows_add_up_to_the_current_face(client):
    response = client.get(FLOWS, GINNIE)
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    principal = sum(Decimal(row["scheduled_principal"]) + Decimal(row["prepaid_principal"]) for row in rows)
    assert len(rows) == 360
    assert abs(principal - Decimal("63250.00")) < Decimal("3.60")
    assert rows[0]["paid_on"] == "2026-04-15"  # 14 days after April 1 (SF-44)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"price": "abc"}, "is no price"),
        ({"price": ""}, "Type the price"),
        ({"remaining": "0"}, "cannot be below 1"),
        ({"remaining": "100000"}, "cannot be above 480"),
        ({"settle": "1800-01-01"}, "A settlement lies between"),
        ({"speed": "inf"}, "at least 0 and at most 10,000"),
        ({"given": "yield", "semiannual": "1e99"}, "too many digits"),
        ({"factor": "2"}, "cannot be above 1"),
        ({"horizon": "400", "sale_price": "100"}, "The pool has 360 months left"),
        ({"horizon": "12"}, "needs the price at the end"),
        ({"life": "mine"}, "is not offered"),
    ],
)
def test_what_cannot_be_valued_is_said_beside_the_field(client, changes, sentence):
    response = client.get(PAGE, GINNIE | changes)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert client.get(FLOWS, GINNIE | changes).status_code == 422


def test_a_price_that_no_yield_fits_has_a_sentence(client):
    response = client.get(PAGE, GINNIE | {"price": "0.000001", "speed_kind": "SMM", "speed": "100"})
    assert response.status_code == 200
    assert "No answer." in response.content.decode()


@pytest.mark.parametrize("speed", ["0", "100", "5 10 20", "10000"])
@pytest.mark.parametrize("kind", ["PSA", "CPR", "SMM"])
def test_any_speed_of_any_kind_is_answered(client, kind, speed):
    assert client.get(PAGE, GINNIE | {"speed_kind": kind, "speed": speed}).status_code == 200


def test_a_pool_lends_its_terms(analyst, client):
    portfolio = PortfolioFactory(organization=analyst.organization)
    pool = SecurityFactory(organization=analyst.organization, portfolio=portfolio, price=Decimal("101.5"))
    months = [
        MonthFigures(date(2026, 1 + at, 1), Decimal(1) - at * Decimal("0.01"), Decimal(1_000_000)) for at in range(3)
    ]
    record_months(security=pool, months=months, source="hand", by=analyst, at=NOW)
    response = client.get(PAGE, {"pool": pool.pk})
    answer = response.context["answer"]
    assert answer.question.factor == Decimal("0.98")
    assert answer.value.price == 101.5
    assert response.context["form"]["settle"].value() > date(2026, 3, 1)


def test_a_pool_of_others_does_not_exist_here(client):
    assert client.get(PAGE, {"pool": SecurityFactory().pk}).status_code == 404
    assert client.get(PAGE, {"pool": "x"}).status_code == 404
    assert client.get(PAGE, {"pool": "9" * 30}).status_code == 404


def test_lenders_are_refused():
    lender = Client()
    lender.force_login(offers.lender())
    assert lender.get(PAGE).status_code == 403


def test_the_empty_calculator_offers_an_example(client):
    response = client.get(PAGE)
    assert response.status_code == 200
    assert response.context["answer"] is None
