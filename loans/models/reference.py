"""The dated reference tables as staff see them: a read-only mirror of the files that ship, with their fingerprints."""

from django.db import models


class ReferenceTable(models.Model):
    name = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    source = models.TextField()
    status = models.CharField(max_length=40, help_text="How sure the source is: stored, recalled, mixed or design.")
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    row_count = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.title


class ReferenceRow(models.Model):
    table = models.ForeignKey(ReferenceTable, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    values = models.JSONField()

    class Meta:
        ordering = ("table", "number")
        constraints = [models.UniqueConstraint(fields=["table", "number"], name="reference_row_once_a_table")]

    def __str__(self) -> str:
        return f"{self.table} row {self.number}"
