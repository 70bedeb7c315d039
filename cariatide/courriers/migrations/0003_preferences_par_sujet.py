"""How notices come by e-mail is chosen for each subject; the former choice holds for all."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_choice(apps, schema_editor):
    apps.get_model("courriers", "Preference").objects.filter(courriels=False).update(envoi="aucun")


def restore_choice(apps, schema_editor):
    modele = apps.get_model("courriers", "Preference")
    modele.objects.exclude(sujet="").delete()
    modele.objects.filter(envoi="aucun").update(courriels=False)


class Migration(migrations.Migration):
    dependencies = [
        ("courriers", "0002_envoi_retente"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "notification", "resume_demande", models.BooleanField(default=False)
        ),
        migrations.AddIndex(
            "notification",
            models.Index(
                fields=["utilisateur", "id"],
                condition=models.Q(resume_demande=True, courriel_envoye_le__isnull=True),
                name="notification_resume_attend",
            ),
        ),
        migrations.AddField("preference", "sujet", models.CharField(max_length=60, blank=True, default=""), preserve_default=False),
        migrations.AddField(
            "preference",
            "envoi",
            models.CharField(
                max_length=10,
                choices=[
                    ("immediat", "Aussitôt"),
                    ("quotidien", "Dans un résumé chaque matin"),
                    ("aucun", "Pas de courriel"),
                ],
                default="immediat",
            ),
        ),
        migrations.AlterField(
            "preference",
            "utilisateur",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(keep_choice, restore_choice),
        migrations.RemoveField("preference", "courriels"),
        migrations.AddConstraint(
            "preference",
            models.UniqueConstraint(fields=["utilisateur", "sujet"], name="preference_une_par_sujet"),
        ),
    ]
