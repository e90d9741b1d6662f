"""A part that fails again and again: tried again at once, and after too many tries the check ends with a sentence."""

from datetime import timedelta

import polars as pl
import pytest

from diligence.models import Run, RunChunk
from diligence.services import parts, runs
from tests.diligence.services.pipeline import NOW, clock, started, uploaded
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TAPE = b"Loan Number,Current UPB,Note Amount\n1,100000,120000\n2,200000,220000\n"


@pytest.fixture
def run() -> Run:
    user = UserFactory()
    begun = started(user, uploaded(user, TAPE), accept_missing=True)
    runs.advance(run_id=begun.pk, clock=clock)
    return begun


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def evaluate(*args: object) -> pl.DataFrame:
        raise OSError("the disk is full")

    monkeypatch.setattr(parts, "evaluate_part", evaluate)


def test_a_failed_part_gives_its_lease_back(run: Run, broken: None) -> None:
    chunk = run.chunks.get()
    with pytest.raises(OSError, match="disk"):
        parts.check(chunk_id=chunk.pk, worker="w", at=NOW)
    chunk.refresh_from_db()
    assert (chunk.lease_until, chunk.done_at, chunk.attempts) == (None, None, 1)


def test_a_check_ends_with_a_sentence_after_too_many_tries(run: Run, broken: None) -> None:
    for _ in range(runs.MAX_ATTEMPTS):
        assert runs.fail_hopeless(at=NOW) == 0
        with pytest.raises(OSError, match="disk"):
            parts.check(chunk_id=run.chunks.get().pk, worker="w", at=NOW)
    assert runs.fail_hopeless(at=NOW) == 1
    run.refresh_from_db()
    assert run.status == "failed"
    assert run.problem.startswith("Rows 1 to 2 could not be checked in 8 tries")


def test_the_last_try_is_not_ended_while_it_is_under_way(run: Run) -> None:
    RunChunk.objects.filter(run=run).update(attempts=runs.MAX_ATTEMPTS, lease_until=NOW + timedelta(seconds=5))
    assert runs.fail_hopeless(at=NOW) == 0
    assert runs.fail_hopeless(at=NOW + timedelta(seconds=6)) == 1
