"""Which flags are of now and how many are open, kept on the flags and on their pool, so that lists count nothing."""

from collections.abc import Collection, Iterable
from datetime import date

from portfolios.models import RedFlag, Security


def recount(pool: Security, flags: Iterable[RedFlag], newest: date | None) -> list[RedFlag]:
    """Store which flags are of now and how many of them are open; returns those of now, worst first."""
    flags = list(flags)
    now = [flag for flag in flags if flag.is_standing and newest is not None and flag.month >= newest]
    for current, changed in ((True, [f.pk for f in now if not f.current]), (False, past_current(flags, now))):
        if changed:
            RedFlag.objects.filter(pk__in=changed).update(current=current)
    red, amber = (sum(flag.is_open and flag.level == level for flag in now) for level in (RedFlag.RED, RedFlag.AMBER))
    if (red, amber) != (pool.red_flags, pool.amber_flags):
        Security.objects.filter(pk=pool.pk).update(red_flags=red, amber_flags=amber)
    return sorted(now, key=lambda flag: (flag.level, flag.code))


def past_current(flags: Iterable[RedFlag], now: Collection[RedFlag]) -> list[int]:
    """Flags that were of the newest month until this look."""
    of_now = {flag.pk for flag in now}
    return [flag.pk for flag in flags if flag.current and flag.pk not in of_now]
