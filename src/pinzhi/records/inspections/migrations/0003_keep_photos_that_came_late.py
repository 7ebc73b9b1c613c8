from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("inspections", "0002_find_captures_by_person_and_keep_digests_as_sent"),
    ]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="is_late",
            field=models.BooleanField(default=False),
        ),
    ]
