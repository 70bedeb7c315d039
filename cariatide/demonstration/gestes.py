"""What the story alone does not show, done by the real acts once it is written.

Two files of one household joined and undoable, another pair left to be found, a portfolio that
changes hands next week, reorientations asked and decided, filters kept under a name, choices of
notices, a register of processing, letters posted, elements of a file shared, alerts that were
dealt with, requests of persons, a purge to confirm, a couple back together.
"""

from datetime import timedelta

from django.db.models import QuerySet

from cariatide.comptes.models import Utilisateur
from cariatide.courriers.actions import save_preferences
from cariatide.courriers.models import Envoi
from cariatide.demonstration.alertes import watch
from cariatide.demonstration.conformite import fill_registre, share_elements
from cariatide.demonstration.droits import ask_rights, plan_purge, reunite
from cariatide.demonstration.ecriture.contexte import Ecriture
from cariatide.demonstration.poste import post_letters
from cariatide.demonstration.reorientations import do_reorientations
from cariatide.echanges.actions import save_filtre
from cariatide.menages.actions import (
    DonneesDomicile,
    DonneesMenage,
    DonneesPersonne,
    create_menage,
    merge_menages,
)
from cariatide.menages.models import Appartenance, Menage
from cariatide.menages.statuts import RoleMenage
from cariatide.mesures.actions import plan_transfert
from cariatide.mesures.models import Mesure
from cariatide.mesures.queries import list_portefeuille, list_referents
from cariatide.mesures.statuts import MotifTransfert
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.perimetre import Perimetre

CHEF, REFERENTE, PILOTE = "claire.fontaine", "alice.renard", "bob.lambert"
DELEGUEE, PRESCRIPTEUR, FINANCEUSE = "denise.garnier", "paul.prevost", "fanny.roussel"
SECRETAIRE = "dora.michel"
ABSENCE = (9, 23)  # days from today


def do_gestes(e: Ecriture) -> None:
    """Each by whoever does it at work; a story too small for one of them goes without."""
    chef, referente = perimetre_of(e, CHEF), perimetre_of(e, REFERENTE)
    suivis = Mesure.objects.visible_to(chef).order_by().values("menage_id")
    connus = list(
        Menage.objects.visible_to(chef)
        .filter(pk__in=suivis, adresse_protegee=False)
        .exclude(nom_usage="Lefèvre – Diallo")
        .order_by("-pk")[:2]
    )
    if len(connus) == 2:
        _join(chef, connus[0])
        _write_double(chef, connus[1])
    _plan(chef, referente)
    do_reorientations(e, chef)
    for perimetre, liste, nom, requete in (
        (referente, "menages", "Contact le plus ancien d’abord", "tri=contact_ancien"),
        (chef, "mesures", "Mesures en cours", "statut=active"),
    ):
        save_filtre(
            perimetre=perimetre, liste=liste, nom=nom, requete=requete, partage=perimetre is chef
        )
    fill_registre(perimetre_of(e, DELEGUEE))
    post_letters(perimetre_of(e, SECRETAIRE))
    share_elements(referente, perimetre_of(e, PRESCRIPTEUR), perimetre_of(e, FINANCEUSE))
    watch(chef, referente)
    ask_rights(perimetre_of(e, DELEGUEE), chef, connus)
    plan_purge(perimetre_of(e, DELEGUEE))
    reunite(referente, list(_list_siens(referente)))
    save_preferences(perimetre=perimetre_of(e, PILOTE), envois={"": Envoi.QUOTIDIEN})


def _list_siens(referente: Perimetre) -> QuerySet[Menage]:
    """The households whose measures are hers, the well-known one left as the guide tells it."""
    siennes = list_portefeuille(referente, referente.utilisateur_id or 0).order_by()
    found: QuerySet[Menage] = (
        Menage.objects.visible_to(referente)
        .filter(pk__in=siennes.values("menage_id"))
        .exclude(nom_usage="Lefèvre – Diallo")
        .order_by("pk")
    )
    return found


def perimetre_of(e: Ecriture, code: str) -> Perimetre:
    """What this person of the cast may do today."""
    utilisateur = Utilisateur.objects.get(pk=e.monde.acteur(code).utilisateur_id)
    return build_perimetre(utilisateur, e.jour)


def _write_double(perimetre: Perimetre, menage: Menage) -> tuple[Menage, int, int]:
    """A second file of that household, opened by a colleague who did not look first."""
    connue = (
        Appartenance.objects.visible_to(perimetre)
        .filter(menage=menage, role=RoleMenage.REFERENT, au__isnull=True)
        .select_related("personne")
        .get()
        .personne
    )
    mandat = perimetre.mandats[0]
    double = create_menage(
        perimetre=perimetre,
        mandat=mandat,
        niveau=mandat.niveau_max,
        donnees=DonneesMenage(
            personnes=[
                DonneesPersonne(
                    nom=connue.nom, prenom=connue.prenom, role=RoleMenage.REFERENT,
                    civilite=connue.civilite, naissance=connue.naissance,
                    telephone=connue.telephone,
                )
            ],
            domicile=DonneesDomicile(),
        ),
    )  # fmt: skip
    autre = Appartenance.objects.visible_to(perimetre).get(menage=double).personne_id
    return double, autre, connue.pk


def _join(perimetre: Perimetre, menage: Menage) -> None:
    double, autre, connue = _write_double(perimetre, menage)
    merge_menages(
        perimetre=perimetre,
        garde_id=menage.pk,
        absorbe_id=double.pk,
        motif="Fiche ouverte deux fois : même personne, même date de naissance.",
        memes={autre: connue},
    )


def _plan(chef: Perimetre, referente: Perimetre) -> None:
    """Alice goes on leave next week; a colleague of her team takes her measures."""
    de_id = referente.utilisateur_id or 0
    siennes = list(list_portefeuille(chef, de_id))
    if not siennes:
        return
    du, au = (chef.jour + timedelta(days=jours) for jours in ABSENCE)
    une = siennes[0].operateur_id
    collegue = list_referents(une, du).exclude(pk__in=[de_id, chef.utilisateur_id or 0]).first()
    if collegue is not None:
        plan_transfert(
            perimetre=chef,
            de_id=de_id,
            vers_id=collegue.pk,
            mesures=[m.pk for m in siennes if m.operateur_id == une],
            motif=MotifTransfert.ABSENCE,
            du=du,
            au=au,
        )
