"""Pooling plans for the tests: sample grids loaded, a synthetic tape checked, a plan worked on as workers do."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from diligence.domain.synthetic import Plan as TapePlan
from diligence.domain.synthetic import batches
from diligence.domain.synthetic.files import write_csv
from diligence.models import Run
from portfolios.domain.grids import KINDS
from portfolios.models.plans import PoolingPlan, PriceGrid
from portfolios.services import grids, plans
from tests.diligence.services.pipeline import NOW, TODAY
from tests.portfolios import offers

SAMPLES = Path(__file__).resolve().parents[2] / "portfolios" / "reference" / "grids"
AS_OF = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def sample(kind: str) -> bytes:
    return (SAMPLES / f"{kind}.csv").read_bytes()


def loaded(by: User, kind: str, content: bytes | None = None, **changes: Any) -> PriceGrid:
    """A grid of this kind, by default the sample."""
    said = {"name": KINDS[kind].title, "source": "Synthetic sample", "as_of": AS_OF, "expires_at": None} | changes
    upload = SimpleUploadedFile(f"{kind}.csv", sample(kind) if content is None else content)
    return grids.load(organization=by.organization, kind=kind, upload=upload, by=by, at=NOW, **said)


def all_samples(by: User, *, but: tuple[str, ...] = ()) -> list[PriceGrid]:
    return [loaded(by, kind) for kind in KINDS if kind not in but]


def synthetic_tape(loans: int, *, seed: int = 1, as_of: date = TODAY) -> bytes:
    out = BytesIO()
    write_csv(batches(TapePlan(loans=loans, seed=seed, as_of=as_of)), out, None)
    return out.getvalue()


def checked(by: User, loans: int, *, criteria: Any = None, seed: int = 1) -> Run:
    """A finished check of a synthetic tape without defects."""
    return offers.checked(by, criteria, synthetic_tape(loans, seed=seed), name="synthetic.csv")


def asked(run: Run, by: User, *, chosen: list[PriceGrid] | None = None, **settings: Any) -> PoolingPlan:
    """A plan that waits for a worker."""
    usable = all_samples(by) if chosen is None else chosen
    return plans.create(
        run=run, selection={}, grids=usable, settings={"seconds": 20} | settings, name="November", by=by, at=NOW
    )


class Moving:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def answered(plan: PoolingPlan) -> PoolingPlan:
    """The plan after a worker was done with it."""
    plans.work(plan_id=plan.pk, clock=Moving())
    plan.refresh_from_db()
    return plan
