"""Two files side by side, and who of one may be who of the other: what a merge is decided on."""

from dataclasses import dataclass

from cariatide.menages.doublons import Ressemblance, compare, find_doublons_of, identify
from cariatide.menages.models import Appartenance, Domicile, Fusion, Menage
from cariatide.menages.queries import find_niveau
from cariatide.menages.statuts import RoleMenage
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.dates import format_date
from cariatide.socle.pages.composants import format_telephone
from cariatide.socle.perimetre import Niveau, Perimetre

PROCHES_MAX = 20


@dataclass(frozen=True)
class Colonne:
    """One file as the comparison shows it: factual, within the perimeter."""

    menage: Menage
    membres: list[Appartenance]
    domicile: Domicile | None
    niveau: Niveau


@dataclass(frozen=True)
class Ligne:
    """One fact of both files."""

    libelle: str
    gauche: str
    droite: str

    @property
    def differe(self) -> bool:
        return self.gauche != self.droite


@dataclass(frozen=True)
class Comparaison:
    """The file kept (left), the one that would join it (right), their facts, the likely pairs."""

    garde: Colonne
    absorbe: Colonne
    lignes: list[Ligne]
    paires: dict[int, int]


def _read(perimetre: Perimetre, menage_id: int) -> Colonne:
    menage = Menage.objects.select_related("commune").find_visible(perimetre, menage_id)
    membres = Appartenance.objects.visible_to(perimetre).filter(menage_id=menage_id)
    domiciles = Domicile.objects.visible_to(perimetre).filter(menage_id=menage_id)
    return Colonne(
        menage=menage,
        membres=list(membres.select_related("personne").order_by("du", "pk")),
        domicile=domiciles.filter(en_vigueur(perimetre.jour)).select_related("commune").first(),
        niveau=find_niveau(perimetre, menage_id),
    )


def build_comparaison(perimetre: Perimetre, garde_id: int, absorbe_id: int) -> Comparaison:
    """Both files of the perimeter; raises Introuvable when one is outside."""
    garde, absorbe = _read(perimetre, garde_id), _read(perimetre, absorbe_id)
    faits = [
        ("Référence", garde.menage.reference, absorbe.menage.reference),
        ("Nom", garde.menage.nom_usage, absorbe.menage.nom_usage),
        (
            "Téléphone",
            format_telephone(garde.menage.telephone),
            format_telephone(absorbe.menage.telephone),
        ),
        ("Courriel", garde.menage.courriel, absorbe.menage.courriel),
        ("Adresse", _adresse(garde), _adresse(absorbe)),
        ("Suivi depuis le", format_date(garde.menage.cree_le), format_date(absorbe.menage.cree_le)),
        (
            "Dernier contact le",
            format_date(garde.menage.dernier_contact_le),
            format_date(absorbe.menage.dernier_contact_le),
        ),
        ("Personnes", _membres(garde), _membres(absorbe)),
    ]
    return Comparaison(garde, absorbe, [Ligne(*fait) for fait in faits], _pair(garde, absorbe))


def _adresse(colonne: Colonne) -> str:
    d = colonne.domicile
    if d is None:
        return "Adresse protégée" if colonne.menage.adresse_protegee else ""
    ville = f"{d.code_postal} {d.commune.nom if d.commune else ''}".strip()
    return ", ".join(p for p in (d.adresse, d.complement, ville) if p)


def _membres(colonne: Colonne) -> str:
    return " ; ".join(describe_membre(a) for a in colonne.membres)


def describe_membre(ligne: Appartenance) -> str:
    """« Camille Lefèvre, 04/05/1990, Référent du ménage »."""
    naissance = ligne.personne.naissance
    jour = format_date(naissance) if naissance else "naissance inconnue"
    return f"{ligne.personne}, {jour}, {RoleMenage(ligne.role).label.lower()}"


def _pair(garde: Colonne, absorbe: Colonne) -> dict[int, int]:
    """Person of the second file → the person of the first who is surely the same."""
    paires: dict[int, int] = {}
    for autre in absorbe.membres:
        for ligne in garde.membres:
            _, certain = compare(identify(autre.personne), identify(ligne.personne))
            if certain and ligne.personne_id not in paires.values():
                paires.setdefault(autre.personne_id, ligne.personne_id)
    return paires


def list_proches(perimetre: Perimetre, menage_id: int) -> list[Ressemblance]:
    """Other files of the perimeter with somebody who looks like a member of this one."""
    colonne = _read(perimetre, menage_id)
    identites = [identify(a.personne) for a in colonne.membres]
    found: dict[int, Ressemblance] = {}
    for proches in find_doublons_of(perimetre, identites):
        for proche in proches:
            if proche.appartenance.menage_id != menage_id:
                found.setdefault(proche.appartenance.menage_id, proche)
    return sorted(found.values(), key=lambda r: not r.certain)[:PROCHES_MAX]


def list_fusions(perimetre: Perimetre, menage_id: int) -> list[Fusion]:
    """The merges of this file, latest first."""
    found = Fusion.objects.visible_to(perimetre).filter(garde_id=menage_id)
    return list(found.select_related("absorbe").order_by("-pk"))


def find_menage_by_reference(perimetre: Perimetre, reference: str) -> Menage | None:
    """A file of the perimeter, by its reference as typed."""
    found: Menage | None = (
        Menage.objects.visible_to(perimetre).filter(reference=reference.strip().upper()).first()
    )
    return found


def find_absorbe(perimetre: Perimetre, menage_id: int, brut: str) -> Menage | None:
    """The merged file that an address led from; nothing when none did."""
    if not (brut.isascii() and brut.isdigit() and len(brut) < 10):
        return None
    found: Menage | None = (
        Menage.objects.visible_to(perimetre).filter(pk=brut, fusionne_dans_id=menage_id).first()
    )
    return found
