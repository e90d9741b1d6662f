"""Which events everybody was told of."""

from datetime import datetime, timedelta

from portfolios.models import Sale, SaleEvent

TOLD = "told"
SHUT_NO_LONGER = timedelta(minutes=30)  # than this after the closing, whatever keeps the notices from going out


def is_told(event: SaleEvent) -> bool:
    """Whether everybody was told of an event."""
    return SaleEvent.objects.filter(sale=event.sale_id, kind=TOLD, facts__event=event.pk).exists()


def head_is_told(sale: Sale, at: datetime) -> bool:
    """Whether openers and bidders were told the head of the record since it was closed last.

    The pages show it from the closing on; after half an hour that has to do.
    """
    closed = SaleEvent.objects.filter(sale=sale, kind="closed").order_by("-at", "-pk").first()
    return closed is not None and (is_told(closed) or at >= closed.at + SHUT_NO_LONGER)
