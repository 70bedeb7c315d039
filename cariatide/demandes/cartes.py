"""The saisines of a household on its page, and their move when two households merge."""

from django.db.models import Q

from cariatide.demandes.queries import list_en_cours_menage
from cariatide.demandes.statuts import EN_COURS, StatutSaisine
from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import EnCours, LectureEnCours, RattachableSimple
from cariatide.socle.dates import format_date
from cariatide.socle.pages.adresses import adresse
from cariatide.socle.perimetre import Perimetre

_SAISINE = "saisine__menage_id"
_SUITES = {
    StatutSaisine.DEPOSEE: "Le secrétariat vérifie la saisine",
    StatutSaisine.RECEVABLE: "Attend une séance",
    StatutSaisine.AJOURNEE: "Ajournée, attend une séance",
    StatutSaisine.INSCRITE: "Examinée à la prochaine séance",
    StatutSaisine.ORIENTEE_PROVISOIRE: "À ratifier à la prochaine séance",
    StatutSaisine.ORIENTEE_MAINTIEN: "Attend sa mise en œuvre",
    StatutSaisine.ORIENTEE_RELOGEMENT: "Attend sa mise en œuvre",
}


class SaisinesDuMenage(RattachableSimple):
    """Registered under « demandes »."""

    def __init__(self) -> None:
        super().__init__(
            "demandes.Saisine",
            effacements=(
                Effacement("demandes.SaisineSociale", supprime=True, chemin=_SAISINE),
                Effacement("demandes.MotifSaisine", chemin=_SAISINE),
                Effacement(
                    "demandes.PieceSaisine",
                    efface=("libelle", "document_id"),
                    garde=("code",),
                    chemin=_SAISINE,
                ),
                Effacement(
                    "demandes.Orientation",
                    efface=("motif", "conditions"),
                    garde=("auteur",),
                    chemin=_SAISINE,
                ),
                Effacement(
                    "demandes.Reexamen", efface=("motif",), garde=("auteur",), chemin=_SAISINE
                ),
                Effacement(
                    "demandes.Saisine",
                    efface=(
                        "motif_urgence", "bailleur", "demarches", "saisie",
                        "motif_irrecevabilite", "motif_cloture",
                    ),
                    garde=("agent",),
                    references=("reference",),
                ),
            ),
            ouverts={
                "demandes.Saisine": (
                    "une saisine est en cours", Q(statut__in=sorted(EN_COURS))
                )
            },
        )  # fmt: skip

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours:
        return LectureEnCours(
            list_en_cours_menage(perimetre, menage_id),
            lambda saisine: EnCours(
                titre=f"Saisine {saisine}",
                detail=(
                    f"{saisine.get_dispositif_display()}, {saisine.origine_organisation}, "
                    f"le {format_date(saisine.date_saisine)}"
                ),
                url=adresse("demandes:detail", saisine.pk),
                ton="late" if saisine.urgence and not saisine.decidee_le else "",
                suite=_SUITES.get(StatutSaisine(saisine.statut), saisine.get_statut_display()),
            ),
        )
