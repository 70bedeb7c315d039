"""Everything the platform holds on a person, in words, as the right of access asks for it.

Read from what each app declares of its models (`Rattachable.effacements`): a model that hangs
from a household is in the export as it is in the purge. Opened by the officer under a request, with
the row rules told why; what is confidential of other people is left out, and the export says so.
"""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from cariatide.journal.mots import describe_champ, describe_objet, describe_valeur
from cariatide.menages.actions.conservation import EFFACEMENTS
from cariatide.menages.effacement import Effacement, manager_of
from cariatide.menages.ports import rattachables
from cariatide.socle.perimetre import Niveau

LIGNES_MAX = 5_000
# Written for the work of one person alone; never printed nor exported (domain model, section 6).
PERSONNELS = {"mesures.NotePersonnelle": "Les notes personnelles de leur auteur."}
# Level C: in a household of several people, nothing says of whom it speaks.
CONFIDENTIELS = {"menages.MenageConfidentiel", "mesures.DiagnosticSante"}
SOCIAUX = {
    "menages.MenageSocial", "menages.LigneSituation", "menages.SituationFinanciere",
    "demandes.SaisineSociale", "mesures.InterventionNote", "mesures.DiagnosticSocialContenu",
    "mesures.BilanContenu",
}  # fmt: skip
# Contents of papers are handed over as files; records of this very procedure are not of the file.
HORS = {
    "documents.FichierFactuel", "documents.FichierSocial", "documents.FichierConfidentiel",
    "menages.Fusion", "conformite.LignePurge", "conformite.ArchiveDossier",
    # Copies of what the file holds already; the sharing itself is in the export (its recipients).
    "conformite.ElementPartage", "conformite.ElementPartageSocial",
}  # fmt: skip
_TECHNIQUES = {
    "version", "nom_normalise", "recherche", "mots", "cle_phonetique", "telephone_cle",
    "courriel_cle", "source_type", "source_id", "objet_type", "objet_id", "menage", "menage_id",
    "sha256", "ton", "url",
}  # fmt: skip
_IDENTITE = (
    "civilite", "nom", "prenom", "naissance", "telephone", "courriel", "numero_allocataire",
    "deces_le",
)  # fmt: skip


@dataclass
class ExportPersonne:
    """Titled parts, each of rows in words with its level; what was left out, and why."""

    parties: list[dict[str, Any]] = field(default_factory=list)
    ecartes: list[str] = field(default_factory=list)


def build_export(menage_ids: list[int], personne_id: int, jour: Any) -> ExportPersonne:
    """The person, their places in the household, then the household's file if they belong to it."""
    export = ExportPersonne()
    personne = manager_of("menages.Personne").get(pk=personne_id)
    export.parties.append(_part("Identité", Niveau.FACTUEL, [_row(personne, only=_IDENTITE)]))
    lignes = manager_of("menages.Appartenance").filter(menage_id__in=menage_ids)
    mienne = list(lignes.filter(personne_id=personne_id).order_by("du", "pk"))
    export.parties.append(
        _part("Places dans le ménage", Niveau.FACTUEL, [
            _row(ligne, only=("role", "du", "au", "motif_sortie")) for ligne in mienne
        ])
    )  # fmt: skip
    if not any(ligne.au is None or ligne.au >= jour for ligne in mienne):
        export.ecartes.append(
            "Le dossier du ménage : la personne n’en fait plus partie. Ce qui la concerne avant "
            "son départ est à extraire par le service qui suit le ménage."
        )
        return export
    seule = set(lignes.values_list("personne_id", flat=True)) == {personne_id}
    _add_dossier(export, menage_ids, seule)
    return export


def _add_dossier(export: ExportPersonne, menage_ids: list[int], seule: bool) -> None:
    menages = manager_of("menages.Menage").filter(pk__in=menage_ids).order_by("pk")
    champs = ("reference", "nom_usage", "telephone", "courriel", "cree_le", "dernier_contact_le")
    export.parties.append(_part("Ménage", Niveau.FACTUEL, [_row(m, only=champs) for m in menages]))
    if not seule:
        export.ecartes.append(
            "L’identité, les coordonnées et la date de naissance des autres personnes du ménage."
        )
    declares = [*EFFACEMENTS, *(e for port in rattachables for e in port.effacements)]
    for effacement in sorted(declares, key=lambda e: e.modele):
        _add_modele(export, effacement, menage_ids, seule)


def _add_modele(
    export: ExportPersonne, effacement: Effacement, menage_ids: list[int], seule: bool
) -> None:
    label = effacement.modele
    rows = effacement.rows(menage_ids).order_by("pk")
    if label in HORS or not rows.exists():
        return
    titre = describe_objet(label)
    if label in PERSONNELS:
        export.ecartes.append(PERSONNELS[label])
    elif label in CONFIDENTIELS and not seule:
        export.ecartes.append(f"{titre} : confidentiel, d’un ménage de plusieurs personnes.")
    else:
        niveau = Niveau.CONFIDENTIEL if label in CONFIDENTIELS else Niveau.FACTUEL
        niveau = Niveau.SOCIAL if label in SOCIAUX else niveau
        kept = [r for r in rows[:LIGNES_MAX] if seule or getattr(r, "niveau", 1) < 3]
        total = rows.count()
        if len(kept) < min(total, LIGNES_MAX):
            export.ecartes.append(f"{titre} : les lignes confidentielles.")
        if total > LIGNES_MAX:
            export.ecartes.append(f"{titre} : {total - LIGNES_MAX} lignes au-delà des premières.")
        export.parties.append(_part(titre, niveau, [_row(r) for r in kept]))


def _part(titre: str, niveau: Niveau, lignes: list[dict[str, str]]) -> dict[str, Any]:
    return {"titre": titre, "niveau": niveau.libelle, "lignes": lignes}


def _row(objet: models.Model, only: tuple[str, ...] = ()) -> dict[str, str]:
    """A row as labels and words: no id, no technical column, nothing empty."""
    label, found = objet._meta.label_lower, {}
    for champ in objet._meta.concrete_fields:
        if (only and champ.name not in only) or champ.name in _TECHNIQUES or champ.primary_key:
            continue
        if champ.name.endswith("_id"):  # the key of a row of another floor says nothing to anybody
            continue
        if champ.is_relation:
            voisin = getattr(objet, champ.name) if _is_neutral(champ) else None
            texte = str(voisin or "")
        else:
            brut = getattr(objet, champ.attname)
            valeur = brut.isoformat()[:10] if hasattr(brut, "isoformat") else brut
            texte = (
                "" if valeur in (None, "", [], {}) else describe_valeur(label, champ.name, valeur)
            )
        if texte:
            found[describe_champ(label, champ.name)] = texte
    return found


def _is_neutral(champ: Any) -> bool:
    """Organisations, agreements, communes, accounts: who and where, no other row of the file."""
    return apps.get_model(champ.related_model._meta.label)._meta.app_label in {
        "partenaires", "territoire", "comptes",
    }  # fmt: skip
