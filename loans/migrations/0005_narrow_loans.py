"""The loan table keeps what a loan is found by; its other fields stand in the stored part of its tape, as they did before.

Nothing is lost: a part has every typed column of its loans, and columns without a field stand in the original. The
table is written anew instead of losing columns one by one, because PostgreSQL carries a dropped column in every row.
See ADR 11. It cannot be undone by SQL alone: the columns that went would have to be copied from the parts again.
"""

import django.db.models.deletion
from django.db import migrations, models

NARROW = """
CREATE TABLE loans_narrow (
    version_id bigint NOT NULL, row_no bigint NOT NULL, loan_id text, upb numeric(20, 2) NOT NULL
);
INSERT INTO loans_narrow
    SELECT version_id, row_no, loan_id, coalesce(current_upb, note_amount, 0)
    FROM loans_loan ORDER BY version_id, row_no;
DROP TABLE loans_loan;
ALTER TABLE loans_narrow RENAME TO loans_loan;
ALTER TABLE loans_loan ADD PRIMARY KEY (version_id, row_no);
CREATE INDEX loan_by_number ON loans_loan (loan_id);
ALTER TABLE loans_loan ALTER COLUMN upb SET STATISTICS 0;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loans", "0004_tape_purpose"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(NARROW)],
            state_operations=[
                migrations.DeleteModel("Loan"),
                migrations.CreateModel(
                    name="Loan",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "version_id", "row_no", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("row_no", models.BigIntegerField(help_text="Data row of the tape, from 1.")),
                        ("loan_id", models.TextField(null=True)),
                        (
                            "upb",
                            models.DecimalField(
                                decimal_places=2,
                                help_text="Current UPB, or the note amount where that is blank, or 0; USD.",
                                max_digits=20,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="loans",
                                to="loans.tapeversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("version_id", "row_no"),
                        "indexes": [models.Index(fields=["loan_id"], name="loan_by_number")],
                    },
                ),
            ],
        ),
    ]
