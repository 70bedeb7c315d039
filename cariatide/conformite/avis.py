"""Who is told of an exceptional access, of a corrected identity, of a sharing."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from cariatide.conformite.models import Partage
from cariatide.conformite.queries import list_destinataires, list_detenteurs, list_equipe
from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.menages.models import Rattachement
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.rules import ROLES_DETENTEUR, ROLES_DOSSIER
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.perimetre import Niveau

OUVERTE, CLOSE = "exception.ouverte", "exception.close"


class AvisDesExceptions:
    """Heads of service of those who hold the file, its référents, and whoever opened it."""

    libelle = "Accès d’exception à un dossier"

    def wants(self, nom: str) -> bool:
        return nom in (OUVERTE, CLOSE)

    def build(self, evenement_id: int) -> list[Avis]:
        evenement = Evenement.objects.get(pk=evenement_id)
        assert evenement.menage_id is not None
        jour, dit = timezone.localdate(evenement.horodatage), evenement.donnees["apres"]
        if evenement.nom == OUVERTE:
            titre = f"Accès d’exception au dossier {evenement.libelle}"
            texte = (
                f"{evenement.acteur} ({evenement.organisation}) peut lire les faits de ce dossier "
                f"jusqu’au {dit['jusqu_au']}. Motif\u00a0: {dit['motif']}"
            )
        else:
            titre = f"L’accès d’exception au dossier {evenement.libelle} est clos"
            texte = f"Clos par {evenement.acteur}, avant son terme."
        liste = reverse("conformite:exceptions")
        avis = [
            Avis(titre, texte, liste, organisation_id=o, roles=_find_roles(o, jour))
            for o in list_detenteurs(evenement.menage_id, jour)
        ]
        dossier = reverse("menages:detail", args=[evenement.menage_id])
        referents = _list_referents(evenement.menage_id, jour)
        avis += [Avis(titre, texte, dossier, utilisateur_id=u) for u in referents]
        if evenement.nom == CLOSE:
            avis.append(Avis(titre, texte, liste, utilisateur_id=_find_auteur(evenement)))
        return avis


def _find_roles(organisation_id: int, jour: date) -> frozenset[str]:
    """Its heads of service; where there is none, whoever administers it."""
    chefs = frozenset(str(role) for role in ROLES_DETENTEUR)
    tenus = Mandat.objects.filter(en_vigueur(jour), organisation_id=organisation_id, role__in=chefs)
    return chefs if tenus.exists() else frozenset({str(Role.ADMINISTRATEUR)})


def _list_referents(menage_id: int, jour: date) -> list[int]:
    liens = Rattachement.objects.filter(
        en_vigueur(jour),
        motif=MotifRattachement.REFERENT,
        menage_id=menage_id,
        utilisateur_id__isnull=False,
    )
    qui = liens.order_by("utilisateur_id").values_list("utilisateur_id", flat=True)
    return list(qui.distinct())


def _find_auteur(evenement: Evenement) -> int | None:
    """Who opened the session that this event closes."""
    ouverture = Evenement.objects.filter(
        nom=OUVERTE, objet_type=evenement.objet_type, objet_id=evenement.objet_id
    ).order_by("pk")
    return ouverture.values_list("acteur_id", flat=True).first()


class AvisDesRectifications:
    """Port `courriers.regles_avis`: one notice an organisation that reads the household."""

    libelle = "Identités rectifiées"

    def wants(self, nom: str) -> bool:
        return nom == "personne.rectifiee"

    def build(self, evenement_id: int) -> list[Avis]:
        evenement = Evenement.objects.get(pk=evenement_id)
        links = Rattachement.objects.filter(
            en_vigueur(timezone.localdate()), menage_id=evenement.menage_id or 0
        )
        return [
            Avis(
                titre="Une identité a été rectifiée",
                texte="La personne l’a demandé. Reprenez la fiche du ménage, et corrigez ce que "
                "votre organisation garde ailleurs.",
                url=reverse("menages:detail", args=[evenement.menage_id]),
                organisation_id=organisation_id,
                roles=frozenset(str(role) for role in ROLES_DOSSIER),
            )
            for organisation_id in sorted(set(links.values_list("organisation_id", flat=True)))
        ]


class AvisDesPartages:
    """Both sides: who it is made for, and who shares or follows the household."""

    libelle = "Éléments de dossier partagés"

    def wants(self, nom: str) -> bool:
        return nom.startswith("partage.")

    def build(self, evenement_id: int) -> list[Avis]:
        evenement = Evenement.objects.get(pk=evenement_id)
        rows = Partage.objects.unscoped(reason="avis d’un partage, sans contenu")
        partage = rows.select_related("menage", "destinataire").get(pk=evenement.objet_id)
        jour, menage = timezone.localdate(evenement.horodatage), partage.menage.reference
        quoi = ", ".join(e["titre"] for e in partage.elements)
        if evenement.nom == "partage.ouvert":
            titre = f"Éléments partagés, ménage {menage}"
            texte = f"{quoi}. Jusqu’au {format_date(partage.au)}."
            url = reverse("conformite:lire_partage", args=[partage.pk])
        else:
            arrete = evenement.nom == "partage.revoque"
            titre = f"Partage {'arrêté' if arrete else 'terminé'}, ménage {menage}"
            motif = f" Motif\u00a0: {partage.motif_fin}" if arrete else ""
            texte = f"{quoi}. Ce partage ne s’ouvre plus.{motif}"
            url = reverse("conformite:partages_recus")
        lecteurs = sorted(_find_lecteurs(partage, jour))
        avis = [Avis(titre, texte, url, utilisateur_id=u) for u in lecteurs]
        fiche = reverse("conformite:partage", args=[partage.pk])
        texte = f"Avec {partage.destinataire}\u00a0: {texte}"
        gens = set(_list_referents(partage.menage_id, jour))
        if Mandat.objects.filter(
            en_vigueur(jour), utilisateur=partage.auteur_id, organisation=partage.organisation_id
        ).exists():
            gens.add(partage.auteur_id)
        autres = sorted(gens - {evenement.acteur_id})
        return avis + [Avis(titre, texte, fiche, utilisateur_id=u) for u in autres]


def _find_lecteurs(partage: Partage, jour: date) -> set[int]:
    """Whom it opens to, and nobody else of the organisation; nor whoever left it."""
    lecteurs = list_destinataires if partage.utilisateur_id else list_equipe
    gens = lecteurs(jour, partage.destinataire_id, Niveau(partage.niveau))
    return gens & {partage.utilisateur_id} if partage.utilisateur_id else gens
