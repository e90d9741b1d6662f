"""The minutes of an opening: who opened when, each receipt and its fate, ties and the award, as pages and as text.

They are written from the database in one way, so that a signature can name the SHA-256 of exactly this text.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.models import Sale, SaleEvent
from portfolios.policies import awards as policies
from portfolios.queries.ceremonies import minuted
from portfolios.queries.ceremonies.minuted import Pairs, Table
from portfolios.queries.ceremonies.minutes import SIGNED
from portfolios.services import awards, sealedrecord
from portfolios.services.sales import record

RULE = "-" * 72


@dataclass(frozen=True)
class Minutes:
    """The minutes of a sale: a title, and sections of pairs and tables."""

    title: str
    sections: Sequence[Pairs | Table]

    @cached_property
    def text(self) -> str:
        """As plain text, the same for everybody."""
        parts = [self.title, "=" * len(self.title)]
        for section in self.sections:
            parts += ["", section.title, RULE[: len(section.title)], *section.lines()]
        return "\n".join([*parts, ""])

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def written(sale: Sale) -> Minutes:
    """The minutes as they stand now; NotAllowed where the bids lead to nothing that could be proven."""
    at = sale.awarded_at or sale.opened_at or sale.created_at
    found = awards.worked_out(sale=sale, at=at)
    standing = {entry.receipt for entry in sealedrecord.standing(sale).values()}
    sections = minuted.sections_of(sale, found.record, found.terms, found.outcome, standing)
    return Minutes(f"Minutes of the opening of bids, {sale.number} {sale.name}", sections)


def check_can_sign(user: User, sale: Sale, sha256: str) -> None:
    """Openers and managers of the seller sign, each text once."""
    policies.check_can_sign_minutes(user, sale)
    if SaleEvent.objects.filter(sale=sale, kind=SIGNED, by=user, facts__sha256=sha256).exists():
        raise NotAllowed("You signed these minutes already.")


@transaction.atomic
def sign(*, sale: Sale, sha256: str, by: User, at: datetime) -> Sale:
    """Sign the minutes by the SHA-256 of the text that was read; NotAllowed where they went on meanwhile."""
    sale = sealedrecord.locked(sale)
    check_can_sign(by, sale, sha256)
    if written(sale).sha256 != sha256:
        raise NotAllowed("The minutes went on while you read them. Read them again and sign then.")
    return record(sale, SIGNED, by=by, at=at, public=False, sha256=sha256)
