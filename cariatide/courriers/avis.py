"""Notices of the partners: apps below know no notice, their rules stand here."""

from django.urls import reverse
from django.utils import timezone

from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.partenaires.models import Agrement, Mandat
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date


class AvisDesEmpreintes:
    """The heads of the journal leave the platform every day, in the officers' mail."""

    libelle = "Empreintes du journal"

    def wants(self, nom: str) -> bool:
        return nom == "journal.empreintes"

    def build(self, evenement_id: int) -> list[Avis]:
        evenement = Evenement.objects.get(pk=evenement_id)
        jour = timezone.localdate(evenement.horodatage)
        officers = Mandat.objects.filter(
            en_vigueur(timezone.localdate()), role=Role.PROTECTION_DES_DONNEES
        )
        return [
            Avis(
                titre=f"Empreintes du journal au {format_date(jour)}",
                texte="Conservez ce message : il prouve que le journal n’a pas été récrit depuis. "
                f"{evenement.libelle[:1].upper()}{evenement.libelle[1:]}.",
                url=reverse("journal:integrite"),
                organisation_id=organisation_id,
                roles=frozenset({Role.PROTECTION_DES_DONNEES}),
            )
            for organisation_id in sorted(set(officers.values_list("organisation_id", flat=True)))
        ]


class AvisDesAgrements:
    """An approval ends within six months: the organisation prepares its renewal."""

    libelle = "Agréments qui prennent fin"

    def wants(self, nom: str) -> bool:
        return nom == "agrement.alerte"

    def build(self, evenement_id: int) -> list[Avis]:
        evenement = Evenement.objects.get(pk=evenement_id)
        agrement = Agrement.objects.filter(pk=evenement.objet_id, au__isnull=False).first()
        if agrement is None:
            return []
        assert agrement.au is not None
        return [
            Avis(
                titre=f"L’agrément « {agrement.libelle} » prend fin le {format_date(agrement.au)}",
                texte="Préparez son renouvellement, puis enregistrez-le sur la page de votre "
                "organisation.",
                url=reverse("partenaires:organisation", args=[agrement.organisation_id]),
                organisation_id=agrement.organisation_id,
                roles=frozenset({Role.ADMINISTRATEUR, Role.CHEF_DE_SERVICE}),
            )
        ]
