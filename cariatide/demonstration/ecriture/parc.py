"""Homes, owners, technical diagnoses and offers, as parc.actions writes them."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from random import Random

from cariatide.demonstration import distribution as d
from cariatide.demonstration.ecriture.contexte import Ecriture, number
from cariatide.demonstration.foyers import SURFACES, TYPES, VOIES
from cariatide.demonstration.hasard import chance, moins, pese
from cariatide.demonstration.noms import draw_nom, draw_prenom
from cariatide.demonstration.plan import PlanLogement
from cariatide.demonstration.plume import Acteur
from cariatide.demonstration.textes.grammaire import varie
from cariatide.demonstration.textes.lexique import technique as textes
from cariatide.parc.actions import DonneesLogement
from cariatide.parc.models import (
    DiagnosticTechnique,
    ElementDiagnostic,
    Logement,
    OffreLogement,
    Proprietaire,
    Propriete,
)
from cariatide.parc.statuts import ELEMENTS
from cariatide.socle.normalisation import normalise

OBJET, OBJET_OFFRE, OBJET_PROPRIETAIRE = "parc.logement", "parc.offrelogement", "parc.proprietaire"
STATUTS_OFFRE = ("reperee", "visitee", "retenue", "captee")
PAS_OFFRE = ("reperee_le", "visitee_le", "conclue_le", "captee_le")


def write_parc(e: Ecriture) -> list[tuple[PlanLogement, Logement]]:
    """Every home with its owner; returns them with their plans, in order."""
    references = number("L", (x.cree_le for x in e.recit.logements))
    written = []
    proprietaires = Proprietaires(e)
    for rang, (plan, reference) in enumerate(zip(e.recit.logements, references, strict=True)):
        h = e.hasard("logement", rang)
        logement = _logement(e, h, plan, reference)
        proprietaires.give(h, plan, logement)
        if plan.operation or plan.offre:
            _diagnose(e, h, plan, logement)
        if plan.offre:
            _write_offre(e, h, plan, logement)
        written.append((plan, logement))
    return written


def _clientele(e: Ecriture, h: Random) -> Acteur:
    return e.monde.acteur(h.choice(("magali.petit", "sandrine.leroux", "maud.caron")))


def _logement(e: Ecriture, h: Random, plan: PlanLogement, reference: str) -> Logement:
    menage = e.menages[plan.mesure.saisine.foyer] if plan.mesure else None
    occupe = menage is not None and plan.entree_le is None
    if menage is not None and occupe:
        foyer = menage.foyer
        commune, adresse, complement = foyer.commune, foyer.adresse, foyer.complement
        type_, surface = foyer.type_logement or "t3", foyer.surface or Decimal(62)
    else:
        poids = [c.population or 1 for c in e.monde.communes]
        commune = h.choices(e.monde.communes, weights=poids)[0]
        adresse = ""
        complement = h.choice(("", "", "", "1er étage", "rez-de-chaussée"))
        personnes = len(menage.foyer.membres) if menage else h.randint(1, 5)
        type_ = TYPES[min(4, max(0, personnes - 1 + h.choice((0, 0, 1))))]
        surface = Decimal(h.randint(*SURFACES[type_]))
    # The number is the rank: no two homes share a door.
    adresse = adresse or f"{1 + plan_number(plan, e)} {h.choice(VOIES)}"
    social = plan.categorie in ("hlm", "communal", "conventionne_tres_social")
    prix = h.uniform(4.8, 5.9) if social else h.uniform(6.1, 8.2)
    acheve = plan.operation is not None and "achevee_le" in plan.operation.dates
    logement = e.tampon.ajoute(
        Logement(
            organisation_id=e.monde.organisations["operateur"].pk,
            reference=reference,
            adresse=adresse,
            adresse_normalisee=normalise(f"{adresse} {complement}")[:200],
            complement=complement,
            code_postal=commune.codes_postaux[0] if commune.codes_postaux else "",
            commune_id=commune.pk,
            type=type_,
            categorie=plan.categorie,
            surface=surface,
            etage=h.choice((None, 0, 0, 1, 2)),
            annee_construction=h.randint(1890, 1975),
            chauffage=h.choice(textes.CHAUFFAGES),
            dpe=pese(h, [("C", 4), ("D", 4), ("E", 1)])
            if acheve
            else pese(h, [("D", 1), ("E", 2), ("F", 3), ("G", 2)]),
            dpe_le=moins(h, plan.cree_le, 0, 200),
            loyer=Decimal(f"{95 + float(surface) * prix * 0.85:.2f}"),
            charges=Decimal(f"{h.uniform(15, 70):.2f}"),
            accessible=plan.operation is not None and plan.operation.adapte and chance(h, 0.6),
            cree_le=plan.cree_le,
        )
    )
    _tell_cree(e, h, plan, logement)
    return logement


def _tell_cree(e: Ecriture, h: Random, plan: PlanLogement, logement: Logement) -> None:
    valeurs = {f.name: getattr(logement, f.name) for f in fields(DonneesLogement)}
    e.plume.evenement(
        "logement.cree", _clientele(e, h), plan.cree_le, (OBJET, logement.pk),
        libelle=logement.reference,
        apres=valeurs,
    )  # fmt: skip


def plan_number(plan: PlanLogement, e: Ecriture) -> int:
    return e.recit.logements.index(plan)


class Proprietaires:
    """Owners: social landlords and communes once each, private ones who own one home or two."""

    def __init__(self, e: Ecriture) -> None:
        self.e = e
        self.prives: list[Proprietaire] = []
        self.connus: dict[str, Proprietaire] = {}

    def give(self, h: Random, plan: PlanLogement, logement: Logement) -> None:
        if plan.categorie == "hlm":
            code = h.choice(d.BAILLEURS)
            bailleur = self.e.monde.organisations[code]
            proprietaire = self._known(
                code, "bailleur_social", str(bailleur), plan.cree_le, bailleur.pk
            )
        elif plan.categorie == "communal":
            commune = next(c for c in self.e.monde.communes if c.pk == logement.commune_id)
            cle, nom = f"commune {commune.code}", f"Commune de {commune.nom}"
            proprietaire = self._known(cle, "commune", nom, plan.cree_le, None)
        elif plan.operation and plan.operation.maitre_ouvrage == "proprietaire_occupant":
            assert plan.mesure
            referent = self.e.menages[plan.mesure.saisine.foyer].foyer.membres[0]
            proprietaire = self._add(
                "personne_physique", f"{referent.prenom} {referent.nom}", plan.cree_le, None
            )
        else:
            proprietaire = self._private(h, plan.cree_le)
        self.e.tampon.ajoute(
            Propriete(logement_id=logement.pk, proprietaire_id=proprietaire.pk, du=plan.cree_le)
        )
        self.e.plume.evenement(
            "logement.proprietaire_change", _clientele(self.e, h), plan.cree_le,
            (OBJET, logement.pk), libelle=logement.reference, avant={"proprietaire": None},
            apres={"proprietaire": proprietaire.pk, "du": plan.cree_le},
        )  # fmt: skip

    def _known(
        self, cle: str, nature: str, nom: str, le: date, bailleur_id: int | None
    ) -> Proprietaire:
        if cle not in self.connus:
            self.connus[cle] = self._add(nature, nom, le, bailleur_id)
        return self.connus[cle]

    def _private(self, h: Random, le: date) -> Proprietaire:
        if self.prives and chance(h, 0.2):
            return h.choice(self.prives)
        if chance(h, 0.15):
            nom = h.choice(textes.NOMS_SCI)
            if nom in self.connus:
                return self.connus[nom]
            return self._known(nom, "sci", nom, le, None)
        feminin = chance(h, 0.45)
        proprietaire = self._add(
            "personne_physique", f"{draw_prenom(h, feminin, True)} {draw_nom(h)}", le, None
        )
        proprietaire.telephone = f"060000{h.randint(0, 9999):04d}"
        self.prives.append(proprietaire)
        return proprietaire

    def _add(self, nature: str, nom: str, le: date, bailleur_id: int | None) -> Proprietaire:
        proprietaire = self.e.tampon.ajoute(
            Proprietaire(
                organisation_id=self.e.monde.organisations["operateur"].pk, nature=nature, nom=nom,
                nom_normalise=normalise(nom)[:160], bailleur_id=bailleur_id,
            )
        )  # fmt: skip
        self.e.plume.evenement(
            "proprietaire.cree", self.e.monde.acteur("magali.petit"), le,
            (OBJET_PROPRIETAIRE, proprietaire.pk), libelle=nom,
        )  # fmt: skip
        return proprietaire


def _diagnose(e: Ecriture, h: Random, plan: PlanLogement, logement: Logement) -> None:
    """A technician's visit, before the study or with the visit of the offer."""
    le = plan.offre.get("visitee_le") or (
        plan.operation.dates["etudiee_le"] if plan.operation else None
    )
    if le is None:
        return
    acteur = e.monde.acteur(h.choice(d.TECHNICIENS))
    cout = Decimal(h.randint(70, 620)) * 100
    diagnostic = e.tampon.ajoute(
        DiagnosticTechnique(
            logement_id=logement.pk, visite_le=le, technicien=acteur.nom,
            conclusion=varie(h, h.choice(textes.CONCLUSIONS)), cout_estime=cout,
        )
    )  # fmt: skip
    for code, libelle in h.sample(ELEMENTS, h.randint(6, 11)):
        etat = pese(h, [("bon", 2), ("usage", 4), ("mauvais", 3), ("dangereux", 0.4)])
        if code == "gaz" and logement.chauffage != "Gaz individuel":
            etat = "sans_objet"
        e.tampon.ajoute(
            ElementDiagnostic(
                diagnostic_id=diagnostic.pk, libelle=libelle, etat=etat,
                observation=varie(h, textes.OBSERVATIONS.get(etat, "")),
            )
        )  # fmt: skip
    e.plume.evenement(
        "logement.diagnostic", acteur, le, (OBJET, logement.pk), libelle=logement.reference,
        apres={"visite_le": le, "cout_estime": cout},
    )  # fmt: skip


def _write_offre(e: Ecriture, h: Random, plan: PlanLogement, logement: Logement) -> None:
    acteur = _clientele(e, h)
    pas = [p for p in PAS_OFFRE if p in plan.offre]
    offre = e.tampon.ajoute(
        OffreLogement(
            logement_id=logement.pk, convention_id=e.monde.conventions["mous"].pk,
            source=h.choice(textes.SOURCES_OFFRES), **plan.offre,
        )
    )  # fmt: skip
    objet = (OBJET_OFFRE, offre.pk)
    reperee = plan.offre["reperee_le"]
    e.plume.evenement(
        "offre.reperee", acteur, reperee, objet, libelle=logement.reference,
        apres={"reperee_le": reperee, "convention": offre.convention_id},
    )  # fmt: skip
    for nom in pas[1:]:
        avant, le = offre.statut, plan.offre[nom]
        offre.statut = STATUTS_OFFRE[PAS_OFFRE.index(nom)]
        if nom == "conclue_le" and plan.ecartee:
            offre.statut, offre.motif_ecart = "ecartee", h.choice(textes.ECARTS)
        offre.version += 1
        e.plume.evenement(
            f"offre.{offre.statut}", acteur, le, objet, libelle=logement.reference,
            avant={"statut": avant},
            apres={"statut": offre.statut, "le": le, "motif": offre.motif_ecart},
        )  # fmt: skip
