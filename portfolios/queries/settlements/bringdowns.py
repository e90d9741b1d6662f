"""What bring-down checks say of the awarded loans, and of no other loan of the seller's tape; never borrowers' data."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from django.db import connection
from django.db.models import Q

from diligence.domain.lifecycles import RunStatus
from diligence.models import Run
from loans.domain.lifecycles import TapeStatus
from loans.models import CriteriaVersion, TapeVersion
from portfolios.models import Lot, Settlement

NEW, OWN, KNOWN, GONE = "new", "own", "known", "gone"
KINDS = {
    NEW: "New since the announcement",
    GONE: "No longer on the tape",
    OWN: "By a rule of the buyer's own",
    KNOWN: "Known at the announcement",
}
FOUND = """
    WITH awarded AS (
        SELECT lot_id, row_no, loan_id, upb, proposed_reason, answer FROM portfolios_settlementloan
        WHERE settlement_id = %(settlement)s AND lot_id = %(lot)s
    ), fatal AS (
        SELECT loan.row_no, rule.code, rule.title,
               CASE WHEN NOT EXISTS (SELECT 1 FROM diligence_runrule
                                     WHERE run_id = %(announced)s AND code = rule.code) THEN 'own'
                    WHEN EXISTS (SELECT 1 FROM diligence_finding old JOIN diligence_runrule was
                                     ON was.run_id = old.run_id AND was.rule_no = old.rule_no
                                 WHERE old.run_id = %(announced)s AND old.row_no = loan.row_no AND old.severity = 1
                                   AND was.code = rule.code) THEN 'known'
                    ELSE 'new' END AS kind
        FROM awarded loan
        JOIN diligence_finding finding ON finding.run_id = %(run)s AND finding.severity = 1
             AND finding.status IN (0, 3)
             AND CASE WHEN %(same)s THEN finding.row_no = loan.row_no
                      ELSE finding.loan_id = loan.loan_id AND finding.row_no > 0 END
        JOIN diligence_runrule rule ON rule.run_id = finding.run_id AND rule.rule_no = finding.rule_no
    ), gone AS (
        SELECT row_no, '' AS code, 'No longer on the tape' AS title, 'gone' AS kind FROM awarded
        WHERE NOT %(same)s AND NOT EXISTS (SELECT 1 FROM loans_loan
                                           WHERE version_id = %(version)s AND loan_id = awarded.loan_id)
    ), told AS (
        SELECT row_no, min(array_position(ARRAY['new', 'gone', 'own', 'known'], kind)) AS kind,
               string_agg(DISTINCT trim(code || ' ' || title), '; ') AS reason
        FROM (SELECT * FROM fatal UNION ALL SELECT * FROM gone) every GROUP BY row_no
    )
    SELECT loan.lot_id, loan.row_no, loan.loan_id, loan.upb, told.kind, told.reason, loan.proposed_reason <> ''
    FROM told JOIN awarded loan USING (row_no) ORDER BY told.kind, loan.upb DESC, loan.row_no
"""
ORDER = (NEW, GONE, OWN, KNOWN)


@dataclass(frozen=True, slots=True)
class FoundLoan:
    """An awarded loan with open fatal findings: why, and whether that is new; UPB in USD."""

    lot_id: int
    row_no: int
    loan_id: str
    upb: Decimal
    kind: str
    reason: str
    proposed: bool

    @property
    def place(self) -> str:
        return f"{self.lot_id}-{self.row_no}"

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class LotCheck:
    """Where the bring-down of a lot stands: its runs, the newest first, and what the newest finished one found."""

    lot: Lot
    runs: Sequence[Run]
    found: Sequence[FoundLoan]
    versions: Sequence[TapeVersion]

    @property
    def newest(self) -> Run | None:
        return self.runs[0] if self.runs else None

    @property
    def finished(self) -> Run | None:
        return next((run for run in self.runs if run.status == RunStatus.DONE), None)

    @property
    def under_way(self) -> bool:
        return self.newest is not None and self.newest.status in UNDER_WAY

    @property
    def upb(self) -> Decimal:
        return sum((loan.upb for loan in self.found), Decimal(0))

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Loans by what is behind them, in words, without empty ones."""
        kinds = [loan.kind for loan in self.found]
        return [(KINDS[kind], kinds.count(kind)) for kind in ORDER if kind in kinds]


UNDER_WAY = (RunStatus.PREPARING, RunStatus.CHECKING, RunStatus.FINISHING)


def lot_checks(settlement: Settlement) -> list[LotCheck]:
    """Every lot of the settlement that has a tape, with its checks."""
    lots = settlement.award.lots.filter(bundle__isnull=False).select_related("bundle__run__version__tape")
    return [lot_check(settlement, lot) for lot in lots.order_by("code")]


def lot_check(settlement: Settlement, lot: Lot) -> LotCheck:
    runs = list(runs_of(settlement, lot))
    done = next((run for run in runs if run.status == RunStatus.DONE), None)
    return LotCheck(lot, runs, found_loans(settlement, lot, done) if done else [], versions_of(lot))


def runs_of(settlement: Settlement, lot: Lot) -> Sequence[Run]:
    """The bring-down checks of a lot's tape, newest first."""
    if lot.bundle is None:
        return []
    of_tape = settlement.runs.filter(version__tape=lot.bundle.run.version.tape_id)
    return list(of_tape.select_related("version__tape", "criteria").order_by("-started_at", "-pk"))


def versions_of(lot: Lot) -> Sequence[TapeVersion]:
    """The version that was announced and those after it that can be checked, oldest first."""
    if lot.bundle is None:
        return []
    announced = lot.bundle.run.version
    ready = TapeVersion.objects.filter(tape=announced.tape_id, status=TapeStatus.READY, number__gte=announced.number)
    return list(ready.select_related("tape").defer("columns", "profile", "difference").order_by("number"))


def found_loans(settlement: Settlement, lot: Lot, run: Run) -> list[FoundLoan]:
    """Awarded loans of a lot with open fatal findings in a run, new ones first, then by balance."""
    announced = lot.bundle.run if lot.bundle else None
    if announced is None:
        return []
    values = {
        "settlement": settlement.pk,
        "lot": lot.pk,
        "run": run.pk,
        "announced": announced.pk,
        "version": run.version_id,
        "same": run.version_id == announced.version_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(FOUND, values)
        rows = cursor.fetchall()
    return [
        FoundLoan(lot_id, row_no, loan_id, upb, ORDER[kind - 1], reason, proposed)
        for lot_id, row_no, loan_id, upb, kind, reason, proposed in rows
    ]


def suggested(settlement: Settlement) -> pl.DataFrame:
    """Loans to ask out by the newest finished check of every lot, not proposed yet: `lot_id`, `row_no`, `reason`."""
    found = [loan for check in lot_checks(settlement) for loan in check.found if not loan.proposed]
    found.sort(key=lambda loan: (ORDER.index(loan.kind), -loan.upb, loan.lot_id, loan.row_no))
    return pl.DataFrame(
        [(loan.lot_id, loan.row_no, loan.reason) for loan in found],
        schema={"lot_id": pl.Int64, "row_no": pl.Int64, "reason": pl.String},
        orient="row",
    )


def criteria_for(organization_id: int) -> list[CriteriaVersion]:
    """Criteria in force that a buyer may check by: its own first, then those open to everybody."""
    own_or_open = Q(organization_id=organization_id) | Q(organization__isnull=True)
    published = CriteriaVersion.objects.published().filter(own_or_open)
    return sorted(published.defer("text"), key=lambda one: (one.organization_id is None, one.code))
