"""The texts that allow a sharing (R-CCX-4, R-SEC-2, R-SEC-4), each with how sure we are."""

from datetime import date

from django.db import migrations

BASES = (
    (
        "ccapex", "Prévention des expulsions (CCAPEX)",
        "Les professionnels de l’action sociale et médico-sociale fournissent aux instructeurs les "
        "informations confidentielles strictement nécessaires pour évaluer le risque d’expulsion. "
        "Membres et instructeurs sont tenus au secret.",
        "loi 90-449, article 7-2", "H", False, None,
    ),
    (
        "action_sociale", "Action sociale auprès d’une même personne",
        "Les professionnels de l’action sociale qui interviennent auprès d’une même personne "
        "partagent ce qui est strictement nécessaire pour évaluer sa situation et agir. "
        "L’information du maire et du président du conseil départemental est limitée.",
        "CASF, article L121-6-2 (loi du 5 mars 2007)", "H", False, date(2007, 3, 5),
    ),
    (
        "accord", "Accord de la personne",
        "Le consentement ne fonde pas une mission publique ; ce que l’accord permet au regard du "
        "secret professionnel est à faire vérifier.",
        "RGPD, article 6", "V", True, None,
    ),
)  # fmt: skip


def load(apps, schema_editor):
    base = apps.get_model("conformite", "BaseLegale")
    base.objects.bulk_create(
        base(code=code, libelle=libelle, portee=portee, source=source, confiance=confiance,
             accord=accord, du=du, ordre=10 * rang)
        for rang, (code, libelle, portee, source, confiance, accord, du) in enumerate(BASES, 1)
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("conformite", "0005_partages")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
