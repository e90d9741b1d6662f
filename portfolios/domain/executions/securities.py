"""Agency pools: a coupon alone, shared with other lenders, or filled with one kind of loans for a pay-up."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from portfolios.domain.executions.book import Book
from portfolios.domain.executions.coupons import Coupon, Worth, servicing_choices
from portfolios.domain.executions.market import AGENCY_TITLES, GOVERNMENT, Market
from portfolios.domain.executions.quotes import Outlet, Quote, Screen, micros
from portfolios.domain.executions.standards import share_rules
from portfolios.domain.executions.stories import TITLES, of_story
from portfolios.domain.poolrules import PoolRules, product_months

Row = Mapping[str, Any]
LONG = 30


def quotes(book: Book, market: Market) -> Iterator[Quote]:
    """Quotes of every agency pool that the grids price for the month of issue."""
    screens: dict[tuple[str, int], Screen] = {}
    for row in market.of("mbs"):
        fee = _row_for(market, "guaranty_fees", row)
        if row["settlement"] != market.month or fee is None:
            continue
        rules = market.rules(row["agency"])
        key = (str(row["agency"]), int(row["term"]))
        if key not in screens:
            screens[key] = agency_screen(book, market, key[0], key[1], rules)
        yield from _of_coupon(book, market, Coupon(row, fee, rules, screens[key]))


def unpriced(market: Market) -> list[str]:
    """Sentences on coupons that the grids price without the fees that are needed, or for another month."""
    rows = market.of("mbs")
    lacking = {
        (row["agency"], row["term"], row["coupon"]) for row in rows if not _row_for(market, "guaranty_fees", row)
    }
    later = {row["settlement"] for row in rows} - {market.month}
    found = [
        f"No guaranty fee for {AGENCY_TITLES[agency]} {term}-year {coupon:g}, so this coupon was left out."
        for agency, term, coupon in sorted(lacking)
    ]
    if later:
        found.append(
            f"Prices for settlement in {', '.join(sorted(later))} were not used: the plan is for {market.month}."
        )
    return found


def _row_for(market: Market, kind: str, coupon: Row) -> Row | None:
    same = ("agency", "term", "coupon")
    return next((row for row in market.of(kind) if all(row[name] == coupon[name] for name in same)), None)


def agency_screen(
    book: Book, market: Market, agency: str, term: int, rules: PoolRules, *, pooled: bool = True
) -> Screen:
    """Which loans the agency buys at all in a product of that term."""
    screen, numbers, flags = Screen(len(book)), book.numbers, book.flags
    product = "government" if agency == GOVERNMENT else "conventional"
    least, most = product_months(term, pooled=pooled)
    screen.refuse("product", ~book.product(product))
    screen.refuse("lien", ~flags["first_lien"])
    screen.refuse("adjustable", ~flags["fixed"])
    screen.refuse("blank", np.isnan(numbers["rate"]) | np.isnan(numbers["months"]) | np.isnan(numbers["age"]))
    screen.refuse("term", ~((numbers["months"] >= least) & (numbers["months"] <= most)))
    if agency != GOVERNMENT:
        screen.refuse("blank", ~flags["limit_known"])
        screen.refuse("over_limit", flags["over_limit"])
    screen.refuse("delinquent", flags["delinquent"])
    screen.refuse("late", (numbers["late"] > (rules.get("late_payments") or 0.0)) & (numbers["age"] <= 12))
    adjusters = market.adjusters_of(book, agency)
    screen.refuse("blank", adjusters.blank)
    screen.refuse("no_adjuster", adjusters.absent)
    screen.refuse("refused", adjusters.refused)
    return screen


def _of_coupon(book: Book, market: Market, coupon: Coupon) -> Iterator[Quote]:
    screen = coupon.screen.copy()
    if coupon.term == LONG and coupon.rules.get("months_left") is not None:
        screen.refuse("months_left", ~(book.numbers["left"] > coupon.rules.number("months_left")))
    for keeps, worth in servicing_choices(book, market, coupon, screen):
        priced = screen.copy()
        priced.refuse("no_servicing", np.isnan(worth.total))
        yield from _pools(book, market, coupon, priced, worth, keeps=keeps)


def _pools(
    book: Book, market: Market, coupon: Coupon, screen: Screen, worth: Worth, *, keeps: bool | None
) -> Iterator[Quote]:
    """The single-lender pool, the share of a multi-lender pool, and the specified pools of one coupon."""
    minimum = coupon.rules.cents("pool_minimum")
    standard = screen.copy()
    standard.refuse("ltv", book.numbers["ltv"] > (coupon.rules.get("most_ltv") or np.inf))
    yield _pool(book, market, coupon, standard, worth, kind="mbs", minimum=minimum, keeps=keeps)
    shared = _row_for(market, "multi_lender", coupon.row)
    if shared is not None and shared["settlement"] == market.month:
        young = standard.copy()
        young.refuse("seasoned", book.numbers["age"] > (coupon.rules.get("most_seasoning") or np.inf))
        yield _pool(
            book, market, coupon, young, worth, kind="multi_lender", minimum=coupon.rules.cents("share_minimum"),
            keeps=keeps, over=float(shared["over_tba"]),
        )  # fmt: skip
    for row in market.of("pay_ups"):
        if all(row[name] == coupon.row[name] for name in ("agency", "term", "coupon")):
            told = standard.copy()
            told.refuse("story", ~of_story(book, row["story"]))
            if told.taken.any():
                yield _pool(
                    book, market, coupon, told, worth, kind="pay_ups", minimum=minimum, keeps=keeps,
                    over=float(row["pay_up"]), story=str(row["story"]),
                )  # fmt: skip


def _pool(
    book: Book,
    market: Market,
    coupon: Coupon,
    screen: Screen,
    worth: Worth,
    *,
    kind: str,
    minimum: int,
    keeps: bool | None,
    over: float = 0.0,
    story: str = "",
) -> Quote:
    apart = "" if keeps is None else ".kept" if keeps else ".released"
    label = {"mbs": "", "multi_lender": ", multi-lender", "pay_ups": f", {TITLES.get(story, '')}"}[kind]
    servicing = "" if keeps is None else ", servicing kept" if keeps else ", servicing released"
    outlet = Outlet(
        code=f"{coupon.code}.{story or kind}{apart}",
        title=f"{coupon.title}{label}{servicing}",
        kind=kind,
        agency=coupon.agency,
        term=coupon.term,
        coupon=coupon.rate,
        story=story,
        minimum=minimum,
        fixed_cost=market.terms.pool_cost if kind != "multi_lender" else 0,
        rules=share_rules(book, coupon.rules, screen.taken, story=story),
        keeps_servicing=bool(keeps),
    )
    loans = np.flatnonzero(screen.taken)
    parts = {name: micros(points, loans) for name, points in worth.parts.items()}
    parts["base"] = np.full(len(loans), micros(float(coupon.row["price"])))
    parts["pay_up"] = np.full(len(loans), micros(over))
    parts["adjusters"] = micros(market.adjusters_of(book, coupon.agency).points, loans)
    return Quote(outlet, screen.refused, parts, worth.to[loans], worth.names, coupon.agency)
