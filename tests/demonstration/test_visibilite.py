"""Who sees which rows, table by table: the conditions of the database against the same rules said
in plain Python, row by row, over a whole département."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F

from cariatide.amelioration.statuts import ROLES_ORGANISATION
from cariatide.commission.models import MembreInstance
from cariatide.commission.queries import OBJET_SEANCE
from cariatide.conformite.acces import OBJET_PURGE
from cariatide.demandes.statuts import ROLES_REDACTEURS, StatutSaisine
from cariatide.echanges.ports import ROLES_IMPORT
from cariatide.menages.acces import SOURCE_EXCEPTION
from cariatide.menages.models import Menage, Rattachement
from cariatide.menages.statuts import MotifRattachement
from cariatide.parc.statuts import ROLES_PARC
from cariatide.partenaires.models import Convention, Organisation, SessionException
from cariatide.partenaires.statuts import Role
from cariatide.poste.rules import ROLES_POSTE
from cariatide.socle.access import ModeleProtege
from cariatide.socle.perimetre import ExceptionEnVigueur, MandatEnVigueur, Niveau, Perimetre
from cariatide.territoire.models import Secteur
from tests.demonstration.conftest import annulee, en_systeme, perimetre_de
from tests.demonstration.raretes import add_raretes
from tests.distribution import JOUR

F_, S_, C_ = Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL
# Path to the household, level: nothing else decides.
RATTACHES = {
    "menages.Menage": ("pk", F_),
    "menages.Appartenance": ("menage_id", F_),
    "menages.MenageSocial": ("menage_id", S_),
    "menages.MenageConfidentiel": ("menage_id", C_),
    "menages.Fusion": ("garde_id", F_),
    "menages.SituationFinanciere": ("menage_id", S_),
    "menages.LigneSituation": ("menage_id", S_),
    "commission.Passage": ("menage_id", F_),
    "commission.Decision": ("passage__menage_id", F_),
    "commission.AvisMembre": ("passage__menage_id", F_),
    "demandes.MotifSaisine": ("saisine__menage_id", F_),
    "demandes.PieceSaisine": ("saisine__menage_id", F_),
    "demandes.Orientation": ("saisine__menage_id", F_),
    "demandes.Reexamen": ("saisine__menage_id", F_),
    "mesures.Mesure": ("menage_id", F_),
    "mesures.Objectif": ("menage_id", F_),
    "mesures.DiagnosticSocial": ("menage_id", F_),
    "mesures.DiagnosticSocialContenu": ("menage_id", S_),
    "mesures.DiagnosticSante": ("menage_id", C_),
    "mesures.Bilan": ("menage_id", F_),
    "mesures.BilanContenu": ("menage_id", S_),
    "mesures.EvaluationObjectif": ("menage_id", F_),
    "mesures.Intervention": ("menage_id", F_),
    "mesures.InterventionNote": ("menage_id", S_),
    "mesures.Renouvellement": ("menage_id", F_),
    "mesures.Reorientation": ("menage_id", F_),
    "mesures.ReorientationContenu": ("menage_id", S_),
    "mesures.Suspension": ("menage_id", F_),
    "mesures.SuiviPosterieur": ("menage_id", F_),
}


@pytest.fixture(autouse=True, scope="module")
def _raretes(demonstration: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), en_systeme():
        add_raretes()


class Regles:
    """What one perimeter may see, said row by row."""

    def __init__(self, perimetre: Perimetre) -> None:
        self.p = perimetre
        self.niveaux = dict(self._read_niveaux())
        self.communes = {m.secteur_id: read_communes(m.secteur_id) for m in perimetre.mandats}

    def _read_niveaux(self) -> Iterator[tuple[int, int]]:
        """Household → highest level that a link of one mandate gives."""
        found: dict[int, int] = {}
        for lien in Rattachement.objects.annotate(commune_id=F("menage__commune_id")):
            if lien.du > self.p.jour or (lien.au and lien.au < self.p.jour):
                continue
            opened = [
                min(lien.niveau, m.niveau_max) for m in self.p.mandats if self._opens(m, lien)
            ]
            opened += [1 for e in self.p.exceptions if self._is_of_exception(e, lien)]
            found[lien.menage_id] = max([found.get(lien.menage_id, 0), *opened])
        yield from found.items()

    def _opens(self, m: MandatEnVigueur, lien: Any) -> bool:
        return (
            lien.organisation_id == m.organisation_id
            and lien.motif != MotifRattachement.EXCEPTION
            and (m.equipe or lien.utilisateur_id in (None, self.p.utilisateur_id))
            and m.convention_id in (None, lien.convention_id)
            and (m.secteur_id is None or lien.commune_id in read_communes(m.secteur_id))
        )

    def _is_of_exception(self, e: Any, lien: Any) -> bool:
        return (
            lien.motif == MotifRattachement.EXCEPTION
            and (lien.source_type, lien.source_id) == (SOURCE_EXCEPTION, e.id)
            and (lien.menage_id, lien.utilisateur_id) == (e.menage_id, self.p.utilisateur_id)
        )

    def reads(self, menage_id: int | None, niveau: int) -> bool:
        return menage_id is not None and self.niveaux.get(menage_id, 0) >= niveau

    def at_home(self, protegee: bool, menage_id: int | None) -> bool:
        """A protected address, and the home that it is, are read at level C."""
        return self.reads(menage_id, C_ if protegee else F_)

    def in_sector(self, m: MandatEnVigueur, commune_id: int | None) -> bool:
        return m.secteur_id is None or commune_id in self.communes[m.secteur_id]

    def of_the_stock(self, organisation_id: int, commune_id: int | None) -> bool:
        return any(
            m.role in ROLES_PARC
            and m.niveau_max >= F_
            and m.organisation_id == organisation_id
            and self.in_sector(m, commune_id)
            for m in self.p.mandats
        )

    def is_proprietaire(self, organisation_id: int) -> bool:
        return any(
            m.role in ROLES_PARC and m.niveau_max >= F_ and m.organisation_id == organisation_id
            for m in self.p.mandats
        )

    def works(
        self, menage_id: Any, protegee: Any, organisation_id: Any, commanditaire_id: Any,
        convention_id: Any, commune_id: Any,
    ) -> bool:  # fmt: skip
        if menage_id is not None:
            return self.at_home(protegee, menage_id)
        return any(
            m.role in ROLES_ORGANISATION
            and m.organisation_id in (organisation_id, commanditaire_id)
            and m.convention_id in (None, convention_id)
            and self.in_sector(m, commune_id)
            for m in self.p.mandats
        )

    def keeps(self, secretariat_id: int, convention_id: int | None) -> bool:
        return any(
            m.role == Role.SECRETARIAT
            and m.organisation_id == secretariat_id
            and m.convention_id in (None, convention_id)
            for m in self.p.mandats
        )

    def seance(self, instance_id: int, le: Any, secretariat_id: int, convention_id: Any) -> bool:
        sits = any(
            m.role == Role.MEMBRE_COMMISSION and m.organisation_id == s.organisation_id
            for s in MembreInstance.objects.filter(instance_id=instance_id)
            if s.du <= le and (s.au is None or s.au >= le)
            for m in self.p.mandats
        )
        follows = any(
            m.role == Role.CHARGE_DU_PLAN and m.convention_id in (None, convention_id)
            for m in self.p.mandats
        )
        return sits or follows or self.keeps(secretariat_id, convention_id)

    def saisine(self, menage_id: Any, statut: str, redaction_id: Any) -> bool:
        return self.reads(menage_id, F_) or (
            statut == StatutSaisine.BROUILLON
            and any(
                m.role in ROLES_REDACTEURS and m.organisation_id == redaction_id
                for m in self.p.mandats
            )
        )

    def echeance(self, organisation_id: Any, utilisateur_id: Any, menage_id: Any) -> bool:
        if self.p.mandats and utilisateur_id == self.p.utilisateur_id:
            return True
        for m in self.p.mandats:
            if m.organisation_id != organisation_id:
                continue
            if m.niveau_max < F_:
                if utilisateur_id is None and menage_id is None:
                    return True
            elif m.equipe or utilisateur_id is None:
                return True
        return False

    def document(
        self, niveau: int, menage_id: Any, organisation_id: Any, objet_type: str
    ) -> bool | None:
        """None: whether the session opens is judged in tests/commission."""
        mine = self.p.organisations_at(Niveau(niveau))
        if menage_id is not None:
            return bool(mine) and self.reads(menage_id, niveau)
        if objet_type == OBJET_PURGE:
            return niveau == F_ and self.p.has_role(Role.PROTECTION_DES_DONNEES)
        if objet_type == OBJET_SEANCE:
            return None if mine else False
        return organisation_id in mine

    def alerte(
        self, menage_id: Any, organisation_id: Any, utilisateur_id: Any, responsable: str
    ) -> bool:
        if self.reads(menage_id, F_):
            return True
        for m in self.p.mandats:
            if m.organisation_id != organisation_id:
                continue
            if m.role == Role.PROTECTION_DES_DONNEES:
                if responsable == m.role:
                    return True
            elif menage_id is None and (
                m.equipe or utilisateur_id == self.p.utilisateur_id or responsable == m.role
            ):
                return True
        return False

    def bureau(self, organisation_id: int) -> bool:
        """Of the office that posts the letters."""
        return any(
            m.role in ROLES_POSTE and m.organisation_id == organisation_id for m in self.p.mandats
        )

    def transfert(self, de_id: int, vers_id: int, operateur_id: int) -> bool:
        return bool(self.p.mandats) and (
            self.p.utilisateur_id in (de_id, vers_id)
            or any(m.equipe and m.organisation_id == operateur_id for m in self.p.mandats)
        )

    def fichier(self, document_id: Any, piece_id: Any) -> bool | None:
        nom, pk = ("DocumentEmis", document_id) if document_id else ("Piece", piece_id)
        champs = ("niveau", "menage_id", "organisation_id", "objet_type")
        rows = apps.get_model("documents", nom)._base_manager.filter(pk=pk)
        return self.document(*rows.values_list(*champs).get())

    def receives(
        self, niveau: int, destinataire_id: int, utilisateur_id: Any, du: Any, au: Any, fini: Any
    ) -> bool:
        """A sharing in force made for them, at a level that one mandate reads."""
        return not fini and du <= self.p.jour <= au and any(
            m.organisation_id == destinataire_id
            and m.niveau_max >= niveau
            and (
                utilisateur_id == self.p.utilisateur_id
                or (utilisateur_id is None and m.secteur_id is None and m.convention_id is None)
            )
            for m in self.p.mandats
        )  # fmt: skip

    def element(
        self, niveau: int, adresse: bool, protegee: bool, menage_id: int, *partage: Any
    ) -> bool:
        lu = self.reads(menage_id, niveau) or self.receives(niveau, *partage)
        return lu and not (adresse and protegee)

    def personne(self, pk: int) -> bool:
        rows = apps.get_model("menages", "Appartenance")._base_manager.filter(personne_id=pk)
        return any(self.reads(m, F_) for m in rows.values_list("menage_id", flat=True))


PARTAGE = ("destinataire_id", "utilisateur_id", "du", "au", "revoque_le")
ELEMENT = (
    "porte_adresse", "menage__adresse_protegee", "menage_id", *(f"partage__{c}" for c in PARTAGE)
)  # fmt: skip
DOCUMENT = ("niveau", "menage_id", "organisation_id", "objet_type")
Regle = Callable[..., bool | None]
PARTICULIERS: dict[str, tuple[tuple[str, ...], Regle]] = {
    "menages.Personne": (("pk",), Regles.personne),
    "menages.Domicile": (("protege", "menage_id"), Regles.at_home),
    "menages.FaitParcours": (("menage_id", "niveau"), Regles.reads),
    "menages.Regroupement": (
        ("menage_id", "rejoint_id"),
        lambda r, a, b: r.reads(a, F_) or r.reads(b, F_),
    ),
    "baux.Occupation": (("menage__adresse_protegee", "menage_id"), Regles.at_home),
    "parc.Proprietaire": (("organisation_id",), Regles.is_proprietaire),
    "demandes.Saisine": (("menage_id", "statut", "redaction_id"), Regles.saisine),
    "demandes.SaisineSociale": (
        ("saisine__menage_id", "auteur_id"),
        lambda r, m, auteur: r.reads(m, S_)
        or (auteur is not None and auteur == r.p.utilisateur_id),
    ),
    "mesures.NotePersonnelle": (
        ("menage_id", "auteur_id"),
        lambda r, m, auteur: r.reads(m, F_) and auteur == r.p.utilisateur_id,
    ),
    "mesures.TransfertProgramme": (("de_id", "vers_id", "operateur_id"), Regles.transfert),
    "commission.Seance": (
        ("instance_id", "le", "instance__secretariat_id", "instance__convention_id"),
        Regles.seance,
    ),
    "echeances.Echeance": (("organisation_id", "utilisateur_id", "menage_id"), Regles.echeance),
    "documents.DocumentEmis": (DOCUMENT, Regles.document),
    "documents.Piece": (DOCUMENT, Regles.document),
    **{
        f"documents.Fichier{nom}": (("document_id", "piece_id"), Regles.fichier)
        for nom in ("Factuel", "Social", "Confidentiel")
    },
    **{
        f"alertes.{nom}": (
            tuple(
                f"{chemin}{champ}"
                for champ in ("menage_id", "organisation_id", "utilisateur_id", "responsable")
            ),
            Regles.alerte,
        )
        for nom, chemin in (("Alerte", ""), ("GesteAlerte", "alerte__"))
    },
    "poste.LotPostal": (("organisation_id",), Regles.bureau),
    "poste.FichierLot": (("lot__organisation_id",), Regles.bureau),
    "poste.Envoi": (
        ("organisation_id", "menage_id"),
        lambda r, o, m: r.bureau(o) and r.reads(m, F_),
    ),
    **{
        f"echanges.{nom}": (
            (f"{chemin}organisation_id",),
            lambda r, o: any(
                m.role in ROLES_IMPORT and m.organisation_id == o for m in r.p.mandats
            ),
        )
        for nom, chemin in (("LotImport", ""), ("LigneImport", "lot__"))
    },
    "echanges.FiltreEnregistre": (
        ("utilisateur_id", "organisation_id"),
        lambda r, u, o: u == r.p.utilisateur_id or o in r.p.organisation_ids,
    ),
    "partenaires.SessionException": (
        ("detenteurs",),
        lambda r, detenteurs: r.p.has_role(Role.PROTECTION_DES_DONNEES)
        or any(m.role == Role.CHEF_DE_SERVICE and m.organisation_id in detenteurs
               for m in r.p.mandats),
    ),
    "conformite.Partage": (
        ("menage_id", *PARTAGE),
        lambda r, m, *partage: r.p.has_role(Role.PROTECTION_DES_DONNEES)
        or r.reads(m, F_) or r.receives(F_, *partage),
    ),
    "conformite.ElementPartage": (ELEMENT, lambda r, *x: r.element(F_, *x)),
    "conformite.ElementPartageSocial": (ELEMENT, lambda r, *x: r.element(S_, *x)),
    **{
        f"conformite.{nom}": (("pk",), lambda r, _: r.p.has_role(Role.PROTECTION_DES_DONNEES))
        for nom in ("GelConservation", "ArchiveDossier", "Purge", "LignePurge", "DemandeDroit")
    },
    **{
        f"parc.{nom}": ((f"{chemin}organisation_id", f"{chemin}commune_id"), Regles.of_the_stock)
        for nom, chemin in (
            ("Logement", ""), ("Propriete", "logement__"), ("DiagnosticTechnique", "logement__"),
            ("ElementDiagnostic", "diagnostic__logement__"), ("OffreLogement", "logement__"),
        )
    },
    **{
        f"amelioration.{nom}": (
            tuple(
                f"{chemin}{champ}"
                for champ in (
                    "menage_id", "menage__adresse_protegee", "organisation_id",
                    "convention__commanditaire_id", "convention_id", "logement__commune_id",
                )
            ),
            Regles.works,
        )
        for nom, chemin in (("OperationTravaux", ""), ("FinancementTravaux", "operation__"))
    },
}  # fmt: skip
_COMMUNES: dict[int | None, set[int]] = {}


def read_communes(secteur_id: int | None) -> set[int]:
    if secteur_id not in _COMMUNES:
        rows = Secteur.communes.through.objects.filter(secteur_id=secteur_id)
        _COMMUNES[secteur_id] = set(rows.values_list("commune_id", flat=True))
    return _COMMUNES[secteur_id]


def list_champs(label: str) -> tuple[tuple[str, ...], Regle]:
    if label in PARTICULIERS:
        return PARTICULIERS[label]
    chemin, niveau = RATTACHES[label]
    return (chemin,), lambda r, menage_id: r.reads(menage_id, niveau)


def check(perimetre: Perimetre, labels: set[str]) -> None:
    """Row by row: seen by the database as by the rules."""
    with en_systeme():
        regles = Regles(perimetre)
        for label in sorted(labels):
            modele: Any = apps.get_model(label)
            champs, regle = list_champs(label)
            rows = modele.objects.unscoped(reason="test").values_list("pk", *champs)
            said = {pk: regle(regles, *valeurs) for pk, *valeurs in rows}
            seen = set(modele.objects.visible_to(perimetre).values_list("pk", flat=True))
            judged = {pk for pk, visible in said.items() if visible is not None}
            expected = {pk for pk in judged if said[pk]}
            assert seen & judged == expected, f"{label} : {perimetre.utilisateur}"


LABELS = set(RATTACHES) | set(PARTICULIERS)
# One table of each shape of condition and level.
EXCEPTION = {
    "menages.Menage", "menages.MenageSocial", "menages.MenageConfidentiel", "menages.Domicile",
    "menages.FaitParcours", "menages.Personne", "demandes.Saisine", "mesures.Mesure",
    "baux.Occupation", "documents.DocumentEmis", "echeances.Echeance", "alertes.Alerte",
}  # fmt: skip
PERSONNES = (
    "alice.renard", "claire.fontaine", "theo.tisserand", "dora.michel", "bob.lambert",
    "fanny.roussel", "denise.garnier", "gilles.aubert", "paul.prevost", "manon.sellier",
    "charlie.maes", "aude.bertin", "elodie.marchand",
)  # fmt: skip


def test_chaque_table_est_jugee() -> None:
    proteges = {m._meta.label for m in apps.get_models() if issubclass(m, ModeleProtege)}
    assert proteges == LABELS


@pytest.mark.parametrize("code", PERSONNES)
def test_chacun_voit_ses_lignes(demonstration: None, code: str) -> None:
    check(perimetre_de(code), LABELS)


def test_chaque_table_a_des_lignes_a_juger(demonstration: None) -> None:
    with en_systeme():
        vides = {n for n in LABELS if not apps.get_model(n)._base_manager.exists()}
    assert not vides, " ".join(sorted(vides))


def test_sans_mandat_rien(demonstration: None) -> None:
    check(Perimetre(999_999_999, "Personne", JOUR), LABELS)
    check(Perimetre(None, "Visiteur", JOUR), LABELS)


def test_qui_n_a_plus_de_mandat_ne_lit_plus_ce_qui_porte_son_nom(demonstration: None) -> None:
    for code in ("alice.renard", "dora.michel"):
        check(replace(perimetre_de(code), mandats=()), LABELS)


def bound(perimetre: Perimetre, **limites: Any) -> Perimetre:
    return replace(perimetre, mandats=tuple(replace(m, **limites) for m in perimetre.mandats))


@pytest.mark.parametrize("code", ["claire.fontaine", "dora.michel", "bob.lambert", "alice.renard"])
def test_un_mandat_borne_voit_moins(demonstration: None, code: str) -> None:
    """By a territory, by an agreement, by a level: each limit alone."""
    with annulee():
        commune = Menage.objects.unscoped(reason="test").exclude(commune=None).first().commune_id
        secteur = Secteur.objects.create(code="essai", nom="Essai", du=JOUR)
        secteur.communes.add(commune)
        perimetre = perimetre_de(code)
        for convention in Convention.objects.order_by("id")[:3]:
            check(bound(perimetre, convention_id=convention.pk), LABELS)
        for niveau in (Niveau.AGREGE, F_, S_):
            check(bound(perimetre, niveau_max=niveau), LABELS)
        check(bound(perimetre, secteur_id=secteur.pk), LABELS)
        _COMMUNES.pop(secteur.pk, None)


def test_tous_les_roles_d_une_organisation(demonstration: None) -> None:
    """Beside those of the people: every role at each level, in a few organisations."""
    for nom in ("Habitat Sambre", "Conseil départemental de démonstration"):
        organisation = Organisation.objects.get(nom=nom)
        for niveau in Niveau:
            mandats = tuple(
                MandatEnVigueur(-i, organisation.pk, nom, r.value, r.label, niveau)
                for i, r in enumerate(Role, 1)
            )
            check(Perimetre(999_999_999, f"{nom} {niveau}", JOUR, mandats), LABELS)


def test_un_role_seul_lit_ce_qu_il_nomme(demonstration: None) -> None:
    """Where the stock is kept, where the letters leave from, where a saisine is being written: what
    one role opens by itself."""
    with en_systeme():
        gardes = [apps.get_model(m)._base_manager.first().organisation
                  for m in ("parc.Logement", "poste.LotPostal")]  # fmt: skip
        brouillons = apps.get_model("demandes.Saisine")._base_manager.filter(menage=None)
        gardes.append(brouillons.filter(statut=StatutSaisine.BROUILLON).first().redaction)
    for organisation in dict.fromkeys(gardes):
        for role in Role:
            mandat = MandatEnVigueur(-1, organisation.pk, "", role.value, role.label, C_)
            perimetre = Perimetre(999_999_999, f"{organisation} {role}", JOUR, (mandat,))
            check(perimetre, LABELS)


def test_un_acces_d_exception_ouvre_un_menage_et_lui_seul(demonstration: None) -> None:
    """On the day of the session, to whoever opened it, at level F; a link that is not quite its own
    opens nothing, to nobody."""
    with annulee():
        session = SessionException.objects.unscoped(reason="test").get()
        lien = Rattachement.objects.filter(motif=MotifRattachement.EXCEPTION, source_id=session.pk)
        menage_id, le = session.menage_id, session.ouverte_le.date()
        ouverte = ExceptionEnVigueur(
            session.pk, menage_id, session.reference, session.motif, session.terme
        )
        with en_systeme():
            apps.get_model("menages.MenageSocial")._base_manager.get_or_create(menage_id=menage_id)
            gens = [replace(perimetre_de(code), jour=le) for code in PERSONNES]
            loin = [p for p in gens if not Regles(p).reads(menage_id, F_)]
        denise = next(p for p in gens if p.utilisateur_id == session.utilisateur_id)
        lui = next(p for p in loin if any(m.niveau_max >= S_ and not m.equipe for m in p.mandats))
        sien = {"utilisateur_id": lui.utilisateur_id}
        son_organisation = sien | {"organisation_id": lui.mandats[0].organisation_id}
        ailleurs = Menage.objects.unscoped(reason="test").exclude(pk=menage_id).order_by("-pk")
        for champs in (
            {},
            {"motif": MotifRattachement.SEANCE}, {"source_type": "essai"},
            {"source_id": session.pk + 1}, {"menage_id": ailleurs[0].pk},
            sien, son_organisation,
            {**son_organisation, "motif": MotifRattachement.REFERENT},
        ):  # fmt: skip
            with annulee():
                lien.update(**champs)
                check(lui, EXCEPTION)
                for qui in (denise, lui, replace(lui, utilisateur_id=denise.utilisateur_id)):
                    check(replace(qui, exceptions=(ouverte,)), EXCEPTION)


def test_un_siege_a_ses_dates(demonstration: None) -> None:
    manon = perimetre_de("manon.sellier")
    sieges = MembreInstance.objects.filter(organisation_id=manon.mandats[0].organisation_id)
    with annulee():
        with en_systeme():
            dates = sorted(apps.get_model("commission.Seance")._base_manager.values_list("le"))
        (milieu,) = dates[len(dates) // 2]
        for champs in ({"du": milieu}, {"du": milieu + timedelta(days=1)}, {"au": milieu},
                       {"au": milieu - timedelta(days=1)}):  # fmt: skip
            with annulee():
                sieges.update(**champs)
                check(manon, {"commission.Seance"})


def test_un_partage_n_est_lu_que_de_ceux_pour_qui_il_est_fait(demonstration: None) -> None:
    """For an organisation or one person that does not know the household, at a level, for a time,
    until it is stopped."""
    labels = {n for n in LABELS if n.startswith("conformite.") and "Partage" in n}
    with annulee():
        with en_systeme():
            element = apps.get_model("conformite.ElementPartageSocial")._base_manager.first()
            gens = [perimetre_de(code) for code in PERSONNES]
            loin = [p for p in gens if not Regles(p).reads(element.menage_id, F_)]
        lui = next(p for p in loin if any(m.niveau_max >= S_ for m in p.mandats))
        autre = next(p for p in gens if p.utilisateur_id != lui.utilisateur_id)
        voisine = replace(lui, utilisateur_id=autre.utilisateur_id)
        stopped = {"revoque_le": JOUR, "revoque_par": "Essai", "motif_fin": "Essai"}
        pour = {"destinataire_id": lui.mandats[0].organisation_id, "utilisateur_id": None}
        rows = type(element.partage)._base_manager.filter(pk=element.partage_id)
        for champs in (
            {},
            {"utilisateur_id": lui.utilisateur_id},
            {"destinataire_id": next(p for p in loin if p is not lui).mandats[0].organisation_id},
            {"au": JOUR},
            {"au": JOUR - timedelta(days=1)},
            {"du": JOUR, "au": JOUR},
            {"du": JOUR + timedelta(days=1)},
            stopped,
        ):
            values = {"du": JOUR - timedelta(days=9), "au": JOUR + timedelta(days=9),
                      "revoque_le": None, "revoque_par": "", "motif_fin": "", **pour}  # fmt: skip
            with en_systeme():
                rows.update(**{**values, **champs})
            for qui in (lui, voisine):
                check(qui, labels)
                for niveau in (Niveau.AGREGE, F_, S_):
                    check(bound(qui, niveau_max=niveau), labels)
                check(bound(qui, convention_id=1), labels)
                check(bound(qui, secteur_id=999_999), labels)


def test_une_alerte_qui_ne_nomme_aucun_menage(demonstration: None) -> None:
    """Of a person, of a role, of a team: what the rules of today do not yet make together."""
    with annulee():
        alerte = apps.get_model("alertes.Alerte")._base_manager.exclude(utilisateur=None).first()
        alice = perimetre_de("alice.renard")
        for champs in (
            {"utilisateur_id": alice.utilisateur_id, "responsable": Role.CHEF_DE_SERVICE.value},
            {"utilisateur_id": None, "responsable": Role.CHEF_DE_SERVICE.value},
            {"utilisateur_id": None, "responsable": Role.TRAVAILLEUR_SOCIAL.value},
        ):
            organisation_id = alice.mandats[0].organisation_id
            values = {"menage_id": None, "organisation_id": organisation_id, **champs}
            type(alerte)._base_manager.filter(pk=alerte.pk).update(**values)
            for code in ("alice.renard", "claire.fontaine", "theo.tisserand"):
                check(perimetre_de(code), {"alertes.Alerte", "alertes.GesteAlerte"})
