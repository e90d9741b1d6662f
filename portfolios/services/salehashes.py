"""Hashes that hold a sale to what it said: over its lists of loans, its draft as it stands, and what was announced."""

import hashlib
from collections.abc import Iterable
from typing import Any

from portfolios.domain.sealing import canonical
from portfolios.models import Bundle, BundleLoan, Sale
from portfolios.services.sealedrecord import moment


def list_hash(bundle: Bundle) -> str:
    """SHA-256 over the kept loans of a bundle: number and balance, in order."""
    digest = hashlib.sha256(f"{bundle.run.version.sha256}\n".encode())
    kept = BundleLoan.objects.filter(bundle=bundle, kicked_out="").order_by("row_no")
    for row_no, loan_id, upb in kept.values_list("row_no", "loan_id", "upb").iterator():
        digest.update(f"{row_no}|{loan_id}|{upb}\n".encode())
    return digest.hexdigest()


def tape_hash(lots: Any) -> str:
    """SHA-256 over the lots' lists of loans, which a bid names."""
    return lines_hash(lots.order_by("code").values_list("code", "tape_sha256"))


def lines_hash(lots: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over (code, hash of the list of loans) of lots in the order of their codes."""
    return hashlib.sha256("".join(f"{code}|{sha256}\n" for code, sha256 in lots).encode()).hexdigest()


def terms_hash(sale: Sale, tape: str) -> str:
    """SHA-256 over what was announced: name, terms, dates, lots and the openers' keys."""
    return hashlib.sha256(canonical(announced_in(sale, tape))).hexdigest()


def announced_in(sale: Sale, tape: str) -> dict[str, Any]:
    """What the hash of the terms is over."""
    openers = {opener.name: opener.public_key for opener in sale.openers.all()}
    lots = [
        [lot.code, lot.name, lot.asset_class, str(lot.loan_count), str(lot.upb), lot.unit]
        for lot in sale.lots.order_by("code")
    ]
    return said_of(sale) | {"lots": lots, "openers": openers, "tape": tape}


def state_of(sale: Sale) -> str:
    """SHA-256 over name, terms and dates as they stand, by which two people who change them notice each other."""
    return hashlib.sha256(canonical(said_of(sale))).hexdigest()


def said_of(sale: Sale) -> dict[str, Any]:
    """What a sale says by itself: its name, kind, zone, terms and dates, as text."""
    days = {name: str(getattr(sale, name) or "") for name in ("cut_off_on", "award_due_on", "settles_on")}
    return {
        "sale": sale.number,
        "name": sale.name,
        "kind": sale.kind,
        "time_zone": sale.time_zone,
        "terms": {name: str(value) for name, value in sale.terms.items()},
        "due": moment(sale.bids_due_at) if sale.bids_due_at else "",
        **days,
    }
