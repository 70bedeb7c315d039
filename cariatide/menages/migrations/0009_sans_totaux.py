"""The totals of the social part are lines of snapshots now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("menages", "0008_natures_et_reprise")]

    operations = [
        migrations.RemoveConstraint(
            model_name='menagesocial',
            name='menage_social_montants',
        ),
        migrations.RemoveField(
            model_name='menagesocial',
            name='charges_mensuelles',
        ),
        migrations.RemoveField(
            model_name='menagesocial',
            name='dettes',
        ),
        migrations.RemoveField(
            model_name='menagesocial',
            name='ressources_mensuelles',
        ),
        migrations.RemoveField(
            model_name='menagesocial',
            name='situation_au',
        ),
    ]
