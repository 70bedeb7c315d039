"""Reads of alerts: mine, my team's, those of one object; the rules as organisations set them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat

from cariatide.alertes.models import Alerte, GesteAlerte, ReglageAlerte
from cariatide.alertes.ports import Gravite, Reglage, Reglages, RegleAlerte, regles_alerte
from cariatide.alertes.statuts import (
    A_TRAITER,
    EN_COURS,
    Responsable,
    StatutAlerte,
)
from cariatide.bareme.queries import ValeurDatee, ValeursLocales, value, values_by_organisation
from cariatide.menages.models import Menage
from cariatide.menages.queries import search_condition
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET = "alertes.alerte"
REMONTEE = "alertes.remontee"
REPORT = "alertes.report_maximum"
TRIS = (
    Tri("gravite", "Les plus graves d’abord", ("gravite", "depuis")),
    Tri("depuis", "Les plus anciennes d’abord", ("depuis",)),
    Tri("ouverte", "Les dernières ouvertes d’abord", ("ouverte_le",), descendant=True),
)
CHAMPS = (
    "pk", "regle", "objet_type", "objet_id", "menage_id", "menage_nom", "reference", "gravite",
    "depuis", "organisation_id", "organisation_nom", "responsable", "utilisateur_id",
    "utilisateur_nom", "statut", "ouverte_le", "prise_par_id", "prise_nom", "reportee_au",
    "remontee_le", "close_le", "fin", "version",
)  # fmt: skip


def _name(chemin: str) -> Case:
    nom = Concat(F(f"{chemin}__prenom"), Value(" "), F(f"{chemin}__nom"))
    return Case(
        When(**{f"{chemin}__isnull": True}, then=Value("")), default=nom, output_field=TextField()
    )


def select_alertes(perimetre: Perimetre) -> QuerySet[Any]:
    """Visible alerts with the names that a row shows.

    An alert of the data-protection officer names a file by its reference alone, as its clock does.
    """
    par_reference = Q(responsable=Responsable.PROTECTION_DES_DONNEES) | Q(menage__isnull=True)
    rows: QuerySet[Any] = Alerte.objects.visible_to(perimetre).annotate(
        menage_nom=Case(
            When(par_reference, then=Value("")),
            default=F("menage__nom_usage"),
            output_field=TextField(),
        ),
        organisation_nom=Case(
            When(organisation__sigle="", then=F("organisation__nom")),
            default=F("organisation__sigle"),
            output_field=TextField(),
        ),
        utilisateur_nom=_name("utilisateur"),
        prise_nom=_name("prise_par"),
    )
    return rows


def condition_mienne(perimetre: Perimetre) -> Q:
    """What waits for this person: theirs, taken by them, or of a role of theirs without a name."""
    moi = perimetre.utilisateur_id
    condition = Q(utilisateur_id=moi, prise_par__isnull=True) | Q(prise_par_id=moi)
    for mandat in perimetre.mandats:
        condition |= Q(
            utilisateur__isnull=True,
            prise_par__isnull=True,
            organisation_id=mandat.organisation_id,
            responsable=mandat.role,
        )
    return condition


def list_miennes(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """« Mes alertes »."""
    return _filter(
        select_alertes(perimetre).filter(condition_mienne(perimetre)), filtres, perimetre
    )


def list_equipe(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Every alert that the teams of this head of service answer for."""
    equipes = [m.organisation_id for m in perimetre.mandats if m.equipe]
    rows = select_alertes(perimetre).filter(organisation_id__in=equipes)
    return _filter(rows, filtres, perimetre)


def _filter(rows: QuerySet[Any], filtres: Mapping[str, Any], perimetre: Perimetre) -> QuerySet[Any]:
    etat = filtres.get("etat") or ""
    if etat == "":
        rows = rows.filter(statut__in=A_TRAITER)
    elif etat == "remontees":
        rows = rows.filter(statut__in=A_TRAITER, remontee_le__isnull=False)
    elif etat != "toutes":
        rows = rows.filter(statut=etat)
    if regle := filtres.get("regle"):
        rows = rows.filter(regle=regle)
    if gravite := filtres.get("gravite"):
        rows = rows.filter(gravite=int(gravite))
    if personne := filtres.get("personne"):
        rows = rows.filter(Q(utilisateur_id=int(personne)) | Q(prise_par_id=int(personne)))
    if texte := filtres.get("q"):
        found = Q(reference__icontains=texte)
        if nom := search_condition(texte):
            menages = Menage.objects.visible_to(perimetre).filter(nom).order_by().values("pk")
            found |= Q(menage_id__in=menages)
        rows = rows.filter(found)
    return rows


def count_by_regle(perimetre: Perimetre, rows: QuerySet[Any]) -> list[tuple[str, str, int]]:
    """(code, label, number) of the rules met among what is to be dealt with: one query."""
    found = (
        rows.filter(statut__in=A_TRAITER)
        .order_by()
        .values_list("regle")
        .annotate(n=Count("pk"))
        .order_by("-n", "regle")
    )
    return [(code, label_of(code), n) for code, n in found]


def list_personnes(perimetre: Perimetre) -> list[tuple[str, str]]:
    """Who answers for the alerts of the team, for its filter: one query."""
    rows = (
        list_equipe(perimetre, {"etat": "toutes"})
        .filter(utilisateur__isnull=False, statut__in=EN_COURS)
        .order_by("utilisateur__nom", "utilisateur__prenom", "utilisateur_id")
        .values_list("utilisateur_id", "utilisateur_nom")
        .distinct()
    )
    return [(str(pk), nom) for pk, nom in dict.fromkeys(rows)]


def label_of(code: str) -> str:
    regle = regles_alerte.find(code)
    return regle.libelle if regle else code


def describe(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row in words: rule, cause, who answers, where it is dealt with."""
    regle = regles_alerte.find(ligne["regle"])
    depuis = format_date(ligne["depuis"])
    return {
        **ligne,
        "libelle": regle.libelle if regle else ligne["regle"],
        "cause": regle.phrase.format(depuis=depuis) if regle else f"Depuis le {depuis}",
        "gravite_libelle": Gravite(ligne["gravite"]).label,
        "etat": StatutAlerte(ligne["statut"]).label,
        "qui": _answers(ligne),
        "url": regle.adresse(ligne) if regle else "",
    }


def _answers(ligne: Mapping[str, Any]) -> str:
    role = Responsable(ligne["responsable"]).label
    nom = ligne["prise_nom"] or ligne["utilisateur_nom"]
    return nom or f"{role}, {ligne['organisation_nom']}"


def list_of_objet(perimetre: Perimetre, objet_type: str, objet_id: int) -> list[dict[str, Any]]:
    """Living alerts of one object, for its page: one query."""
    rows = (
        select_alertes(perimetre)
        .filter(objet_type=objet_type, objet_id=objet_id, statut__in=EN_COURS)
        .order_by("gravite", "depuis", "pk")
        .values(*CHAMPS)
    )
    return [describe(row) for row in rows]


@dataclass(frozen=True)
class FicheAlerte:
    """An alert on its own page."""

    alerte: Alerte
    ligne: dict[str, Any]
    gestes: list[GesteAlerte]
    precedentes: list[Alerte]
    aide: str


def build_fiche(perimetre: Perimetre, alerte_id: int) -> FicheAlerte:
    """Raises Introuvable outside the perimeter."""
    alerte: Alerte = Alerte.objects.find_visible(perimetre, alerte_id)
    ligne = describe(select_alertes(perimetre).filter(pk=alerte_id).values(*CHAMPS).get())
    of_it = {"regle": alerte.regle, "objet_id": alerte.objet_id}
    regle = regles_alerte.find(alerte.regle)
    return FicheAlerte(
        alerte=alerte,
        ligne=ligne,
        gestes=list(
            GesteAlerte.objects.visible_to(perimetre).filter(alerte_id=alerte_id).order_by("-id")
        ),
        precedentes=list(
            Alerte.objects.visible_to(perimetre)
            .filter(**of_it)
            .exclude(pk=alerte_id)
            .order_by("-ouverte_le", "-pk")[:10]
        ),
        aide=regle.aide if regle else "",
    )


def lecture_alerte(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture | None:
    """What the consultation journal keeps of an alert about a household (404 outside)."""
    alerte: Alerte = Alerte.objects.find_visible(perimetre, kwargs["alerte_id"])
    if alerte.menage_id is None:
        return None
    dpo = alerte.responsable == Responsable.PROTECTION_DES_DONNEES
    niveau = Niveau.AGREGE if dpo else Niveau.FACTUEL
    return Lecture(OBJET, alerte.pk, alerte.menage_id, niveau, alerte.reference)


# -- rules and their settings --------------------------------------------------------------------


def read_reglages(jour: date, codes: Iterable[str] = ()) -> dict[str, Reglages]:
    """How each rule works that day, for every organisation: two queries."""
    regles = {code: r for code, r in regles_alerte.items() if not codes or code in set(codes)}
    parametres = values_by_organisation(
        {REMONTEE, *(r.parametre for r in regles.values())}, le=jour
    )
    choix: dict[str, dict[int, ReglageAlerte]] = {code: {} for code in regles}
    for row in ReglageAlerte.objects.filter(en_vigueur(jour), regle__in=list(regles)):
        choix[row.regle][row.organisation_id or 0] = row
    return {
        code: _build(regle, jour, parametres[regle.parametre], parametres[REMONTEE], choix[code])
        for code, regle in regles.items()
    }


def _build(
    regle: RegleAlerte,
    jour: date,
    delais: ValeursLocales,
    remontees: ValeursLocales,
    choix: Mapping[int, ReglageAlerte],
) -> Reglages:
    def reglage(organisation_id: int) -> Reglage:
        row = choix.get(organisation_id) or choix.get(0)
        remontee = remontees.of(organisation_id)
        escalade = remontee.entier if remontee else None
        if row is not None and row.escalade_jours is not None:
            escalade = row.escalade_jours
        return Reglage(
            active=row.active if row else True,
            valeur=delais.of(organisation_id),
            responsable=(row.responsable if row else "") or regle.responsables[0],
            escalade=escalade,
        )

    propres = (set(choix) | set(delais.propres) | set(remontees.propres)) - {0}
    return Reglages(jour, reglage(0), {pk: reglage(pk) for pk in sorted(propres)})


def read_report_maximum(jour: date, organisation_id: int) -> ValeurDatee:
    """How long an alert may be postponed there."""
    return value(REPORT, le=jour, organisation_id=organisation_id)


@dataclass(frozen=True)
class LigneRegle:
    """One rule as it works for one organisation, or for those that set nothing."""

    code: str
    regle: RegleAlerte
    reglage: Reglage
    propre: bool
    ouvertes: int

    @property
    def responsable(self) -> str:
        return Responsable(self.reglage.responsable).label


def list_regles(perimetre: Perimetre, organisation_id: int | None) -> list[LigneRegle]:
    """Every rule, with its setting there and how many alerts it keeps open for the reader."""
    rows = Alerte.objects.visible_to(perimetre).filter(statut__in=A_TRAITER)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    nombres = dict(rows.order_by().values_list("regle").annotate(n=Count("pk")))
    reglages = read_reglages(perimetre.jour)
    return [
        LigneRegle(
            code,
            regle,
            reglages[code].of(organisation_id),
            organisation_id in reglages[code].propres,
            nombres.get(code, 0),
        )
        for code, regle in regles_alerte.items()
    ]


def find_regle(code: str) -> RegleAlerte:
    regle = regles_alerte.find(code)
    if regle is None:
        raise Introuvable("Cette règle n’existe pas.")
    return regle


def select_reglages(code: str, organisation_id: int | None) -> QuerySet[ReglageAlerte]:
    """The settings of a rule for one organisation, or for those that set nothing."""
    rows = ReglageAlerte.objects.filter(regle=code)
    if organisation_id is None:
        return rows.filter(organisation__isnull=True)
    return rows.filter(organisation_id=organisation_id)


def list_historique(code: str, organisation_id: int | None) -> list[ReglageAlerte]:
    """The settings of a rule there, the latest first."""
    return list(select_reglages(code, organisation_id).order_by("-du", "-pk"))


def list_blocs_miennes(perimetre: Perimetre, nombre: int) -> list[dict[str, Any]]:
    """The most serious of mine, for the day's page: one query."""
    rows = list_miennes(perimetre, {}).order_by("gravite", "depuis", "pk").values(*CHAMPS)
    return [describe(row) for row in rows[:nombre]]
