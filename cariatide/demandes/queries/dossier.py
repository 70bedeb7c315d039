"""Reads of one saisine: its page, its pieces, what is open for a household."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet

from cariatide.commission.models import Passage
from cariatide.commission.queries import OBJET_PASSAGE
from cariatide.demandes.models import (
    MotifSaisine,
    Orientation,
    PieceSaisine,
    Reexamen,
    Saisine,
    SaisineSociale,
)
from cariatide.demandes.queries.saisines import OBJET
from cariatide.demandes.rules import PieceAttendue, list_manquantes
from cariatide.demandes.statuts import EN_COURS
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import list_documents
from cariatide.menages.models import Appartenance, Domicile, FaitParcours
from cariatide.menages.queries import Lecteur, list_lecteurs
from cariatide.menages.rules import Membre, describe_composition
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

RELATIONS = (
    "menage", "convention__operateur", "convention_suivie", "instance__secretariat",
    "origine_organisation", "redaction", "prescripteur", "commune__departement",
)  # fmt: skip


def lecture_saisine(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the consultation journal keeps of a page of this saisine (404 outside)."""
    saisine = Saisine.objects.find_visible(perimetre, kwargs["saisine_id"])
    return Lecture(OBJET, saisine.pk, saisine.menage_id, Niveau.FACTUEL, str(saisine))


def list_pieces(perimetre: Perimetre, saisine_id: int) -> list[PieceSaisine]:
    return list(
        PieceSaisine.objects.visible_to(perimetre)
        .filter(saisine_id=saisine_id)
        .order_by("ordre", "id")
    )


def list_pieces_manquantes(pieces: list[PieceSaisine]) -> list[str]:
    """Labels of the required pieces still missing."""
    return list_manquantes(PieceAttendue(p.libelle, p.obligatoire, p.recue_le) for p in pieces)


def find_reexamen(perimetre: Perimetre, saisine_id: int) -> Reexamen | None:
    """The open request of a change of axis."""
    found: Reexamen | None = (
        Reexamen.objects.visible_to(perimetre)
        .filter(saisine_id=saisine_id, decide_le__isnull=True)
        .first()
    )
    return found


@dataclass(frozen=True)
class FicheSaisine:
    """Everything that the page of a saisine shows, within the perimeter.

    domicile: none when the address is protected and the perimeter stops below level C.
    exposes: level S, and one's own.
    """

    saisine: Saisine
    motifs: list[str]
    pieces: list[PieceSaisine]
    manquantes: list[str]
    orientations: list[Orientation]
    reexamen: Reexamen | None
    exposes: list[SaisineSociale]
    membres: list[Appartenance]
    composition: str
    domicile: Domicile | None
    faits: list[FaitParcours]
    lecteurs: list[Lecteur]
    documents: list[DocumentEmis]


class EncoreBrouillon(Introuvable):
    """Nothing to read yet but the form."""


def build_fiche(perimetre: Perimetre, saisine_id: int) -> FicheSaisine:
    """Read a deposited saisine for its page; raises Introuvable outside, or for a draft."""
    saisine: Saisine = Saisine.objects.select_related(*RELATIONS).find_visible(
        perimetre, saisine_id
    )
    if saisine.menage_id is None:
        raise EncoreBrouillon("Cette saisine est encore un brouillon.")
    pieces = list_pieces(perimetre, saisine_id)
    membres = _list_membres(perimetre, saisine.menage_id)
    return FicheSaisine(
        saisine=saisine,
        motifs=list(
            MotifSaisine.objects.visible_to(perimetre)
            .filter(saisine_id=saisine_id)
            .order_by("motif__ordre", "motif_id")
            .values_list("motif__libelle", flat=True)
        ),
        pieces=pieces,
        manquantes=list_pieces_manquantes(pieces),
        orientations=list(
            Orientation.objects.visible_to(perimetre)
            .filter(saisine_id=saisine_id)
            .order_by("-le", "-id")
        ),
        reexamen=find_reexamen(perimetre, saisine_id),
        exposes=list(
            SaisineSociale.objects.visible_to(perimetre)
            .filter(saisine_id=saisine_id)
            .select_related("auteur")
            .order_by("id")
        ),
        membres=membres,
        composition=describe_composition(
            [Membre(a.role, a.personne.naissance, a.du, a.au) for a in membres], perimetre.jour
        ),
        domicile=Domicile.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), menage_id=saisine.menage_id)
        .select_related("commune")
        .first(),
        faits=_list_faits(perimetre, saisine_id, saisine.menage_id),
        lecteurs=list_lecteurs(perimetre, saisine.menage_id),
        documents=list(list_documents(perimetre, objet=(OBJET, saisine_id))[:20]),
    )


def _list_membres(perimetre: Perimetre, menage_id: int) -> list[Appartenance]:
    """The people of today, the référent first."""
    found = list(
        Appartenance.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), menage_id=menage_id)
        .select_related("personne")
        .order_by("id")
    )
    return sorted(found, key=lambda a: (a.role != "referent", a.role != "conjoint", a.pk))


def _list_faits(perimetre: Perimetre, saisine_id: int, menage_id: int | None) -> list[FaitParcours]:
    """The history of a saisine; the engine of sessions writes its own lines on its passages.

    menage_id: every line is of that household, which is what the index finds first.
    """
    passages = Passage.objects.filter(objet_type=OBJET, objet_id=saisine_id).values("pk")
    return list(
        FaitParcours.objects.visible_to(perimetre)
        .filter(
            Q(source_type=OBJET, source_id=saisine_id)
            | Q(source_type=OBJET_PASSAGE, source_id__dans=ArraySubquery(passages)),
            menage_id=menage_id,
        )
        .order_by("-date", "-id")[:60]
    )


def list_en_cours_menage(perimetre: Perimetre, menage_id: int) -> QuerySet[Saisine]:
    """Open saisines of a household, for its page."""
    found: QuerySet[Saisine] = (
        Saisine.objects.visible_to(perimetre)
        .filter(menage_id=menage_id, statut__in=sorted(EN_COURS))
        .select_related("origine_organisation")
        .order_by("-date_saisine", "-id")
    )
    return found
