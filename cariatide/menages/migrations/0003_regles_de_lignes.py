"""Row rules on the social and confidential tables (socle.rls)."""

from django.db import migrations

from cariatide.socle.perimetre import Niveau
from cariatide.socle.rls import enable_rls


class Migration(migrations.Migration):
    dependencies = [("menages", "0002_initial")]
    operations = [
        enable_rls("menages_menagesocial", Niveau.SOCIAL),
        enable_rls("menages_menageconfidentiel", Niveau.CONFIDENTIEL),
    ]
