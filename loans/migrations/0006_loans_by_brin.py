"""Loans stand in the order of their numbers within each part, and an index of page ranges finds them. See ADR 12.

Two trees with an entry for every loan were three quarters of what a tape cost PostgreSQL. The rows that are there are
put in order, which writes the table anew.
"""

import django.contrib.postgres.indexes
from django.db import migrations

IN_ORDER = """
CREATE TABLE loans_in_order (
    version_id bigint NOT NULL, row_no bigint NOT NULL, loan_id text, upb numeric(20, 2) NOT NULL
);
INSERT INTO loans_in_order SELECT version_id, row_no, loan_id, upb FROM loans_loan ORDER BY version_id, loan_id;
DROP TABLE loans_loan;
ALTER TABLE loans_in_order RENAME TO loans_loan;
ALTER TABLE loans_loan ALTER COLUMN upb SET STATISTICS 0;
CREATE INDEX loan_by_number ON loans_loan USING brin (version_id, loan_id) WITH (pages_per_range = 2);
"""
WITH_TREES = """
DROP INDEX loan_by_number;
ALTER TABLE loans_loan ADD PRIMARY KEY (version_id, row_no);
CREATE INDEX loan_by_number ON loans_loan (loan_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loans", "0005_narrow_loans"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(IN_ORDER, WITH_TREES)],
            state_operations=[
                migrations.RemoveIndex("loan", "loan_by_number"),
                migrations.AddIndex(
                    "loan",
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["version", "loan_id"], name="loan_by_number", pages_per_range=2
                    ),
                ),
            ],
        ),
    ]
