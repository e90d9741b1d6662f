"""Several offers in one envelope, each with its own fate; prices in dollars where a lot has no balance.

No bid had been opened outside of tests when this was made, so nothing is carried over.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portfolios.domain.sales import PriceUnit


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("portfolios", "0014_rehearsals"),
    ]

    operations = [
        migrations.AddField(
            "lot",
            "unit",
            models.CharField(
                choices=[(unit, unit) for unit in PriceUnit],
                default=PriceUnit.PERCENT,
                help_text="What a price is in.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            "sale",
            "first_due_at",
            models.DateTimeField(help_text="The first deadline, once there is a further round.", null=True),
        ),
        migrations.RemoveField("award", "bid"),
        migrations.AlterModelOptions("openedbid", options={"ordering": ("entry_id",)}),
        *[
            migrations.RemoveField("openedbid", name)
            for name in ("total", "conforming", "reasons", "cured_by", "cured_note")
        ],
        migrations.AlterField(
            "openedbid",
            "content",
            models.JSONField(help_text="Null where the envelope could not be opened.", null=True),
        ),
        migrations.AddField(
            "openedbid",
            "problem",
            models.TextField(blank=True, default="", help_text="Why it could not be read; it then has no offers."),
            preserve_default=False,
        ),
        migrations.AddField(
            "openedbid",
            "deposit",
            models.DecimalField(
                decimal_places=2,
                default=0,
                help_text="What the seller had received at the opening, USD.",
                max_digits=20,
            ),
        ),
        migrations.CreateModel(
            "Offer",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="From 1, in the order of the envelope.")),
                ("prices", models.JSONField(help_text="By lot, as text, in the unit of the lot.")),
                ("conditions", models.JSONField(default=list)),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="USD; 0 where its prices cannot be read.",
                        max_digits=20,
                    ),
                ),
                ("conforming", models.BooleanField()),
                (
                    "reasons",
                    models.JSONField(default=list, help_text="Every reason why it does not conform."),
                ),
                ("cured_note", models.TextField(blank=True)),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="portfolios.openedbid",
                    ),
                ),
                (
                    "cured_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-total", "pk"),
                "constraints": [models.UniqueConstraint(fields=["bid", "number"], name="offer_number_once_a_bid")],
            },
        ),
        migrations.AddField(
            "award",
            "offer",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="award", to="portfolios.offer"
            ),
        ),
        migrations.AlterField(
            "award",
            "working",
            models.JSONField(default=dict, help_text="Covers by offer, what others would have paid, and ties."),
        ),
    ]
