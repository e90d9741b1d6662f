"""Where the openers of a sale stand: who made a key, who rehearsed lately, and whether enough of them did."""

from dataclasses import dataclass
from datetime import datetime

from portfolios.domain.sales import TAKES_BIDS
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import decoded, fingerprint
from portfolios.domain.sealing.rehearsing import asked_since
from portfolios.models import Opener, Sale


@dataclass(frozen=True, slots=True)
class Keeper:
    """An opener and the state of the key: its fingerprint, whether it lies here too, when it last opened something."""

    opener: Opener
    fingerprint: str
    kept: bool
    current: bool

    @property
    def name(self) -> str:
        return self.opener.user.name


@dataclass(frozen=True, slots=True)
class Keepers:
    """All openers, how many must open together, and how many passed the rehearsal that is asked for now."""

    rows: tuple[Keeper, ...]
    k: int
    since: datetime | None
    passed: int

    @property
    def wanted(self) -> int:
        """One more than must open, so that one may be lost."""
        return min(self.k + 1, len(self.rows))

    @property
    def too_few(self) -> bool:
        """Whether a rehearsal is asked for and fewer have passed than should."""
        return self.since is not None and self.passed < self.wanted

    @property
    def keyless(self) -> int:
        return sum(1 for row in self.rows if not row.opener.public_key)


def keepers_of(sale: Sale, at: datetime) -> Keepers:
    """The openers of a sale with their keys and rehearsals."""
    asking = sale.status in TAKES_BIDS and sale.bids_due_at is not None
    since = asked_since(sale.bids_due_at, at) if asking and sale.bids_due_at else None
    openers = sale.openers.select_related("user__organization").defer("wrapped").order_by("name")
    kept = set(sale.openers.filter(wrapped__isnull=False).values_list("pk", flat=True))
    rows = tuple(keeper_of(opener, opener.pk in kept, since) for opener in openers)
    return Keepers(rows, Terms.from_json(sale.terms).k, since, sum(row.current for row in rows if since))


def keeper_of(opener: Opener, kept: bool, since: datetime | None) -> Keeper:
    """One opener; `current` is whether it passed the rehearsal that is asked for, or any while none is."""
    shown = fingerprint(decoded(opener.public_key)) if opener.public_key else ""
    done = opener.rehearsed_at
    return Keeper(opener, shown, kept, done is not None and (since is None or done >= since))
