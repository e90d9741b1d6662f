"""The answer of a pool's page in one or two sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.ui import dates, numbers
from portfolios.domain.forecast import shortfall
from portfolios.domain.redflags.catalog import TYPES
from portfolios.domain.redflags.limits import thresholds
from portfolios.domain.securities import SecurityStatus
from portfolios.domain.terms import months_between
from portfolios.models import RedFlag
from portfolios.queries.poolpage import told
from portfolios.queries.series import Series, SeriesMonth

AS_FORECAST = 1.0  # percent of the path: nearer than this is "as forecast"
SAME_PATH = 0.0005  # of the face: so near that a sentence with four decimals could not tell
MISSING = "missing"  # the flag of a month whose factor is due and not here
LATELY = 1.0  # points of CPR


@dataclass(frozen=True, slots=True)
class Verdict:
    """Tone of the mark, the decisive words, and the sentence behind them."""

    tone: str
    strong: str
    sentence: str = ""


def verdict(series: Series, flags: Sequence[RedFlag]) -> Verdict:
    """Data that cannot be right first; then how the pool ended; then its factor against the forecast."""
    latest = series.latest
    wrong = [flag for flag in flags if flag.code in TYPES and TYPES[flag.code].blocks and flag.is_red]
    if wrong and latest:
        return _wrong(series, latest, wrong[0])
    if latest is None:
        return Verdict("info", "No month yet.", "The pool is known by its terms; no source has a factor of it.")
    if ended := _ended(series, latest):
        return ended
    if latest.month == series.security.issued_on:
        return Verdict("info", "Issued, no month yet.", "The factor is 1.00000000 until the first month is in.")
    return _against_forecast(series, latest)


def _wrong(series: Series, latest: SeriesMonth, flag: RedFlag) -> Verdict:
    """What cannot be right; a month that is only missing leaves what is known until then."""
    if flag.code != MISSING:
        return Verdict("fatal", f"The data of {dates.month(flag.month)} do not add up.", flag.sentence)
    known = _against_forecast(series, latest)
    until = f"Until {dates.month(latest.month)}: {known.strong[0].lower()}{known.strong[1:]} {known.sentence}"
    return Verdict("fatal", f"No factor since {dates.month(latest.month)}.", f"{flag.sentence} {until}")


def _ended(series: Series, latest: SeriesMonth) -> Verdict | None:
    when = dates.month(latest.month)
    match series.security.status:
        case SecurityStatus.COLLAPSED | SecurityStatus.DISSOLVED as status:
            return Verdict("info", f"{status.capitalize()} in {when}.", "No principal was paid: this is no prepayment.")
    if latest.factor != 0:
        return None
    months = months_between(series.security.issued_on, latest.month)
    sentence = f"The last principal came {months} months after issue; {_forecast(series, latest)}"
    return Verdict("pass", f"Paid off in {when}.", sentence)


def _forecast(series: Series, latest: SeriesMonth) -> str:
    speed = told.speed(series.forecast_speed)
    return f"a factor of {numbers.factor4(latest.expected_factor)} was forecast at {speed}."


def _against_forecast(series: Series, latest: SeriesMonth) -> Verdict:
    short = shortfall(float(latest.factor or 0), latest.expected_factor)
    limits = thresholds(series.security.portfolio.thresholds)
    if abs(short) <= AS_FORECAST or abs(float(latest.factor or 0) - latest.expected_factor) < SAME_PATH:
        word, tone = "as forecast", "pass"
    elif short > 0:
        word, tone = "faster than forecast", "warning" if short > limits.amber_shortfall else "info"
    else:
        word, tone = "slower than forecast", "info"
    if _above_twice(series) and tone != "warning":
        tone = "warning"
    against = "forecast at issue" if series.forecast_given else f"at {told.speed(series.forecast_speed)}"
    sentence = (
        f"Factor {numbers.factor4(latest.factor)}, against {numbers.factor4(latest.expected_factor)} {against} "
        f"and {numbers.factor4(latest.scheduled_factor)} scheduled."
    )
    more = f"{_lately(latest, short)}{_twice(series)}{_gaps(series)}"
    return Verdict(tone, f"Paying down {word}.", f"{sentence} {more}".strip())


def _lately(latest: SeriesMonth, short: float) -> str:
    """Where the last three months went the other way than the whole life."""
    seen, due = latest.cpr_three, latest.expected_cpr_three
    if seen is None or abs(short) <= AS_FORECAST or abs(seen - due) < LATELY or (seen > due) == (short > 0):
        return ""
    word = "faster" if seen > due else "slower"
    return f"The last three months were {word}: {numbers.pct1(seen)} CPR against {numbers.pct1(due)}. "


def _above_twice(series: Series) -> int:
    """How many months in a row, up to the newest, prepaid at more than twice the forecast."""
    run = 0
    for month in reversed(series.months):
        if not month.above_twice:
            break
        run += 1
    return run


def _twice(series: Series) -> str:
    run = _above_twice(series)
    if not run:
        return ""
    return f"{told.in_words(run).capitalize()} month{'s' if run > 1 else ''} above twice the forecast speed. "


def _gaps(series: Series) -> str:
    if not series.gaps:
        return ""
    if len(series.gaps) == 1:
        return f"No factor for {dates.month(series.gaps[0])}."
    return f"{told.in_words(len(series.gaps)).capitalize()} months have no factor."
