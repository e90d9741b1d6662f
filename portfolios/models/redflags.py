"""Red flags raised on a pool's month, and what people said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models

from portfolios.domain.securities import FlagState

if TYPE_CHECKING:
    from accounts.models import User


class RedFlagQuerySet(models.QuerySet["RedFlag"]):
    def visible_to(self, user: User) -> RedFlagQuerySet:
        """Flags belong to whoever follows the pool; its servicer does not see them."""
        return self.filter(security__organization_id=user.organization_id)


class RedFlag(models.Model):
    LEVELS = ((1, "red"), (2, "amber"))

    security = models.ForeignKey("portfolios.Security", on_delete=models.CASCADE, related_name="flags")
    month = models.DateField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    sentence = models.TextField()
    numbers = models.JSONField(default=dict, help_text="The numbers that raised it, thresholds included.")
    state = models.CharField(max_length=12, choices=[(s, s) for s in FlagState], default=FlagState.NEW)
    raised_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, help_text="When a new look no longer raised it.")

    objects = RedFlagQuerySet.as_manager()

    class Meta:
        ordering = ("level", "-month", "code")
        constraints = [models.UniqueConstraint(fields=["security", "month", "code"], name="flag_once_a_month")]
        indexes = [models.Index(fields=["state", "level"], name="flag_by_state")]

    def __str__(self) -> str:
        return f"{self.security} {self.month:%Y-%m}: {self.code}"


class FlagEvent(models.Model):
    """A step in a flag's history; the database refuses to change or remove it."""

    flag = models.ForeignKey(RedFlag, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        triggers = [pgtrigger.Protect(name="flag_history_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.flag}: {self.state}"
