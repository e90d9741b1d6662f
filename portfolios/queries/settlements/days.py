"""Days of a settlement: today where the sale is, and the last days that its terms announced."""

from datetime import date, datetime

from portfolios.domain.localtimes import day_in
from portfolios.domain.settlement import days
from portfolios.models import Settlement
from portfolios.queries.settlements.figures import terms_of


def local_day(settlement: Settlement, at: datetime) -> date:
    """The date of a moment in the time zone of the sale."""
    return day_in(at, settlement.award.sale.time_zone)


def claims_end(settlement: Settlement) -> date | None:
    """The last day for a claim."""
    return last_day(settlement, terms_of(settlement).claim_days)


def true_up_ends(settlement: Settlement) -> date | None:
    """The last day on which a true-up can be begun."""
    return last_day(settlement, terms_of(settlement).true_up_days)


def documents_end(settlement: Settlement) -> date | None:
    """The last day for documents that follow, where the list of what is owed names no other."""
    return last_day(settlement, terms_of(settlement).trailing_days)


def last_day(settlement: Settlement, number: int) -> date | None:
    return days.last_day(settlement.settles_on, number) if settlement.settles_on else None
