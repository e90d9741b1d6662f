"""A file of a pool's loans with their exits becomes a pool with all its months."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from loans.models import TapeVersion
from portfolios.domain.loanfile import first_exit, loans_of_file, pool_months, unsuitable
from portfolios.domain.poolmonth import measured, total
from portfolios.domain.securities import MonthSource, Program
from portfolios.domain.terms import month_after, stated_delay
from portfolios.models import PoolFile, Portfolio, Security
from portfolios.services import poolfiles, securities
from portfolios.services.poolfiles import Refused
from portfolios.services.poolmonths import record_months

USUAL_SERVICING = Decimal("0.25")  # percent: what the rates of the loans leave a servicer where no coupon is told


@dataclass(frozen=True)
class Terms:
    """What a file of loans does not say of its pool; what is None follows from the loans or the program."""

    name: str
    program: Program = Program.PRIVATE
    coupon: Decimal | None = None  # percent
    issued_on: date | None = None
    delay_days: int | None = None
    through: date | None = None  # last month; else that of the last exit
    forecast: dict[str, Any] = field(default_factory=dict)
    portfolio: int | None = None

    def to_json(self) -> dict[str, Any]:
        plain = asdict(self)
        return {name: str(v) if isinstance(v, (Decimal, date)) else v for name, v in plain.items()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Terms":
        known = dict(stored)
        for name in ("issued_on", "through"):
            known[name] = date.fromisoformat(known[name]) if known.get(name) else None
        known["coupon"] = Decimal(known["coupon"]) if known.get("coupon") else None
        return cls(**{**known, "program": Program(known.get("program", Program.PRIVATE))})


def make(file: PoolFile, *, at: datetime) -> Security:
    """The pool of a file whose columns are confirmed; the same file gives the same pool. Raises Refused."""
    if file.security is not None:
        return file.security
    rows = poolfiles.typed_rows(file.version)
    user = file.sent_by
    try:
        with transaction.atomic():
            security = add(
                rows=rows,
                terms=Terms.from_json(file.terms),
                organization=user.organization,
                by=user,
                at=at,
                version=file.version,
            )
            PoolFile.objects.filter(pk=file.pk).update(security=security)
    except NotAllowed as refusal:
        raise Refused(str(refusal)) from refusal
    return security


@transaction.atomic
def add(
    *,
    rows: pl.DataFrame,
    terms: Terms,
    organization: Organization,
    by: User,
    at: datetime,
    version: TapeVersion | None = None,
) -> Security:
    """Add a pool by the typed rows of its loan file, with every month to its last exit. NotAllowed or Refused."""
    issued_on = terms.issued_on or issue_month(rows)
    loans = loans_of_file(rows, issued_on=issued_on)
    if problem := unsuitable(loans, issued_on=issued_on):
        raise Refused(problem)
    at_issue = loans.drop("exit", "exit_month")
    security = securities.add_from_loans(
        organization=organization,
        by=by,
        at=at,
        name=terms.name,
        program=terms.program,
        coupon=terms.coupon if terms.coupon is not None else usual_coupon(at_issue),
        issued_on=issued_on,
        delay_days=stated_delay(terms.program) if terms.delay_days is None else terms.delay_days,
        forecast=terms.forecast,
        loans=at_issue,
        portfolio=Portfolio.objects.filter(organization=organization, pk=terms.portfolio or 0).first(),
        original_face=total(at_issue["balance"]),
    )
    record_later_months(security, loans, terms.through, by=by, at=at, version=version)
    security.refresh_from_db()
    return security


def record_later_months(
    security: Security,
    loans: pl.DataFrame,
    through: date | None,
    *,
    by: User,
    at: datetime,
    version: TapeVersion | None,
) -> None:
    """Every month after the issue, whose factor is 1 by definition."""
    months = list(pool_months(loans, issued_on=security.issued_on, through=through))[1:]
    record_months(
        security=security,
        months=[month.figures for month in months],
        source=MonthSource.LOANS,
        by=by,
        at=at,
        tape_version=version,
        loans={month.figures.month: month.loans for month in months},
    )


def issue_month(rows: pl.DataFrame) -> date:
    """The month before the first exit, where nobody said the issue month. Raises Refused where no loan has left."""
    first = first_exit(rows)
    if first is None:
        raise Refused("No loan of the file has left, so nothing says when the pool was issued. Say its issue month.")
    return month_after(first, -1)


def usual_coupon(loans: pl.DataFrame) -> Decimal:
    """The loans' average rate less the usual servicing, to a thousandth of a percent."""
    wac: Decimal = measured(loans)["wac"]
    return max((wac - USUAL_SERVICING).quantize(Decimal("0.001")), Decimal(0))
