"""Sales whose settlement waits for a person: the number beside "Sales" in the navigation."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.domain.settlement import TrueUpState
from portfolios.models import Sale, Settlement, SettlementLoan, TrueUp


def settlement_due(user: User) -> QuerySet[Sale]:
    """Sales in which the person's side has the next step of a settlement."""
    mine = Q(pk=None)
    if user.has_role(Role.MANAGER):
        mine |= Q(award__sale__seller=user.organization_id) & seller_turn()
    if user.has_role(Role.BIDDER):
        mine |= Q(buyer=user.organization_id) & buyer_turn()
    return Sale.objects.filter(pk__in=Settlement.objects.filter(mine).values("award__sale")).order_by()


def seller_turn() -> Q:
    """Kick-outs to answer, an agreement to draw up or sign, a statement to draw up, money to confirm."""
    asked = SettlementLoan.objects.filter(settlement=OuterRef("pk"), answer="").exclude(proposed_reason="")
    return (
        Q(Exists(asked), status=Status.DILIGENCE)
        | Q(status=Status.DILIGENCE, buyer_agreed_by__isnull=False, seller_agreed_by=None)
        | Q(status=Status.AGREED, seller_signed_by=None)
        | Q(status=Status.SIGNED, funds=None)
        | (Q(status=Status.FUNDED, confirmed_by=None) & ~SELLER_PAYS)
        | (Q(status=Status.SIGNED, funds__isnull=False) & SELLER_PAYS)
        | true_up_turn("seller")
    )


def buyer_turn() -> Q:
    """Loans to check or agree to, an agreement to sign, a wire to send, loans to confirm."""
    asked = SettlementLoan.objects.filter(settlement=OuterRef("pk"), answer="").exclude(proposed_reason="")
    return (
        Q(~Exists(asked), status=Status.DILIGENCE, buyer_agreed_by=None)
        | (Q(status=Status.AGREED, buyer_signed_by=None) & ~Q(agreement=""))
        | (Q(status=Status.SIGNED, funds__isnull=False) & ~SELLER_PAYS)
        | (Q(status=Status.FUNDED, confirmed_by=None) & SELLER_PAYS)
        | Q(status=Status.FUNDED, received_by=None)
        | true_up_turn("buyer")
    )


SELLER_PAYS = Q(funds__lt=F("deposit"))


def true_up_turn(side: str) -> Q:
    """A second statement to agree to, a difference to send or to confirm; for the seller other figures to state."""
    open_ones = TrueUp.objects.filter(settlement=OuterRef("pk"))
    owes = Q(amount__lt=0) if side == "seller" else Q(amount__gt=0)
    due = Q(state=TrueUpState.DRAWN, **{f"{side}_agreed_by": None})
    due |= (Q(state=TrueUpState.AGREED) & owes) | (Q(state=TrueUpState.PAID) & ~owes)
    if side == "seller":
        due |= Q(state=TrueUpState.CONTESTED)
    return Q(Exists(open_ones.filter(due)))


def has_settlement(sale: Sale, user: User) -> bool:
    """Whether the person has a settlement of this sale to read: the seller any, a buyer its own."""
    return Settlement.objects.visible_to(user).filter(award__sale=sale).exists()
