"""Who is told what of a session: its members, and the secretariat when a member gives an opinion.

The prescriber hears of the decision from the owner of the case (demandes).
"""

from django.urls import reverse

from cariatide.commission.models import Passage, Seance
from cariatide.commission.queries import list_membres
from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date

_RAISON = "avis aux membres d’une séance, sans contenu"
_MEMBRES = frozenset({str(Role.MEMBRE_COMMISSION)})
_SECRETARIAT = frozenset({str(Role.SECRETARIAT)})
# Title and text; {instance}, {le}, {heure}, {lieu}, {lecture} are those of the session.
AUX_MEMBRES = {
    "seance.convoquee": (
        "Convocation : {instance}, séance du {le}",
        "La séance se tient à {heure}, {lieu}. Les dossiers se lisent à partir du {lecture}.",
    ),
    "seance.replanifiee": (
        "Changement : {instance}, séance du {le}",
        "La séance se tient désormais le {le} à {heure}, {lieu}. Une nouvelle convocation suivra.",
    ),
    "seance.annulee": (
        "Annulation : {instance}, séance du {le}",
        "La séance est annulée. Les dossiers seront inscrits à une autre séance.",
    ),
    "seance.close": (
        "Procès-verbal : {instance}, séance du {le}",
        "La séance est close. Les décisions et le procès-verbal se lisent jusqu’au {fin}.",
    ),
}
AU_SECRETARIAT = {
    "avis_membre.donne": (
        "Un avis est donné avant la séance du {le}",
        "{organisation} a donné son avis sur le dossier {reference}.",
    ),
}


class AvisDesSeances:
    """The rule registered with courriers."""

    libelle = "Commissions et séances"

    def wants(self, nom: str) -> bool:
        return nom in AUX_MEMBRES or nom in AU_SECRETARIAT

    def build(self, evenement_id: int) -> list[Avis]:
        """The notices of one event; nobody is told of a session that was never convened."""
        evenement = Evenement.objects.get(pk=evenement_id)
        if evenement.nom in AU_SECRETARIAT:
            return _to_secretariat(evenement)
        seance = (
            Seance.objects.unscoped(reason=_RAISON)
            .select_related("instance")
            .filter(pk=evenement.objet_id)
            .first()
        )
        if seance is None or not _was_convened(evenement):
            return []
        titre, texte = AUX_MEMBRES[evenement.nom]
        mots = _mots(seance)
        return [
            Avis(
                titre=titre.format(**mots),
                texte=texte.format(**mots),
                url=_url(seance),
                organisation_id=membre.organisation_id,
                roles=_MEMBRES,
            )
            for membre in list_membres(seance.instance_id, seance.le)
        ]


def _was_convened(evenement: Evenement) -> bool:
    if evenement.nom in ("seance.replanifiee", "seance.annulee"):
        return bool(evenement.donnees.get("apres", {}).get("convoquee"))
    return True


def _mots(seance: Seance) -> dict[str, str]:
    return {
        "instance": seance.instance.nom,
        "le": format_date(seance.le),
        "heure": f"{seance.heure:%H h %M}",
        "lieu": seance.lieu,
        "lecture": format_date(seance.lecture_du),
        "fin": format_date(seance.lecture_au),
    }


def _url(seance: Seance) -> str:
    """The calendar when the session does not open to members yet: never a closed door."""
    if seance.statut in ("annulee", "planifiee"):
        return reverse("commission:seances")
    return reverse("commission:seance", args=[seance.pk])


def _to_secretariat(evenement: Evenement) -> list[Avis]:
    passage = (
        Passage.objects.unscoped(reason=_RAISON)
        .select_related("seance__instance")
        .filter(pk=evenement.objet_id)
        .first()
    )
    if passage is None:
        return []
    titre, texte = AU_SECRETARIAT[evenement.nom]
    mots = _mots(passage.seance) | {
        "organisation": evenement.donnees.get("apres", {}).get("organisation", ""),
        "reference": passage.reference,
    }
    return [
        Avis(
            titre=titre.format(**mots),
            texte=texte.format(**mots),
            url=reverse("commission:passage", args=[passage.pk]),
            organisation_id=passage.seance.instance.secretariat_id,
            roles=_SECRETARIAT,
            courriel=False,
        )
    ]
