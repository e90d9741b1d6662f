import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portfolios', '0013_grids_by_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rehearsal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.CharField(help_text="Sealed to the opener's key (HPKE), base64url.", max_length=200)),
                ('answer_sha256', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('passed_at', models.DateTimeField(null=True)),
                ('opener', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rehearsals', to='portfolios.opener')),
            ],
            options={
                'ordering': ('-asked_at',),
            },
        ),
    ]
