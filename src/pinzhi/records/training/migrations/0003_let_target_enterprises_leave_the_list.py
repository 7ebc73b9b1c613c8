"""An enterprise may leave the list and come back to it: one row for each time it is listed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0002_add_document_to_trainingcertificate")]

    operations = [
        migrations.RemoveConstraint(model_name="targetenterprise", name="target_enterprise_unique"),
        migrations.AddField(
            model_name="targetenterprise",
            name="ground",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.AddConstraint(
            model_name="targetenterprise",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("role", "organisation_code"),
                name="target_enterprise_listed_once",
            ),
        ),
    ]
