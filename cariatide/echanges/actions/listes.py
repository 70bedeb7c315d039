"""Writes about lists: what a person keeps of them, and the trace of what left as a file."""

from collections.abc import Sequence

from django.db import transaction

from cariatide.echanges.models import ChoixExport, FiltreEnregistre
from cariatide.journal.actions import record_evenement, record_lecture
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET = "export"
FILTRES_MAX = 50  # kept by one person for one list


@transaction.atomic
def record_export(
    *,
    perimetre: Perimetre,
    liste: str,
    libelle: str,
    niveau: Niveau,
    finalite: str,
    format_: str,
    colonnes: Sequence[str],
    requete: str,
    menage_id: int | None = None,
) -> None:
    """Journal an export before it leaves, and remember what was chosen.

    finalite: what for; required of a list about people. menage_id: the one that it is all about.
    """
    if niveau >= Niveau.FACTUEL and not finalite.strip():
        message = "Dites à quoi servira ce fichier : il contient des données personnelles."
        raise ErreurMetier(message, {"finalite": message})
    lecture = Lecture(OBJET, menage_id or 0, menage_id, niveau, libelle, finalite.strip())
    record_lecture(perimetre, lecture, "echanges:exporter")
    record_evenement(
        "liste.exportee",
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=menage_id or 0,
        menage_id=menage_id,
        libelle=libelle,
        apres={
            "liste": liste,
            "format": format_,
            "colonnes": list(colonnes),
            "finalite": finalite.strip(),
            "filtres": sorted({part.partition("=")[0] for part in requete.split("&") if part}),
        },
    )
    ChoixExport.objects.update_or_create(
        utilisateur_id=perimetre.utilisateur_id or 0,
        liste=liste,
        defaults={"colonnes": list(colonnes), "format": format_},
    )


@transaction.atomic
def save_filtre(
    *, perimetre: Perimetre, liste: str, nom: str, requete: str, partage: bool
) -> FiltreEnregistre:
    """Keep the filters of a list under a name; the same name again replaces them."""
    mine = FiltreEnregistre.objects.visible_to(perimetre).filter(
        utilisateur_id=perimetre.utilisateur_id, liste=liste
    )
    if partage and not perimetre.mandats:
        raise ActeRefuse("Vous n’avez pas d’organisation avec laquelle partager ces filtres.")
    if len(requete) > 2000:
        raise ErreurMetier("Ces filtres sont trop longs pour être gardés.")
    filtre = mine.filter(nom=nom).first()
    if filtre is None:
        if mine.count() >= FILTRES_MAX:
            raise ActeRefuse(f"Vous gardez déjà {FILTRES_MAX} filtres pour cette liste.")
        filtre = FiltreEnregistre(
            utilisateur_id=perimetre.utilisateur_id or 0, liste=liste, nom=nom
        )
    filtre.requete = requete
    filtre.organisation_id = perimetre.mandats[0].organisation_id if partage else None
    filtre.save()
    record_evenement(
        "filtres.gardes",
        perimetre=perimetre,
        objet_type="echanges.filtre",
        objet_id=filtre.pk,
        libelle=nom,
        apres={"liste": liste, "partage": partage},
    )
    kept: FiltreEnregistre = filtre
    return kept


@transaction.atomic
def delete_filtre(*, perimetre: Perimetre, filtre_id: int) -> FiltreEnregistre:
    """Forget kept filters: those of their author alone."""
    filtre: FiltreEnregistre = FiltreEnregistre.objects.find_visible(perimetre, filtre_id)
    if filtre.utilisateur_id != perimetre.utilisateur_id:
        raise ActeRefuse("Seule la personne qui a gardé ces filtres peut les retirer.")
    record_evenement(
        "filtres.retires",
        perimetre=perimetre,
        objet_type="echanges.filtre",
        objet_id=filtre.pk,
        libelle=filtre.nom,
    )
    FiltreEnregistre.objects.visible_to(perimetre).filter(pk=filtre.pk).delete()
    return filtre
