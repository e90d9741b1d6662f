"""Bundles of large tapes: a worker picks and adds up under a lease; no loan comes twice, and none is missing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.policies import NotAllowed
from portfolios import tasks
from portfolios.domain.lifecycles import Step
from portfolios.models import Bundle, BundleEvent
from portfolios.models.bundles import BundleWork
from portfolios.services import bundles, measures, picks, work
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=1)
AFTER_THE_LEASE = NOW + work.LEASE + timedelta(seconds=2)


@pytest.fixture
def by_worker(monkeypatch):
    """Every tape is large: nothing is done in the request."""
    monkeypatch.setattr(work, "AT_ONCE", 0)


@pytest.fixture
def waiting(deal, by_worker) -> Bundle:
    return deal.draft(clean=True)


def done(bundle: Bundle, at=NOW) -> Bundle:
    assert work.do(bundle_id=bundle.pk, clock=lambda: at)
    return Bundle.objects.select_related("work").get(pk=bundle.pk)


def test_a_small_tape_is_done_at_once(deal):
    bundle = deal.draft(clean=True)
    assert bundle.measured_at == NOW
    assert not BundleWork.objects.exists()


def test_a_large_tape_waits_for_a_worker_and_says_so(waiting):
    assert (waiting.loan_count, waiting.measured_at, waiting.loans.count()) == (0, None, 0)
    assert waiting.under_way.step == Step.CREATED
    assert work.waiting(at=NOW) == [waiting.pk]
    assert not waiting.events.exists(), "the history says what was put together, not that it will be"


def test_adding_up_does_not_begin_before_postgresql_knows_of_the_loans(waiting, monkeypatch):
    """It plans for a single loan until it has looked at what was copied: minutes for a hundred thousand."""
    monkeypatch.setattr(measures, "LARGE", 0)
    with CaptureQueriesContext(connection) as asked:
        done(waiting)
    statements = [query["sql"] for query in asked]
    looked = statements.index("ANALYZE portfolios_bundleloan, diligence_loanresult, diligence_finding")
    joined = next(at for at, sql in enumerate(statements) if "LEFT JOIN diligence_loanresult" in sql)
    assert looked < joined


def test_the_worker_does_the_same_as_the_request(deal, waiting, monkeypatch):
    by_worker = done(waiting)
    monkeypatch.setattr(work, "AT_ONCE", 10_000)
    bundles.withdraw(bundle=by_worker, by=deal.manager, at=NOW, note="Twin.")
    at_once = deal.draft(clean=True)
    for name in (
        "loan_count",
        "upb",
        "open_fatal",
        "summary",
        "rules",
        "found",
        "limits",
        "delivered_limits",
        "checks",
    ):
        assert getattr(by_worker, name) == getattr(at_once, name), name
    assert list(by_worker.loans.values_list("row_no", "property_key")) == list(
        at_once.loans.values_list("row_no", "property_key")
    )
    assert by_worker.events.get(kind="created").facts["loans"] == 8


@pytest.mark.parametrize("step", ["submit", "pick_again"])
def test_nothing_else_is_done_meanwhile(deal, waiting, step):
    more = {"run": deal.run, "selection": {}} if step == "pick_again" else {}
    with pytest.raises(NotAllowed, match="still being added up"):
        getattr(bundles, step)(bundle=waiting, by=deal.manager, at=NOW, **more)
    assert bundles.submit(bundle=done(waiting), by=deal.manager, at=NOW).under_way


def test_two_workers_never_do_it_twice(waiting):
    first = work.claim(bundle_id=waiting.pk, at=NOW)
    assert first is not None
    assert not work.do(bundle_id=waiting.pk, clock=lambda: SOON)
    assert work.waiting(at=SOON) == []
    work.carry_out(first, clock=lambda: SOON)
    assert not work.do(bundle_id=waiting.pk, clock=lambda: AFTER_THE_LEASE)
    assert waiting.events.filter(kind="created").count() == 1


class Killed(BaseException):
    """Nothing that the code could catch and tidy up after."""


def in_twos(frames, first):
    """The one part of a small tape as parts of two loans."""
    return iter([frame.slice(at, 2) for frame in frames for at in range(0, frame.height, 2)][first:])


def dying_after(calls: int, function):
    """The function, which does not come back from the call after so many."""
    left = [calls]

    def dying(*args):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return function(*args)

    return dying


def test_a_killed_worker_leaves_the_rest_to_the_next(deal, by_worker, monkeypatch):
    whole, store = picks.stored_parts, picks.store
    monkeypatch.setattr(picks, "stored_parts", lambda *args, first: in_twos(whole(*args, first=0), first))
    monkeypatch.setattr(picks, "store", dying_after(2, store))
    bundle = deal.draft()
    with pytest.raises(Killed):
        work.do(bundle_id=bundle.pk, clock=lambda: NOW)
    monkeypatch.setattr(picks, "store", store)
    assert (bundle.loans.count(), BundleWork.objects.get().parts_done) == (4, 2)
    assert not work.do(bundle_id=bundle.pk, clock=lambda: SOON), "the lease still runs"
    assert work.waiting(at=AFTER_THE_LEASE) == [bundle.pk]
    after = done(bundle, AFTER_THE_LEASE)
    assert (after.loan_count, after.loans.count(), BundleWork.objects.count()) == (10, 10, 0)
    assert sorted(after.loans.values_list("row_no", flat=True)) == list(range(1, 11))


def test_who_lost_the_lease_writes_nothing(waiting):
    slow = work.claim(bundle_id=waiting.pk, at=NOW)
    quick = work.claim(bundle_id=waiting.pk, at=AFTER_THE_LEASE)
    work.carry_out(quick, clock=lambda: AFTER_THE_LEASE)
    with pytest.raises(work.Lost):
        work.carry_out(slow, clock=lambda: NOW)
    assert waiting.loans.count() == 8
    assert waiting.events.count() == 1


def test_an_error_gives_the_lease_back_and_too_many_say_so(deal, waiting, monkeypatch):
    def broken(*args, **more):
        raise OSError("no such file")

    monkeypatch.setattr(measures, "measured", broken)
    for _ in range(work.MAX_ATTEMPTS):
        with pytest.raises(OSError, match="no such file"):
            work.do(bundle_id=waiting.pk, clock=lambda: NOW)
    assert work.waiting(at=NOW) == []
    tasks.sweep()
    bundle = Bundle.objects.get(pk=waiting.pk)
    assert "could not be added up in 5 tries" in bundle.failure
    with pytest.raises(NotAllowed, match="Have them added up again first"):
        bundles.submit(bundle=bundle, by=deal.manager, at=NOW)
    monkeypatch.undo()
    monkeypatch.setattr(work, "AT_ONCE", 0)
    assert bundles.add_up(bundle=bundle, by=deal.manager, at=NOW).under_way
    assert done(bundle).loan_count == 8


def test_a_withdrawn_bundle_is_not_put_together_behind_its_back(deal, waiting):
    held = work.claim(bundle_id=waiting.pk, at=NOW)
    bundles.withdraw(bundle=waiting, by=deal.manager, at=NOW, note="Not now.")
    with pytest.raises(work.Lost):
        work.carry_out(held, clock=lambda: NOW)
    assert Bundle.objects.get(pk=waiting.pk).status == "withdrawn"


def test_a_worker_freezes_and_approves_what_was_signed(deal, by_worker):
    bundle = done(bundles.submit(bundle=done(deal.draft(clean=True)), by=deal.manager, at=NOW))
    bundle = bundles.review(bundle=bundle, by=deal.reviewer, at=NOW, note="Read.")
    signed = bundles.approve(bundle=bundle, by=deal.approver, at=NOW, note="Fine.")
    assert (signed.status, signed.under_way.step) == ("second_sign_off", Step.APPROVED)
    approved = done(signed)
    assert (approved.status, approved.decided_by, approved.decision_note) == ("approved", deal.approver, "Fine.")
    assert len(approved.frozen_hash) == 64


def test_an_approval_that_the_figures_do_not_allow_is_not_made_and_says_why(deal, by_worker):
    bundle = done(bundles.submit(bundle=done(deal.draft()), by=deal.manager, at=NOW))
    bundle = bundles.review(bundle=bundle, by=deal.reviewer, at=NOW, note="Read.")
    refused = done(bundles.approve(bundle=bundle, by=deal.approver, at=NOW))
    assert (refused.status, refused.under_way) == ("second_sign_off", None)
    assert "2 kept loans have open fatal findings" in refused.failure
    again = bundles.kick_out(bundle=refused, rows=None, by=deal.approver, at=NOW, reason="Open fatal findings.")
    assert (again.status, again.under_way.step, again.failure) == ("in_review", Step.KICKED_OUT, "")
    assert done(again).kicked_out == 2


def test_picking_again_empties_the_figures_until_the_new_ones_are_there(deal, by_worker):
    bundle = done(deal.draft())
    assert bundle.loan_count == 10
    bundle = bundles.pick_again(bundle=bundle, run=deal.run, selection={"clean": True}, by=deal.manager, at=NOW)
    assert (bundle.loan_count, bundle.summary, bundle.measured_at) == (0, {}, None)
    assert done(bundle).loan_count == 8


def test_the_sweep_sends_again_what_nobody_holds(waiting, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.work_on, "delay", sent.append)
    tasks.sweep()
    assert sent == [waiting.pk]
    tasks.work_on(waiting.pk)
    tasks.sweep()
    assert sent == [waiting.pk]
    assert Bundle.objects.get(pk=waiting.pk).loan_count == 8


def test_a_form_sent_twice_makes_one_draft(deal):
    token = "6f9d1f1c-4d0b-4f0e-9b59-0d2f6f8f5b11"
    make = {"run": deal.run, "name": "Once", "purchaser": deal.purchaser, "selection": {}, "at": NOW, "token": token}
    first, second = (bundles.create(by=deal.manager, **make) for _ in range(2))
    assert first == second
    assert BundleEvent.objects.filter(kind="created").count() == 1
    colleague = offers.lender(organization=deal.manager.organization)
    assert bundles.create(by=colleague, **make) != first
    with pytest.raises(IntegrityError, match="bundle_once_a_form"):
        Bundle.objects.filter(pk=deal.draft().pk).update(form_token=token)
