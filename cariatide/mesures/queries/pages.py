"""Reads of the screens: list, page of a measure, decisions that wait, household cards."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from cariatide.alertes.queries import list_of_objet
from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import StatutSaisine
from cariatide.echeances.models import Echeance
from cariatide.menages.models import Menage
from cariatide.menages.ports import EnCours, LectureEnCours
from cariatide.menages.queries import Lecteur, find_niveau, list_lecteurs, search_condition
from cariatide.mesures.lifecycle import CYCLE
from cariatide.mesures.models import (
    Bilan,
    DiagnosticSocial,
    Intervention,
    InterventionNote,
    Mesure,
    NotePersonnelle,
    Objectif,
    Renouvellement,
    Reorientation,
    SuiviPosterieur,
    Suspension,
)
from cariatide.mesures.queries.faits import find_mesure, make_contexte
from cariatide.mesures.queries.reorientations import list_de_la_mesure
from cariatide.mesures.statuts import (
    CLOSES,
    EN_COURS,
    VIVANTES,
    StatutBilan,
    StatutDiagnostic,
    StatutMesure,
    StatutObjectif,
    StatutRenouvellement,
)
from cariatide.socle.lifecycle import Evaluation
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.adresses import adresse
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET = "mesures.mesure"
TRIS = (
    Tri("terme", "Terme, le plus proche d’abord", ("terme",)),
    Tri("terme_desc", "Terme, le plus lointain d’abord", ("terme",), descendant=True),
    Tri("recentes", "Ouverte, récente d’abord", ("ouverte_le",), descendant=True),
    Tri("anciennes", "Ouverte, ancienne d’abord", ("ouverte_le",)),
    Tri("nom", "Nom du ménage", ("menage__nom_normalise",)),
    Tri("nom_desc", "Nom du ménage, de Z à A", ("menage__nom_normalise",), descendant=True),
)
CHAMPS = (
    "pk", "reference", "menage__nom_usage", "menage__commune__nom", "menage__adresse_protegee",
    "dispositif", "axe", "statut", "referent__prenom", "referent__nom", "fin_prevue",
    "convention__reference", "ouverte_le",
)  # fmt: skip
ENTRETIENS_PAR_PAGE = 30  # meetings shown before « Tous les entretiens »


def list_mesures(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Mesure]:
    """Measures of the perimeter that pass the filters of the list."""
    found: QuerySet[Mesure] = Mesure.objects.visible_to(perimetre)
    if filtres.get("q"):
        condition = _search(filtres["q"], perimetre)
        found = found.filter(condition) if condition is not None else found.none()
    if filtres.get("referent"):
        found = found.filter(referent_id=filtres["referent"])
    match filtres.get("statut"):
        case "en_cours":
            found = found.filter(statut__in=EN_COURS)
        case "toutes":
            pass
        case None | "":
            # A search finds what is closed too; a list shows what is alive.
            found = found if filtres.get("q") else found.filter(statut__in=VIVANTES)
        case statut:
            found = found.filter(statut=statut)
    for nom in ("axe", "dispositif"):
        if filtres.get(nom):
            found = found.filter(**{nom: filtres[nom]})
    if filtres.get("convention"):
        found = found.filter(convention_id=filtres["convention"])
    if filtres.get("commune"):
        found = found.filter(
            menage__commune__nom_normalise__startswith=normalise(filtres["commune"]),
            menage__adresse_protegee=False,
        )
    if filtres.get("terme_avant"):
        found = found.filter(fin_prevue__lte=filtres["terme_avant"]).exclude(statut__in=CLOSES)
    return found


def _search(texte: str, perimetre: Perimetre) -> Q | None:
    from_menage = search_condition(texte)
    if from_menage is None:
        return None
    menages = Menage.objects.visible_to(perimetre).filter(from_menage)
    return Q(menage__in=menages) | Q(reference__iexact=texte.strip())


def lecture_mesure(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the consultation journal keeps of a page of this measure (404 outside)."""
    mesure: Mesure = Mesure.objects.find_visible(perimetre, kwargs["mesure_id"])
    return _lecture(mesure, perimetre)


def _lecture(mesure: Mesure, perimetre: Perimetre) -> Lecture:
    return Lecture(
        objet_type=OBJET,
        objet_id=mesure.pk,
        menage_id=mesure.menage_id,
        niveau=find_niveau(perimetre, mesure.menage_id),
        libelle=mesure.reference,
    )


def lecture_de(modele: Any, cle: str) -> Any:
    """The same for a page of what hangs from a measure: `lecture_de(Bilan, "bilan_id")`."""

    def lecture(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
        objet = modele.objects.select_related("mesure").find_visible(perimetre, kwargs[cle])
        return _lecture(objet.mesure, perimetre)

    return lecture


# -- the page of a measure -------------------------------------------------------------------


@dataclass(frozen=True)
class FicheMesure:
    """Everything the page of a measure shows, within the perimeter.

    notes: shared notes by intervention (empty below level S). personnelles: one's own only.
    """

    mesure: Mesure
    niveau: Niveau
    actes: list[Evaluation]
    objectifs: list[Objectif]
    entretiens: list[Intervention]
    entretiens_restants: bool
    notes: dict[int, InterventionNote]
    personnelles: list[NotePersonnelle]
    diagnostics: list[DiagnosticSocial]
    bilans: list[Bilan]
    renouvellements: list[Renouvellement]
    suspensions: list[Suspension]
    suivis: list[SuiviPosterieur]
    reorientations: list[Reorientation]
    echeances: list[Echeance]
    alertes: list[dict[str, Any]]
    lecteurs: list[Lecteur]
    presences: dict[str, int]

    @property
    def reorientation_ouverte(self) -> bool:
        return any(r.is_en_cours and r.mesure_id == self.mesure.pk for r in self.reorientations)

    @property
    def lit_social(self) -> bool:
        return self.niveau >= Niveau.SOCIAL

    @property
    def atteints(self) -> int:
        return sum(o.statut == StatutObjectif.ATTEINT for o in self.objectifs)


def build_fiche(
    perimetre: Perimetre, mesure_id: int, *, tous_les_entretiens: bool = False
) -> FicheMesure:
    """Read a measure for its page; raises Introuvable outside the perimeter."""
    mesure = find_mesure(perimetre, mesure_id)
    niveau = find_niveau(perimetre, mesure.menage_id)
    of_it: dict[str, Any] = {"mesure_id": mesure.pk}
    visites = (
        Intervention.objects.visible_to(perimetre)
        .filter(**of_it)
        .select_related("auteur")
        .order_by("-date", "-id")
    )
    limite = 2000 if tous_les_entretiens else ENTRETIENS_PAR_PAGE
    entretiens = list(visites[: limite + 1])
    notes: dict[int, InterventionNote] = {}
    if niveau >= Niveau.SOCIAL:
        found = InterventionNote.objects.visible_to(perimetre).filter(
            intervention_id__in=[e.pk for e in entretiens]
        )
        notes = {n.intervention_id: n for n in found}
    ctx = make_contexte(mesure, perimetre)
    return FicheMesure(
        mesure=mesure,
        niveau=niveau,
        actes=[e for e in CYCLE.evaluate(mesure, ctx) if e.transition.roles],
        objectifs=list(_of(Objectif, perimetre, of_it, "statut", "id")),
        entretiens=entretiens[:limite],
        entretiens_restants=len(entretiens) > limite,
        notes=notes,
        personnelles=list(_of(NotePersonnelle, perimetre, of_it, "-id")),
        diagnostics=list(_of(DiagnosticSocial, perimetre, of_it, "-demande_le", "-id")),
        bilans=list(_of(Bilan, perimetre, of_it, "-le", "-id")),
        renouvellements=list(_of(Renouvellement, perimetre, of_it, "-id")),
        suspensions=list(_of(Suspension, perimetre, of_it, "-du")),
        suivis=list(_of(SuiviPosterieur, perimetre, of_it, "mois")),
        reorientations=list_de_la_mesure(perimetre, mesure.pk),
        echeances=list(
            Echeance.objects.visible_to(perimetre)
            .filter(objet_type=OBJET, objet_id=mesure.pk, statut=Echeance.Statut.OUVERTE)
            .order_by("due_le", "id")
        ),
        alertes=list_of_objet(perimetre, OBJET, mesure.pk),
        lecteurs=list_lecteurs(perimetre, mesure.menage_id),
        presences=count_presences(perimetre, mesure.pk),
    )


def _of(modele: Any, perimetre: Perimetre, filtre: dict[str, Any], *ordre: str) -> Any:
    return modele.objects.visible_to(perimetre).filter(**filtre).order_by(*ordre)


def count_presences(perimetre: Perimetre, mesure_id: int) -> dict[str, int]:
    """Meetings of a measure by presence (features, D4)."""
    rows = (
        Intervention.objects.visible_to(perimetre)
        .filter(mesure_id=mesure_id)
        .order_by()
        .values_list("presence")
        .annotate(n=Count("pk"))
    )
    return {str(presence): int(n) for presence, n in rows}


# -- what waits for a decision ---------------------------------------------------------------


def list_bilans_a_valider(perimetre: Perimetre) -> QuerySet[Bilan]:
    """Reviews submitted to one's service."""
    return _attente(Bilan, perimetre).filter(statut=StatutBilan.SOUMIS).order_by("soumis_le", "id")


def list_diagnostics_a_valider(perimetre: Perimetre) -> QuerySet[DiagnosticSocial]:
    """Diagnoses written by one's service."""
    found = _attente(DiagnosticSocial, perimetre).filter(statut=StatutDiagnostic.REDIGE)
    return found.order_by("redige_le", "id")


def list_renouvellements_a_valider(perimetre: Perimetre) -> QuerySet[Renouvellement]:
    """Renewals that one's service proposes."""
    found = _attente(Renouvellement, perimetre).filter(statut=StatutRenouvellement.PROPOSE)
    return found.order_by("propose_le", "id")


def _attente(modele: Any, perimetre: Perimetre) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        modele.objects.visible_to(perimetre)
        .filter(mesure__operateur_id__in=perimetre.organisation_ids)
        .select_related("mesure", "menage", "mesure__referent")
    )
    return found


def list_mesures_a_accorder(perimetre: Perimetre) -> QuerySet[Mesure]:
    """Measures that wait for the accord of one's organisation."""
    found: QuerySet[Mesure] = (
        Mesure.objects.visible_to(perimetre)
        .filter(
            statut=StatutMesure.PRESCRITE,
            convention__commanditaire_id__in=perimetre.organisation_ids,
        )
        .select_related("menage", "convention", "referent")
        .order_by("ouverte_le", "id")
    )
    return found


def list_renouvellements_a_accorder(perimetre: Perimetre) -> QuerySet[Renouvellement]:
    """Validated renewals that wait for the accord of one's organisation."""
    found: QuerySet[Renouvellement] = (
        Renouvellement.objects.visible_to(perimetre)
        .filter(
            statut=StatutRenouvellement.VALIDE,
            mesure__convention__commanditaire_id__in=perimetre.organisation_ids,
        )
        .select_related("mesure", "menage")
        .order_by("valide_le", "id")
    )
    return found


def list_orientees(perimetre: Perimetre) -> QuerySet[Saisine]:
    """Saisines that a session directed to one's organisation and that wait for their measure."""
    found: QuerySet[Saisine] = (
        Saisine.objects.visible_to(perimetre)
        .filter(
            statut__in=[StatutSaisine.ORIENTEE_MAINTIEN, StatutSaisine.ORIENTEE_RELOGEMENT],
            convention__operateur_id__in=perimetre.organisation_ids,
        )
        .select_related("menage", "convention")
        .order_by("decidee_le", "id")
    )
    return found


def list_a_faire(perimetre: Perimetre) -> QuerySet[Mesure]:
    """A social worker's measures that wait for an act of theirs, oldest first."""
    found: QuerySet[Mesure] = (
        Mesure.objects.visible_to(perimetre)
        .filter(
            referent_id=perimetre.utilisateur_id,
            statut__in=[
                StatutMesure.ACCORDEE,
                StatutMesure.PROPOSEE,
                StatutMesure.ADHEREE,
                StatutMesure.BILAN_DU,
            ],
        )
        .select_related("menage")
        .annotate(total_objectifs=Count("objectifs"))
        .order_by(F("fin_prevue").asc(nulls_last=True), "ouverte_le", "id")
    )
    return found


def count_portefeuilles(perimetre: Perimetre) -> list[dict[str, Any]]:
    """Open measures by référent of one's operators: the load of each (features, C10)."""
    jour, soon = perimetre.jour, perimetre.jour + timedelta(days=30)
    return list(
        Mesure.objects.visible_to(perimetre)
        .exclude(statut__in=CLOSES)
        .filter(operateur_id__in=perimetre.organisation_ids)
        .order_by("referent__nom", "referent__prenom", "referent_id")
        .values("referent_id", "referent__prenom", "referent__nom")
        .annotate(
            total=Count("pk"),
            actives=Count("pk", filter=Q(statut__in=EN_COURS)),
            a_terme=Count("pk", filter=Q(fin_prevue__lte=soon, fin_prevue__gte=jour)),
            en_retard=Count("pk", filter=Q(fin_prevue__lt=jour)),
        )
    )


def list_inactives(perimetre: Perimetre, depuis: date) -> QuerySet[Mesure]:
    """Running measures without any meeting since that day (features, C8)."""
    recent = Intervention.objects.filter(date__gte=depuis).order_by().values("mesure_id")
    found: QuerySet[Mesure] = (
        Mesure.objects.visible_to(perimetre)
        .filter(statut__in=EN_COURS, operateur_id__in=perimetre.organisation_ids)
        .exclude(pk__in=recent)
        .exclude(statut=StatutMesure.SUSPENDUE)
    )
    return found


# -- the card on the household page ----------------------------------------------------------


def read_cartes(menage_id: int, perimetre: Perimetre) -> LectureEnCours:
    """Open measures of a household, with the state of their objectives."""
    rows = (
        Mesure.objects.visible_to(perimetre)
        .filter(menage_id=menage_id)
        .exclude(statut__in=CLOSES)
        .select_related("referent")
        .annotate(
            total=Count("objectifs"),
            atteints=Count("objectifs", filter=Q(objectifs__statut=StatutObjectif.ATTEINT)),
        )
        .order_by("ouverte_le", "id")
    )
    return LectureEnCours(rows, lambda m: _carte(m, perimetre.jour))


def _carte(mesure: Any, jour: date) -> EnCours:
    parties = [f"Axe {mesure.get_axe_display().lower()}"]
    if mesure.referent:
        parties.append(mesure.referent.nom_complet)
    parties.append(mesure.get_statut_display().lower())
    fin, ton = mesure.fin_prevue, ""
    if fin:
        ton = "late" if fin < jour else "soon" if fin <= jour + timedelta(days=30) else ""
    total = mesure.total
    suite = ""
    if total:
        suite = f"{total} objectif{'s' if total > 1 else ''}, {mesure.atteints} atteint"
        suite += "s" if mesure.atteints > 1 else ""
    return EnCours(
        titre=f"Accompagnement : {mesure.get_dispositif_display()}",
        detail=" · ".join(parties),
        url=adresse("mesures:detail", mesure.pk),
        echeance=fin,
        echeance_libelle="Terme de la mesure" if fin else "",
        ton=ton,
        suite=suite,
    )
