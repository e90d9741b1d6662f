"""Looking at a pool: flags are raised, withdrawn, raised again, and explanations go on or lapse.

Every step leaves an event. A look is idempotent: the same months and limits raise the same flags and write nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portfolios.domain.redflags import TYPES, Flag, FlagKind, Level, no_worse, same_case, thresholds
from portfolios.domain.redflags.drivers import CODES as DRIVER_CODES
from portfolios.domain.redflags.history import Key
from portfolios.domain.securities import FlagState
from portfolios.domain.terms import month_after
from portfolios.models import FlagEvent, Look, RedFlag, Security
from portfolios.queries.redflags.facts import Facts, facts
from portfolios.services.redflags.counts import recount

LEVELS = {Level.RED: RedFlag.RED, Level.AMBER: RedFlag.AMBER}
LOANS_AGAIN = 3  # newest months whose loans are read at every look; older ones only at the first
SPARK_MONTHS = 24
COHORT_CODE = "fast_cohort"


@dataclass
class Changes:
    """What a look writes: flags that are new, flags that changed, and the events of both.

    explanations: what people said of flags, by their number.
    """

    explanations: dict[int, str] = field(default_factory=dict)
    raised: list[RedFlag] = field(default_factory=list)
    changed: list[RedFlag] = field(default_factory=list)
    events: list[FlagEvent] = field(default_factory=list)

    def note(self, flag: RedFlag, at: datetime, text: str) -> None:
        self.events.append(FlagEvent(flag=flag, at=at, state=flag.state, note=text))

    def change(self, flag: RedFlag, at: datetime, text: str = "") -> None:
        self.changed.append(flag)
        if text:
            self.note(flag, at, text)


@transaction.atomic
def watch(*, security: Security, at: datetime) -> list[RedFlag]:
    """Evaluate all flags of all months of a pool; returns those of its newest month, worst first.

    Flags of the newest month are announced; those of earlier months only say when something began.
    """
    pool = Security.objects.select_for_update(of=("self",)).select_related("portfolio").get(pk=security.pk)
    standing = {(flag.month, flag.code): flag for flag in pool.flags.all()}
    seen = facts_of(pool, standing, at=at)
    found = {(month, flag.code): flag for month, flags in seen.history.flags().items() for flag in flags}
    changes = Changes(explanations_of(pool))
    for key, flag in sorted(found.items()):
        if key in standing:
            renew(standing[key], flag, kept_numbers(flag, pool), changes, at=at)
        else:
            standing[key] = raise_new(pool, key, flag, standing, changes, at=at, newest=seen.newest)
    withdraw(standing, found, seen, changes, at=at)
    save(changes)
    remember(pool, seen, at=at)
    return recount(pool, standing.values(), seen.newest)


def facts_of(pool: Security, standing: Mapping[Key, RedFlag], *, at: datetime) -> Facts:
    """The facts of a pool; loans of earlier months are read at the first look only."""
    accepted = [
        key for key, flag in standing.items() if flag.kind == FlagKind.DATA and flag.state == FlagState.EXPLAINED
    ]
    looked = Look.objects.filter(security=pool).first()
    since = month_after(looked.month, -LOANS_AGAIN) if looked and looked.month else None
    return facts(pool, today=at.date(), accepted=accepted, loans_since=since)


def raise_new(
    pool: Security,
    key: Key,
    flag: Flag,
    standing: Mapping[Key, RedFlag],
    changes: Changes,
    *,
    at: datetime,
    newest: date | None,
) -> RedFlag:
    """A flag that no look raised before; an explanation of the same case a month before goes on."""
    month, code = key
    made = RedFlag(
        security=pool,
        month=month,
        code=code,
        kind=flag.kind,
        level=LEVELS[flag.level],
        sentence=flag.sentence,
        numbers=kept_numbers(flag, pool),
        raised_at=at,
    )
    before = explained_before(month, code, standing, changes)
    if before and goes_on(before, made):
        made.state = FlagState.EXPLAINED
        changes.note(made, at, f"The explanation of {before.month:%b %Y} goes on: {changes.explanations[before.pk]}")
    else:
        made.announced = newest is not None and month >= newest
        changes.note(made, at, "Raised.")
    changes.raised.append(made)
    return made


def explained_before(month: date, code: str, standing: Mapping[Key, RedFlag], changes: Changes) -> RedFlag | None:
    """The newest flag behind an unbroken row of explained ones that a person explained, not one that only went on."""
    while before := standing.get((month := month_after(month, -1), code)):
        if not before.is_standing or before.state != FlagState.EXPLAINED:
            return None
        if before.pk in changes.explanations:
            return before
    return None


def goes_on(before: RedFlag, now: RedFlag) -> bool:
    """Whether what a person said of an earlier month holds for this one."""
    return before.level <= now.level and no_worse(now.code, before.values, now.values)


def explanations_of(pool: Security) -> dict[int, str]:
    """What people said, by flag."""
    said = FlagEvent.objects.filter(flag__security=pool, state=FlagState.EXPLAINED, by__isnull=False).order_by("at")
    return dict(said.values_list("flag_id", "note"))


def kept_numbers(flag: Flag, pool: Security) -> dict[str, Any]:
    """What a flag keeps: its values, the limits it read, and which of these the portfolio set itself."""
    own, limits = pool.portfolio.thresholds, thresholds(pool.portfolio.thresholds)
    read_limits = TYPES[flag.code].limits
    return {
        "values": flag.numbers,
        "limits": {name: getattr(limits, name) for name in read_limits},
        "own": [name for name in read_limits if name in own],
    }


def renew(flag: RedFlag, now: Flag, numbers: dict[str, Any], changes: Changes, *, at: datetime) -> None:
    """A flag that was raised before, raised again: its numbers are the new ones, and what people said may lapse."""
    level = LEVELS[now.level]
    same = flag.sentence == now.sentence and flag.level == level and flag.numbers == numbers
    if same and flag.withdrawn_at is None:
        return
    texts = []
    if flag.withdrawn_at is not None:
        texts.append("Raised again.")
    if lapse := why_lapsed(flag, now, level):
        texts.append(lapse)
        flag.state = FlagState.NEW
    flag.sentence, flag.level, flag.numbers, flag.withdrawn_at = now.sentence, level, numbers, None
    changes.change(flag, at, " ".join(texts))


def why_lapsed(flag: RedFlag, now: Flag, level: int) -> str:
    """Why a flag is new again; empty where what people said of it holds."""
    if flag.state != FlagState.NEW and level < flag.level:
        return "It turned from amber to red."
    if flag.state == FlagState.EXPLAINED and not same_case(now.code, flag.values, now.numbers):
        return f"The explanation lapsed, as the numbers changed. Before: {flag.sentence}"
    return ""


def withdraw(
    standing: Mapping[Key, RedFlag], found: Mapping[Key, Flag], seen: Facts, changes: Changes, *, at: datetime
) -> None:
    """Withdraw flags that this look did not raise; of months whose loans or cohort it did not read it says nothing."""
    for (month, code), flag in standing.items():
        if flag.withdrawn_at is None and (month, code) not in found and month in read(code, seen, month):
            flag.withdrawn_at = at
            changes.change(flag, at, "No longer raised.")


def read(code: str, seen: Facts, month: date) -> Collection[date]:
    """The months of which a look can say that this flag is not raised."""
    if code in DRIVER_CODES.values():
        return seen.with_loans
    return seen.with_cohort if code == COHORT_CODE else (month,)


def save(changes: Changes) -> None:
    RedFlag.objects.bulk_create(changes.raised)
    RedFlag.objects.bulk_update(changes.changed, ["sentence", "level", "numbers", "state", "withdrawn_at"])
    FlagEvent.objects.bulk_create(changes.events)


def remember(pool: Security, seen: Facts, *, at: datetime) -> None:
    """Keep what the watchlist sorts and shows."""
    latest = seen.series.latest
    gap = latest.cpr_three - latest.expected_cpr_three if latest and latest.cpr_three is not None else None
    at_latest = len(seen.series.months) - 1
    spark = [month.cpr for month in seen.series.months[-SPARK_MONTHS:]]
    Look.objects.update_or_create(
        security=pool,
        defaults={
            "at": at,
            "month": seen.newest,
            "z": seen.history.z(at_latest) if latest else None,
            "gap": gap,
            "distance": abs(gap or 0.0),
            "shortfall": shortfall_of(seen),
            "spark": [round(cpr, 2) for cpr in spark if cpr is not None],
        },
    )


def shortfall_of(seen: Facts) -> float | None:
    latest = seen.series.latest
    if latest is None or latest.factor is None or not latest.expected_factor:
        return None
    return 100.0 * (latest.expected_factor - float(latest.factor)) / latest.expected_factor
