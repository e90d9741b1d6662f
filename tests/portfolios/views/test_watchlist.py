"""The watchlist: worst first, and pools put on it and taken off."""

import pytest
from django.urls import reverse

from accounts.models import Role
from portfolios.models import Look, Security
from portfolios.services import redflags
from tests.factories import SecurityFactory, UserFactory
from tests.portfolios.paydowns import NOW, pool

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def analyst(client):
    person = SecurityFactory(name="Never looked at").created_by
    client.force_login(person)
    client.person = person
    return client


def watched(person, name, speeds):
    security = pool(speeds, created_by=person, name=name)
    redflags.watch(security=security, at=NOW)
    return security


def names(answer) -> list[str]:
    return [row.pool.name for row in answer.context["page"].rows]


def test_red_before_amber_before_distance(analyst):
    watched(analyst.person, "On forecast", [0.51] * 9)
    watched(analyst.person, "Slow", [0.1] * 9)
    watched(analyst.person, "Fast", [0.51] * 6 + [3.0] * 3)
    answer = analyst.get(reverse("portfolios:watchlist"))
    assert names(answer) == ["Fast", "Slow", "On forecast", "Never looked at"]
    assert "1 of 4 pools has red flags" in " ".join(answer.content.decode().split())


def test_filters_and_their_counts(analyst):
    fast = watched(analyst.person, "Fast", [0.51] * 6 + [3.0] * 3)
    analyst.post(reverse("portfolios:watch", args=[fast.pk]))
    answer = analyst.get(reverse("portfolios:watchlist") + "?show=watched")
    assert names(answer) == ["Fast"]
    assert [item["count"] for item in answer.context["shows"]] == [2, 1, 1]
    assert names(analyst.get(reverse("portfolios:watchlist") + "?show=red")) == ["Fast"]
    assert names(analyst.get(reverse("portfolios:watchlist") + f"?portfolio={fast.portfolio_id}")) == ["Fast"]


def test_on_and_off(analyst):
    security = Security.objects.get()
    url = reverse("portfolios:watch", args=[security.pk])
    assert analyst.post(url, {"next": "/watchlist/?show=all"})["Location"] == "/watchlist/?show=all"
    security.refresh_from_db()
    assert (security.watched_by, security.watched_at is None) == (analyst.person, False)
    assert analyst.post(url, {"off": "1", "next": "https://evil.example/"})["Location"] == security.get_absolute_url()
    security.refresh_from_db()
    assert security.watched_at is None


def test_only_analysts_of_the_follower(client, analyst):
    security = Security.objects.get()
    client.force_login(UserFactory(organization=security.organization, roles=[Role.REVIEWER]))
    assert client.post(reverse("portfolios:watch", args=[security.pk])).status_code == 403
    client.force_login(UserFactory(organization__kind="purchaser", roles=[Role.ANALYST]))
    assert client.post(reverse("portfolios:watch", args=[security.pk])).status_code == 404
    assert names(client.get(reverse("portfolios:watchlist"))) == []


def test_pages_go_on_where_the_last_one_ended(analyst):
    portfolio = Security.objects.get().portfolio
    made = SecurityFactory.create_batch(59, created_by=analyst.person, portfolio=portfolio)
    Look.objects.bulk_create(
        Look(security=each, at=NOW, distance=at % 7 + 0.1, gap=at % 7 + 0.1) for at, each in enumerate(made[:40])
    )
    first = analyst.get(reverse("portfolios:watchlist"))
    second = analyst.get(reverse("portfolios:watchlist") + first.context["next_url"])
    assert [len(names(first)), len(names(second))] == [50, 10]
    assert len({*names(first), *names(second)}) == 60
