"""A plan remembers which of its pools were accepted, by whom and when; plans accepted whole did so for all of them."""

from typing import Any

from django.db import migrations, models


def whole(apps: Any, schema_editor: Any) -> None:
    """Every pool of a plan that was accepted whole is one that was accepted."""
    plans = apps.get_model("portfolios", "PoolingPlan").objects
    for plan in plans.filter(state="accepted").select_related("accepted_by").iterator():
        told = {"by": plan.accepted_by.email, "at": plan.accepted_at.isoformat()}
        plan.accepted_pools = {pool["code"]: told for pool in plan.summary.get("pools", ()) if pool["bundle"]}
        plan.save(update_fields=["accepted_pools"])


class Migration(migrations.Migration):
    dependencies = [("portfolios", "0018_sale_advisers")]

    operations = [
        migrations.AddField(
            model_name="poolingplan",
            name="accepted_pools",
            field=models.JSONField(default=dict, help_text="Code of each accepted pool: by whom and when."),
        ),
        migrations.RunPython(whole, migrations.RunPython.noop),
    ]
