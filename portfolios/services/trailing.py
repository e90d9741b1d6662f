"""Documents that follow a settlement: listed as owed, delivered by the seller, accepted by the buyer."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection, transaction

from accounts.models import User
from accounts.policies import NotAllowed
from config.ui.dates import day_year
from portfolios.domain.settlement.following import document_types
from portfolios.models import Settlement, SettlementLoan, TrailingDocument
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.days import documents_end, local_day
from portfolios.queries.settlements.sides import is_seller
from portfolios.services.settlements import locked, record

MOST_LISTED = 1_000
OWE = """
    INSERT INTO portfolios_trailingdocument (settlement_id, loan_id, doc_type, title, due_on)
    SELECT %(settlement)s, loan_id, %(doc_type)s, %(title)s, %(due_on)s FROM portfolios_settlementloan
    WHERE settlement_id = %(settlement)s AND answer <> 'out'
      AND (%(loans)s::text[] IS NULL OR loan_id = ANY(%(loans)s))
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def owe(
    *, settlement: Settlement, doc_type: str, due_on: date, loan_ids: Collection[str] | None, by: User, at: datetime
) -> int:
    """List a document as owed for some loans, or with None for all; for which it is listed already it stays as it is.

    Either side may list what is missing; later than the announced last day it is due only where the buyer says so.
    Returns how many documents are new.
    """
    settlement = locked(settlement)
    policies.check_after_closing(by, settlement, seller=is_seller(by, settlement))
    kind = document_types().get(doc_type)
    if kind is None:
        raise NotAllowed("Choose a document of the list.")
    if settlement.settles_on and due_on < settlement.settles_on:
        raise NotAllowed("A document that follows is due on the day of settlement or later.")
    check_term(settlement, due_on, by)
    check_loans(settlement, loan_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            OWE,
            {
                "settlement": settlement.pk,
                "doc_type": kind.doc_type,
                "title": kind.title,
                "due_on": due_on,
                "loans": None if loan_ids is None else list(loan_ids),
            },
        )
        count = int(cursor.rowcount)
    if not count:
        raise NotAllowed("This document is listed for these loans already.")
    record(settlement, "owed", by=by, at=at, note=kind.title, documents=count, due_on=due_on.isoformat())
    return count


def check_term(settlement: Settlement, due_on: date, by: User) -> None:
    """NotAllowed where the seller would give itself more time than the sale announced."""
    last = documents_end(settlement)
    if last is not None and due_on > last and is_seller(by, settlement):
        raise NotAllowed(f"Documents follow by {day_year(last)}, as announced. The buyer can list one for later.")


def check_loans(settlement: Settlement, loan_ids: Collection[str] | None) -> None:
    """NotAllowed for a loan that was not bought."""
    if loan_ids is None:
        return
    if not loan_ids:
        raise NotAllowed("Name at least one loan.")
    if len(loan_ids) > MOST_LISTED:
        raise NotAllowed(f"At most {MOST_LISTED:,} loans can be named at once. Choose all loans, or name fewer.")
    kept = SettlementLoan.objects.filter(settlement=settlement, loan_id__in=loan_ids).exclude(answer="out")
    known = set(kept.values_list("loan_id", flat=True))
    if strange := [loan_id for loan_id in loan_ids if loan_id not in known]:
        raise NotAllowed(f"Loan {strange[0]} is not among the loans that were bought.")


@transaction.atomic
def deliver(*, settlement: Settlement, documents: Collection[int], on: date, by: User, at: datetime) -> int:
    """Record for the seller that documents were delivered."""
    settlement = locked(settlement)
    policies.check_after_closing(by, settlement, seller=True)
    if on > local_day(settlement, at):
        raise NotAllowed("A delivery is recorded once it was made.")
    waiting = TrailingDocument.objects.filter(settlement=settlement, pk__in=documents, delivered_on=None)
    count = waiting.update(delivered_on=on)
    if not count:
        raise NotAllowed("Choose at least one document that is not delivered yet.")
    record(settlement, "delivered", by=by, at=at, documents=count, on=on.isoformat())
    return count


@transaction.atomic
def accept(*, settlement: Settlement, documents: Collection[int], by: User, at: datetime) -> int:
    """Accept delivered documents for the buyer."""
    settlement = locked(settlement)
    policies.check_after_closing(by, settlement, seller=False)
    delivered = TrailingDocument.objects.filter(settlement=settlement, pk__in=documents, accepted_at=None)
    count = delivered.exclude(delivered_on=None).update(accepted_by=by, accepted_at=at)
    if not count:
        raise NotAllowed("Choose at least one document that was delivered and is not accepted yet.")
    record(settlement, "accepted", by=by, at=at, documents=count)
    return count


@transaction.atomic
def send_back(*, settlement: Settlement, documents: Collection[int], note: str, by: User, at: datetime) -> int:
    """Send delivered documents back for the buyer, with what is wrong with them: they are owed again."""
    settlement = locked(settlement)
    policies.check_after_closing(by, settlement, seller=False)
    if not note.strip():
        raise NotAllowed("Say what is wrong with these documents.")
    delivered = TrailingDocument.objects.filter(settlement=settlement, pk__in=documents, accepted_at=None)
    count = delivered.exclude(delivered_on=None).update(delivered_on=None)
    if not count:
        raise NotAllowed("Choose at least one document that was delivered and is not accepted yet.")
    record(settlement, "returned", by=by, at=at, note=note, documents=count)
    return count
