"""A saisine as the commission engine examines it (port commission.ports.Examinable)."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from cariatide.commission.ports import AInscrire, DecisionPrise, Synthese
from cariatide.demandes.actions import apply_decision, enter_seance, leave_seance
from cariatide.demandes.models import Reexamen, Saisine
from cariatide.demandes.queries import FicheSaisine, build_fiche
from cariatide.demandes.statuts import (
    A_INSCRIRE,
    Axe,
    Canal,
    SensOrientation,
    StatutSaisine,
    TypeLogement,
)
from cariatide.menages.statuts import Origine, StatutOccupation
from cariatide.socle.dates import format_date
from cariatide.socle.money import format_euros, format_nombre
from cariatide.socle.perimetre import Perimetre


class SaisineExaminable:
    """Registered under « demandes.saisine »."""

    libelle = "Saisine"

    def list_a_inscrire(self, instance_id: int, perimetre: Perimetre) -> list[AInscrire]:
        """Saisines that wait for an agenda of that instance, and changes of axis asked for."""
        asked = Reexamen.objects.filter(
            saisine_id=OuterRef("pk"), decide_le__isnull=True, passage_id__isnull=True
        )
        found = (
            Saisine.objects.visible_to(perimetre)
            .annotate(changement=Exists(asked))
            .filter(
                Q(statut__in=sorted(A_INSCRIRE))
                | Q(statut=StatutSaisine.EN_MISE_EN_OEUVRE, changement=True),
                instance_id=instance_id,
            )
            .select_related("menage", "origine_organisation")
            .order_by("-urgence", "-ajournements", "date_saisine", "id")
        )
        return [self._a_inscrire(saisine) for saisine in found]

    @staticmethod
    def _a_inscrire(saisine: Saisine) -> AInscrire:
        menage = saisine.menage
        changement = saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE
        libelle = menage.nom_usage if menage else ""
        assert saisine.menage_id is not None  # check constraint saisine_deposee_complete
        return AInscrire(
            objet_id=saisine.pk,
            reference=str(saisine),
            libelle=f"{libelle}, changement d’axe" if changement else libelle,
            menage_id=saisine.menage_id,
            depuis=saisine.date_saisine,
            urgent=saisine.urgence,
            motif_urgence=saisine.motif_urgence,
            ajourne=saisine.statut == StatutSaisine.AJOURNEE,
            provisoire=saisine.provisoire_sens if not changement else "",
            origine=str(saisine.origine_organisation),
        )

    def synthese(self, objet_id: int, perimetre: Perimetre) -> Synthese:
        """One factual page; raises Introuvable outside the perimeter."""
        fiche = build_fiche(perimetre, objet_id)
        saisine = fiche.saisine
        assert saisine.menage_id is not None and saisine.menage is not None
        return Synthese(
            reference=str(saisine),
            titre=saisine.menage.nom_usage,
            menage_id=saisine.menage_id,
            faits=tuple((k, v) for k, v in describe_faits(fiche) if v),
            texte=saisine.demarches,
            origine=", ".join(
                part for part in (str(saisine.origine_organisation), _agent(saisine)) if part
            ),
            alertes=tuple(_alertes(fiche)),
        )

    def on_inscription(
        self, *, objet_id: int, passage_id: int, seance_le: date, perimetre: Perimetre
    ) -> None:
        enter_seance(
            perimetre=perimetre, saisine_id=objet_id, passage_id=passage_id, seance_le=seance_le
        )

    def on_retrait(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        leave_seance(perimetre=perimetre, saisine_id=objet_id, passage_id=passage_id)

    def on_decision(self, *, objet_id: int, decision: DecisionPrise, perimetre: Perimetre) -> None:
        apply_decision(perimetre=perimetre, saisine_id=objet_id, decision=decision)


def _agent(saisine: Saisine) -> str:
    return str(saisine.prescripteur) if saisine.prescripteur else saisine.agent


def describe_faits(fiche: FicheSaisine) -> list[tuple[str, str]]:
    """The facts of a saisine in words, level F, as the session and the sheet print them."""
    saisine = fiche.saisine
    return [
        ("Dispositif", saisine.get_dispositif_display()),
        ("Composition", fiche.composition),
        ("Motifs", ", ".join(fiche.motifs)),
        *describe_logement(saisine),
        ("Ménage informé le", _date(saisine.information_menage_le)),
        ("Saisine du", format_date(saisine.date_saisine)),
        ("Transmise par", Canal(saisine.canal).label),
    ]


def describe_logement(saisine: Saisine) -> list[tuple[str, str]]:
    """Where the household lives; the commune of a protected address is not said."""
    protegee = saisine.menage is not None and saisine.menage.adresse_protegee
    commune = saisine.commune.libelle if saisine.commune and not protegee else ""
    return [
        ("Commune", "Adresse protégée" if protegee else commune),
        (
            "Statut d’occupation",
            StatutOccupation(saisine.statut_occupation).label if saisine.statut_occupation else "",
        ),
        ("Origine", Origine(saisine.origine_menage).label if saisine.origine_menage else ""),
        ("Logement", _logement(saisine)),
        ("Loyer et charges", _loyer(saisine)),
        ("Bailleur", "" if protegee else saisine.bailleur),
    ]


def _logement(saisine: Saisine) -> str:
    parts = [TypeLogement(saisine.type_logement).label] if saisine.type_logement else []
    if saisine.surface is not None:
        parts.append(f"{format_nombre(saisine.surface)} m²")
    return ", ".join(parts)


def _loyer(saisine: Saisine) -> str:
    parts = [format_euros(saisine.loyer)] if saisine.loyer is not None else []
    if saisine.charges is not None:
        parts.append(f"{format_euros(saisine.charges)} de charges")
    return " + ".join(parts)


def _date(jour: date | None) -> str:
    return format_date(jour) if jour else ""


def _alertes(fiche: FicheSaisine) -> list[str]:
    saisine, found = fiche.saisine, []
    if saisine.urgence:
        found.append(f"Urgence : {saisine.motif_urgence}")
    if saisine.provisoire_le and not saisine.decidee_le:
        axe = Axe(saisine.provisoire_sens).label.lower()
        found.append(
            f"Orientation provisoire du {format_date(saisine.provisoire_le)}, à ratifier : {axe}."
        )
    if fiche.reexamen:
        found.append(
            f"Changement d’axe demandé le {format_date(fiche.reexamen.demande_le)} : "
            f"{fiche.reexamen.motif}"
        )
    for orientation in fiche.orientations:
        if orientation.sens == SensOrientation.AJOURNEMENT:
            found.append(f"Ajournée le {format_date(orientation.le)} : {orientation.motif}")
    if fiche.manquantes:
        found.append(f"Pièces manquantes : {', '.join(fiche.manquantes)}.")
    return found
