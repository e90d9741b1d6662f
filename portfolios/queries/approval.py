"""What the approval page shows of stored limits and checks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from config.ui import numbers
from portfolios.domain.verdicts import FATAL, OVER, closest, is_share
from portfolios.models import Bundle, BundleLoan
from portfolios.queries.loans import LoanLine, lines

CLOSEST = 3
SUGGESTED_SHOWN = 50
WRITE = {"USD": numbers.money_short, "percent": numbers.pct}


@dataclass(frozen=True)
class LimitRow:
    """A share limit: what the delivered loans use, what is allowed, what the kept loans use, all in percent."""

    title: str
    group: str
    delivered: float | None
    allowed: float
    kept: float | None
    advice: bool
    working: str

    def shown(self, *, after: bool) -> float | None:
        return self.kept if after else self.delivered


@dataclass(frozen=True)
class Requirement:
    """Something that is met or not, with the number that says so."""

    title: str
    met: bool
    severity: str
    value: str
    note: str = ""
    numbers: tuple[str, ...] = ()


def limit_rows(bundle: Bundle) -> list[LimitRow]:
    """The limits that are shares of the bundle, each as delivered and after kick-outs."""
    pairs = zip(bundle.delivered_limits, bundle.limits, strict=True)
    return [row_of(delivered, kept) for delivered, kept in pairs if is_share(kept)]


def row_of(delivered: Mapping[str, Any], kept: Mapping[str, Any]) -> LimitRow:
    return LimitRow(
        title=kept["title"],
        group=kept["group"] or delivered["group"],
        delivered=delivered["used"],
        allowed=kept["allowed"],
        kept=kept["used"],
        advice=kept["severity"] != FATAL,
        working=kept["working"],
    )


def closest_rows(bundle: Bundle) -> list[LimitRow]:
    """The three limits of the kept loans that stand closest to their line."""
    return [row_of(limit, limit) for limit in closest(bundle.limits, CLOSEST)]


@dataclass(frozen=True)
class Suggested:
    """Loans to leave out for the limits: the first of them with the limit each helps to meet, and what is said of all.

    `unmet` are limits that no few loans bring inside; `then_over` those that leaving the loans out would break.
    """

    lines: list[tuple[LoanLine, str]]
    rows: list[int]
    upb: Decimal
    limits: list[tuple[str, int]]
    unmet: list[str]
    then_over: list[str]

    def __bool__(self) -> bool:
        return bool(self.rows or self.unmet)


def suggested(bundle: Bundle) -> Suggested:
    """What the last adding up suggests, as far as the loans are still kept."""
    stored = bundle.suggested
    titles = dict(stored.get("rows", ()))
    kept = BundleLoan.objects.filter(bundle=bundle, kicked_out="", row_no__in=list(titles))
    places = {place.row_no: place for place in kept}
    rows = [row for row in titles if row in places]
    shown = lines(bundle, [places[row] for row in rows[:SUGGESTED_SHOWN]])
    return Suggested(
        lines=[(line, titles[line.place.row_no]) for line in shown],
        rows=rows,
        upb=sum((places[row].upb for row in rows), Decimal(0)),
        limits=list(Counter(titles[row] for row in rows).items()),
        unmet=stored.get("unmet", []),
        then_over=stored.get("then_over", []),
    )


def requirements(bundle: Bundle, *, after: bool = True) -> list[Requirement]:
    """What must hold besides the shares: checks for duplicates, amounts, kinds of loans."""
    limits = bundle.limits if after else bundle.delivered_limits
    checks = [
        Requirement(c["title"], c["met"], c["severity"], c["value"], "", tuple(c["numbers"])) for c in bundle.checks
    ]
    return [*checks, *other_limits(limits)]


def other_limits(limits: Iterable[Mapping[str, Any]]) -> Iterable[Requirement]:
    for limit in limits:
        if is_share(limit):
            continue
        write = WRITE.get(limit["unit"], numbers.count)
        bound = f"{limit['op'].replace('_', ' ')} {write(limit['allowed'])}"
        used = "not evaluated" if limit["used"] is None else write(limit["used"])
        yield Requirement(
            f"{limit['title']}, {bound}", limit["status"] != OVER, limit["severity"], used, limit["working"]
        )
