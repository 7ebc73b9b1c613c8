import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("inspections", "0003_keep_photos_that_came_late"),
    ]

    operations = [
        migrations.AddField(
            model_name="inspection",
            name="planned_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="FieldExpert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=20)),
                ("actor", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("synthetic", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "field"), name="field_expert_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("field__in", ("water", "gas", "safety"))), name="field_expert_field"
                    ),
                ],
            },
        ),
    ]
