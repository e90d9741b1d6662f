"""Pools with a history for tests of red flags: factors that follow a speed month by month."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from portfolios.domain.forecast import scheduled_factors
from portfolios.domain.poolmonth import MonthFigures
from portfolios.domain.securities import MonthSource
from portfolios.domain.terms import month_after
from portfolios.models import Security
from portfolios.services import poolmonths
from tests.factories import SecurityFactory

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLACES = Decimal("0.00000001")


def figures(security: Security, speeds: Sequence[float], **facts: object) -> list[MonthFigures]:
    """The issue month and one month for each SMM in percent; `facts` are figures of every month."""
    path = scheduled_factors(1.0, float(security.wac), security.remaining, len(speeds))
    left, months = 1.0, []
    loans = facts.pop("loan_count", 400)
    for at, scheduled in enumerate(path):
        left *= 1.0 if at == 0 else 1.0 - speeds[at - 1] / 100.0
        factor = Decimal(str(scheduled * left)).quantize(PLACES)
        named = {"effective_loans": 320.0, "loan_count": loans, **facts}
        balance = (Decimal(security.original_face) * factor).quantize(Decimal("0.01"))
        months.append(MonthFigures(month=month_after(security.issued_on, at), factor=factor, balance=balance, **named))
    return months


def pool(speeds: Sequence[float], *, issued_on: date = date(2025, 1, 1), **terms: object) -> Security:
    """A pool forecast at 6 CPR whose months prepaid at these SMM in percent."""
    terms = {"forecast": {"kind": "CPR", "values": [6]}, "original_face": 100_000_000, **terms}
    security = SecurityFactory(issued_on=issued_on, **terms)
    return record(security, figures(security, speeds))


def record(security: Security, months: Sequence[MonthFigures]) -> Security:
    poolmonths.record_months(security=security, months=months, source=MonthSource.LOANS, by=None, at=NOW)
    security.refresh_from_db()
    return security
