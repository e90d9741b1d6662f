"""New red flags as news: for the list of notifications, and for the digest that is sent by e-mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from portfolios.models import RedFlag, Security
from portfolios.queries.events import NEWS, Entry

READERS = (Role.ANALYST, Role.REVIEWER, Role.APPROVER, Role.BIDDER)
TONES = {RedFlag.RED: "fatal", RedFlag.AMBER: "warning"}


@dataclass(frozen=True)
class Raised:
    """The flags that one look raised on a pool, worst first."""

    security: Security
    at: datetime
    flags: list[RedFlag]

    @property
    def words(self) -> str:
        """How many of which level: "2 red and 1 amber flag"."""
        red = sum(flag.is_red for flag in self.flags)
        parts = [f"{count} {word}" for count, word in ((red, "red"), (len(self.flags) - red, "amber")) if count]
        return f"{' and '.join(parts)} flag{'' if len(self.flags) == 1 else 's'}"


def raised(user: User) -> list[Raised]:
    """The newest flags on pools that the person's organization follows, look by look."""
    found = RedFlag.objects.visible_to(user).filter(announced=True, security__archived_at__isnull=True)
    return by_look(found.select_related("security").order_by("-raised_at", "security_id", "level", "code")[:NEWS])


def by_look(flags: Iterable[RedFlag]) -> list[Raised]:
    """Flags in order of look and pool, put together."""
    looks = groupby(flags, key=lambda flag: (flag.raised_at, flag.security))
    return [Raised(security, at, list(of_look)) for (at, security), of_look in looks]


def flag_entries(user: User) -> list[Entry]:
    """New flags as lines of a timeline that lead to their pools; none for people who follow no pools."""
    return [entry_of(each) for each in raised(user)] if user.has_role(*READERS) else []


def entry_of(each: Raised) -> Entry:
    first = each.flags[0]
    return Entry(
        who="Plumbline",
        what=f"raised {each.words} on {each.security.name}",
        at=each.at,
        note=f"{first.title}: {first.sentence}",
        tone=TONES[first.level],
        url=reverse("portfolios:pool-flags", args=[each.security.pk]),
    )
