"""Shared-loss agreements of a seller: who bears which part of its losses, and what was reported month by month."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q

from portfolios.domain.shared_loss import Month, Tier


class SharedLossAgreement(models.Model):
    """One agreement between a bank and the receiver. Amounts in USD; tiers are those of the agreement itself."""

    bank = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="shared_loss_agreements")
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=40, help_text="Which form of agreement its tiers were taken from.")
    effective_on = models.DateField()
    terminates_on = models.DateField()
    covered = models.DecimalField(max_digits=20, decimal_places=2, help_text="Covered balance when it began.")
    tiers = models.JSONField(help_text='[{"start": "0.00", "percent": "0"}, …], cumulative loss in USD.')
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-effective_on", "-pk")
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_it_begins", condition=Q(terminates_on__gt=F("effective_on"))
            )
        ]
        triggers = [pgtrigger.Protect(name="agreement_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.name} of {self.bank}"

    @property
    def sharing(self) -> tuple[Tier, ...]:
        """From which cumulative loss the receiver bears which percent."""
        return tuple(Tier(Decimal(tier["start"]), Decimal(tier["percent"])) for tier in self.tiers)


class SharedLossMonth(models.Model):
    """What a month's certificate reported; a correction is part of a later month."""

    agreement = models.ForeignKey(SharedLossAgreement, on_delete=models.PROTECT, related_name="months")
    month = models.DateField(help_text="First of the month.")
    losses: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    recoveries: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    reported_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ("agreement_id", "month")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "month"], name="certificate_once_a_month"),
            models.CheckConstraint(name="losses_are_not_negative", condition=Q(losses__gte=0, recoveries__gte=0)),
        ]
        triggers = [pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.month:%b %Y}"

    @property
    def figures(self) -> Month:
        return Month(self.month, self.losses, self.recoveries)


class SaleCosts(models.Model):
    """Which agreement covers a sale's loans, and what selling them costs the bank, USD."""

    sale = models.OneToOneField("portfolios.Sale", on_delete=models.CASCADE, related_name="shared_loss")
    agreement = models.ForeignKey(SharedLossAgreement, on_delete=models.PROTECT, related_name="sales")
    costs: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    class Meta:
        verbose_name_plural = "sale costs"

    def __str__(self) -> str:
        return f"{self.sale.number} under {self.agreement}"
