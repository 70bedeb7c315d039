"""An exceptional access of the data-protection officer, ended three days ago at its term."""

from datetime import datetime, time, timedelta

from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.plume import PARIS
from cariatide.journal.models import Consultation
from cariatide.menages.acces import SOURCE_EXCEPTION
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import SessionException
from cariatide.socle.normalisation import typographie
from cariatide.socle.pages.composants import format_heure

JOURS, HEURES = 3, 2
MOTIF = typographie(
    "Contrôle d’un échantillon : les lectures de ce dossier sont-elles celles de son suivi ?"
)


def write_acces(e: Ecriture) -> None:
    """conformite.actions.open_exception, and the pages read since."""
    plan = next(s for s in e.recit.saisines if s.phare)
    menage, le = e.menages[plan.foyer].menage, e.jour - timedelta(days=JOURS)
    denise, alice = e.monde.acteur("denise.garnier"), e.monde.acteur("alice.renard")
    debut = datetime.combine(le, time(10), tzinfo=PARIS)
    terme = debut + timedelta(hours=HEURES)
    session = e.tampon.ajoute(
        SessionException(
            utilisateur_id=denise.utilisateur_id, organisation_id=denise.organisation_id,
            menage_id=menage.pk, reference=menage.reference, motif=MOTIF,
            detenteurs=[alice.organisation_id], ouverte_le=debut, terme=terme,
        )
    )  # fmt: skip
    source = (SOURCE_EXCEPTION, session.pk)
    assert denise.organisation_id is not None
    e.plume.lien(
        menage.pk, denise.organisation_id, 1, MotifRattachement.EXCEPTION, source, le,
        au=le, utilisateur_id=denise.utilisateur_id,
    )  # fmt: skip
    jusqu_au = format_heure(terme)
    e.plume.evenement(
        "exception.ouverte", denise, le, source, libelle=menage.reference, menage_id=menage.pk,
        apres={"motif": MOTIF, "jusqu_au": jusqu_au},
    )  # fmt: skip
    e.plume.fait(
        menage, denise, le, "menages", "Accès d’exception ouvert", source,
        detail=f"Jusqu’au {jusqu_au}",
    )  # fmt: skip
    for rang, route in enumerate(("menages:detail", "menages:pourquoi"), start=1):
        e.tampon.ajoute(
            Consultation(
                horodatage=debut + timedelta(minutes=4 * rang),
                acteur_id=denise.utilisateur_id, acteur=denise.nom,
                organisation=denise.organisation, role=denise.role,
                objet_type="menages.menage", objet_id=menage.pk, menage_id=menage.pk,
                libelle=menage.reference, niveau=1, route=route,
                motif=f"Session d’exception n° {session.pk} : {MOTIF}"[:300],
            )
        )  # fmt: skip
