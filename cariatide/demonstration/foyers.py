"""Households as values: who they are, where and how they live."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cariatide.demonstration.distribution import DOMAINE
from cariatide.demonstration.hasard import chance, pese
from cariatide.demonstration.noms import draw_nom, draw_prenom
from cariatide.socle.dates import add_months
from cariatide.socle.normalisation import normalise
from cariatide.territoire.models import Commune

VOIES = (
    "rue des Forges", "impasse du Moulin", "rue de la Gare", "rue du Bois", "rue des Tisserands",
    "rue de l’Église", "avenue du Canal", "rue du Haut Pavé", "rue des Verriers", "place du Marché",
    "rue de la Filature", "chemin des Prés", "rue du Vieux Pont", "rue des Écoles",
    "rue du Calvaire",
    "cité des Acacias", "cité du Nouveau Monde", "rue des Lilas", "rue de la Briqueterie",
    "rue du Faubourg", "rue des Remparts", "rue de la Fontaine", "allée des Tilleuls",
    "rue du Lavoir", "rue de la Scierie", "rue des Cheminots", "résidence du Parc",
    "résidence des Peupliers", "rue de l’Abreuvoir", "rue de la Marlière", "rue du Chêne",
    "rue des Jardins", "rue de la Paix", "rue du Onze-Novembre", "rue de la Liberté",
)  # fmt: skip
# (kind, share): adults, children
COMPOSITIONS = (
    ("seul", 0.36), ("monoparental", 0.3), ("couple_enfants", 0.22), ("couple", 0.08),
    ("ascendant", 0.04),
)  # fmt: skip
STATUTS = {
    "mous": (("locataire_prive", 5), ("heberge", 2), ("locataire_hlm", 1.5), ("sans_domicile", 0.6),
             ("proprietaire_occupant", 1), ("occupant_sans_titre", 0.4), ("resident", 0.6)),
    "insalubrite": (("locataire_prive", 6), ("proprietaire_occupant", 3)),
    "asll": (("locataire_hlm", 5), ("locataire_prive", 4), ("heberge", 1), ("resident", 0.5)),
    "bailleur": (("locataire_hlm", 1),),
    "avdl": (("heberge", 2), ("resident", 2), ("sans_domicile", 1.5)),
}  # fmt: skip
AVEC_LOGEMENT = ("locataire_prive", "locataire_hlm", "proprietaire_occupant", "occupant_sans_titre")
TYPES = ("t1", "t2", "t3", "t4", "t5")
COMMUNE_PHARE = "59033"  # Aulnoye-Aymeries
SURFACES = {"t1": (18, 32), "t2": (34, 50), "t3": (50, 68), "t4": (66, 88), "t5": (84, 118)}


@dataclass
class Membre:
    prenom: str
    nom: str
    role: str
    feminin: bool
    naissance: date
    telephone: str = ""

    @property
    def civilite(self) -> str:
        return "madame" if self.feminin else "monsieur"


@dataclass
class Foyer:
    """One household, as known on the day of its first saisine."""

    membres: list[Membre]
    commune: Commune
    adresse: str
    complement: str
    statut_occupation: str
    origine: str
    type_logement: str = ""
    surface: Decimal | None = None
    loyer: Decimal | None = None
    charges: Decimal | None = None
    bailleur: str = ""
    telephone: str = ""
    courriel: str = ""
    protege: bool = False
    public_plan: bool = True
    ressources: Decimal = Decimal(0)
    dettes: Decimal | None = None
    cle: tuple[object, ...] = field(default_factory=tuple)

    @property
    def code_postal(self) -> str:
        return self.commune.codes_postaux[0] if self.commune.codes_postaux else ""

    @property
    def nom_usage(self) -> str:
        return " – ".join(
            dict.fromkeys(m.nom for m in self.membres if m.role in ("referent", "conjoint"))
        )

    @property
    def enfants(self) -> list[Membre]:
        return [m for m in self.membres if m.role == "enfant"]


def _birth(h: Random, jour: date, minimum: int, maximum: int) -> date:
    return jour - timedelta(days=h.randint(minimum * 365 + minimum // 4 + 1, maximum * 365))


def draw_membres(h: Random, jour: date) -> list[Membre]:
    kind = pese(h, COMPOSITIONS)
    feminin = chance(h, 0.88 if kind == "monoparental" else 0.52)
    nom = draw_nom(h)
    age = {"monoparental": (20, 48), "couple_enfants": (22, 52)}.get(kind, (19, 74))
    referent = Membre(
        draw_prenom(h, feminin, True), nom, "referent", feminin, _birth(h, jour, *age)
    )
    membres = [referent]
    if kind in ("couple", "couple_enfants"):
        autre = chance(h, 0.97) ^ feminin
        ecart = timedelta(days=h.randint(-2500, 2500))
        membres.append(
            Membre(
                draw_prenom(h, autre, True), nom if chance(h, 0.55) else draw_nom(h), "conjoint",
                autre, min(referent.naissance + ecart, jour - timedelta(days=18 * 366)),
            )
        )  # fmt: skip
    if kind in ("monoparental", "couple_enfants"):
        nombre = pese(h, [(1, 4), (2, 4), (3, 2.5), (4, 1), (5, 0.4)])
        premier = referent.naissance + timedelta(days=17 * 366)
        depuis = max(premier, jour - timedelta(days=19 * 365))
        span = max(1, (jour - depuis).days - 60)
        nom_enfant = h.choice(membres).nom
        for naissance in sorted(depuis + timedelta(days=h.randint(0, span)) for _ in range(nombre)):
            fille = chance(h, 0.5)
            membres.append(
                Membre(draw_prenom(h, fille, False), nom_enfant, "enfant", fille, naissance)
            )
    if kind == "ascendant":
        mere = chance(h, 0.7)
        membres.append(
            Membre(
                draw_prenom(h, mere, True), nom, "ascendant", mere,
                referent.naissance - timedelta(days=h.randint(20, 32) * 366),
            )
        )  # fmt: skip
    return membres


def draw_foyer(
    h: Random, famille: str, communes: list[Commune], jour: date, bailleurs: list[str]
) -> Foyer:
    """A household of one family of agreements on the day of its saisine."""
    membres = draw_membres(h, jour)
    commune = h.choices(communes, weights=[(c.population or 1) ** 1.05 for c in communes])[0]
    statut = pese(h, STATUTS[famille])
    origine = {"heberge": "hebergement", "sans_domicile": "rue", "resident": "hebergement"}.get(
        statut, "logement"
    )
    adresse = "" if statut == "sans_domicile" else f"{h.randint(1, 140)} {h.choice(VOIES)}"
    foyer = Foyer(
        membres=membres,
        commune=commune,
        adresse=adresse,
        complement=h.choice(("", "", "", "1er étage", "2e étage", "appartement 3", "bâtiment B"))
        if adresse
        else "",
        statut_occupation=statut,
        origine=origine,
        telephone=_telephone(h) if chance(h, 0.93) else "",
        protege=famille == "mous" and chance(h, 0.02),
        public_plan=famille != "bailleur" or chance(h, 0.4),
    )
    if chance(h, 0.5):
        referent = membres[0]
        local = normalise(f"{referent.prenom}.{referent.nom}").replace(" ", "-")
        foyer.courriel = f"{local}{h.randint(10, 99)}@{DOMAINE}"
    _draw_logement(h, foyer, bailleurs)
    _draw_budget(h, foyer, famille)
    return foyer


def _telephone(h: Random) -> str:
    """In the block 06 00 00 xx xx, which no household of here answers."""
    return f"060000{h.randint(0, 9999):04d}"


def _draw_logement(h: Random, foyer: Foyer, bailleurs: list[str]) -> None:
    if foyer.statut_occupation not in AVEC_LOGEMENT:
        return
    taille = min(len(foyer.membres), 5)
    rang = max(0, min(4, taille - 1 + h.choice((-1, 0, 0, 1))))
    foyer.type_logement = TYPES[rang]
    bas, haut = SURFACES[foyer.type_logement]
    foyer.surface = Decimal(h.randint(bas, haut))
    if foyer.statut_occupation == "proprietaire_occupant":
        return
    hlm = foyer.statut_occupation == "locataire_hlm"
    prix = h.uniform(4.9, 6.2) if hlm else h.uniform(6.8, 9.4)
    foyer.loyer = Decimal(f"{95 + float(foyer.surface) * prix * 0.85:.2f}")
    foyer.charges = Decimal(f"{h.uniform(20, 95):.2f}")
    foyer.bailleur = h.choice(bailleurs) if hlm else h.choice(
        ("Propriétaire privé", "Propriétaire privé", "Agence du Centre", "SCI des Remparts")
    )  # fmt: skip


def _draw_budget(h: Random, foyer: Foyer, famille: str) -> None:
    adultes = len(foyer.membres) - len(foyer.enfants)
    base = h.uniform(560, 1150) + (adultes - 1) * h.uniform(250, 700)
    foyer.ressources = Decimal(f"{base + len(foyer.enfants) * h.uniform(120, 260):.2f}")
    if famille in ("asll", "bailleur") or chance(h, 0.35):
        foyer.dettes = Decimal(f"{h.uniform(180, 3900):.2f}")


def make_phare(jour: date, communes: list[Commune]) -> Foyer:
    """Two adults, three children of 11, 7 and 2 years."""

    def ne(ans: int, jours: int) -> date:
        return add_months(jour, -12 * ans) - timedelta(days=jours)

    commune = next((c for c in communes if c.code == COMMUNE_PHARE), communes[0])
    return Foyer(
        membres=[
            Membre("Camille", "Lefèvre", "referent", True, ne(34, 120)),
            Membre("Ousmane", "Diallo", "conjoint", False, ne(37, 44), "0600000001"),
            Membre("Maya", "Diallo", "enfant", True, ne(11, 90)),
            Membre("Noé", "Diallo", "enfant", False, ne(7, 200)),
            Membre("Awa", "Diallo", "enfant", True, ne(2, 30)),
        ],
        commune=commune, adresse="14 rue des Forges", complement="1er étage",
        statut_occupation="locataire_prive", origine="logement", type_logement="t2",
        surface=Decimal("41"), loyer=Decimal("448.00"), charges=Decimal("64.40"),
        bailleur="Propriétaire privé", telephone="0600000000", public_plan=True,
        ressources=Decimal("1684.00"), dettes=Decimal("705.00"),
    )  # fmt: skip
