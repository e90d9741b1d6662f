"""What a draft must have before it is announced: what every sale needs, and what its kind needs besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from portfolios.domain.saleneeds import Stage
from portfolios.domain.saleterms import Terms
from portfolios.models import Sale
from portfolios.queries.saleneeds import states


@dataclass(frozen=True, slots=True)
class Need:
    """Something the announcement waits for: where it is seen to, and what is missing, empty once nothing is."""

    place: str
    title: str
    missing: str = ""

    @property
    def met(self) -> bool:
        return not self.missing


def needs(sale: Sale, at: datetime) -> list[Need]:
    """Everything in the order a seller goes about it; of several things missing in one place the first is said."""
    tests = {
        ("sale-lots", "Lots"): {"The sale has no lot.": not sale.lots.exists()},
        ("sale-terms", "Terms and dates"): missing_dates(sale, at),
        ("sale-openers", "Openers of the bids"): missing_openers(sale),
        ("sale-bidders", "Invited bidders"): missing_bidders(sale),
    }
    return [*(Need(*where, missing=first(found)) for where, found in tests.items()), *of_kind(sale)]


def of_kind(sale: Sale) -> list[Need]:
    """What the sale's kind needs before it is announced."""
    found = [state for state in states(sale) if state.need.before is Stage.ANNOUNCEMENT]
    return [Need("sale-needs", state.need.sentence.rstrip("."), " ".join(state.open)) for state in found]


def first(tests: Mapping[str, bool]) -> str:
    """The first sentence that holds."""
    return next((sentence for sentence, holds in tests.items() if holds), "")


def missing_dates(sale: Sale, at: datetime) -> dict[str, bool]:
    """What is wrong with the dates of a draft; the days after the deadline may not come before it."""
    due = sale.bids_due_at
    ends = due.astimezone(ZoneInfo(sale.time_zone)).date() if due else None
    days = [day for day in (ends, sale.award_due_on, sale.settles_on) if day]
    return {
        "Say when bids are due.": due is None,
        "The deadline for bids has passed already.": due is not None and due <= at,
        "Say which date the balances are of.": sale.cut_off_on is None,
        "Bids are due first, then comes the award, then the settlement.": days != sorted(days),
    }


def missing_bidders(sale: Sale) -> dict[str, bool]:
    """What is wrong with the invitations of a draft; the stalking horse takes part like every bidder."""
    terms = Terms.from_json(sale.terms)
    horse = terms.stalking_horse if terms.format == "open" else ""
    gone = bool(horse) and not sale.bidders.filter(organization__name=horse).exists()
    return {
        "Nobody is invited to bid.": not sale.bidders.exists(),
        f"The stalking horse, {horse}, is not invited.": gone,
    }


def missing_openers(sale: Sale) -> dict[str, bool]:
    """What is wrong with the openers of a draft."""
    k = Terms.from_json(sale.terms).k
    openers = list(sale.openers.select_related("user"))
    organizations = {opener.user.organization_id for opener in openers}
    bidders = set(sale.bidders.values_list("organization_id", flat=True))
    return {
        f"Name at least {k + 1} openers, so that one may be lost.": len(openers) < k + 1,
        "Openers come from at least two organizations.": len(organizations) < 2,
        "An opener belongs to an organization that is invited to bid.": bool(organizations & bidders),
        "Not every opener has made a key.": any(not opener.public_key for opener in openers),
    }
