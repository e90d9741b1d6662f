"""What openers see after the deadline: who gave parts for which envelopes, and how many are missing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portfolios.domain.saleterms import Terms
from portfolios.models import Opener, OpeningPart, Sale, SealedBid


@dataclass(frozen=True, slots=True)
class Giver:
    """An opener, and when the parts of this round were given."""

    opener: Opener
    given_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the opening stands: how many envelopes wait, and how many openers gave their parts of k."""

    givers: tuple[Giver, ...]
    k: int
    envelopes: int

    @property
    def given(self) -> int:
        return sum(1 for giver in self.givers if giver.given_at)

    @property
    def missing(self) -> int:
        return max(self.k - self.given, 0)

    def given_by(self, opener: Opener) -> datetime | None:
        """When this opener gave its parts."""
        return next((giver.given_at for giver in self.givers if giver.opener.pk == opener.pk), None)


def standing_of(sale: Sale, entries: Collection[SealedBid]) -> Standing:
    """Who gave parts for the envelopes that count in this round."""
    given = dict(
        OpeningPart.objects.filter(bid__in=[entry.pk for entry in entries]).values_list("opener_id", "given_at")
    )
    openers = sale.openers.select_related("user__organization").defer("wrapped").order_by("name")
    givers = tuple(Giver(opener, given.get(opener.pk)) for opener in openers)
    return Standing(givers, Terms.from_json(sale.terms).k, len(entries))
