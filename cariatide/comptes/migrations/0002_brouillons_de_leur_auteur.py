"""Row rule on the drafts: they may hold social text, and only their author reads them."""

from django.db import migrations

from cariatide.socle.rls import enable_author_rls


class Migration(migrations.Migration):
    dependencies = [("comptes", "0001_initial")]
    operations = [enable_author_rls("comptes_brouillon", "utilisateur_id")]
