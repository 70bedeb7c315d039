"""Row rules on the social, confidential and personal tables (socle.rls)."""

from django.db import migrations

from cariatide.socle.perimetre import Niveau
from cariatide.socle.rls import enable_author_rls, enable_rls


class Migration(migrations.Migration):
    dependencies = [("mesures", "0001_initial"), ("menages", "0003_regles_de_lignes")]
    operations = [
        enable_rls("mesures_interventionnote", Niveau.SOCIAL),
        enable_rls("mesures_diagnosticsocialcontenu", Niveau.SOCIAL),
        enable_rls("mesures_bilancontenu", Niveau.SOCIAL),
        enable_rls("mesures_diagnosticsante", Niveau.CONFIDENTIEL),
        enable_author_rls("mesures_notepersonnelle", "auteur_id"),
    ]
