from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attestation", "0002_surveillance")]

    operations = [
        migrations.RenameField("measure", "basis", "basis_zh"),
        migrations.AddField("measure", "basis_en", models.CharField(max_length=300, default=""), preserve_default=False),
    ]
