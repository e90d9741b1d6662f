"""Advisers of sales that a receiver demanded: who was named, and what the receiver said to it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from portfolios.domain.advisers import STANDING, AdviserStatus

DECISION_STAYS = """
    IF OLD.status IN ('refused', 'ended') OR (OLD.status = 'approved' AND NEW.status <> 'ended')
       OR (OLD.name, OLD.firm, OLD.sale_id) IS DISTINCT FROM (NEW.name, NEW.firm, NEW.sale_id) THEN
        RAISE EXCEPTION 'What the receiver said to an adviser stays.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


class SaleAdviser(models.Model):
    """A financial adviser or broker that runs a sale for the bank. One stands at a time."""

    sale = models.ForeignKey("portfolios.Sale", on_delete=models.CASCADE, related_name="advisers")
    name = models.CharField(max_length=120, help_text="The person.")
    firm = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=[(s, s) for s in AdviserStatus], default=AdviserStatus.NAMED)
    named_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True, help_text="The day the receiver decided, by its letter.")
    said_by = models.CharField(max_length=120, blank=True, help_text="Who decided for the receiver.")
    reference = models.CharField(max_length=200, blank=True)
    document = models.ForeignKey("portfolios.SaleDocument", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True, help_text="Why it was refused, or why it left.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-named_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["sale"], condition=Q(status__in=STANDING), name="one_adviser_stands"),
            models.CheckConstraint(
                name="decided_advisers_say_by_whom",
                condition=~Q(status__in=[AdviserStatus.APPROVED, AdviserStatus.REFUSED])
                | Q(decided_by__isnull=False, decided_on__isnull=False) & ~Q(said_by=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="adviser_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="decision_on_adviser_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=DECISION_STAYS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.firm}"

    @property
    def approved(self) -> bool:
        return self.status == AdviserStatus.APPROVED
