"""Who does what between an award and the wire. Each side acts for itself; nobody answers for the other."""

from collections.abc import Callable

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.models import Lot, Security, Settlement
from portfolios.queries.saleneeds import delivery_problems
from portfolios.queries.settlements.sides import SELLER, is_buyer, is_seller, payee_of, payer_of

ENDED = (Status.SETTLED, Status.FAILED)
CLOSED_LIST = (Status.AGREED, Status.SIGNED)


def check_for_seller(user: User, settlement: Settlement) -> None:
    if not is_seller(user, settlement) or not user.has_role(Role.MANAGER):
        raise NotAllowed("This is for a manager of the seller.")


def check_for_buyer(user: User, settlement: Settlement) -> None:
    if not is_buyer(user, settlement) or not user.has_role(Role.BIDDER):
        raise NotAllowed("This is for a bidder of the buyer.")


def check_for_a_side(user: User, settlement: Settlement) -> None:
    if is_seller(user, settlement):
        check_for_seller(user, settlement)
    else:
        check_for_buyer(user, settlement)


def check_for_one_side(user: User, settlement: Settlement, side: str) -> None:
    (check_for_seller if side == SELLER else check_for_buyer)(user, settlement)


def check_stands(settlement: Settlement, *allowed: Status, sentence: str) -> None:
    if settlement.status not in allowed:
        raise NotAllowed(sentence)


def check_can_change_list(settlement: Settlement) -> None:
    """Prices, checks and kick-outs, until both sides agreed to the list."""
    check_stands(
        settlement, Status.DILIGENCE, sentence="The list is closed: both sides agreed to its loans and its price."
    )


def check_can_allocate(user: User, settlement: Settlement) -> None:
    check_for_buyer(user, settlement)
    check_can_change_list(settlement)


def check_can_bring_down(user: User, settlement: Settlement) -> None:
    check_for_buyer(user, settlement)
    check_can_change_list(settlement)


def check_can_propose(user: User, settlement: Settlement) -> None:
    check_for_buyer(user, settlement)
    check_can_change_list(settlement)


def check_can_answer(user: User, settlement: Settlement) -> None:
    check_for_seller(user, settlement)
    check_can_change_list(settlement)


def check_can_agree(user: User, settlement: Settlement) -> None:
    check_for_a_side(user, settlement)
    check_can_change_list(settlement)
    given = settlement.seller_agreed_by_id if is_seller(user, settlement) else settlement.buyer_agreed_by_id
    if given:
        raise NotAllowed("Your side agreed already.")


def check_can_reopen(user: User, settlement: Settlement) -> None:
    """Until the agreement is signed by both sides, either may go back to the list."""
    check_for_a_side(user, settlement)
    check_stands(settlement, Status.AGREED, sentence="The list can be opened again between agreeing and signing.")


def check_can_draft(user: User, settlement: Settlement) -> None:
    check_for_seller(user, settlement)
    check_stands(
        settlement,
        Status.AGREED,
        sentence="The agreement is drawn up once both sides agreed to the list, and stays once both signed.",
    )


def check_can_sign(user: User, settlement: Settlement) -> None:
    check_for_a_side(user, settlement)
    check_stands(settlement, Status.AGREED, sentence="There is nothing to sign at this step.")
    if not settlement.agreement:
        raise NotAllowed("The seller has not drawn up the agreement yet.")
    given = settlement.seller_signed_by_id if is_seller(user, settlement) else settlement.buyer_signed_by_id
    if given:
        raise NotAllowed("Your side signed already.")


def check_can_state(user: User, settlement: Settlement) -> None:
    """Deposit, servicing figures, day of settlement and the statement: the seller's, until the wire is sent."""
    check_for_seller(user, settlement)
    if settlement.status not in (Status.DILIGENCE, *CLOSED_LIST):
        raise NotAllowed("The wire was sent by the statement as it stands.")


def check_can_draw_statement(user: User, settlement: Settlement) -> None:
    check_for_seller(user, settlement)
    check_stands(
        settlement,
        *CLOSED_LIST,
        sentence="The statement is drawn up between the closing of the list and the wire.",
    )


def check_can_fund(user: User, settlement: Settlement) -> None:
    """Whoever owes the wire says that it was sent."""
    check_for_one_side(user, settlement, payer_of(settlement))
    check_stands(settlement, Status.SIGNED, sentence="Money moves once both sides signed the agreement.")
    if settlement.funds is None:
        raise NotAllowed("The seller has not drawn up the settlement statement yet.")
    for problem in (each for lot in settlement.award.lots.all() for each in delivery_problems(lot)):
        raise NotAllowed(problem)


def check_can_confirm_money(user: User, settlement: Settlement) -> None:
    """Whoever is owed the wire says that it arrived."""
    check_for_one_side(user, settlement, payee_of(settlement))
    check_stands(settlement, Status.FUNDED, sentence="The other side has not said that it sent the wire.")
    if settlement.confirmed_by_id:
        raise NotAllowed("The money was confirmed already.")


def check_can_confirm_loans(user: User, settlement: Settlement) -> None:
    check_for_buyer(user, settlement)
    check_stands(settlement, Status.FUNDED, sentence="The loans are confirmed after the wire.")
    if settlement.received_by_id:
        raise NotAllowed("The loans were confirmed already.")


def check_can_fail(user: User, settlement: Settlement) -> None:
    check_for_seller(user, settlement)
    check_stands(
        settlement,
        Status.DILIGENCE,
        *CLOSED_LIST,
        sentence="A settlement can be ended until the buyer has sent the wire.",
    )


def check_can_transfer(user: User, settlement: Settlement) -> None:
    check_for_seller(user, settlement)
    check_stands(
        settlement,
        Status.SIGNED,
        Status.FUNDED,
        Status.SETTLED,
        sentence="The servicing goes over once the agreement is signed.",
    )


def check_after_closing(user: User, settlement: Settlement, *, seller: bool) -> None:
    """Documents and claims follow the settlement; `seller` is whose step it is."""
    (check_for_seller if seller else check_for_buyer)(user, settlement)
    check_stands(settlement, Status.SETTLED, sentence="This follows once the award is settled.")


def check_can_issue_lot(user: User, settlement: Settlement, lot: Lot) -> None:
    """A settled lot of mortgage loans becomes one pool of the buyer's."""
    if not is_buyer(user, settlement) or not user.has_role(Role.BIDDER, Role.ANALYST):
        raise NotAllowed("A pool is issued by a bidder or analyst of the buyer.")
    check_stands(settlement, Status.SETTLED, sentence="A lot becomes a pool once it is settled.")
    if lot.bundle_id is None:
        raise NotAllowed(f"Lot {lot.code} holds no list of loans.")
    if issued := Security.objects.filter(lot=lot).first():
        raise NotAllowed(f"Lot {lot.code} was issued as {issued.name}. A lot becomes one pool only.")


def refusal(check: Callable[..., None], *arguments: object) -> str:
    """Why a step is refused, for a page that says so; empty when it is open."""
    try:
        check(*arguments)
    except NotAllowed as refused:
        return str(refused)
    return ""
