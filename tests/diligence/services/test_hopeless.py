"""A part that fails again and again: tried again at once, and after too many tries the check ends with a sentence."""

from datetime import timedelta

import polars as pl
import pytest

from diligence.models import Run, RunChunk
from diligence.services import finishing, parts, runs
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


@pytest.fixture
def unable_to_finish(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose rows are checked and whose results cannot be added up."""

    def summary_of(run: Run) -> dict[str, object]:
        raise OSError("the disk is full")

    assert parts.check(chunk_id=run.chunks.get().pk, worker="w", at=NOW)
    monkeypatch.setattr(finishing, "summary_of", summary_of)
    return run


def test_an_end_that_failed_can_be_tried_again_at_once(unable_to_finish: Run) -> None:
    with pytest.raises(OSError, match="disk"):
        finishing.finish(run_id=unable_to_finish.pk, clock=clock)
    unable_to_finish.refresh_from_db()
    assert (unable_to_finish.status, unable_to_finish.lease_until, unable_to_finish.attempts) == ("finishing", None, 1)
    assert runs.waiting_runs(at=NOW)["finishing"] == [unable_to_finish.pk]


def test_a_check_whose_end_always_fails_ends_with_a_sentence(unable_to_finish: Run) -> None:
    for _ in range(runs.MAX_ATTEMPTS):
        assert runs.fail_hopeless(at=NOW) == 0
        with pytest.raises(OSError, match="disk"):
            finishing.finish(run_id=unable_to_finish.pk, clock=clock)
    assert runs.fail_hopeless(at=NOW) == 1
    unable_to_finish.refresh_from_db()
    assert unable_to_finish.status == "failed"
    told = "All rows were checked, but the results could not be added up in 8 tries"
    assert unable_to_finish.problem.startswith(told)
    assert not finishing.finish(run_id=unable_to_finish.pk, clock=clock)


def test_the_last_try_of_an_end_is_not_ended_while_it_is_under_way(unable_to_finish: Run) -> None:
    lease = NOW + timedelta(seconds=5)
    Run.objects.filter(pk=unable_to_finish.pk).update(attempts=runs.MAX_ATTEMPTS, lease_until=lease)
    assert runs.fail_hopeless(at=NOW) == 0
    assert runs.fail_hopeless(at=lease + timedelta(seconds=1)) == 1
