"""The two charts of a pool: its factor path and its monthly speeds, ready for the browser, with the table behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from config.ui import dates, numbers
from portfolios.domain.amortization import scheduled_path
from portfolios.domain.forecast import scaled
from portfolios.domain.prepayment import Speed, SpeedKind, smm_to_cpr
from portfolios.domain.terms import month_after, months_between
from portfolios.queries.poolpage import told
from portfolios.queries.series import Series, SeriesMonth

AHEAD = 24  # months of the forecast from now
BAND = 0.5  # half the speed slower, half faster
MOST_ROWS = 96  # of the table behind the chart
RANGES = {"1y": ("1 year", 12), "3y": ("3 years", 36), "life": ("Life and forecast", None)}
LABELLED_BARS = 2

Numbers = list[float | None]


@dataclass(frozen=True, slots=True)
class PathRow:
    """A month of the factor chart as its table has it; None where a line does not reach."""

    month: date
    actual: float | None
    scheduled: float
    issue: float
    now: float | None = None
    slower: float | None = None
    faster: float | None = None
    cpr: float | None = None
    forecast_cpr: float | None = None
    above_twice: bool = False


@dataclass(frozen=True, slots=True)
class Charts:
    """What the page draws, and the rows of the table: the newest months and the forecast, oldest first."""

    payload: dict[str, Any]
    rows: tuple[PathRow, ...]
    left_out: int
    slower: Speed
    faster: Speed
    say_path: str
    say_speed: str


def charts(series: Series, chosen: str) -> Charts | None:
    """Both charts; None before the first month after issue."""
    if series.latest is None or len(series.months) < 2:
        return None
    rows = (*(_seen(month) for month in series.months), *_ahead(series))
    now = len(series.months) - 1
    slower, faster = scaled(series.speed_now, 1.0 - BAND), scaled(series.speed_now, 1.0 + BAND)
    say_path, say_speed = _say_path(series), _say_speed(series)
    payload = {
        "months": [dates.month(row.month) for row in rows],
        "now": now,
        "ranges": _spans(now, len(rows) - 1),
        "range": chosen if chosen in RANGES else "life",
        "path": _path(rows, now),
        "speed": _speed(rows, now),
        "labels": _labels(series, slower, faster),
        "say": {"path": say_path, "speed": say_speed},
    }
    left_out = max(len(rows) - MOST_ROWS, 0)
    return Charts(payload, rows[left_out:], left_out, slower, faster, say_path, say_speed)


def range_links(chosen: str) -> list[dict[str, Any]]:
    """The segment of ranges."""
    current = chosen if chosen in RANGES else "life"
    return [
        {"label": label, "url": f"?range={name}#h-f", "current": name == current, "name": name}
        for name, (label, _) in RANGES.items()
    ]


def _seen(month: SeriesMonth) -> PathRow:
    return PathRow(
        month=month.month,
        actual=None if month.factor is None else float(month.factor),
        scheduled=month.scheduled_factor,
        issue=month.expected_factor,
        cpr=month.cpr,
        forecast_cpr=month.expected_cpr if month.inputs else None,
        above_twice=month.above_twice,
    )


def _ahead(series: Series) -> list[PathRow]:
    """The months to come, under the speed now and half of it slower and faster."""
    latest, outlook = series.latest, series.outlook
    if latest is None or outlook is None:
        return []
    months = min(AHEAD, outlook.remaining)
    start = months_between(series.security.issued_on, latest.month)
    at_issue, forecast = series.at_issue, series.forecast_speed
    faster, slower = outlook.band(series.speed_now, BAND, months)
    paths = np.array(
        [
            latest.scheduled_factor * scheduled_path(outlook.gross, outlook.remaining, months),
            at_issue.path(forecast, start + months)[start:],
            outlook.path(series.speed_now, months),
            slower,
            faster,
        ]
    ).T.tolist()
    speeds = smm_to_cpr(at_issue.smm(forecast, start + months))[start:].tolist()
    found = []
    for ahead in range(months):
        scheduled, issue, now, slow, fast = paths[ahead + 1]
        month = month_after(latest.month, ahead + 1)
        found.append(PathRow(month, None, scheduled, issue, now, slow, fast, forecast_cpr=speeds[ahead]))
    return found


def _spans(now: int, last: int) -> dict[str, list[int]]:
    """First and last place of each range; the short ones end with the newest month."""
    return {name: [0, last] if months is None else [max(now - months, 0), now] for name, (_, months) in RANGES.items()}


def _path(rows: Sequence[PathRow], now: int) -> dict[str, Numbers]:
    here = rows[now].actual
    lines: dict[str, Numbers] = {
        "actual": [row.actual for row in rows],
        "scheduled": [row.scheduled for row in rows],
        "issue": [row.issue for row in rows],
        "now": [here if place == now else row.now for place, row in enumerate(rows)],
        "low": [here if place == now else row.faster for place, row in enumerate(rows)],
        "high": [here if place == now else row.slower for place, row in enumerate(rows)],
    }
    return {name: [_short(value) for value in values] for name, values in lines.items()}


def _speed(rows: Sequence[PathRow], now: int) -> dict[str, Any]:
    marked = [place for place in range(max(now - LABELLED_BARS + 1, 0), now + 1) if rows[place].above_twice]
    return {
        "cpr": [None if row.cpr is None else round(row.cpr, 3) for row in rows],
        "forecast": [None if row.forecast_cpr is None else round(row.forecast_cpr, 3) for row in rows],
        "high": [place for place, row in enumerate(rows) if row.above_twice],
        "texts": {place: numbers.number(rows[place].cpr, 1) for place in {*marked, now} if rows[place].cpr is not None},
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 8)


def _labels(series: Series, slower: Speed, faster: Speed) -> dict[str, Any]:
    """What stands beside the lines; a second line of a label is grey."""
    latest = series.latest
    speed = told.speed(series.forecast_speed)
    flat = f", {numbers.pct1(latest.expected_cpr)}" if latest and series.forecast_speed.kind is SpeedKind.PSA else ""
    return {
        "scheduled": ["Scheduled", "no prepayment"],
        "issue": ["Forecast at issue", speed] if series.forecast_given else ["At " + speed, "no forecast given"],
        "now": [f"{told.speed(series.speed_now)} from now"],
        "low": [f"{told.speed(faster)} from now"],
        "high": [f"{told.speed(slower)} from now"],
        "actual": f"Actual {numbers.factor4(latest.factor)}" if latest else "",
        "plumb": dates.month(latest.month) if latest else "",
        "speed": f"{speed}{flat}",
    }


def _say_path(series: Series) -> str:
    """The finding of the path for people who cannot see it."""
    latest, first = series.latest, series.months[0]
    if latest is None:
        return ""
    gaps = f" No factor for {told.ranges(series.gaps)}." if series.gaps else ""
    return (
        f"Pool factor by month since {dates.month(first.month)}: {numbers.factor4(latest.factor)} in "
        f"{dates.month(latest.month)}, {numbers.factor4(latest.expected_factor)} was forecast at "
        f"{told.speed(series.forecast_speed)}, {numbers.factor4(latest.scheduled_factor)} was scheduled without "
        f"prepayment.{gaps} The table has every month."
    )


def _say_speed(series: Series) -> str:
    above = sum(month.above_twice for month in series.months)
    many = "no month is" if not above else "one month is" if above == 1 else f"{told.in_words(above)} months are"
    latest = series.latest
    now = f" {numbers.pct1(latest.cpr)} in {dates.month(latest.month)}." if latest and latest.cpr is not None else ""
    return f"CPR by month against {told.speed(series.forecast_speed)}: {many} above twice the forecast.{now}"
