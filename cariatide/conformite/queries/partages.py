"""Reads of sharings: what may be shared, with whom; what was, and who read it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cariatide.bareme.queries import ValeurDatee, value
from cariatide.bareme.statuts import Confiance
from cariatide.comptes.models import Utilisateur
from cariatide.conformite.acces import condition_destinataire, condition_en_cours
from cariatide.conformite.models import (
    BaseLegale,
    ElementPartage,
    ElementPartageSocial,
    Partage,
)
from cariatide.conformite.ports import Item, partageables
from cariatide.conformite.queries.conservation import list_absorbes
from cariatide.conformite.rules import ROLES_CONFORMITE, ROLES_PARTAGE
from cariatide.journal.queries import list_consultations_menage
from cariatide.menages.acces import links_of
from cariatide.menages.models import Domicile, Menage
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.rules import NIVEAU_MAX
from cariatide.socle.erreurs import ActeRefuse, Introuvable
from cariatide.socle.normalisation import normalise_entete
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

PARAMETRE = "partage.duree_maximum"
LECTURES_MAX = 200
ROUTE_LECTURE = "conformite:lire_partage"
TRIS_PARTAGES = (
    Tri("recent", "Le plus récent d’abord", ("du",), descendant=True),
    Tri("ancien", "Le plus ancien d’abord", ("du",)),
    Tri("terme", "Le terme le plus proche d’abord", ("au",)),
    Tri("terme_desc", "Le terme le plus lointain d’abord", ("au",), descendant=True),
)
CHAMPS_PARTAGES = (
    "pk", "reference", "menage__reference", "organisation__nom", "auteur_nom", "destinataire__nom",
    "utilisateur__prenom", "utilisateur__nom", "elements", "finalite", "base_libelle",
    "base_confiance", "du", "au", "revoque_le",
)  # fmt: skip


def read_duree_partage(jour: date, organisation_id: int | None) -> ValeurDatee:
    """The longest sharing, as this organisation fixed it."""
    return value(PARAMETRE, le=jour, organisation_id=organisation_id)


def find_mandat_partage(perimetre: Perimetre, menage_id: int) -> MandatEnVigueur:
    """The mandate that shares this file: one that accompanies it, with its social content."""
    for mandat in perimetre.mandats:
        if mandat.role not in ROLES_PARTAGE:
            continue
        seul = replace(perimetre, mandats=(mandat,), exceptions=())
        if links_of(seul, Niveau.SOCIAL).filter(menage_id=menage_id).exists():
            return mandat
    raise ActeRefuse("Seuls ceux qui accompagnent ce ménage en partagent des éléments.")


def list_items(perimetre: Perimetre, menage_id: int) -> list[Item]:
    """What this person may share of that household; what says a protected address is not in it."""
    menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
    found = [item for port in partageables for item in port.list_items(perimetre, menage_id)]
    if not menage.adresse_protegee:
        return found
    return [i for i in found if not i.adresse and not holds_adresse(menage_id, i)]


def holds_adresse(menage_id: int, item: Item) -> bool:
    """Whether a free text names a dwelling of the household; every dwelling, whoever reads it."""
    texte = _plain(" ".join(valeur for _, valeur in item.lignes))
    domiciles = Domicile.objects.unscoped(
        reason="adresse protégée : aucun texte partagé ne cite un domicile du ménage"
    )
    adresses = domiciles.filter(menage_id=menage_id).exclude(adresse="")
    return any(_plain(a) in texte for a in adresses.values_list("adresse", flat=True))


def _plain(texte: str) -> str:
    """Words alone, whatever the punctuation: « 3, rue du Lac » names « 3 rue du lac »."""
    return f" {normalise_entete(texte)} "


def list_bases(jour: date) -> QuerySet[BaseLegale]:
    """The bases in use on a day."""
    return BaseLegale.objects.filter(
        Q(du__isnull=True) | Q(du__lte=jour), Q(au__isnull=True) | Q(au__gte=jour)
    ).order_by("ordre", "pk")


def _mandats_at(jour: date, niveau: Niveau) -> QuerySet[Mandat]:
    roles = [role for role, maximum in NIVEAU_MAX.items() if maximum >= niveau]
    return Mandat.objects.filter(en_vigueur(jour), role__in=roles, utilisateur__is_active=True)


def list_organisations_destinataires(perimetre: Perimetre) -> QuerySet[Organisation]:
    """Other organisations where somebody opens files."""
    tenues = _mandats_at(perimetre.jour, Niveau.FACTUEL).values("organisation_id")
    miennes = [m.organisation_id for m in perimetre.mandats if m.role in ROLES_PARTAGE]
    found = Organisation.objects.filter(en_vigueur(perimetre.jour), pk__in=tenues)
    return found.exclude(pk__in=miennes).order_by("nom_normalise", "pk")


def list_destinataires(jour: date, organisation_id: int, niveau: Niveau) -> set[int]:
    """The people of an organisation whose role reads that level."""
    rows = _mandats_at(jour, niveau).filter(organisation_id=organisation_id)
    return set(rows.values_list("utilisateur_id", flat=True))


def list_equipe(jour: date, organisation_id: int, niveau: Niveau) -> set[int]:
    """Those that a sharing with the whole organisation opens to (`condition_destinataire`)."""
    rows = _mandats_at(jour, niveau).filter(organisation_id=organisation_id)
    rows = rows.filter(secteur__isnull=True, convention__isnull=True)
    return set(rows.values_list("utilisateur_id", flat=True))


def list_gens(jour: date, organisation_id: int) -> QuerySet[Utilisateur]:
    """The people of an organisation who open files, for a list of choices."""
    gens = list_destinataires(jour, organisation_id, Niveau.FACTUEL)
    return Utilisateur.objects.filter(pk__in=gens).order_by("nom", "prenom", "pk")


def list_partages(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Sharings of the files that this person accompanies; every one for the officer."""
    rows: QuerySet[Any] = Partage.objects.visible_to(perimetre)
    if not perimetre.has_role(*ROLES_CONFORMITE):
        tenus = links_of(perimetre, Niveau.FACTUEL).values("menage_id")
        rows = rows.filter(menage_id__in=tenus)
    if reference := filtres.get("menage"):
        rows = rows.filter(menage__reference__iexact=reference.strip())
    etat = filtres.get("etat")
    if etat == "termines":
        return rows.exclude(condition_en_cours(perimetre.jour))
    return rows if etat == "tous" else rows.filter(condition_en_cours(perimetre.jour))


def list_recus(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """« Partagé avec moi »: what runs today."""
    rows: QuerySet[Any] = Partage.objects.visible_to(perimetre)
    return rows.filter(condition_destinataire(perimetre))


def describe_partage(ligne: dict[str, Any], jour: date) -> dict[str, Any]:
    """A row of either list in words."""
    personne = f"{ligne['utilisateur__prenom'] or ''} {ligne['utilisateur__nom'] or ''}".strip()
    if ligne["revoque_le"]:
        etat = "Arrêté"
    else:
        etat = "En cours" if ligne["au"] >= jour else "Terminé"
    doute = " (à vérifier)" if ligne["base_confiance"] == Confiance.A_VERIFIER else ""
    return {
        **ligne,
        "avec": f"{ligne['destinataire__nom']} ({personne})" if personne
        else ligne["destinataire__nom"],
        "quoi": ", ".join(e["titre"] for e in ligne["elements"]),
        "base": f"{ligne['base_libelle']}{doute}",
        "etat": etat,
    }  # fmt: skip


def find_partage(perimetre: Perimetre, partage_id: int) -> Partage:
    """A sharing as its file's people and the officer see it."""
    rows = list_partages(perimetre, {"etat": "tous"})
    return _only(rows.filter(pk=partage_id))


def find_recu(perimetre: Perimetre, partage_id: int) -> Partage:
    """A sharing made for this person, while it runs."""
    return _only(list_recus(perimetre, {}).filter(pk=partage_id))


def _only(rows: QuerySet[Any]) -> Partage:
    found: Partage | None = rows.select_related(
        "menage", "organisation", "destinataire", "utilisateur"
    ).first()
    if found is None:
        raise Introuvable("Ce partage n’existe pas, a pris fin, ou n’est pas pour vous.")
    return found


def list_elements(perimetre: Perimetre, partage_id: int) -> list[Any]:
    """The copies that this person may read, level F first."""
    found: list[Any] = []
    modeles = [ElementPartage]
    if perimetre.may_read(Niveau.SOCIAL):
        modeles.append(ElementPartageSocial)  # type: ignore[arg-type]
    for modele in modeles:
        found += modele.objects.visible_to(perimetre).filter(partage_id=partage_id).order_by("pk")
    return found


def list_lectures(partage: Partage) -> list[Any]:
    """Who read what was shared, latest first; the file may have been joined to another since."""
    fichiers = [partage.menage_id, *list_absorbes([partage.menage_id])]
    return [
        c
        for menage_id in fichiers
        for c in list_consultations_menage(menage_id).filter(
            objet_type="conformite.partage", objet_id=partage.pk, route=ROUTE_LECTURE
        )[:LECTURES_MAX]
    ]


def list_a_effacer(jour: date) -> list[Partage]:
    """Sharings that ended and whose copies are still there: the daily job acts."""
    finis = Q(au__lt=jour) | Q(revoque_le__isnull=False)
    rows = Partage.objects.unscoped(
        reason="partages qui ont pris fin, dont les copies sont à effacer"
    ).filter(finis, efface_le__isnull=True)
    return list(rows.select_related("menage").order_by("pk"))


def lecture_partage(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The page of those who share: the officer reads titles, never the copies."""
    return _lecture(perimetre, find_partage(perimetre, kwargs["partage_id"]))


def lecture_recu(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The page of the recipient."""
    return _lecture(perimetre, find_recu(perimetre, kwargs["partage_id"]))


def _lecture(perimetre: Perimetre, partage: Partage) -> Lecture:
    niveau = (
        Niveau(partage.niveau) if perimetre.may_read(Niveau(partage.niveau)) else Niveau.FACTUEL
    )
    return Lecture(
        "conformite.partage", partage.pk, partage.menage_id, niveau, partage.reference,
        partage.finalite[:300],
    )  # fmt: skip
