"""Bundles: loans a lender offers to one purchaser or in a sale, the two signatures they need, and their history."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from portfolios.domain.lifecycles import SEEN_BY_PURCHASER, WITH_PURCHASER, BundleStatus, Step

if TYPE_CHECKING:
    from accounts.models import User


NO_PURCHASER = "No purchaser yet"
APPROVED_LIST_STAYS = """
    IF EXISTS (
        SELECT 1 FROM portfolios_bundle
        WHERE id IN (OLD.bundle_id, NEW.bundle_id) AND status = 'approved'
    ) THEN
        RAISE EXCEPTION 'The loans of an approved bundle stay as they are.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class BundleQuerySet(models.QuerySet["Bundle"]):
    def visible_to(self, user: User) -> BundleQuerySet:
        """The lender's own bundles; for a purchaser those submitted to it, never drafts."""
        submitted = Q(purchaser_id=user.organization_id, status__in=SEEN_BY_PURCHASER)
        return self.filter(Q(lender_id=user.organization_id) | submitted)

    def waiting_for(self, user: User) -> BundleQuerySet:
        """Bundles on which this person's purchaser has something to decide."""
        return self.filter(purchaser_id=user.organization_id, status__in=WITH_PURCHASER)


class Bundle(models.Model):
    number = models.CharField(max_length=20, unique=True, help_text="B-2026-0001, counted by year.")
    name = models.CharField(max_length=200)
    lender = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="bundles")
    purchaser = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        null=True,
        related_name="offered_bundles",
        help_text="Empty while nobody is asked to buy it: it can become a lot of a sale, or get a purchaser later.",
    )
    criteria = models.ForeignKey("loans.CriteriaVersion", on_delete=models.PROTECT, related_name="bundles")
    run = models.ForeignKey("diligence.Run", on_delete=models.PROTECT, related_name="bundles")
    selection = models.JSONField(default=dict, help_text="The filters its loans were picked by.")
    status = models.CharField(max_length=16, choices=[(s, s) for s in BundleStatus], default=BundleStatus.DRAFT)

    loan_count = models.PositiveIntegerField(default=0)
    upb = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    kicked_out = models.PositiveIntegerField(default=0, help_text="Delivered loans that the purchaser left out.")
    kicked_out_upb = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    open_fatal = models.PositiveIntegerField(default=0, help_text="Kept loans with open fatal findings.")
    open_fatal_upb = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    summary = models.JSONField(default=dict, help_text="Totals, strata and layered risk of its loans.")
    rules = models.JSONField(default=list, help_text="Findings by rule over its loans.")
    found = models.JSONField(default=dict, help_text="Open findings over its loans: fatal, warning, info.")
    limits = models.JSONField(default=list, help_text="Pool rules and concentration limits over the kept loans.")
    delivered_limits = models.JSONField(default=list, help_text="The same limits over all delivered loans.")
    suggested = models.JSONField(
        default=dict, help_text="Loans to leave out so that the limits are met, each with the limit it cures."
    )
    checks = models.JSONField(default=list, help_text="What must hold for the bundle as a whole, duplicates included.")
    measured_at = models.DateTimeField(null=True)

    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    form_token = models.UUIDField(null=True, help_text="Of the form it was asked for with: sent twice, it is one.")
    submitted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True, help_text="When the purchaser's answer is expected.")
    assigned_to = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", help_text="Who shall review it."
    )
    reviewed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    frozen_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 over the approved list.")

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [
            models.Index(fields=["purchaser", "status"], name="bundle_by_purchaser"),
            models.Index(fields=["lender", "status"], name="bundle_by_lender"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["created_by", "form_token"], name="bundle_once_a_form"),
            models.CheckConstraint(
                name="two_people_sign",
                condition=~Q(status=BundleStatus.APPROVED)
                | (Q(reviewed_by__isnull=False, decided_by__isnull=False) & ~Q(reviewed_by=models.F("decided_by"))),
            ),
            models.CheckConstraint(
                name="submitted_to_a_purchaser",
                condition=Q(status__in=[BundleStatus.DRAFT, BundleStatus.WITHDRAWN]) | Q(purchaser__isnull=False),
            ),
            models.CheckConstraint(
                name="approved_is_frozen", condition=~Q(status=BundleStatus.APPROVED) | ~Q(frozen_hash="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=BundleStatus.APPROVED.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("portfolios:bundle", args=[self.number])

    @property
    def offered_to(self) -> str:
        """Who is asked to buy it, in the words of every page."""
        return str(self.purchaser) if self.purchaser_id else NO_PURCHASER

    @property
    def kept_count(self) -> int:
        """Delivered loans less those left out."""
        return self.loan_count - self.kicked_out

    @property
    def kept_upb(self) -> Decimal:
        return self.upb - self.kicked_out_upb

    @property
    def under_way(self) -> BundleWork | None:
        """What a worker does for the bundle, or will do; nothing else changes it meanwhile."""
        work = getattr(self, "work", None)
        return work if work and not work.problem else None

    @property
    def failure(self) -> str:
        """Why the last step could not be done, if a worker had to give it up."""
        work = getattr(self, "work", None)
        return work.problem if work else ""


class BundleLoan(models.Model):
    """One loan in a bundle. The keyed hash finds the same property in another lender's bundle without showing it."""

    pk = models.CompositePrimaryKey("bundle_id", "row_no")
    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="loans", db_index=False)
    row_no = models.BigIntegerField()
    loan_id = models.TextField()
    upb = models.DecimalField(max_digits=20, decimal_places=2)
    kicked_out = models.CharField(max_length=200, blank=True, help_text="Why the purchaser left this loan out.")
    property_key = models.CharField(max_length=64, blank=True, help_text="HMAC of the property's address and lien.")

    class Meta:
        indexes = [
            models.Index(fields=["loan_id"], name="bundleloan_by_number"),
            models.Index(fields=["property_key"], name="bundleloan_by_property", condition=~Q(property_key="")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="approved_list_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=APPROVED_LIST_STAYS,
            ),
        ]

    def __str__(self) -> str:
        return f"Loan {self.loan_id}"


class BundleEvent(models.Model):
    """A step in a bundle's history. Written by services only; the database refuses to change or remove it."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="Fingerprints, counts and amounts at that moment.")

    class Meta:
        ordering = ("-at", "-pk")
        triggers = [
            pgtrigger.Protect(name="history_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.bundle.number}: {self.kind}"


class BundleWork(models.Model):
    """A step that a worker does for a bundle, while it waits or is done. A worker holds it by its lease.

    With a `problem` it is given up and stays only to say so, until the next step is asked for.
    """

    bundle = models.OneToOneField(Bundle, on_delete=models.CASCADE, primary_key=True, related_name="work")
    step = models.CharField(max_length=20, choices=[(s, s) for s in Step])
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it was asked for; what was decided later is not in its figures.")
    note = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    parts_done = models.PositiveIntegerField(default=0, help_text="Parts of the tape whose loans are picked.")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.bundle_id}: {self.step}"
