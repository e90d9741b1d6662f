"""What people decide about findings: verify, waive, dispute, or open again. Each decision keeps who, when and why."""

import hashlib
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from accounts.policies import NotAllowed
from diligence import policies
from diligence.domain.lifecycles import FindingStatus, RunStatus, Severity
from diligence.models import Decision, Finding, LoanResult, RuleTally, Run, RunRule

CLOSED = (FindingStatus.VERIFIED, FindingStatus.WAIVED)
NOTE_CHARS = 2000


def values_hash(finding: Finding) -> str:
    """MD5 of the values the rule saw, the same as PostgreSQL's md5() of the stored text."""
    return hashlib.md5(finding.values.encode(), usedforsecurity=False).hexdigest()


@transaction.atomic
def decide(*, finding: Finding, to: FindingStatus, by: User, at: datetime, note: str) -> Decision:
    """Move a finding to a new status with a reason; totals of loan, rule and run move with it.

    Raises NotAllowed. Opening a finding again is kept too, as a decision that is not in force.
    """
    run = Run.objects.select_for_update().select_related("version__tape").get(pk=finding.run_id)
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    rule = RunRule.objects.get(run=run, rule_no=finding.rule_no)
    check(run, finding, rule, to=to, by=by, note=note)
    supersede(run, finding, rule, at=at)
    set_status(run, finding, to)
    return Decision.objects.create(
        lender_id=run.version.tape.organization_id,
        loan_id=finding.loan_id or "",
        rule=rule.code,
        values_hash=values_hash(finding),
        kind=to,
        note=note.strip()[:NOTE_CHARS],
        run=run,
        decided_by=by,
        decided_at=at,
        superseded_at=at if to is FindingStatus.OPEN else None,
    )


def check(run: Run, finding: Finding, rule: RunRule, *, to: FindingStatus, by: User, note: str) -> None:
    """Whether this person may make this step with this finding; raises NotAllowed."""
    policies.check_can_decide(by, run, waivable=rule.waivable, frm=FindingStatus(finding.status), to=to)
    if run.status != RunStatus.DONE:
        raise NotAllowed("The check is not finished. Decisions are made on its results.")
    if not note.strip():
        raise NotAllowed("A decision needs a reason that the next reader can follow.")


def supersede(run: Run, finding: Finding, rule: RunRule, *, at: datetime) -> None:
    Decision.objects.filter(
        lender_id=run.version.tape.organization_id,
        loan_id=finding.loan_id or "",
        rule=rule.code,
        values_hash=values_hash(finding),
        superseded_at=None,
    ).update(superseded_at=at)


def set_status(run: Run, finding: Finding, to: FindingStatus) -> None:
    """Change the finding and every stored count that depends on whether it is open."""
    was_closed, is_closed = finding.status in CLOSED, to in CLOSED
    Finding.objects.filter(pk=finding.pk).update(status=to)
    if was_closed == is_closed:
        return
    step = -1 if is_closed else 1
    RunRule.objects.filter(run=run, rule_no=finding.rule_no).update(open=F("open") + step)
    of_severity = RuleTally.objects.filter(run=run, rule_no=finding.rule_no, severity=finding.severity)
    of_severity.update(open=F("open") + step)
    open_count = "open_fatal" if finding.severity == Severity.FATAL else "open_warning"
    if finding.severity != Severity.INFORMATIONAL and finding.row_no:
        LoanResult.objects.filter(run=run, row_no=finding.row_no).update(**{open_count: F(open_count) + step})
    recount_fatal(run)


def recount_fatal(run: Run) -> None:
    """Count again the loans with open fatal findings and their UPB."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE diligence_run SET (loans_with_fatal, fatal_upb) = (
                SELECT count(*), coalesce(sum(upb), 0) FROM diligence_loanresult
                WHERE run_id = %s AND open_fatal > 0 AND row_no > 0)
            WHERE id = %s
            """,
            [run.pk, run.pk],
        )


def carry_over(run: Run) -> int:
    """Apply the lender's decisions in force to the findings of a finished run; returns how many findings they met.

    A decision meets a finding of the same loan, rule and values, on whatever version of the tape it was made. A loan
    without a number is no other version's loan, so nothing is carried over to it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE diligence_finding AS f SET status = d.kind
            FROM diligence_decision AS d, diligence_runrule AS r
            WHERE f.run_id = %s AND r.run_id = f.run_id AND r.rule_no = f.rule_no
              AND d.lender_id = %s AND d.superseded_at IS NULL
              AND d.loan_id = coalesce(f.loan_id, '') AND (f.row_no = 0 OR f.loan_id <> '')
              AND d.rule = r.code AND d.values_hash = md5(f.values) AND f.status <> d.kind
            """,
            [run.pk, run.version.tape.organization_id],
        )
        met = cursor.rowcount
    if met:
        recount_open(run)
    return met


def recount_open(run: Run) -> None:
    """Count open findings again for every rule and loan of a run from the findings themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE diligence_runrule AS r SET open = r.findings - c.closed
            FROM (SELECT rule_no, count(*) AS closed FROM diligence_finding
                  WHERE run_id = %s AND status = ANY(%s) GROUP BY rule_no) AS c
            WHERE r.run_id = %s AND r.rule_no = c.rule_no
            """,
            [run.pk, [int(s) for s in CLOSED], run.pk],
        )
        cursor.execute(
            """
            UPDATE diligence_ruletally AS t SET open = t.findings - c.closed
            FROM (SELECT rule_no, severity, count(*) AS closed FROM diligence_finding
                  WHERE run_id = %s AND status = ANY(%s) GROUP BY rule_no, severity) AS c
            WHERE t.run_id = %s AND t.rule_no = c.rule_no AND t.severity = c.severity
            """,
            [run.pk, [int(s) for s in CLOSED], run.pk],
        )
        cursor.execute(
            """
            UPDATE diligence_loanresult AS l SET open_fatal = l.fatal - c.fatal, open_warning = l.warning - c.warning
            FROM (SELECT row_no, count(*) FILTER (WHERE severity = 1) AS fatal,
                         count(*) FILTER (WHERE severity IN (2, 3)) AS warning
                  FROM diligence_finding WHERE run_id = %s AND status = ANY(%s) GROUP BY row_no) AS c
            WHERE l.run_id = %s AND l.row_no = c.row_no
            """,
            [run.pk, [int(s) for s in CLOSED], run.pk],
        )
    recount_fatal(run)
