"""Loans with findings, worst first, paged by key."""

from dataclasses import dataclass

from django.db.models import QuerySet

from diligence.models import LoanResult, Run
from diligence.queries.results import SEVERITIES
from loans.models import Loan

PAGE = 50
MOST_FOUND = 50
OPEN_FATAL = "open"
NOTHING = 0


@dataclass(frozen=True)
class Page:
    """A stretch of the list. `total` is None where no stored number says it, such as under a search.

    `rest` is how many follow, or one more than a page of them.
    """

    results: list[LoanResult]
    total: int | None
    next: str
    severity: str
    words: str
    rest: int = 0


def page(run: Run, *, severity: str = "", words: str = "", after: str = "") -> Page:
    """Fifty loans after a place, or the loans whose number is `words`, in two queries at most."""
    chosen = severity if severity in (*SEVERITIES, OPEN_FATAL) else ""
    if words:
        return Page(by_number(run, words), None, "", chosen, words)
    found = of_severity(run.results.all(), chosen)
    rows = behind(found, after)
    more = f"{rows[PAGE - 1].worst}.{rows[PAGE - 1].row_no}" if len(rows) > PAGE else ""
    return Page(rows[:PAGE], totals(run).get(chosen), more, chosen, words, max(len(rows) - PAGE, 0))


def behind(results: QuerySet[LoanResult], after: str) -> list[LoanResult]:
    """Two pages of results and one more, from a place on: the rest of its severity, then the lighter ones.

    Two plain conditions on the index; PostgreSQL reads an OR of them from the start of the severity.
    """
    most, ordered = 2 * PAGE + 1, results.order_by("worst", "row_no")
    worst, _, row = after.partition(".")
    if not (worst.isdecimal() and row.isdecimal()):
        return list(ordered[:most])
    rows = list(ordered.filter(worst=int(worst), row_no__gt=int(row))[:most])
    return rows + list(ordered.filter(worst__gt=int(worst))[: most - len(rows)]) if len(rows) < most else rows


def of_severity(results: QuerySet[LoanResult], chosen: str) -> QuerySet[LoanResult]:
    """Loans whose worst finding is of a severity, or those with an open fatal one."""
    if chosen == OPEN_FATAL:
        return results.filter(worst=1, open_fatal__gt=0)
    return results.filter(worst__in=SEVERITIES[chosen]) if chosen else results


def totals(run: Run) -> dict[str, int]:
    """Loans in each list as stored with the run; empty for runs that are not finished."""
    stored = run.summary.get("loans_by_worst")
    if stored is None:
        return {}
    return {**stored, "": sum(stored.values()), OPEN_FATAL: run.loans_with_fatal}


def by_number(run: Run, number: str) -> list[LoanResult]:
    """Results of the loans with this number; a loan without findings comes as a result with 0 as its worst severity."""
    loans = Loan.objects.filter(version_id=run.version_id, loan_id=number)
    rows = list(loans.values_list("row_no", "loan_id", "upb").order_by("row_no")[:MOST_FOUND])
    known = {result.row_no: result for result in run.results.filter(row_no__in=[row for row, _, _ in rows])}
    return [
        known.get(row) or LoanResult(run=run, row_no=row, loan_id=loan_id, worst=NOTHING, upb=upb)
        for row, loan_id, upb in rows
    ]


def neighbors(run: Run, row_no: int) -> tuple[int | None, int | None]:
    """The rows with findings before and after this one."""
    rows = run.results.values_list("row_no", flat=True)
    before = rows.filter(row_no__lt=row_no).order_by("-row_no").first()
    after = rows.filter(row_no__gt=row_no).order_by("row_no").first()
    return before, after
