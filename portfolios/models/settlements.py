"""Awards and what follows: bring-down checks, kick-outs, agreement, statement, funding, trailing documents, claims."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from portfolios.domain.sales import SettlementStatus
from portfolios.domain.settlement.claims import ClaimState

if TYPE_CHECKING:
    from accounts.models import User


def statement_path(settlement: Settlement, filename: str) -> str:
    return f"settlements/{settlement.pk or 'new'}/{uuid.uuid4().hex}-{filename}"


class Award(models.Model):
    """A winning offer. Two people of the seller sign; bidders hear of it only then."""

    sale = models.ForeignKey("portfolios.Sale", on_delete=models.CASCADE, related_name="awards")
    offer = models.OneToOneField("portfolios.Offer", on_delete=models.PROTECT, related_name="award")
    lots = models.ManyToManyField("portfolios.Lot", related_name="awards")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    cover = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    working = models.JSONField(default=dict, help_text="Covers by offer, what others would have paid, and ties.")
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-amount",)
        constraints = [
            models.CheckConstraint(
                name="two_people_award", condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by"))
            )
        ]

    def __str__(self) -> str:
        return f"Award of {self.sale.number}"


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def visible_to(self, user: User) -> SettlementQuerySet:
        """Those of the seller's sales, and for a buyer its own: what others pay is nobody else's business."""
        return self.filter(Q(award__sale__seller_id=user.organization_id) | Q(buyer_id=user.organization_id))


class Settlement(models.Model):
    """One award on its way to the wire; amounts in USD."""

    buyer = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="settlements")
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="settlement")
    status = models.CharField(
        max_length=12, choices=[(s, s) for s in SettlementStatus], default=SettlementStatus.DILIGENCE
    )
    runs = models.ManyToManyField("diligence.Run", related_name="settlements", help_text="Bring-down checks by lot.")
    begun_at = models.DateTimeField()
    cut_off_on = models.DateField(null=True, help_text="What is collected on or after it is the buyer's.")
    settles_on = models.DateField(null=True)
    transfers_on = models.DateField(null=True, help_text="When the servicing goes over.")
    terms = models.JSONField(default=dict, help_text="Day count, who bears what, caps on kick-outs.")
    price = models.DecimalField(max_digits=20, decimal_places=2, help_text="After kick-outs.")
    allocations = models.JSONField(
        default=dict, help_text="The buyer's lists of prices, by lot: SHA-256, sealed or not."
    )
    seller_agreed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    seller_agreed_at = models.DateTimeField(null=True)
    buyer_agreed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    buyer_agreed_at = models.DateTimeField(null=True)
    funds = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="Due before the deposit.")
    deposit = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    servicing = models.FileField(
        upload_to=statement_path, max_length=200, blank=True, help_text="Parquet: what the seller states by loan."
    )
    statement = models.FileField(upload_to=statement_path, max_length=200, blank=True, help_text="Parquet: its lines.")
    totals = models.JSONField(default=dict, help_text="Totals of the statement, USD, and what was taken for granted.")
    agreement = models.TextField(blank=True, help_text="The text both sides sign.")
    agreement_sha256 = models.CharField(max_length=64, blank=True)
    seller_signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    seller_signed_at = models.DateTimeField(null=True)
    buyer_signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    buyer_signed_at = models.DateTimeField(null=True)
    funded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    funded_at = models.DateTimeField(null=True)
    wire_reference = models.CharField(max_length=60, blank=True)
    confirmed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", help_text="Who saw the money arrive."
    )
    confirmed_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", help_text="Who saw the loans arrive."
    )
    received_at = models.DateTimeField(null=True)
    notices = models.JSONField(default=dict, help_text="When each notice of the servicing transfer was sent.")

    objects = SettlementQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Settlement of {self.award}"

    def get_absolute_url(self) -> str:
        return reverse("portfolios:settlement", args=[self.award.sale.number, self.pk])

    @property
    def seller_id(self) -> int:
        return self.award.sale.seller_id


class SettlementLoan(models.Model):
    """An awarded loan with the buyer's price for it, and how it left if it did."""

    pk = models.CompositePrimaryKey("settlement_id", "lot_id", "row_no")
    settlement = models.ForeignKey(Settlement, on_delete=models.CASCADE, related_name="loans", db_index=False)
    lot = models.ForeignKey("portfolios.Lot", on_delete=models.PROTECT, related_name="+", db_index=False)
    row_no = models.BigIntegerField()
    loan_id = models.TextField()
    upb = models.DecimalField(max_digits=20, decimal_places=2)
    price = models.DecimalField(max_digits=16, decimal_places=10, help_text="Percent of UPB, allocated by the buyer.")
    proposed_reason = models.CharField(max_length=200, blank=True, help_text="Why the buyer wants it out.")
    answer = models.CharField(
        max_length=10, blank=True, choices=[("out", "out"), ("cured", "cured"), ("contested", "contested")]
    )
    answer_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("lot_id", "row_no")
        indexes = [
            models.Index(fields=["settlement", "answer"], name="proposed_kick_outs", condition=~Q(proposed_reason=""))
        ]

    def __str__(self) -> str:
        return f"Loan {self.loan_id}"


class TrailingDocument(models.Model):
    """A document the seller still owes for a loan after the closing."""

    settlement = models.ForeignKey(Settlement, on_delete=models.CASCADE, related_name="trailing")
    loan_id = models.TextField()
    doc_type = models.CharField(max_length=40, help_text="From the list of documents that may follow.")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    delivered_on = models.DateField(null=True)
    accepted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_on", "loan_id")
        constraints = [
            models.UniqueConstraint(fields=["settlement", "loan_id", "doc_type"], name="document_owed_once_a_loan")
        ]

    def __str__(self) -> str:
        return f"{self.title} of {self.loan_id}"


class RepurchaseClaim(models.Model):
    """A buyer's claim that the seller takes a loan back, and what came of it."""

    settlement = models.ForeignKey(Settlement, on_delete=models.CASCADE, related_name="claims")
    loan_id = models.TextField()
    reason = models.TextField()
    amount = models.DecimalField(max_digits=20, decimal_places=2, help_text="UPB, accrued interest and costs.")
    working = models.JSONField(default=dict, help_text="How the amount follows: balance, rate, days, interest, costs.")
    state = models.CharField(max_length=10, choices=[(s, s) for s in ClaimState], default=ClaimState.OPEN)
    answer = models.TextField(blank=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"Claim on {self.loan_id}"


class SettlementEvent(models.Model):
    """A step of a settlement; the database refuses to change or remove it."""

    settlement = models.ForeignKey(Settlement, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        triggers = [pgtrigger.Protect(name="settlement_history_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.settlement}: {self.kind}"
