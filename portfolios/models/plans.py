"""Pooling plans: dated price grids a lender loads, and what the best use of them is for a tape's loans."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse

if TYPE_CHECKING:
    from accounts.models import User


def grid_path(grid: PriceGrid, filename: str) -> str:
    return f"grids/{grid.organization_id}/{uuid.uuid4().hex}"


def plan_path(plan: PoolingPlan, filename: str) -> str:
    return f"plans/{uuid.uuid4().hex}-{filename}"


class PriceGridQuerySet(models.QuerySet["PriceGrid"]):
    def visible_to(self, user: User) -> PriceGridQuerySet:
        return self.filter(organization_id=user.organization_id)


class PriceGrid(models.Model):
    """One file of prices, as loaded: which executions it prices, from when, until when, and where it comes from."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="price_grids")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, help_text="Which template it fills.")
    as_of = models.DateTimeField(help_text="When these prices held.")
    expires_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=200, help_text="Who quoted them; synthetic samples say so.")
    original = models.FileField(upload_to=grid_path, max_length=200)
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list, help_text="The prices, typed and checked.")
    loaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = PriceGridQuerySet.as_manager()

    class Meta:
        ordering = ("-as_of",)
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "sha256", "as_of", "expires_at"],
                condition=models.Q(retired_at=None),
                nulls_distinct=False,
                name="grid_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portfolios:grid", args=[self.pk])


class PoolingPlanQuerySet(models.QuerySet["PoolingPlan"]):
    def visible_to(self, user: User) -> PoolingPlanQuerySet:
        return self.filter(organization_id=user.organization_id)


class PoolingPlan(models.Model):
    """A plan for the loans of one check: first the fast answer, then the best one with its bound."""

    STATES = (
        ("pricing", "pricing"),
        ("fast", "fast"),  # the fast answer stands, the full solve goes on
        ("done", "done"),
        ("failed", "failed"),
        ("accepted", "accepted"),
    )

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="pooling_plans")
    name = models.CharField(max_length=120)
    run = models.ForeignKey("diligence.Run", on_delete=models.PROTECT, related_name="plans")
    selection = models.JSONField(default=dict, help_text="The filters its loans were picked by.")
    grids = models.ManyToManyField(PriceGrid, related_name="plans")
    settings = models.JSONField(default=dict, help_text="Pool rules by date, budgets, how long to solve.")
    state = models.CharField(max_length=10, choices=STATES, default="pricing")
    problem = models.TextField(blank=True, help_text="Why it failed, in one sentence.")
    inputs_hash = models.CharField(max_length=64, blank=True, help_text="Over loans, grids, rules and settings.")
    columns = models.FileField(
        upload_to=plan_path, max_length=200, blank=True, help_text="Parquet: every column priced."
    )
    placements = models.FileField(upload_to=plan_path, max_length=200, blank=True, help_text="Parquet: loan by loan.")
    loan_count = models.PositiveIntegerField(default=0)
    upb = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    earned = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="USD over par, checked here.")
    next_best = models.DecimalField(
        max_digits=20, decimal_places=2, null=True, help_text="USD if each loan took its best single execution."
    )
    bound = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="No plan earns more.")
    summary = models.JSONField(default=dict, help_text="By pool: loans, UPB, value, rules and their room.")
    solver = models.CharField(max_length=80, blank=True, help_text="Method, version and seconds.")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    form_token = models.UUIDField(null=True, help_text="Of the form it was asked for with: sent twice, it is one.")
    accepted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_pools = models.JSONField(default=dict, help_text="Code of each accepted pool: by whom and when.")

    objects = PoolingPlanQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [models.UniqueConstraint(fields=["created_by", "form_token"], name="plan_once_a_form")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portfolios:plan", args=[self.pk])

    @property
    def sold_pools(self) -> list[dict[str, Any]]:
        """The pools, buyers and bids that become bundles, as the summary has them."""
        return [pool for pool in self.summary.get("pools", ()) if pool["bundle"]]

    @property
    def open_pools(self) -> list[dict[str, Any]]:
        """Those of them that were not accepted yet."""
        return [pool for pool in self.sold_pools if pool["code"] not in self.accepted_pools]
