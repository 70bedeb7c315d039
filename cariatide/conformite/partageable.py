"""What may be shared of the household itself: who, where, since when, its latest budgets."""

from cariatide.conformite.acces import condition_en_cours
from cariatide.conformite.models import Partage
from cariatide.conformite.ports import Item
from cariatide.menages.budget import list_lignes, list_releves
from cariatide.menages.models import Appartenance, Domicile, Menage, MenageSocial
from cariatide.menages.ports import LecteurPartiel
from cariatide.menages.statuts import RoleMenage, StatutOccupation
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.dates import format_date
from cariatide.socle.money import format_euros
from cariatide.socle.perimetre import Niveau, Perimetre

RELEVES_MAX = 3
_F, _S = Niveau.FACTUEL, Niveau.SOCIAL


class ItemsDuMenage:
    """Registered under « menages »."""

    def list_items(self, perimetre: Perimetre, menage_id: int) -> list[Item]:
        menage: Menage = Menage.objects.find_visible(perimetre, menage_id)
        found = [*_list_personnes(perimetre, menage), *_list_lieu(perimetre, menage)]
        found += _list_social(perimetre, menage_id)
        return [item for item in found if item.lignes]


def _list_personnes(perimetre: Perimetre, menage: Menage) -> list[Item]:
    rows = (
        Appartenance.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), menage_id=menage.pk)
        .select_related("personne")
        .order_by("pk")
    )
    membres = [(str(a.personne), RoleMenage(a.role).label, a.personne.naissance) for a in rows]
    naissances = tuple((nom, format_date(ne)) for nom, _, ne in membres if ne)
    joindre = (("Téléphone", menage.telephone), ("Courriel", menage.courriel))
    return [
        Item("composition", "Ménage", "Noms et places dans le ménage", _F,
             tuple((nom, place) for nom, place, _ in membres)),
        Item("naissances", "Ménage", "Dates de naissance", _F, naissances),
        Item("joindre", "Ménage", "Téléphone et courriel du ménage", _F,
             tuple((nom, valeur) for nom, valeur in joindre if valeur)),
    ]  # fmt: skip


def _list_lieu(perimetre: Perimetre, menage: Menage) -> list[Item]:
    """A protected address gives no element at all: neither where, nor in which commune."""
    domicile = (
        Domicile.objects.visible_to(perimetre)
        .filter(en_vigueur(perimetre.jour), menage_id=menage.pk)
        .select_related("commune")
        .first()
    )
    if domicile is None:
        return []
    found = []
    if domicile.statut_occupation:
        statut = StatutOccupation(domicile.statut_occupation).label
        found.append(
            Item("occupation", "Domicile", "Statut d’occupation", _F, (("Occupation", statut),))
        )
    if menage.adresse_protegee or domicile.protege:
        return found
    ville = f"{domicile.code_postal} {domicile.commune.nom if domicile.commune else ''}".strip()
    lignes = (("Adresse", domicile.adresse), ("Complément", domicile.complement), ("Ville", ville))
    return [
        *found,
        Item("adresse", "Domicile", "Adresse du domicile", _F,
             tuple((nom, valeur) for nom, valeur in lignes if valeur), adresse=True),
    ]  # fmt: skip


def _list_social(perimetre: Perimetre, menage_id: int) -> list[Item]:
    social = MenageSocial.objects.visible_to(perimetre).filter(menage_id=menage_id).first()
    found = []
    if social is not None and social.situation.strip():
        lignes = (("Situation sociale", social.situation),)
        found.append(Item("situation", "Situation", "Situation sociale", _S, lignes))
    for releve in list_releves(perimetre, menage_id)[:RELEVES_MAX]:
        situation = releve.situation
        sommes = tuple(
            (f"{ligne.nature.libelle}{f' ({ligne.precision})' if ligne.precision else ''}",
             format_euros(ligne.montant))
            for ligne in list_lignes(perimetre, situation.pk)
        )  # fmt: skip
        titre = f"Budget relevé le {format_date(situation.le)}"
        found.append(Item(f"budget-{situation.pk}", "Situation", titre, _S, sommes))
    return found


class LecteursParPartage:
    """Port `menages.ports.lecteurs_partiels`: « Pourquoi vois-je ce dossier ? » names them too."""

    def list_lecteurs(self, perimetre: Perimetre, menage_id: int) -> list[LecteurPartiel]:
        rows = (
            Partage.objects.visible_to(perimetre)
            .filter(condition_en_cours(perimetre.jour), menage_id=menage_id)
            .select_related("destinataire", "utilisateur")
            .order_by("destinataire__nom_normalise", "pk")
        )
        return [
            LecteurPartiel(
                organisation=str(p.destinataire),
                personne=str(p.utilisateur or ""),
                quoi=", ".join(e["titre"] for e in p.elements),
                motif=f"{p.base_libelle}, partagé par {p.auteur_nom}",
                au=p.au,
            )
            for p in rows
        ]
