from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("portfolios", "0009_pool_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="bundle",
            name="suggested",
            field=models.JSONField(
                default=dict, help_text="Loans to leave out so that the limits are met, each with the limit it cures."
            ),
        ),
    ]
