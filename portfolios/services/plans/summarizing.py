"""The summary of an answered plan, as `portfolios.services.plans` documents it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from portfolios.domain.executions.quotes import CODES, REASONS, Outlet
from portfolios.domain.executions.telling import Told
from portfolios.domain.executions.words import title_of
from portfolios.domain.grids import KINDS
from portfolios.domain.pooling import Plan, Pool, Problem, best_columns, greedy
from portfolios.domain.pooling.problem import ShareRule
from portfolios.services.plans.loading import Prepared

CENTS = 100
MOST_STOPS = 50


def pools(ready: Prepared, plan: Plan) -> list[dict[str, Any]]:
    """Every outlet in use with its loans, its value and the room its rules leave, the most valuable first."""
    whole = ready.problem.whole
    numbers = whole.pool[plan.chosen]
    found = [
        _pool(ready, ready.problem.outlet(number), plan.chosen[numbers == number])
        for number in np.unique(numbers).tolist()
        if number != ready.problem.left
    ]
    return sorted(found, key=lambda pool: -float(pool["value"]))


def _pool(ready: Prepared, outlet: Outlet, columns: np.ndarray) -> dict[str, Any]:
    whole, places = ready.problem.whole, ready.problem.loans[ready.problem.whole.loan[columns]]
    cents, value = int(whole.balances[whole.loan[columns]].sum()), int(whole.value[columns].sum()) - outlet.fixed_cost
    named = {name: getattr(outlet, name) for name in ("code", "title", "kind", "agency", "term", "coupon", "story")}
    return {
        **named,
        **_sums(len(columns), cents, value),
        "minimum": usd(outlet.minimum) if outlet.minimum else None,
        "maximum": None if outlet.maximum is None else usd(outlet.maximum),
        "fixed_cost": usd(outlet.fixed_cost),
        "rules": [_rule(rule, ready.book.cents[places], rule.amounts[places]) for rule in outlet.rules],
        "bundle": outlet.is_sold,
    }


def _rule(rule: ShareRule, cents: np.ndarray, amounts: np.ndarray) -> dict[str, Any]:
    """Where the pool stands: shares in percent of balance, scores in points."""
    is_score = rule.at_least
    stands = float((cents * amounts.astype(float)).sum() / cents.sum()) / (1 if is_score else CENTS)
    return {
        "name": rule.name,
        "title": title_of(rule.name),
        "unit": "points" if is_score else "percent",
        "limit": rule.limit if is_score else rule.limit / CENTS,
        "stands": round(stands, 4),
        "at_least": rule.at_least,
    }


def _sums(loans: int, cents: int, value: int) -> dict[str, Any]:
    points = round(100 * value / cents, 4) if cents else 0.0
    return {"loans": loans, "upb": usd(cents), "value": usd(value), "points": points}


def usd(cents: int) -> str:
    """An amount as text with cents."""
    sign, rest = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{rest // CENTS}.{rest % CENTS:02d}"


def by_kind(used: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pools added up by kind of execution, the most valuable first."""
    found = []
    for kind in dict.fromkeys(pool["kind"] for pool in used):
        mine = [pool for pool in used if pool["kind"] == kind]
        cents, value = (sum(_cents(pool[name]) for pool in mine) for name in ("upb", "value"))
        sums = _sums(sum(pool["loans"] for pool in mine), cents, value)
        found.append({"kind": kind, "title": KINDS[kind].title, **sums})
    return sorted(found, key=lambda each: -float(each["value"]))


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def stopped(ready: Prepared, story: Told) -> list[dict[str, Any]]:
    """Rules that keep loans from something better, and what that would earn for these loans one by one."""
    whole, problem = ready.problem.whole, ready.problem
    loans, value = Counter[tuple[int | None, str]](), Counter[tuple[int | None, str]]()
    for loan in np.flatnonzero(story.better >= 0).tolist():
        more = int(whole.value[story.better[loan]] - whole.value[story.chosen[loan]])
        for rule in story.rules[loan]:
            loans[rule] += 1
            value[rule] += more
    most = sorted(loans, key=lambda rule: -value[rule])[:MOST_STOPS]
    return [
        {
            "rule": name,
            "title": title_of(name),
            "pool": "All pools" if pool is None else problem.outlet(pool).title,
            "loans": loans[(pool, name)],
            "value": usd(value[(pool, name)]),
        }
        for pool, name in most
    ]


def unplaced(ready: Prepared, plan: Plan) -> dict[str, Any]:
    """Loans that nobody takes, with the reasons given against them most often."""
    problem, book = ready.problem, ready.book
    outside = np.setdiff1d(np.arange(len(book)), problem.loans)
    left = problem.loans[problem.whole.pool[plan.chosen] == (-1 if problem.left is None else problem.left)]
    reasons = Counter(reason for place in outside.tolist() for reason in _reasons(ready, place))
    told = [{"reason": REASONS[code], "loans": count} for code, count in reasons.most_common(5)]
    if len(left):
        told.append({"reason": "Every pool that takes it is full, too small or outside a budget.", "loans": len(left)})
    cents = int(book.cents[outside].sum() + book.cents[left].sum())
    return {"loans": len(outside) + len(left), "upb": usd(cents), "reasons": told}


def _reasons(ready: Prepared, place: int) -> Iterator[str]:
    yield from {CODES[quote.refused[place]] for quote in ready.problem.quotes if quote.outlet.kind != "pay_ups"}


def best_single(ready: Prepared) -> int:
    """What each loan's best outlet would earn that asks nothing of other loans, cents; unplaced loans count nothing."""
    whole, left = ready.problem.whole, ready.problem.left
    open_to_all = whole.always_open & (whole.pool != (-1 if left is None else left))
    return sum(whole.value[best_columns(whole, open_to_all)].tolist())


ALONE = {
    "whole_loan": frozenset({"aggregators"}),
    "cash": frozenset({"cash_window"}),
    "bids": frozenset({"bulk_bids"}),
    "securities": frozenset({"mbs", "multi_lender", "pay_ups"}),
    "retained": frozenset({"retain"}),
}
"""Single ways of selling, by the kinds of executions that belong to each."""


def compared(ready: Prepared, without_solver: Plan) -> dict[str, Any]:
    """What other ways would earn: greedy, each loan's best single outlet, and every single way of selling alone.

    A single way is {"earned", "loans", "upb"}: it keeps every rule, and a loan that it does not take is left out of it
    and earns nothing. Ways that take no loan are left out.
    """
    ways = {name: _alone(ready, kinds) for name, kinds in ALONE.items()}
    return {
        "greedy": usd(without_solver.earned),
        "best_single": usd(best_single(ready)),
        **{name: found for name, found in ways.items() if found["loans"]},
    }


def _alone(ready: Prepared, kinds: frozenset[str]) -> dict[str, Any]:
    """The greedy plan of these kinds only, in which every loan may be left out for nothing."""
    whole, count = ready.problem.whole, len(ready.problem.loans)
    mine = [n != ready.problem.left and ready.problem.outlet(n).kind in kinds for n in range(len(whole.pools))]
    used, nowhere = np.flatnonzero(np.array(mine)[whole.pool]), len(whole.pools)
    some = replace(
        whole,
        pools=(*whole.pools, Pool("nowhere")),
        loan=np.append(whole.loan[used], np.arange(count)),
        pool=np.append(whole.pool[used], np.full(count, nowhere)),
        value=np.append(whole.value[used], np.zeros(count, dtype=np.int64)),
    )
    some = replace(some, value=np.where(some.pool == nowhere, _below(some), some.value))
    plan = greedy(some)
    placed = plan.chosen[some.pool[plan.chosen] != nowhere]
    fixed = sum(some.pools[number].fixed_cost for number in np.unique(some.pool[placed]).tolist())
    cents = int(some.balances[some.loan[placed]].sum())
    return {"earned": usd(int(some.value[placed].sum()) - fixed), "loans": len(placed), "upb": usd(cents)}


def _below(some: Problem) -> int:
    """A value below every other, so that a loan is left out only where nothing takes it."""
    return min(int(some.value.min(initial=0)), 0) - 1


def grids_json(ready: Prepared) -> list[dict[str, Any]]:
    return [
        {
            "id": grid.pk,
            "name": grid.name,
            "kind": grid.kind,
            "as_of": grid.as_of.isoformat(),
            "expires_at": grid.expires_at.isoformat() if grid.expires_at else None,
            "source": grid.source,
            "sha256": grid.sha256,
        }
        for grid in ready.grids
    ]


def rules_json(ready: Prepared) -> list[dict[str, Any]]:
    return [
        {
            "code": rule.code,
            "title": rule.title,
            "agency": ", ".join(rule.agencies),
            "value": str(rule.value),
            "unit": rule.unit,
            "from": rule.since.isoformat(),
            "status": rule.status,
            "source": rule.source,
        }
        for rule in ready.rules
    ]
