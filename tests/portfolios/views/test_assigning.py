"""Who reviews: assigned by those who answer for the purchaser's desk, told in the queue and in the history."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Role
from accounts.policies import NotAllowed
from portfolios.queries import bundles as query
from portfolios.services import assigning, bundles
from tests.diligence.services.pipeline import NOW, TODAY
from tests.portfolios import offers
from tests.portfolios.views.test_pages import signed_in, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def second(deal):
    return offers.person(deal.purchaser, Role.REVIEWER)


def waiting_for(person) -> list[str]:
    found = query.queue(person, today=TODAY, show="mine")
    return [bundle.number for group in found.groups for bundle in group.bundles]


def test_a_review_nobody_was_asked_for_waits_for_every_reviewer(deal, second):
    bundle = deal.submitted()
    assert [waiting_for(person) for person in (deal.reviewer, second)] == [[bundle.number]] * 2


def test_an_assigned_review_waits_for_one_person(deal, second):
    bundle = assigning.assign(bundle=deal.submitted(), to=second, by=deal.approver, at=NOW)
    assert waiting_for(second) == [bundle.number]
    assert waiting_for(deal.reviewer) == []
    event = bundle.events.get(kind="assigned")
    assert (event.by, event.note) == (deal.approver, f"To {second}.")


def test_an_assignment_takes_the_right_to_sign_from_nobody(deal, second):
    bundle = assigning.assign(bundle=deal.submitted(), to=second, by=deal.approver, at=NOW)
    assert bundles.review(bundle=bundle, by=deal.reviewer, at=NOW, note="Stood in.").reviewed_by == deal.reviewer


def test_the_same_assignment_twice_is_one_step(deal, second):
    bundle = deal.submitted()
    for _ in range(2):
        bundle = assigning.assign(bundle=bundle, to=second, by=deal.approver, at=NOW)
    assert bundle.events.filter(kind="assigned").count() == 1
    assert assigning.assign(bundle=bundle, to=None, by=deal.approver, at=NOW).assigned_to is None


def test_only_the_purchasers_approvers_assign(deal, second):
    bundle = deal.submitted()
    for person in (deal.reviewer, deal.analyst, deal.manager, offers.person(offers.purchaser(), Role.APPROVER)):
        with pytest.raises(NotAllowed, match="an approver of the purchaser"):
            assigning.assign(bundle=bundle, to=second, by=person, at=NOW)
    assert assigning.assign(bundle=bundle, to=second, by=deal.approver, at=NOW).assigned_to == second


@pytest.mark.parametrize("who", ["analyst", "stranger", "left"])
def test_only_reviewers_of_the_purchaser_are_assigned(deal, second, who):
    people = {"analyst": deal.analyst, "stranger": offers.person(offers.purchaser(), Role.REVIEWER), "left": second}
    second.is_active = False
    with pytest.raises(NotAllowed, match="is not a reviewer of"):
        assigning.assign(bundle=deal.submitted(), to=people[who], by=deal.approver, at=NOW)


def test_a_signed_bundle_is_assigned_no_more(deal, second):
    with pytest.raises(NotAllowed, match="not waiting for a review"):
        assigning.assign(bundle=deal.reviewed(), to=second, by=deal.approver, at=NOW)


def test_the_queue_assigns_and_shows_whose_turn_it_is(deal, second):
    bundle, client = deal.submitted(), signed_in(deal.approver)
    queue = reverse("portfolios:queue")
    assert bundle.number in text(client.get(queue, {"show": "unassigned"}))
    page = text(client.get(queue, {"open": bundle.number}))
    assert f'<option value="{second.pk}">{second.name}</option>' in page
    answer = client.post(url("assign", bundle), {"reviewer": second.pk}, follow=True)
    assert f"It waits for {second}." in text(answer)
    assert f"Assigned to {second}" in text(answer)
    assert "Every review is assigned" in text(client.get(queue, {"show": "unassigned"}))
    assert "The review is assigned to you." in text(signed_in(second).get(queue))
    assert f"To {second}." in text(signed_in(deal.reviewer).get(url("history", bundle)))


def test_reviewers_see_no_form_and_others_no_bundle(deal, second):
    bundle = deal.submitted()
    assert "Nobody in particular" not in text(signed_in(deal.reviewer).get(reverse("portfolios:queue")))
    assert signed_in(deal.reviewer).post(url("assign", bundle), {"reviewer": second.pk}).status_code == 403
    other = offers.person(offers.purchaser(), Role.APPROVER)
    assert signed_in(other).post(url("assign", bundle), {"reviewer": second.pk}).status_code == 404
    for nonsense in ("0", "x", str(deal.analyst.pk)):
        status = signed_in(deal.approver).post(url("assign", bundle), {"reviewer": nonsense}).status_code
        assert status == (302 if nonsense == "x" else 404)
