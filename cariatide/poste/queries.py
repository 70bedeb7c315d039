"""Reads of letters and batches, always within the perimeter, of one's own organisations."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from cariatide.documents.assemblage import count_pages
from cariatide.documents.modeles import list_au_menage
from cariatide.documents.models import DocumentEmis, FichierFactuel
from cariatide.documents.queries import read_factuels
from cariatide.menages.models import Domicile, Menage
from cariatide.partenaires.models import Succession
from cariatide.partenaires.queries import en_vigueur
from cariatide.poste.models import Envoi, FichierLot, LotPostal, list_bureaux
from cariatide.poste.rules import LOT_MAX, find_obstacle, read_commune
from cariatide.poste.statuts import EtatCourrier, ModeEnvoi, StatutLot
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET_LOT = "poste.lotpostal"
OBJET_ENVOI = "poste.envoi"
TRIS = (
    Tri("anciens", "Du plus ancien au plus récent", ("emis_le",)),
    Tri("recents", "Du plus récent au plus ancien", ("emis_le",), descendant=True),
)
TRIS_LOTS = (
    Tri("recents", "Du plus récent au plus ancien", ("cree_le",), descendant=True),
    Tri("anciens", "Du plus ancien au plus récent", ("cree_le",)),
)
CHAMPS = (
    "pk", "reference", "titre", "modele", "etabli_le", "niveau", "menage_id", "organisation__nom",
    "menage_nom", "protegee", "lignes", "domicile", "etat", "lot", "envoi_id",
    "mode",
)  # fmt: skip
CHAMPS_LOTS = (
    "pk", "reference", "cree_le", "organisation__nom", "nombre", "pages", "statut", "mode",
    "poste_le", "auteur",
)  # fmt: skip
_DOMICILE = JSONObject(adresse="adresse", complement="complement", code_postal="code_postal")
_ETATS = {
    EtatCourrier.A_POSTER: Q(parti=False, en_lot=False, revenu=False),
    EtatCourrier.EN_LOT: Q(en_lot=True),
    EtatCourrier.ENVOYE: Q(parti=True),
    EtatCourrier.REVENU: Q(revenu=True, parti=False, en_lot=False),
}
_PARTIE = "Ce courrier est hors de votre périmètre, ou n’est pas adressé à un ménage."


def _emis_par(organisation_ids: Sequence[int]) -> Q:
    """Letters that these organisations issued, or those that they succeeded: they post the rest."""
    anciennes = Succession.objects.filter(nouvelle_id__in=organisation_ids).values("ancienne_id")
    return Q(organisation_id__in=organisation_ids) | Q(organisation_id__in=anciennes)


def find_bureau(perimetre: Perimetre, organisation_id: int) -> int:
    """Which of one's organisations posts a letter issued by that one: itself, or its successor."""
    bureaux = list_bureaux(perimetre)
    if organisation_id in bureaux:
        return organisation_id
    suites = Succession.objects.filter(ancienne_id=organisation_id, nouvelle_id__in=bureaux)
    return suites.order_by("pk").values_list("nouvelle_id", flat=True).first() or organisation_id


def _select(perimetre: Perimetre) -> QuerySet[DocumentEmis]:
    """Letters of one's organisations to households, with where each stands."""
    envois = Envoi.objects.visible_to(perimetre).filter(document_id=OuterRef("pk"), annule=False)
    documents: QuerySet[DocumentEmis] = DocumentEmis.objects.visible_to(perimetre)
    return documents.filter(
        _emis_par(list_bureaux(perimetre)),
        modele__in=sorted(list_au_menage()),
        menage_id__isnull=False,
    ).annotate(
        en_lot=Exists(envois.filter(parti_le__isnull=True)),
        parti=Exists(envois.filter(parti_le__isnull=False, revenu_le__isnull=True)),
        revenu=Exists(envois.filter(revenu_le__isnull=False)),
    )


def list_courriers(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[DocumentEmis]:
    """The list page: etat (to be posted by default, « tous »), modele, organisation, du, au, q."""
    documents = _select(perimetre)
    etat = filtres.get("etat") or EtatCourrier.A_POSTER
    if etat in _ETATS:
        documents = documents.filter(_ETATS[EtatCourrier(etat)])
    if etat in (EtatCourrier.A_POSTER, EtatCourrier.REVENU):
        # Another letter was issued in its place: that one is to be posted.
        documents = documents.filter(remplace_par__isnull=True)
    if modele := filtres.get("modele"):
        documents = documents.filter(modele=modele)
    if organisation_id := filtres.get("organisation_id"):
        documents = documents.filter(_emis_par([organisation_id]))
    if du := filtres.get("du"):
        documents = documents.filter(etabli_le__gte=du)
    if au := filtres.get("au"):
        documents = documents.filter(etabli_le__lte=au)
    if q := filtres.get("q"):
        mots = [normalise(mot) for mot in q.split()]
        titres = Q(*(Q(titre_normalise__contains=mot) for mot in mots))
        documents = documents.filter(titres | Q(reference__iexact=q.strip()))
    return _describe(perimetre, documents)


def _describe(perimetre: Perimetre, documents: QuerySet[DocumentEmis]) -> QuerySet[DocumentEmis]:
    """With the household, what is printed in the window, and the address of the household today."""
    menage = Menage.objects.visible_to(perimetre).filter(pk=OuterRef("menage_id"))
    domicile = Domicile.objects.visible_to(perimetre).filter(
        en_vigueur(perimetre.jour), menage_id=OuterRef("menage_id")
    )
    imprime = _rows_imprimes().filter(document_id=OuterRef("pk"))
    envois = Envoi.objects.visible_to(perimetre).filter(document_id=OuterRef("pk"), annule=False)
    dernier = envois.order_by("-pk")
    return documents.annotate(
        menage_nom=Subquery(menage.values("nom_usage")[:1]),
        protegee=Subquery(menage.values("adresse_protegee")[:1]),
        domicile=Subquery(domicile.values(dit=_DOMICILE)[:1]),
        lignes=Subquery(imprime.values("contexte__destinataire__lignes")[:1]),
        lot=Subquery(dernier.values("lot__reference")[:1]),
        envoi_id=Subquery(dernier.values("pk")[:1]),
        mode=Subquery(dernier.values("mode")[:1]),
        etat=Case(
            When(parti=True, then=Value(EtatCourrier.ENVOYE.value)),
            When(en_lot=True, then=Value(EtatCourrier.EN_LOT.value)),
            When(revenu=True, then=Value(EtatCourrier.REVENU.value)),
            default=Value(EtatCourrier.A_POSTER.value),
        ),
    )


def read_obstacle(ligne: Mapping[str, Any]) -> str:
    """Why the letter of that row stays out of a batch."""
    lu = ligne["domicile"]
    return find_obstacle(
        niveau=ligne["niveau"],
        protegee=bool(ligne["protegee"]),
        lignes=ligne["lignes"] or (),
        domicile=lu and (lu["adresse"], lu["complement"], lu["code_postal"]),
        revenu=ligne["etat"] == EtatCourrier.REVENU,
    )


def describe_courrier(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row in words: where it goes, what keeps it here."""
    lignes = ligne["lignes"] or ()
    ouvert = ligne["etat"] in (EtatCourrier.A_POSTER, EtatCourrier.REVENU)
    return ligne | {
        "modele_libelle": list_au_menage().get(ligne["modele"], ligne["modele"]),
        "commune": "" if ligne["protegee"] else read_commune(lignes),
        "etat_libelle": EtatCourrier(ligne["etat"]).label,
        "obstacle": read_obstacle(ligne) if ouvert else "",
    }


@dataclass(frozen=True)
class Lettre:
    """One letter of a batch to come. obstacle: why it stays out; pages: counted when it enters."""

    document_id: int
    reference: str
    titre: str
    menage_id: int
    nom: str
    commune: str
    obstacle: str
    pages: int = 0


@dataclass(frozen=True)
class Choix:
    """What a batch could hold, in the order of its slip; the first of those that stay out."""

    lettres: tuple[Lettre, ...]
    ecartees: tuple[Lettre, ...]
    # There are more than one batch holds: the oldest are here.
    suite: bool


def read_choix(perimetre: Perimetre, organisation_id: int, filtres: Mapping[str, Any]) -> Choix:
    """The letters to be posted of one organisation that pass the filters, the oldest first."""
    voulus = {**filtres, "organisation_id": organisation_id, "etat": EtatCourrier.A_POSTER}
    rows = list_courriers(perimetre, voulus).order_by("emis_le", "pk").values(*CHAMPS)
    entrent: list[dict[str, Any]] = []
    restent: list[dict[str, Any]] = []
    # What stays out may wait for months: it takes the place of nothing.
    for ligne in rows.iterator(chunk_size=LOT_MAX):
        (restent if read_obstacle(ligne) else entrent).append(ligne)
        if len(entrent) > LOT_MAX:
            break
    pages = count_pages_of([ligne["pk"] for ligne in entrent[:LOT_MAX]])
    return Choix(
        tuple(_to_lettre(x, pages.get(x["pk"], 0)) for x in entrent[:LOT_MAX]),
        tuple(_to_lettre(x) for x in restent[:LOT_MAX]),
        len(entrent) > LOT_MAX,
    )


def read_lettres(
    perimetre: Perimetre, organisation_id: int, document_ids: Sequence[int]
) -> list[Lettre]:
    """These letters, the oldest first; refused when one is not to be posted any more."""
    voulus = {"organisation_id": organisation_id, "etat": EtatCourrier.A_POSTER}
    rows = list_courriers(perimetre, voulus).filter(pk__in=list(document_ids))
    lettres = [_to_lettre(ligne) for ligne in rows.order_by("emis_le", "pk").values(*CHAMPS)]
    manquent = len(set(document_ids)) - len(lettres)
    if manquent:
        raise ActeRefuse(
            "Un courrier choisi n’est plus à poster : relisez la liste."
            if manquent == 1
            else f"{manquent} courriers choisis ne sont plus à poster : relisez la liste."
        )
    if ecartee := next((x for x in lettres if x.obstacle), None):
        raise ActeRefuse(f"{ecartee.reference} reste hors du lot. {ecartee.obstacle}")
    return lettres


def _to_lettre(ligne: Mapping[str, Any], pages: int = 0) -> Lettre:
    commune = "" if ligne["protegee"] else read_commune(ligne["lignes"] or ())
    return Lettre(
        ligne["pk"], ligne["reference"], ligne["titre"], ligne["menage_id"],
        ligne["menage_nom"] or "", commune, read_obstacle(ligne), pages,
    )  # fmt: skip


def count_pages_of(document_ids: Sequence[int]) -> dict[int, int]:
    return {pk: count_pages(octets) for pk, octets in read_factuels(document_ids).items()}


def find_courrier(perimetre: Perimetre, document_id: int) -> dict[str, Any]:
    """One letter, as a row of the list; Introuvable for what is no letter to a household."""
    rows = _describe(perimetre, _select(perimetre).filter(pk=document_id))
    found = rows.values(*CHAMPS).first()
    if found is None:
        raise Introuvable(_PARTIE)
    return describe_courrier(found)


def list_lots(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[LotPostal]:
    lots: QuerySet[LotPostal] = LotPostal.objects.visible_to(perimetre)
    if statut := filtres.get("statut"):
        lots = lots.filter(statut=statut)
    if q := filtres.get("q"):
        lots = lots.filter(reference__iexact=q.strip())
    return lots


def describe_lot(ligne: dict[str, Any]) -> dict[str, Any]:
    mode = ligne["mode"]
    return ligne | {
        "statut_libelle": StatutLot(ligne["statut"]).label,
        "mode_libelle": ModeEnvoi(mode).label if mode else "",
    }


def find_lot(perimetre: Perimetre, lot_id: int, *, lock: bool = False) -> LotPostal:
    lots = LotPostal.objects
    rows = lots.select_for_update(of=("self",)) if lock else lots.select_related("organisation")
    lot: LotPostal = rows.find_visible(perimetre, lot_id)
    return lot


def list_envois(perimetre: Perimetre, lot_id: int) -> QuerySet[Envoi]:
    """The letters of a batch, in the order of its slip."""
    envois: QuerySet[Envoi] = Envoi.objects.visible_to(perimetre).filter(lot_id=lot_id)
    return envois.select_related("document", "menage").order_by("rang")


def find_envoi(perimetre: Perimetre, envoi_id: int, *, lock: bool = False) -> Envoi:
    envois = Envoi.objects
    rows = envois.select_for_update(of=("self",)) if lock else envois
    envoi: Envoi = rows.select_related("document", "menage").find_visible(perimetre, envoi_id)
    return envoi


def has_fichier(perimetre: Perimetre, lot_id: int) -> bool:
    fichiers: QuerySet[FichierLot] = FichierLot.objects.visible_to(perimetre)
    return fichiers.filter(lot_id=lot_id).exists()


def read_fichier(perimetre: Perimetre, lot: LotPostal) -> bytes:
    """The file to print, for whoever reads each of its letters; the protected address wins."""
    envois = list(list_envois(perimetre, lot.pk))
    if any(e.menage.adresse_protegee for e in envois):
        raise ActeRefuse(
            "L’adresse d’un ménage de ce lot est protégée depuis sa préparation : son fichier, qui "
            "l’imprime, ne s’ouvre plus. Chaque autre courrier s’ouvre par lui-même."
        )
    if len(envois) != lot.nombre:
        raise ActeRefuse(
            "Un courrier de ce lot n’est plus dans votre périmètre : son fichier ne s’ouvre pas. "
            "Chaque courrier que vous lisez s’ouvre par lui-même."
        )
    fichiers: QuerySet[FichierLot] = FichierLot.objects.visible_to(perimetre)
    fichier = fichiers.filter(lot_id=lot.pk).first()
    if fichier is None:
        raise Introuvable("Ce lot n’a pas de fichier : il n’est pas prêt, ou il a été effacé.")
    octets = bytes(fichier.octets)
    if hashlib.sha256(octets).hexdigest() != fichier.sha256:
        raise ErreurMetier(
            "L’empreinte de ce fichier ne correspond plus : il n’est pas montré. Annulez le lot, "
            "préparez-en un autre, et prévenez l’administrateur de la plateforme."
        )
    return octets


def next_lot() -> LotPostal | None:
    """The next batch whose file waits for the worker, locked; another worker skips it."""
    lots = LotPostal.objects.unscoped(reason="fichiers des lots postaux")
    attente = lots.select_for_update(of=("self",), skip_locked=True)
    found: LotPostal | None = attente.filter(statut=StatutLot.EN_PREPARATION).order_by("pk").first()
    return found


def every_envoi(lot_id: int) -> QuerySet[Envoi]:
    """The letters of a batch whoever reads them: the act that prepared it checked them one by one.

    It is printed, posted or given up whole, those that one no longer reads too.
    """
    envois: QuerySet[Envoi] = Envoi.objects.unscoped(reason="un lot part avec toutes ses lettres")
    return envois.filter(lot_id=lot_id)


def rows_of_lot(lot: LotPostal) -> list[Envoi]:
    """The same in the order of its slip, with what they print."""
    return list(every_envoi(lot.pk).select_related("document", "menage").order_by("rang"))


def read_communes(lot: LotPostal) -> dict[int, str]:
    """By document, the commune printed on each letter of a batch, for its slip."""
    ids = [e.document_id for e in rows_of_lot(lot)]
    rows = _rows_imprimes().filter(document_id__in=ids)
    imprimes = rows.values_list("document_id", "contexte__destinataire__lignes")
    return {pk: read_commune(lignes or ()) for pk, lignes in imprimes}


def _rows_imprimes() -> QuerySet[FichierFactuel]:
    """What is printed on letters that somebody reads, or took in a batch."""
    rows: QuerySet[FichierFactuel] = FichierFactuel.objects.unscoped(
        reason="adresse imprimée d’un courrier déjà lu"
    )
    return rows


def lecture_lot(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the journal keeps of a read of a batch."""
    lot = find_lot(perimetre, kwargs["lot_postal_id"])
    return Lecture(OBJET_LOT, lot.pk, None, Niveau.FACTUEL, f"Lot postal {lot.reference}")


def lecture_fichier(perimetre: Perimetre, kwargs: dict[str, Any]) -> list[Lecture]:
    """The file of a batch: one line for each letter that leaves."""
    lot = find_lot(perimetre, kwargs["lot_postal_id"])
    return [
        Lecture(
            "documents.documentemis", e.document_id, e.menage_id, Niveau.FACTUEL,
            f"{e.document.reference} (lot {lot.reference})",
        )
        for e in list_envois(perimetre, lot.pk)
    ] or [lecture_lot(perimetre, kwargs)]  # fmt: skip


def lecture_courrier(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    courrier = find_courrier(perimetre, kwargs["document_id"])
    return Lecture(
        "documents.documentemis", courrier["pk"], courrier["menage_id"], Niveau(courrier["niveau"]),
        courrier["reference"],
    )  # fmt: skip


def lecture_envoi(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    envoi = find_envoi(perimetre, kwargs["envoi_id"])
    return Lecture(OBJET_ENVOI, envoi.pk, envoi.menage_id, Niveau.FACTUEL, envoi.document.reference)
