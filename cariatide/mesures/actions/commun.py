"""What every act on a measure shares: lock, apply, save, journal, parcours, delays."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from cariatide.echeances.actions import plan_echeance
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import write_fait
from cariatide.mesures.lifecycle import CYCLE
from cariatide.mesures.models import Mesure
from cariatide.mesures.queries import make_contexte
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.lifecycle import Contexte, Lifecycle
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

OBJET = "mesures.mesure"
DOMAINE = "mesures"
EQUIPE = (Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE)


def check_version(objet: Any, version: int | None, quoi: str) -> None:
    """A stale version means that somebody else wrote since the page was opened."""
    if version is not None and objet.version != version:
        raise ConflitDeVersion(
            f"Quelqu’un d’autre a modifié {quoi} depuis l’ouverture de la page. "
            "Votre saisie est gardée : comparez-la avec la version actuelle, puis enregistrez."
        )


def lock_mesure(perimetre: Perimetre, mesure_id: int, version: int | None = None) -> Mesure:
    """Lock a measure of the perimeter for writing."""
    mesure: Mesure = (
        Mesure.objects.select_related("menage", "convention", "saisine")
        .select_for_update(of=("self",))
        .find_visible(perimetre, mesure_id)
    )
    check_version(mesure, version, "cette mesure")
    return mesure


def lock_suite(
    modele: Any, perimetre: Perimetre, pk: int, version: int | None, quoi: str
) -> tuple[Any, Mesure]:
    """Lock what hangs from a measure, its measure first: every act takes them in that order."""
    known = modele.objects.find_visible(perimetre, pk)
    mesure = lock_mesure(perimetre, known.mesure_id)
    objet = (
        modele.objects.select_related("mesure", "mesure__convention")
        .select_for_update(of=("self",))
        .find_visible(perimetre, pk)
    )
    check_version(objet, version, quoi)
    return objet, mesure


def check_open(refus: str) -> None:
    """Refuse an act for the reason that its page gives (queries.refus)."""
    if refus:
        raise ActeRefuse(refus)


def check_texte(champ: str, texte: str, phrase: str) -> None:
    """Refuse an empty text beside its field."""
    if not texte.strip():
        raise ErreurMetier(phrase, {champ: phrase})


def require_equipe(mesure: Mesure, perimetre: Perimetre, quoi: str) -> MandatEnVigueur:
    """The mandate of the operator's team that an act outside the lifecycles uses."""
    mandat = perimetre.find_mandat(EQUIPE, mesure.operateur_id)
    if mandat is None:
        raise ActeRefuse(f"Seule l’équipe de l’opérateur peut {quoi}.")
    return mandat


def require_acteur(perimetre: Perimetre) -> int:
    """The person who writes: what bears an author is never the system's."""
    assert perimetre.utilisateur_id is not None  # the act asked for a mandate
    return perimetre.utilisateur_id


def consign(
    nom: str,
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    *,
    titre: str,
    le: date,
    objet: tuple[str, int] | None = None,
    detail: str = "",
    ton: str = "",
    contact: bool = False,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
    niveau: Niveau = Niveau.FACTUEL,
) -> None:
    """One event of the journal and one line of the household's parcours, for one act.

    niveau: of the values written in the journal; the line of the parcours stays factual.
    """
    objet = objet or (OBJET, mesure.pk)
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=objet[0],
        objet_id=objet[1],
        menage_id=mesure.menage_id,
        libelle=f"Mesure {mesure.reference}",
        niveau=niveau,
        avant=avant,
        apres={"mesure_id": mesure.pk, **(apres or {})},
    )
    write_fait(
        perimetre=perimetre,
        menage_id=mesure.menage_id,
        le=le,
        domaine=DOMAINE,
        titre=titre,
        detail=detail,
        source=objet,
        ton=ton,
        contact=contact,
    )


def apply_mesure(
    mesure: Mesure,
    nom: str,
    perimetre: Perimetre,
    ctx: Contexte | None = None,
) -> MandatEnVigueur | None:
    """Run one transition of the measure's life; the caller checks values, then saves."""
    return CYCLE.apply(mesure, nom, ctx or make_contexte(mesure, perimetre))


def save(objet: Any, champs: Iterable[str] = ()) -> None:
    """Save what an act changed, with the next version."""
    objet.version += 1
    noms = {"version", *champs}
    if hasattr(objet, "statut"):
        noms.add("statut")
    objet.save(update_fields=sorted(noms))


def apply_objet(
    cycle: Lifecycle, objet: Any, nom: str, perimetre: Perimetre
) -> MandatEnVigueur | None:
    """The same for what hangs from a measure (diagnosis, review, renewal)."""
    return cycle.apply(objet, nom, Contexte(perimetre, perimetre.jour))


def plan(
    mesure: Mesure,
    code: str,
    libelle: str,
    due_le: date,
    *,
    source: str = "",
    regle: str = "",
    alerte_jours: int = 30,
) -> None:
    """Open or move a delay of the measure, owned by its référent."""
    plan_echeance(
        code=code,
        libelle=libelle,
        objet=(OBJET, mesure.pk),
        menage_id=mesure.menage_id,
        menage_libelle=mesure.menage.nom_usage,
        due_le=due_le,
        utilisateur_id=mesure.referent_id,
        organisation_id=mesure.operateur_id,
        url=reverse("mesures:detail", args=[mesure.pk]),
        source=source,
        regle=regle,
        alerte_jours=alerte_jours,
    )
