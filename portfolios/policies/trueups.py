"""Who does what in a true-up: the seller states, both sides agree, whoever owes the difference pays it."""

from datetime import datetime

from accounts.models import User
from accounts.policies import NotAllowed
from config.ui import dates
from portfolios.domain.sales import SettlementStatus
from portfolios.domain.settlement.trueup import TrueUpState as State
from portfolios.models import Settlement, TrueUp
from portfolios.policies.settlements import check_for_a_side, check_for_buyer, check_for_seller
from portfolios.queries.settlements.days import local_day, true_up_ends
from portfolios.queries.settlements.figures import terms_of
from portfolios.queries.settlements.sides import BUYER, side_of
from portfolios.queries.settlements.trueups import open_true_up


def check_can_state(user: User, settlement: Settlement, at: datetime) -> None:
    """A manager of the seller, once the award is settled, as long as the terms allow, or while a true-up is open."""
    check_for_seller(user, settlement)
    if settlement.status != SettlementStatus.SETTLED:
        raise NotAllowed("Final figures follow once the award is settled.")
    if not terms_of(settlement).true_up_days:
        raise NotAllowed("The sale announced no true-up.")
    if not settlement.statement:
        raise NotAllowed("There is no statement to true up.")
    known, last = open_true_up(settlement), true_up_ends(settlement)
    if known is not None and known.state in (State.AGREED, State.PAID):
        raise NotAllowed("Both sides agreed to the true-up as it stands. Other figures follow once it is paid.")
    if known is None and last is not None and local_day(settlement, at) > last:
        raise NotAllowed(f"Final figures were due by {dates.day_year(last)}, as the sale announced.")


def check_state(true_up: TrueUp, *allowed: State, sentence: str) -> None:
    if true_up.state not in allowed:
        raise NotAllowed(sentence)


def check_can_agree(user: User, settlement: Settlement, true_up: TrueUp) -> None:
    check_for_a_side(user, settlement)
    check_state(true_up, State.DRAWN, sentence="There is no second statement to agree to.")
    if getattr(true_up, f"{side_of(user, settlement)}_agreed_by_id"):
        raise NotAllowed("Your side agreed already.")


def check_can_contest(user: User, settlement: Settlement, true_up: TrueUp) -> None:
    check_for_buyer(user, settlement)
    check_state(true_up, State.DRAWN, sentence="There is no second statement to contest.")


def check_can_withdraw(user: User, settlement: Settlement, true_up: TrueUp) -> None:
    check_for_seller(user, settlement)
    check_state(
        true_up, State.MAKING, State.DRAWN, State.CONTESTED, sentence="Both sides agreed to the true-up already."
    )


def check_can_pay(user: User, settlement: Settlement, true_up: TrueUp) -> None:
    check_one_side(user, settlement, true_up.payer, "This is for the side that owes the true-up.")
    check_state(true_up, State.AGREED, sentence="Money moves once both sides agreed to the true-up.")


def check_can_confirm(user: User, settlement: Settlement, true_up: TrueUp) -> None:
    payee = "seller" if true_up.payer == BUYER else BUYER
    check_one_side(user, settlement, payee, "This is for the side that is owed the true-up.")
    check_state(true_up, State.PAID, sentence="The other side has not said that it sent the money.")


def check_one_side(user: User, settlement: Settlement, side: str, sentence: str) -> None:
    check_for_a_side(user, settlement)
    if side_of(user, settlement) != side:
        raise NotAllowed(sentence)
