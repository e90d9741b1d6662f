"""The published record of a sale: everything that anybody needs to check it again without the server.

Terms, lots, every entry with its envelope, the openers' parts, what came out, and the awards. Nothing here is secret
once the bids are open. `verified_sale` opens and awards all of it anew.
"""

from portfolios.domain.salerecord.bidderchecks import verified_bidder_record
from portfolios.domain.salerecord.bidderfiles import (
    bidder_record_from_bytes,
    bidder_record_from_json,
    bidder_record_to_bytes,
    bidder_record_to_json,
    is_bidder_record,
)
from portfolios.domain.salerecord.bidderrecord import Awarded, BidderRecord, Given, Head, Sides, for_bidder
from portfolios.domain.salerecord.bids import content_of, decided_by, offers, offers_of, outcome, unsold_values
from portfolios.domain.salerecord.checking import verified_sale
from portfolios.domain.salerecord.files import (
    NotARecord,
    record_from_bytes,
    record_from_json,
    record_to_bytes,
    record_to_json,
    unsummed,
)
from portfolios.domain.salerecord.findings import Finding
from portfolios.domain.salerecord.forms import floors_of, form_of, rules_of, sheet_for
from portfolios.domain.salerecord.kept import Kept
from portfolios.domain.salerecord.record import (
    RESERVE,
    Offered,
    Record,
    Sealed,
    deciding,
    moment,
    moment_of,
    standing,
    withdrawal_receipt,
)

__all__ = [
    "RESERVE",
    "Awarded",
    "BidderRecord",
    "Finding",
    "Given",
    "Head",
    "Kept",
    "NotARecord",
    "Offered",
    "Record",
    "Sealed",
    "Sides",
    "bidder_record_from_bytes",
    "bidder_record_from_json",
    "bidder_record_to_bytes",
    "bidder_record_to_json",
    "content_of",
    "decided_by",
    "deciding",
    "floors_of",
    "for_bidder",
    "form_of",
    "is_bidder_record",
    "moment",
    "moment_of",
    "offers",
    "offers_of",
    "outcome",
    "record_from_bytes",
    "record_from_json",
    "record_to_bytes",
    "record_to_json",
    "rules_of",
    "sheet_for",
    "standing",
    "unsold_values",
    "unsummed",
    "verified_bidder_record",
    "verified_sale",
    "withdrawal_receipt",
]
