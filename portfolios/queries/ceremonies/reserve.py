"""The reserve as far as anybody knows it before the opening: that it was sealed, when and by whom."""

from typing import Any

from portfolios.domain.sales import EntryKind, LotStatus
from portfolios.domain.saleterms import Terms, kinds
from portfolios.models import Sale, SealedBid


def sealed_reserve(sale: Sale) -> SealedBid | None:
    """The last sealed reserve, without its envelope."""
    found = SealedBid.objects.filter(sale=sale, kind=EntryKind.RESERVE).select_related("by").defer("envelope")
    return found.order_by("-position").first()


def sheet_of_reserve(sale: Sale, context: dict[str, Any]) -> dict[str, Any]:
    """Everything the browser seals a reserve with: lots, openers' keys, and what the envelope is for."""
    openers = sale.openers.order_by("name").values_list("name", "public_key")
    lots = sale.lots.filter(status=LotStatus.OFFERED).order_by("code")
    return {
        "context": context,
        "k": Terms.from_json(sale.terms).k,
        "least_cost": kinds()[sale.kind].least_cost,
        "openers": [{"name": name, "public": public} for name, public in openers],
        "lots": [{"lot": lot.code, "name": lot.name, "upb": str(lot.upb)} for lot in lots],
    }
