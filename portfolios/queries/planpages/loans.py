"""The loans of a plan, fifty at a time under filters and an order, and files of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl

from portfolios.models.plans import PoolingPlan
from portfolios.queries.plans import placements

PAGE = 50
PAR = 100
NOT_PROVEN = "no rule alone: the plan as a whole earns more so"
ANY = "any"
UNPLACED = "none"
ORDERS: dict[str, tuple[str, str, bool]] = {
    "row": ("As on the tape", "row_no", False),
    "lost": ("Most kept from", "lost", True),
    "ahead": ("Furthest ahead of the next best", "ahead_points", True),
    "price": ("Highest price", "points", True),
    "balance": ("Largest balance", "upb", True),
}
USUAL = "row"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of loans is narrowed to: the code of a pool, and a rule that stopped something better, or `any`."""

    pool: str = ""
    rule: str = ""
    order: str = USUAL

    def address(self, **changes: str) -> str:
        """The query of the same list with something changed; what is usual is left out."""
        values = {"pool": self.pool, "stopped": self.rule, "sort": self.order} | changes
        return "?" + urlencode({name: value for name, value in values.items() if value and value != USUAL})


@dataclass(frozen=True, slots=True)
class LoansPage:
    """Fifty loans of a plan under filters, of `total` that these leave; `next` is the row to go on after."""

    rows: Sequence[dict[str, Any]]
    filters: Filters
    total: int
    all: int
    stopped: int
    next: str
    rest: int
    pool_title: str
    rule_titles: dict[str, str]

    @property
    def here(self) -> str:
        """The query of the list as it is."""
        return self.filters.address()

    @property
    def next_url(self) -> str:
        return self.filters.address(after=self.next)

    @property
    def without_pool(self) -> str:
        return self.filters.address(pool="")

    @property
    def without_rule(self) -> str:
        return self.filters.address(stopped="")

    @property
    def rule_title(self) -> str:
        return self.rule_titles.get(self.filters.rule, self.filters.rule)

    @property
    def order_words(self) -> str:
        return ORDERS[self.filters.order][0]


def filters_of(given: Any) -> Filters:
    """The filters that an address asks for; an order that is none is the usual one."""
    order = given.get("sort", USUAL)
    return Filters(given.get("pool", "")[:200], given.get("stopped", "")[:100], order if order in ORDERS else USUAL)


def loans_page(plan: PoolingPlan, filters: Filters, *, after: str) -> LoansPage:
    """Fifty loans after the row `after`, in an order in which no two loans are equal."""
    whole = with_lost(plan)
    table = ordered(narrowed(whole, filters), filters.order)
    begin = place_after(table, after)
    rows = table.slice(begin, PAGE)
    rest = max(table.height - begin - PAGE, 0)
    stopped = whole.height - whole["better_pool"].null_count()
    more = str(rows["row_no"][-1]) if rest else ""
    titles = rule_titles(plan)
    shown = [line_of(row, titles) for row in rows.iter_rows(named=True)]
    pools = {pool["code"]: pool["title"] for pool in plan.summary.get("pools", ())} | {UNPLACED: "nothing"}
    pool_title = pools.get(filters.pool, filters.pool)
    return LoansPage(shown, filters, table.height, whole.height, stopped, more, rest, pool_title, titles)


def line_of(row: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """A loan of the list with its price in percent of par, and the rules that stopped something better in words."""
    codes = [code for code in (row["stopped_by"] or "").split(";") if code]
    price = None if row["points"] is None else PAR + row["points"]
    return row | {
        "price": price,
        "stopped_said": ", ".join(lower(titles.get(code, code)) for code in codes) or NOT_PROVEN,
    }


def lower(title: str) -> str:
    """A title in the middle of a sentence."""
    return title[:1].lower() + title[1:]


def rule_titles(plan: PoolingPlan) -> dict[str, str]:
    """The titles of the rules that stopped something, by code."""
    return {row["rule"]: row["title"] for row in plan.summary.get("stopped", ())}


def with_lost(plan: PoolingPlan) -> pl.DataFrame:
    """Placements with what each loan was kept from, points."""
    return placements(plan).with_columns(lost=pl.col("better_points") - pl.col("points"))


def place_after(table: pl.DataFrame, after: str) -> int:
    """Where a page begins: behind the row of that number, or at the top when it is not there."""
    if not after.isdecimal():
        return 0
    found = table.with_row_index("place").filter(pl.col("row_no") == int(after[:18]))
    return int(found["place"][0]) + 1 if found.height else 0


def narrowed(table: pl.DataFrame, filters: Filters) -> pl.DataFrame:
    """The loans of one pool, or those that a rule kept from something better."""
    if filters.pool == UNPLACED:
        table = table.filter(pl.col("pool").is_null())
    elif filters.pool:
        table = table.filter(pl.col("pool") == filters.pool)
    if filters.rule == ANY:
        return table.filter(pl.col("better_pool").is_not_null())
    if filters.rule:
        return table.filter(pl.col("stopped_by").str.split(";").list.contains(filters.rule).fill_null(False))
    return table


def ordered(table: pl.DataFrame, order: str) -> pl.DataFrame:
    """Loans in an order, those alike as on the tape, and those without a value last."""
    _, column, descending = ORDERS[order]
    return table.sort([column, "row_no"], descending=[descending, False], nulls_last=True)
