"""The sentence a bundle's pages open with, and what its two signatures look like to the person who reads."""

from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Role
from config.ui import dates, numbers
from portfolios.domain.lifecycles import OPEN_TO_CHANGE, BundleStatus
from portfolios.domain.verdicts import advised, stopping
from portfolios.models import Bundle


@dataclass(frozen=True)
class Verdict:
    """`strong` alone must be enough; `rest` says more."""

    tone: str
    strong: str
    rest: str = ""


def loans(number: int) -> str:
    return "1 loan" if number == 1 else f"{number:,} loans"


def verdict(bundle: Bundle) -> Verdict:
    """The answer to the question of the page: can this bundle be approved, and if not, why not."""
    if ended := ENDED.get(BundleStatus(bundle.status)):
        tone, strong, moment = ended
        when = dates.day_year(bundle.decided_at.date()) if bundle.decided_at else ""
        rest = f"{bundle.decided_by}, {when}. {bundle.decision_note}" if bundle.decided_by else ""
        return Verdict(tone, strong, f"{moment}{rest}".strip())
    if bundle.status == BundleStatus.WITH_LENDER:
        return Verdict(
            "warning", f"Sent back to {bundle.lender}.", "Cure the loans or pick others, and submit it again."
        )
    if bundle.measured_at is None:
        return Verdict("warning", "Not added up.", "Its loans, limits and findings have no figures yet.")
    if not bundle.kept_count:
        return Verdict("warning", "The bundle holds no loans.", "Change the selection to pick some.")
    return standing(bundle)


ENDED = {
    BundleStatus.APPROVED: ("pass", "Approved. The list is frozen.", ""),
    BundleStatus.REJECTED: ("fatal", "Rejected.", ""),
    BundleStatus.WITHDRAWN: ("info", "Withdrawn by the lender.", ""),
}


def standing(bundle: Bundle) -> Verdict:
    """How an open bundle stands against its limits."""
    draft = bundle.status in OPEN_TO_CHANGE
    kept = f"{loans(bundle.kept_count)} and {numbers.money_short(bundle.kept_upb)}"
    if reasons := obstacles(bundle):
        return Verdict("fatal", "Not ready to submit as it is." if draft else "Not ready to approve.", reasons)
    over = advised(bundle.limits, bundle.checks)
    advice = f" Past what is advised: {', '.join(over)}." if over else ""
    without = f" without {loans(bundle.kicked_out)}" if bundle.kicked_out else ""
    strong = "Ready to submit." if draft else f"Ready to approve{without}."
    tone = "warning" if over else "pass"
    return Verdict(tone, strong, f"{kept}, with no open fatal finding and every binding limit met.{advice}")


def obstacles(bundle: Bundle) -> str:
    """What stops an approval, in one or two sentences."""
    sentences = []
    if bundle.open_fatal:
        share = 100 * bundle.open_fatal_upb / bundle.kept_upb if bundle.kept_upb else 0
        have = "has" if bundle.open_fatal == 1 else "have"
        sentences.append(f"{loans(bundle.open_fatal)} ({numbers.pct1(share)} of UPB) {have} open fatal findings.")
    checks = [check for check in bundle.checks if check["code"] != "OPEN-1"]
    if broken := stopping(bundle.limits, checks):
        sentences.append(f"Not met: {', '.join(broken)}.")
    return " ".join(sentences)


@dataclass(frozen=True)
class Slot:
    """One of the two signatures."""

    name: str
    role: str
    decision: str = ""
    at: object = None
    signed: bool = False
    note: str = ""


def slots(bundle: Bundle, user: User) -> tuple[Slot, Slot]:
    """The reviewer's and the approver's signature; an open one that is this person's to give is named so."""
    if bundle.reviewed_by:
        first = Slot(str(bundle.reviewed_by), "reviewer", bundle.review_note, bundle.reviewed_at, signed=True)
    else:
        mine = bundle.status == BundleStatus.IN_REVIEW and at_purchaser(user, bundle, Role.REVIEWER)
        first = Slot(user.name if mine else "", "reviewer", "You: not signed yet" if mine else "")
    if bundle.decided_by:
        word = "Approved" if bundle.status == BundleStatus.APPROVED else "Rejected"
        note = bundle.decision_note
        return first, Slot(str(bundle.decided_by), "approver", word, bundle.decided_at, signed=True, note=note)
    if bundle.status == BundleStatus.SECOND and at_purchaser(user, bundle, Role.APPROVER):
        if bundle.reviewed_by_id == user.pk:
            return first, Slot("", "approver", "The second sign-off must be someone else")
        return first, Slot(user.name, "approver", "You: not signed yet")
    return first, Slot("", "approver")


def at_purchaser(user: User, bundle: Bundle, role: Role) -> bool:
    return bundle.purchaser_id == user.organization_id and user.has_role(role)


def waits_for(bundle: Bundle, user: User) -> str:
    """Who has the next step, and why it is not this person."""
    if bundle.status == BundleStatus.SECOND and bundle.reviewed_by_id == user.pk:
        return "The second sign-off must be someone else: you reviewed this bundle."
    sentences = {
        BundleStatus.DRAFT: "Nobody signs yet: the bundle is a draft.",
        BundleStatus.IN_REVIEW: f"Waits for {bundle.assigned_to or 'a reviewer'} of {bundle.purchaser}.",
        BundleStatus.SECOND: f"Waits for an approver of {bundle.purchaser} who did not review it.",
        BundleStatus.WITH_LENDER: f"Waits for {bundle.lender} to cure it and submit it again.",
    }
    return sentences.get(BundleStatus(bundle.status), "")
