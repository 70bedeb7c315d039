"""What was issued never changes, whoever writes; row rules on the social and confidential files.

Two doors: `menage_id` follows the household when two are merged, and the purge at the end of the
retention says so (cariatide.purge). A piece may only be withdrawn, and its file erased with it.
"""

from django.db import migrations

from cariatide.socle.perimetre import Niveau
from cariatide.socle.rls import enable_rls

FONCTION = """
CREATE FUNCTION documents_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE libres text[] := string_to_array(TG_ARGV[0], ',');
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (to_jsonb(NEW) - libres) = (to_jsonb(OLD) - libres) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'Un document émis ou une pièce reçue ne change pas.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF COALESCE(current_setting('cariatide.purge', true), '') = 'oui' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'Un document émis ou une pièce reçue ne se supprime pas.'
    USING ERRCODE = 'restrict_violation';
END $$;

-- A file goes with its purge, or with the withdrawal of its piece.
CREATE FUNCTION documents_fichier_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.document_id, NEW.piece_id, NEW.contexte, NEW.octets)
       IS NOT DISTINCT FROM (OLD.id, OLD.document_id, OLD.piece_id, OLD.contexte, OLD.octets)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'Le contenu d’un document ou d’une pièce ne change pas.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF COALESCE(current_setting('cariatide.purge', true), '') = 'oui' THEN RETURN OLD; END IF;
  IF EXISTS (SELECT 1 FROM documents_piece p
             WHERE p.id = OLD.piece_id AND p.retiree_le IS NOT NULL) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'Le contenu d’un document ou d’une pièce ne se supprime pas.'
    USING ERRCODE = 'restrict_violation';
END $$;
"""
RETOUR = "DROP FUNCTION documents_fichier_immuable(); DROP FUNCTION documents_immuable();"
RETRAIT = "menage_id,retiree_le,retiree_motif,retiree_par"
FICHIERS = (
    "documents_fichierfactuel",
    "documents_fichiersocial",
    "documents_fichierconfidentiel",
)


def forbid_change(table: str, libres: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER immuable BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION documents_immuable('{libres}');",
        f"DROP TRIGGER immuable ON {table};",
    )


def forbid_file_change(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER immuable BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION documents_fichier_immuable();",
        f"DROP TRIGGER immuable ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("menages", "0003_regles_de_lignes")]
    operations = [
        migrations.RunSQL(FONCTION, RETOUR),
        forbid_change("documents_documentemis", "menage_id"),
        forbid_change("documents_piece", RETRAIT),
        *(forbid_file_change(table) for table in FICHIERS),
        enable_rls("documents_fichiersocial", Niveau.SOCIAL),
        enable_rls("documents_fichierconfidentiel", Niveau.CONFIDENTIEL),
    ]
