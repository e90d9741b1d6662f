"""The lifecycle of the adviser of a sale that a receiver demanded, whom it approves before the announcement."""

from enum import StrEnum


class AdviserStatus(StrEnum):
    NAMED = "named"  # by the seller; the receiver has not said anything yet
    APPROVED = "approved"
    REFUSED = "refused"  # the seller names another
    ENDED = "ended"  # left, or was replaced; that it advised stays


ADVISER_TRANSITIONS: dict[AdviserStatus, tuple[AdviserStatus, ...]] = {
    AdviserStatus.NAMED: (AdviserStatus.APPROVED, AdviserStatus.REFUSED, AdviserStatus.ENDED),
    AdviserStatus.APPROVED: (AdviserStatus.ENDED,),
    AdviserStatus.REFUSED: (),
    AdviserStatus.ENDED: (),
}
STANDING = (AdviserStatus.NAMED, AdviserStatus.APPROVED)
