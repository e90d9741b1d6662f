"""How the figures of a pool are written in words."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from config.ui import dates, numbers
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.securities import MonthSource
from portfolios.domain.terms import months_between
from portfolios.models import Security
from portfolios.queries.series import Series, SeriesMonth

SOURCES: dict[str, str] = {
    MonthSource.ISSUE: "1 by definition, at issue",
    MonthSource.REMITTANCE: "from the servicer's tape",
    MonthSource.LOANS: "from the loans and their exits",
    MonthSource.HAND: "typed in",
}
USUAL_YEARS = (10, 15, 20, 30, 40)
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def speed(named: Speed) -> str:
    """A speed as people say it: 150 PSA, 6.0 CPR; a vector by its first and last number."""
    first, last = (speed_value(named.kind, value) for value in (named.values[0], named.values[-1]))
    return f"{first} {named.kind}" if len(named.values) == 1 else f"{first} to {last} {named.kind}, by month"


def speed_value(kind: SpeedKind, value: float) -> str:
    places = {SpeedKind.PSA: 0, SpeedKind.CPR: 1}.get(kind, 3)
    return numbers.number(value, places if value % 1 or kind is not SpeedKind.CPR else 0)


def forecast_origin(series: Series) -> str:
    """Who gave the forecast."""
    return "" if series.forecast_given else "nobody gave one: the standard's own benchmark stands in"


def speed_now_origin(series: Series) -> str:
    """Where the speed of the forecast from now comes from."""
    if series.speed_now_months == 0:
        return "the forecast at issue, since no speed has been seen yet"
    months = "month" if series.speed_now_months == 1 else f"{in_words(series.speed_now_months)} months"
    return f"from the last {months}"


def smm(value: float | None) -> str:
    """A monthly rate: 0.865%."""
    return numbers.fixed(value, 3, after="%")


def months(value: int | None) -> str:
    """Whole months, or a dash."""
    return numbers.count(value)


def signed_factor(value: Any) -> str:
    """A difference of factors with all its digits."""
    return numbers.difference(value, 8)


def published(month: SeriesMonth) -> str:
    """When a factor came out, and in which version it stands."""
    when = f"published {dates.day_year(month.published_on)}" if month.published_on else "published"
    return f"{when}, version {month.versions}" if month.versions > 1 else when


def source(month: SeriesMonth) -> str:
    """Where the factor that counts comes from."""
    return published(month) if month.published is not None else SOURCES.get(month.source, "")


def computed_source(month: SeriesMonth) -> str:
    """Where the computed factor comes from, as far as the month tells it."""
    return SOURCES.get(month.source, "from what was recorded here")


def agreement(month: SeriesMonth) -> str:
    """Whether published and computed factor agree."""
    if month.comparison is None:
        return ""
    return "they agree within 0.00000001" if month.comparison.agrees else "more than 0.00000001 apart"


def in_words(number: int) -> str:
    """Small numbers as words: two, twelve; 13."""
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else numbers.count(number)


def term(security: Security) -> str:
    """The class of the loans at issue: 30-year fixed, for averages too, which mix lengths and partial payments."""
    months = security.remaining + security.age
    years = next((usual for usual in USUAL_YEARS if months <= usual * 12), math.ceil(months / 12))
    return f"{years}-year fixed"


def ranges(gaps: Sequence[date]) -> str:
    """Months in words, neighbors as stretches: Apr 2026, Jun 2026 to Aug 2026."""
    stretches: list[list[date]] = []
    for month in gaps:
        if stretches and months_between(stretches[-1][-1], month) == 1:
            stretches[-1].append(month)
        else:
            stretches.append([month])
    parts = [
        dates.month(found[0]) if len(found) == 1 else f"{dates.month(found[0])} to {dates.month(found[-1])}"
        for found in stretches
    ]
    return ", ".join(parts)
