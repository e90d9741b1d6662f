"""A plan checked once more, from the loans and apart from every solver: rules in whole cents, the sum in Decimal."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from portfolios.domain.executions.assembling import Assembled, Places
from portfolios.domain.executions.market import GOVERNMENT, Market
from portfolios.domain.executions.quotes import MICRO, Outlet
from portfolios.domain.executions.standards import TYPES
from portfolios.domain.pooling import Plan

CENT = Decimal("0.01")


def broken_rules(problem: Assembled, plan: Plan, market: Market) -> list[str]:
    """Every rule that a plan of the whole problem breaks, in words for the log; a right plan gives none."""
    places = problem.loans[problem.whole.loan[plan.chosen]]
    pools = problem.whole.pool[plan.chosen]
    if not np.array_equal(np.sort(places), problem.loans):
        return ["A loan is placed twice, or not at all."]
    found = [
        sentence
        for number in np.unique(pools).tolist()
        if number != problem.left
        for sentence in _of_pool(problem, market, problem.outlet(number), places[pools == number])
    ]
    kept = [number for number, quote in enumerate(problem.quotes) if quote.outlet.keeps_servicing]
    limit, spent = market.terms.servicing, _upb(problem, places[np.isin(pools, kept)])
    if limit is not None and spent > Decimal(limit) / 100:
        found.append(f"Servicing of {spent} is kept.")
    return found


def _upb(problem: Assembled, places: Places) -> Decimal:
    return sum((Decimal(cents) / 100 for cents in problem.book.cents[places].tolist()), Decimal(0))


def _of_pool(problem: Assembled, market: Market, outlet: Outlet, places: Places) -> Iterator[str]:
    total = _upb(problem, places)
    if total < Decimal(outlet.minimum) / 100 or (outlet.maximum is not None and total > Decimal(outlet.maximum) / 100):
        yield f"{outlet.code} holds {total}."
    if not total:
        return
    if outlet.coupon is not None:
        yield from _of_coupon(problem, market, outlet, places, total)
    for rule in outlet.rules:
        amounts = zip(problem.book.cents[places].tolist(), rule.amounts[places].tolist(), strict=True)
        mean = sum(Decimal(cents) / 100 * amount for cents, amount in amounts) / total
        if mean < rule.limit if rule.at_least else mean > rule.limit:
            yield f"{outlet.code}: {rule.name} stands at {mean}."


def _of_coupon(problem: Assembled, market: Market, outlet: Outlet, places: Places, total: Decimal) -> Iterator[str]:
    rules, book = market.rules(outlet.agency).rules, problem.book
    coupon = Decimal(str(outlet.coupon))
    rates = [Decimal(str(rate)) for rate in book.numbers["rate"][places].tolist()]
    if min(rates) < coupon + rules["least_spread"].value or max(rates) > coupon + rules["most_spread"].value:
        yield f"{outlet.code} holds note rates from {min(rates)} to {max(rates)}."
    if set(book.words["product"][places].tolist()) != {"government" if outlet.agency == GOVERNMENT else "conventional"}:
        yield f"{outlet.code} mixes government and conventional loans."
    if "share_each" not in rules:
        return
    for name in TYPES:
        share = _upb(problem, places[book.flags[name][places]]) / total * 100
        if share > rules["share_each"].value and name != outlet.story:
            yield f"{outlet.code}: {share} percent {name}."


def earned(problem: Assembled, plan: Plan) -> Decimal:
    """What the placed loans earn over par less the fixed cost of the pools in use, USD: summed again in Decimal."""
    pools, columns = problem.whole.pool[plan.chosen], plan.chosen
    total = Decimal(0)
    for column, number in zip(columns.tolist(), pools.tolist(), strict=True):
        if number != problem.left:
            total += value_of(problem, number, int(problem.at[column]))
    used = set(pools.tolist()) - {problem.left}
    return total - sum((Decimal(problem.outlet(number).fixed_cost) / 100 for number in used), Decimal(0))


def value_of(problem: Assembled, number: int, at: int) -> Decimal:
    """What one loan earns over par in one outlet, USD: its parts added up in Decimal, rounded half up to cents."""
    quote = problem.quotes[number]
    points = sum((Decimal(int(part[at])) / MICRO for part in quote.parts.values()), Decimal(-100))
    balance = Decimal(int(problem.book.cents[quote.loans[at]])) / 100
    return (balance * points / 100).quantize(CENT, rounding=ROUND_HALF_UP)
