"""What the flags of a pool are judged by: its series, its cohort's speeds and its loans, as the domain wants them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars as pl
from django.core.files.storage import default_storage
from django.db.models import Q

from portfolios.domain.calendar import business_day, factor_is_missing
from portfolios.domain.poolmonth import still_there
from portfolios.domain.programs import convention
from portfolios.domain.redflags import Driver, History, MonthData, MonthFacts, drivers, thresholds
from portfolios.domain.redflags.history import Key
from portfolios.domain.securities import SecurityStatus
from portfolios.domain.terms import month_after
from portfolios.models import PublishedFactor, Security
from portfolios.queries.cohorts import cohort
from portfolios.queries.series import Series, SeriesMonth, series

LOANS_READ = ("loan_id", "balance", "servicer", "seller", "exit")
PRIVATE_DAY = 5  # business day by which a servicer's factor is awaited, as no agency's calendar holds
FATAL = (1, "fatal")
COHORT_MONTHS = 24
FEWEST_PEERS = 5  # of fewer pools the cohort's own chance is as large as the pool's


@dataclass(frozen=True)
class Facts:
    """The history to judge, the series it comes from, and the months whose loans and whose cohort were looked at."""

    history: History
    series: Series
    with_loans: frozenset[date]
    with_cohort: frozenset[date]

    @property
    def newest(self) -> date | None:
        """The newest month with a factor."""
        return self.series.latest.month if self.series.latest else None


def facts(
    security: Security,
    *,
    today: date,
    accepted: Collection[Key] = (),
    loans_since: date | None = None,
) -> Facts:
    """All that raises flags on a pool. `loans_since`: the first month whose loans are read again, None for all."""
    found = series(security)
    files = loan_files(security)
    driven = drivers_by_month(files, since=loans_since)
    peers = cohort_speeds(security, found)
    marked = corrected_months(security)
    pairs = zip((None, *found.months), found.months, strict=False)
    months = [
        month_facts(
            security,
            month,
            before,
            drivers=driven.get(month.month, ()),
            peers=peers.get(month.month),
            corrected=month.month in marked,
        )
        for before, month in pairs
    ]
    if months and (late := overdue(security, found, today=today)):
        months.append(late)
    history = History(months, thresholds(security.portfolio.thresholds), frozenset(accepted))
    return Facts(history, found, frozenset(driven), frozenset(peers))


def month_facts(
    security: Security,
    month: SeriesMonth,
    before: SeriesMonth | None,
    *,
    drivers: Sequence[Driver] = (),
    peers: float | None = None,
    corrected: bool = False,
) -> MonthFacts:
    """A row of the series as the flags look at it."""
    unscheduled, involuntary = unscheduled_of(security, month), involuntary_of(month)
    return MonthFacts(
        month=month.month,
        data=data_of(security, month, before, corrected=corrected),
        scheduled_factor=month.scheduled_factor,
        expected_factor=month.expected_factor,
        smm=month.smm,
        expected_smm=month.expected_smm,
        cohort_smm=peers,
        loan_count=month.loan_count,
        effective_loans=month.effective_loans,
        largest_share=month.largest_share,
        top_state=month.top_state,
        top_state_share=month.top_state_share,
        late_share=month.late_share,
        unscheduled=unscheduled,
        involuntary=involuntary,
        drivers=drivers,
    )


def data_of(
    security: Security, month: SeriesMonth, before: SeriesMonth | None, *, corrected: bool = False
) -> MonthData:
    """What the files say of a month; a published factor stands before a computed one."""
    held = month.comparison
    balance = month.file_balance or month.balance
    return MonthData(
        factor=month.factor,
        factor_before=before.factor if before else None,
        scheduled=month.due_factor,
        smm=month.smm,
        loans=month.loan_count,
        loans_before=before.loan_count if before else None,
        face=security.original_face,
        file_balance=month.file_balance,
        recorded_balance=balance,
        tape_balance=None if month.difference is None or balance is None else balance + month.difference,
        computed=held.computed if held and not held.agrees else None,
        fatal=tuple(finding["sentence"] for finding in month.findings if finding.get("severity") in FATAL),
        corrected=corrected,
    )


def corrected_months(security: Security) -> set[date]:
    """Months that the issuer corrected or marks as corrected; a second tape of the servicer's is none of these."""
    if security.published_id is None:
        return set()
    counts = PublishedFactor.objects.filter(pool_id=security.published_id, latest=True)
    marked = counts.filter(Q(correction=True) | Q(version__gt=1))
    return set(marked.values_list("month", flat=True))


def unscheduled_of(security: Security, month: SeriesMonth) -> Decimal | None:
    """Principal besides the schedule: by its causes where they are told, else by the factors."""
    if month.paydown is not None:
        return month.paydown.total - (month.paydown.scheduled or 0)
    if month.due_factor is None or month.factor is None:
        return None
    return security.original_face * (Decimal(str(month.due_factor)) - month.factor)


def involuntary_of(month: SeriesMonth) -> Decimal | None:
    """Principal of loans that were taken out; a file that tells payoffs apart has no payoffs among the others."""
    told = month.facts.get("split") == "told" and month.paydown is not None
    others = month.paydown.removed if told and month.paydown else None
    if month.removed_upb is None and others is None:
        return None
    return (month.removed_upb or Decimal(0)) + (others or Decimal(0))


def overdue(security: Security, found: Series, *, today: date) -> MonthFacts | None:
    """The first month without a factor, once it is due; nothing is due of pools that nobody reports on."""
    latest = found.latest
    if latest is None or not is_reported(security):
        return None
    first = month_after(latest.month, 1)
    if not is_due(security.program, first, today=today):
        return None
    due = first
    while is_due(security.program, month_after(due, 1), today=today):
        due = month_after(due, 1)
    sentence = missing_sentence(latest.month, first, due)
    return MonthFacts(first, MonthData(factor=None, factor_before=latest.factor, overdue=sentence))


def is_due(program: str, month: date, *, today: date) -> bool:
    """Whether a factor of this month should be here: on business day 5, by the agencies' calendar where one holds."""
    if convention(program).issuer:
        return factor_is_missing(program, month, today=today)
    return today >= business_day(month, PRIVATE_DAY)


def is_reported(security: Security) -> bool:
    """Whether somebody owes a factor a month: an agency, or a servicer that sends tapes."""
    sends = security.published_id or security.tape_id or security.servicer_id
    return security.status == SecurityStatus.ACTIVE and sends is not None


def missing_sentence(last: date, first: date, due: date) -> str:
    if due == first:
        return f"The factor of {first:%b %Y} was due and is not here; the last one is of {last:%b %Y}."
    count = (due.year - first.year) * 12 + due.month - first.month + 1
    return f"The factors of {count} months, {first:%b %Y} to {due:%b %Y}, were due and are not here."


def cohort_speeds(security: Security, found: Series) -> dict[date, float | None]:
    """SMM in percent of the pools alike in the newest months; None where too few of them are known."""
    if found.latest is None:
        return {}
    latest = found.latest.month
    months = {month_after(latest, -ago): ago for ago in range(COHORT_MONTHS)}
    alike = cohort(security, month=latest, months=COHORT_MONTHS)
    together = {month: alike.over(1, ago) if alike else None for month, ago in months.items()}
    return {month: seen.smm if seen and seen.pools >= FEWEST_PEERS else None for month, seen in together.items()}


def loan_files(security: Security) -> list[tuple[date, str]]:
    """The months whose loans are kept, oldest first, and where."""
    kept = security.months.filter(latest=True).exclude(loans="").order_by("month")
    return list(kept.values_list("month", "loans"))


def drivers_by_month(files: Sequence[tuple[date, str]], *, since: date | None) -> dict[date, list[Driver]]:
    """Who prepaid in each month whose loans and whose predecessor's are kept; nothing where no servicer is known."""
    wanted = [at for at in range(1, len(files)) if since is None or files[at][0] >= since]
    found: dict[date, list[Driver]] = {}
    kept: dict[int, pl.DataFrame] = {}
    for at in wanted:
        month, before = files[at][0], files[at - 1][0]
        if month_after(before, 1) != month:
            continue
        start = kept.pop(at - 1, None)
        start = loans_of(files[at - 1][1]) if start is None else start
        if "servicer" not in start.columns and "seller" not in start.columns:
            return {}
        kept[at] = loans_of(files[at][1])
        found[month] = drivers(start, kept[at])
    return found


def loans_of(name: str) -> pl.DataFrame:
    """A month's loans with what the drivers need of them."""
    with default_storage.open(name) as file:
        content: Any = BytesIO(file.read())
    columns = [column for column in LOANS_READ if column in pl.read_parquet_schema(content)]
    content.seek(0)
    return still_there(pl.read_parquet(content, columns=columns))
