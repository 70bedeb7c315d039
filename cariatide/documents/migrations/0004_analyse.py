"""What the scanner says of a piece: columns that may change on a piece that otherwise may not."""

from django.db import migrations, models


AVANT = "menage_id,retiree_le,retiree_motif,retiree_par"
APRES = AVANT + ",analyse,analysee_le,analyse_detail,analyse_tentatives,analyse_apres"


def allow_change(libres: str) -> str:
    return (
        "DROP TRIGGER immuable ON documents_piece;"
        "CREATE TRIGGER immuable BEFORE UPDATE OR DELETE ON documents_piece FOR EACH ROW "
        f"EXECUTE FUNCTION documents_immuable('{libres}');"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0003_chiffrement'),
    ]

    operations = [
        migrations.AddField(
            model_name='piece',
            name='analyse',
            field=models.CharField(choices=[('non_analysee', 'Non analysée'), ('en_attente', 'En quarantaine, analyse en cours'), ('saine', 'Analysée, saine'), ('infectee', 'En quarantaine, virus trouvé'), ('impossible', 'En quarantaine, analyse impossible')], default='non_analysee', max_length=16, verbose_name='analyse'),
        ),
        migrations.AddField(
            model_name='piece',
            name='analyse_apres',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='piece',
            name='analyse_detail',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='piece',
            name='analyse_tentatives',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='piece',
            name='analysee_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='analysée le'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(condition=models.Q(('analyse__in', ['en_attente', 'non_analysee'])), fields=['id'], name='piece_a_analyser'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('analyse__in', ['impossible', 'infectee', 'saine']), ('analysee_le__isnull', False)), models.Q(models.Q(('analyse__in', ['impossible', 'infectee', 'saine']), _negated=True), ('analysee_le__isnull', True)), _connector='OR'), name='piece_analysee_datee', violation_error_message='Un verdict d’analyse porte sa date.'),
        ),
        migrations.RunSQL(allow_change(APRES), allow_change(AVANT)),
    ]
