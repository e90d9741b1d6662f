"""One flat table of loans: a typed column for each canonical field, written only by COPY.

The columns are the canonical fields themselves (``loans.domain.fields``), so a field cannot be known to the mapping
and missing here; a change of the catalogue shows up as a migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from loans.domain.fields import FIELDS, Field, FieldType

if TYPE_CHECKING:
    from accounts.models import User


class LoanQuerySet(models.QuerySet["Loan"]):
    def visible_to(self, user: User) -> LoanQuerySet:
        return self.filter(version__tape__organization_id=user.organization_id)


class Loan(models.Model):
    pk = models.CompositePrimaryKey("version_id", "row_no")
    version = models.ForeignKey(
        "loans.TapeVersion",
        on_delete=models.CASCADE,
        related_name="loans",
        db_index=False,
        db_constraint=False,  # a third of what COPY costs; a trigger on the version keeps it instead (ADR 6)
    )
    row_no = models.BigIntegerField(help_text="Data row of the tape, from 1.")
    extras = models.JSONField(null=True, help_text="Columns of the tape that matched no field, as text.")

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ("version_id", "row_no")
        indexes = [models.Index(fields=["loan_id"], name="loan_by_number")]

    def __str__(self) -> str:
        return f"Loan {getattr(self, 'loan_id', None) or self.row_no}"


def column_for(field: Field) -> models.Field[Any, Any]:
    """The database column of a canonical field. Money keeps cents; ratios and rates keep six places."""
    if field.type is FieldType.DECIMAL:
        money = field.unit.startswith("USD")
        return models.DecimalField(max_digits=20, decimal_places=2 if money else 6, null=True)
    simple: dict[FieldType, type[models.Field[Any, Any]]] = {
        FieldType.INTEGER: models.IntegerField,
        FieldType.DATE: models.DateField,
        FieldType.BOOLEAN: models.BooleanField,
    }
    return simple.get(field.type, models.TextField)(null=True)


for _field in FIELDS:
    Loan.add_to_class(_field.name, column_for(_field))
