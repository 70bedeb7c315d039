"""Lists by key: every row once, forward and back, as in the export; each sort has its index."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cariatide.alertes.models import Alerte
from cariatide.amelioration.models import OperationTravaux
from cariatide.baux.models import Occupation
from cariatide.commission.models import Seance
from cariatide.comptes.models import Utilisateur
from cariatide.conformite.models import DemandeDroit, Partage, Purge, Traitement
from cariatide.courriers.models import Notification
from cariatide.demandes.models import Saisine
from cariatide.documents.models import DocumentEmis
from cariatide.echanges.models import LotImport
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Consultation, Evenement, Livraison, TeteDeChaine
from cariatide.menages import queries as menages
from cariatide.menages.models import Menage
from cariatide.mesures.models import Mesure, Reorientation
from cariatide.parc.models import Logement, OffreLogement
from cariatide.partenaires.models import Convention, Organisation, SessionException
from cariatide.poste.models import LotPostal
from cariatide.socle.pages.listes import CURSEUR_PERIME, PageCle, Tri, choose_tri, paginate, walk
from cariatide.territoire.models import Commune
from tests.bases import ROOT
from tests.distribution import Monde, add_menage
from tests.proprietes import exemples

# Module and name of the sorts → the models that are listed with them.
LISTES: dict[str, tuple[type[Model], ...]] = {
    "alertes.queries.TRIS": (Alerte,),
    "amelioration.queries.TRIS": (OperationTravaux,),
    "baux.queries.TRIS": (Occupation,),
    "commission.queries.seances.TRIS": (Seance,),
    "conformite.queries.conservation.TRIS": (Menage,),
    "conformite.queries.droits.TRIS_DROITS": (DemandeDroit,),
    "conformite.queries.exceptions.TRIS_EXCEPTIONS": (SessionException,),
    "conformite.queries.conservation.TRIS_PURGES": (Purge,),
    "conformite.queries.partages.TRIS_PARTAGES": (Partage,),
    "conformite.queries.registre.TRIS_REGISTRE": (Traitement,),
    "courriers.queries.TRIS": (Notification,),
    "demandes.queries.saisines.TRIS": (Saisine,),
    "documents.queries.TRIS": (DocumentEmis,),
    "echanges.queries.TRIS_LOTS": (LotImport,),
    "echeances.queries.TRIS": (Echeance,),
    "journal.queries.TRIS": (Evenement, Consultation),
    "journal.queries.TRIS_LIVRAISONS": (Livraison,),
    "journal.queries.TRIS_TETES": (TeteDeChaine,),
    "menages.queries.TRIS": (Menage,),
    "mesures.queries.pages.TRIS": (Mesure,),
    "mesures.queries.reorientations.TRIS_REORIENTATIONS": (Reorientation,),
    "parc.queries.TRIS_LOGEMENTS": (Logement,),
    "parc.queries.TRIS_OFFRES": (OffreLogement,),
    "partenaires.queries.annuaire.TRIS_ORGANISATIONS": (Organisation,),
    "partenaires.queries.conventions.TRIS_CONVENTIONS": (Convention,),
    "partenaires.queries.equipe.TRIS_COMPTES": (Utilisateur,),
    "poste.queries.TRIS": (DocumentEmis,),
    "poste.queries.TRIS_LOTS": (LotPostal,),
    "territoire.web.views.TRIS": (Commune,),
}
# A coalesced annotation of the page, over the communes of one département at a time.
ANNOTEES = {("territoire.Commune", "habitants")}
# The list leaves drafts out, and a constraint gives a household to every other saisine.
REMPLIES = {("demandes.Saisine", "menage")}
# Always those of one person: the index begins with them.
PERSONNELLES = {"courriers.Notification": "utilisateur_id"}


def read_tris(nom: str) -> tuple[Tri, ...]:
    module, _, attribut = nom.rpartition(".")
    found: tuple[Tri, ...] = getattr(import_module(f"cariatide.{module}"), attribut)
    return found


_TRIS = re.compile(r"^(TRIS\w*)(?:: [^=]+)? = ", re.MULTILINE)


def test_chaque_liste_est_dans_la_table() -> None:
    declares = {
        f"{'.'.join(path.relative_to(ROOT / 'cariatide').with_suffix('').parts)}.{nom}"
        for path in (ROOT / "cariatide").rglob("*.py")
        for nom in _TRIS.findall(path.read_text())
    }
    assert declares - {"socle.pages.catalogue.TRIS"} == set(LISTES)


CAS = [
    pytest.param(modele, colonne, id=f"{modele._meta.label}-{colonne}")
    for nom, modeles in LISTES.items()
    for modele in modeles
    for colonne in dict.fromkeys(c for tri in read_tris(nom) for c in tri.colonnes)
    if (modele._meta.label, colonne) not in ANNOTEES
]


def find_column(modele: type[Model], chemin: str) -> tuple[type[Model], Any]:
    """The model and the field at the end of a path."""
    *avant, nom = chemin.split("__")
    for etape in avant:
        champ = modele._meta.get_field(etape)
        rempli = not champ.null or (modele._meta.label, etape) in REMPLIES
        assert rempli, f"{chemin} : {etape} peut manquer"
        modele = champ.related_model  # type: ignore[assignment]
    champs = {f.attname: f for f in modele._meta.concrete_fields}
    return modele, champs.get(nom) or modele._meta.get_field(nom)


@pytest.mark.django_db
@pytest.mark.parametrize(("modele", "colonne"), CAS)
def test_une_colonne_de_tri_est_remplie_et_indexee(modele: type[Model], colonne: str) -> None:
    ici, champ = find_column(modele, colonne)
    assert not champ.null, "a null would fall out of every page"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(a.attname ORDER BY k.rang) FROM pg_index i"
            " CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(numero, rang)"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.numero"
            " WHERE i.indrelid = %s::regclass GROUP BY i.indexrelid",
            [ici._meta.db_table],
        )
        indexes = [row[0] for row in cursor.fetchall()]
    debut = [PERSONNELLES[ici._meta.label]] if ici._meta.label in PERSONNELLES else []
    debut.append(champ.column)
    assert any(colonnes[: len(debut)] == debut for colonnes in indexes), (
        f"aucun index de {ici._meta.db_table} ne commence par {debut}"
    )


def walk_pages(queryset: Any, tri: Tri, taille: int, filtres: Any) -> Iterator[PageCle]:
    """All pages to the last one, then back to the first."""
    page = paginate(queryset, tri, ["pk"], filtres=filtres, taille=taille)
    while True:
        yield page
        assert page.message is None
        if page.suivant is None:
            break
        page = paginate(queryset, tri, ["pk"], curseur=page.suivant, filtres=filtres, taille=taille)
    while page.precedent is not None:
        page = paginate(
            queryset, tri, ["pk"], curseur=page.precedent, filtres=filtres, taille=taille
        )
        yield page


NOMS = st.sampled_from(["abbas", "abbas", "lefevre", "okafor", "zola", "éa", "l'eau", ""])
JOURS = st.integers(0, 3).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
LIGNES = st.lists(st.tuples(NOMS, JOURS, JOURS, st.booleans()), max_size=14)


@pytest.fixture
def plusieurs(monde: Monde) -> list[Menage]:
    return [add_menage(monde, nom=f"Nom{i}") for i in range(14)]


@pytest.mark.django_db
@settings(max_examples=exemples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lignes=LIGNES, taille=st.integers(1, 6), filtre=st.sampled_from([None, True]))
def test_toutes_les_pages_aller_et_retour_font_l_export(
    lignes: list[Any], taille: int, filtre: Any, plusieurs: list[Menage], monde: Monde
) -> None:
    """Under every sort and filter of the list of households, with equal keys on purpose."""
    tous = Menage.objects.unscoped(reason="test")
    tous.update(public_plan=False)
    garde = [menage.pk for menage in plusieurs[: len(lignes)]]
    for pk, (nom, contact, suivi, plan) in zip(garde, lignes, strict=True):
        tous.filter(pk=pk).update(
            nom_normalise=nom, dernier_contact_le=contact, cree_le=suivi, public_plan=plan
        )
    filtres = {"public_plan": filtre}
    visibles = menages.list_menages(monde.perimetre("alice"), filtres).filter(pk__in=garde)
    for tri in menages.TRIS:
        export = [ligne["pk"] for ligne in walk(visibles, tri, ["pk"])]
        assert len(export) == sum(not filtre or plan for *_, plan in lignes)
        pages = [[x["pk"] for x in p.lignes] for p in walk_pages(visibles, tri, taille, filtres)]
        nombre = max(1, -(-len(export) // taille))
        aller, retour = pages[:nombre], pages[nombre:]
        assert [pk for page in aller for pk in page] == export, tri.code
        assert retour == aller[-2::-1], tri.code


@pytest.mark.django_db
def test_un_curseur_d_un_autre_tri_ou_d_un_autre_filtre_est_refuse(
    plusieurs: list[Menage], monde: Monde
) -> None:
    visibles = Menage.objects.visible_to(monde.perimetre("alice"))
    nom, desc = choose_tri(menages.TRIS, "nom"), choose_tri(menages.TRIS, "nom_desc")
    curseur = paginate(visibles, nom, ["pk"], taille=3, filtres={"q": "a"}).suivant
    assert curseur is not None
    suite = paginate(visibles, nom, ["pk"], curseur=curseur, taille=3, filtres={"q": "a"})
    assert suite.message is None
    for tri, filtres, lu in (
        (desc, {"q": "a"}, curseur),
        (nom, {"q": "b"}, curseur),
        (nom, {}, curseur),
        (nom, {"q": "a"}, curseur[:-2] + "xx"),
        (nom, {"q": "a"}, "\x00"),
    ):
        page = paginate(visibles, tri, ["pk"], curseur=lu, taille=3, filtres=filtres)
        assert page.message == CURSEUR_PERIME
        assert page.lignes == paginate(visibles, tri, ["pk"], taille=3).lignes
