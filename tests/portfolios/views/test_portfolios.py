"""Portfolios and their limits."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Role
from portfolios.domain.redflags import LIMITS
from portfolios.models import Portfolio
from tests.factories import PortfolioFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def portfolio():
    return PortfolioFactory(name="Core")


@pytest.fixture
def analyst(client, portfolio):
    client.force_login(portfolio.created_by)
    return client


def typed(**changes) -> dict[str, str]:
    return {limit.name: f"{limit.default:.10f}" for limit in LIMITS} | changes


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_every_limit_has_its_words_and_where_its_default_comes_from(analyst, portfolio):
    answer = analyst.get(reverse("portfolios:limits", args=[portfolio.pk]))
    shown = unescape(text(answer))
    assert [limit.name for limit in LIMITS if limit.does not in shown or limit.because not in shown] == []
    assert shown.count("Default ") >= len(LIMITS)
    assert "<b>measured</b>" in shown
    assert "<b>judgment</b>" in shown


def test_only_what_differs_is_kept_and_the_pools_are_looked_at_again(
    analyst, portfolio, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as waiting:
        analyst.post(reverse("portfolios:limits", args=[portfolio.pk]), typed(largest_loan="8 %", months="4"))
    portfolio.refresh_from_db()
    assert portfolio.thresholds == {"largest_loan": 8.0, "months": 4.0}
    assert len(waiting) == 1
    shown = text(analyst.get(reverse("portfolios:limits", args=[portfolio.pk])))
    assert "set months of a speed to 4 months, set largest loan to 8%" in shown
    assert str(portfolio.created_by) in shown


def test_the_same_limits_change_nothing(analyst, portfolio, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        analyst.post(reverse("portfolios:limits", args=[portfolio.pk]), typed(red_z=""))
    assert waiting == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"largest_loan": "0"}, "Largest loan: between 0.01 and 100 %."),
        ({"months": "2.5"}, "Months of a speed: a whole number."),
        ({"red_z": "abc"}, "Red above: a number, such as 3."),
        ({"red_z": "1e400"}, "Red above"),
        ({"red_z": "1.5"}, "the standard errors are the wrong way round"),
        ({"red_shortfall": "4"}, "the two limits of the factor path are reversed"),
    ],
)
def test_values_that_a_limit_cannot_take(analyst, portfolio, changes, sentence):
    answer = analyst.post(reverse("portfolios:limits", args=[portfolio.pk]), typed(**changes))
    assert answer.status_code == 422
    assert sentence in text(answer)
    portfolio.refresh_from_db()
    assert portfolio.thresholds == {}


def test_back_to_the_defaults(analyst, portfolio):
    analyst.post(reverse("portfolios:limits", args=[portfolio.pk]), typed(largest_loan="8"))
    analyst.post(reverse("portfolios:limits", args=[portfolio.pk]), {"reset": "1"})
    portfolio.refresh_from_db()
    assert portfolio.thresholds == {}
    assert "took largest loan back to its default" in text(
        analyst.get(reverse("portfolios:limits", args=[portfolio.pk]))
    )


def test_making_and_renaming(analyst, portfolio):
    answer = analyst.post(reverse("portfolios:portfolios"), {"name": "  Discount   pools "})
    made = Portfolio.objects.get(name="Discount pools")
    assert answer["Location"] == reverse("portfolios:limits", args=[made.pk])
    again = analyst.post(reverse("portfolios:portfolios"), {"name": "Core"})
    assert (again.status_code, "named Core already" in text(again)) == (422, True)
    taken = analyst.post(reverse("portfolios:rename", args=[made.pk]), {"name": "Core"})
    assert (taken.status_code, "named Core already" in text(taken)) == (422, True)
    analyst.post(reverse("portfolios:rename", args=[made.pk]), {"name": "Premium"})
    assert "Renamed from Discount pools." in text(analyst.get(reverse("portfolios:limits", args=[made.pk])))


def test_readers_read_and_strangers_find_nothing(client, portfolio):
    url = reverse("portfolios:limits", args=[portfolio.pk])
    client.force_login(UserFactory(organization=portfolio.organization, roles=[Role.REVIEWER]))
    assert "Keep limits" not in text(client.get(url))
    assert client.post(url, typed(largest_loan="8")).status_code == 422
    portfolio.refresh_from_db()
    assert portfolio.thresholds == {}
    client.force_login(UserFactory(organization__kind="purchaser", roles=[Role.ANALYST]))
    assert client.get(url).status_code == 404
