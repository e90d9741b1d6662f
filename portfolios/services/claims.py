"""Repurchase claims: the buyer claims that a loan is taken back, the seller answers and pays, the buyer closes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.settlement import CLAIM_TRANSITIONS, ClaimState, Repurchase, repurchase
from portfolios.models import RepurchaseClaim, Settlement, SettlementLoan
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.days import claims_end, local_day
from portfolios.queries.settlements.figures import terms_of
from portfolios.services.settlements import locked, record

TEXT_CHARS = 4000
OVER = (ClaimState.CLOSED,)


@transaction.atomic
def claim(
    *,
    settlement: Settlement,
    loan_id: str,
    reason: str,
    balance: Decimal,
    rate: Decimal,
    paid_to: date,
    on: date,
    costs: Decimal,
    by: User,
    at: datetime,
) -> RepurchaseClaim:
    """Claim that the seller takes a loan back: balance then (USD), rate (percent), interest paid to, day, costs (USD).

    The price is the one allocated to the loan; the working is kept with the claim.
    """
    settlement = locked(settlement)
    policies.check_after_closing(by, settlement, seller=False)
    check_in_time(settlement, at)
    if not reason.strip():
        raise NotAllowed("Say what is wrong with the loan, and where the agreement says so.")
    loan = bought(settlement, loan_id)
    check_amounts(loan, balance, costs)
    if on < paid_to:
        raise NotAllowed("The day of repurchase is not before the day to which interest is paid.")
    if RepurchaseClaim.objects.filter(settlement=settlement, loan_id=loan_id).exclude(state__in=OVER).exists():
        raise NotAllowed(f"There is a claim on loan {loan_id} already. Close it before you make another.")
    found = repurchase(
        balance=balance, price=loan.price, rate=rate, paid_to=since(settlement, paid_to), on=on,
        day_count=terms_of(settlement).day_count, costs=costs,
    )  # fmt: skip
    made = RepurchaseClaim.objects.create(
        settlement=settlement,
        loan_id=loan_id,
        reason=reason.strip()[:TEXT_CHARS],
        amount=found.amount,
        working=working(found, loan, rate, paid_to, on),
        made_by=by,
        made_at=at,
    )
    record(settlement, "claimed", by=by, at=at, note=reason, loan=loan_id, amount=str(found.amount), claim=made.pk)
    return made


def check_in_time(settlement: Settlement, at: datetime) -> None:
    """Claims end with the days that the sale announced, counted where the sale is."""
    last = claims_end(settlement)
    if last is not None and local_day(settlement, at) > last:
        raise NotAllowed(f"Claims ended on {last:%B} {last.day}, {last.year}, as the sale announced.")


def since(settlement: Settlement, paid_to: date) -> date:
    """From when a claim counts interest: what was owed before settlement was never paid for where none accrues."""
    settled_on = settlement.settles_on
    return paid_to if terms_of(settlement).accrues or settled_on is None else max(paid_to, settled_on)


def bought(settlement: Settlement, loan_id: str) -> SettlementLoan:
    loans = SettlementLoan.objects.filter(settlement=settlement, loan_id=loan_id).exclude(answer="out")
    if (loan := loans.first()) is None:
        raise NotAllowed(f"Loan {loan_id} is not among the loans that were bought.")
    return loan


def check_amounts(loan: SettlementLoan, balance: Decimal, costs: Decimal) -> None:
    if not 0 < balance <= loan.upb:
        raise NotAllowed(f"The balance is above 0 and at most the {loan.upb:,.2f} that was sold.")
    if costs < 0:
        raise NotAllowed("Costs are at least 0.")


def working(found: Repurchase, loan: SettlementLoan, rate: Decimal, paid_to: date, on: date) -> dict[str, Any]:
    """How the amount follows, as text, for the page and the record."""
    return {
        "balance": str(found.balance),
        "price": str(loan.price),
        "principal": str(found.principal),
        "rate": str(rate),
        "paid_to": paid_to.isoformat(),
        "on": on.isoformat(),
        "days": found.days,
        "accrued": str(found.accrued),
        "costs": str(found.costs),
    }


SELLER_STEPS = (ClaimState.CONTESTED, ClaimState.ACCEPTED, ClaimState.PAID)
NEEDS_WORDS = {
    ClaimState.CONTESTED: "Say why the seller does not take the loan back.",
    ClaimState.PAID: "Give the reference of the payment.",
}


@transaction.atomic
def answer(*, claim: RepurchaseClaim, to: ClaimState, text: str, by: User, at: datetime) -> RepurchaseClaim:
    """Take a claim one step on: the seller contests, accepts or pays it, the buyer closes it."""
    settlement = locked(claim.settlement)
    policies.check_after_closing(by, settlement, seller=to in SELLER_STEPS)
    if to in NEEDS_WORDS and not text.strip():
        raise NotAllowed(NEEDS_WORDS[to])
    allowed = [state for state in ClaimState if to in CLAIM_TRANSITIONS[state]]
    changes: dict[str, Any] = {"state": to, "answered_by": by, "answered_at": at}
    if text.strip():
        changes["answer"] = text.strip()[:TEXT_CHARS]
    if not RepurchaseClaim.objects.filter(pk=claim.pk, state__in=allowed).update(**changes):
        raise NotAllowed("The claim does not stand where this step begins. Load the page again.")
    record(settlement, f"claim_{to}", by=by, at=at, note=text, loan=claim.loan_id, claim=claim.pk)
    claim.refresh_from_db()
    return claim
