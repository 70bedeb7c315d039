"""Reasons of departure (a list that the département fixes) and row rule of what was said."""

from datetime import date

from django.db import migrations

from cariatide.socle.perimetre import Niveau
from cariatide.socle.rls import enable_rls

DU = date(2000, 1, 1)
SOURCE = "Liste de départ, à fixer par l’instance"
MOTIFS = [
    ("autre_dispositif", "Un autre dispositif répond mieux à la situation"),
    ("intensite", "L’accompagnement nécessaire dépasse celui de la mesure"),
    ("changement_secteur", "Le ménage change de secteur"),
    ("demande_menage", "À la demande du ménage"),
    ("accompagnement_double", "Le ménage est déjà suivi par une autre équipe"),
    ("indisponibilite", "L’opérateur ne peut plus suivre le ménage"),
]


def load(apps, schema_editor):
    motif = apps.get_model("mesures", "MotifReorientation")
    motif.objects.bulk_create(
        motif(code=code, libelle=libelle, ordre=10 * rang, du=DU, source=SOURCE)
        for rang, (code, libelle) in enumerate(MOTIFS, 1)
    )


def unload(apps, schema_editor):
    apps.get_model("mesures", "MotifReorientation").objects.filter(source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("mesures", "0006_reorientations"),
        ("menages", "0003_regles_de_lignes"),
    ]
    operations = [
        migrations.RunPython(load, unload),
        enable_rls("mesures_reorientationcontenu", Niveau.SOCIAL),
    ]
