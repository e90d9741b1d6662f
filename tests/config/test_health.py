"""Health addresses and the headers of every answer."""

import pytest
from django.db import connection
from django.test import Client

from config import health


@pytest.mark.django_db
def test_healthz_asks_database_and_cache(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "cache": "ok"})


@pytest.mark.django_db
def test_readyz_is_not_ready_without_a_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "no answer")


@pytest.mark.django_db
def test_a_part_that_fails_is_named_by_its_kind_only(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise ConnectionError("secret address")

    monkeypatch.setattr(health, "cache_answers", fail)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "cache": "ConnectionError"})


@pytest.mark.django_db
def test_every_answer_has_a_policy_that_lets_nothing_in_from_outside(client: Client) -> None:
    answer = client.get("/accounts/login/")
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert answer["X-Request-ID"]


@pytest.mark.django_db
def test_the_database_speaks_utc() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("UTC",)
