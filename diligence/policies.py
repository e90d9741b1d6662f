"""Who may do what with runs and findings. Each check raises NotAllowed with the sentence the person sees."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence.models import Run
from loans import policies as loan_policies
from loans.models import TapeVersion


def check_can_start(user: User, version: TapeVersion) -> None:
    loan_policies.check_can_map(user, version)


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
