"""One row at least of the tables that a small demonstration leaves empty: at each level, of several
households and organisations."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from cariatide.partenaires.models import Organisation
from tests.distribution import JOUR

AUTEUR = "Essai"


def add_raretes() -> None:
    """Written as the tables stand, without the acts: what matters is who sees them."""
    passages = list(every("commission.Passage").order_by("pk")[:3])
    organisations = list(Organisation.objects.order_by("pk")[:3])
    liens = every("menages.Rattachement").filter(niveau=3, organisation__nom__startswith="Habitat")
    menages = list(dict.fromkeys(liens.order_by("pk").values_list("menage_id", flat=True)))[:8]
    for passage, organisation in zip(passages, organisations, strict=True):
        add("commission.AvisMembre", passage=passage, organisation=organisation,
            sens="favorable", auteur=AUTEUR, le=JOUR)  # fmt: skip
    for organisation in organisations:
        lot = add("echanges.LotImport", genre="saisines", organisation=organisation, auteur=AUTEUR,
                  fichier="essai.csv", sha256="0" * 64, format="csv")  # fmt: skip
        add("echanges.LigneImport", lot=lot, numero=1, statut="valide", cle=AUTEUR)
    for menage_id in menages[:4]:
        add("conformite.GelConservation", menage_id=menage_id, motif="Essai", pose_le=JOUR,
            pose_par=AUTEUR)  # fmt: skip
        add("conformite.ArchiveDossier", menage_id=menage_id, motif="Essai", le=JOUR,
            rendu_le=JOUR, rendu_motif="Essai", rendu_par=AUTEUR)  # fmt: skip
        add("menages.MenageConfidentiel", menage_id=menage_id)
    add("menages.Regroupement", menage_id=menages[4], rejoint_id=menages[5], auteur=AUTEUR,
        le=JOUR - timedelta(days=1), motif="vie_commune", modifies={}, crees={})  # fmt: skip
    for menage_id in menages[:3]:
        for niveau in (1, 2, 3):
            add("menages.FaitParcours", menage_id=menage_id, date=JOUR, niveau=niveau,
                domaine="menages", titre=AUTEUR, auteur=AUTEUR, source_type="essai",
                source_id=1)  # fmt: skip
    hide_addresses()
    anonyme = every("demandes.SaisineSociale").order_by("pk")[:1]
    every("demandes.SaisineSociale").filter(pk__in=anonyme.values("pk")).update(auteur=None)
    for rang, niveau in enumerate((1, 2, 3, 3)):
        add_piece(rang, niveau, menages[rang], organisations[rang % 3])
    for rang, objet in enumerate(("conformite.purge", "commission.seance", "essai.objet"), 4):
        seance = every("commission.Seance").order_by("pk").first()
        for menage_id in (menages[rang], None):
            add_piece(10 * rang + bool(menage_id), 1, menage_id, liens[0].organisation,
                      objet_type=objet, objet_id=seance.pk)  # fmt: skip


def hide_addresses() -> None:
    """Of households that some read at level F alone, some at level C."""
    par_f = every("menages.Rattachement").filter(niveau=1, menage__occupations__isnull=False)
    menages = list(dict.fromkeys(par_f.order_by("pk").values_list("menage_id", flat=True)))[:5]
    every("menages.Menage").filter(pk__in=menages).update(adresse_protegee=True)
    every("menages.Domicile").filter(menage_id__in=menages).update(protege=True)


def add_piece(
    rang: int, niveau: int, menage_id: int | None, organisation: Organisation, **champs: Any
) -> None:
    objet = {"objet_type": "menages.menage", "objet_id": menage_id} | champs
    piece = add(
        "documents.Piece", niveau=niveau, menage_id=menage_id, organisation=organisation,
        auteur=AUTEUR, taille=1, sha256=f"{rang:064d}", type="identite", libelle="Essai",
        nom_fichier="essai.pdf", type_mime="application/pdf", recue_le=JOUR,
        deposee_le=timezone.now(), **objet,
    )  # fmt: skip
    nom = {1: "Factuel", 2: "Social", 3: "Confidentiel"}[niveau]
    add(f"documents.Fichier{nom}", piece=piece, menage_id=menage_id, octets=b"x")


def every(label: str) -> Any:
    return apps.get_model(label)._base_manager.all()


def add(label: str, **champs: Any) -> Any:
    return apps.get_model(label)._base_manager.create(**champs)
