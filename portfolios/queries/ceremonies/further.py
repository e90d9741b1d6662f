"""A further round: whether it is for all bidders or, by the announced rule for ties, only for what and who are tied."""

from portfolios.models import Sale, SaleEvent


def among(sale: Sale) -> frozenset[int] | None:
    """Keys of the bidders who may bid in this round; None where all qualified ones may."""
    asked = _asked(sale)
    return frozenset(asked.facts["among"]) if asked else None


def tied_lots(sale: Sale) -> frozenset[str] | None:
    """The lots that this round is about; None where it is about all."""
    asked = _asked(sale)
    return frozenset(asked.facts["lots"]) if asked else None


def _asked(sale: Sale) -> SaleEvent | None:
    """The step that asked for the round because of a tie alone."""
    if sale.round == 1:
        return None
    return sale.events.filter(kind="final_round", facts__among__0__isnull=False).order_by("-pk").first()
