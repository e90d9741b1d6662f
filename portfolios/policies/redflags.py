"""Who may decide about red flags, watchlists and limits: the analysts of the organization that follows the pool."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.models import Portfolio, RedFlag, Security


def check_can_judge(user: User, flag: RedFlag) -> None:
    """Mark a flag as seen, explain it, or take an explanation back."""
    if flag.security.organization_id != user.organization_id or not user.has_role(Role.ANALYST):
        raise NotAllowed("Red flags are judged by the analysts of the organization that follows the pool.")
    if flag.withdrawn_at is not None:
        raise NotAllowed("This flag is no longer raised, so there is nothing to decide.")


def check_can_watch(user: User, security: Security) -> None:
    """Put a pool on the organization's watchlist, or take it off."""
    if security.organization_id != user.organization_id or not user.has_role(Role.ANALYST):
        raise NotAllowed("The watchlist is kept by the analysts of the organization that follows the pool.")


def check_can_keep(user: User, portfolio: Portfolio | None = None) -> None:
    """Make a portfolio, rename it, or set its limits."""
    foreign = portfolio is not None and portfolio.organization_id != user.organization_id
    if foreign or not user.has_role(Role.ANALYST):
        raise NotAllowed("Portfolios and their limits are kept by the organization's analysts.")
