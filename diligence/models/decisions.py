"""What people decided about findings. A decision is keyed by lender, loan, rule and the values the rule saw, so it
survives a new upload while the values stay, and lapses by itself when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from diligence.domain.lifecycles import FindingStatus

if TYPE_CHECKING:
    from accounts.models import User

KINDS = [(s.value, s.name.lower()) for s in FindingStatus]


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User) -> DecisionQuerySet:
        return self.filter(lender_id=user.organization_id)


class Decision(models.Model):
    lender = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="decisions")
    loan_id = models.TextField()
    rule = models.CharField(max_length=40)
    values_hash = models.CharField(max_length=32, help_text="MD5 of the finding's values text.")
    kind = models.PositiveSmallIntegerField(choices=KINDS)
    note = models.TextField()
    run = models.ForeignKey("diligence.Run", on_delete=models.PROTECT, related_name="decisions")
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, help_text="A later decision on the same finding took its place.")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-decided_at",)
        indexes = [models.Index(fields=["lender", "loan_id"], name="decision_by_loan")]
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "loan_id", "rule", "values_hash"],
                condition=models.Q(superseded_at=None),
                name="one_decision_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} on loan {self.loan_id}"
