"""Recording computed months of a pool: versions that stay, and the newest month's figures kept on the pool."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from accounts.models import User
from loans.models import TapeVersion
from loans.services.files import parquet_of
from portfolios.domain.poolmonth import MonthFigures, in_loan_columns
from portfolios.domain.securities import MonthSource, SecurityStatus
from portfolios.models import PoolMonth, Security
from portfolios.queries.series import series

FINGERPRINT = 16  # hex digits in a file's name: enough to tell whether a month's loans changed


@transaction.atomic
def record_months(
    *,
    security: Security,
    months: Sequence[MonthFigures],
    source: MonthSource,
    by: User | None,
    at: datetime,
    tape_version: TapeVersion | None = None,
    loans: Mapping[date, pl.DataFrame] | None = None,
) -> int:
    """Record months in any order, and return how many became a new version.

    A month with the figures and loans of its latest version is left alone; another is its next version, and the earlier
    ones stay. `loans` are frames with `LOAN_COLUMNS` by month.
    """
    Security.objects.select_for_update().get(pk=security.pk)  # months of one pool are recorded in turn
    wanted = [one.month for one in months]
    latest = {one.month: one for one in PoolMonth.objects.filter(security=security, latest=True, month__in=wanted)}
    fresh = []
    for figures in months:
        made = _month(security, figures, (loans or {}).get(figures.month), latest.get(figures.month))
        if made is not None:
            made.source, made.tape_version, made.recorded_by, made.recorded_at = source, tape_version, by, at
            fresh.append(made)
    if fresh:
        replaced = PoolMonth.objects.filter(security=security, latest=True, month__in=[one.month for one in fresh])
        replaced.update(latest=False)
        PoolMonth.objects.bulk_create(fresh)
        refresh_latest(security=security)
    return len(fresh)


def _month(
    security: Security, figures: MonthFigures, loans: pl.DataFrame | None, before: PoolMonth | None
) -> PoolMonth | None:
    """The next version of a month, or None where nothing differs from the version before."""
    made = PoolMonth(security=security, version=before.version + 1 if before else 1, **_stored(figures))
    content, name = _file(figures.month, loans)
    if before and _same(before, made) and (content is None or str(before.loans.name).endswith(name)):
        return None
    if content is not None:
        made.loans.save(name, content, save=False)
    elif before:
        made.loans = before.loans.name  # only figures came
    return made


def _stored(figures: MonthFigures) -> dict[str, Any]:
    """The figures as the database will give them back: decimals at their places, half up, JSON as JSON."""
    return {name: _at_its_places(PoolMonth._meta.get_field(name), value) for name, value in asdict(figures).items()}


def _at_its_places(column: Any, value: Any) -> Any:
    if isinstance(column, models.DecimalField) and value is not None:
        return Decimal(value).quantize(Decimal(1).scaleb(-column.decimal_places), rounding=ROUND_HALF_UP)
    if isinstance(column, models.JSONField):
        return _as_json(value)
    return value


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _same(before: PoolMonth, made: PoolMonth) -> bool:
    return all(getattr(before, name) == getattr(made, name) for name in MonthFigures.__slots__)


def _file(month: date, loans: pl.DataFrame | None) -> tuple[ContentFile | None, str]:
    """The Parquet of a month's loans, under a name that tells whether they are the same."""
    if loans is None:
        return None, ""
    frame = in_loan_columns(loans).sort("loan_id")
    rows = io.BytesIO()
    frame.write_csv(rows)
    digest = hashlib.sha256(rows.getvalue()).hexdigest()[:FINGERPRINT]
    return parquet_of(frame), f"{month:%Y-%m}-{digest}.parquet"


ENDED = {"C": SecurityStatus.COLLAPSED, "D": SecurityStatus.DISSOLVED}
"""Status codes of the agencies' files under which a factor of zero paid nothing."""


def refresh_latest(*, security: Security) -> None:
    """Rewrite the figures of the newest month that are kept on the pool, computed or published."""
    newest = series(Security.objects.select_related("published").get(pk=security.pk)).latest
    if newest is None:
        return
    Security.objects.filter(pk=security.pk).update(
        month=newest.month,
        factor=newest.factor,
        balance=newest.balance,
        loans_left=newest.loan_count,
        cpr=newest.cpr,
        cpr_three=newest.cpr_three,
        expected_cpr=newest.expected_cpr_three,
        status=status_of(security, newest.factor),
    )


def status_of(security: Security, factor: Decimal | None) -> SecurityStatus:
    """A pool is active until its factor is zero; whether it then paid off its agency says."""
    if factor != 0:
        return SecurityStatus.ACTIVE
    return ENDED.get(security.published.status if security.published else "", SecurityStatus.PAID_OFF)
