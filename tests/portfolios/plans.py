"""Price grids and pooling plans as a lender has them, for the tests of their pages."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from portfolios.models.plans import PoolingPlan, PriceGrid
from portfolios.services import grids
from tests import snapshots
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers, planning

MBS = b"""agency,term,coupon,settlement,price
fannie_mae,30,5.5,2026-12,99-16
fannie_mae,30,6,2026-12,101.25
fannie_mae,30,6.5,2026-12,102.5
"""
SOURCE = "Desk of Northgate Securities"


def grid(by: User, *, kind: str = "mbs", content: bytes = MBS, as_of: datetime = NOW, **others: Any) -> PriceGrid:
    """A grid loaded as a person loads it; `held` is how long its prices hold."""
    held: timedelta | None = others.pop("held", timedelta(days=10))
    said = {"name": "Coupons of the morning", "source": SOURCE, **others}
    return grids.load(
        organization=by.organization,
        kind=kind,
        as_of=as_of,
        expires_at=as_of + held if held else None,
        upload=SimpleUploadedFile("prices.csv", content),
        by=by,
        at=max(as_of, NOW),
        **said,
    )


def answered() -> PoolingPlan:
    """A plan over 120 synthetic loans that was worked on to its end, with criteria, so that it can be accepted."""
    return snapshots.made_once("plan for its pages", _answered)


def _answered() -> PoolingPlan:
    lender = offers.lender()
    run = planning.checked(lender, 120, criteria=offers.published(offers.purchaser()), seed=3)
    return planning.answered(planning.asked(run, lender))
