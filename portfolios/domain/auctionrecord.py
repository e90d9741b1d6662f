"""The record of an open auction, chained by hashes to the sealed record before it, and checked again as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolios.domain.auction import Worth, least_price, moved_end
from portfolios.domain.sealing import canonical


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid as everybody in the room saw it; `at` is the server's clock, UTC, to the microsecond."""

    position: int
    bidder: str
    worth: Worth
    at: datetime
    credit: bool = False
    hash: str = ""

    @property
    def price(self) -> Decimal:
        return self.worth.price

    @property
    def comparable(self) -> Decimal:
        return self.worth.comparable


@dataclass(frozen=True, slots=True)
class Auction:
    """An auction as published: where its chain begins, its rules, and every bid in order. The first is the baseline."""

    start: str
    begins: datetime
    announced_end: datetime
    increment: Decimal
    extension_minutes: int
    head: str
    count: int
    bids: tuple[Bid, ...]
    prices: Mapping[str, Decimal]  # of the winner, by lot
    offers: Mapping[str, str]  # by bidder: code of the sealed offer that qualified it

    @property
    def winner(self) -> Bid | None:
        return self.bids[-1] if self.bids else None

    @property
    def back_up(self) -> Bid | None:
        """The best bid of another bidder, which stands by until the winner has paid."""
        others = [bid for bid in self.bids if self.winner and bid.bidder != self.winner.bidder]
        return others[-1] if others else None

    @property
    def winning_offer(self) -> str:
        """Code of the offer that the winner's price became: number 0 of the envelope that qualified it."""
        return offer_zero(self.offers[self.winner.bidder]) if self.winner else ""

    @property
    def end(self) -> datetime:
        """When it ended by the announced rule."""
        end = self.announced_end
        for bid in self.bids[1:]:
            end = moved_end(end, bid.at, self.extension_minutes)
        return end


def offer_zero(code: str) -> str:
    """The code under which a price of the open auction stands beside the sealed offers of the same envelope."""
    return f"{code.partition('.')[0]}.0"


def chain_start(sale: str, sealed_head: str) -> str:
    """Where the chain of an auction begins: behind the last entry of the sealed record."""
    return hashlib.sha256(canonical({"auction": sale, "behind": sealed_head})).hexdigest()


def chained(before: str, bid: Bid) -> str:
    """The hash of a bid behind the one before."""
    worth = bid.worth
    line = {
        "before": before,
        "position": bid.position,
        "bidder": bid.bidder,
        "price": money(worth.price),
        "assumed": money(worth.assumed),
        "break_up": money(worth.break_up),
        "cure_costs": money(worth.cure_costs),
        "credit": int(bid.credit),
        "at": _written(bid.at),
    }
    return hashlib.sha256(canonical(line)).hexdigest()


def money(amount: Decimal) -> str:
    """An amount as the record writes it: two decimals, always."""
    return f"{amount:.2f}"


def with_hashes(start: str, bids: Iterable[Bid]) -> Iterator[Bid]:
    """The bids with their hashes, one behind the other."""
    last = start
    for bid in bids:
        last = chained(last, bid)
        yield replace(bid, hash=last)


def problems(auction: Auction) -> list[str]:
    """Everything that does not hold about a record: its chain, its increments, its clock; each names the bid."""
    return [*_chain(auction), *_rules(auction)]


def _chain(auction: Auction) -> Iterator[str]:
    last = auction.start
    for bid in auction.bids:
        last = chained(last, bid)
        if last != bid.hash:
            yield f"Bid {bid.position} does not follow from the one before it: the record was changed."
            return
    if auction.head != last or auction.count != len(auction.bids):
        yield f"The auction ends after {len(auction.bids)} bids at another hash than was published."


def _rules(auction: Auction) -> Iterator[str]:
    end = auction.announced_end
    for before, bid in zip(auction.bids, auction.bids[1:], strict=False):
        if bid.price < least_price(before.comparable, auction.increment, bid.worth):
            yield f"Bid {bid.position} is less than one increment above the bid before it."
        if not auction.begins <= bid.at <= end:
            yield f"Bid {bid.position} was taken while the auction did not run."
        end = moved_end(end, bid.at, auction.extension_minutes)


class NotAnAuction(ValueError):
    """What was read is not the record of an auction."""


def auction_to_json(auction: Auction) -> dict[str, Any]:
    """The auction as part of the published record."""
    return {
        "start": auction.start,
        "begins": _written(auction.begins),
        "announced_end": _written(auction.announced_end),
        "increment": money(auction.increment),
        "extension_minutes": auction.extension_minutes,
        "head": auction.head,
        "count": auction.count,
        "bids": [_bid_to_json(bid) for bid in auction.bids],
        "prices": {code: str(price) for code, price in auction.prices.items()},
        "offers": dict(auction.offers),
    }


def _bid_to_json(bid: Bid) -> dict[str, Any]:
    return {
        "position": bid.position,
        "bidder": bid.bidder,
        "price": money(bid.worth.price),
        "assumed": money(bid.worth.assumed),
        "break_up": money(bid.worth.break_up),
        "cure_costs": money(bid.worth.cure_costs),
        "credit": bid.credit,
        "at": _written(bid.at),
        "hash": bid.hash,
    }


def auction_from_json(found: Any) -> Auction:
    """An auction as published; NotAnAuction where it is anything else."""
    try:
        return Auction(
            start=str(found["start"]),
            begins=datetime.fromisoformat(found["begins"]),
            announced_end=datetime.fromisoformat(found["announced_end"]),
            increment=Decimal(found["increment"]),
            extension_minutes=int(found["extension_minutes"]),
            head=str(found["head"]),
            count=int(found["count"]),
            bids=tuple(map(_bid, found["bids"])),
            prices={str(code): Decimal(price) for code, price in found["prices"].items()},
            offers={str(bidder): str(code) for bidder, code in found["offers"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise NotAnAuction("This is not the record of an auction.") from error


def _bid(found: Mapping[str, Any]) -> Bid:
    worth = Worth(*(Decimal(found[name]) for name in ("price", "assumed", "break_up", "cure_costs")))
    at = datetime.fromisoformat(found["at"])
    return Bid(int(found["position"]), str(found["bidder"]), worth, at, bool(found["credit"]), str(found["hash"]))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
