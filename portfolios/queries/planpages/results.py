"""A plan's answer as its page shows it: what it earns, against what, and what stood in the way of more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from config.ui import dates, numbers
from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.grids import SYNTHETIC
from portfolios.queries.planpages.lists import difference, in_basis_points
from portfolios.queries.planpages.pools import KindLine, PoolLine, amount, kind_lines, pool_lines, to_accept
from portfolios.queries.planpages.verdicts import Verdict, verdict

OPEN_STATES = ("pricing", "fast")
COMPARED = {
    "best_single": ("Best single execution", "each loan at the best price it gets on its own, without a pool"),
    "greedy": ("Loan by loan", "each loan's best price, then moved until every rule holds"),
    "whole_loan": ("Whole loans only", "the best buyer of single loans"),
    "cash": ("All to the cash window", "the agencies' prices for single loans"),
    "bids": ("Bulk bids only", "whole pools to the bidders"),
    "securities": ("Agency pools only", "every coupon, of one lender or several, and specified pools"),
    "retained": ("Keep everything", "what the loans are worth to you"),
}
METHODS = {"greedy": "Loan by loan", "fast": "First answer", "exact": "Best answer"}
SOLVES = {
    "running": "still looked for",
    "proven": "proven",
    "stopped": "its time was over; the best answer until then stands",
    "failed": "it ended before its time; the best answer until then stands",
    "skipped": "not looked for",
}
AGENCIES = {"fannie_mae": "Fannie Mae", "freddie_mac": "Freddie Mac", "ginnie_mae": "Ginnie Mae"}


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """What a way of placing the loans would earn, USD; `ahead` is the plan less it, `share` of the longest bar."""

    title: str
    note: str
    earned: Decimal
    ahead: Decimal
    basis_points: Decimal | None
    share: Decimal
    mine: bool = False


@dataclass(frozen=True, slots=True)
class StoppedLine:
    """A rule that kept loans from something better, in how many pools, and what that would have earned, USD."""

    rule: str
    title: str
    where: str
    loans: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class PoolRule:
    """A rule of pools that was in force for the month of issue."""

    title: str
    agency: str
    value: str
    since: str
    source: str


@dataclass(frozen=True)
class ResultPage:
    """Everything that the page of an answer shows."""

    plan: PoolingPlan
    verdict: Verdict
    pools: Sequence[PoolLine]
    compared: Sequence[ComparedLine]
    stopped: Sequence[StoppedLine]

    @property
    def summary(self) -> Mapping[str, Any]:
        return self.plan.summary

    @property
    def ahead(self) -> Decimal | None:
        """What the plan earns over the best single execution of each loan, USD."""
        return difference(self.plan.earned, self.plan.next_best)

    @property
    def synthetic(self) -> bool:
        return any(SYNTHETIC in grid.get("source", "").lower() for grid in self.summary.get("grids", ()))

    @property
    def placed(self) -> dict[str, Any]:
        """What is placed: pools, loans, balance, and the price they get together, percent of par."""
        upb = sum((pool.upb for pool in self.pools), Decimal(0))
        value = sum((pool.value for pool in self.pools), Decimal(0))
        loans = sum(pool.loans for pool in self.pools)
        return {"pools": len(self.pools), "loans": loans, "upb": upb, "price": 100 + 100 * value / upb if upb else None}

    @property
    def kinds(self) -> list[KindLine]:
        return list(kind_lines(self.summary, self.pools))

    @property
    def rule_count(self) -> int:
        return sum(len(pool.rules) for pool in self.pools)

    @property
    def unplaced(self) -> Mapping[str, Any]:
        """Loans that nothing takes, with the reasons; empty where there are none."""
        found: Mapping[str, Any] = self.summary.get("unplaced") or {}
        return found if found.get("loans") else {}

    @property
    def made(self) -> dict[str, Any]:
        """What accepting makes of what is open: bundles, their loans and balance."""
        pools = [pool for pool in self.pools if pool.open]
        upb = sum((pool.upb for pool in pools), Decimal(0))
        return {"bundles": len(pools), "loans": sum(pool.loans for pool in pools), "upb": upb}

    @property
    def method(self) -> str:
        return METHODS.get(self.summary.get("answer", ""), "Answer")

    @property
    def notes(self) -> dict[str, str]:
        """What stands below the figures of the strip."""
        upb, earned = self.plan.upb, self.plan.earned or Decimal(0)
        points = 100 * earned / upb if upb else None
        unplaced = self.unplaced
        return {
            "earned": f"{numbers.difference(points)} points on average",
            "ahead": f"{numbers.number(in_basis_points(self.ahead, upb), 1)} bp of UPB",
            "gap": self._gap,
            "placed": f"{numbers.count(self.placed['loans'])} loans",
            "unplaced": numbers.money_short(unplaced["upb"]) if unplaced else "every loan has a place",
        }

    @property
    def most_more(self) -> Decimal | None:
        """What a better plan could earn on top at the very most, USD."""
        more = difference(self.plan.bound, self.plan.earned)
        return None if more is None else max(more, Decimal(0))

    @property
    def _gap(self) -> str:
        """What is left in basis points of balance, and whether that is near enough to count as proven."""
        if self.most_more is None:
            return "no bound yet"
        points = in_basis_points(self.most_more, self.plan.upb) or Decimal(0)
        proven = self.summary.get("solve", {}).get("state") == "proven"
        return f"{numbers.fixed(points, 3)} bp of UPB, {'proven' if proven else 'a bound'}"

    @property
    def seconds(self) -> str:
        """How long the answer that stands took from the first price."""
        taken = self.summary.get("seconds", {})
        total = sum(numbers.decimal(taken.get(step)) or Decimal(0) for step in ("pricing", "first", "exact"))
        return f"{numbers.number(total, 1)} s" if taken else numbers.MISSING

    @property
    def solve(self) -> str:
        """How the search for the best answer ended."""
        found = self.summary.get("solve", {})
        said = SOLVES.get(found.get("state", ""), "")
        if said == SOLVES["proven"] and found.get("tolerance"):
            said = f"proven: no plan earns {numbers.money(found['tolerance'])} more"
        return f"{said}. {found['note']}" if said and found.get("note") else said

    @property
    def settlement(self) -> str:
        month = self.summary.get("settlement")
        return dates.month(date.fromisoformat(f"{month}-01")) if month else ""

    @property
    def remarks(self) -> Sequence[str]:
        """Sentences a person should read beside the answer."""
        return list(self.summary.get("notes", ()))

    @property
    def rules(self) -> list[PoolRule]:
        return [pool_rule(rule) for rule in self.summary.get("rules", ())]


def result_page(plan: PoolingPlan) -> ResultPage:
    """The answer that stands now."""
    pools, compared = list(pool_lines(plan.summary)), list(compared_lines(plan))
    return ResultPage(plan, verdict(plan), pools, compared, list(stopped_lines(plan.summary)))


def accept_page(plan: PoolingPlan) -> ResultPage:
    """The answer with what was accepted of it, and what cannot be."""
    page = result_page(plan)
    return replace(page, pools=to_accept(plan, page.pools))


def compared_lines(plan: PoolingPlan) -> Iterator[ComparedLine]:
    """The plan beside other ways of placing the same loans, in the order of what they earn."""
    if plan.earned is None:
        return
    found = {key: value for key, value in plan.summary.get("compared", {}).items() if value is not None}
    others = [other_way(key, value, plan.loan_count) for key, value in found.items() if key in COMPARED]
    most = max([plan.earned, *(value for *_, value in others)])
    mine = ComparedLine("This plan", "as it stands here", plan.earned, Decimal(0), None, part(plan.earned, most), True)
    lines = [mine]
    for title, says, value in others:
        ahead = plan.earned - value
        lines.append(ComparedLine(title, says, value, ahead, in_basis_points(ahead, plan.upb), part(value, most)))
    yield from sorted(lines, key=lambda line: -line.earned)


def other_way(key: str, told: Any, loans: int) -> tuple[str, str, Decimal]:
    """Title, note and USD of another way; a single way says how many of the loans it takes."""
    title, says = COMPARED[key]
    if not isinstance(told, Mapping):
        return title, says, amount(told)
    left = "" if told["loans"] == loans else f"; takes {numbers.count(told['loans'])} of {numbers.count(loans)} loans"
    return title, f"{says}{left}", amount(told["earned"])


def part(value: Decimal, most: Decimal) -> Decimal:
    """A fraction of the longest bar."""
    return max(value, Decimal(0)) / most if most > 0 else Decimal(0)


def stopped_lines(summary: Mapping[str, Any]) -> Iterator[StoppedLine]:
    """The rules that kept loans from something better, each over all pools, the dearest first."""
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(summary.get("stopped", ()), key=lambda row: -amount(row["value"])):
        by_rule.setdefault(row["rule"], []).append(row)
    lines = [stopped_line(rule, rows) for rule, rows in by_rule.items()]
    yield from sorted(lines, key=lambda line: -line.value)


def stopped_line(rule: str, rows: Sequence[Mapping[str, Any]]) -> StoppedLine:
    """One rule over the pools in which it stops loans, the dearest of them first."""
    first, others = rows[0]["pool"] or "all pools", len(rows) - 1
    where = f"{first} and {others} more" if others else first
    loans, value = sum(row["loans"] for row in rows), sum((amount(row["value"]) for row in rows), Decimal(0))
    return StoppedLine(rule, rows[0]["title"], where, loans, value)


def pool_rule(rule: Mapping[str, Any]) -> PoolRule:
    """A rule in force in words."""
    unit = {"percent": "%", "usd": "", "USD": ""}.get(rule.get("unit", ""), f" {rule.get('unit', '')}".rstrip())
    before = "$" if rule.get("unit", "").lower() == "usd" else ""
    value = numbers.decimal(rule["value"])
    places = 0 if value is not None and value == value.to_integral_value() else 3
    agency = rule.get("agency") or ""
    return PoolRule(
        rule["title"],
        AGENCIES.get(agency, agency),
        numbers.fixed(value, places, before=before, after=unit),
        dates.day_year(date.fromisoformat(rule["from"])) if rule.get("from") else numbers.MISSING,
        rule.get("source", ""),
    )
