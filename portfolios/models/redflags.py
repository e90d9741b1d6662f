"""Red flags raised on a pool's month, and what people said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models

from portfolios.domain.redflags.catalog import TYPES
from portfolios.domain.securities import FlagState

if TYPE_CHECKING:
    from accounts.models import User


class RedFlagQuerySet(models.QuerySet["RedFlag"]):
    def visible_to(self, user: User) -> RedFlagQuerySet:
        """Flags belong to whoever follows the pool; its servicer does not see them."""
        return self.filter(security__organization_id=user.organization_id)

    def open(self) -> RedFlagQuerySet:
        """Current flags that nobody explained."""
        return self.filter(current=True).exclude(state=FlagState.EXPLAINED)


class RedFlag(models.Model):
    """A flag of one month. A new look raises it again, withdraws it, or corrects its numbers; it is never removed."""

    RED, AMBER = 1, 2
    LEVELS = ((RED, "red"), (AMBER, "amber"))

    security = models.ForeignKey("portfolios.Security", on_delete=models.CASCADE, related_name="flags")
    month = models.DateField()
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    sentence = models.TextField()
    numbers = models.JSONField(
        default=dict, help_text="Values that raised it, limits in force, and which of these are the portfolio's own."
    )
    state = models.CharField(max_length=12, choices=[(s, s) for s in FlagState], default=FlagState.NEW)
    raised_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, help_text="When a new look no longer raised it.")
    current = models.BooleanField(
        default=False, help_text="Raised in its pool's newest month, or in one behind it whose factor is missing."
    )
    announced = models.BooleanField(default=False, help_text="Raised in its pool's newest month, so people are told.")
    mailed_at = models.DateTimeField(null=True, help_text="When a digest carried it.")

    objects = RedFlagQuerySet.as_manager()

    class Meta:
        ordering = ("level", "-month", "code")
        constraints = [models.UniqueConstraint(fields=["security", "month", "code"], name="flag_once_a_month")]
        indexes = [
            models.Index(fields=["state", "level"], name="flag_by_state"),
            models.Index(fields=["security"], name="flag_now", condition=models.Q(current=True)),
            models.Index(fields=["-raised_at"], name="flag_by_news", condition=models.Q(announced=True)),
        ]

    def __str__(self) -> str:
        return f"{self.security} {self.month:%Y-%m}: {self.code}"

    @property
    def title(self) -> str:
        """What the flag says in a few words."""
        return TYPES[self.code].title if self.code in TYPES else self.code

    @property
    def values(self) -> dict[str, float]:
        """The numbers that raised it, without the limits they passed."""
        return self.numbers.get("values", {})

    @property
    def is_red(self) -> bool:
        return self.level == self.RED

    @property
    def is_standing(self) -> bool:
        """Whether the last look still raised it."""
        return self.withdrawn_at is None

    @property
    def is_open(self) -> bool:
        """Whether it stands and nobody explained it."""
        return self.is_standing and self.state != FlagState.EXPLAINED


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


class Look(models.Model):
    """What the last look at a pool found, besides its flags; the watchlist is in order of it."""

    security = models.OneToOneField(
        "portfolios.Security", on_delete=models.CASCADE, primary_key=True, related_name="look"
    )
    at = models.DateTimeField()
    month = models.DateField(null=True, help_text="Newest month it saw.")
    z = models.FloatField(null=True, help_text="Standard errors of the speed above the forecast.")
    gap = models.FloatField(null=True, help_text="CPR of three months less the expected one, points.")
    distance = models.FloatField(default=0, help_text="The gap without its sign; 0 where it is not known.")
    shortfall = models.FloatField(null=True, help_text="How far the factor is under its path, percent.")
    spark = models.JSONField(default=list, help_text="CPR of the last months, percent, oldest first.")

    def __str__(self) -> str:
        return f"{self.security_id} at {self.at:%Y-%m-%d %H:%M}"
