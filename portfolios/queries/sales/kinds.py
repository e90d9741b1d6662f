"""Kinds of sales as a seller chooses among them: what they begin with, what they ask for, how sure that is."""

from dataclasses import dataclass
from decimal import Decimal

from config.ui import dates, numbers
from portfolios.domain.saleterms import NEEDS, Kind, Terms, kinds
from portfolios.queries.saleneeds import SURE


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind in words: its usual dates, what it asks for, and where that is from."""

    code: str
    title: str
    dates: str
    terms: tuple[str, ...]
    needs: tuple[str, ...]
    sure: str
    source: str


def choices() -> list[Choice]:
    """Every kind, in the order of the table."""
    return [choice_of(kind) for kind in kinds().values()]


def choice_of(kind: Kind) -> Choice:
    return Choice(
        code=kind.code,
        title=kind.title,
        dates=dates_of(kind),
        terms=tuple(terms_of(kind.terms)),
        needs=tuple(NEEDS[need] for need in kind.needs),
        sure=SURE.get(kind.status, kind.status),
        source=kind.source,
    )


def dates_of(kind: Kind) -> str:
    award = "award on the same day" if not kind.days_to_award else f"award {days(kind.days_to_award)} later"
    return f"Bids due after {days(kind.days_to_bid)}, {award}, settlement after {days(kind.days_to_settle)} more"


def days(number: int) -> str:
    if number % 7 == 0:
        weeks = number // 7
        return "a week" if weeks == 1 else f"{weeks} weeks"
    return "a day" if number == 1 else f"{number} days"


def terms_of(terms: Terms) -> list[str]:
    """What differs between kinds, in a few words each."""
    percent, amount = Decimal(terms.deposit_percent), Decimal(terms.deposit)
    said = [
        ("Sealed bids, then an open auction" if terms.format == "open" else "Sealed bids", True),
        (f"{numbers.money(amount)} with the bid", bool(amount)),
        (f"{percent.normalize():f}% deposit on award", bool(percent)),
        (f"servicing {terms.servicing}", True),
        ("cover published", terms.cover_published),
        ("best and final possible", terms.best_and_final),
    ]
    return [words for words, holds in said if holds]


NAMES = {"extension_minutes": "Minutes after a late bid", "minimum_increment": "Increment"}


def reasons_of(code: str) -> list[str]:
    """Where the usual rules of an auction come from, since when they are usual, and how sure that is."""
    return [
        f"{NAMES[term]}: {SURE.get(reason.status, reason.status)}, {dates.day_year(reason.since)}. {reason.source}"
        for term, reason in kinds()[code].reasons.items()
        if term in NAMES
    ]
