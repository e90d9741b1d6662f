"""Portfolios as lists show them, their limits beside the defaults, and who changed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from portfolios.domain.redflags import LIMIT, LIMITS, Limit
from portfolios.domain.redflags.limits import amount
from portfolios.models import Portfolio
from portfolios.queries.events import Entry

CHANGES_SHOWN = 10
KINDS = {
    "speed": "Speed and factor path",
    "collateral": "Collateral",
    "credit": "Credit",
    "data": "Data",
}


def listed(user: User) -> QuerySet[Portfolio]:
    """An organization's portfolios with their pools and open flags."""
    followed = Q(securities__archived_at__isnull=True)
    return Portfolio.objects.visible_to(user).annotate(
        pools=Count("securities", filter=followed),
        red=Sum("securities__red_flags", filter=followed, default=0),
        amber=Sum("securities__amber_flags", filter=followed, default=0),
    )


@dataclass(frozen=True)
class LimitGroup:
    """The limits of one kind."""

    kind: str
    title: str
    limits: list[Limit]


def groups() -> list[LimitGroup]:
    """All limits in the order in which they are shown."""
    return [
        LimitGroup(kind, KINDS[kind], list(limits)) for kind, limits in groupby(LIMITS, key=lambda limit: limit.kind)
    ]


def changes(portfolio: Portfolio) -> list[Entry]:
    """Who changed which limit, newest first."""
    events = list(portfolio.events.order_by("-pgh_id").select_related("pgh_context")[: CHANGES_SHOWN + 1])  # type: ignore[attr-defined]
    people = people_of(events)
    pairs = zip(events, [*events[1:], None], strict=True)
    found = [
        Entry(
            who=people.get(person_of(event), "Plumbline"),
            what=change_words(before.thresholds if before else {}, event.thresholds, made=before is None),
            at=event.pgh_created_at,
            note="" if before is None or before.name == event.name else f"Renamed from {before.name}.",
        )
        for event, before in pairs
    ]
    return found[:CHANGES_SHOWN]


def person_of(event: Any) -> int | None:
    return (event.pgh_context.metadata or {}).get("user") if event.pgh_context else None


def people_of(events: list[Any]) -> dict[int | None, str]:
    wanted = {pk for event in events if (pk := person_of(event))}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=wanted)}


def change_words(before: Mapping[str, float], now: Mapping[str, float], *, made: bool) -> str:
    """What changed in one step: "set Largest loan to 8%"."""
    set_now = [f"set {words(name, now[name])}" for name in now if name in LIMIT and now[name] != before.get(name)]
    back = [
        f"took {LIMIT[name].label.lower()} back to its default" for name in before if name in LIMIT and name not in now
    ]
    return ", ".join([*set_now, *back]) or ("made the portfolio" if made else "kept the limits")


def words(name: str, value: float) -> str:
    return f"{LIMIT[name].label.lower()} to {amount(value, LIMIT[name].unit)}"
