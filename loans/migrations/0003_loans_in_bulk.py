"""Loans are written a hundred thousand at a time: what PostgreSQL does for each of them is what a tape costs.

The foreign key looked the version up for every loan. It gives way to a trigger on the version, which refuses to delete
one that still has loans; the other direction is kept by the part, whose row is locked while its loans are copied.
See ADR 6. Of 220 columns only those that a query filters by need statistics: ANALYZE is a second shorter without them.
"""

import django.db.models.deletion
from django.db import migrations, models

KEEP_VERSION = """
CREATE FUNCTION loans_refuse_to_orphan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM loans_loan WHERE version_id = OLD.id) THEN
        RAISE foreign_key_violation USING MESSAGE = format('tape version %s still has loans', OLD.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER loan_keeps_its_version AFTER DELETE ON loans_tapeversion
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION loans_refuse_to_orphan();
"""
LET_VERSION_GO = "DROP TRIGGER loan_keeps_its_version ON loans_tapeversion; DROP FUNCTION loans_refuse_to_orphan();"

STATISTICS = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT attname FROM pg_attribute
        WHERE attrelid = 'loans_loan'::regclass AND attnum > 0 AND NOT attisdropped
          AND attname NOT IN ('version_id', 'row_no', 'loan_id')
    LOOP
        EXECUTE format('ALTER TABLE loans_loan ALTER COLUMN %I SET STATISTICS {target}', name);
    END LOOP;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loans", "0002_changes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="loan",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="loans",
                to="loans.tapeversion",
            ),
        ),
        migrations.RunSQL(KEEP_VERSION, LET_VERSION_GO),
        migrations.RunSQL(STATISTICS.replace("{target}", "0"), STATISTICS.replace("{target}", "-1")),
    ]
