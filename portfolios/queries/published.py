"""Agency pools as people look for them, and their terms with what has to be assumed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from portfolios.domain.securities import Program
from portfolios.domain.terms import Reported, at_issue, stated_delay
from portfolios.models import PublishedFactor, PublishedPool, Security

MOST = 20
SHORTEST = 3
NEEDED = {
    "original_face": "the original face",
    "coupon": "the pass-through rate",
    "issued_on": "the issue month",
    "matures_on": "the maturity",
}
AVERAGES = {"wac": "wac", "remaining": "wam", "age": "wala"}


@dataclass(frozen=True)
class Terms:
    """Terms of a pool under the names of `Security`; `missing` names in words what nothing is assumed for."""

    values: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def found(text: str) -> list[PublishedPool]:
    """Agency pools whose CUSIP or number begins with the text, at least three characters of it."""
    wanted = text.strip().upper()
    if len(wanted) < SHORTEST:
        return []
    return list(by_text(PublishedPool.objects.all(), wanted).order_by("program", "pool_number")[:MOST])


def by_text(pools: QuerySet[PublishedPool], wanted: str) -> QuerySet[PublishedPool]:
    """An exact CUSIP or a pool number that begins with the text; a prefix before it may stand."""
    number = wanted.split()[-1] if wanted.split() else wanted
    return pools.filter(Q(cusip=wanted) | Q(pool_number__istartswith=number))


def terms_of(pool: PublishedPool, known: Mapping[str, Any] | None = None) -> Terms:
    """What the agency's files tell of a pool, completed by `known` and then by what the standard assumes."""
    given = {name: value for name, value in (known or {}).items() if value not in (None, "")}
    told: dict[str, Any] = {name: getattr(pool, name) for name in NEEDED}
    terms: dict[str, Any] = {name: given.get(name) if value is None else value for name, value in told.items()}
    missing = tuple(words for name, words in NEEDED.items() if terms[name] is None)
    if missing:
        return Terms({}, missing)
    issued_on = terms["issued_on"].replace(day=1)
    first = PublishedFactor.objects.filter(pool=pool, latest=True).order_by("month").first()
    reported = Reported(first.month, first.wac, first.wam, first.wala) if first else None
    averages = at_issue(
        program=Program(pool.program),
        coupon=terms["coupon"],
        issued_on=issued_on,
        matures_on=terms["matures_on"],
        reported=reported,
    )
    own = {name: given.get(name, getattr(averages, name)) for name in AVERAGES}
    return Terms(
        {
            **terms,
            "issued_on": issued_on,
            "program": pool.program,
            "delay_days": pool.delay_days or given.get("delay_days") or stated_delay(pool.program),
            "loan_count": None,
            **own,
            "assumed": {name: why for name, why in averages.assumed.items() if name not in given},
        }
    )


def followed(user: User, pools: Iterable[PublishedPool]) -> dict[int, Security]:
    """Those of the agency pools that the person's organization follows, by the key of the agency pool."""
    mine = Security.objects.followed_by(user).filter(published__in=[pool.pk for pool in pools])
    return {pool.published_id: pool for pool in mine.only("name", "published_id") if pool.published_id}


def newest(pool: PublishedPool) -> PublishedFactor | None:
    """The newest factor of an agency pool, corrections included."""
    return PublishedFactor.objects.filter(pool=pool, latest=True).order_by("-month").first()
