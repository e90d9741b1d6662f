"""A further round: whether it is for all bidders or, by the announced rule for ties, for those alone who are tied."""

from portfolios.models import Sale


def among(sale: Sale) -> frozenset[int] | None:
    """Keys of the bidders who may bid in this round; None where all qualified ones may."""
    if sale.round == 1:
        return None
    asked = sale.events.filter(kind="final_round").order_by("-pk").first()
    tied = asked.facts.get("among") if asked else None
    return frozenset(tied) if tied else None
