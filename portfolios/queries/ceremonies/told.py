"""Which events everybody was told of."""

from portfolios.models import Sale, SaleEvent

TOLD = "told"


def is_told(event: SaleEvent) -> bool:
    """Whether everybody was told of an event."""
    return SaleEvent.objects.filter(sale=event.sale_id, kind=TOLD, facts__event=event.pk).exists()


def head_is_told(sale: Sale) -> bool:
    """Whether openers and bidders were told the head of the record since it was closed last."""
    closed = SaleEvent.objects.filter(sale=sale, kind="closed").order_by("-at", "-pk").first()
    return closed is not None and is_told(closed)
