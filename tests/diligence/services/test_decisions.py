"""Decisions: who may make which, what they change, how they live on in the next version of a tape."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from accounts.policies import NotAllowed
from diligence import policies
from diligence.domain.lifecycles import FindingStatus
from diligence.models import Decision, Finding, LoanResult, RuleTally
from diligence.services import decisions
from loans.services import intake, tapes
from tests.diligence.conftest import BAD_ROWS, REFINANCE, ROWS, Checked
from tests.diligence.services.pipeline import NOW, clock, completed, started, uploaded
from tests.diligence.services.test_counts import assert_counts_agree
from tests.factories import UserFactory
from tests.portfolios.offers import tape

pytestmark = pytest.mark.django_db


def verifiable(checked) -> Finding:
    """A warning of a loan that its lender can verify."""
    rules = checked.run.rules.filter(waivable="verify").values("rule_no")
    return checked.run.findings.filter(rule_no__in=rules, row_no__gt=0, severity__gt=1).first()


def decide(checked, finding: Finding, to: FindingStatus, *, by=None, note="Seen on the note."):
    return decisions.decide(finding=finding, to=to, by=by or checked.lender, at=NOW, note=note)


def test_verifying_closes_the_finding_and_every_count_follows(checked):
    finding = verifiable(checked)
    made = decide(checked, finding, FindingStatus.VERIFIED)
    assert (made.decided_by, made.note, made.superseded_at) == (checked.lender, "Seen on the note.", None)
    finding.refresh_from_db()
    assert finding.status == FindingStatus.VERIFIED
    assert RuleTally.objects.get(run=checked.run, rule_no=finding.rule_no, severity=finding.severity).open == 0
    assert_counts_agree(checked.run)


def test_opening_again_keeps_both_decisions_and_none_in_force(checked):
    finding = verifiable(checked)
    decide(checked, finding, FindingStatus.VERIFIED)
    decide(checked, finding, FindingStatus.OPEN, note="The note says otherwise.")
    kinds = list(Decision.objects.order_by("pk").values_list("kind", "superseded_at"))
    assert kinds == [(FindingStatus.VERIFIED, NOW), (FindingStatus.OPEN, NOW)]
    assert_counts_agree(checked.run)


def test_a_disputed_finding_stays_open_for_counts(checked):
    finding = verifiable(checked)
    before = LoanResult.objects.get(run=checked.run, row_no=finding.row_no).open_warning
    decide(checked, finding, FindingStatus.DISPUTED)
    assert LoanResult.objects.get(run=checked.run, row_no=finding.row_no).open_warning == before
    assert_counts_agree(checked.run)


@pytest.mark.parametrize("note", ["", "   "])
def test_a_decision_needs_a_reason(checked, note):
    with pytest.raises(NotAllowed, match="needs a reason"):
        decide(checked, verifiable(checked), FindingStatus.VERIFIED, note=note)


def test_what_has_to_be_corrected_can_be_neither_verified_nor_waived(checked):
    finding = checked.finding("XF-001")
    for step in (FindingStatus.VERIFIED, FindingStatus.WAIVED):
        with pytest.raises(NotAllowed):
            decide(checked, finding, step)


def test_strangers_decide_nothing(checked):
    with pytest.raises(NotAllowed, match="another lender"):
        decide(checked, verifiable(checked), FindingStatus.VERIFIED, by=UserFactory())


def test_only_a_manager_waives(checked):
    uploader = UserFactory(organization=checked.lender.organization, roles=[Role.UPLOADER])
    steps = dict(policies.steps(uploader, checked.run, waivable="with_authority", frm=FindingStatus.OPEN))
    assert steps[FindingStatus.WAIVED] == "Waiving a finding needs the role of manager."
    assert steps[FindingStatus.VERIFIED] == ""
    own = dict(policies.steps(checked.lender, checked.run, waivable="with_authority", frm=FindingStatus.OPEN))
    assert own[FindingStatus.WAIVED] == ""


def next_version(checked, **rows):
    """The finished check of the next version of the same tape."""
    upload = SimpleUploadedFile("again.csv", tape(ROWS, **(BAD_ROWS | rows)))
    received = tapes.receive(upload=upload, by=checked.lender, at=NOW, tape=checked.run.version.tape)
    intake.read(version_id=received.version.pk, clock=clock)
    received.version.refresh_from_db()
    return completed(started(checked.lender, received.version))


def same_finding(run, finding: Finding) -> Finding:
    return Finding.objects.get(run=run, row_no=finding.row_no, rule_no=finding.rule_no, seq=finding.seq)


def test_a_decision_lives_on_while_the_values_stay(checked):
    finding = verifiable(checked)
    decide(checked, finding, FindingStatus.VERIFIED)
    run = next_version(checked, row_1={"DTI": "36"})
    assert same_finding(run, finding).status == FindingStatus.VERIFIED
    assert_counts_agree(run)


def test_a_decision_lapses_when_a_value_changes(checked):
    finding = checked.finding("XF-001")
    decide(checked, finding, FindingStatus.DISPUTED)
    row = f"row_{finding.row_no}"
    run = next_version(checked, **{row: BAD_ROWS[row] | {"LTV": "91"}})
    assert same_finding(run, finding).status == FindingStatus.OPEN
    assert_counts_agree(run)


def test_a_decision_on_a_loan_without_a_number_is_not_carried_over(lender):

    rows = {"row_2": REFINANCE | {"Loan ID": "", "LTV": "12"}}
    first = Checked(lender, completed(started(lender, uploaded(lender, tape(3, **rows)))))
    finding = first.finding("XF-001")
    decide(first, finding, FindingStatus.DISPUTED)
    again = completed(started(lender, first.run.version))
    assert same_finding(again, finding).status == FindingStatus.OPEN
