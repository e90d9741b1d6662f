"""From quotes to the pooling problem: columns in whole cents, without those that no best plan can need.

Two reductions that lose nothing: an outlet whose loans together are below its minimum stays closed; and among outlets
that ask nothing of their loans together, each loan needs only the best.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.executions.book import Book
from portfolios.domain.executions.market import Terms
from portfolios.domain.executions.quotes import MICRO, NUMBERS, Outlet, Quote, cents_of
from portfolios.domain.pooling import Budget, Plan, Pool, Problem, ShareRule, best_columns

SERVICING = "servicing kept"
LEFT = Outlet("left", "Left unplaced", "unplaced", is_sold=False)
LEFT_POINTS = 10 * MICRO
"""How far below a loan's worst price leaving it unplaced counts, so that it is done only where nothing else can be."""

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Assembled:
    """The loans with a price at all, their columns, and the problem that is left to solve.

    `whole` has every column, `small` only those that a best plan can need: `kept` are their numbers in `whole`. Loans
    of both are numbered as in `loans`, which are places in the book. `at` is each column's place in its quote, -1 for
    leaving a loan unplaced. `left` is the number of the outlet of unplaced loans, where there is one.
    """

    book: Book
    quotes: tuple[Quote, ...]
    loans: Places
    at: Places
    whole: Problem
    small: Problem
    kept: Places
    left: int | None

    def whole_plan(self, plan: Plan) -> Plan:
        """A plan of the small problem, in columns of the whole one."""
        return replace(plan, chosen=self.kept[plan.chosen])

    def small_plan(self, plan: Plan) -> Plan:
        return replace(plan, chosen=np.searchsorted(self.kept, plan.chosen))

    def outlet(self, number: int) -> Outlet:
        return LEFT if number == self.left else self.quotes[number].outlet


def assembled(book: Book, quotes: Sequence[Quote], terms: Terms) -> Assembled:
    """The problem of placing every loan that somebody takes; ValueError where nobody takes any."""
    closed = [_too_few(book, quote) for quote in quotes]
    marked = tuple(_closed(quote) if shut else quote for quote, shut in zip(quotes, closed, strict=True))
    loans = np.unique(np.concatenate([quote.loans for quote in quotes] or [np.empty(0, dtype=np.int64)]))
    if not loans.size:
        raise ValueError("Nobody takes any of these loans at the prices given.")
    loan, pool, value, at = _columns(book, quotes, loans)
    budgets = _budgets(quotes, terms)
    pools, left = _pools(quotes, loans), None
    homeless = _homeless(len(loans), loan, pool, pools, budgets)
    if homeless.size:
        left = len(pools)
        pools = (*pools, Pool(LEFT.code))
        worst = _left_values(book.cents[loans], loan, value, homeless)
        loan, pool = np.append(loan, homeless), np.append(pool, np.full(len(homeless), left))
        value, at = np.append(value, worst), np.append(at, np.full(len(homeless), -1))
    whole = Problem(book.cents[loans], pools, loan, pool, value, budgets)
    kept = _needed(whole, np.isin(pool, np.flatnonzero(closed)))
    small = replace(whole, loan=loan[kept], pool=pool[kept], value=value[kept])
    return Assembled(book, marked, loans, at, whole, small, kept, left)


def _too_few(book: Book, quote: Quote) -> bool:
    return int(book.cents[quote.loans].sum()) < quote.outlet.minimum


def _closed(quote: Quote) -> Quote:
    """The quote with a reason for the loans it would take; its prices stay, to be shown."""
    refused = np.where(quote.refused == 0, NUMBERS["too_few"], quote.refused).astype(np.uint8)
    marked = replace(quote, refused=refused)
    object.__setattr__(marked, "loans", quote.loans)
    return marked


def _columns(book: Book, quotes: Sequence[Quote], loans: Places) -> tuple[Places, Places, Places, Places]:
    """Loan, outlet, value in cents and place in the quote of every column, outlet by outlet."""
    sizes = [len(quote.loans) for quote in quotes]
    places = np.concatenate([quote.loans for quote in quotes])
    over_par = np.concatenate([quote.over_par for quote in quotes])
    return (
        np.searchsorted(loans, places),
        np.repeat(np.arange(len(quotes)), sizes),
        cents_of(book.cents[places], over_par),
        np.concatenate([np.arange(size) for size in sizes]),
    )


def _pools(quotes: Sequence[Quote], loans: Places) -> tuple[Pool, ...]:
    narrowed: dict[int, NDArray[np.int64]] = {}

    def rule_of(rule: ShareRule) -> ShareRule:
        amounts = narrowed.setdefault(id(rule.amounts), rule.amounts[loans])
        return replace(rule, amounts=amounts)

    return tuple(
        Pool(each.code, each.minimum, each.maximum, each.fixed_cost, tuple(rule_of(rule) for rule in each.rules))
        for each in (quote.outlet for quote in quotes)
    )


def _budgets(quotes: Sequence[Quote], terms: Terms) -> tuple[Budget, ...]:
    if terms.servicing is None:
        return ()
    keeping = frozenset(number for number, quote in enumerate(quotes) if quote.outlet.keeps_servicing)
    return (Budget(SERVICING, keeping, terms.servicing),) if keeping else ()


def _homeless(count: int, loan: Places, pool: Places, pools: tuple[Pool, ...], budgets: tuple[Budget, ...]) -> Places:
    """Loans without a column that is open whatever the others do."""
    budgeted = frozenset[int]().union(*(budget.pools for budget in budgets))
    free = [number for number, each in enumerate(pools) if each.takes_any and number not in budgeted]
    return np.setdiff1d(np.arange(count), loan[np.isin(pool, free)])


def _left_values(balances: Places, loan: Places, value: Places, homeless: Places) -> Places:
    worst = np.full(len(balances), np.iinfo(np.int64).max)
    np.minimum.at(worst, loan, value)
    return np.asarray(worst[homeless] - cents_of(balances[homeless], np.full(len(homeless), LEFT_POINTS)))


def _needed(whole: Problem, in_closed: NDArray[np.bool_]) -> Places:
    """Columns that a best plan can need."""
    free = whole.always_open
    needed = ~free & ~in_closed
    needed[best_columns(whole, free)] = True
    return np.flatnonzero(needed)
