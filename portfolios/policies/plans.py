"""Who loads prices, makes pooling plans and accepts them."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from accounts.roles import OrganizationKind, Role
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run
from portfolios.models.plans import PoolingPlan, PriceGrid

ACCEPTABLE = ("fast", "done", "accepted")
OWNERS = (OrganizationKind.LENDER, OrganizationKind.RECEIVER)


def check_can_price(user: User, organization: Organization) -> None:
    """Grids and plans belong to whoever owns loans, and its managers see to them."""
    own = user.organization_id == organization.pk and organization.kind in OWNERS
    if not own or not user.has_role(Role.MANAGER):
        raise NotAllowed("Price grids and pooling plans are made by a manager of the lender.")


def check_can_retire(user: User, grid: PriceGrid) -> None:
    check_can_price(user, grid.organization)
    if grid.retired_at is not None:
        raise NotAllowed("The grid is retired already.")


def check_can_plan(user: User, run: Run) -> None:
    check_can_price(user, run.version.tape.organization)
    if run.status != RunStatus.DONE:
        raise NotAllowed("The check of this tape is not finished. Its loans can be pooled when it is.")


def check_usable(grids: Iterable[PriceGrid], user: User, *, at: datetime, expired_too: bool) -> None:
    """Every grid is the lender's own, in use, and not expired unless that was asked for."""
    for grid in grids:
        if grid.organization_id != user.organization_id or grid.retired_at is not None:
            raise NotAllowed(f"{grid.name} is not a grid in use.")
        if grid.expires_at is not None and grid.expires_at <= at and not expired_too:
            raise NotAllowed(f"{grid.name} has expired. Load newer prices, or say that expired ones may be used.")


def check_can_accept(user: User, plan: PoolingPlan) -> None:
    check_can_price(user, plan.organization)
    if plan.state not in ACCEPTABLE:
        raise NotAllowed("A plan can be accepted as soon as it has an answer.")
    if not plan.sold_pools:
        raise NotAllowed("No loan of this plan goes into a bundle: all stay with you.")
    if not plan.open_pools:
        raise NotAllowed("Every pool of this plan is accepted already.")
