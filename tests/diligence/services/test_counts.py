"""However often messages come and workers die, a run counts each loan and each finding once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diligence.domain.lifecycles import RunStatus
from diligence.models import Finding, LoanResult, RuleTally, Run
from diligence.services import finishing, parts, runs
from loans.models import Loan
from tests.diligence.conftest import ROWS
from tests.diligence.services.pipeline import NOW, clock, completed, started, uploaded
from tests.portfolios.offers import tape

pytestmark = pytest.mark.django_db

RULES = """
    SELECT count(*) FROM diligence_runrule r
    LEFT JOIN (SELECT rule_no, count(*) AS n, count(*) FILTER (WHERE status NOT IN (1, 2)) AS open
               FROM diligence_finding WHERE run_id = %s GROUP BY rule_no) f USING (rule_no)
    WHERE r.run_id = %s AND (r.findings <> coalesce(f.n, 0) OR r.open <> coalesce(f.open, 0))
"""
TALLIES = """
    SELECT count(*) FROM diligence_ruletally t
    FULL JOIN (SELECT rule_no, severity, count(*) AS n, count(*) FILTER (WHERE status NOT IN (1, 2)) AS open
               FROM diligence_finding WHERE run_id = %s GROUP BY rule_no, severity) f USING (rule_no, severity)
    WHERE coalesce(t.run_id, %s) = %s AND (t.findings, t.open) IS DISTINCT FROM (f.n, f.open)
"""
LOANS = """
    SELECT count(*) FROM diligence_loanresult l
    FULL JOIN (SELECT row_no, min(severity) AS worst, count(*) FILTER (WHERE severity = 1) AS fatal,
                      count(*) FILTER (WHERE severity IN (2, 3)) AS warning,
                      count(*) FILTER (WHERE severity = 1 AND status NOT IN (1, 2)) AS open_fatal,
                      count(*) FILTER (WHERE severity IN (2, 3) AND status NOT IN (1, 2)) AS open_warning
               FROM diligence_finding WHERE run_id = %s AND row_no > 0 GROUP BY row_no) f USING (row_no)
    WHERE coalesce(l.run_id, %s) = %s AND (l.worst, l.fatal, l.warning, l.open_fatal, l.open_warning)
          IS DISTINCT FROM (f.worst, f.fatal, f.warning, f.open_fatal, f.open_warning)
"""


def wrong(sql: str, *params: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def assert_counts_agree(run: Run) -> None:
    """Every stored number equals a recount of the findings themselves."""
    pk = run.pk
    assert wrong(RULES, pk, pk) == 0
    assert wrong(TALLIES, pk, pk, pk) == 0
    assert wrong(LOANS, pk, pk, pk) == 0
    run.refresh_from_db()
    severities = list(Finding.objects.filter(run=run).values_list("severity", flat=True))
    assert (run.fatal, run.informational) == (severities.count(1), severities.count(4))
    assert run.warning == severities.count(2) + severities.count(3)
    with_fatal = LoanResult.objects.filter(run=run, open_fatal__gt=0)
    assert run.loans_with_fatal == with_fatal.count()
    assert run.fatal_upb == sum(result.upb for result in with_fatal)
    assert sum(run.summary["loans_by_worst"].values()) == LoanResult.objects.filter(run=run).count()


def begun(lender, version) -> tuple[Run, list[int]]:
    run = started(lender, version)
    return run, runs.advance(run_id=run.pk, clock=clock)


def test_a_check_counts_what_it_found(checked):
    run = checked.run
    assert (run.status, run.lease_until) == (RunStatus.DONE, None)
    assert (run.loan_count, run.loans_done, run.chunks_done) == (ROWS, ROWS, 3)
    assert run.loans_with_fatal > 0
    assert_counts_agree(run)


def test_no_loan_is_stored_twice_when_a_tape_is_checked_again(checked):
    again = completed(started(checked.lender, checked.run.version))
    assert Loan.objects.filter(version=checked.run.version).count() == ROWS
    assert_counts_agree(again)
    assert_counts_agree(checked.run)


def test_the_same_part_twice_changes_nothing(lender, version):
    run, chunks = begun(lender, version)
    for chunk_id in (*chunks, *chunks):
        parts.check(chunk_id=chunk_id, worker="test", at=NOW)
    finishing.finish(run_id=run.pk, clock=clock)
    assert_counts_agree(run)
    assert run.loans_done == ROWS


def test_a_doubled_message_finds_the_part_taken(lender, version):
    _, (first, *_) = begun(lender, version)
    assert parts.claim(chunk_id=first, worker="one", at=NOW)
    assert parts.claim(chunk_id=first, worker="two", at=NOW) is None


def test_a_worker_that_lost_its_lease_writes_nothing(lender, version):
    run, (first, *_) = begun(lender, version)
    slow = parts.claim(chunk_id=first, worker="slow", at=NOW)
    later = NOW + parts.LEASE + timedelta(seconds=1)
    assert parts.claim(chunk_id=first, worker="quick", at=later)
    part, frame, evaluation = evaluated(slow)
    assert parts.write(slow, part, frame, evaluation, at=later) is False
    assert Finding.objects.filter(run=run).count() == 0
    assert Loan.objects.filter(version=version).count() == 0


def evaluated(held: parts.Claim):
    """What a worker has in hand just before it writes."""
    part = parts.TapeChunk.objects.get(version_id=held.chunk.run.version_id, number=held.chunk.number)
    typed = parts.read_parquet(part.typed)
    return part, typed, parts.evaluate_part(held.chunk.run, typed, parts.read_parquet(part.problems))


def test_a_stopped_check_writes_no_further_part(lender, version):
    run, (first, second, *_) = begun(lender, version)
    parts.check(chunk_id=first, worker="test", at=NOW)
    held = parts.claim(chunk_id=second, worker="test", at=NOW)
    assert runs.stop(run=run, by=lender, at=NOW)
    before = Finding.objects.filter(run=run).count()
    assert parts.write(held, *evaluated(held), at=NOW) is False
    assert Finding.objects.filter(run=run).count() == before
    assert finishing.finish(run_id=run.pk, clock=clock) is False
    run.refresh_from_db()
    assert run.status == RunStatus.STOPPED


def test_parts_of_a_run_copy_side_by_side(lender, version):
    """What is locked while loans are copied is the part; its run waits until all else is written."""
    _, (first, *_) = begun(lender, version)
    held = parts.claim(chunk_id=first, worker="test", at=NOW)
    values = evaluated(held)
    with CaptureQueriesContext(connection) as captured:
        parts.write(held, *values, at=NOW)
    of_run = [n for n, query in enumerate(captured) if '"diligence_run"' in query["sql"]]
    counted = [n for n, query in enumerate(captured) if "diligence_ruletally" in query["sql"]]
    assert counted
    assert min(of_run) > max(counted)


def test_finishing_twice_counts_once(checked):
    tallies = list(RuleTally.objects.filter(run=checked.run).order_by("pk").values_list("findings", flat=True))
    assert finishing.finish(run_id=checked.run.pk, clock=clock) is False
    after = list(RuleTally.objects.filter(run=checked.run).order_by("pk").values_list("findings", flat=True))
    assert after == tallies
    assert_counts_agree(checked.run)


def test_parts_are_sent_again_when_nobody_works_on_them(lender, version):
    run, chunks = begun(lender, version)
    assert runs.unsent_parts(run_id=run.pk, at=NOW) == []
    assert sorted(runs.unsent_parts(run_id=run.pk, at=NOW + timedelta(minutes=5))) == sorted(chunks)


def test_a_row_that_is_too_long_counts_against_its_loan(lender):

    lines = tape(6).decode().splitlines()
    lines[3] += ",more,than,the,header"
    run = completed(started(lender, uploaded(lender, "\r\n".join(lines).encode())))
    rule = run.rules.get(code="DV-015")
    found = Finding.objects.filter(run=run, rule_no=rule.rule_no, row_no__gt=0)
    assert [finding.row_no for finding in found] == [3]
    assert found[0].loan_id == "L00003"
    assert LoanResult.objects.get(run=run, row_no=3).open_fatal >= 1
    assert_counts_agree(run)
