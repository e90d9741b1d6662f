"""Everything that is wrong with a bid, as sentences for whoever fills it in."""

from collections.abc import Iterator
from typing import Any

from portfolios.domain.bidform.form import Form, Sheet, read, read_reserve

RESERVE = "reserve"


def problems(content: Any, sheet: Sheet) -> list[str]:
    """Everything that would keep a bid, or the seller's reserve, from counting; empty when it can be sealed."""
    if sheet["bidder"] == RESERVE:
        return list(read_reserve(content, sheet)[1])
    return list(_problems(read(content, sheet)))


def _problems(form: Form) -> Iterator[str]:
    yield from form.defects
    yield from form.omissions
    for number, offer in enumerate(form.offers, start=1):
        start = f"Offer {number}: " if len(form.offers) > 1 else ""
        yield from (start + sentence for sentence in (*offer.defects, *offer.omissions))
