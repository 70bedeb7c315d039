"""The alerts of saisines: pieces that do not come, a session that does not either."""

from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from cariatide.alertes.ports import Gravite, Ligne, Reglages, Regle, every_row, select_cas
from cariatide.alertes.statuts import Responsable
from cariatide.demandes.models import PieceSaisine, Saisine
from cariatide.demandes.statuts import A_INSCRIRE, StatutSaisine


def _cas(rows: QuerySet[Any], reglages: Reglages, depuis: Any) -> QuerySet[Any]:
    return select_cas(
        rows, reglages, organisation="instance__secretariat_id", depuis=depuis,
        reference="reference",
    )  # fmt: skip


def list_incompletes(reglages: Reglages) -> QuerySet[Any]:
    """Deposited, pieces asked for, the day they were expected long past, nothing received since."""
    pieces = every_row(PieceSaisine).filter(saisine_id=OuterRef("pk"))
    manquantes = pieces.filter(attendue_le__isnull=False, recue_le__isnull=True)
    attente = Subquery(
        manquantes.order_by().values("saisine_id").annotate(m=Max("attendue_le")).values("m")[:1]
    )
    recue = Subquery(
        pieces.order_by().values("saisine_id").annotate(m=Max("recue_le")).values("m")[:1]
    )
    limite = reglages.limite("instance__secretariat_id")
    rows = (
        every_row(Saisine)
        .filter(statut__in=[StatutSaisine.DEPOSEE, StatutSaisine.AJOURNEE])
        .annotate(attente_le=attente)
        .filter(attente_le__lte=limite)
        .annotate(nouvelle_le=Coalesce(recue, F("deposee_le")))
        .filter(nouvelle_le__lte=limite)
    )
    return _cas(rows, reglages, "attente_le")


def list_en_attente(reglages: Reglages) -> QuerySet[Any]:
    """Ready for an agenda, and on none."""
    rows = every_row(Saisine).filter(
        statut__in=sorted(A_INSCRIRE),
        recevable_le__lte=reglages.limite("instance__secretariat_id"),
    )
    return _cas(rows, reglages, "recevable_le")


def page_saisine(ligne: Ligne) -> str:
    return reverse("demandes:detail", args=[ligne["objet_id"]])


REGLES = {
    "demandes.incomplete": Regle(
        libelle="Saisine incomplète sans nouvelle",
        phrase="Les pièces demandées étaient attendues pour le {depuis}",
        aide="Relancez le prescripteur, ou constatez que la saisine est irrecevable.",
        gravite=Gravite.MOYENNE,
        objet_type="demandes.saisine",
        responsables=(Responsable.SECRETARIAT,),
        parametre="alertes.saisine_incomplete",
        cas=list_incompletes,
        page=page_saisine,
    ),
    "demandes.attente_de_seance": Regle(
        libelle="Saisine en attente d’une séance",
        phrase="Recevable depuis le {depuis}, elle n’est inscrite à aucune séance",
        aide="Inscrivez-la à l’ordre du jour d’une séance.",
        gravite=Gravite.HAUTE,
        objet_type="demandes.saisine",
        responsables=(Responsable.SECRETARIAT,),
        parametre="alertes.attente_de_seance",
        cas=list_en_attente,
        page=page_saisine,
        fermable=False,
    ),
}
