import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attestation", "0003_measure_basis_in_both_languages")]

    operations = [
        migrations.AddField(
            "registerwatch", "looked_on", models.DateField(default=datetime.date(2024, 1, 1)), preserve_default=False
        ),
    ]
