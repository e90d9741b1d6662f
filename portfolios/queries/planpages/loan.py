"""One loan of a plan: every way it was priced, why it goes where it goes, and how a price is built up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from config.ui import numbers
from loans.queries.fields import fields_by_row
from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.grids import kind_title
from portfolios.queries.planpages.loans import Filters, line_of, narrowed, ordered, rule_titles, with_lost
from portfolios.queries.planpages.tracing import Source, Tracer
from portfolios.queries.plans import placements, prices_of

FACTS = ("note_rate", "credit_score", "ltv", "property_state", "occupancy", "loan_purpose", "property_type")
PARTS = {
    "base": "Base price",
    "pay_up": "Over the coupon's price",
    "adjusters": "Price adjustments",
    "srp": "Premium for servicing released",
    "servicing": "Servicing kept",
    "excess_servicing": "Excess servicing kept",
    "buy_up": "Guaranty fee bought up",
    "buy_down": "Guaranty fee bought down",
}
PAR = Decimal(100)


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A pool, buyer or bid for the loan: percent of par, USD over par, and points apart from the chosen one."""

    code: str
    title: str
    kind: str
    price: Decimal
    value: Decimal
    apart: Decimal
    servicing_to: str
    standing: str
    shown: bool
    url: str
    stopped_by: str
    closed: str

    @property
    def chosen(self) -> bool:
        return self.standing == "chosen"


@dataclass(frozen=True, slots=True)
class PartLine:
    """One line of a price: points, and the row of a grid that they come from."""

    label: str
    points: Decimal
    source: Source | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class BuildUp:
    """A price from its first part to dollars over par."""

    title: str
    parts: Sequence[PartLine]
    price: Decimal
    over: Decimal
    upb: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Refused:
    """Why some offers do not take the loan."""

    reason: str
    titles: Sequence[str]


@dataclass(frozen=True, slots=True)
class LoanPage:
    """Everything the page of a loan shows. `before` and `after` are rows of the list it was opened from."""

    row: Mapping[str, Any]
    facts: Mapping[str, Any]
    offers: Sequence[OfferLine]
    build_up: BuildUp | None
    refused: Sequence[Refused]
    before: int | None
    after: int | None
    here: str

    @property
    def number(self) -> str:
        return self.row["loan_id"] or f"Row {self.row['row_no']}"

    @property
    def price(self) -> Decimal | None:
        """Percent of par, where the loan is placed; so are the next two."""
        return price_of(self.row["points"])

    @property
    def next_price(self) -> str:
        return numbers.number(price_of(self.row["next_points"]), 3)

    @property
    def better_price(self) -> str:
        return numbers.number(price_of(self.row["better_points"]), 3)

    @property
    def notes(self) -> dict[str, str]:
        """What stands below the figures."""
        ahead = numbers.decimal(self.row["ahead_points"])
        dollars = None if ahead is None else decimal(self.row["upb"]) * ahead / 100
        return {
            "value": f"{numbers.difference(self.row['points'])} points over par",
            "ahead": numbers.money_cents(dollars),
        }


def loan_page(plan: PoolingPlan, row_no: int, *, shown: str, filters: Filters) -> LoanPage | None:
    """The page of the loan in a row of the tape; None where the plan does not place it."""
    table = ordered(narrowed(with_lost(plan), filters), filters.order)
    found = placements(plan).filter(pl.col("row_no") == row_no)
    if not found.height:
        return None
    row = found.row(0, named=True)
    facts = fields_by_row(plan.run.version_id, [row_no], FACTS).get(row_no, {})
    prices = prices_of(plan, row_no).to_dicts()
    taken = [price for price in prices if price["points"] is not None]
    wanted = next((price for price in taken if price["pool"] == shown), None) or next(
        (price for price in taken if price["pool"] == row["pool"]), None
    )
    before, after = beside(table, row_no)
    said = line_of(row, rule_titles(plan))["stopped_said"]
    return LoanPage(
        row=row,
        facts=facts,
        offers=[offer_line(price, row, wanted, filters, said) for price in taken],
        build_up=build_up(plan, wanted, row, facts) if wanted else None,
        refused=refusals(prices),
        before=before,
        after=after,
        here=filters.address(),
    )


def beside(table: pl.DataFrame, row_no: int) -> tuple[int | None, int | None]:
    """The rows before and after a row in the order of a list."""
    rows = table["row_no"]
    found = rows.index_of(row_no)
    if found is None:
        return None, None
    return (rows[found - 1] if found else None), (rows[found + 1] if found + 1 < len(rows) else None)


def price_of(points: Any) -> Decimal | None:
    """Percent of par of points over it."""
    over = numbers.decimal(points)
    return None if over is None else PAR + over


def offer_line(
    price: Mapping[str, Any], row: Mapping[str, Any], shown: Mapping[str, Any] | None, filters: Filters, said: str
) -> OfferLine:
    points, mine = decimal(price["points"]), decimal(row["points"])
    return OfferLine(
        code=price["pool"],
        title=price["title"],
        kind=kind_title(price["kind"]),
        price=PAR + points,
        value=decimal(price["value"]),
        apart=points - mine,
        servicing_to={"retained": "You keep it"}.get(price["servicing_to"] or "", price["servicing_to"] or ""),
        standing=standing(price["pool"], points - mine, row),
        shown=shown is not None and price["pool"] == shown["pool"],
        url=filters.address(show=price["pool"]),
        stopped_by=said if price["pool"] == row["better_pool"] else "",
        closed=price["reason"] or "",
    )


def standing(pool: str, apart: Decimal, row: Mapping[str, Any]) -> str:
    """chosen, next (the best of what is worth no more), stopped (worth more), or nothing to say."""
    if pool == row["pool"]:
        return "chosen"
    if pool == row["next_pool"]:
        return "next"
    return "stopped" if apart > 0 else ""


def build_up(plan: PoolingPlan, price: Mapping[str, Any], row: Mapping[str, Any], facts: Mapping[str, Any]) -> BuildUp:
    """The parts of a price with where each comes from, down to dollars over par."""
    tracer = Tracer(plan, as_float(facts.get("note_rate")), as_float(row["upb"]))
    lines = list(part_lines(tracer, price))
    over = decimal(price["points"])
    return BuildUp(price["title"], lines, PAR + over, over, decimal(row["upb"]), decimal(price["value"]))


def part_lines(tracer: Tracer, price: Mapping[str, Any]) -> Iterator[PartLine]:
    """The parts of a price, adjusters one by one; prices of older plans name their adjusters without a row."""
    sources = tracer.sources(price)
    for part, label in PARTS.items():
        if part == "adjusters" and price["adjusters_from"]:
            for name, points, source, note in tracer.adjusters(price):
                yield PartLine(name, decimal(points), source, note)
        elif price[part]:
            note = (price["adjusters_named"] or "") if part == "adjusters" else ""
            yield PartLine(label, decimal(price[part]), sources.get(part), note)


def refusals(prices: Sequence[Mapping[str, Any]]) -> list[Refused]:
    """What does not take the loan, by reason, the most frequent reason first."""
    by_reason: dict[str, list[str]] = {}
    for price in prices:
        if price["points"] is None:
            by_reason.setdefault(price["reason"], []).append(price["title"])
    ranked = sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Refused(reason, titles) for reason, titles in ranked]


def decimal(value: Any) -> Decimal:
    return numbers.decimal(value) or Decimal(0)


def as_float(value: Any) -> float | None:
    return None if value is None else float(value)
