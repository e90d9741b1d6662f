"""A file of a pool on its way to months: which pool and month it is for, and the worker that computes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

if TYPE_CHECKING:
    from accounts.models import User


class PoolFileQuerySet(models.QuerySet["PoolFile"]):
    def visible_to(self, user: User) -> PoolFileQuerySet:
        """Whoever sent the file, and whoever follows or services its pool."""
        mine = Q(version__tape__organization_id=user.organization_id)
        followed = Q(security__organization_id=user.organization_id)
        return self.filter(mine | followed | Q(security__servicer_id=user.organization_id))


class PoolFile(models.Model):
    """What a version of a pool's tape is for. PostgreSQL says what waits; a message is only a hint.

    A file of loans makes its pool when it is computed: until then it has the pool's terms and no pool.
    """

    version = models.OneToOneField("loans.TapeVersion", on_delete=models.PROTECT, related_name="pool_file")
    security = models.ForeignKey("portfolios.Security", on_delete=models.CASCADE, null=True, related_name="files")
    month = models.DateField(null=True, help_text="Factor month; read from the tape where nobody said it.")
    terms = models.JSONField(default=dict, help_text="Terms of the pool that a file of loans becomes.")
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    problem = models.TextField(blank=True, help_text="Why no month could be computed, in one sentence.")
    done_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True, help_text="A worker computes it until then.")
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = PoolFileQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="pool_file_month_on_the_first", condition=Q(month__isnull=True) | Q(month__day=1)
            ),
        ]
        indexes = [
            models.Index(fields=["security", "month"], name="pool_file_by_month"),
            models.Index(
                fields=["lease_until"], name="pool_file_waiting", condition=Q(done_at__isnull=True, problem="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("portfolios:pool-file", args=[self.version_id])
