"""Sales: lots offered to invited bidders on announced terms, with what was asked, changed and shown on the way."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from portfolios.domain.sales import (
    SEEN_BY_BIDDERS,
    TAKES_BIDS,
    AssetClass,
    BidderStatus,
    LotStatus,
    PriceUnit,
    SaleStatus,
)

if TYPE_CHECKING:
    from accounts.models import User

CLOSED_NOT_EARLY = """
    IF OLD.bids_due_at >= clock_timestamp() THEN
        RAISE EXCEPTION 'The deadline is still to come by the clock of the database.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


def document_path(document: SaleDocument, filename: str) -> str:
    return f"sales/{document.sale_id}/{uuid.uuid4().hex}"


class SaleQuerySet(models.QuerySet["Sale"]):
    def visible_to(self, user: User) -> SaleQuerySet:
        """The seller's own; for bidders those they are invited to, once announced; for openers those they open.

        Openers see the draft too, because they make their keys before the announcement. A draft that was given up is
        never seen by those who were to be invited.
        """
        own, opener = Q(seller_id=user.organization_id), Q(openers__user=user)
        announced = Q(status__in=SEEN_BY_BIDDERS, announced_at__isnull=False)
        invited = announced & Q(bidders__organization_id=user.organization_id)
        return self.filter(own | invited | opener).distinct()

    def sold_by(self, user: User) -> SaleQuerySet:
        return self.filter(seller_id=user.organization_id)


class Sale(models.Model):
    number = models.CharField(max_length=20, unique=True, help_text="S-2026-0001, counted by year.")
    name = models.CharField(max_length=120)
    seller = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="sales")
    kind = models.CharField(max_length=24, help_text="Code of the kind, from the table of kinds.")
    status = models.CharField(max_length=12, choices=[(s, s) for s in SaleStatus], default=SaleStatus.DRAFT)
    time_zone = models.CharField(max_length=40, help_text="IANA name; dates and times of the sale are said in it.")
    terms = models.JSONField(
        default=dict, help_text="Announced terms: ties, linked bids, conditions, deposit, openers."
    )
    terms_hash = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of terms, lots and openers as announced."
    )
    tape_sha256 = models.CharField(max_length=64, blank=True, help_text="Over the tapes of all lots; a bid names it.")
    round = models.PositiveSmallIntegerField(default=1)
    cut_off_on = models.DateField(null=True)
    announced_at = models.DateTimeField(null=True)
    bids_due_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True, help_text="The first deadline, once there is a further round.")
    award_due_on = models.DateField(null=True)
    settles_on = models.DateField(null=True)
    closed_head = models.CharField(
        max_length=64, blank=True, help_text="Hash of the record's last entry at the deadline."
    )
    closed_count = models.PositiveIntegerField(null=True, help_text="Entries of the record at the deadline.")
    opened_at = models.DateTimeField(null=True)
    awarded_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = SaleQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["status", "bids_due_at"], name="sale_by_deadline")]
        constraints = [
            models.CheckConstraint(
                name="announced_sales_have_a_deadline",
                condition=Q(status__in=[SaleStatus.DRAFT, SaleStatus.CANCELLED])
                | Q(announced_at__isnull=False, bids_due_at__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="closed_by_the_clock",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Q(old__status__in=TAKES_BIDS, new__status=SaleStatus.CLOSED),
                func=CLOSED_NOT_EARLY,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("portfolios:sale", args=[self.number])


class Lot(models.Model):
    """What is sold as one piece. A mortgage lot is a bundle; of a customer list only counts are known here."""

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="lots")
    code = models.CharField(max_length=8, help_text="A, B, C …")
    name = models.CharField(max_length=120)
    asset_class = models.CharField(max_length=16, choices=[(c, c) for c in AssetClass], default=AssetClass.MORTGAGE)
    status = models.CharField(max_length=12, choices=[(s, s) for s in LotStatus], default=LotStatus.OFFERED)
    bundle = models.ForeignKey("portfolios.Bundle", on_delete=models.PROTECT, null=True, related_name="lots")
    loan_count = models.PositiveIntegerField(default=0, help_text="Loans, or records of a list.")
    upb = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    unit = models.CharField(
        max_length=8, choices=[(u, u) for u in PriceUnit], default=PriceUnit.PERCENT, help_text="What a price is in."
    )
    tape_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the list of loans as last published.")
    summary = models.JSONField(default=dict, help_text="Totals and strata that bidders see.")
    details = models.JSONField(default=dict, help_text="Of a list: fields, consent, policy, ombudsman.")

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=["sale", "code"], name="lot_code_once_a_sale"),
            models.UniqueConstraint(fields=["sale", "bundle"], name="bundle_once_a_sale"),
        ]

    def __str__(self) -> str:
        return f"{self.sale.number} lot {self.code}"


class Bidder(models.Model):
    """An invited organization: what it signed, whether it may bid, and until when."""

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="bidders")
    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="biddings")
    status = models.CharField(max_length=12, choices=[(s, s) for s in BidderStatus], default=BidderStatus.INVITED)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    agreement_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the confidentiality text that was signed."
    )
    signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    statement = models.JSONField(default=dict, help_text="The qualification statement: answers by question.")
    qualified_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    qualified_until = models.DateField(null=True)
    deposit = models.DecimalField(max_digits=20, decimal_places=2, default=0, help_text="Received, USD.")
    note = models.TextField(blank=True, help_text="Why it was barred or declined.")

    class Meta:
        ordering = ("organization__name",)
        constraints = [models.UniqueConstraint(fields=["sale", "organization"], name="bidder_once_a_sale")]

    def __str__(self) -> str:
        return f"{self.organization} in {self.sale.number}"


class Addendum(models.Model):
    """A change of what is sold after the announcement: bids sealed before it name the tape before it."""

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    changes = models.JSONField(default=dict, help_text="Loans dropped and fields changed, by lot.")
    tape_sha256 = models.CharField(max_length=64)
    replaces_sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        verbose_name_plural = "addenda"
        constraints = [models.UniqueConstraint(fields=["sale", "number"], name="addendum_number_once_a_sale")]

    def __str__(self) -> str:
        return f"Addendum {self.number} of {self.sale.number}"


class Question(models.Model):
    """A bidder's question. The answer goes to all; who asked is seen by nobody but the asker."""

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="questions")
    bidder = models.ForeignKey(Bidder, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"Question {self.pk} of {self.sale.number}"


class SaleDocument(models.Model):
    """A file of the data room, kept byte for byte, opened by tier."""

    TIERS = ((1, "announcement"), (2, "confidential"), (3, "qualified"))

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=200)
    tier = models.PositiveSmallIntegerField(choices=TIERS, default=2)
    file = models.FileField(upload_to=document_path, max_length=200)
    filename = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("tier", "title")

    def __str__(self) -> str:
        return self.title


class DocumentAccess(models.Model):
    """Who opened which document, and when; kept as it was written."""

    document = models.ForeignKey(SaleDocument, on_delete=models.CASCADE, related_name="accesses")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        verbose_name_plural = "document accesses"
        triggers = [pgtrigger.Protect(name="access_log_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document}: {self.by}"


class SaleEvent(models.Model):
    """A step of a sale; the database refuses to change or remove it."""

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    public = models.BooleanField(default=True, help_text="Whether bidders see it.")

    class Meta:
        ordering = ("-at", "-pk")
        triggers = [pgtrigger.Protect(name="sale_history_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.sale.number}: {self.kind}"
