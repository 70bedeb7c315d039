"""Reads of households for the pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cariatide.bareme.queries import ValeurDatee, value
from cariatide.documents.queries import list_documents, list_pieces
from cariatide.menages.acces import existe_lien
from cariatide.menages.budget import Releve, read_dernier_releve, to_releve
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    FaitParcours,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Rattachement,
)
from cariatide.menages.ports import ActeSurMenage, EnCours, actes_sur_menage, rattachables
from cariatide.menages.recherche import list_termes, read_reference
from cariatide.menages.rules import Membre, describe_composition
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.access import ABSENT, RequeteProtegee
from cariatide.socle.ensemble import lit_ensemble
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

TRIS = (
    Tri("nom", "Nom", ("nom_normalise",)),
    Tri("nom_desc", "Nom, de Z à A", ("nom_normalise",), descendant=True),
    Tri("contact", "Dernier contact, récent d’abord", ("dernier_contact_le",), descendant=True),
    Tri("contact_ancien", "Dernier contact, ancien d’abord", ("dernier_contact_le",)),
    Tri("suivi", "Suivi depuis, récent d’abord", ("cree_le",), descendant=True),
    Tri("suivi_ancien", "Suivi depuis, ancien d’abord", ("cree_le",)),
)
CHAMPS = (
    "pk", "reference", "nom_usage", "commune__nom", "telephone", "dernier_contact_le", "cree_le",
    "public_plan", "adresse_protegee",
)  # fmt: skip
PROTEGEE = "adresse protégée"


def hide_commune(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row of `CHAMPS` as it may be shown, on screen and in a file: a protected place is not."""
    return {**ligne, "commune__nom": PROTEGEE} if ligne["adresse_protegee"] else ligne


def search_condition(texte: str) -> Q | None:
    """Every word of the text starts a word of the household's search column; None when empty."""
    reference = read_reference(texte)
    if reference:
        # The reference of a merged file leads to the one that was kept.
        bearer = Menage.objects.unscoped(
            reason="référence d’une fiche réunie : la clé de celle qui reste, cherchée dans le "
            "périmètre"
        ).filter(reference=reference)
        return Q(pk=Subquery(bearer.values(garde=Coalesce("fusionne_dans_id", "pk"))))
    termes = list_termes(texte)
    if not termes:
        return None
    return Q(mots=SearchQuery(" & ".join(termes), config="simple", search_type="raw"))


def list_menages(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Menage]:
    """Households of the perimeter that pass the filters of the list."""
    found = Menage.objects.visible_to(perimetre).filter(fusionne_dans__isnull=True)
    if filtres.get("q"):
        condition = search_condition(filtres["q"])
        found = found.filter(condition) if condition is not None else found.none()
    if filtres.get("commune"):
        # A protected address is not found by its commune either.
        nom = normalise(filtres["commune"])
        found = found.filter(commune__nom_normalise__startswith=nom, adresse_protegee=False)
    if filtres.get("public_plan"):
        found = found.filter(public_plan=True)
    if filtres.get("sans_contact_depuis"):
        found = found.filter(dernier_contact_le__lt=filtres["sans_contact_depuis"])
    return found


def search_menages(perimetre: Perimetre, texte: str, limite: int) -> list[dict[str, Any]]:
    """The first households that a search finds, as dicts of `CHAMPS` ready to be shown.

    Those whose name starts with what was typed come first; the others follow, as long as there is
    room. A frequent beginning is thus answered from the index of names alone.
    """
    condition = search_condition(texte)
    if condition is None:
        return []
    visible = Menage.objects.visible_to(perimetre).filter(fusionne_dans__isnull=True)
    found: QuerySet[Any, dict[str, Any]] = visible.order_by("nom_normalise", "pk").values(*CHAMPS)
    ainsi = Q(nom_normalise__startswith=normalise(texte).strip())
    lignes = list(found.filter(ainsi)[:limite])
    if len(lignes) < limite:
        lignes += found.filter(condition).exclude(ainsi)[: limite - len(lignes)]
    return [hide_commune(ligne) for ligne in lignes]


@dataclass(frozen=True)
class FicheMenage:
    """Everything the household page shows, within the perimeter."""

    menage: Menage
    composition: str
    membres: list[Appartenance]
    anciens: list[Appartenance]
    domicile: Domicile | None
    social: MenageSocial | None
    confidentiel: MenageConfidentiel | None
    releve: Releve | None
    en_cours: list[EnCours]
    niveau: Niveau
    faits: list[FaitParcours]
    plus_de_faits: bool
    lecteurs: list["Lecteur"]


_NIVEAUX = (Niveau.CONFIDENTIEL, Niveau.SOCIAL, Niveau.FACTUEL)


def _with_niveaux(found: RequeteProtegee, perimetre: Perimetre) -> RequeteProtegee:
    """Say of each household which levels the perimeter reads: `lit_1` to `lit_3`."""
    lus = {
        f"lit_{int(niveau)}": existe_lien(perimetre, niveau)
        for niveau in _NIVEAUX
        if perimetre.may_read(niveau)
    }
    annotated: RequeteProtegee = found.annotate(**lus)
    return annotated


def _niveau_of(menage: Menage) -> Niveau:
    """The highest level said by _with_niveaux."""
    return next(
        (niveau for niveau in _NIVEAUX if getattr(menage, f"lit_{int(niveau)}", False)),
        Niveau.AGREGE,
    )


def find_niveau(perimetre: Perimetre, menage_id: int) -> Niveau:
    """The highest level that the perimeter reads on this household: one query."""
    found = _with_niveaux(Menage.objects.visible_to(perimetre), perimetre)
    menage = found.filter(pk=menage_id).only("pk").first()
    return Niveau.AGREGE if menage is None else _niveau_of(menage)


def build_fiche(
    perimetre: Perimetre, menage_id: int, domaine: str = "", faits_max: int = 40
) -> FicheMenage:
    """Read a household for its page, in one statement; raises Introuvable outside the perimeter.

    domaine: only these facts of the timeline, at most `faits_max` of them.
    """
    jour = perimetre.jour

    def of(modele: Any) -> Any:
        return modele.objects.visible_to(perimetre).filter(menage_id=menage_id)

    visible = Menage.objects.visible_to(perimetre).filter(pk=menage_id)
    menages = _with_niveaux(visible.select_related("commune", "issu_de"), perimetre)
    appartenances = of(Appartenance).select_related("personne").order_by("du", "id")
    domiciles = of(Domicile).filter(en_vigueur(jour)).select_related("commune").order_by("pk")[:1]
    social, confidentiel = of(MenageSocial), of(MenageConfidentiel)
    releves = read_dernier_releve(perimetre, menage_id)
    faits = list_parcours(perimetre, menage_id, domaine)[: faits_max + 1]
    liens = read_droits(perimetre, menage_id)
    cartes = [c for port in rattachables if (c := port.read_en_cours(menage_id, perimetre))]
    lit_ensemble(
        menages, appartenances, domiciles, social, confidentiel, releves, faits, liens,
        *(c.lignes for c in cartes),
    )  # fmt: skip
    if not menages:
        raise Introuvable(ABSENT)
    membres = [a for a in appartenances if a.du <= jour and (a.au is None or a.au >= jour)]
    membres.sort(key=lambda a: (a.role != "referent", a.role != "conjoint", a.pk))
    return FicheMenage(
        menage=menages[0],
        composition=describe_composition(
            [Membre(a.role, a.personne.naissance, a.du, a.au) for a in appartenances], jour
        ),
        membres=membres,
        anciens=[a for a in appartenances if a not in membres],
        domicile=next(iter(domiciles), None),
        social=next(iter(social), None),
        confidentiel=next(iter(confidentiel), None),
        releve=next(map(to_releve, releves), None),
        en_cours=_sort_cartes(carte for lues in cartes for carte in lues.list_cartes()),
        niveau=_niveau_of(menages[0]),
        faits=list(faits[:faits_max]),
        plus_de_faits=len(faits) > faits_max,
        lecteurs=group_droits(map(_to_droit, liens)),
    )


def _sort_cartes(cartes: Iterable[EnCours]) -> list[EnCours]:
    """What is due first, first; then what has no date."""
    return sorted(cartes, key=lambda c: (c.echeance is None, c.echeance or date.max))


def list_actes(perimetre: Perimetre) -> list[ActeSurMenage]:
    """Acts that the apps above open on a household to these roles."""
    found = [acte for acte in actes_sur_menage if perimetre.has_role(*acte.roles)]
    return sorted(found, key=lambda acte: (acte.ordre, acte.libelle))


def list_parcours(
    perimetre: Perimetre, menage_id: int, domaine: str = ""
) -> QuerySet[FaitParcours]:
    """The dated facts of a household, latest first."""
    found = FaitParcours.objects.visible_to(perimetre).filter(menage_id=menage_id)
    if domaine:
        found = found.filter(domaine=domaine)
    return found.order_by("-date", "-id")


@dataclass(frozen=True)
class Droit:
    """One link in words: who reads the household, why, at which level, until when."""

    organisation: str
    personne: str
    motif: str
    niveau: Niveau
    du: date
    au: date | None
    source_type: str
    source_id: int
    a_moi: bool


def read_droits(perimetre: Perimetre, menage_id: int) -> QuerySet[Rattachement]:
    """The links in force on a household, not yet read, with what names them."""
    links: QuerySet[Rattachement] = (
        Rattachement.objects.filter(en_vigueur(perimetre.jour), menage_id=menage_id)
        .annotate(a_moi=existe_lien(perimetre, Niveau.FACTUEL, colonne="id"))
        .select_related("organisation", "utilisateur")
        .order_by("organisation__nom_normalise", "-niveau", "id")
    )
    return links


def list_droits(perimetre: Perimetre, menage_id: int) -> list[Droit]:
    """The links in force on a household; those that open it to this perimeter are marked."""
    return [_to_droit(link) for link in read_droits(perimetre, menage_id)]


def _to_droit(link: Any) -> Droit:
    return Droit(
        organisation=str(link.organisation),
        personne=str(link.utilisateur or ""),
        motif=MotifRattachement(link.motif).label,
        niveau=Niveau(link.niveau),
        du=link.du,
        au=link.au,
        source_type=link.source_type,
        source_id=link.source_id,
        a_moi=link.a_moi,
    )


@dataclass(frozen=True)
class Lecteur:
    """An organisation that reads a household, once, whatever the number of its reasons."""

    organisation: str
    droits: tuple[Droit, ...]

    @property
    def personnes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(d.personne for d in self.droits if d.personne))

    @property
    def motifs(self) -> tuple[str, ...]:
        """Each reason once, the one with the highest level first."""
        return tuple(dict.fromkeys(d.motif for d in self.droits))

    @property
    def niveau(self) -> Niveau:
        return max(d.niveau for d in self.droits)

    @property
    def au(self) -> date | None:
        """The last day of the last reason; None when one of them has no end."""
        fins = [d.au for d in self.droits if d.au is not None]
        return max(fins) if len(fins) == len(self.droits) else None


def group_droits(droits: Iterable[Droit]) -> list[Lecteur]:
    """One reader an organisation, in the order of the links."""
    found: dict[str, list[Droit]] = {}
    for droit in droits:
        found.setdefault(droit.organisation, []).append(droit)
    return [Lecteur(organisation, tuple(rows)) for organisation, rows in found.items()]


def read_conservation(jour: date) -> ValeurDatee:
    """How many years a file stays in the active base after the last contact, with the source."""
    return value("rgpd.conservation_active", le=jour)


def list_lecteurs(perimetre: Perimetre, menage_id: int) -> list[Lecteur]:
    """Who reads a household today, an organisation at a time."""
    return group_droits(list_droits(perimetre, menage_id))


def lecture_menage(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the consultation journal keeps of a page of this household (404 outside)."""
    menage = _with_niveaux(Menage.objects.all(), perimetre).find_visible(
        perimetre, kwargs["menage_id"]
    )
    return Lecture(
        objet_type="menages.menage",
        objet_id=menage.pk,
        menage_id=menage.pk,
        niveau=_niveau_of(menage),
        libelle=menage.reference,
    )


def lecture_dossier(perimetre: Perimetre, kwargs: dict[str, Any]) -> list[Lecture]:
    """The whole file on paper: the household, and one line for each paper that it contains."""
    menage_id = kwargs["menage_id"]
    papiers = [
        Lecture("documents.documentemis", d.pk, menage_id, d.niveau_de_lecture, d.reference)
        for d in list_documents(perimetre, menage_id=menage_id)
    ] + [
        Lecture("documents.piece", p.pk, menage_id, p.niveau_de_lecture, p.get_type_display())
        for p in list_pieces(perimetre, menage_id=menage_id)
        if not p.en_quarantaine
    ]
    return [lecture_menage(perimetre, kwargs), *papiers]


def list_membres_for_separation(perimetre: Perimetre, menage_id: int) -> QuerySet[Appartenance]:
    """Present members of a household, for the separation form."""
    found: QuerySet[Appartenance] = (
        Appartenance.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), menage_id=menage_id)
        .select_related("personne")
        .annotate(nom_tri=F("personne__nom_normalise"))
        .order_by("nom_tri", "id")
    )
    return found
