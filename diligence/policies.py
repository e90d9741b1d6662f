"""Who may do what with runs and findings. Each check raises NotAllowed with the sentence the person sees."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence.domain.lifecycles import FINDING_TRANSITIONS, FindingStatus
from diligence.models import Run
from loans import policies as loan_policies
from loans.domain.purposes import TapePurpose
from loans.models import TapeVersion


def check_can_start(user: User, version: TapeVersion) -> None:
    loan_policies.check_can_map(user, version)
    if version.tape.purpose != TapePurpose.SALE:
        raise NotAllowed("Only loans to sell are checked. A pool's file gives the months of its pool.")


def check_can_stop(user: User, run: Run) -> None:
    loan_policies.check_can_map(user, run.version)


def check_can_verify(user: User, run: Run) -> None:
    """Verifying says that the value is right; the lender that owns the loans says it."""
    loan_policies.check_can_map(user, run.version)


def check_can_waive(user: User, run: Run) -> None:
    """Waiving accepts a loan as it is, so it takes authority on the lender's side."""
    loan_policies.check_can_map(user, run.version)
    if not user.has_role(Role.MANAGER):
        raise NotAllowed("Waiving a finding needs the role of manager.")


def check_can_decide(user: User, run: Run, *, waivable: str, frm: FindingStatus, to: FindingStatus) -> None:
    """One step of a finding: the lifecycle allows it, the rule allows it, and the person has the role."""
    if to not in FINDING_TRANSITIONS[frm]:
        raise NotAllowed("Somebody has decided on this finding meanwhile. Load the page again to see what stands.")
    if to is FindingStatus.WAIVED:
        if waivable != "with_authority":
            raise NotAllowed("This rule cannot be waived. Correct the loan, or leave it out of the bundle.")
        check_can_waive(user, run)
        return
    if to is FindingStatus.VERIFIED and waivable not in {"verify", "with_authority"}:
        raise NotAllowed("This finding is cured by correcting the tape; it cannot be verified as it is.")
    check_can_verify(user, run)


def steps(user: User, run: Run, *, waivable: str, frm: FindingStatus) -> list[tuple[FindingStatus, str]]:
    """Every next step of a finding, with why this person cannot take it, or an empty text."""
    return [(to, _refusal(user, run, waivable, frm, to)) for to in FINDING_TRANSITIONS[frm]]


def _refusal(user: User, run: Run, waivable: str, frm: FindingStatus, to: FindingStatus) -> str:
    try:
        check_can_decide(user, run, waivable=waivable, frm=frm, to=to)
    except NotAllowed as refusal:
        return str(refusal)
    return ""
