"""The same prices may hold again at another time; a form sent twice makes one plan."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolios", "0012_settlement_room"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="pricegrid", name="grid_once"),
        migrations.AddConstraint(
            model_name="pricegrid",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)),
                fields=("organization", "kind", "sha256", "as_of", "expires_at"),
                name="grid_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="poolingplan",
            name="form_token",
            field=models.UUIDField(
                help_text="Of the form it was asked for with: sent twice, it is one.", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="poolingplan",
            constraint=models.UniqueConstraint(fields=("created_by", "form_token"), name="plan_once_a_form"),
        ),
    ]
