"""The true-up after a settlement: final figures by loan, a second statement, agreed to by both sides and paid."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import Max

from accounts.models import User
from accounts.policies import NotAllowed
from loans.services.files import parquet_of, read_parquet
from portfolios.domain.settlement.servicing import read_finals
from portfolios.domain.settlement.trueup import TRUE_UP_TRANSITIONS
from portfolios.domain.settlement.trueup import TrueUpState as State
from portfolios.models import Settlement, TrueUp
from portfolios.policies import trueups as policies
from portfolios.queries.settlements.sides import side_of
from portfolios.queries.settlements.trueups import open_true_up
from portfolios.services import loanlists
from portfolios.services.allocations import BadList
from portfolios.services.settlements import locked, record
from portfolios.services.statementlines import Tick
from portfolios.services.trueuplines import compared

REFERENCE_CHARS = 60
BOUGHT = "SELECT loan_id FROM portfolios_settlementloan WHERE settlement_id = %s AND answer <> 'out'"
NOT_AGREED: dict[str, Any] = {
    "seller_agreed_by": None, "seller_agreed_at": None, "buyer_agreed_by": None, "buyer_agreed_at": None,
}  # fmt: skip
NOT_DRAWN: dict[str, Any] = {"statement": "", "totals": {}, "changed": 0, "amount": None, "note": "", **NOT_AGREED}
NOT_PAID: dict[str, Any] = {"paid_by": None, "paid_at": None, "wire_reference": ""}


def state(settlement: Settlement, upload: File, *, by: User, at: datetime) -> TrueUp:
    """Take final figures of the closing, for the open true-up in place of what it had, or for a new one.

    Called with the settlement locked. Raises NotAllowed, or BadList with every problem.
    """
    policies.check_can_state(by, settlement, at)
    rows, sha256 = loanlists.read(upload)
    finals, wrong = read_finals(rows, bought(settlement))
    if wrong:
        raise BadList(wrong)
    if finals.is_empty():
        raise NotAllowed("The list names no loan.")
    found = open_true_up(settlement) or begun(settlement, by=by, at=at)
    found.figures.save("finals.parquet", parquet_of(finals), save=False)
    told = {"figures": found.figures.name, "figures_sha256": sha256, "stated_by": by, "stated_at": at}
    if found.state == State.MAKING:
        found = change(found, **told)
    else:
        found = move(found, State.MAKING, **told, **NOT_DRAWN)
    record(settlement, "finals", by=by, at=at, true_up=found.number, sha256=sha256, loans=finals.height)
    return found


def begun(settlement: Settlement, *, by: User, at: datetime) -> TrueUp:
    last = settlement.true_ups.aggregate(number=Max("number"))["number"] or 0
    return TrueUp.objects.create(settlement=settlement, number=last + 1, stated_by=by, stated_at=at)


def bought(settlement: Settlement) -> pl.Series:
    """Numbers of the loans that were bought; NotAllowed where two of them have the same."""
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT, [settlement.pk])
        numbers = pl.Series("loan_id", [loan_id for (loan_id,) in cursor.fetchall()], dtype=pl.String)
    if doubled := numbers.filter(numbers.is_duplicated()).unique().sort().to_list():
        raise NotAllowed(f"Loan number {doubled[0]} stands in this settlement twice, so a list cannot tell them apart.")
    return numbers


@dataclass(frozen=True)
class Drawn:
    """A second statement that is stored as a file and not shown yet; USD."""

    file: str
    totals: dict[str, dict[str, str]]
    changed: int
    amount: Decimal


def check(by: User, settlement: Settlement) -> None:
    """NotAllowed where no final figures wait to be worked out."""
    if not waits(settlement):
        raise NotAllowed("State the final figures first.")


def waits(settlement: Settlement) -> bool:
    found = open_true_up(settlement)
    return found is not None and found.state == State.MAKING


def stands(settlement: Settlement) -> bool:
    """Whether the second statement of what was stated last is there."""
    return not waits(settlement)


def draw(settlement: Settlement, tick: Tick) -> Drawn:
    """Compute every line that final figures change, against the statement that was settled last."""
    true_up = open_true_up(settlement)
    if true_up is None:
        raise NotAllowed("State the final figures first.")
    found = compared(settlement, base_of(settlement), read_parquet(true_up.figures), tick)
    true_up.statement.save("true-up.parquet", parquet_of(found.frame), save=False)
    return Drawn(str(true_up.statement.name), found.totals, found.changed, found.amount)


def base_of(settlement: Settlement) -> pl.DataFrame:
    """The lines that were paid by: of the last true-up that was settled, else of the settlement statement."""
    last = settlement.true_ups.filter(state=State.SETTLED).order_by("-number").first()
    return read_parquet(last.statement if last else settlement.statement)


def keep(settlement: Settlement, drawn: Drawn, *, by: User, at: datetime) -> Settlement:
    """Show a second statement to both sides. Called with the settlement locked, and the final figures unchanged."""
    true_up = open_true_up(settlement)
    if true_up is None:
        raise NotAllowed("The final figures were withdrawn.")
    values = {"totals": drawn.totals, "changed": drawn.changed, "amount": drawn.amount}
    move(true_up, State.DRAWN, statement=drawn.file, **values)
    return record(
        settlement, "trued_up", by=by, at=at, true_up=true_up.number, loans=drawn.changed, amount=str(drawn.amount)
    )


@transaction.atomic
def agree(*, true_up: TrueUp, file: str, by: User, at: datetime) -> TrueUp:
    """Agree for one's side to the second statement of this file; with both sides it is to be paid, if anything is."""
    settlement, true_up = held(true_up)
    policies.check_can_agree(by, settlement, true_up)
    if file != true_up.statement.name:
        raise NotAllowed("The second statement was drawn up again meanwhile. Look at it once more before you agree.")
    side = side_of(by, settlement)
    true_up = change(true_up, **{f"{side}_agreed_by": by, f"{side}_agreed_at": at})
    record(settlement, f"true_up_{side}_agreed", by=by, at=at, true_up=true_up.number, amount=str(true_up.amount))
    if not (true_up.seller_agreed_by_id and true_up.buyer_agreed_by_id):
        return true_up
    true_up = move(true_up, State.AGREED if true_up.amount else State.SETTLED)
    if true_up.state == State.SETTLED:
        record(settlement, "true_up_settled", by=by, at=at, true_up=true_up.number, amount="0.00")
    return true_up


@transaction.atomic
def contest(*, true_up: TrueUp, note: str, by: User, at: datetime) -> TrueUp:
    """Say for the buyer what is wrong with the second statement: the seller states other figures, or withdraws it."""
    settlement, true_up = held(true_up)
    policies.check_can_contest(by, settlement, true_up)
    if not note.strip():
        raise NotAllowed("Say which figures are wrong; the seller reads it.")
    true_up = move(true_up, State.CONTESTED, note=note.strip(), **NOT_AGREED)
    record(settlement, "true_up_contested", by=by, at=at, note=note, true_up=true_up.number)
    return true_up


@transaction.atomic
def withdraw(*, true_up: TrueUp, note: str, by: User, at: datetime) -> TrueUp:
    """Take the final figures back for the seller, with the reason; the statement that was paid by stands."""
    settlement, true_up = held(true_up)
    policies.check_can_withdraw(by, settlement, true_up)
    if not note.strip():
        raise NotAllowed("Say why the final figures are taken back; the buyer reads it.")
    true_up = move(true_up, State.WITHDRAWN, note=note.strip(), **NOT_AGREED)
    settlement.works.all().delete()
    record(settlement, "true_up_withdrawn", by=by, at=at, note=note, true_up=true_up.number)
    return true_up


@transaction.atomic
def pay(*, true_up: TrueUp, reference: str, by: User, at: datetime) -> TrueUp:
    """Say for the side that owes it that the difference was sent, under the bank's reference."""
    settlement, true_up = held(true_up)
    policies.check_can_pay(by, settlement, true_up)
    if not reference.strip():
        raise NotAllowed("Give the bank's reference, so that the other side can find the money.")
    sent = reference.strip()[:REFERENCE_CHARS]
    true_up = move(true_up, State.PAID, paid_by=by, paid_at=at, wire_reference=sent)
    record(settlement, "true_up_paid", by=by, at=at, true_up=true_up.number, reference=sent, wire=str(true_up.owed))
    return true_up


@transaction.atomic
def confirm(*, true_up: TrueUp, by: User, at: datetime) -> TrueUp:
    """Confirm for the side that is owed it that the money arrived in full."""
    settlement, true_up = held(true_up)
    policies.check_can_confirm(by, settlement, true_up)
    true_up = move(true_up, State.SETTLED, confirmed_by=by, confirmed_at=at)
    record(settlement, "true_up_settled", by=by, at=at, true_up=true_up.number, amount=str(true_up.amount))
    return true_up


@transaction.atomic
def not_arrived(*, true_up: TrueUp, note: str, by: User, at: datetime) -> TrueUp:
    """Say that the money has not arrived: it is to be sent again."""
    settlement, true_up = held(true_up)
    policies.check_can_confirm(by, settlement, true_up)
    if not note.strip():
        raise NotAllowed("Say what was looked for, and where.")
    true_up = move(true_up, State.AGREED, **NOT_PAID)
    record(settlement, "true_up_not_arrived", by=by, at=at, note=note, true_up=true_up.number)
    return true_up


def held(true_up: TrueUp) -> tuple[Settlement, TrueUp]:
    """The settlement, held by this transaction, and the true-up as it stands."""
    settlement = locked(true_up.settlement)
    return settlement, TrueUp.objects.get(pk=true_up.pk, settlement=settlement)


def move(true_up: TrueUp, to: State, **changes: object) -> TrueUp:
    """Move to a state by one conditional UPDATE; NotAllowed when somebody moved it meanwhile."""
    if to not in TRUE_UP_TRANSITIONS[State(true_up.state)]:
        raise ValueError(f"A true-up never goes from {true_up.state} to {to}.")
    if not TrueUp.objects.filter(pk=true_up.pk, state=true_up.state).update(state=to, **changes):
        raise NotAllowed("The true-up has moved on meanwhile. Load the page again to see where it stands.")
    return TrueUp.objects.get(pk=true_up.pk)


def change(true_up: TrueUp, **changes: object) -> TrueUp:
    TrueUp.objects.filter(pk=true_up.pk).update(**changes)
    return TrueUp.objects.get(pk=true_up.pk)
