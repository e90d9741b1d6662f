"""Loan-level files: the loan-months kept as columns, and the months of the pools that somebody follows."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.db.models import Q

from accounts.models import User
from loans.services.files import parquet_of, read_parquet
from portfolios.domain.factor import pool_factor
from portfolios.domain.factorfiles import OpenFile
from portfolios.domain.factorfiles.flows import between
from portfolios.domain.factorfiles.layouts import layouts
from portfolios.domain.factorfiles.sums import Sums
from portfolios.domain.poolmonth import LOAN_COLUMNS, MonthFigures, in_loan_columns, measured
from portfolios.domain.programs import convention
from portfolios.domain.securities import MonthSource
from portfolios.models import FactorFile, LoanHistory, PoolMonth, Security
from portfolios.services.poolmonths import record_months

LEFT_OUT_OF_HISTORY = "line"
LATELY = timedelta(minutes=30)
GINNIE_MAE, OF_BOTH_GSES = "Ginnie Mae", "Fannie Mae, Freddie Mac"
FACTS = {"basis": "loan_months", "split": "told"}
WITHOUT_CAUSE = {"basis": "loan_months", "split": "untold"}


@dataclass(slots=True)
class TakenLoans:
    """What an import did: loan-months kept, pools and months seen, months of followed pools recorded."""

    rows: int = 0
    recorded: int = 0
    pools: set[str] = field(default_factory=set)
    months: set[date] = field(default_factory=set)


@contextmanager
def kept_parts(file: FactorFile) -> Iterator[list[LoanHistory]]:
    """Parts of a history as they are written; their files go again where the import does not come to its end."""
    parts: list[LoanHistory] = []
    try:
        yield parts
    except BaseException:
        for part in parts:
            part.loans.delete(save=False)
        raise


def take_history(
    file: FactorFile, source: OpenFile, *, security: Security, by: User | None, at: datetime
) -> TakenLoans:
    """A file with a loan and month a line, without pool numbers: all of it is one pool's."""
    taken, sums = TakenLoans(), Sums()
    newest: dict[date, list[pl.DataFrame]] = {}
    with kept_parts(file) as parts:
        for frame in source.loan_months():
            _keep(file, frame, parts, taken)
            sums.add(frame)
            _keep_newest(newest, frame)
        months = list(sums.figures(security.original_face))
        loans = {month: in_loan_columns(pl.concat(frames)) for month, frames in newest.items()}
        taken.recorded = record_months(
            security=security, months=months, source=MonthSource.LOANS, by=by, at=at, loans=loans
        )
    return taken


def _keep_newest(newest: dict[date, list[pl.DataFrame]], frame: pl.DataFrame) -> None:
    """Hold on to the loans of the newest month only: the collateral of today."""
    last = frame["month"].max()
    if not isinstance(last, date) or (newest and last < max(newest)):
        return
    if last not in newest:
        newest.clear()
    newest.setdefault(last, []).append(frame.filter((pl.col("month") == last) & pl.col("exit").is_null()))


def take_month(file: FactorFile, source: OpenFile, *, by: User | None, at: datetime) -> TakenLoans:
    """A file with the loans of many pools in one month: months of the pools that are followed are recorded."""
    taken = TakenLoans()
    issuer = source.found.layout.issuer
    followed = _followed(issuer)
    own: dict[str, list[pl.DataFrame]] = defaultdict(list)
    with kept_parts(file) as parts:
        for frame in source.loan_months():
            _keep(file, frame, parts, taken)
            for (number,), rows in frame.filter(pl.col("pool_number").is_in(list(followed))).group_by("pool_number"):
                own[str(number)].append(rows)
        for number, frames in own.items():
            for security in followed[number]:
                taken.recorded += _record(security, pl.concat(frames), by=by, at=at)
    return taken


def lately_followed(*, at: datetime) -> list[int]:
    """Pools whose message to be caught up may have been lost: to be caught up twice changes nothing."""
    return list(Security.objects.filter(created_at__gt=at - LATELY, created_at__lte=at).values_list("pk", flat=True))


def catch_up(*, security: Security, by: User | None, at: datetime) -> int:
    """Months of a pool that is followed only now, from the loan-level files that came before; how many are new."""
    number = security.published.pool_number if security.published else security.name
    recorded = 0
    for part in LoanHistory.objects.filter(file__security=None).select_related("file").order_by("first_month", "pk"):
        with part.loans.open("rb") as kept:
            rows = pl.scan_parquet(kept.read()).filter(pl.col("pool_number") == number).collect()
        if rows.height and _is_of(part, security):
            recorded += _record(security, _with_all_columns(rows), by=by, at=at)
    return recorded


def _with_all_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Kept loans with the columns in which nothing stood, too."""
    absent = {name: pl.lit(None, dtype) for name, dtype in LOAN_COLUMNS.items() if name not in rows.columns}
    return rows.with_columns(**absent)


def _is_of(part: LoanHistory, security: Security) -> bool:
    """Whether the part comes from the issuer of the pool: two issuers may use one number."""
    issuer = layouts()[part.file.layout].issuer
    return (issuer or OF_BOTH_GSES) == _house(security)


def _house(security: Security) -> str:
    issuer = convention(security.program).issuer
    return issuer if issuer in {"", GINNIE_MAE} else OF_BOTH_GSES


def _followed(issuer: str) -> dict[str, list[Security]]:
    """Pools that somebody follows by the number under which the issuer's files name them ("": both of the GSEs)."""
    found: dict[str, list[Security]] = defaultdict(list)
    for security in Security.objects.select_related("published").filter(~Q(published=None) | Q(bundle=None)):
        if _house(security) == (issuer or OF_BOTH_GSES):
            found[security.published.pool_number if security.published else security.name].append(security)
    return dict(found)


def _record(security: Security, rows: pl.DataFrame, *, by: User | None, at: datetime) -> int:
    """Record the month, and the month after it again where that is known already: its paydown starts here."""
    loans = _monthly(rows)
    recorded = 0
    for month, frame in loans.items():
        recorded += _record_month(security, month, frame, by=by, at=at)
        later = _known(security, _next(month))
        if later is not None:
            recorded += _record_month(security, _next(month), later, by=by, at=at)
    return recorded


def _monthly(rows: pl.DataFrame) -> dict[date, pl.DataFrame]:
    months = sorted(rows["month"].unique().to_list())
    return {month: rows.filter(pl.col("month") == month).sort("loan_id") for month in months}


def _record_month(security: Security, month: date, frame: pl.DataFrame, *, by: User | None, at: datetime) -> int:
    loans = in_loan_columns(frame)
    before = _known(security, _next(month, -1))
    flows: dict[str, Any] = between(before, loans) if before is not None else {}
    figures = measured(loans)
    told = flows and loans["exit"].is_not_null().any()
    month_figures = MonthFigures(
        month=month,
        factor=pool_factor(security.original_face, figures["loan_balance"]),
        balance=figures["loan_balance"],
        facts=FACTS if told else WITHOUT_CAUSE,
        **figures,
        **flows,
    )
    return record_months(
        security=security, months=[month_figures], source=MonthSource.LOANS, by=by, at=at, loans={month: loans}
    )


def _known(security: Security, month: date) -> pl.DataFrame | None:
    """The loans of a month that came from a loan-level file, as kept."""
    kept = PoolMonth.objects.filter(security=security, month=month, latest=True, source=MonthSource.LOANS).first()
    if kept is None or not kept.loans:
        return None
    return _with_all_columns(read_parquet(kept.loans))


def _next(month: date, months: int = 1) -> date:
    years, place = divmod(month.month - 1 + months, 12)
    return date(month.year + years, place + 1, 1)


def _keep(file: FactorFile, frame: pl.DataFrame, parts: list[LoanHistory], taken: TakenLoans) -> None:
    if frame.is_empty():
        return
    months = frame["month"].unique().to_list()
    part = LoanHistory(file=file, number=len(parts), rows=frame.height, first_month=min(months), last_month=max(months))
    parts.append(part)
    content = parquet_of(frame.select(_given(frame)))
    part.loans.save("loans.parquet", content, save=False)
    part.save()
    taken.rows += frame.height
    taken.months.update(months)
    taken.pools.update(frame["pool_number"].drop_nulls().unique().to_list())


def _given(frame: pl.DataFrame) -> list[str]:
    """The columns in which something stands; the line of the file is of no use later."""
    return [name for name in frame.columns if name != LEFT_OUT_OF_HISTORY and frame[name].null_count() < frame.height]
