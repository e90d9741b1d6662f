"""Last days after a settlement: counted in calendar days, and never one on which nobody works.

A period that ends on a Saturday, a Sunday or a federal holiday ends on the next business day (custom of agreements,
recalled; the agreement that is drawn up says it). Days are those of the sale's own time zone, whatever the server's.
"""

from datetime import date, timedelta

from portfolios.domain.calendar import DAY, is_business_day


def business_day_from(day: date) -> date:
    """The day itself if offices work, else the next on which they do."""
    while not is_business_day(day):
        day += DAY
    return day


def last_day(settled_on: date, days: int) -> date:
    """The last day of a period of so many days after a settlement."""
    return business_day_from(settled_on + timedelta(days=days))


def overdue_from(today: date) -> date:
    """The latest due date that is overdue today: what is due on a weekend may come on the business day after it."""
    day = today - DAY
    while not is_business_day(day):
        day -= DAY
    return day
