"""Several organisations may merge into one: the predecessors are rows, no longer one column."""

from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

CONTRAINTES = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


def write_successions(apps, schema_editor):
    organisations = apps.get_model("partenaires", "Organisation").objects
    successions = apps.get_model("partenaires", "Succession").objects
    for nouvelle in organisations.exclude(succede_a=None).select_related("succede_a"):
        ancienne = nouvelle.succede_a
        # The successor may be much older than the day it took over.
        le = ancienne.au + timedelta(days=1) if ancienne.au else nouvelle.du
        successions.create(ancienne=ancienne, nouvelle=nouvelle, le=le)
    schema_editor.execute(CONTRAINTES)


def write_predecesseur(apps, schema_editor):
    """One column holds one of them: the first recorded."""
    organisations = apps.get_model("partenaires", "Organisation").objects
    for succession in apps.get_model("partenaires", "Succession").objects.order_by("-pk"):
        organisations.filter(pk=succession.nouvelle_id).update(succede_a=succession.ancienne_id)
    schema_editor.execute(CONTRAINTES)


class Migration(migrations.Migration):
    dependencies = [("partenaires", "0003_organisations_de_proprietaires")]

    operations = [
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    )),
                ("le", models.DateField(verbose_name="à partir du")),
                (
                    "ancienne",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="partenaires.organisation",
                        verbose_name="organisation qui prend fin",
                    ),
                ),
                (
                    "nouvelle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reprises",
                        to="partenaires.organisation",
                        verbose_name="organisation qui succède",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["ancienne", "nouvelle"],
                        name="succession_unique",
                        violation_error_message="Cette succession est déjà enregistrée.",
                    ),
                    models.CheckConstraint(
                        condition=~Q(ancienne=F("nouvelle")),
                        name="succession_entre_deux",
                        violation_error_message="Une organisation ne succède pas à elle-même.",
                    ),
                ],
            },
        ),
        migrations.RunPython(write_successions, write_predecesseur),
        migrations.RemoveConstraint("organisation", "organisation_pas_son_successeur"),
        migrations.RemoveField("organisation", "succede_a"),
        migrations.AddField(
            model_name="convention",
            name="commanditaire_signataire",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partenaires.organisation",
            ),
        ),
        migrations.AddField(
            model_name="convention",
            name="operateur_signataire",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partenaires.organisation",
            ),
        ),
    ]
