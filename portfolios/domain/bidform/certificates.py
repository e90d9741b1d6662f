"""What bidders certify in their sealed bids: dated wording as data, asked for by the needs of a kind of sale."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

CERTIFICATES = Path(__file__).resolve().parents[2] / "reference" / "bid_certificates.toml"


def certificates(needs: Iterable[str]) -> dict[str, str]:
    """The wording by code of what every bidder certifies, and of what these needs ask for besides."""
    asked = {"", *needs}
    rows = tomllib.loads(CERTIFICATES.read_text(encoding="utf-8"))["certificate"]
    return {row["code"]: row["text"] for row in rows if row.get("needs", "") in asked}
