"""The form of a bid: what an envelope may hold, and by which rules of its sale.

It is checked where a bid is made, before it is sealed, and again when it is opened; nobody can check it in between.
The same rules stand in `static/js/bidform.js`; `tests/data/bidform/cases.json` holds both to the same sentences.
"""

from collections.abc import Iterator
from typing import Any

from portfolios.domain.bidform.form import Form, FormOffer, Sheet, read, read_reserve
from portfolios.domain.bidform.schema import schema

__all__ = ["Form", "FormOffer", "Sheet", "problems", "read", "read_reserve", "schema"]

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
