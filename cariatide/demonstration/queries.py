"""Reads of the demonstration's own pages: its accounts, the mail it sent."""

import email
import email.policy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cariatide.comptes.models import Utilisateur
from cariatide.demonstration.distribution import PERSONNES, VITRINE_PREMIER, Personne
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.statuts import Role

COURRIELS_MONTRES = 100


@dataclass(frozen=True)
class Compte:
    """An account as the page of roles shows it."""

    id: int
    code: str
    courriel: str
    nom: str
    fonction: str
    organisation: str
    role: str
    aide: str

    @property
    def libelle(self) -> str:
        return ", ".join(part for part in (self.fonction, self.organisation) if part)


# What a newcomer can do there, for the accounts of the page of roles.
AIDES = {
    "paul.prevost": "Dépose une saisine, la complète, en suit les étapes.",
    "dora.michel": "Vérifie les saisines, prépare et tient les séances, notifie.",
    "alice.renard": "Ouvre les mesures, visite, écrit les bilans de ses ménages.",
    "claire.fontaine": "Valide diagnostics et bilans, répartit les mesures de l’équipe.",
    "theo.tisserand": "Visite les logements, suit les travaux.",
    "elodie.marchand": "Monte les plans de financement des travaux.",
    "magali.petit": "Recense les logements et les offres des propriétaires.",
    "manon.sellier": "Lit les dossiers de la prochaine séance, donne un avis.",
    "fanny.roussel": "Accorde les mesures et leurs renouvellements.",
    "bob.lambert": "Lit les indicateurs et les dossiers qui les composent.",
    "serge.bailly": "Ne voit que ce qui relève des expulsions.",
    "denise.garnier": "Lit le journal des écritures et des consultations.",
    "aude.bertin": "Invite des collègues, ouvre et ferme les comptes.",
    "remi.technique": "Règle les valeurs locales et surveille la plateforme.",
    "charlie.maes": "Un autre opérateur, ailleurs : rien d’ici n’est dans son périmètre.",
    "eve.morin": "Un compte auquel aucune organisation n’a donné de mandat.",
}


def list_comptes(tous: bool = False) -> list[Compte]:
    """Accounts of the page of roles, in the order of the story (all of them when asked)."""
    fiches = [p for p in PERSONNES if tous or p.vitrine or p.code == VITRINE_PREMIER]
    fiches.sort(key=lambda p: p.vitrine)
    users = {u.email: u for u in Utilisateur.objects.filter(email__in=[p.courriel for p in fiches])}
    mandats = {
        m["utilisateur_id"]: m
        for m in Mandat.objects.filter(utilisateur__in=users.values())
        .order_by("-id")
        .values("utilisateur_id", "role", "organisation__nom", "organisation__sigle")
    }
    return [
        _compte(p, users[p.courriel], mandats.get(users[p.courriel].pk))
        for p in fiches
        if p.courriel in users
    ]


def _compte(fiche: Personne, user: Utilisateur, mandat: Mapping[str, Any] | None) -> Compte:
    return Compte(
        id=user.pk,
        code=fiche.code,
        courriel=user.email,
        nom=user.nom_complet,
        fonction=fiche.fonction,
        organisation=(mandat["organisation__sigle"] or mandat["organisation__nom"])
        if mandat
        else "",
        role=str(Role(mandat["role"]).label) if mandat else "Sans mandat",
        aide=AIDES.get(fiche.code, ""),
    )


def find_compte(code: str) -> Compte | None:
    """An account of the page of roles, or None: the page opens no other."""
    return next((c for c in list_comptes() if c.code == code), None)


@dataclass(frozen=True)
class Courriel:
    """One message of the box, as text."""

    nom: str
    le: datetime
    destinataires: str
    sujet: str
    texte: str


def list_courriels(dossier: Path, limite: int = COURRIELS_MONTRES) -> tuple[list[Courriel], int]:
    """The latest messages of the box, and how many there are."""
    paths = sorted(dossier.glob("*.eml"), key=_order, reverse=True) if dossier.is_dir() else []
    return [_read(path) for path in paths[:limite]], len(paths)


def _order(path: Path) -> tuple[int, ...]:
    """Files are named by the moment and the rank in a batch."""
    parts: Iterable[str] = path.stem.split("-")
    return tuple(int(part) if part.isdigit() else 0 for part in parts)


def _read(path: Path) -> Courriel:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(preferencelist=("plain",))
    return Courriel(
        nom=path.name,
        le=datetime.fromtimestamp(path.stat().st_mtime).astimezone(),
        destinataires=str(message["To"] or ""),
        sujet=str(message["Subject"] or "Sans objet"),
        texte=body.get_content() if body is not None else "",
    )
