"""Findings and results of loans are written by the thousand too: their foreign key looked the run up for each of them.

It gives way to a trigger on the run, which refuses to delete one that still has any; the other direction is kept by the
part, or by the run itself at the end, whose row is locked while they are copied. See ADR 6.
"""

import django.db.models.deletion
from django.db import migrations, models

KEEP_RUN = """
CREATE FUNCTION diligence_refuse_to_orphan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM diligence_finding WHERE run_id = OLD.id)
        OR EXISTS (SELECT FROM diligence_loanresult WHERE run_id = OLD.id) THEN
        RAISE foreign_key_violation USING MESSAGE = format('run %s still has findings', OLD.id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER finding_keeps_its_run AFTER DELETE ON diligence_run
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION diligence_refuse_to_orphan();
"""
LET_RUN_GO = "DROP TRIGGER finding_keeps_its_run ON diligence_run; DROP FUNCTION diligence_refuse_to_orphan();"


def without_constraint(model: str, related_name: str) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model,
        name="run",
        field=models.ForeignKey(
            db_constraint=False,
            db_index=False,
            on_delete=django.db.models.deletion.CASCADE,
            related_name=related_name,
            to="diligence.run",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("diligence", "0005_run_attempts"),
    ]

    operations = [
        without_constraint("finding", "findings"),
        without_constraint("loanresult", "results"),
        migrations.RunSQL(KEEP_RUN, LET_RUN_GO),
    ]
