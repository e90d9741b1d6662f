"""Sealed bids. The database holds envelopes that nobody can read, the openers' public keys, and a record by hashes.

Before the deadline it takes entries only while the sale takes bids, and parts of keys only once it is closed: triggers
see to both, whatever program writes. Those named `…_by_the_clock` read the clock of the database, so that a program
that stamps its entries wrongly, or a server whose clock is slow, takes no late bid and opens none early. The two
seconds are those that a bid may wait for others ahead of it (`services.sealedrecord.ENTERED_WITHIN`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q

from portfolios.domain.sales import EntryKind

if TYPE_CHECKING:
    from decimal import Decimal

RECORD_IS_OPEN = """
    IF NOT EXISTS (
        SELECT 1 FROM portfolios_sale
        WHERE id = NEW.sale_id AND status IN ('open', 'final_round') AND round = NEW.round AND bids_due_at >= NEW.at
    ) THEN
        RAISE EXCEPTION 'The sale takes no bids at this time.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
ENTERED_IN_TIME = """
    IF EXISTS (
        SELECT 1 FROM portfolios_sale
        WHERE id = NEW.sale_id AND bids_due_at + interval '2 seconds' < clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'The deadline has passed by the clock of the database.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
PARTS_AFTER_THE_DEADLINE = """
    IF NOT EXISTS (
        SELECT 1 FROM portfolios_sealedbid b JOIN portfolios_sale s ON s.id = b.sale_id
        WHERE b.id = NEW.bid_id AND s.status = 'closed' AND s.bids_due_at < NEW.given_at
    ) THEN
        RAISE EXCEPTION 'Parts of keys are taken only after the deadline.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
PARTS_NOT_EARLY = """
    IF EXISTS (
        SELECT 1 FROM portfolios_sealedbid b JOIN portfolios_sale s ON s.id = b.sale_id
        WHERE b.id = NEW.bid_id AND s.bids_due_at >= clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'The deadline is still to come by the clock of the database.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


class Opener(models.Model):
    """Who can help to open the bids of a sale. The private key is kept by the opener, wrapped by a passphrase."""

    sale = models.ForeignKey("portfolios.Sale", on_delete=models.CASCADE, related_name="openers")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="openings")
    name = models.SlugField(max_length=40, help_text="How envelopes name this opener.")
    public_key = models.CharField(max_length=64, blank=True, help_text="X25519, base64url; empty until made.")
    wrapped = models.JSONField(null=True, help_text="The private key under a passphrase, if the opener left it here.")
    ready_at = models.DateTimeField(null=True, help_text="When the key was made.")
    rehearsed_at = models.DateTimeField(null=True, help_text="When this opener last opened the rehearsal envelope.")

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["sale", "name"], name="opener_name_once_a_sale"),
            models.UniqueConstraint(fields=["sale", "user"], name="opener_once_a_sale"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.sale.number}"


class SealedBid(models.Model):
    """An entry of the record: an envelope as it came, its receipt, and the hash that chains it to the one before."""

    sale = models.ForeignKey("portfolios.Sale", on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField(help_text="From 1.")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=[(k, k) for k in EntryKind], default=EntryKind.BID)
    bidder = models.ForeignKey("portfolios.Bidder", on_delete=models.PROTECT, null=True, related_name="entries")
    seq = models.PositiveSmallIntegerField(
        help_text="Which of this bidder's bids it is; a new one supersedes the last."
    )
    envelope = models.BinaryField(help_text="Canonical bytes; empty for a withdrawal.")
    receipt = models.CharField(max_length=64)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="The server's clock at the last byte.")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("sale_id", "position")
        constraints = [
            models.UniqueConstraint(fields=["sale", "position"], name="record_position_once"),
            models.UniqueConstraint(fields=["sale", "receipt"], name="receipt_once_a_sale"),
            models.CheckConstraint(
                name="bids_have_a_bidder", condition=Q(kind=EntryKind.RESERVE) | Q(bidder__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="record_is_open", when=pgtrigger.Before, operation=pgtrigger.Insert, func=RECORD_IS_OPEN
            ),
            pgtrigger.Trigger(
                name="entered_by_the_clock", when=pgtrigger.Before, operation=pgtrigger.Insert, func=ENTERED_IN_TIME
            ),
            pgtrigger.Protect(name="record_stays", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.sale.number} entry {self.position}"


class OpeningPart(models.Model):
    """An opener's part of one envelope's key; together k of them open it."""

    bid = models.ForeignKey(SealedBid, on_delete=models.CASCADE, related_name="parts")
    opener = models.ForeignKey(Opener, on_delete=models.PROTECT, related_name="parts")
    group = models.JSONField(help_text="Names of the openers whose parts belong together.")
    part = models.CharField(max_length=64)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("bid_id", "opener_id")
        constraints = [models.UniqueConstraint(fields=["bid", "opener", "group"], name="part_once")]
        triggers = [
            pgtrigger.Trigger(
                name="parts_after_the_deadline",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=PARTS_AFTER_THE_DEADLINE,
            ),
            pgtrigger.Trigger(
                name="parts_by_the_clock", when=pgtrigger.Before, operation=pgtrigger.Insert, func=PARTS_NOT_EARLY
            ),
        ]

    def __str__(self) -> str:
        return f"Part of {self.opener} for {self.bid}"


class OpenedBid(models.Model):
    """What was in an envelope; all of a sale are written in one transaction. A bid's offers are rows of their own."""

    entry = models.OneToOneField(SealedBid, on_delete=models.PROTECT, related_name="opened")
    content = models.JSONField(null=True, help_text="Null where the envelope could not be opened.")
    problem = models.TextField(blank=True, help_text="Why it could not be read; it then has no offers.")
    deposit = models.DecimalField(
        max_digits=20, decimal_places=2, default=0, help_text="What the seller had received at the opening, USD."
    )
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("entry_id",)

    def __str__(self) -> str:
        return f"Opened {self.entry}"


class Offer(models.Model):
    """One of the offers in an envelope: prices by lot, taken together or not at all."""

    bid = models.ForeignKey(OpenedBid, on_delete=models.PROTECT, related_name="offers")
    number = models.PositiveSmallIntegerField(help_text="From 1, in the order of the envelope.")
    prices = models.JSONField(help_text="By lot, as text, in the unit of the lot.")
    conditions = models.JSONField(default=list)
    total: models.DecimalField[Decimal, Decimal] = models.DecimalField(
        max_digits=20, decimal_places=2, default=0, help_text="USD; 0 where its prices cannot be read."
    )
    conforming = models.BooleanField()
    reasons = models.JSONField(default=list, help_text="Every reason why it does not conform.")
    cured_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    cured_note = models.TextField(blank=True)

    class Meta:
        ordering = ("-total", "pk")
        constraints = [models.UniqueConstraint(fields=["bid", "number"], name="offer_number_once_a_bid")]

    def __str__(self) -> str:
        return f"Offer {self.number} of {self.bid}"

    @property
    def code(self) -> str:
        """How the record names it: the receipt of its envelope, and its number."""
        return f"{self.bid.entry.receipt}.{self.number}"
