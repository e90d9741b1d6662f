"""The lifecycle of a bundle: who can move it from where to where."""

from enum import StrEnum


class BundleStatus(StrEnum):
    DRAFT = "draft"  # the lender puts it together
    IN_REVIEW = "in_review"  # the purchaser's reviewer reads it
    SECOND = "second_sign_off"  # reviewed; an approver who is not the reviewer decides
    WITH_LENDER = "with_lender"  # sent back to be cured
    APPROVED = "approved"  # the list is frozen
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


BUNDLE_TRANSITIONS: dict[BundleStatus, tuple[BundleStatus, ...]] = {
    BundleStatus.DRAFT: (BundleStatus.IN_REVIEW, BundleStatus.WITHDRAWN),
    BundleStatus.IN_REVIEW: (BundleStatus.SECOND, BundleStatus.WITH_LENDER, BundleStatus.WITHDRAWN),
    BundleStatus.SECOND: (
        BundleStatus.APPROVED,
        BundleStatus.REJECTED,
        BundleStatus.WITH_LENDER,
        BundleStatus.IN_REVIEW,  # the list changed, which voids the first signature
        BundleStatus.WITHDRAWN,
    ),
    BundleStatus.WITH_LENDER: (BundleStatus.IN_REVIEW, BundleStatus.WITHDRAWN),
    BundleStatus.APPROVED: (),
    BundleStatus.REJECTED: (),
    BundleStatus.WITHDRAWN: (),
}

WITH_PURCHASER = (BundleStatus.IN_REVIEW, BundleStatus.SECOND)
OPEN_TO_CHANGE = (BundleStatus.DRAFT, BundleStatus.WITH_LENDER)
SEEN_BY_PURCHASER = (
    BundleStatus.IN_REVIEW,
    BundleStatus.SECOND,
    BundleStatus.WITH_LENDER,
    BundleStatus.APPROVED,
    BundleStatus.REJECTED,
)
LIVE = (*OPEN_TO_CHANGE, *WITH_PURCHASER, BundleStatus.APPROVED)
HOLDS_BORROWERS = (*WITH_PURCHASER, BundleStatus.APPROVED)  # not while the lender picks other loans


class Step(StrEnum):
    """What somebody asked for that ends with figures: a worker does it where the tape is large."""

    CREATED = "created"
    PICKED_AGAIN = "picked_again"
    SUBMITTED = "submitted"
    KICKED_OUT = "kicked_out"
    TAKEN_BACK = "taken_back"
    ADDED_UP = "added_up"
    APPROVED = "approved"


PICKS = (Step.CREATED, Step.PICKED_AGAIN)  # the loans are copied from the tape before anything is added up
