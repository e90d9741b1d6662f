"""The published record of a sale: everything that anybody needs to check it again without the server.

Terms, lots, every entry with its envelope, the openers' parts, what came out, and the awards. Nothing here is secret
once the bids are open. `verified_sale` opens and awards all of it anew.
"""

from portfolios.domain.salerecord.bids import content_of, decided_by, offers, offers_of, outcome
from portfolios.domain.salerecord.checking import Finding, verified_sale
from portfolios.domain.salerecord.files import (
    NotARecord,
    record_from_bytes,
    record_from_json,
    record_to_bytes,
    record_to_json,
)
from portfolios.domain.salerecord.forms import floors_of, form_of, rules_of, sheet_for
from portfolios.domain.salerecord.record import (
    RESERVE,
    Offered,
    Record,
    Sealed,
    deciding,
    moment,
    moment_of,
    standing,
)

__all__ = [
    "RESERVE",
    "Finding",
    "NotARecord",
    "Offered",
    "Record",
    "Sealed",
    "content_of",
    "decided_by",
    "deciding",
    "floors_of",
    "form_of",
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
    "verified_sale",
]
