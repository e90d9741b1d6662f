"""The true-up of a settlement: what changes when the final figures of the closing are known."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q

from portfolios.domain.settlement.trueup import OVER, TrueUpState


def true_up_path(true_up: TrueUp, filename: str) -> str:
    return f"settlements/{true_up.settlement_id or 'new'}/{uuid.uuid4().hex}-{filename}"


class TrueUp(models.Model):
    """A second statement against the one that was paid by; above 0 USD the buyer pays it, below 0 the seller."""

    settlement = models.ForeignKey("portfolios.Settlement", on_delete=models.CASCADE, related_name="true_ups")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=[(s, s) for s in TrueUpState], default=TrueUpState.MAKING)
    figures = models.FileField(upload_to=true_up_path, max_length=200, help_text="Parquet: final figures by loan.")
    figures_sha256 = models.CharField(max_length=64, help_text="Of the list as it was sent.")
    stated_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()
    statement = models.FileField(
        upload_to=true_up_path, max_length=200, blank=True, help_text="Parquet: every line as it stands finally."
    )
    totals = models.JSONField(default=dict, help_text="USD by column: before, after and the change.")
    changed = models.PositiveIntegerField(default=0, help_text="Loans whose line changed.")
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    seller_agreed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    seller_agreed_at = models.DateTimeField(null=True)
    buyer_agreed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    buyer_agreed_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(null=True)
    wire_reference = models.CharField(max_length=60, blank=True)
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, help_text="Why it was contested or withdrawn.")

    class Meta:
        ordering = ("settlement", "number")
        constraints = [
            models.UniqueConstraint(fields=["settlement", "number"], name="true_ups_are_numbered"),
            models.UniqueConstraint(fields=["settlement"], name="one_open_true_up", condition=~Q(state__in=OVER)),
        ]

    def __str__(self) -> str:
        return f"True-up {self.number}"

    @property
    def payer(self) -> str:
        """Which side pays the difference: "buyer" or "seller"; empty where nothing is owed or nothing is known yet."""
        if not self.amount:
            return ""
        return "buyer" if self.amount > 0 else "seller"

    @property
    def owed(self) -> Decimal:
        """USD that the payer sends."""
        return abs(self.amount) if self.amount else Decimal(0)
