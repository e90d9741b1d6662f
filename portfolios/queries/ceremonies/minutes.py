"""Who signed the minutes of an opening, and whether the text is still the one that was signed."""

from dataclasses import dataclass
from datetime import datetime

from portfolios.models import Sale, SaleEvent

SIGNED = "minutes_signed"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under the minutes; `current` is False where the minutes went on since."""

    name: str
    organization: str
    at: datetime
    sha256: str
    current: bool


def signatures_of(sale: Sale, sha256: str) -> list[Signature]:
    """All signatures, oldest first."""
    events = SaleEvent.objects.filter(sale=sale, kind=SIGNED).select_related("by__organization").order_by("at")
    return [
        Signature(
            name=event.by.name if event.by else "",
            organization=event.by.organization.name if event.by else "",
            at=event.at,
            sha256=event.facts["sha256"],
            current=event.facts["sha256"] == sha256,
        )
        for event in events
    ]
