"""What each act writes beside its own rows: event, line of the parcours, links, delays.

The same rows as journal.actions, menages.actions and echeances.actions write one by one, for
acts of the past: tests/demonstration/test_fidelite.py compares both on the same story.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from cariatide.demonstration.tampon import Tampon
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Evenement, Livraison
from cariatide.journal.ports import consommateurs
from cariatide.menages.models import FaitParcours, Menage, Rattachement

PARIS = ZoneInfo("Europe/Paris")
OUVERTURE = time(8, 30)
# The first acts of a day are minutes apart; those of a session day then follow by seconds.
ACTES_CALMES, PAS = 70, 6
# Events of the last days still wait for the worker: their notices and e-mails leave at the start.
JOURS_A_DIFFUSER = 7

Objet = tuple[str, int]


@dataclass(frozen=True)
class Acteur:
    """Who acts, under one mandate; organisation: its label as the journal keeps it."""

    utilisateur_id: int | None
    nom: str
    organisation_id: int | None = None
    organisation: str = ""
    role: str = ""

    @property
    def signature(self) -> str:
        return f"{self.nom} · {self.organisation}"[:200] if self.organisation else self.nom


def plain(valeur: Any) -> Any:
    """Values as JSON knows them."""
    if isinstance(valeur, Mapping):
        return {str(k): plain(v) for k, v in valeur.items()}
    if isinstance(valeur, list | tuple | set | frozenset):
        return [plain(v) for v in valeur]
    if isinstance(valeur, date):
        return valeur.isoformat()
    return str(valeur) if isinstance(valeur, Decimal) else valeur


class Plume:
    """Writes in the buffer; acts of one day follow each other at office hours."""

    def __init__(self, tampon: Tampon, jour: date) -> None:
        self.tampon = tampon
        self.jour = jour
        self._rangs: dict[date, int] = {}
        self._liens: dict[Objet, list[Rattachement]] = {}
        self._echeances: dict[tuple[str, Objet], Echeance] = {}
        self._par_objet: dict[Objet, list[Echeance]] = {}
        self._consommateurs = list(consommateurs.items())

    def instant(self, le: date) -> datetime:
        rang = self._rangs.get(le, 0)
        self._rangs[le] = rang + 1
        calmes = min(rang, ACTES_CALMES)
        ecart = timedelta(minutes=PAS * calmes, seconds=PAS * (rang - calmes))
        return datetime.combine(le, OUVERTURE, tzinfo=PARIS) + ecart

    def evenement(
        self,
        nom: str,
        acteur: Acteur,
        le: date,
        objet: Objet,
        *,
        libelle: str = "",
        menage_id: int | None = None,
        niveau: int = 1,
        avant: Mapping[str, Any] | None = None,
        apres: Mapping[str, Any] | None = None,
    ) -> Evenement:
        if niveau >= 2:
            donnees: dict[str, Any] = {"champs": sorted({*(avant or {}), *(apres or {})})}
        else:
            donnees = {"avant": plain(avant or {}), "apres": plain(apres or {})}
        evenement = self.tampon.ajoute(
            Evenement(
                nom=nom,
                horodatage=self.instant(le),
                acteur_id=acteur.utilisateur_id,
                acteur=acteur.nom,
                organisation_id=acteur.organisation_id,
                organisation=acteur.organisation,
                role=acteur.role,
                objet_type=objet[0],
                objet_id=objet[1],
                libelle=libelle[:300],
                menage_id=menage_id,
                niveau=niveau,
                donnees=donnees,
            )
        )
        if le >= self.jour - timedelta(days=JOURS_A_DIFFUSER):
            for code, consommateur in self._consommateurs:
                if consommateur.wants(nom):
                    self.tampon.ajoute(
                        Livraison(
                            evenement=evenement,
                            consommateur=code,
                            prochaine_tentative=timezone.now(),
                        )
                    )
        return evenement

    def fait(
        self,
        menage: Menage,
        acteur: Acteur,
        le: date,
        domaine: str,
        titre: str,
        source: Objet,
        *,
        detail: str = "",
        ton: str = "",
        niveau: int = 1,
        contact: bool = False,
    ) -> None:
        self.tampon.ajoute(
            FaitParcours(
                menage_id=menage.pk,
                date=le,
                enregistre_le=self.instant(le),
                domaine=domaine,
                titre=titre[:200],
                detail=detail[:300],
                auteur=acteur.signature,
                niveau=niveau,
                source_type=source[0],
                source_id=source[1],
                ton=ton,
            )
        )
        if contact and menage.dernier_contact_le < le:
            menage.dernier_contact_le = le

    def lien(
        self,
        menage_id: int,
        organisation_id: int,
        niveau: int,
        motif: str,
        source: Objet,
        du: date,
        *,
        au: date | None = None,
        utilisateur_id: int | None = None,
        convention_id: int | None = None,
    ) -> None:
        lien = Rattachement(
            menage_id=menage_id,
            organisation_id=organisation_id,
            utilisateur_id=utilisateur_id,
            convention_id=convention_id,
            niveau=niveau,
            motif=motif,
            source_type=source[0],
            source_id=source[1],
            du=du,
            au=au,
        )
        self._liens.setdefault(source, []).append(self.tampon.ajoute(lien))

    def detache(self, source: Objet, au: date, motif: str = "") -> None:
        """End the links of one source; one that would start later keeps no day."""
        for lien in self._liens.get(source, []):
            if (not motif or lien.motif == motif) and (lien.au is None or lien.au > au):
                lien.au = max(lien.du, au)

    def echeance(
        self,
        code: str,
        libelle: str,
        objet: Objet,
        due_le: date,
        *,
        organisation_id: int,
        utilisateur_id: int | None,
        url: str,
        menage: Menage | None = None,
        menage_libelle: str = "",
        source: str = "",
        regle: str = "",
        alerte_jours: int = 30,
    ) -> None:
        """Open a delay, or move the one that the object has under that code."""
        echeance = self._echeances.get((code, objet))
        if echeance is None:
            echeance = self.tampon.ajoute(
                Echeance(code=code, objet_type=objet[0], objet_id=objet[1])
            )
            self._echeances[(code, objet)] = echeance
            self._par_objet.setdefault(objet, []).append(echeance)
        echeance.libelle, echeance.url = libelle, url
        echeance.menage_id = menage.pk if menage else None
        echeance.menage_libelle = menage_libelle
        echeance.due_le = echeance.due_calculee_le = due_le
        echeance.organisation_id, echeance.utilisateur_id = organisation_id, utilisateur_id
        echeance.source, echeance.regle, echeance.alerte_jours = source, regle, alerte_jours
        echeance.statut, echeance.close_le = Echeance.Statut.OUVERTE, None

    def solde(self, code: str, objet: Objet, le: date) -> None:
        echeance = self._echeances.get((code, objet))
        if echeance is not None and echeance.statut == Echeance.Statut.OUVERTE:
            echeance.statut, echeance.close_le = Echeance.Statut.FAITE, le

    def annule(self, objet: Objet, le: date) -> None:
        for echeance in self._par_objet.get(objet, []):
            if echeance.statut == Echeance.Statut.OUVERTE:
                echeance.statut, echeance.close_le = Echeance.Statut.ANNULEE, le
