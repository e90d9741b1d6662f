"""Months of a pool from its servicer's tapes, in whatever order they come.

A month is computed from the last month known before it. When it becomes another version, the later months that came
from tapes are computed again, until one stays as it was.
"""

from datetime import date, datetime

import polars as pl
from django.db.models import QuerySet

from loans.domain.lifecycles import TapeStatus
from loans.domain.purposes import TapePurpose
from loans.services.files import read_parquet
from loans.services.intake import Clock
from portfolios.domain.remittance import Before, Remitted, first_month, months_told, of_other_months, of_pool, remitted
from portfolios.domain.securities import MonthSource
from portfolios.domain.terms import month_after
from portfolios.models import PoolFile, PoolMonth, Security
from portfolios.services import loanfiles, poolfiles
from portfolios.services.poolfiles import Refused
from portfolios.services.poolmonths import record_months


def compute(*, version_id: int, clock: Clock) -> Security | None:
    """Compute what a file of a pool gives and return its pool; None when there is nothing to do or no month came of it.

    Idempotent: a second call while the first works does nothing, and a call after a killed worker starts over.
    """
    file = poolfiles.claim(version_id=version_id, at=clock())
    if file is None:
        return None
    try:
        if not poolfiles.prepared(file, clock=clock):
            poolfiles.release(file)
            return None
        security = computed(file, at=clock())
    except Refused as refusal:
        poolfiles.give_up(file, str(refusal))
        return None
    except Exception:
        poolfiles.release(file)
        raise
    poolfiles.finish(file, at=clock())
    return security


def computed(file: PoolFile, *, at: datetime) -> Security:
    """What the file says of its purpose: a new pool with all its months, or a month."""
    if file.version.tape.purpose == TapePurpose.POOL_LOANS:
        return loanfiles.make(file, at=at)
    security = file.security
    if security is None:
        raise Refused("The pool of this tape is not there any more.")
    month = file.month or told_month(file)
    check_month(security, month, at=at)
    PoolFile.objects.filter(pk=file.pk).update(month=month)
    recompute(security=security, month=month, at=at)
    return security


def told_month(file: PoolFile) -> date:
    """The month that the tape says it is for. Raises Refused where it says none."""
    told = months_told(poolfiles.typed_rows(file.version))
    if not told:
        raise Refused("The tape does not say its month. Send it again and choose the month.")
    return told[0]


def check_month(security: Security, month: date, *, at: datetime) -> None:
    """A tape is of a month after the issue, and not of one to come."""
    if month <= security.issued_on:
        raise Refused(
            f"The tape is for {month:%B %Y}, and the pool was issued in {security.issued_on:%B %Y} with a factor of 1. "
            "Its first tape is of the month after."
        )
    if month > month_after(at.date(), 1):
        raise Refused(f"The tape is for {month:%B %Y}, which is still to come. Send it again and choose the month.")


def recompute(*, security: Security, month: date, at: datetime) -> int:
    """Compute a month and the later ones that follow from it; returns how many became a new version."""
    changed = 0
    for wanted in [month, *months_with_tapes(security, after=month)]:
        if not compute_month(security=security, month=wanted, at=at) and wanted != month:
            break
        changed += 1
    return changed


def months_with_tapes(security: Security, *, after: date) -> list[date]:
    """Later months of the pool that have a tape, the oldest first."""
    found = tapes_of(security).filter(month__gt=after).order_by("month").values_list("month", flat=True).distinct()
    return [month for month in found if month]


def tapes_of(security: Security) -> QuerySet[PoolFile]:
    """Remittance tapes of a pool that can be computed."""
    return PoolFile.objects.filter(
        security=security, version__tape__purpose=TapePurpose.REMITTANCE, version__status=TapeStatus.READY, problem=""
    )


def compute_month(*, security: Security, month: date, at: datetime) -> bool:
    """Compute a month from its newest tape; whether it became a new version."""
    file = tapes_of(security).filter(month=month).select_related("version__tape", "sent_by").first()
    if file is None:
        return False
    rows = poolfiles.typed_rows(file.version)
    result = of_month(security, month, rows)
    return bool(
        record_months(
            security=security,
            months=[result.figures],
            source=MonthSource.REMITTANCE,
            by=file.sent_by,
            at=at,
            tape_version=file.version,
            loans={month: result.loans},
        )
    )


def of_month(security: Security, month: date, rows: pl.DataFrame) -> Remitted:
    """The month that the rows give, beside the last month known before it."""
    number = security.published.pool_number if security.published else ""
    rows, others = of_other_months(of_pool(rows, names=(security.name, number)), month=month)
    before = before_of(security, month)
    if before is None:
        return first_month(rows, month=month, original_face=security.original_face, others=others)
    return remitted(rows, month=month, original_face=security.original_face, before=before, others=others)


def before_of(security: Security, month: date) -> Before | None:
    """The last month before this one whose loans are known."""
    known = PoolMonth.objects.filter(security=security, latest=True, month__lt=month).exclude(loans="")
    newest = known.order_by("-month").first()
    if newest is None:
        return None
    return Before(newest.month, newest.balance, read_parquet(newest.loans))
