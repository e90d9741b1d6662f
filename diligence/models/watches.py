"""Who wants to be told when a check ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class RunWatchQuerySet(models.QuerySet["RunWatch"]):
    def told_to(self, user: User) -> RunWatchQuerySet:
        """What a person was told, of checks that are still theirs to see; newest first."""
        told = self.filter(user=user, told_at__isnull=False, run__version__tape__organization_id=user.organization_id)
        return told.order_by("-told_at", "-pk")

    def unread(self, user: User) -> RunWatchQuerySet:
        return self.told_to(user).filter(read_at=None)


class RunWatch(models.Model):
    """One person waits for the end of one check. Asked for once, told once."""

    run = models.ForeignKey("diligence.Run", on_delete=models.CASCADE, related_name="watches")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = RunWatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="told_once_a_run")]
        indexes = [models.Index(fields=["run"], name="watch_untold", condition=models.Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.user_id} waits for {self.run_id}"
