"""How often the end of a run was tried, so that one that always fails is given up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diligence", "0004_run_watch"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, help_text="Tries of the finishing step."),
        ),
    ]
