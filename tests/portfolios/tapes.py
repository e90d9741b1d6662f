"""Remittance tapes for tests: a pool of three loans, its tapes, and the steps that a file goes through."""

from datetime import date
from decimal import Decimal

import polars as pl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.roles import Role
from loans.domain.mapping import Mapping
from loans.services import intake
from portfolios.models import PoolFile, Security
from portfolios.services import poolfiles, remittances, securities
from tests.factories import OrganizationFactory, UserFactory

HEADER = "Loan Number,Sched Prin,Curtailment,Payoff Prin,End Sched Bal,End Actual Bal,Next Due,Note Rate,Action Code\n"
FEBRUARY = """1,99.55,0.00,0.00,99900.45,99900.45,03/01/2026,6.0,00
2,199.10,500.00,0.00,199300.90,199300.90,03/01/2026,6.0,00
3,99.55,0.00,99900.45,0.00,0.00,02/01/2026,6.0,60
"""
MARCH = """1,100.05,0.00,0.00,99800.40,99800.40,04/01/2026,6.0,00
2,202.60,0.00,0.00,199098.30,199098.30,04/01/2026,6.0,00
"""
FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def loans() -> pl.DataFrame:
    """By their schedules loans 1 and 3 pay 599.55 a month and loan 2 pays 1,199.10."""
    return pl.DataFrame(
        {
            "loan_id": ["1", "2", "3"],
            "balance": [100_000.0, 200_000.0, 100_000.0],
            "rate": [6.0, 6.0, 6.0],
            "remaining": [360, 360, 360],
            "state": ["CA", "TX", "CA"],
        }
    )


def pool(servicer: bool = True) -> tuple[Security, object, object]:
    """A pool issued in January 2026, its analyst, and who sends its months."""
    anna = UserFactory(organization__kind="purchaser", roles=[Role.ANALYST])
    lender = OrganizationFactory(kind="lender") if servicer else None
    security = securities.add_from_loans(
        organization=anna.organization,
        by=anna,
        at=timezone.now(),
        name="PL 2026-K01",
        program="private",
        coupon=Decimal(5),
        issued_on=FIRST,
        delay_days=55,
        forecast={},
        loans=loans(),
        servicer=lender,
    )
    sender = UserFactory(organization=lender, roles=[Role.UPLOADER]) if servicer else anna
    return security, anna, sender


def sent(security, by, rows, month=None, *, header=HEADER, name="tape.csv") -> PoolFile:
    """A tape taken and read, its columns waiting."""
    upload = SimpleUploadedFile(name, (header + rows).encode())
    file = poolfiles.send_month(security=security, upload=upload, month=month, by=by, at=timezone.now()).file
    intake.read(version_id=file.version_id, clock=timezone.now)
    return PoolFile.objects.select_related("version__tape").get(pk=file.pk)


def matched(file: PoolFile, by) -> PoolFile:
    mapping = Mapping.from_json(file.version.mapping or {})
    poolfiles.start(version=file.version, mapping=mapping, by=by, at=timezone.now(), accept_missing=True)
    return file


def computed(security, by, rows, month=None, **options) -> PoolFile:
    """A tape from its upload to its month."""
    file = matched(sent(security, by, rows, month, **options), by)
    remittances.compute(version_id=file.version_id, clock=timezone.now)
    return PoolFile.objects.select_related("version__tape").get(pk=file.pk)
