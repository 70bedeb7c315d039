"""An event bears the mandate that its act used; else the first one; none for the system."""

import pytest

from cariatide.bareme.web.forms import PLATEFORME, list_portees
from cariatide.journal.actions import build_evenement
from cariatide.menages.documents import _en_tete
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre, perimetre_systeme
from tests.distribution import JOUR

PREMIER = MandatEnVigueur(1, 10, "Première", "technicien", "Technicien", Niveau.FACTUEL)
SECOND = MandatEnVigueur(2, 20, "Seconde", "chef_de_service", "Chef", Niveau.SOCIAL)
DEUX = Perimetre(1, "Essai", JOUR, (PREMIER, SECOND))


@pytest.mark.parametrize(("perimetre", "mandat", "attendu"), [
    (DEUX, SECOND, (20, "Seconde", "chef_de_service")),
    (DEUX, PREMIER, (10, "Première", "technicien")),
    (DEUX, None, (10, "Première", "technicien")),
    (perimetre_systeme("essai", JOUR), None, (None, "", "")),
    (perimetre_systeme("essai", JOUR), SECOND, (20, "Seconde", "chef_de_service")),
])  # fmt: skip
def test_le_mandat_d_un_evenement(
    perimetre: Perimetre, mandat: MandatEnVigueur | None, attendu: tuple[int | None, str, str]
) -> None:
    ecrit = build_evenement(
        "essai.fait", perimetre=perimetre, mandat=mandat, objet_type="essai", objet_id=1
    )
    assert (ecrit.organisation_id, ecrit.organisation, ecrit.role) == attendu


def test_l_en_tete_d_un_document_est_de_l_organisation() -> None:
    assert _en_tete(DEUX).organisation == "Première"
    assert _en_tete(perimetre_systeme("essai", JOUR)).organisation == ""


@pytest.mark.parametrize(("role", "plateforme", "organisation"), [
    ("charge_du_plan", True, True), ("administrateur_technique", True, True),
    ("administrateur", False, True), ("travailleur_social", False, False),
])  # fmt: skip
def test_pour_qui_fixer_une_valeur(role: str, plateforme: bool, organisation: bool) -> None:
    mandat = MandatEnVigueur(1, 10, "Une", role, role, Niveau.AGREGE)
    portees = dict(list_portees(Perimetre(1, "Essai", JOUR, (mandat,))))
    assert (PLATEFORME in portees, "10" in portees) == (plateforme, organisation)
