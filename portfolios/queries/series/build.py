"""From the records of a pool to its series."""

import numpy as np

from portfolios.domain.forecast import Outlook
from portfolios.domain.history import FactorHistory
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.models import Security
from portfolios.queries.series.arrays import history_of, month_grid, paths_of
from portfolios.queries.series.months import Series, SeriesMonth
from portfolios.queries.series.records import MonthRecords, records
from portfolios.queries.series.rows import rows

STANDARD_SPEED = Speed(SpeedKind.PSA, (100.0,))  # where nobody gave a forecast
RECENT_MONTHS = 6
PLACES = {SpeedKind.PSA: 0, SpeedKind.CPR: 1}  # as the page prints it, so that nothing drawn from it differs


def series(security: Security) -> Series:
    """A pool's months with speeds, paths and forecasts; two queries. Months before the issue are left out."""
    found = {month: record for month, record in records(security).items() if month >= security.issued_on}
    forecast, given = forecast_of(security)
    at_issue = Outlook(1.0, float(security.wac), security.remaining, security.age)
    if not found:
        return Series(security, (), None, (), forecast, given, forecast, 0, None, at_issue, {})
    grid = month_grid(security.issued_on, found)
    sources = [found.get(month, MonthRecords()) for month in grid]
    history = history_of(security, grid, sources)
    months = rows(security, grid, sources, history, paths_of(security, grid, history, at_issue, forecast))
    speed, over = speed_now(history, forecast)
    return Series(
        security=security,
        months=months,
        latest=months[-1],
        gaps=tuple(month.month for month in months if month.is_gap),
        forecast_speed=forecast,
        forecast_given=given,
        speed_now=speed,
        speed_now_months=over,
        outlook=outlook_of(months[-1], history),
        at_issue=at_issue,
        by_month={month.month: month for month in months},
    )


def forecast_of(security: Security) -> tuple[Speed, bool]:
    """The speed expected at issue, and whether anybody gave one."""
    given = security.forecast
    if not given:
        return STANDARD_SPEED, False
    return Speed(SpeedKind(given["kind"]), tuple(float(value) for value in given["values"])), True


def speed_now(history: FactorHistory, forecast: Speed) -> tuple[Speed, int]:
    """The average speed (SF-12) of the last six months, or of as many as there are, and their number.

    In PSA where the forecast is in PSA, else in CPR. Where no speed can be told the forecast stands in, over 0 months.
    """
    kind = SpeedKind.PSA if forecast.kind is SpeedKind.PSA else SpeedKind.CPR
    for months in range(min(RECENT_MONTHS, len(history.factor) - 1), 0, -1):
        speeds = history.speeds(months)
        seen = float((speeds.psa if kind is SpeedKind.PSA else speeds.cpr)[-1])
        if np.isfinite(seen):
            return Speed.flat(kind, max(round(seen, PLACES[kind]), 0.0)), months
    return forecast, 0


def outlook_of(latest: SeriesMonth, history: FactorHistory) -> Outlook | None:
    """Where the pool stands now; None for one that has ended."""
    terms = history.terms
    if not latest.factor or terms.remaining[-1] < 1:
        return None
    return Outlook(
        float(latest.factor), float(terms.gross[-1]), round(terms.remaining[-1]), max(round(terms.age[-1]), 0)
    )
