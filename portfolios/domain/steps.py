"""The steps of a bundle as people read them: what was done, in which tone, and what can be decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """`what` follows the name of the person; `tone` colors the dot of the timeline."""

    what: str
    tone: str = ""


STEPS: dict[str, Step] = {
    "created": Step("put the bundle together"),
    "picked_again": Step("picked its loans again"),
    "offered_to": Step("chose the purchaser"),
    "assigned": Step("assigned the review"),
    "submitted": Step("submitted the bundle", "accent"),
    "reviewed": Step("signed as reviewer", "accent"),
    "approved": Step("signed as approver and approved the bundle", "pass"),
    "rejected": Step("rejected the bundle", "fatal"),
    "sent_back": Step("sent the bundle back to be cured", "warning"),
    "withdrawn": Step("withdrew the bundle", "fatal"),
    "kicked_out": Step("left loans out", "warning"),
    "taken_back": Step("took loans back"),
    "issued": Step("issued the pool", "pass"),
    "added_up": Step("added the figures up again after new decisions"),
}
DECISIONS = ("review", "approve", "reject", "send_back")
