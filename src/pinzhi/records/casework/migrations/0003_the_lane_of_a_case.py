from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0002_visits_ratings_and_savings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_due',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_district',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_theme',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_handler',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_provider',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_verifier',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_expert',
        ),
        migrations.AddField(
            model_name="case",
            name="lane",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(phase__in=("new", "open"), then=models.Value("active")), default=models.F("phase")
                ),
                output_field=models.CharField(max_length=8),
            ),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['lane', 'due_on', 'theme', 'seen_before'], name='case_by_lane'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['district', 'lane', 'theme', 'due_on', 'seen_before'], name='case_by_district'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['theme', 'lane', 'due_on', 'seen_before'], name='case_by_theme'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['lane', 'opened_on'], name='case_by_age'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['opened_on', 'district'], name='case_by_opening'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['closed_on', 'district'], name='case_by_closing'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['handler_code', 'lane'], name='case_by_handler'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['provider_code', 'lane'], name='case_by_provider'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['verifier', 'lane'], name='case_by_verifier'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['expert', 'lane'], name='case_by_expert'),
        ),
    ]
