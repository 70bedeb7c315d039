"""Territory, organisations, accounts, agreements and instances: what exists before any act."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from cariatide.commission.models import Instance, MembreInstance, RegleQuorum
from cariatide.commission.statuts import ModeQuorum, TypeInstance
from cariatide.comptes.models import Utilisateur
from cariatide.demonstration import distribution as d
from cariatide.demonstration.hasard import tirage
from cariatide.demonstration.plan import Periode
from cariatide.demonstration.plume import Acteur
from cariatide.partenaires.models import (
    Agrement,
    Avenant,
    ContactOrganisation,
    Convention,
    Financement,
    Mandat,
    Objectif,
    Organisation,
    Succession,
)
from cariatide.partenaires.statuts import TypeConvention, UniteObjectif
from cariatide.socle.dates import add_months
from cariatide.socle.normalisation import normalise
from cariatide.territoire.models import Arrondissement, Commune, Secteur
from cariatide.territoire.statuts import TypeCommune

ARRONDISSEMENT, ARRONDISSEMENT_VOISIN = "Avesnes-sur-Helpe", "Dunkerque"
DEPARTEMENT = "59"
ORIGINE = date(2010, 1, 1)
FIN_DDCS = date(2021, 3, 31)
COMMUNES_S2H, PART_S2H = 84, 0.72
LIEU = "Hôtel du Département, salle des commissions"
INSTANCES = {
    "pilotage": (TypeInstance.GROUPE_DE_PILOTAGE, "Groupe de pilotage MOUS et ASLL", "departement",
                 None, "Gilles Aubert, responsable du service habitat"),
    "insalubrite": (TypeInstance.HABITAT_INDIGNE, "Groupe de pilotage insalubrité", "departement",
                    "insalubrite", "Estelle Roche, ingénieure d’études sanitaires"),
    "bailleur": (TypeInstance.COMITE_TECHNIQUE, "Comité de suivi des locataires", "bailleur_helpe",
                 "bailleur", "Inès Gallet, directrice de la clientèle"),
    "avdl": (TypeInstance.COMITE_TECHNIQUE, "Comité AVDL du littoral", "ddets", "avdl",
             "Yasmine Kaci, inspectrice"),
}  # fmt: skip


@dataclass
class Monde:
    """Everything that the story refers to by a short code."""

    periode: Periode
    organisations: dict[str, Organisation] = field(default_factory=dict)
    utilisateurs: dict[str, Utilisateur] = field(default_factory=dict)
    acteurs: dict[tuple[str, str], Acteur] = field(default_factory=dict)
    conventions: dict[str, Convention] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    communes: list[Commune] = field(default_factory=list)
    communes_voisines: list[Commune] = field(default_factory=list)

    def acteur(self, code: str, role: str = "") -> Acteur:
        """A person of the cast, under one of their mandates (the first by default)."""
        role = role or _fiche(code).roles[0]
        return self.acteurs[(code, role)]

    def sigle(self, code: str) -> str:
        return str(self.organisations[code])


def _fiche(code: str) -> d.Personne:
    return next(p for p in d.PERSONNES if p.code == code)


def build_monde(periode: Periode, graine: int) -> Monde:
    monde = Monde(periode)
    _load_communes(monde)
    _write_organisations(monde, graine)
    _write_personnes(monde)
    _write_conventions(monde)
    _write_instances(monde)
    return monde


def _load_communes(monde: Monde) -> None:
    def of(nom: str) -> list[Commune]:
        arrondissement = Arrondissement.objects.get(nom=nom, departement_id=DEPARTEMENT)
        return list(
            Commune.objects.filter(
                arrondissement=arrondissement, type=TypeCommune.ACTUELLE, en_vigueur=True,
                population__gt=0,
            ).order_by("code")
        )  # fmt: skip

    monde.communes, monde.communes_voisines = of(ARRONDISSEMENT), of(ARRONDISSEMENT_VOISIN)


def _write_organisations(monde: Monde, graine: int) -> None:
    h = tirage(graine, "organisations")
    ancienne = _organisation(d.ANCIENNE_DDETS, ORIGINE, FIN_DDCS)
    for fiche in d.ORGANISATIONS:
        du = FIN_DDCS + timedelta(days=1) if fiche.code == "ddets" else ORIGINE
        organisation = _organisation(fiche, du)
        if fiche.code == "ddets":
            Succession.objects.create(ancienne=ancienne, nouvelle=organisation, le=du)
        organisation.telephone = f"030000{h.randint(0, 9999):04d}"
        organisation.courriel = f"contact.{fiche.code.replace('_', '-')}@{d.DOMAINE}"
        organisation.save()
        monde.organisations[fiche.code] = organisation
    for fiche in d.PERSONNES:
        if fiche.organisation:
            ContactOrganisation.objects.create(
                organisation=monde.organisations[fiche.organisation],
                nom=f"{fiche.prenom} {fiche.nom}",
                fonction=fiche.fonction,
                courriel=fiche.courriel,
            )
    Agrement.objects.create(
        organisation=monde.organisations["operateur"],
        libelle="Ingénierie sociale, financière et technique",
        reference="Agrément de démonstration",
        du=add_months(monde.periode.debut, -6),
        au=add_months(monde.periode.jour, 5),
    )


def _organisation(fiche: d.Fiche, du: date, au: date | None = None) -> Organisation:
    return Organisation.objects.create(
        type=fiche.type, nom=fiche.nom, nom_normalise=normalise(fiche.nom), sigle=fiche.sigle,
        du=du, au=au,
    )  # fmt: skip


def _write_personnes(monde: Monde) -> None:
    # One hash for all: the password of the demonstration is public.
    password = make_password(d.MOT_DE_PASSE)
    depuis = add_months(monde.periode.debut, -12)
    for fiche in d.PERSONNES:
        utilisateur = Utilisateur.objects.create(
            email=fiche.courriel, prenom=fiche.prenom, nom=fiche.nom, fonction=fiche.fonction,
            password=password,
        )  # fmt: skip
        monde.utilisateurs[fiche.code] = utilisateur
        for role in fiche.roles:
            organisation = monde.organisations[fiche.organisation]
            Mandat.objects.create(
                utilisateur=utilisateur, organisation=organisation, role=role, du=depuis
            )
            monde.acteurs[(fiche.code, role)] = Acteur(
                utilisateur.pk, utilisateur.nom_complet, organisation.pk, str(organisation), role
            )


def _write_conventions(monde: Monde) -> None:
    p = monde.periode
    arrondissement = _secteur("ARR-AVESNES", "Arrondissement d’Avesnes-sur-Helpe", monde.communes)
    littoral = _secteur("ARR-LITTORAL", "Littoral", monde.communes_voisines)
    s2h = _secteur("S2H", "Périmètre santé et habitat", _perimetre_s2h(monde.communes))
    du = p.debut_mous
    fin = add_months(du, 36) - timedelta(days=1)
    prolongee = add_months(du, 48) - timedelta(days=1)
    longue = (date(du.year, 1, 1), date(p.jour.year + 1, 12, 31))
    t = TypeConvention
    add = _Conventions(monde).add
    mous = add("mous", t.MOUS, f"MOUS-{du.year}", f"MOUS habitat {du.year}-{fin.year}",
               "departement", "operateur", (du, prolongee), arrondissement)  # fmt: skip
    Avenant.objects.create(
        convention=mous, numero=1, signe_le=fin - timedelta(days=60), fin_avant=fin,
        objet="Prolongation d’un an dans l’attente de la nouvelle consultation.",
        fin_apres=prolongee,
    )  # fmt: skip
    add("insalubrite", t.MOUS, f"MOUS-INS-{du.year}", "MOUS insalubrité", "departement",
        "operateur", longue, s2h)  # fmt: skip
    add("asll", t.ASLL, f"ASLL-{du.year}", "Accompagnement social lié au logement", "departement",
        "operateur", longue, None)  # fmt: skip
    add("bailleur", t.SUIVI_BAILLEUR, f"SB-{du.year}", "Suivi social de locataires en impayé",
        "bailleur_helpe", "operateur", longue, None)  # fmt: skip
    add("avdl", t.AVDL, f"AVDL-{du.year}", "Accompagnement vers et dans le logement, littoral",
        "ddets", "operateur_littoral", longue, littoral)  # fmt: skip
    _write_objectifs(monde)


class _Conventions:
    def __init__(self, monde: Monde) -> None:
        self.monde = monde

    def add(
        self,
        code: str,
        type_: str,
        reference: str,
        intitule: str,
        commanditaire: str,
        operateur: str,
        periode: tuple[date, date],
        secteur: Secteur | None,
    ) -> Convention:
        organisations = self.monde.organisations
        convention = Convention.objects.create(
            type=type_, reference=reference, intitule=intitule,
            commanditaire=organisations[commanditaire], operateur=organisations[operateur],
            du=periode[0], au=periode[1], signee_le=periode[0] - timedelta(days=20),
            secteur=secteur,
        )  # fmt: skip
        self.monde.conventions[code] = convention
        return convention


def _write_objectifs(monde: Monde) -> None:
    """Targets and funders of source C: 20 to 30 households a year, 5 adapted homes."""
    c, o = monde.conventions, monde.organisations
    u = UniteObjectif
    for code, unite, minimum, maximum in (
        ("mous", u.MENAGES, 20, 30),
        ("mous", u.LOGEMENTS_ADAPTES, 5, None),
        ("insalubrite", u.DIAGNOSTICS, 15, 25),
        ("asll", u.MESURES, 40, 60),
        ("bailleur", u.MESURES, 6, 12),
        ("avdl", u.MESURES, 4, 8),
    ):
        Objectif.objects.create(convention=c[code], unite=unite, minimum=minimum, maximum=maximum)
    for code, financeur, montant, taux in (
        ("mous", "departement", "46000.00", "50.00"),
        ("mous", "ddt", "46000.00", "50.00"),
        ("insalubrite", "departement", "15000.00", "30.00"),
        ("insalubrite", "agglo", "10000.00", "20.00"),
        ("insalubrite", "ddt", "25000.00", "50.00"),
        ("asll", "departement", "98000.00", None),
        ("bailleur", "bailleur_helpe", "12000.00", None),
        ("avdl", "ddets", "18000.00", None),
    ):
        Financement.objects.create(
            convention=c[code], financeur=o[financeur], montant_annuel=Decimal(montant),
            taux=Decimal(taux) if taux else None,
        )  # fmt: skip


def _secteur(code: str, nom: str, communes: list[Commune]) -> Secteur:
    secteur = Secteur.objects.create(
        code=code, nom=nom, du=ORIGINE, source="Convention de démonstration"
    )
    secteur.communes.set(communes)
    return secteur


def _perimetre_s2h(communes: list[Commune]) -> list[Commune]:
    """84 communes that hold about 72 % of the population (source A)."""
    ordered = sorted(communes, key=lambda c: (-(c.population or 0), c.code))
    total = sum(c.population or 0 for c in ordered)
    candidates = [ordered[i : i + COMMUNES_S2H] for i in range(len(ordered) - COMMUNES_S2H + 1)]
    return min(candidates, key=lambda x: abs(sum(c.population or 0 for c in x) / total - PART_S2H))


def _write_instances(monde: Monde) -> None:
    depuis = date(monde.periode.debut_mous.year, 1, 1)
    for code, (type_, nom, secretariat, convention, presidence) in INSTANCES.items():
        instance = Instance.objects.create(
            type=type_, nom=nom, secretariat=monde.organisations[secretariat],
            convention=monde.conventions[convention] if convention else None,
            presidence=presidence,
            lieu=LIEU if secretariat == "departement" else "Salle de réunion",
            voies_recours=(
                "Cette décision peut faire l’objet d’un recours gracieux auprès de l’instance, ou "
                "d’un recours devant le tribunal administratif, dans les deux mois de sa "
                "notification."
            ),
            du=depuis,
        )  # fmt: skip
        monde.instances[code] = instance
        RegleQuorum.objects.create(
            instance=instance, mode=ModeQuorum.FRACTION, numerateur=1, denominateur=2,
            seconde_convocation=True, source="Règlement intérieur de l’instance", du=depuis,
        )  # fmt: skip
        for organisation, voix, titulaire in d.COMPOSITIONS[code]:
            MembreInstance.objects.create(
                instance=instance, organisation=monde.organisations[organisation],
                titulaire=titulaire, voix=voix, du=depuis,
            )  # fmt: skip
