"""Bundles from first pick to signature."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from accounts.models import Role
from accounts.policies import NotAllowed
from diligence.models import Finding
from diligence.services import decisions
from diligence.services.decisions import FindingStatus
from portfolios.models import Bundle, BundleEvent, BundleLoan
from portfolios.services import bundles, freezing, picks
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_a_bundle_goes_from_first_pick_to_the_frozen_list(deal):
    bundle = deal.approved()
    assert (bundle.status, bundle.loan_count, bundle.open_fatal) == ("approved", 8, 0)
    assert bundle.upb == Decimal("1600000.00")
    assert len(bundle.frozen_hash) == 64
    assert [event.kind for event in bundle.events.all()] == ["approved", "reviewed", "submitted", "created"]


def test_numbers_count_up_within_a_year(deal):
    assert [deal.draft(clean=True).number for _ in range(2)] == ["B-2026-0001", "B-2026-0002"]


def test_numbers_go_on_after_four_digits(deal):
    for number in ("B-2026-9999", "B-2026-10000"):
        Bundle.objects.filter(pk=deal.draft(clean=True).pk).update(number=number)
    assert deal.draft(clean=True).number == "B-2026-10001"


def test_all_without_open_fatal_findings_leaves_the_others_out(deal):
    everything, clean = deal.draft(), deal.draft(clean=True)
    assert (everything.loan_count, everything.open_fatal, everything.open_fatal_upb) == (10, 2, 400_000)
    assert (clean.loan_count, clean.open_fatal) == (8, 0)
    assert set(clean.loans.values_list("row_no", flat=True)) == {1, 3, 4, 6, 7, 8, 9, 10}


def test_filters_pick_and_the_preview_tells_the_same(deal):
    selection = {"credit_score_max": 600}
    shown = picks.preview(run=deal.run, selection=selection)
    bundle = deal.draft(**selection)
    assert (shown.loans, shown.upb, shown.open_fatal) == (2, 400_000.0, 2)
    assert (bundle.loan_count, bundle.upb, bundle.open_fatal) == (2, Decimal("400000.00"), 2)


def test_findings_by_rule_count_the_kept_loans(deal):
    bundle = deal.submitted()
    own = next(rule for rule in bundle.rules if rule["code"] == "OWN-1")
    assert (own["findings"], own["open"], own["loans"], own["upb"]) == (2, 2, 2, "400000.00")
    after = bundles.kick_out(bundle=bundle, rows=[2], by=deal.reviewer, at=NOW, reason="Score.")
    own = next(rule for rule in after.rules if rule["code"] == "OWN-1")
    assert (own["findings"], after.found["fatal"], after.kept_count) == (1, 1, 9)


def test_open_fatal_findings_stop_an_approval_and_kick_outs_clear_it(deal):
    bundle = deal.reviewed()
    with pytest.raises(NotAllowed, match="2 kept loans have open fatal findings"):
        bundles.approve(bundle=bundle, by=deal.approver, at=NOW)
    bundle = bundles.kick_out(bundle=bundle, rows=None, by=deal.approver, at=NOW, reason="Open fatal findings.")
    assert (bundle.kicked_out, bundle.kicked_out_upb, bundle.open_fatal) == (2, 400_000, 0)


def test_a_kick_out_voids_the_first_signature(deal):
    bundle = bundles.kick_out(bundle=deal.reviewed(), rows=[2], by=deal.approver, at=NOW, reason="Score.")
    assert (bundle.status, bundle.reviewed_by, bundle.review_note) == ("in_review", None, "")
    with pytest.raises(NotAllowed, match="not waiting for a second sign-off"):
        bundles.approve(bundle=bundle, by=deal.approver, at=NOW)


def test_loans_left_out_can_be_taken_back(deal):
    bundle = bundles.kick_out(bundle=deal.submitted(), rows=[1, 2], by=deal.reviewer, at=NOW, reason="Score.")
    bundle = bundles.take_back(bundle=bundle, rows=[1], by=deal.reviewer, at=NOW, reason="It was right.")
    assert list(bundle.loans.exclude(kicked_out="").values_list("row_no", flat=True)) == [2]
    with pytest.raises(NotAllowed, match="left out any more"):
        bundles.take_back(bundle=bundle, rows=[1], by=deal.reviewer, at=NOW, reason="Again.")
    with pytest.raises(NotAllowed, match="in the bundle any more"):
        bundles.kick_out(bundle=bundle, rows=[999], by=deal.reviewer, at=NOW, reason="Not here.")


def test_a_limit_over_stops_an_approval(deal):
    rows = {f"row_{n}": {"State": "CA"} for n in range(1, 8)}
    deal.run = offers.checked(deal.manager, deal.run.criteria, offers.tape(10, first=100, **rows), "west.csv")
    bundle = deal.reviewed(clean=True)
    california = next(limit for limit in bundle.limits if limit["title"] == "California")
    assert (california["used"], california["status"]) == (70.0, "over")
    with pytest.raises(NotAllowed, match="Not met: California"):
        bundles.approve(bundle=bundle, by=deal.approver, at=NOW)


def test_limits_are_kept_as_delivered_and_after_kick_outs(deal):
    rows = {f"row_{n}": {"State": "CA"} for n in range(1, 8)}
    deal.run = offers.checked(deal.manager, deal.run.criteria, offers.tape(10, first=100, **rows), "west.csv")
    bundle = bundles.kick_out(bundle=deal.submitted(), rows=[1, 2, 3, 4], by=deal.reviewer, at=NOW, reason="Share.")
    assert (bundle.delivered_limits[0]["used"], bundle.limits[0]["used"]) == (70.0, 50.0)


def test_whoever_reviewed_cannot_approve_not_even_in_the_database(deal):
    both = offers.person(deal.purchaser, Role.REVIEWER, Role.APPROVER)
    bundle = bundles.review(bundle=deal.submitted(clean=True), by=both, at=NOW, note="Read.")
    with pytest.raises(NotAllowed, match="someone else"):
        bundles.approve(bundle=bundle, by=both, at=NOW)
    with pytest.raises(IntegrityError, match="two_people_sign"), transaction.atomic():
        Bundle.objects.filter(pk=bundle.pk).update(status="approved", decided_by=both, frozen_hash="x")


def test_an_approved_bundle_has_a_fingerprint_in_the_database_too(deal):
    bundle = deal.reviewed(clean=True)
    with pytest.raises(IntegrityError, match="approved_is_frozen"), transaction.atomic():
        Bundle.objects.filter(pk=bundle.pk).update(status="approved", decided_by=deal.approver)


@pytest.mark.parametrize("change", [{"frozen_hash": "0" * 64}, {"status": "draft"}, {"decision_note": "Other."}])
def test_the_database_refuses_to_change_an_approval(deal, change):
    bundle = deal.approved()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Bundle.objects.filter(pk=bundle.pk).update(**change)


def test_the_database_refuses_to_change_an_approved_list(deal):
    bundle = deal.approved()
    loans = BundleLoan.objects.filter(bundle=bundle)
    for refused in (
        lambda: loans.filter(row_no=1).update(kicked_out="Later."),
        lambda: loans.filter(row_no=1).delete(),
        lambda: BundleLoan.objects.create(bundle=bundle, row_no=2, loan_id="L00002", upb=1),
    ):
        with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
            refused()


def test_the_database_refuses_to_change_the_history(deal):
    event = BundleEvent.objects.filter(bundle=deal.draft()).get()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        BundleEvent.objects.filter(pk=event.pk).update(note="Other.")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        event.delete()


def hash_now(bundle: Bundle) -> str:
    return freezing.frozen_hash(bundle, at=bundle.decided_at)


def test_the_fingerprint_is_stable_and_later_decisions_do_not_touch_it(deal):
    bundle = deal.approved()
    assert hash_now(bundle) == bundle.frozen_hash
    finding = Finding.objects.get(run=deal.run, row_no=2, severity=1)
    decisions.decide(finding=finding, to=FindingStatus.WAIVED, by=deal.manager, at=LATER, note="Two factors.")
    assert hash_now(bundle) == bundle.frozen_hash


def test_one_changed_value_changes_the_fingerprint(deal):
    bundle = deal.approved()
    finding = Finding.objects.filter(run=deal.run, row_no=2).first()
    Finding.objects.create(
        run=deal.run, row_no=1, rule_no=finding.rule_no, seq=0, severity=4, loan_id="L00001", fields="", columns="",
        message="", values="{}",
    )  # fmt: skip
    assert hash_now(bundle) != bundle.frozen_hash


def test_one_changed_cell_of_the_kept_values_changes_the_fingerprint(deal):
    bundle = deal.approved()
    part = deal.run.version.chunks.get()
    from loans.services.files import parquet_of, read_parquet

    frame = read_parquet(part.typed)
    changed = frame.with_columns(note_rate=frame["note_rate"].scatter(0, 6.375))
    part.typed.save("typed.parquet", parquet_of(changed))
    assert hash_now(bundle) != bundle.frozen_hash


def test_a_waived_fatal_finding_stops_nothing(deal):
    for finding in Finding.objects.filter(run=deal.run, severity=1, row_no__gt=0):
        decisions.decide(finding=finding, to=FindingStatus.WAIVED, by=deal.manager, at=NOW, note="Two factors.")
    bundle = bundles.approve(bundle=deal.reviewed(), by=deal.approver, at=NOW)
    assert (bundle.status, bundle.kept_count, bundle.open_fatal) == ("approved", 10, 0)


def test_a_decision_after_the_review_voids_it_before_anybody_approves(deal):
    bundle = bundles.kick_out(bundle=deal.submitted(), rows=[5], by=deal.reviewer, at=NOW, reason="Score.")
    bundle = bundles.review(bundle=bundle, by=deal.reviewer, at=NOW, note="Row 2 must go.")
    finding = Finding.objects.get(run=deal.run, row_no=2, severity=1)
    decisions.decide(finding=finding, to=FindingStatus.WAIVED, by=deal.manager, at=LATER, note="Two factors.")
    with pytest.raises(NotAllowed, match="Add them up again before signing"):
        bundles.approve(bundle=bundle, by=deal.approver, at=LATER)
    bundle = bundles.add_up(bundle=bundle, by=deal.approver, at=LATER)
    assert (bundle.status, bundle.open_fatal, bundle.reviewed_by) == ("in_review", 0, None)
    with pytest.raises(NotAllowed, match="Nothing was decided"):
        bundles.add_up(bundle=bundle, by=deal.approver, at=LATER)
    bundle = bundles.review(bundle=bundle, by=deal.reviewer, at=LATER, note="The waiver stands.")
    assert bundles.approve(bundle=bundle, by=deal.approver, at=LATER).kept_count == 9


def test_a_bundle_sent_back_is_cured_by_a_new_upload_and_submitted_again(deal):
    bundle = bundles.send_back(bundle=deal.reviewed(), by=deal.approver, at=NOW, note="Cure the scores.")
    assert bundle.reviewed_by is None
    tape = deal.run.version.tape
    cured = offers.checked_again(tape, deal.manager, deal.run.criteria, offers.tape())
    bundle = bundles.pick_again(bundle=bundle, run=cured, selection={}, by=deal.manager, at=NOW)
    assert (bundle.run, bundle.loan_count, bundle.open_fatal) == (cured, 10, 0)
    bundle = bundles.submit(bundle=bundle, by=deal.manager, at=NOW, note="Cured.")
    bundle = bundles.review(bundle=bundle, by=deal.reviewer, at=NOW, note="Read again.")
    assert bundles.approve(bundle=bundle, by=deal.approver, at=NOW).kept_count == 10


def test_a_bundle_stays_with_its_tape_and_criteria(deal):
    bundle = deal.draft()
    other_tape = offers.checked(deal.manager, deal.run.criteria, offers.tape(3, first=500), "other.csv")
    with pytest.raises(NotAllowed, match="one tape"):
        bundles.pick_again(bundle=bundle, run=other_tape, selection={}, by=deal.manager, at=NOW)
    without = offers.checked_again(deal.run.version.tape, deal.manager, None, offers.tape(4))
    with pytest.raises(NotAllowed, match="other criteria"):
        bundles.pick_again(bundle=bundle, run=without, selection={}, by=deal.manager, at=NOW)


def test_a_bundle_needs_criteria_that_this_purchaser_reads_by(deal):
    without = offers.checked(deal.manager, None, offers.tape(3, first=500), "none.csv")
    with pytest.raises(NotAllowed, match="no purchaser's criteria"):
        offers.draft(without, deal.purchaser, by=deal.manager)
    with pytest.raises(NotAllowed, match="checked against the criteria of"):
        offers.draft(deal.run, offers.purchaser(), by=deal.manager)
    with pytest.raises(NotAllowed, match="is not a purchaser"):
        offers.draft(deal.run, deal.manager.organization, by=deal.manager)


def test_an_empty_bundle_is_not_submitted(deal):
    with pytest.raises(NotAllowed, match="holds no loans"):
        bundles.submit(bundle=deal.draft(credit_score_min=900), by=deal.manager, at=NOW)


def checks_of(bundle: Bundle) -> dict[str, tuple[bool, str, list[str]]]:
    return {check["code"]: (check["met"], check["value"], list(check["numbers"])) for check in bundle.checks}


def test_a_loan_offered_twice_by_one_lender_is_told_with_the_other_bundle(deal):
    first, second = deal.submitted(clean=True), deal.draft(clean=True)
    assert checks_of(second)["DUP-3"] == (False, "8 loans", [first.number])
    bundles.withdraw(bundle=first, by=deal.manager, at=NOW, note="Sold.")
    assert checks_of(bundles.submit(bundle=second, by=deal.manager, at=NOW))["DUP-3"] == (True, "0 loans", [])


def test_a_property_offered_by_another_lender_is_told_without_naming_anybody(deal):
    deal.submitted(clean=True)
    rival = offers.lender()
    content = offers.tape(3, row_1={"Loan ID": "X1"}, row_2={"Property Address": "77 Oak"}, row_3={"Zip": "97209"})
    run = offers.checked(rival, deal.run.criteria, content, "rival.csv")
    checks = checks_of(offers.draft(run, deal.purchaser, by=rival))
    assert checks["DUP-4"] == (False, "1 loan", [])
    assert checks["DUP-3"] == (True, "0 loans", [])


def test_a_loan_twice_in_the_file_is_told(deal):
    same = {"Loan ID": "L00101", "Property Address": "100 Elm St"}
    run = offers.checked(deal.manager, deal.run.criteria, offers.tape(3, first=100, row_1=same, row_2=same), "two.csv")
    checks = checks_of(offers.draft(run, deal.purchaser, by=deal.manager))
    assert checks["DUP-1"][:2] == (False, "2 loans")
    assert checks["DUP-2"][:2] == (False, "2 loans")


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_is_told_that_the_bundle_moved_on(deal):
    bundle, second = deal.reviewed(clean=True), offers.person(deal.purchaser, Role.APPROVER)
    start, outcomes = threading.Barrier(2), []

    def approve(person):
        try:
            start.wait()
            outcomes.append(bundles.approve(bundle=bundle, by=person, at=NOW).status)
        except NotAllowed as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=[person]) for person in (deal.approver, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This bundle is not waiting for a second sign-off.", "approved"]
    assert Bundle.objects.get(pk=bundle.pk).events.filter(kind="approved").count() == 1
