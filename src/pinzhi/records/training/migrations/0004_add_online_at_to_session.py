"""Where a session on line is held."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0003_let_target_enterprises_leave_the_list")]

    operations = [
        migrations.AddField(
            model_name="session", name="online_at", field=models.URLField(blank=True, default="", max_length=300)
        )
    ]
