"""What a settlement keeps besides its prices: who agreed, what the seller states by loan, notices, claims' workings."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import portfolios.models.settlements

PERSON = {
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("portfolios", "0011_bundle_without_purchaser"),
    ]

    operations = [
        migrations.AddField(
            "settlement",
            "buyer",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            "settlement",
            "begun_at",
            models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            "settlement",
            "cut_off_on",
            models.DateField(help_text="What is collected on or after it is the buyer's.", null=True),
        ),
        migrations.AddField(
            "settlement",
            "allocations",
            models.JSONField(default=dict, help_text="The buyer's lists of prices, by lot: SHA-256, sealed or not."),
        ),
        migrations.AddField("settlement", "seller_agreed_by", models.ForeignKey(**PERSON)),
        migrations.AddField("settlement", "seller_agreed_at", models.DateTimeField(null=True)),
        migrations.AddField("settlement", "buyer_agreed_by", models.ForeignKey(**PERSON)),
        migrations.AddField("settlement", "buyer_agreed_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "settlement",
            "funds",
            models.DecimalField(decimal_places=2, help_text="Due before the deposit.", max_digits=20, null=True),
        ),
        migrations.AddField(
            "settlement",
            "servicing",
            models.FileField(
                blank=True,
                help_text="Parquet: what the seller states by loan.",
                max_length=200,
                upload_to=portfolios.models.settlements.statement_path,
            ),
        ),
        migrations.AddField(
            "settlement",
            "totals",
            models.JSONField(default=dict, help_text="Totals of the statement, USD, and what was taken for granted."),
        ),
        migrations.AlterField(
            "settlement", "confirmed_by", models.ForeignKey(help_text="Who saw the money arrive.", **PERSON)
        ),
        migrations.AddField(
            "settlement", "received_by", models.ForeignKey(help_text="Who saw the loans arrive.", **PERSON)
        ),
        migrations.AddField("settlement", "received_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "settlement",
            "notices",
            models.JSONField(default=dict, help_text="When each notice of the servicing transfer was sent."),
        ),
        migrations.AlterField(
            "settlementloan",
            "price",
            models.DecimalField(decimal_places=10, help_text="Percent of UPB, allocated by the buyer.", max_digits=16),
        ),
        migrations.AddIndex(
            "settlementloan",
            models.Index(
                fields=["settlement", "answer"],
                name="proposed_kick_outs",
                condition=models.Q(("proposed_reason", ""), _negated=True),
            ),
        ),
        migrations.AddField(
            "trailingdocument",
            "doc_type",
            models.CharField(default="", help_text="From the list of documents that may follow.", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField("trailingdocument", "accepted_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "trailingdocument",
            models.UniqueConstraint(fields=("settlement", "loan_id", "doc_type"), name="document_owed_once_a_loan"),
        ),
        migrations.AddField(
            "repurchaseclaim",
            "working",
            models.JSONField(default=dict, help_text="How the amount follows: balance, rate, days, interest, costs."),
        ),
        migrations.AlterField(
            "repurchaseclaim",
            "state",
            models.CharField(
                choices=[(s, s) for s in ("open", "contested", "accepted", "paid", "closed")],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "security",
            "lot",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="security",
                to="portfolios.lot",
            ),
        ),
        migrations.AlterField(
            "security",
            "source",
            models.CharField(
                choices=[(s, s) for s in ("bundle", "settled", "published", "loans", "hand")], max_length=12
            ),
        ),
    ]
