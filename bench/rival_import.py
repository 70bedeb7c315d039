"""The rival of the import: django-import-export, as its documentation writes a resource.

The same file, the same readings of cells, the same tables and journal; row by row, a dry run then
the import, as its own pages do. Reference data it would read again on each row is read once.
"""

from datetime import date
from typing import Any

import tablib
from import_export import fields, resources
from import_export.widgets import Widget

from bench.importation import Cadre
from cariatide.demandes.models import MotifSaisine, PieceSaisine, Saisine
from cariatide.demandes.queries import OBJET, list_motifs, list_pieces_requises
from cariatide.demandes.statuts import Canal, StatutSaisine
from cariatide.demandes.verification import CIVILITES
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import write_fait
from cariatide.menages.models import Appartenance, Domicile, Menage, Personne, Rattachement
from cariatide.menages.rules import check_naissance
from cariatide.menages.statuts import MotifRattachement, RoleMenage
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Niveau
from cariatide.socle.phonetique import phonetise_personne
from cariatide.socle.references import next_reference
from cariatide.socle.tableurs.identifiants import parse_code_postal, parse_email, parse_telephones
from cariatide.socle.tableurs.valeurs import parse_date, parse_date_naissance, parse_nom
from cariatide.territoire.models import Commune
from cariatide.territoire.statuts import TypeCommune


class Nom(Widget):
    def clean(self, value: Any, row: Any = None, **_: Any) -> str:
        return parse_nom(value)


class LieuWidget(Widget):
    """The commune of a line by name and postal code."""

    def clean(self, value: Any, row: Any = None, **_: Any) -> Commune:
        code = parse_code_postal(row["Code postal"]).valeur
        found: Commune = Commune.objects.get(
            nom_normalise=normalise(value), codes_postaux__contains=[code],
            type=TypeCommune.ACTUELLE,
        )  # fmt: skip
        return found


class RessourceMenages(resources.ModelResource):  # type: ignore[misc]
    """One household a line, and all that a deposit writes after it."""

    nom_usage = fields.Field("nom_usage", "Nom", widget=Nom())
    commune = fields.Field("commune", "Commune", widget=LieuWidget())

    class Meta:
        model = Menage
        fields = ("nom_usage", "commune")
        import_id_fields: tuple[str, ...] = ()
        skip_diff = True
        use_transactions = True

    def __init__(self, cadre: Cadre) -> None:
        super().__init__()
        self.cadre = cadre
        self.jour = cadre.perimetre.jour
        self.motifs = {normalise(m.libelle): m for m in list_motifs(self.jour)}
        self.pieces = list(list_pieces_requises(cadre.convention.type, self.jour))

    def get_queryset(self) -> Any:
        return Menage.objects.unscoped(reason="banc")

    def after_import(self, *_: Any, **__: Any) -> None:
        """The package sets the sequences again, which the role of the application may not."""

    def get_or_init_instance(self, loader: Any, row: Any) -> tuple[Menage, bool]:
        return Menage(), True

    def before_save_instance(self, instance: Menage, row: Any, **_: Any) -> None:
        instance.reference = next_reference("M", self.jour.year)
        instance.nom_normalise = normalise(instance.nom_usage)
        instance.telephone = parse_telephones(row["Téléphone"])[0].affichage.replace(" ", "")
        instance.courriel = parse_email(row["Courriel"]) if row["Courriel"] else ""
        instance.dernier_contact_le = instance.cree_le = self.jour
        instance.recherche = " ".join(
            normalise(v)
            for v in (instance.nom_usage, row["Prénom"], instance.reference, row["Adresse"])
        )

    def after_save_instance(self, instance: Menage, row: Any, **_: Any) -> None:
        naissance = parse_date_naissance(row["Date de naissance"])
        check_naissance(naissance, self.jour)
        self._personne(instance, row, naissance)
        Domicile(
            menage=instance, adresse=row["Adresse"], commune=instance.commune, du=self.jour,
            code_postal=parse_code_postal(row["Code postal"]).valeur,
        ).save(force_insert=True)  # fmt: skip
        saisine = self._saisine(instance, row)
        self._suites(instance, saisine, row)

    def _personne(self, menage: Menage, row: Any, naissance: date) -> None:
        nom, prenom = parse_nom(row["Nom"]), parse_nom(row["Prénom"])
        normal = normalise(f"{nom} {prenom}")
        known = Personne.objects.unscoped(reason="banc")
        if known.filter(nom_normalise=normal, naissance=naissance).exists():
            raise ValueError("Personne déjà connue")
        personne = Personne(
            nom=nom, prenom=prenom, nom_normalise=normal, naissance=naissance,
            cle_phonetique=phonetise_personne(nom, prenom), telephone=menage.telephone,
            courriel=menage.courriel, numero_allocataire=row["Numéro d’allocataire"],
            civilite=CIVILITES.get(normalise(row["Civilité"]), "non_precisee"),
        )  # fmt: skip
        personne.save(force_insert=True)
        Appartenance(menage=menage, personne=personne, role=RoleMenage.REFERENT, du=self.jour).save(
            force_insert=True
        )

    def _saisine(self, menage: Menage, row: Any) -> Saisine:
        cadre = self.cadre
        saisine = Saisine(
            reference=next_reference("S", self.jour.year), statut=StatutSaisine.DEPOSEE,
            date_saisine=parse_date(row["Date de la saisine"]), deposee_le=self.jour,
            redaction_id=cadre.perimetre.mandats[0].organisation_id,
            origine_organisation_id=cadre.perimetre.mandats[0].organisation_id,
            prescripteur_id=cadre.perimetre.utilisateur_id, canal=Canal.FICHIER,
            dispositif=cadre.convention.type, convention=cadre.convention,
            instance=cadre.instance, menage=menage, commune=menage.commune,
            information_menage_le=date(2026, 11, 10),
        )  # fmt: skip
        saisine.save(force_insert=True)
        return saisine

    def _suites(self, menage: Menage, saisine: Saisine, row: Any) -> None:
        cadre, perimetre = self.cadre, self.cadre.perimetre
        motif = self.motifs.get(normalise(row["Motif"])) or self.motifs["suroccupation"]
        MotifSaisine(saisine=saisine, motif=motif).save(force_insert=True)
        PieceSaisine.objects.bulk_create(
            PieceSaisine(saisine=saisine, code=p.code, libelle=p.libelle,
                         obligatoire=p.obligatoire, ordre=p.ordre)
            for p in self.pieces
        )  # fmt: skip
        Rattachement.objects.bulk_create(
            Rattachement(menage=menage, organisation_id=organisation_id, niveau=int(niveau),
                         motif=lien, source_type=OBJET, source_id=saisine.pk, du=self.jour)
            for organisation_id, lien, niveau in (
                (saisine.origine_organisation_id, MotifRattachement.PRESCRIPTION, Niveau.FACTUEL),
                (cadre.instance.secretariat_id, MotifRattachement.SECRETARIAT, Niveau.FACTUEL),
                (cadre.convention.operateur_id, MotifRattachement.INSTRUCTION, Niveau.SOCIAL),
            )
        )  # fmt: skip
        write_fait(
            perimetre=perimetre, menage_id=menage.pk, le=saisine.date_saisine, domaine="demandes",
            titre=f"Saisine {saisine} déposée", source=(OBJET, saisine.pk),
        )  # fmt: skip
        for nom, type_, pk in (
            ("menage.cree", "menages.menage", menage.pk),
            ("saisine.deposee", OBJET, saisine.pk),
        ):
            record_evenement(
                nom, perimetre=perimetre, objet_type=type_, objet_id=pk, menage_id=menage.pk,
                apres={"statut": saisine.statut},
            )  # fmt: skip


def import_file(cadre: Cadre, contenu: bytes) -> int:
    """Dry run, then import, as the package's pages do; returns the number of lines written."""
    dataset = tablib.Dataset().load(contenu.decode(), format="csv", delimiter=";")
    ressource = RessourceMenages(cadre)
    preview = ressource.import_data(dataset, dry_run=True, raise_errors=True)
    assert not preview.has_errors()
    done = ressource.import_data(dataset, dry_run=False, raise_errors=True)
    written: int = done.totals["new"]
    return written
