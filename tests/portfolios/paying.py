"""Pools with months, for tests of what is shown of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import OrganizationKind, Role, User
from portfolios.domain.amortization import balance_ratio
from portfolios.models import FactorFile, PoolMonth, PublishedFactor, PublishedPool, Security
from tests.factories import PortfolioFactory, SecurityFactory, UserFactory

FACE = Decimal("100000000.00")
WAC, REMAINING = 6.5, 357
CPR = (0.6, 1.0, 1.4, 1.8, 2.2, 2.6, 3.0, 3.4, 3.8, 4.2, 4.6, 5.0, 16.0, 18.0)


def analyst() -> User:
    return UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])


def month_at(number: int) -> date:
    """Months after January 2025."""
    return date(2025 + number // 12, number % 12 + 1, 1)


def factors(speeds: Sequence[float] = CPR) -> list[Decimal]:
    """Factors of a pool that prepays at these CPRs, from the month after issue."""
    left, found = 1.0, []
    for number, cpr in enumerate(speeds):
        left *= float(balance_ratio(WAC, REMAINING - number, REMAINING - number - 1)) * (1 - cpr / 100) ** (1 / 12)
        found.append(Decimal(str(round(left, 8))).quantize(Decimal("0.00000001")))
    return found


def pool(by: User | None = None, **terms: Any) -> Security:
    """A pool of 100,000,000.00 issued in January 2025, 100 PSA forecast, without months."""
    person = by or analyst()
    usual = {
        "created_by": person,
        "portfolio": PortfolioFactory(created_by=person),
        "original_face": FACE,
        "issued_on": date(2025, 1, 1),
        "matures_on": date(2055, 1, 1),
        "wac": Decimal("6.5"),
        "coupon": Decimal("6.0"),
        "remaining": REMAINING,
        "age": 3,
        "loan_count": 400,
        "forecast": {"kind": "PSA", "values": [100]},
        "program": "freddie_umbs",
    }
    return SecurityFactory(**usual | terms)


def paying(
    by: User | None = None, speeds: Sequence[float] = CPR, *, skip: Sequence[int] = (), **terms: Any
) -> Security:
    """Such a pool with months from servicer's tapes; `skip` leaves out months by their number from 1."""
    security = pool(by, **terms)
    rows = [
        computed(security, number, factor)
        for number, factor in enumerate(factors(speeds), start=1)
        if number not in skip
    ]
    security.month, security.factor = rows[-1].month, rows[-1].factor
    security.save()
    return security


def computed(security: Security, number: int, factor: Decimal, **fields: Any) -> PoolMonth:
    """A month computed here, with a few figures of its loans."""
    balance = (factor * security.original_face).quantize(Decimal("0.01"))
    usual = {
        "source": "remittance",
        "factor": factor,
        "balance": balance,
        "loan_balance": balance,
        "loan_count": 400 - number,
        "effective_loans": 350.5 - number,
        "wac": Decimal("6.5"),
        "wam": REMAINING - number,
        "wala": 3 + number,
        "late_count": 2,
        "late_upb": balance / 100,
        "recorded_at": timezone.now(),
    }
    return PoolMonth.objects.create(security=security, month=month_at(number), **usual | fields)


def published(security: Security, *rows: tuple[int, str], **fields: Any) -> None:
    """Published factors by month number; the pool follows them from now on."""
    agency = security.published or PublishedPool.objects.create(
        program=security.program, pool_number=security.name[:20]
    )
    security.published = agency
    security.save()
    for number, factor in rows:
        file = FactorFile.objects.create(
            sha256=f"{FactorFile.objects.count():064x}",
            name="factors.txt",
            imported_at=timezone.now(),
            published_on=month_at(number).replace(day=6),
        )
        usual = {"factor": Decimal(factor), "file": file}
        PublishedFactor.objects.create(pool=agency, month=month_at(number), **usual | fields)
