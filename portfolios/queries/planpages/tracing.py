"""Where each part of a price comes from: the row of the grid that says it, and the arithmetic from there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from config.ui import numbers
from portfolios.domain.executions.wholeloans import slug
from portfolios.models.plans import PoolingPlan, PriceGrid

COUPON = re.compile(r"(?P<agency>\w+)\.(?P<term>\d+)\.(?P<coupon>\d+\.\d+)\.(?P<story>\w+?)(?:\.(?:kept|released))?")
CASH = re.compile(r"(?P<agency>\w+)\.cash\.(?P<servicing>kept|released)")
NAMED = re.compile(r"(?:aggregator|retain|bid\.\d+)\.(?P<name>.+)")
SERVICING = {"kept": "retained", "released": "released"}
CLOSE = 5e-7  # half of the last decimal that grids keep
ROWS_OF_A_PAGE = 200
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A row of a grid, the column whose number is used, and how the part follows from it."""

    grid: PriceGrid
    number: int
    working: str = ""
    column: str = ""

    @property
    def address(self) -> str:
        """The row on the grid's page."""
        begin = (self.number - 1) // ROWS_OF_A_PAGE * ROWS_OF_A_PAGE
        query = f"?after={begin}" if begin else ""
        return f"{self.grid.get_absolute_url()}{query}#row-{self.number}"


@dataclass(frozen=True)
class Tracer:
    """Finds the rows behind the prices of a plan. `facts` are the note rate (percent) and balance (USD) of the loan."""

    plan: PoolingPlan
    rate: float | None
    balance: float | None

    @cached_property
    def grids(self) -> list[PriceGrid]:
        return list(self.plan.grids.order_by("loaded_at", "pk"))

    def sources(self, offer: Row) -> dict[str, Source]:
        """The source of every part of an offer (a row of `prices_of`) that leads back to one row of a grid."""
        found = {part: self._of(part, offer) for part in _FINDERS if _says(offer.get(part))}
        return {part: source for part, source in found.items() if source}

    def adjusters(self, offer: Row) -> Iterator[tuple[str, float, Source | None, str]]:
        """Every adjuster of an offer: name, points, and its row of a grid, or the published table in words."""
        for line in (offer.get("adjusters_from") or "").splitlines():
            name, points, place = line.split("\t")
            table, _, number = place.rpartition(":")
            grid = next((each for each in self.grids if str(each.pk) == table), None)
            source = Source(grid, int(number), column="points") if grid else None
            yield name, float(points), source, "" if source else _published(table, number)

    def _of(self, part: str, offer: Row) -> Source | None:
        for kind, wanted, column in _FINDERS[part](offer, self.plan.summary.get("settlement", "")):
            for grid, number, row in self._rows(kind):
                if self._fits(row, wanted) and _agrees(row, column, offer[part]):
                    used = column or RATIOS.get(part, "value")
                    return Source(grid, number, _working(part, row, column, offer[part]), used)
        return None

    def _rows(self, kind: str) -> Iterator[tuple[PriceGrid, int, Row]]:
        for grid in self.grids:
            if grid.kind == kind:
                yield from ((grid, number, row) for number, row in enumerate(grid.rows, start=1))

    def _fits(self, row: Row, wanted: Mapping[str, Any]) -> bool:
        return all(_same(row.get(name), value) for name, value in wanted.items()) and all(
            _within(value, row.get(f"{stem}_min"), row.get(f"{stem}_max"))
            for stem, value in (("rate", self.rate), ("balance", self.balance))
        )


Search = tuple[str, dict[str, Any], str | None]
"""A kind of grid, what its row has to say, and the column that agrees with the part (None: it is worked out)."""


def _base(offer: Row, settlement: str) -> Iterator[Search]:
    if coupon := _coupon(offer):
        yield "mbs", {**coupon, "settlement": settlement}, "price"
    elif found := CASH.fullmatch(offer["pool"]):
        yield "cash_window", {"agency": found["agency"], "servicing": SERVICING[found["servicing"]]}, "price"
    elif name := NAMED.fullmatch(offer["pool"]):
        slug = _Slug(name["name"])
        yield "aggregators", {"buyer": slug}, "price"
        yield "bulk_bids", {"bidder": slug}, "price"
        yield "retain", {"name": slug, "basis": "price"}, "value"
        yield "retain", {"name": slug, "basis": "yield"}, None


def _pay_up(offer: Row, settlement: str) -> Iterator[Search]:
    coupon = _coupon(offer)
    yield "multi_lender", {**coupon, "settlement": settlement}, "over_tba"
    found = COUPON.fullmatch(offer["pool"])
    yield "pay_ups", {**coupon, "story": found["story"] if found else ""}, "pay_up"


def _fee(column: str) -> Any:
    def search(offer: Row, settlement: str) -> Iterator[Search]:
        yield "guaranty_fees", _coupon(offer), None

    return search


def _multiple(offer: Row, settlement: str) -> Iterator[Search]:
    yield "servicing_multiples", _agency(offer), None


def _premium(offer: Row, settlement: str) -> Iterator[Search]:
    yield "servicing_released", {**_agency(offer), "buyer": offer.get("servicing_to")}, "srp"
    if name := NAMED.fullmatch(offer["pool"]):
        yield "aggregators", {"buyer": _Slug(name["name"])}, "srp"


_FINDERS: dict[str, Any] = {
    "base": _base,
    "pay_up": _pay_up,
    "srp": _premium,
    "servicing": _multiple,
    "excess_servicing": _multiple,
    "buy_up": _fee("buy_up_ratio"),
    "buy_down": _fee("buy_down_ratio"),
}
PUBLISHED = {
    "llpa_score_ltv": "Published adjustments by score and LTV",
    "llpa_attributes": "Published adjustments by feature",
}
RATIOS = {
    "servicing": "base_multiple",
    "excess_servicing": "excess_multiple",
    "buy_up": "buy_up_ratio",
    "buy_down": "buy_down_ratio",
}


def _coupon(offer: Row) -> dict[str, Any]:
    """Agency, term and coupon of an agency's pool, as its grids name them; nothing for other offers."""
    found = COUPON.fullmatch(offer["pool"])
    return {"agency": found["agency"], "term": found["term"], "coupon": float(found["coupon"])} if found else {}


def _agency(offer: Row) -> dict[str, Any]:
    if coupon := _coupon(offer):
        return {"agency": coupon["agency"], "term": coupon["term"]}
    found = CASH.fullmatch(offer["pool"])
    return {"agency": found["agency"]} if found else {}


class _Slug(str):
    """A name as codes of pools write it: it equals every name that is written so."""

    __slots__ = ()


def _same(said: Any, wanted: Any) -> bool:
    if isinstance(wanted, _Slug):
        return slug(str(said)) == str(wanted)
    if isinstance(wanted, float):
        return said is not None and abs(float(said) - wanted) < CLOSE
    return str(said) == str(wanted)


def _within(value: float | None, low: Any, high: Any) -> bool:
    """Whether a value lies in the range of a row; a blank of the loan fits only where the row asks nothing."""
    if low is None and high is None:
        return True
    if value is None:
        return False
    return (low is None or float(low) <= value) and (high is None or value <= float(high))


def _agrees(row: Row, column: str | None, points: float) -> bool:
    return column is None or abs(float(row[column]) - points) < CLOSE


def _published(table: str, number: str) -> str:
    """A line of a published table in words; empty where the table is not known."""
    return f"{PUBLISHED[table]}, line {number} of {table}.csv" if table in PUBLISHED else ""


def _says(points: Any) -> bool:
    return points is not None and abs(points) >= CLOSE


def _working(part: str, row: Row, column: str | None, points: float) -> str:
    """The arithmetic of a part that is a percentage times a ratio of the row."""
    if part not in RATIOS:
        if column is None:
            return f"discounted at {numbers.rate(row['value'])}"
        return ""
    ratio = float(row[RATIOS[part]])
    if not ratio:
        return ""
    return f"{numbers.rate(abs(points) / ratio)} at {numbers.number(ratio, 3)} points a percent"
