"""Who keeps shared-loss agreements: a manager of the bank, or of the receiver as it sells what the bank left."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.sales import SaleStatus
from portfolios.models import Sale, SharedLossAgreement
from portfolios.policies.sales import check_is_seller

KIND = "shared_loss"


def check_can_keep(user: User) -> None:
    if not user.has_role(Role.MANAGER):
        raise NotAllowed("Shared-loss agreements are kept by a manager of the bank.")


def check_is_bank(user: User, agreement: SharedLossAgreement) -> None:
    check_can_keep(user)
    if agreement.bank_id != user.organization_id:
        raise NotAllowed("This agreement belongs to another bank.")


def check_can_cover(user: User, sale: Sale) -> None:
    """Which agreement covers a sale, and what selling costs, is said up to the award."""
    check_is_seller(user, sale)
    if sale.kind != KIND:
        raise NotAllowed("Only a portfolio sale of shared-loss loans is covered by an agreement.")
    if sale.status in (SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD, SaleStatus.CANCELLED):
        raise NotAllowed("The sale is decided: its costs stay as they were.")
