"""A paper of a settlement on its way: who asked for it, and the worker that draws it up."""

from __future__ import annotations

from django.db import models

from portfolios.domain.settlement.papers import Paper


class SettlementWork(models.Model):
    """A paper that a worker draws up, while it waits or is made. A worker holds it by its lease.

    With a `problem` it is given up and stays only to say so, until the paper is asked for again.
    """

    settlement = models.ForeignKey("portfolios.Settlement", on_delete=models.CASCADE, related_name="works")
    paper = models.CharField(max_length=12, choices=[(p, p) for p in Paper])
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it was asked for.")
    loans_done = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, help_text="A worker draws it up until then.")
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["settlement", "paper"], name="one_work_a_paper")]
        indexes = [models.Index(fields=["lease_until"], name="paper_waiting", condition=models.Q(problem=""))]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.paper}"

    @property
    def under_way(self) -> bool:
        return not self.problem
