"""One narrow table of loans: what a loan is found by. Its typed fields stand in the stored part of its tape (ADR 11).

`loans.queries.fields` reads the fields of single loans; whatever looks at all loans of a tape reads its parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


LOAN_BY_NUMBER = "loan_by_number"


class LoanQuerySet(models.QuerySet["Loan"]):
    def visible_to(self, user: User) -> LoanQuerySet:
        return self.filter(version__tape__organization_id=user.organization_id)


class Loan(models.Model):
    """A loan of a tape. Each part is copied in the order of its loan numbers, which is what the index lives on.

    Nothing in the table enforces its key: the part says, in the same transaction, that its loans are there (ADR 12).
    """

    pk = models.CompositePrimaryKey("version_id", "row_no")
    version = models.ForeignKey(
        "loans.TapeVersion",
        on_delete=models.CASCADE,
        related_name="loans",
        db_index=False,
        db_constraint=False,  # it would look the version up for every loan; a trigger on the version keeps it (ADR 6)
    )
    row_no = models.BigIntegerField(help_text="Data row of the tape, from 1.")
    loan_id = models.TextField(null=True)
    upb = models.DecimalField(
        max_digits=20, decimal_places=2, help_text="Current UPB, or the note amount where that is blank, or 0; USD."
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ("version_id", "row_no")
        indexes = [BrinIndex(fields=["version", "loan_id"], pages_per_range=2, name=LOAN_BY_NUMBER)]

    def __str__(self) -> str:
        return f"Loan {self.loan_id or self.row_no}"
