"""The table of transitions, walked: every step by every person, allowed or refused with the sentence."""

from dataclasses import dataclass
from functools import partial

import pytest
from django.db import transaction

from accounts.models import Role, User
from accounts.policies import NotAllowed
from portfolios.domain.lifecycles import BUNDLE_TRANSITIONS, BundleStatus
from portfolios.models import Bundle
from portfolios.services import bundles
from tests import snapshots
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers
from tests.portfolios.deals import make_deal

pytestmark = pytest.mark.django_db

S = BundleStatus
STEPS = {
    "submit": (bundles.submit, {}),
    "review": (bundles.review, {"note": "Read."}),
    "approve": (bundles.approve, {}),
    "reject": (bundles.reject, {"note": "Wrong product."}),
    "send_back": (bundles.send_back, {"note": "Cure these."}),
    "withdraw": (bundles.withdraw, {"note": "Sold elsewhere."}),
    "kick_out": (bundles.kick_out, {"rows": [1], "reason": "Too old."}),
}
# Who may take which step at which status, and where it leads; everything else is refused.
ALLOWED = {
    ("submit", S.DRAFT, "manager"): S.IN_REVIEW,
    ("submit", S.WITH_LENDER, "manager"): S.IN_REVIEW,
    ("review", S.IN_REVIEW, "reviewer"): S.SECOND,
    ("review", S.IN_REVIEW, "both"): S.SECOND,
    ("approve", S.SECOND, "approver"): S.APPROVED,
    ("approve", S.SECOND, "both"): S.APPROVED,
    ("reject", S.SECOND, "approver"): S.REJECTED,
    ("reject", S.SECOND, "both"): S.REJECTED,
    ("send_back", S.IN_REVIEW, "reviewer"): S.WITH_LENDER,
    ("send_back", S.IN_REVIEW, "both"): S.WITH_LENDER,
    ("send_back", S.SECOND, "approver"): S.WITH_LENDER,
    ("send_back", S.SECOND, "both"): S.WITH_LENDER,
    ("kick_out", S.IN_REVIEW, "reviewer"): S.IN_REVIEW,
    ("kick_out", S.IN_REVIEW, "both"): S.IN_REVIEW,
    ("kick_out", S.SECOND, "approver"): S.IN_REVIEW,
    ("kick_out", S.SECOND, "reviewer"): S.IN_REVIEW,
    ("kick_out", S.SECOND, "both"): S.IN_REVIEW,
    **{("withdraw", status, "manager"): S.WITHDRAWN for status in (S.DRAFT, S.IN_REVIEW, S.SECOND, S.WITH_LENDER)},
}


@dataclass
class Standing:
    """A bundle at a status, and everybody who might take a step."""

    bundle: Bundle
    people: dict[str, User]


def standing_at(status: BundleStatus) -> Standing:
    deal = make_deal()
    return Standing(at_status(deal, status), people_of(deal))


def people_of(deal) -> dict[str, User]:
    """Everybody who might try: both sides, a person with both roles, a rival lender, another purchaser."""
    rival, other = offers.lender(), offers.purchaser()
    return {
        "manager": deal.manager,
        "uploader": offers.person(deal.manager.organization, Role.UPLOADER),
        "reviewer": deal.reviewer,
        "approver": deal.approver,
        "both": offers.person(deal.purchaser, Role.REVIEWER, Role.APPROVER),
        "analyst": deal.analyst,
        "rival": rival,
        "other_reviewer": offers.person(other, Role.REVIEWER),
        "other_approver": offers.person(other, Role.APPROVER),
    }


def at_status(deal, status: BundleStatus) -> Bundle:
    if status == S.DRAFT:
        return deal.draft(clean=True)
    if status == S.IN_REVIEW:
        return deal.submitted(clean=True)
    if status == S.APPROVED:
        return deal.approved()
    if status == S.REJECTED:
        return bundles.reject(bundle=deal.reviewed(clean=True), by=deal.approver, at=NOW, note="No.")
    if status == S.WITH_LENDER:
        return bundles.send_back(bundle=deal.submitted(clean=True), by=deal.reviewer, at=NOW, note="Cure.")
    if status == S.WITHDRAWN:
        return bundles.withdraw(bundle=deal.submitted(clean=True), by=deal.manager, at=NOW, note="Sold.")
    return deal.reviewed(clean=True)


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("step", STEPS)
def test_every_step_by_everybody(step, status):
    """Steps that are allowed lead where the table says; the others leave the bundle and its history as they were."""
    standing = snapshots.made_once(f"a bundle that is {status}", partial(standing_at, status))
    bundle, people = standing.bundle, standing.people
    events = bundle.events.count()
    for name, person in people.items():
        expected = ALLOWED.get((step, status, name))
        with transaction.atomic():
            if expected is None:
                refused(step, bundle, person)
            else:
                service, arguments = STEPS[step]
                after = service(bundle=bundle, by=person, at=NOW, **arguments)
                assert (after.status, after.events.count()) == (expected, events + 1), name
                assert expected == status or expected in BUNDLE_TRANSITIONS[status]
            transaction.set_rollback(True)
    bundle.refresh_from_db()
    assert (bundle.status, bundle.events.count()) == (status, events)


def refused(step: str, bundle: Bundle, person: User) -> None:
    service, arguments = STEPS[step]
    with pytest.raises(NotAllowed) as refusal:
        service(bundle=bundle, by=person, at=NOW, **arguments)
    assert str(refusal.value).endswith("."), "a refusal is a sentence"


def test_refusals_say_why(deal):
    with pytest.raises(NotAllowed, match="role of reviewer at the purchaser"):
        bundles.review(bundle=deal.submitted(), by=deal.approver, at=NOW, note="Read.")
    with pytest.raises(NotAllowed, match="note"):
        bundles.review(bundle=deal.submitted(), by=deal.reviewer, at=NOW, note="  ")
    with pytest.raises(NotAllowed, match="with the purchaser"):
        bundles.submit(bundle=deal.submitted(), by=deal.manager, at=NOW)
    with pytest.raises(NotAllowed, match="needs its reasons"):
        bundles.reject(bundle=deal.reviewed(), by=deal.approver, at=NOW, note="")


def test_every_status_but_the_last_ones_leads_somewhere():
    ends = {status for status, following in BUNDLE_TRANSITIONS.items() if not following}
    assert ends == {S.APPROVED, S.REJECTED, S.WITHDRAWN}
    assert set(BUNDLE_TRANSITIONS) == set(S)


def test_figures_are_added_up_by_those_who_work_on_the_bundle(deal):
    bundle, people = deal.submitted(), people_of(deal)
    for name in ("uploader", "analyst", "rival", "other_reviewer"):
        with pytest.raises(NotAllowed, match="Adding up needs the role"):
            bundles.add_up(bundle=bundle, by=people[name], at=NOW)
    for name in ("manager", "reviewer", "approver"):
        with pytest.raises(NotAllowed, match="Nothing was decided"):
            bundles.add_up(bundle=bundle, by=people[name], at=NOW)
