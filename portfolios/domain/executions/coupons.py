"""One coupon of an agency, and what servicing and fees are worth for each loan in it: kept, or sold with the loan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.executions.book import Book, Flags, Floats
from portfolios.domain.executions.coupon import CouponTerms, Multiples, Split, split
from portfolios.domain.executions.market import AGENCY_TITLES, Market
from portfolios.domain.executions.quotes import RETAINED, Screen
from portfolios.domain.executions.servicing import released, retained
from portfolios.domain.poolrules import PoolRules

Row = Mapping[str, Any]
NOTHING = Multiples(0.0, 0.0, 0.0, 0.0)
SPLIT_PARTS = ("servicing", "excess_servicing", "buy_up", "buy_down", "srp")


@dataclass(frozen=True)
class Coupon:
    """One coupon of an agency with what it takes to price it."""

    row: Row
    fee: Row
    rules: PoolRules
    screen: Screen

    @property
    def agency(self) -> str:
        return str(self.row["agency"])

    @property
    def term(self) -> int:
        return int(self.row["term"])

    @property
    def rate(self) -> float:
        return float(self.row["coupon"])

    @property
    def title(self) -> str:
        return f"{AGENCY_TITLES[self.agency]} {self.term}-year {self.rate:.1f}"

    @property
    def code(self) -> str:
        return f"{self.agency}.{self.term}.{self.rate:.2f}"


@dataclass
class Worth:
    """What servicing and fees are worth for each loan, points; `to` numbers who has the servicing (0: the lender)."""

    parts: dict[str, Floats]
    to: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def total(self) -> Floats:
        return np.asarray(sum(self.parts.values()))


def servicing_choices(
    book: Book, market: Market, coupon: Coupon, screen: Screen
) -> Iterator[tuple[bool | None, Worth]]:
    """One choice with the better of keeping and releasing; both apart where a budget limits what is kept."""
    window = split(book.numbers["rate"], coupon.rate, coupon.fee["contract_fee"], _terms(coupon.rules), NOTHING)
    spread = book.numbers["rate"] - coupon.rate
    screen.refuse("spread_low", ~window.inside & (spread < coupon.rules.number("most_spread")))
    screen.refuse("spread_high", ~window.inside)
    kept, sold = _kept(book, market, coupon, screen), _sold(book, market, coupon, screen)
    if market.terms.servicing is None:
        yield None, _better(kept, sold)
    else:
        yield True, kept
        yield False, sold


def _terms(rules: PoolRules, *, releases: bool = False) -> CouponTerms:
    base = rules.number("base_servicing")
    most = base if releases else rules.number("most_servicing")
    return CouponTerms(
        rules.number("least_spread"), rules.number("most_spread"), base, most, rules.number("most_buy_up")
    )


def _multiples(coupon: Coupon, base: float, excess: float) -> Multiples:
    return Multiples(base, excess, float(coupon.fee["buy_up_ratio"]), float(coupon.fee["buy_down_ratio"]))


def _kept(book: Book, market: Market, coupon: Coupon, screen: Screen) -> Worth:
    worth, terms = _blank(len(book), (RETAINED,)), _terms(coupon.rules)
    rows = retained(book, market.of("servicing_multiples"), agency=coupon.agency, term=coupon.term)
    priced = np.zeros(len(book), dtype=bool)
    for fits, base, excess in rows:
        fits &= screen.taken
        at = _split(book, coupon, fits, terms, _multiples(coupon, base, excess))
        values = {
            "servicing": np.full(int(fits.sum()), terms.base_servicing * base),
            "excess_servicing": at.excess_servicing * excess,
            **_fees(coupon, at),
            "srp": np.zeros(int(fits.sum())),
        }
        for name, points in values.items():
            worth.parts[name][fits] = np.where(at.eligible, points, np.nan)
        priced |= fits
        _refuse_split(screen, fits, at)
    return worth


def _sold(book: Book, market: Market, coupon: Coupon, screen: Screen) -> Worth:
    best = released(book, market.of("servicing_released"), agency=coupon.agency, term=coupon.term)
    worth = _blank(len(book), (RETAINED, *best.buyers))
    fits = screen.taken & ~np.isnan(best.points)
    at = _split(book, coupon, fits, _terms(coupon.rules, releases=True), _multiples(coupon, 0.0, 0.0))
    zero = np.zeros(int(fits.sum()))
    values = {"servicing": zero, "excess_servicing": zero, **_fees(coupon, at), "srp": best.points[fits]}
    for name, points in values.items():
        worth.parts[name][fits] = np.where(at.eligible, points, np.nan)
    worth.to[:] = best.buyer + 1
    return worth


def _split(book: Book, coupon: Coupon, fits: Flags, terms: CouponTerms, worth: Multiples) -> Split:
    return split(
        book.numbers["rate"][fits], coupon.rate, coupon.fee["contract_fee"], terms, worth,
        book.numbers["lender_paid"][fits],
    )  # fmt: skip


def _fees(coupon: Coupon, at: Split) -> dict[str, Floats]:
    return {
        "buy_up": at.buy_up * float(coupon.fee["buy_up_ratio"]),
        "buy_down": -at.buy_down * float(coupon.fee["buy_down_ratio"]),
    }


def _refuse_split(screen: Screen, fits: Flags, at: Split) -> None:
    """Keeping servicing takes up the most: what it cannot take, releasing cannot either."""
    for code, which in (("split_low", at.buy_down > 0), ("split_high", at.buy_down <= 0)):
        refused = np.zeros(len(fits), dtype=bool)
        refused[np.flatnonzero(fits)] = ~at.eligible & which
        screen.refuse(code, refused)


def _blank(loans: int, names: tuple[str, ...]) -> Worth:
    return Worth({name: np.full(loans, np.nan) for name in SPLIT_PARTS}, np.zeros(loans, dtype=np.int64), names)


def _better(kept: Worth, sold: Worth) -> Worth:
    """Of each loan the better of the two; the same counts as kept."""
    sells = np.isnan(kept.total) | (sold.total > kept.total)
    parts = {name: np.where(sells, sold.parts[name], kept.parts[name]) for name in SPLIT_PARTS}
    return Worth(parts, np.where(sells, sold.to, 0), sold.names)
