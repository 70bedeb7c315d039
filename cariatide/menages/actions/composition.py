"""Writes on the composition of a household: entries, exits, référent, separation."""

from datetime import date, timedelta

from django.db import transaction

from cariatide.menages.actions.creation import DonneesPersonne, insert_membre
from cariatide.menages.actions.liens import (
    OBJET,
    lock_menage,
    record_menage,
    refresh_recherche,
    write_fait,
)
from cariatide.menages.models import Appartenance, Domicile, Menage, Personne, Rattachement
from cariatide.menages.rules import Membre, check_compositions, check_naissance, check_passe
from cariatide.menages.statuts import MotifDeSortie, RoleMenage
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.references import next_reference

_RAISON = "composition d’un ménage déjà obtenu dans le périmètre"


def list_members(menage_id: int) -> list[Membre]:
    """Every stay in a household, as the rules of composition read them."""
    rows = (
        Appartenance.objects.unscoped(reason=_RAISON)
        .filter(menage_id=menage_id)
        .values_list("role", "personne__naissance", "du", "au")
    )
    return [Membre(*row) for row in rows]


def _bump(menage: Menage) -> None:
    menage.version += 1
    menage.save(update_fields=["version"])


@transaction.atomic
def add_membre(
    *, perimetre: Perimetre, menage_id: int, personne: DonneesPersonne, du: date, version: int
) -> Appartenance:
    """A person enters the household on `du`."""
    menage = lock_menage(perimetre, menage_id, version)
    check_passe(du, perimetre.jour, "du")
    check_naissance(personne.naissance, perimetre.jour)
    if personne.naissance and du < personne.naissance:
        raise ErreurMetier(
            "L’entrée précède la naissance.", {"du": "Cette date précède la naissance."}
        )
    check_compositions(
        [*list_members(menage_id), Membre(personne.role, personne.naissance, du)], du
    )
    appartenance = insert_membre(menage_id, personne, du)
    _bump(menage)
    refresh_recherche(menage_id)
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=du,
        domaine="menages",
        titre=f"Entrée dans le ménage : {personne.prenom} {personne.nom}",
        detail=RoleMenage(personne.role).label,
        source=(OBJET, menage_id),
    )
    record_menage(
        "menage.membre_entre",
        perimetre,
        menage,
        apres={"personne": appartenance.personne_id, "role": personne.role, "du": du},
    )
    return appartenance


@transaction.atomic
def end_appartenance(
    *,
    perimetre: Perimetre,
    menage_id: int,
    appartenance_id: int,
    au: date,
    motif: str,
    version: int,
) -> Appartenance:
    """A person leaves the household; `au` is their last day in it."""
    menage = lock_menage(perimetre, menage_id, version)
    check_passe(au, perimetre.jour, "au")
    appartenance: Appartenance = (
        Appartenance.objects.select_for_update(of=("self",))
        .filter(menage_id=menage_id)
        .find_visible(perimetre, appartenance_id)
    )
    if appartenance.au is not None:
        raise ErreurMetier("Cette personne a déjà quitté le ménage.")
    if au < appartenance.du:
        raise ErreurMetier(
            "La sortie précède l’entrée.", {"au": "Cette date précède l’entrée dans le ménage."}
        )
    if appartenance.role == RoleMenage.REFERENT:
        raise ErreurMetier("Désignez d’abord un autre référent : un ménage en a toujours un.")
    appartenance.au, appartenance.motif_sortie = au, motif
    appartenance.save(update_fields=["au", "motif_sortie"])
    if motif == MotifDeSortie.DECES:
        Personne.objects.unscoped(reason=_RAISON).filter(pk=appartenance.personne_id).update(
            deces_le=au
        )
    _bump(menage)
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=au,
        domaine="menages",
        titre=f"Sortie du ménage : {appartenance.personne}",
        detail=MotifDeSortie(motif).label,
        source=(OBJET, menage_id),
    )
    record_menage(
        "menage.membre_sorti",
        perimetre,
        menage,
        apres={"personne": appartenance.personne_id, "au": au, "motif": motif},
    )
    return appartenance


@transaction.atomic
def change_referent(
    *, perimetre: Perimetre, menage_id: int, appartenance_id: int, le: date, version: int
) -> Appartenance:
    """Another adult becomes the référent from `le`; the former one stays as « autre personne »."""
    menage = lock_menage(perimetre, menage_id, version)
    check_passe(le, perimetre.jour, "le")
    members = Appartenance.objects.unscoped(reason=_RAISON).filter(
        menage_id=menage_id, au__isnull=True
    )
    nouveau = members.filter(pk=appartenance_id).select_related("personne").first()
    ancien = members.filter(role=RoleMenage.REFERENT).first()
    if nouveau is None or ancien is None or nouveau.pk == ancien.pk:
        raise ErreurMetier("Choisissez une autre personne présente dans le ménage.")
    if le <= max(nouveau.du, ancien.du):
        raise ErreurMetier(
            "Cette date précède l’entrée de l’un des deux dans le ménage.",
            {"le": "Choisissez une date postérieure aux deux entrées."},
        )
    role_ancien = RoleMenage.CONJOINT if nouveau.role == RoleMenage.CONJOINT else RoleMenage.AUTRE
    created = None
    for ligne, role in ((ancien, role_ancien), (nouveau, RoleMenage.REFERENT)):
        ligne.au, ligne.motif_sortie = le - timedelta(days=1), MotifDeSortie.AUTRE
        ligne.save(update_fields=["au", "motif_sortie"])
        created = Appartenance(menage_id=menage_id, personne_id=ligne.personne_id, role=role, du=le)
        created.save(force_insert=True)
    check_compositions(list_members(menage_id), le)
    _bump(menage)
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=le,
        domaine="menages",
        titre=f"Nouveau référent du ménage : {nouveau.personne}",
        source=(OBJET, menage_id),
    )
    record_menage(
        "menage.referent_change",
        perimetre,
        menage,
        avant={"personne": ancien.personne_id},
        apres={"personne": nouveau.personne_id, "le": le},
    )
    assert created is not None
    return created


@transaction.atomic
def separate_menage(
    *,
    perimetre: Perimetre,
    menage_id: int,
    appartenance_ids: list[int],
    referent_id: int,
    le: date,
    motif: str,
    version: int,
) -> Menage:
    """Some members leave and form a new household, « issu de » the first. Nobody is deleted.

    referent_id: the membership (among appartenance_ids) whose person leads the new household.
    The new household keeps the rights in force on the first, so that nobody loses the follow-up.
    """
    menage = lock_menage(perimetre, menage_id, version)
    check_passe(le, perimetre.jour, "le")
    leaving = _choose_leaving(perimetre, menage_id, appartenance_ids, referent_id, le)
    chef = next(a for a in leaving if a.pk == referent_id)
    nouveau = _insert_separated(menage, chef.personne, le)
    for ligne in leaving:
        ligne.au, ligne.motif_sortie = le - timedelta(days=1), motif
        ligne.save(update_fields=["au", "motif_sortie"])
        role = RoleMenage.REFERENT if ligne.pk == referent_id else ligne.role
        Appartenance(menage=nouveau, personne_id=ligne.personne_id, role=role, du=le).save(
            force_insert=True
        )
    for each in (menage_id, nouveau.pk):
        check_compositions(list_members(each), le)
    _bump(menage)
    for each in (menage_id, nouveau.pk):
        refresh_recherche(each)
        write_fait(
            perimetre=perimetre,
            menage_id=each,
            le=le,
            domaine="menages",
            titre=f"Séparation : {nouveau.nom_usage} forme un nouveau ménage",
            detail=f"{menage.reference} → {nouveau.reference}, {MotifDeSortie(motif).label}",
            source=(OBJET, nouveau.pk),
        )
    record_menage(
        "menage.separe",
        perimetre,
        nouveau,
        apres={"issu_de": menage_id, "personnes": [a.personne_id for a in leaving]},
    )
    return nouveau


def _choose_leaving(
    perimetre: Perimetre, menage_id: int, appartenance_ids: list[int], referent_id: int, le: date
) -> list[Appartenance]:
    """The memberships that end, after every check of a separation."""
    leaving = list(
        Appartenance.objects.visible_to(perimetre)
        .filter(menage_id=menage_id, au__isnull=True, pk__in=appartenance_ids)
        .select_related("personne")
        .order_by("id")
    )
    if not leaving or len(leaving) != len(set(appartenance_ids)):
        raise ErreurMetier("Choisissez les personnes qui partent.", {"membres": "À choisir."})
    chef = next((a for a in leaving if a.pk == referent_id), None)
    if chef is None:
        raise ErreurMetier(
            "Le référent du nouveau ménage doit être l’une des personnes qui partent.",
            {"referent": "À choisir parmi les personnes qui partent."},
        )
    if any(a.role == RoleMenage.REFERENT for a in leaving):
        raise ErreurMetier("Désignez d’abord un autre référent pour le ménage d’origine.")
    if any(a.du >= le for a in leaving):
        raise ErreurMetier(
            "La séparation précède une entrée dans le ménage.",
            {"le": "Choisissez une date postérieure aux entrées."},
        )
    return leaving


def _insert_separated(menage: Menage, chef: Personne, le: date) -> Menage:
    """The new household, « issu de » the first, with the rights in force on it."""
    nouveau = Menage(
        reference=next_reference("M", le.year),
        nom_usage=chef.nom,
        nom_normalise=normalise(chef.nom),
        commune_id=menage.commune_id,
        telephone=chef.telephone,
        adresse_protegee=menage.adresse_protegee,
        public_plan=menage.public_plan,
        issu_de=menage,
        dernier_contact_le=menage.dernier_contact_le,
        cree_le=le,
    )
    nouveau.save(force_insert=True)
    Domicile(menage=nouveau, protege=menage.adresse_protegee, du=le).save(force_insert=True)
    _copy_rights(menage.pk, nouveau.pk, le)
    return nouveau


def _copy_rights(source_id: int, cible_id: int, le: date) -> None:
    open_links = Rattachement.objects.filter(menage_id=source_id, au__isnull=True).values(
        "organisation_id", "utilisateur_id", "convention_id", "niveau", "motif"
    )
    Rattachement.objects.bulk_create(
        Rattachement(menage_id=cible_id, source_type=OBJET, source_id=cible_id, du=le, **link)
        for link in open_links
    )
