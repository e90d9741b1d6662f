"""An envelope is as long for one lot as for twenty, and for one offer as for twenty of all lots."""

import string

from portfolios.domain.sealing import Context, Opener, new_key_pair, seal
from tests.portfolios.auction import form

CONTEXT = Context("S-2026-0004", 1, "bidder-7", 1, "ab" * 32, "2026-12-15T19:00:00.000000Z")
OPENERS = [Opener(name, new_key_pair().public) for name in ("adviser", "seller", "witness")]
TWENTY = dict.fromkeys(string.ascii_uppercase[:20], "98.73125")


def length(content: dict) -> int:
    return len(seal(content, CONTEXT, OPENERS, 2).to_bytes())


def test_one_lot_and_twenty_lots_are_of_one_length():
    assert length(form([{"A": "98.73125"}])) == length(form([TWENTY]))


def test_one_offer_and_twenty_offers_are_of_one_length():
    assert length(form([{"A": "1"}])) == length(
        form([TWENTY] * 20, most_dollars="25000000.00", certified=["authority"])
    )


def test_a_reserve_is_as_long_as_a_bid():
    assert length({"lots": [{"lot": "A", "amount": "975000.00"}]}) == length(form([TWENTY]))
