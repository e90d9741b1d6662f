"""The synthetic prices that ship, loaded as grids of a lender, so that a plan can be tried without real ones."""

from datetime import datetime, timedelta

from django.core.files import File

from accounts.models import Organization, User
from portfolios.domain.grids import KINDS
from portfolios.models.plans import PriceGrid
from portfolios.queries.planpages.grids import sample_path, samples
from portfolios.services import grids

SOURCE = "Synthetic sample that ships with Plumbline; no market prices"
HOLD = timedelta(days=30)


def load_samples(*, organization: Organization, by: User, at: datetime) -> list[PriceGrid]:
    """A grid of each sample, as of the beginning of the day, so that a second time on one day finds the first ones."""
    as_of = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return [_loaded(code, organization=organization, by=by, at=at, as_of=as_of) for code in samples()]


def _loaded(code: str, *, organization: Organization, by: User, at: datetime, as_of: datetime) -> PriceGrid:
    with sample_path(code).open("rb") as file:
        return grids.load(
            organization=organization,
            name=f"Synthetic {KINDS[code].title}",
            kind=code,
            as_of=as_of,
            expires_at=as_of + HOLD,
            source=SOURCE,
            upload=File(file, name=f"{code}-synthetic.csv"),
            by=by,
            at=at,
        )
