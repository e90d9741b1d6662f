"""What the database holds of a pool's months: two queries, every version."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from portfolios.models import PoolMonth, PublishedFactor, Security

PUBLISHED_FIELDS = (
    "month",
    "version",
    "latest",
    "factor",
    "balance",
    "wac",
    "wam",
    "wala",
    "loan_count",
    "removed_upb",
    "removed_count",
)


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """A published factor with what its file says of itself."""

    row: PublishedFactor
    published_on: date | None
    file: str
    reissue: bool


@dataclass(slots=True)
class MonthRecords:
    """A month's sources: the versions that count, and the earlier ones, oldest first."""

    published: PublishedRecord | None = None
    computed: PoolMonth | None = None
    earlier_published: list[PublishedRecord] = field(default_factory=list)
    earlier_computed: list[PoolMonth] = field(default_factory=list)


def records(security: Security) -> dict[date, MonthRecords]:
    """All that is recorded of a pool, by month."""
    found: dict[date, MonthRecords] = {}
    for record in _published(security):
        place = found.setdefault(record.row.month, MonthRecords())
        if record.row.latest:
            place.published = record
        else:
            place.earlier_published.append(record)
    for month in security.months.order_by("month", "version").defer("loans", "tape_version"):
        place = found.setdefault(month.month, MonthRecords())
        if month.latest:
            place.computed = month
        else:
            place.earlier_computed.append(month)
    return found


def _published(security: Security) -> Iterable[PublishedRecord]:
    if security.published_id is None:
        return []
    rows = (
        PublishedFactor.objects.filter(pool_id=security.published_id)
        .only(*PUBLISHED_FIELDS)
        .annotate(
            file_published_on=F("file__published_on"), file_name=F("file__name"), file_correction=F("file__correction")
        )
        .order_by("month", "version")
    )
    return (PublishedRecord(row, row.file_published_on, row.file_name, row.file_correction) for row in rows)
