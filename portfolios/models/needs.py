"""What a kind of sale needs before it is announced or awarded, as it was recorded, and who may not bid."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from portfolios.domain.saleneeds import Relation


class SaleNeed(models.Model):
    """Something a sale needs, recorded: a consent, a notice, an order, a certificate. The newest of a code counts."""

    sale = models.ForeignKey("portfolios.Sale", on_delete=models.CASCADE, related_name="needs")
    code = models.CharField(max_length=32, help_text="Of the need, from the table of kinds.")
    bidder = models.ForeignKey(
        "portfolios.Bidder", on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    said_by = models.CharField(max_length=120, blank=True, help_text="Who consented, ordered or certified.")
    on = models.DateField(help_text="The day it was given, which is not the day it was recorded.")
    reference = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    document = models.ForeignKey("portfolios.SaleDocument", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        triggers = [pgtrigger.Protect(name="need_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.sale.number}: {self.code}"


class RelatedParty(models.Model):
    """An affiliate or contractor of a seller, which does not bid where the kind of sale bars it."""

    seller = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="related_parties")
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=24, choices=[(r, r) for r in Relation])
    note = models.CharField(max_length=200, blank=True, help_text="How it is known.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "related parties"
        constraints = [
            models.UniqueConstraint(
                "seller", Lower("name"), condition=Q(ended_at=None), name="related_party_once_a_seller"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.relation} of {self.seller}"
