"""The formatting filters of templates. A missing value becomes a grey dash; in an attribute add `|striptags`."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.ui import dates, numbers
from config.ui.numbers import MISSING
from config.ui.registry import register

GREY_DASH = SafeString(f'<span class="mut">{MISSING}</span>')

NUMBER_FILTERS: dict[str, Callable[[Any], str]] = {
    "money": numbers.money,
    "money_cents": numbers.money_cents,
    "rate": numbers.rate,
    "rate3": numbers.rate,
    "pct": numbers.pct,
    "pct2": numbers.pct,
    "pct1": numbers.pct1,
    "share": numbers.share,
    "share1": numbers.share1,
    "count": numbers.count,
    "factor8": numbers.factor8,
    "factor4": numbers.factor4,
    "points": numbers.points,
    "thirty_seconds": numbers.thirty_seconds,
    "size": numbers.size,
    "duration": numbers.duration,
}
DAY_FILTERS: dict[str, Callable[..., str]] = {"day": dates.day, "weekday": dates.weekday}
MOMENT_FILTERS: dict[str, Callable[..., str]] = {
    "moment": dates.moment,
    "deadline": dates.deadline,
    "ago": dates.ago,
}


def _of_number(write: Callable[[Any], str]) -> Callable[[Any], str]:
    def written(value: Any) -> str:
        return _shown(write(value))

    return written


def _of_day(write: Callable[..., str]) -> Callable[[Any], str]:
    def written(value: Any) -> str:
        return _shown(write(_local_date(value), today=timezone.localdate()))

    return written


def _of_moment(write: Callable[..., str]) -> Callable[[Any], str]:
    def written(value: datetime | None) -> str:
        if not value:
            return GREY_DASH
        local = _local(value)
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), write(local, today=timezone.localdate()))

    return written


def _shown(text: str) -> str:
    return GREY_DASH if text == MISSING else text


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _local_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return _local(value).date()
    return value or None


for _name, _write in NUMBER_FILTERS.items():
    register.filter(_name, _of_number(_write))
for _name, _write in DAY_FILTERS.items():
    register.filter(_name, _of_day(_write))
for _name, _write in MOMENT_FILTERS.items():
    register.filter(_name, _of_moment(_write))


@register.filter
def number(value: Any, places: int = 2) -> str:
    """A plain figure with `places` decimals: 6.50."""
    return _shown(numbers.number(value, places))


@register.filter
def difference(value: Any, places: int = 3) -> str:
    """A difference with its sign and `places` decimals: +0.125."""
    return _shown(numbers.difference(value, places))


@register.filter
def show_more(rest: int, page: int = 50) -> str:
    """The words of a link to the rest of a list: Show 50 more, Show the last 12, Show the last one."""
    if rest > page:
        return f"Show {page} more"
    return "Show the last one" if rest == 1 else f"Show the last {rest}"


@register.filter
def day_year(value: Any) -> str:
    """A date with its year, for dates of a loan: Sep 23, 2026."""
    return _shown(dates.day_year(_local_date(value)))


@register.filter
def month(value: Any) -> str:
    """A month: Jan 2026."""
    return _shown(dates.month(_local_date(value)))


@register.filter
def money_short(value: Any) -> str:
    """Money in a sentence or a strip, with its exact value in the title: $1.01B."""
    short, exact = numbers.money_short(value), numbers.money_cents(value)
    return GREY_DASH if short == MISSING else format_html('<span title="{}">{}</span>', exact, short)


@register.filter
def missing(value: Any) -> Any:
    """The value as it is, or a grey dash when it is None or empty; zero and False stay."""
    return GREY_DASH if value is None or value == "" else value


@register.filter
def parts(value: str) -> list[str]:
    """The names that stand in one text with `;` between them: none of a blank text."""
    return [name for name in value.split(";") if name]


@register.filter
def fingerprint(value: Any) -> str:
    """A digest as its first and last four characters, whole in the title."""
    short = numbers.fingerprint(value)
    return GREY_DASH if short == MISSING else format_html('<span class="mono" title="{}">{}</span>', value, short)
