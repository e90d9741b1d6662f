"""Who may do what with pools. Whoever follows a pool keeps it; its servicer reads it and sends its months."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.lifecycles import BundleStatus
from portfolios.models import Bundle, Security


def check_can_follow(user: User) -> None:
    """Adding a pool: the analysts of a purchaser or an investor."""
    if not user.has_role(Role.ANALYST):
        raise NotAllowed("Adding a pool needs the role of analyst.")


def check_can_issue(user: User, bundle: Bundle) -> None:
    """An approved bundle becomes a pool once, by an analyst or approver of the purchaser that approved it."""
    if bundle.purchaser_id != user.organization_id or not user.has_role(Role.ANALYST, Role.APPROVER):
        raise NotAllowed("A pool is issued by an analyst or approver of the purchaser.")
    if bundle.status != BundleStatus.APPROVED:
        raise NotAllowed("Only an approved bundle can be issued as a pool: its loans are frozen then.")
    if issued := Security.objects.filter(bundle=bundle).first():
        raise NotAllowed(f"{bundle.number} was issued as {issued.name}. A bundle becomes one pool only.")


def check_can_edit(user: User, security: Security) -> None:
    """Terms, forecast, price and portfolio, and whether the pool is followed at all."""
    if not follows(user, security) or not user.has_role(Role.ANALYST):
        raise NotAllowed("A pool is kept by the analysts of the organization that follows it.")


def check_can_correct_months(user: User, security: Security) -> None:
    """Adding or correcting a month by hand; a month that an agency published is never typed over."""
    check_can_edit(user, security)


def check_can_send(user: User, security: Security) -> None:
    """A pool's months come from its servicer; where none is named, from the analysts who follow the pool."""
    if security.servicer_id is None:
        check_can_edit(user, security)
    elif security.servicer_id != user.organization_id or not user.has_role(Role.UPLOADER, Role.MANAGER):
        raise NotAllowed("The months of this pool come from its servicer, by an uploader or manager.")


def follows(user: User, security: Security) -> bool:
    """Whether the person's organization follows the pool, rather than only servicing it."""
    return security.organization_id == user.organization_id
