"""The only writes on accounts and drafts."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cariatide.comptes.models import Brouillon, IdentiteFederee, SessionOuverte, Utilisateur
from cariatide.comptes.queries import list_sessions
from cariatide.comptes.rules import IdentiteRefusee, MotifRefus
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.perimetre import Perimetre

TAILLE_BROUILLON = 200_000  # characters


def _author(perimetre: Perimetre) -> int:
    """A draft belongs to a person: the system types nothing."""
    if perimetre.utilisateur_id is None:
        raise ErreurMetier("Un brouillon appartient à une personne connectée.")
    return perimetre.utilisateur_id


def save_brouillon(*, perimetre: Perimetre, cle: str, donnees: dict[str, Any]) -> Brouillon:
    """Keep what a person is typing under the key of its form."""
    if sum(len(str(v)) for v in donnees.values()) > TAILLE_BROUILLON:
        raise ErreurMetier("Ce brouillon est trop long pour être gardé.")
    brouillon, _ = Brouillon.objects.update_or_create(
        utilisateur_id=_author(perimetre), cle=cle[:120], defaults={"donnees": donnees}
    )
    return brouillon


def delete_brouillon(*, perimetre: Perimetre, cle: str) -> None:
    """Forget a draft, once the form was sent or on demand."""
    Brouillon.objects.filter(utilisateur_id=_author(perimetre), cle=cle[:120]).delete()


@transaction.atomic
def close_sessions(*, perimetre: Perimetre, sauf: str | None) -> int:
    """End the sessions of this person but the present one; return their number."""
    assert perimetre.utilisateur_id is not None  # sessions are somebody's
    nombre = _end_sessions(perimetre.utilisateur_id, sauf)
    if nombre:
        _record_sessions(perimetre, nombre)
    return nombre


@transaction.atomic
def close_session(*, perimetre: Perimetre, marque: str) -> str:
    """End one session of this person; return the device it was on."""
    for ligne in list_sessions(_author(perimetre)):
        if ligne.marque == marque:
            SessionOuverte.objects.filter(pk=ligne.cle).delete()
            _record_sessions(perimetre, 1)
            return ligne.appareil
    raise Introuvable("Cette session est déjà fermée.")


def _record_sessions(perimetre: Perimetre, nombre: int) -> None:
    record_evenement(
        "compte.sessions_fermees",
        perimetre=perimetre,
        objet_type="comptes.utilisateur",
        objet_id=_author(perimetre),
        libelle=perimetre.utilisateur,
        apres={"nombre": nombre},
    )


def _end_sessions(utilisateur_id: int, sauf: str | None = None) -> int:
    siennes = SessionOuverte.objects.filter(utilisateur_id=utilisateur_id)
    en_cours = siennes.filter(expire_date__gt=timezone.now()).exclude(pk=sauf)
    nombre = en_cours.count()
    siennes.exclude(pk=sauf).delete()
    return nombre


@transaction.atomic
def deactivate_utilisateur(*, perimetre: Perimetre, utilisateur_id: int, motif: str) -> Utilisateur:
    """Close an account and its sessions at once; opening it again gives none of them back."""
    if utilisateur_id == perimetre.utilisateur_id:
        raise ErreurMetier("Vous ne pouvez pas désactiver votre propre compte.")
    utilisateur = Utilisateur.objects.select_for_update(of=("self",)).get(pk=utilisateur_id)
    if utilisateur.is_active:
        utilisateur.is_active = False
        utilisateur.desactive_le = timezone.now()
        utilisateur.save(update_fields=["is_active", "desactive_le"])
        _end_sessions(utilisateur.pk)
        record_evenement(
            "compte.desactive",
            perimetre=perimetre,
            objet_type="comptes.utilisateur",
            objet_id=utilisateur.pk,
            libelle=utilisateur.nom_complet,
            apres={"motif": motif},
        )
    return utilisateur


@transaction.atomic
def reactivate_utilisateur(*, perimetre: Perimetre, utilisateur_id: int) -> Utilisateur:
    """Open a closed account again; its mandates decide what it sees."""
    utilisateur = Utilisateur.objects.select_for_update(of=("self",)).get(pk=utilisateur_id)
    if not utilisateur.is_active:
        utilisateur.is_active, utilisateur.desactive_le = True, None
        utilisateur.save(update_fields=["is_active", "desactive_le"])
        record_evenement(
            "compte.reactive",
            perimetre=perimetre,
            objet_type="comptes.utilisateur",
            objet_id=utilisateur.pk,
            libelle=utilisateur.nom_complet,
        )
    return utilisateur


def record_facteur(*, perimetre: Perimetre, acte: str, genre: str) -> None:
    """Somebody added or removed a second factor of theirs; the library wrote it."""
    if perimetre.utilisateur_id is None:
        return
    record_evenement(
        "compte.facteur_ajoute" if acte == "ajoute" else "compte.facteur_retire",
        perimetre=perimetre,
        objet_type="comptes.utilisateur",
        objet_id=perimetre.utilisateur_id,
        libelle=perimetre.utilisateur,
        apres={"facteur": genre},
    )


@transaction.atomic
def reset_facteur(*, perimetre: Perimetre, utilisateur_id: int, motif: str) -> Utilisateur:
    """Forget the second factor of somebody who lost it; the next sign-in asks for a new one."""
    if utilisateur_id == perimetre.utilisateur_id:
        raise ErreurMetier("Vous ne pouvez pas réinitialiser votre propre second facteur.")
    utilisateur = Utilisateur.objects.select_for_update(of=("self",)).get(pk=utilisateur_id)
    nombre, _ = Authenticator.objects.filter(user_id=utilisateur_id).delete()
    if nombre == 0:
        raise ErreurMetier("Ce compte n’a pas de second facteur.")
    _end_sessions(utilisateur.pk)
    record_evenement(
        "compte.facteur_reinitialise",
        perimetre=perimetre,
        objet_type="comptes.utilisateur",
        objet_id=utilisateur.pk,
        libelle=utilisateur.nom_complet,
        apres={"motif": motif},
    )
    return utilisateur


@transaction.atomic
def recognise_identite(
    *, jour: date, emetteur: str, sujet: str, email: str, adresse_sure: bool
) -> Utilisateur:
    """The account of somebody whom an identity provider names; none is ever created.

    Known by the provider's number, once linked; before that by an address that it verified.
    """
    lien = (
        IdentiteFederee.objects.select_related("utilisateur")
        .filter(emetteur=emetteur, sujet=sujet)
        .first()
    )
    if lien is not None:
        return _opened(lien.utilisateur)
    if not email or not adresse_sure:
        raise IdentiteRefusee(MotifRefus.NON_VERIFIE)
    utilisateur = Utilisateur.objects.filter(email__iexact=email).first()
    if utilisateur is None:
        raise IdentiteRefusee(MotifRefus.INCONNU)
    _opened(utilisateur)
    _, liee = IdentiteFederee.objects.get_or_create(
        emetteur=emetteur, sujet=sujet, defaults={"utilisateur": utilisateur}
    )
    if not liee:  # by another request at the same moment
        return utilisateur
    record_evenement(
        "compte.identite_liee",
        perimetre=Perimetre(utilisateur.pk, utilisateur.nom_complet, jour),
        objet_type="comptes.utilisateur",
        objet_id=utilisateur.pk,
        libelle=utilisateur.nom_complet,
        apres={"emetteur": emetteur},
    )
    return utilisateur


def _opened(utilisateur: Utilisateur) -> Utilisateur:
    if not utilisateur.is_active:
        raise IdentiteRefusee(MotifRefus.INACTIF)
    return utilisateur


@transaction.atomic
def unlink_identites(*, perimetre: Perimetre) -> int:
    """Forget who this person is elsewhere; the next sign-in by address links them again."""
    nombre, _ = IdentiteFederee.objects.filter(utilisateur_id=_author(perimetre)).delete()
    if nombre:
        record_evenement(
            "compte.identite_deliee",
            perimetre=perimetre,
            objet_type="comptes.utilisateur",
            objet_id=_author(perimetre),
            libelle=perimetre.utilisateur,
            apres={"nombre": nombre},
        )
    return nombre


def list_brouillons(cles: Iterable[str]) -> QuerySet[Brouillon]:
    """Drafts of anybody under these keys, or under what follows them after a dash."""
    motifs = "|".join(re.escape(cle) for cle in sorted(cles))
    drafts = Brouillon.objects.filter(cle__regex=f"^({motifs})(-|$)")
    return drafts if motifs else drafts.none()
