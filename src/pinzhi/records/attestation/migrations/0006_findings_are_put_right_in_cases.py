from django.db import migrations


class Migration(migrations.Migration):
    """What became of a finding is read from its case. What stood here before cases did is given up: it was in no figure."""

    dependencies = [("attestation", "0005_find_what_was_replaced")]

    operations = [
        migrations.RemoveIndex(model_name="finding", name="finding_by_state"),
        *(
            migrations.RemoveField(model_name="finding", name=name)
            for name in ("state", "correction", "corrected_on", "closed_by", "closed_on")
        ),
    ]
