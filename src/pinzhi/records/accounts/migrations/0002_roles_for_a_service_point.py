from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='point',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.RemoveConstraint(
            model_name='membership',
            name='membership_unique',
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'role', 'organisation_code', 'district', 'point'), name='membership_unique'),
        ),
    ]
