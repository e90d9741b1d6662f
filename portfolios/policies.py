"""Who may do what with bundles. Four eyes: whoever reviewed a bundle cannot approve it."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run
from portfolios.domain.lifecycles import OPEN_TO_CHANGE, BundleStatus
from portfolios.models import Bundle


def check_can_create(user: User, run: Run) -> None:
    if run.version.tape.organization_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Bundles are put together by a manager of the lender that owns the loans.")


def check_can_change(user: User, bundle: Bundle) -> None:
    if bundle.lender_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Only a manager of the lender can change this bundle.")
    if bundle.status not in OPEN_TO_CHANGE:
        raise NotAllowed("The bundle is with the purchaser. It can be changed again when it is sent back.")


def check_can_submit(user: User, bundle: Bundle) -> None:
    check_can_change(user, bundle)
    if bundle.loan_count == 0:
        raise NotAllowed("The bundle holds no loans. Pick loans first.")
    if bundle.run.status != RunStatus.DONE:
        raise NotAllowed("The check of these loans is not finished. The bundle can be submitted when it is.")


def check_can_withdraw(user: User, bundle: Bundle) -> None:
    if bundle.lender_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Only a manager of the lender can withdraw this bundle.")


def check_can_review(user: User, bundle: Bundle) -> None:
    if bundle.purchaser_id != user.organization_id or not user.has_role(Role.REVIEWER):
        raise NotAllowed("Reviewing needs the role of reviewer at the purchaser.")
    if bundle.status != BundleStatus.IN_REVIEW:
        raise NotAllowed("This bundle is not waiting for a review.")


def check_can_send_back(user: User, bundle: Bundle) -> None:
    if bundle.status == BundleStatus.IN_REVIEW:
        check_can_review(user, bundle)
    else:
        check_can_decide(user, bundle)


def check_can_decide(user: User, bundle: Bundle) -> None:
    """Approve, reject or send back: an approver of the purchaser who is not the one who reviewed it."""
    if bundle.purchaser_id != user.organization_id or not user.has_role(Role.APPROVER):
        raise NotAllowed("The decision needs the role of approver at the purchaser.")
    if bundle.status != BundleStatus.SECOND:
        raise NotAllowed("This bundle is not waiting for a second sign-off.")
    if bundle.reviewed_by_id == user.pk:
        raise NotAllowed("The second sign-off must be someone else: you reviewed this bundle.")


def check_can_approve(user: User, bundle: Bundle) -> None:
    check_can_decide(user, bundle)
    if bundle.kept_count == 0:
        raise NotAllowed("Every loan was left out, so there is nothing to approve. Reject the bundle or send it back.")
    if bundle.open_fatal:
        raise NotAllowed(
            f"{bundle.open_fatal:,} kept loans have open fatal findings. Leave them out, or send the bundle back."
        )


def check_can_kick_out(user: User, bundle: Bundle) -> None:
    """The reviewer, and then the approver, may leave loans out; never after the decision."""
    if bundle.status == BundleStatus.IN_REVIEW:
        check_can_review(user, bundle)
    else:
        check_can_decide(user, bundle)
