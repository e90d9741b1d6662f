"""Securities: pools an organization follows, its own and others', their months, and the portfolios they stand in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse

from portfolios.domain.securities import MonthSource, Program, SecuritySource, SecurityStatus

if TYPE_CHECKING:
    from accounts.models import User


# What people decide about a pool, and what its history therefore keeps.
TERMS = [
    "portfolio", "name", "program", "original_face", "coupon", "issued_on", "matures_on", "delay_days", "wac",
    "remaining", "age", "loan_count", "forecast", "price", "price_on", "archived_at",
]  # fmt: skip


def collateral_path(security: Security, filename: str) -> str:
    return f"securities/{security.organization_id}/{uuid.uuid4().hex}-{filename}"


def month_path(month: PoolMonth, filename: str) -> str:
    return f"securities/{month.security.organization_id}/{month.security_id}/{uuid.uuid4().hex}-{filename}"


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def visible_to(self, user: User) -> PortfolioQuerySet:
        return self.filter(organization_id=user.organization_id)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["name", "thresholds"],
    model_name="PortfolioEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    append_only=True,
)
class Portfolio(models.Model):
    """A named group of pools with its own limits for red flags."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="portfolios")
    name = models.CharField(max_length=120)
    thresholds = models.JSONField(default=dict, help_text="Only the limits that differ from the defaults.")
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="portfolio_name_once")]

    def __str__(self) -> str:
        return self.name


class SecurityQuerySet(models.QuerySet["Security"]):
    def visible_to(self, user: User) -> SecurityQuerySet:
        """The pools an organization follows, and those it services."""
        return self.filter(Q(organization_id=user.organization_id) | Q(servicer_id=user.organization_id))

    def active(self) -> SecurityQuerySet:
        """Without the pools that are no longer followed; their pages and months stay."""
        return self.filter(archived_at__isnull=True)

    def followed_by(self, user: User) -> SecurityQuerySet:
        """Only those it follows: watchlists, red flags and prices are nobody else's business."""
        return self.filter(organization_id=user.organization_id)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(*TERMS)),
    fields=TERMS,
    model_name="SecurityEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    append_only=True,
)
class Security(models.Model):
    """A pool. Figures of its newest month are kept here so that lists and the watchlist count nothing."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="securities")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="securities")
    name = models.CharField(max_length=40, help_text="PL 2026-K07, or the agency's pool number.")
    source = models.CharField(max_length=12, choices=[(s, s) for s in SecuritySource])
    status = models.CharField(max_length=12, choices=[(s, s) for s in SecurityStatus], default=SecurityStatus.ACTIVE)
    bundle = models.OneToOneField("portfolios.Bundle", on_delete=models.PROTECT, null=True, related_name="security")
    lot = models.OneToOneField("portfolios.Lot", on_delete=models.PROTECT, null=True, related_name="security")
    published = models.ForeignKey(
        "portfolios.PublishedPool", on_delete=models.PROTECT, null=True, related_name="securities"
    )
    servicer = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, null=True, related_name="serviced_securities"
    )
    program = models.CharField(max_length=20, choices=[(p, p) for p in Program])

    original_face = models.DecimalField(max_digits=20, decimal_places=2)
    coupon = models.DecimalField(max_digits=9, decimal_places=6, help_text="Pass-through rate, percent a year.")
    issued_on = models.DateField(help_text="First of the issue month; the factor is 1 there.")
    matures_on = models.DateField()
    delay_days = models.PositiveSmallIntegerField(help_text="Stated delay.")
    wac = models.DecimalField(max_digits=9, decimal_places=6, help_text="Gross rate at issue, percent a year.")
    remaining = models.PositiveSmallIntegerField(help_text="WAM at issue, months.")
    age = models.PositiveSmallIntegerField(default=0, help_text="WALA at issue, months.")
    loan_count = models.PositiveIntegerField(null=True, help_text="Loans at issue.")
    collateral = models.FileField(
        upload_to=collateral_path, max_length=200, blank=True, help_text="Parquet: the loans at issue."
    )
    tape = models.ForeignKey(
        "loans.Tape", on_delete=models.PROTECT, null=True, related_name="securities", help_text="Its remittance tapes."
    )
    assumed = models.JSONField(default=dict, help_text="Terms that nobody published, each with how it was assumed.")
    forecast = models.JSONField(default=dict, help_text='Speed expected at issue: {"kind": "PSA", "values": [150]}.')
    price = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="Last price, percent of par.")
    price_on = models.DateField(null=True)
    watched_at = models.DateTimeField(null=True, help_text="When it was put on the watchlist.")
    watched_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, help_text="When it was no longer followed.")
    archived_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    month = models.DateField(null=True, help_text="Newest month with a factor.")
    factor = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    balance = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    loans_left = models.PositiveIntegerField(null=True)
    cpr = models.FloatField(null=True, help_text="One month, percent.")
    cpr_three = models.FloatField(null=True, help_text="Three months, percent.")
    expected_cpr = models.FloatField(null=True, help_text="Three months under the forecast at issue, percent.")
    red_flags = models.PositiveSmallIntegerField(default=0, help_text="Open red flags of the newest month.")
    amber_flags = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = SecurityQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "securities"
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="security_name_once"),
            models.CheckConstraint(name="face_above_zero", condition=Q(original_face__gt=0)),
            models.CheckConstraint(name="issued_on_the_first", condition=Q(issued_on__day=1)),
        ]
        indexes = [
            models.Index(fields=["organization", "-red_flags", "-amber_flags", "name"], name="security_by_severity"),
            models.Index(fields=["servicer"], name="security_by_servicer", condition=Q(servicer__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portfolios:pool", args=[self.pk])


class PoolMonth(models.Model):
    """A month of a pool computed here, in one version; amounts in USD, rates and shares in percent.

    A new tape for the same month is a new version; months may come in any order.
    """

    security = models.ForeignKey(Security, on_delete=models.CASCADE, related_name="months", db_index=False)
    month = models.DateField(help_text="First of the factor month.")
    version = models.PositiveSmallIntegerField(default=1)
    latest = models.BooleanField(default=True)
    source = models.CharField(max_length=12, choices=[(s, s) for s in MonthSource])
    tape_version = models.ForeignKey(
        "loans.TapeVersion", on_delete=models.PROTECT, null=True, related_name="pool_months", db_index=False
    )
    factor = models.DecimalField(max_digits=9, decimal_places=8)
    balance = models.DecimalField(max_digits=20, decimal_places=2, help_text="Security balance.")
    loan_balance = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="Sum over its loans.")
    loan_count = models.PositiveIntegerField(null=True)
    effective_loans = models.FloatField(null=True, help_text="Neff = (Σb)²/Σb².")
    largest_share = models.FloatField(null=True)
    top_state = models.CharField(max_length=2, blank=True)
    top_state_share = models.FloatField(null=True)
    wac = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    wam = models.PositiveSmallIntegerField(null=True)
    wala = models.PositiveSmallIntegerField(null=True)
    late_count = models.PositiveIntegerField(null=True, help_text="Loans 60 days late or more.")
    late_upb = models.DecimalField(max_digits=20, decimal_places=2, null=True)

    due = models.DecimalField(
        max_digits=20, decimal_places=2, null=True, help_text="Balance had only scheduled principal been paid."
    )
    scheduled = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="Scheduled principal.")
    curtailed = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    paid_off = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    repurchased = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    liquidated = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    removed = models.DecimalField(
        max_digits=20, decimal_places=2, null=True, help_text="Left for a cause that the file does not tell apart."
    )
    paid_off_count = models.PositiveIntegerField(null=True)
    repurchased_count = models.PositiveIntegerField(null=True)
    liquidated_count = models.PositiveIntegerField(null=True)
    removed_count = models.PositiveIntegerField(null=True)
    difference = models.DecimalField(
        max_digits=20, decimal_places=2, null=True, help_text="Adjusted loan balances less the security balance."
    )
    tolerance = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="What may be apart.")
    findings = models.JSONField(default=list, help_text="What did not add up: code, severity, sentence, numbers.")
    facts = models.JSONField(default=dict, help_text="Strata then and now, and inputs of the figures above.")
    loans = models.FileField(upload_to=month_path, max_length=200, blank=True, help_text="Parquet: its loans.")
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("security_id", "month", "version")
        constraints = [
            models.UniqueConstraint(fields=["security", "month", "version"], name="month_version_once"),
            models.UniqueConstraint(fields=["security", "month"], condition=Q(latest=True), name="one_latest_month"),
            models.CheckConstraint(name="pool_month_begins_on_the_first", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.security} {self.month:%Y-%m}"
