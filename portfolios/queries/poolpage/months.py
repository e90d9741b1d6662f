"""The list of a pool's months, and one month with the working of every figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portfolios.queries.poolpage import told
from portfolios.queries.poolpage.paydown import PaydownLines, paydown
from portfolios.queries.poolpage.working import Working, workings
from portfolios.queries.series import Series, SeriesMonth

PAGE = 120


@dataclass(frozen=True, slots=True)
class MonthsPage:
    """A stretch of the months, newest first; `older` is where the next stretch begins."""

    months: tuple[SeriesMonth, ...]
    total: int
    shown: int
    older: date | None
    gaps: str


def months_page(series: Series, *, before: date | None) -> MonthsPage:
    """A hundred and twenty months before a month, or the newest ones."""
    newest_first = [month for month in reversed(series.months) if before is None or month.month < before]
    months = tuple(newest_first[:PAGE])
    older = months[-1].month if len(newest_first) > PAGE else None
    skipped = len(series.months) - len(newest_first)
    return MonthsPage(months, len(series.months), skipped + len(months), older, told.ranges(series.gaps))


@dataclass(frozen=True, slots=True)
class MonthPage:
    """One month: its workings, its paydown, and its neighbors that have a factor."""

    month: SeriesMonth
    workings: tuple[Working, ...]
    paydown: PaydownLines | None
    earlier: SeriesMonth | None
    later: SeriesMonth | None
    source: str


def month_page(series: Series, wanted: date) -> MonthPage | None:
    """The month with everything that is known of it; None for one outside of the pool's history."""
    month = series.by_month.get(wanted)
    if month is None:
        return None
    place = series.months.index(month)
    return MonthPage(
        month=month,
        workings=tuple(workings(series, month).values()),
        paydown=paydown(series, month),
        earlier=_known(series.months[:place][::-1]),
        later=_known(series.months[place + 1 :]),
        source=told.source(month),
    )


def _known(months: Sequence[SeriesMonth]) -> SeriesMonth | None:
    return next((month for month in months if not month.is_gap), None)
