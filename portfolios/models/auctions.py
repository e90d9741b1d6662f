"""Open auctions: every bid is seen by everybody in the room, follows the one before by an increment, and stays.

Triggers hold the rules whatever program writes: bids come only while the auction runs, one after the other under a lock
of the auction's row, and the end moves only later. Those named `…_by_the_clock` read the clock of the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q

from portfolios.domain.auction import Worth

if TYPE_CHECKING:
    from decimal import Decimal

BID_FOLLOWS = """
    SELECT * INTO auction FROM portfolios_auction WHERE id = NEW.auction_id FOR NO KEY UPDATE;
    SELECT * INTO last_bid FROM portfolios_openbid WHERE auction_id = NEW.auction_id ORDER BY position DESC LIMIT 1;
    IF auction.closed_at IS NOT NULL OR NEW.at < auction.starts_at OR NEW.at > auction.ends_at
       OR NOT EXISTS (SELECT 1 FROM portfolios_sale WHERE id = auction.sale_id AND status = 'auction') THEN
        RAISE EXCEPTION 'The auction does not run at this time.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.position <> coalesce(last_bid.position, 0) + 1
       OR NEW.comparable < last_bid.comparable + auction.increment THEN
        RAISE EXCEPTION 'A bid follows the leading one by at least one increment.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
RULES_STAY = """
    IF OLD.closed_at IS NOT NULL OR NEW.ends_at < OLD.ends_at
       OR (NEW.starts_at, NEW.announced_end, NEW.increment, NEW.extension_minutes, NEW.chain_start, NEW.sale_id)
          IS DISTINCT FROM
          (OLD.starts_at, OLD.announced_end, OLD.increment, OLD.extension_minutes, OLD.chain_start, OLD.sale_id) THEN
        RAISE EXCEPTION 'The rules of an auction stay, its end moves only later, and once over nothing of it changes.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
BID_IN_TIME = """
    IF EXISTS (
        SELECT 1 FROM portfolios_auction
        WHERE id = NEW.auction_id AND ends_at + interval '2 seconds' < clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'The auction is over by the clock of the database.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
ENDED_NOT_EARLY = """
    IF OLD.ends_at >= clock_timestamp() THEN
        RAISE EXCEPTION 'The auction still runs by the clock of the database.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


def dollars() -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(max_digits=20, decimal_places=2, default=0)


class Auction(models.Model):
    """One auction over all lots of a sale together, to one buyer, by rules announced with the sale. Amounts in USD."""

    sale = models.OneToOneField("portfolios.Sale", on_delete=models.CASCADE, related_name="auction")
    starts_at = models.DateTimeField()
    announced_end = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="As late bids moved it, by the announced rule.")
    increment = dollars()
    extension_minutes = models.PositiveSmallIntegerField(default=0)
    stalking_horse = models.ForeignKey(
        "portfolios.Bidder", on_delete=models.PROTECT, null=True, blank=True, related_name="stalked"
    )
    break_up_fee = dollars()
    expense_cap = dollars()
    chain_start = models.CharField(max_length=64, help_text="Behind the head of the sealed record.")
    head = models.CharField(max_length=64, blank=True, help_text="Hash of the last bid, once it is over.")
    count = models.PositiveIntegerField(null=True, help_text="Bids, once it is over.")
    prices = models.JSONField(default=dict, help_text="What the winner's price is for each lot, in its unit.")
    started_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ends_at"], condition=Q(closed_at=None), name="auction_running")]
        constraints = [
            models.CheckConstraint(name="auction_ends_after_it_starts", condition=Q(announced_end__gt=F("starts_at"))),
            models.CheckConstraint(name="auction_rises", condition=Q(increment__gt=0)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="auction_rules_stay", when=pgtrigger.Before, operation=pgtrigger.Update, func=RULES_STAY
            ),
            pgtrigger.Trigger(
                name="ended_by_the_clock",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("closed_at"),
                condition=pgtrigger.Q(old__closed_at__isnull=True, new__closed_at__isnull=False),
                func=ENDED_NOT_EARLY,
            ),
        ]

    def __str__(self) -> str:
        return f"Auction of {self.sale.number}"


class Seat(models.Model):
    """A bidder in the room, and what the seller counts for or against its price; fixed before the first bid."""

    auction = models.ForeignKey(Auction, on_delete=models.CASCADE, related_name="seats")
    bidder = models.ForeignKey("portfolios.Bidder", on_delete=models.PROTECT, related_name="seats")
    sealed_total = dollars()
    sealed_amounts = models.JSONField(default=dict, help_text="USD by lot, of the sealed bid that qualified it.")
    sealed_code = models.CharField(max_length=80, help_text="Code of that offer.")
    assumed = dollars()
    cure_costs = dollars()
    credit_limit = dollars()
    basis = models.TextField(blank=True, help_text="How these values were found.")

    class Meta:
        ordering = ("bidder__organization__name",)
        constraints = [models.UniqueConstraint(fields=["auction", "bidder"], name="seat_once_an_auction")]
        triggers = [pgtrigger.Protect(name="seats_stay", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.bidder.organization} in {self.auction}"


class OpenBid(models.Model):
    """A bid in the open. The first of an auction is its baseline: the best sealed bid, or the stalking horse's."""

    auction = models.ForeignKey(Auction, on_delete=models.CASCADE, related_name="bids")
    position = models.PositiveIntegerField(help_text="From 1.")
    bidder = models.ForeignKey("portfolios.Bidder", on_delete=models.PROTECT, related_name="open_bids")
    price = dollars()
    assumed = dollars()
    break_up = dollars()
    cure_costs = dollars()
    comparable = dollars()
    credit = models.BooleanField(default=False, help_text="Paid with the debt that the seller owes the bidder.")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="The server's clock.")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("auction_id", "position")
        constraints = [
            models.UniqueConstraint(fields=["auction", "position"], name="open_bid_position_once"),
            models.CheckConstraint(
                name="comparable_is_the_sum",
                condition=Q(comparable=F("price") + F("assumed") - F("break_up") - F("cure_costs")),
            ),
            models.CheckConstraint(name="open_bid_pays", condition=Q(price__gt=0)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="bid_follows",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("auction", "portfolios_auction%ROWTYPE"), ("last_bid", "portfolios_openbid%ROWTYPE")],
                func=BID_FOLLOWS,
            ),
            pgtrigger.Trigger(
                name="open_bid_by_the_clock", when=pgtrigger.Before, operation=pgtrigger.Insert, func=BID_IN_TIME
            ),
            pgtrigger.Protect(name="open_bids_stay", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Bid {self.position} of {self.auction}"

    @property
    def worth(self) -> Worth:
        return Worth(self.price, self.assumed, self.break_up, self.cure_costs)
