"""The end of a sale's bidding: a task closes the record, and everybody is told its head before anything is opened."""

from datetime import datetime

from portfolios.domain.sales import TAKES_BIDS
from portfolios.models import Sale
from portfolios.services import sealedrecord
from portfolios.services.clocks import TooEarly


def due(*, at: datetime) -> list[int]:
    """Sales past their deadline whose record still stands open, by key."""
    found = Sale.objects.filter(status__in=TAKES_BIDS, bids_due_at__lte=at - sealedrecord.ENTERED_WITHIN)
    return list(found.order_by("bids_due_at").values_list("pk", flat=True))


def close(*, sale_id: int, at: datetime) -> bool:
    """Close one sale's record; a doubled or late message finds nothing to do. The notice of its head follows.

    A worker whose clock is fast is refused by the database and comes back later.
    """
    sale = Sale.objects.filter(pk=sale_id).first()
    try:
        return sale is not None and sealedrecord.close(sale=sale, at=at)
    except TooEarly:
        return False
