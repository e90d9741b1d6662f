"""Pools, buyers and bids that a plan uses, and how near each of their rules stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from config.ui import dates, numbers
from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.grids import kind_title
from portfolios.queries.planpages.taken import taken
from portfolios.queries.plans import placements

PAR = Decimal(100)
NEAR = Decimal("0.05")
WORTH_SHOWING = Decimal("0.5")
KINDS = {"unplaced": "Unplaced"}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of a pool and how near it stands: `used` and `cap` draw the bar with the plumb line at the cap.

    `floor` marks a rule that asks for at least so much; its line stands low and the bar may run past it.
    """

    title: str
    stands: str
    limit: str
    room: str
    used: Decimal
    cap: Decimal
    floor: bool

    @property
    def nearness(self) -> Decimal:
        """How close the rule is to binding: 1 where it has no room at all, more where it is broken."""
        over, under = (self.cap, self.used) if self.floor else (self.used, self.cap)
        if not under:
            return Decimal(2) if over else Decimal(0)
        return over / under

    @property
    def status(self) -> str:
        """over, near (within a twentieth of its limit) or ok."""
        if self.nearness > 1:
            return "over"
        return "near" if self.nearness >= 1 - NEAR else "ok"

    @property
    def drawn(self) -> tuple[str, str]:
        """What stands and the limit, as the style sheet draws them."""
        return f"{self.used:f}", f"{self.cap or Decimal(1):f}"


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A pool, buyer or bid that the plan uses; amounts in USD, `points` over par in percent of balance.

    `accepted` says when and by whom it was, `taken` what stands in the way of that; empty where neither is so.
    """

    code: str
    title: str
    kind: str
    loans: int
    upb: Decimal
    value: Decimal
    points: Decimal
    rules: Sequence[RuleLine]
    makes_bundle: bool
    accepted: str = ""
    taken: str = ""

    @property
    def open(self) -> bool:
        """Whether it can be accepted now."""
        return self.makes_bundle and not self.accepted and not self.taken

    @property
    def price(self) -> Decimal:
        """Percent of par."""
        return PAR + self.points

    @property
    def tightest(self) -> RuleLine | None:
        """The rule with the least room, where that is less than half of its limit."""
        tight = (rule for rule in self.rules if rule.nearness >= WORTH_SHOWING)
        return max(tight, key=lambda rule: rule.nearness, default=None)


@dataclass(frozen=True, slots=True)
class KindLine:
    """All that the plan places in one kind of execution, and the pools of it, the most valuable first."""

    title: str
    loans: int
    upb: Decimal
    value: Decimal
    price: Decimal
    pools: Sequence[PoolLine]


def kind_lines(summary: Mapping[str, Any], pools: Sequence[PoolLine]) -> Iterator[KindLine]:
    """Kinds of executions with their pools, the most valuable kind first as they are stored."""
    for kind in summary.get("kinds", ()):
        mine = [pool for pool in pools if pool.kind == kind_title(kind["kind"])]
        price = PAR + amount(kind["points"])
        yield KindLine(kind["title"], kind["loans"], amount(kind["upb"]), amount(kind["value"]), price, mine)


def pool_lines(summary: Mapping[str, Any]) -> Iterator[PoolLine]:
    """Pools, buyers and bids that are used, the most valuable first as they are stored."""
    for pool in summary.get("pools", ()):
        yield PoolLine(
            code=pool["code"],
            title=pool["title"],
            kind=KINDS.get(pool["kind"]) or kind_title(pool["kind"]),
            loans=pool["loans"],
            upb=amount(pool["upb"]),
            value=amount(pool["value"]),
            points=amount(pool["points"]),
            rules=list(rule_lines(pool)),
            makes_bundle=bool(pool.get("bundle")),
        )


def to_accept(plan: PoolingPlan, pools: Sequence[PoolLine]) -> list[PoolLine]:
    """The pools with what was accepted of them, and whether their loans are elsewhere."""
    elsewhere = taken(plan, placements(plan), [pool["code"] for pool in plan.open_pools])
    return [
        replace(pool, accepted=accepted_words(plan, pool.code), taken=str(elsewhere.get(pool.code, "")))
        for pool in pools
    ]


def accepted_words(plan: PoolingPlan, code: str) -> str:
    """When a pool was accepted, and by whom; empty where it was not."""
    told = plan.accepted_pools.get(code)
    return f"accepted {dates.day_year(datetime.fromisoformat(told['at']).date())} by {told['by']}" if told else ""


def rule_lines(pool: Mapping[str, Any]) -> Iterator[RuleLine]:
    """The minimum, the maximum and every rule of a pool, each with the room that is left."""
    upb = amount(pool["upb"])
    for name, title, floor in (("minimum", "Least balance", True), ("maximum", "Most balance", False)):
        if bound := amount(pool.get(name)):
            yield rule_line(title, upb, bound, "usd", floor=floor)
    for rule in pool.get("rules", ()):
        stands, limit = amount(rule["stands"]), amount(rule["limit"])
        yield rule_line(rule["title"], stands, limit, rule.get("unit", ""), floor=bool(rule.get("at_least")))


def rule_line(title: str, stands: Decimal, limit: Decimal, unit: str, *, floor: bool) -> RuleLine:
    room = stands - limit if floor else limit - stands
    bound = f"at least {written(limit, unit)}" if floor else f"at most {written(limit, unit)}"
    return RuleLine(title, written(stands, unit), bound, written(room, unit), stands, limit, floor)


def written(value: Decimal, unit: str) -> str:
    """A figure of a rule in its unit: dollars, percent, or a plain number such as a score."""
    if unit.lower() == "usd":
        return numbers.money(value)
    if unit in ("percent", "%"):
        return numbers.fixed(value, 2, after="%")
    return numbers.number(value, 0 if value == value.to_integral_value() else 1)


def amount(value: Any) -> Decimal:
    """A stored amount; 0 where none is."""
    return numbers.decimal(value) or Decimal(0)
