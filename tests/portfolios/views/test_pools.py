"""The pages of one pool, for those who follow it and for its servicer."""

import json
import re
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import OrganizationKind, Role
from portfolios.models import PoolMonth, RedFlag
from tests.factories import OrganizationFactory, UserFactory
from tests.portfolios import paying

pytestmark = pytest.mark.django_db
QUERIES = 30


@pytest.fixture
def analyst():
    return paying.analyst()


@pytest.fixture
def page(client: Client, analyst):
    client.force_login(analyst)
    return lambda address: client.get(address)


@pytest.fixture
def security(analyst):
    return paying.paying(analyst, price=Decimal("101.5"))


def text_of(response) -> str:
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", words)


def test_the_page_answers_with_its_figures(page, security):
    response = page(security.get_absolute_url())
    words = text_of(response)
    for expected in ("Paying down faster than forecast.", "18.0%", "386 of 400 loans", "101-16 last", "All 15 months"):
        assert expected in words
    assert "$100,000,000.00" in words


def test_few_queries_whatever_the_number_of_months(page, analyst, django_assert_max_num_queries):
    long = paying.paying(analyst, speeds=[6.0] * 300, name="Long")
    paying.paying(analyst, portfolio=long.portfolio)
    with django_assert_max_num_queries(QUERIES):
        response = page(long.get_absolute_url())
    assert len(response.content) < 150_000


def test_the_charts_are_data_and_never_script(page, security):
    html = page(security.get_absolute_url()).content.decode()
    block = re.search(r'<script id="pool-charts" type="application/json">(.*?)</script>', html)
    payload = json.loads(block[1])
    assert payload["months"][0] == "Jan 2025"
    assert [script for script in re.findall(r"<script([^>]*)>", html) if "src=" not in script] == [
        ' id="pool-charts" type="application/json"'
    ]


def test_range_and_wishes_are_in_the_address(page, security):
    words = text_of(page(f"{security.get_absolute_url()}?price=98-08&speed=200&settle=2026-05-13&range=3y"))
    assert "98-08 asked" in words
    assert "settle May 13" in words
    assert "Back to the usual" in words


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("settle=2019-01-01", "Settle on or after Mar 1, 2026"),
        ("settle=soon", "Settle is not a date of the calendar."),
        ("price=101-40", "31 is the most"),
        ("price=-5", "A price is above 0"),
        ("speed=9999", "A speed is at most 3,000 PSA here."),
        ("speed=fast", "is not a number."),
    ],
)
def test_a_wish_that_cannot_be_met_says_why_and_keeps_the_page(page, security, wish, sentence):
    response = page(f"{security.get_absolute_url()}?{wish}")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in text_of(response)
    assert "101-16" in text_of(response)


def test_flags_stand_with_their_state(page, security):
    for code, kind, level, state in (("fast", "speed", 2, "seen"), ("disagrees", "data", 1, "new")):
        RedFlag.objects.create(
            security=security, month=security.month, code=code, kind=kind, level=level, state=state,
            sentence=f"Numbers of {code}.", raised_at=timezone.now(), current=True,
        )  # fmt: skip
    words = text_of(page(security.get_absolute_url()))
    assert "2 red flags" in words
    assert words.index("Numbers of disagrees.") < words.index("Numbers of fast.")
    assert "Seen" in words


def test_a_servicer_sees_factors_but_no_flags_and_prices(client, security):
    lender = OrganizationFactory(kind=OrganizationKind.LENDER)
    security.servicer = lender
    security.save()
    client.force_login(UserFactory(organization=lender, roles=[Role.UPLOADER]))
    words = text_of(client.get(security.get_absolute_url()))
    assert "CPR, 1 month" in words
    for hidden in ("Red flags", "Price and yield", "101-16", "Edit", "watchlist"):
        assert hidden not in words


def test_states_without_months(page, analyst):
    assert "No month yet." in text_of(page(paying.pool(analyst).get_absolute_url()))
    issued = paying.pool(analyst, issued_on=paying.month_at(1))
    paying.computed(issued, 1, Decimal("1.00000000"), source="issue")
    assert "Issued, no month yet." in text_of(page(issued.get_absolute_url()))


def test_a_pool_paid_off(page, security):
    paying.computed(security, 15, Decimal("0.00000000"), balance=Decimal(0), loan_balance=Decimal(0))
    words = text_of(page(security.get_absolute_url()))
    assert "Paid off in Apr 2026." in words
    assert "Price and yield bond-equivalent" not in words


def test_all_months_with_gaps(page, analyst):
    security = paying.paying(analyst, skip=[4, 5])
    words = text_of(page(f"{security.get_absolute_url()}months/"))
    assert "No factor for May 2025 to Jun 2025" in words
    assert words.count("No source has a factor of this month.") == 2


def test_older_months_are_a_page_further(page, analyst):
    security = paying.paying(analyst, speeds=[1.0] * 125)
    first = page(f"{security.get_absolute_url()}months/").content.decode()
    older = re.search(r'href="(\?before=[\d-]+)"', first)[1]
    assert "126 of 126 months" in text_of(page(f"{security.get_absolute_url()}months/{older}"))


def test_one_month_with_its_workings_and_earlier_values(page, security):
    PoolMonth.objects.filter(security=security, month=security.month).update(latest=False)
    paying.computed(security, 14, Decimal("0.80000000"), version=2)
    words = text_of(page(f"{security.get_absolute_url()}months/2026-03/"))
    assert "1 earlier value" in words
    assert f"{security.factor:.8f}" in words
    assert "SF-12, SF-13" in words
    gap = page(f"{paying.paying(security.created_by, skip=[3]).get_absolute_url()}months/2025-04/")
    assert "No factor for this month" in text_of(gap)


@pytest.mark.parametrize("month", ["2024-12", "2026-13", "soon"])
def test_months_that_are_none(page, security, month):
    assert page(f"{security.get_absolute_url()}months/{month}/").status_code == HTTPStatus.NOT_FOUND


def test_files_are_named_after_the_pool(page, security):
    for ending, begins in (("csv", b"month,factor,"), ("xlsx", b"PK")):
        response = page(f"{security.get_absolute_url()}factors.{ending}")
        assert response.content.startswith(begins)
        assert f'-factors.{ending}"' in response["Content-Disposition"]
