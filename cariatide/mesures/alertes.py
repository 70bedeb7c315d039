"""The alerts of accompaniment: what lasts too long, what is late, what one person carries."""

from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, Greatest
from django.urls import reverse

from cariatide.alertes.ports import Gravite, Ligne, Reglages, Regle, every_row, select_cas
from cariatide.alertes.statuts import Responsable
from cariatide.mesures.models import Bilan, Intervention, Mesure, Renouvellement
from cariatide.mesures.statuts import (
    BILAN_VALIDE,
    CLOSES,
    EN_COURS,
    RENOUVELLEMENT_OUVERT,
    Presence,
    StatutBilan,
    StatutMesure,
    TypeBilan,
    TypeIntervention,
)
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import RequeteProtegee

_OBJET = "mesures.mesure"
# A suspended measure is expected to be silent.
_SUIVIES = sorted(EN_COURS - {StatutMesure.SUSPENDUE})
# The queryset's form of `rules.is_contact`.
CONTACT = Q(presence=Presence.PRESENT) | Q(type=TypeIntervention.TELEPHONE)
_EQUIPE = (Responsable.REFERENT, Responsable.CHEF_DE_SERVICE)


def _mesures() -> RequeteProtegee:
    return every_row(Mesure)


def _cas(rows: QuerySet[Any], reglages: Reglages, depuis: Any) -> QuerySet[Any]:
    return select_cas(
        rows, reglages, organisation="operateur_id", referent="referent_id", depuis=depuis,
        reference="reference",
    )  # fmt: skip


def list_sans_contact(reglages: Reglages) -> QuerySet[Any]:
    """Running measures whose last contact, or whose start, is older than the delay."""
    limite = reglages.limite("operateur_id")
    contacts = every_row(Intervention).filter(
        CONTACT, mesure_id=OuterRef("pk"), date__lte=reglages.jour
    )
    dernier = Subquery(
        contacts.order_by().values("mesure_id").annotate(m=Max("date")).values("m")[:1]
    )
    rows = _mesures().filter(statut__in=_SUIVIES, debut__lte=limite)
    rows = rows.annotate(contact_le=Greatest(Coalesce(dernier, F("debut")), F("debut")))
    return _cas(rows.filter(contact_le__lte=limite), reglages, "contact_le")


def list_sans_bilan(reglages: Reglages) -> QuerySet[Any]:
    """Measures whose term comes: no review under way, none written since the delay began."""
    bilans = every_row(Bilan).filter(
        Q(statut__in=[StatutBilan.BROUILLON, StatutBilan.SOUMIS])
        | Q(le__gte=reglages.limite("mesure__operateur_id")),
        mesure_id=OuterRef("pk"),
        type__in=[TypeBilan.INTERMEDIAIRE, TypeBilan.FINAL],
    )
    rows = _mesures().filter(
        ~Exists(bilans),
        statut__in=sorted(EN_COURS),
        fin_prevue__gte=reglages.jour,
        fin_prevue__lte=reglages.limite("operateur_id", 1),
    )
    return _cas(rows, reglages, "fin_prevue")


def list_bilans_en_retard(reglages: Reglages) -> QuerySet[Any]:
    """Measures past their term: no final review validated, no renewal under way."""
    finals = every_row(Bilan).filter(
        mesure_id=OuterRef("pk"), type=TypeBilan.FINAL, statut__in=sorted(BILAN_VALIDE)
    )
    demandes = every_row(Renouvellement).filter(
        mesure_id=OuterRef("pk"), statut__in=sorted(RENOUVELLEMENT_OUVERT)
    )
    rows = _mesures().filter(
        ~Exists(finals),
        ~Exists(demandes),
        statut__in=sorted(EN_COURS),
        fin_prevue__lte=reglages.limite("operateur_id"),
    )
    return _cas(rows, reglages, "fin_prevue")


def list_sans_adhesion(reglages: Reglages) -> QuerySet[Any]:
    """Granted, and the household has not answered by a contract."""
    rows = _mesures().filter(
        statut__in=[StatutMesure.ACCORDEE, StatutMesure.PROPOSEE],
        accordee_le__lte=reglages.limite("operateur_id"),
    )
    return _cas(rows, reglages, "accordee_le")


def list_portefeuilles_charges(reglages: Reglages) -> QuerySet[Any]:
    """Mandates of workers who carry more open measures than what was set there."""
    charge = Subquery(
        _mesures()
        .exclude(statut__in=sorted(CLOSES))
        .filter(referent_id=OuterRef("utilisateur_id"), operateur_id=OuterRef("organisation_id"))
        .order_by()
        .values("referent_id")
        .annotate(n=Count("pk"))
        .values("n")[:1]
    )
    # One mandate a person and organisation: whoever holds two roles carries one portfolio.
    premier = Subquery(
        Mandat.objects.filter(
            en_vigueur(reglages.jour),
            utilisateur_id=OuterRef("utilisateur_id"),
            organisation_id=OuterRef("organisation_id"),
            role__in=[Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE],
        )
        .order_by()
        .values("organisation_id")
        .annotate(m=Min("pk"))
        .values("m")[:1]
    )
    rows = Mandat.objects.filter(en_vigueur(reglages.jour), pk=premier).annotate(charge=charge)
    rows = rows.filter(charge__gt=reglages.nombre("organisation_id"))
    nom = Cast(F("utilisateur__nom"), CharField())
    return select_cas(
        rows, reglages, menage=None, organisation="organisation_id", referent="utilisateur_id",
        depuis="du", reference=nom,
    )  # fmt: skip


def page_mesure(ligne: Ligne) -> str:
    return reverse("mesures:detail", args=[ligne["objet_id"]])


def page_portefeuille(ligne: Ligne) -> str:
    return reverse("mesures:portefeuille")


REGLES = {
    "mesures.sans_contact": Regle(
        libelle="Mesure sans contact",
        phrase="Aucun contact avec le ménage depuis le {depuis}",
        aide="Reprenez contact puis consignez l’entretien, suspendez la mesure ou mettez-y fin.",
        gravite=Gravite.HAUTE,
        objet_type=_OBJET,
        responsables=_EQUIPE,
        parametre="alertes.sans_contact",
        cas=list_sans_contact,
        page=page_mesure,
    ),
    "mesures.terme_sans_bilan": Regle(
        libelle="Terme proche sans bilan",
        phrase="La mesure prend fin le {depuis} et son bilan n’est pas commencé",
        aide="Établissez le bilan, pour renouveler la mesure ou y mettre fin.",
        gravite=Gravite.MOYENNE,
        objet_type=_OBJET,
        responsables=_EQUIPE,
        parametre="bilan.alerte",
        cas=list_sans_bilan,
        page=page_mesure,
        fermable=False,
    ),
    "mesures.bilan_en_retard": Regle(
        libelle="Bilan en retard",
        phrase="Le terme était le {depuis} : ni bilan final validé, ni renouvellement demandé",
        aide="Terminez le bilan et faites-le valider, puis renouvelez la mesure ou terminez-la.",
        gravite=Gravite.HAUTE,
        objet_type=_OBJET,
        responsables=_EQUIPE,
        parametre="alertes.bilan_en_retard",
        cas=list_bilans_en_retard,
        page=page_mesure,
        fermable=False,
    ),
    "mesures.sans_adhesion": Regle(
        libelle="Mesure accordée sans adhésion",
        phrase="Accordée le {depuis}, le ménage n’y a pas adhéré",
        aide="Proposez la mesure au ménage, faites signer le contrat ou enregistrez son refus.",
        gravite=Gravite.MOYENNE,
        objet_type=_OBJET,
        responsables=_EQUIPE,
        parametre="alertes.sans_adhesion",
        cas=list_sans_adhesion,
        page=page_mesure,
    ),
    "mesures.portefeuille_charge": Regle(
        libelle="Portefeuille trop chargé",
        phrase="Plus de mesures ouvertes que le nombre fixé",
        aide="Répartissez des mesures de ce portefeuille, ou révisez le nombre fixé.",
        gravite=Gravite.MOYENNE,
        objet_type="partenaires.mandat",
        responsables=(Responsable.CHEF_DE_SERVICE,),
        parametre="alertes.portefeuille",
        cas=list_portefeuilles_charges,
        page=page_portefeuille,
    ),
}
