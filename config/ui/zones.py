"""Times said in the zone of what they belong to, not of the reader: a deadline binds in one zone for everybody."""

from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html

from config.ui import dates
from config.ui.filters import GREY_DASH
from config.ui.registry import register


def zone_of(place: Any) -> tzinfo:
    """The zone of a thing with a `time_zone`, or of an IANA name."""
    return ZoneInfo(getattr(place, "time_zone", place) or "UTC")


def moved(value: datetime, place: Any) -> datetime:
    """The same moment as people in that zone say it."""
    return value.astimezone(zone_of(place))


def marked(value: datetime, words: str) -> str:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def in_zone(value: datetime | None, place: Any) -> str:
    """When something happens: Sep 25, 2:00 PM ET."""
    if not value:
        return GREY_DASH
    local = moved(value, place)
    return marked(local, f"{dates.moment(local, today=timezone.localdate())} {dates.zone(local)}")


@register.filter
def deadline_in(value: datetime | None, place: Any) -> str:
    """A time that binds, to the second: Friday, Sep 25, 2026 at 2:00:00 PM ET."""
    if not value:
        return GREY_DASH
    local = moved(value, place)
    return marked(
        local, f"{local:%A}, {dates.day_year(local)} at {dates.clock(local, seconds=True)} {dates.zone(local)}"
    )


@register.filter
def day_in(value: datetime | None, place: Any) -> str:
    """The day on which something happens there: Sep 25."""
    if not value:
        return GREY_DASH
    local = moved(value, place)
    return marked(local, dates.day(local.date(), today=timezone.localdate()))


@register.filter
def day_year_in(value: datetime | None, place: Any) -> str:
    """The day with its year: Sep 25, 2026."""
    return marked(moved(value, place), dates.day_year(moved(value, place))) if value else GREY_DASH


@register.filter
def second_in(value: datetime | None, place: Any) -> str:
    """When something was sealed, to the second: Sep 25, 1:41:07 PM."""
    if not value:
        return GREY_DASH
    local = moved(value, place)
    return marked(local, f"{dates.day(local.date(), today=timezone.localdate())}, {dates.clock(local, seconds=True)}")
