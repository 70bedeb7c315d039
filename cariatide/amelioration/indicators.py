"""C-I1 to C-I3: what a MOUS obtained (inventory, section 5), read from dated facts alone.

Facts: entries of households into homes (baux.Occupation), works and their dates (OperationTravaux).
Neither the commune nor the home of a protected household is in a row: it would tell its address.
"""

from datetime import date

from cariatide.partenaires.statuts import UniteObjectif
from cariatide.socle.indicateurs import Agregat, Indicateur, Requete, Sens

SOURCE = "Convention MOUS, bilan annuel"

# The saisine that explains an entry: the one it names, else the latest of the household under the
# same agreement; its origin is the prescriber's kind of organisation.
_SAISINE = """
LEFT JOIN LATERAL (
  SELECT d.origine_organisation_id FROM demandes_saisine d
  WHERE d.menage_id = {menage} AND d.statut <> 'brouillon' AND d.date_saisine <= {jour}
    AND (d.id = {saisine} OR ({saisine} IS NULL AND d.convention_id = {convention}))
  ORDER BY d.date_saisine DESC, d.id DESC LIMIT 1) s ON true
LEFT JOIN partenaires_organisation p ON p.id = s.origine_organisation_id"""


def _saisine(menage: str, jour: str, convention: str, saisine: str = "NULL::bigint") -> str:
    return _SAISINE.format(menage=menage, jour=jour, convention=convention, saisine=saisine)


_COMMUNE = "CASE WHEN m.adresse_protegee THEN NULL ELSE l.commune_id END AS commune_id"

# Rehousing: an entry that names a MOUS agreement. An entry that names none, of a household that a
# session of a MOUS directed to a new home, lacks its agreement: shown, not counted.
_RELOGEMENTS = f"""
SELECT e.entree_le AS jour, 'm' || e.menage_id AS cle, e.menage_id, {_COMMUNE},
  c.id AS convention_id, e.organisation_id, c.commanditaire_id, 'relogement' AS axe,
  COALESCE(p.type, '') AS origine, 'baux.occupation' AS objet_type, e.id AS objet_id,
  m.reference AS libelle, NULL::numeric AS valeur, e.convention_id IS NOT NULL AS complet
FROM baux_occupation e
JOIN menages_menage m ON m.id = e.menage_id
JOIN parc_logement l ON l.id = e.logement_id
LEFT JOIN LATERAL (
  SELECT d.convention_id FROM demandes_saisine d
  WHERE e.convention_id IS NULL AND d.menage_id = e.menage_id
    AND d.decision_sens = 'relogement' AND d.date_saisine <= e.entree_le
  ORDER BY d.date_saisine DESC, d.id DESC LIMIT 1) oubli ON true
JOIN partenaires_convention c
  ON c.id = COALESCE(e.convention_id, oubli.convention_id) AND c.type = 'mous'
{_saisine("e.menage_id", "e.entree_le", "c.id", "e.saisine_id")}
WHERE e.est_relogement AND e.entree_le BETWEEN %s AND %s"""  # noqa: S608  our own SQL

# Completed works that keep a household in its home, whether the household is known or not.
_MAINTIENS = f"""
SELECT t.achevee_le, COALESCE('m' || t.menage_id, 'l' || t.logement_id), t.menage_id,
  {_COMMUNE}, t.convention_id, t.organisation_id, c.commanditaire_id, 'maintien',
  COALESCE(p.type, ''), 'amelioration.operation', t.id,
  t.reference || ', ' || COALESCE(m.reference, l.reference), NULL::numeric, true
FROM amelioration_operationtravaux t
JOIN partenaires_convention c ON c.id = t.convention_id AND c.type = 'mous'
JOIN parc_logement l ON l.id = t.logement_id
LEFT JOIN menages_menage m ON m.id = t.menage_id
{_saisine("t.menage_id", "t.achevee_le", "t.convention_id")}
WHERE t.finalite = 'maintien' AND t.achevee_le BETWEEN %s AND %s"""  # noqa: S608  our own SQL

# Adapted homes put back on the market: completed, then entered by a household. Entered but not
# recorded as let, they lack that act: shown, not counted.
_ADAPTES = f"""
SELECT e.entree_le AS jour, 'l' || t.logement_id AS cle, e.menage_id,
  {_COMMUNE}, t.convention_id, t.organisation_id, c.commanditaire_id, 'relogement' AS axe,
  COALESCE(p.type, '') AS origine, 'amelioration.operation' AS objet_type, t.id AS objet_id,
  t.reference || ', ' || l.reference AS libelle, NULL::numeric AS valeur,
  t.statut = 'louee' AS complet
FROM amelioration_operationtravaux t
JOIN partenaires_convention c ON c.id = t.convention_id AND c.type = 'mous'
JOIN parc_logement l ON l.id = t.logement_id
JOIN LATERAL (
  SELECT o.menage_id, o.entree_le, o.saisine_id FROM baux_occupation o
  WHERE o.logement_id = t.logement_id AND (o.id = t.occupation_id
    OR (t.occupation_id IS NULL AND o.entree_le >= t.achevee_le))
  ORDER BY o.entree_le, o.id LIMIT 1) e ON true
JOIN menages_menage m ON m.id = e.menage_id
{_saisine("e.menage_id", "e.entree_le", "t.convention_id", "e.saisine_id")}
WHERE t.finalite = 'production' AND t.logement_adapte AND t.statut IN ('achevee', 'louee')
  AND e.entree_le BETWEEN %s AND %s"""  # noqa: S608  our own SQL

# Produced homes, on the day of completion. Works under way in a home that a household entered
# since their start lack the completion: shown on the day of the entry, not counted.
_PRODUITS = """
SELECT COALESCE(t.achevee_le, e.entree_le) AS jour, 'l' || t.logement_id AS cle,
  NULL::bigint AS menage_id, l.commune_id, t.convention_id, t.organisation_id, c.commanditaire_id,
  'relogement' AS axe, '' AS origine, 'amelioration.operation' AS objet_type, t.id AS objet_id,
  t.reference || ', ' || l.reference AS libelle, NULL::numeric AS valeur,
  t.achevee_le IS NOT NULL AS complet
FROM amelioration_operationtravaux t
JOIN partenaires_convention c ON c.id = t.convention_id AND c.type = 'mous'
JOIN parc_logement l ON l.id = t.logement_id
LEFT JOIN LATERAL (
  SELECT o.entree_le FROM baux_occupation o
  WHERE t.statut = 'en_travaux' AND o.logement_id = t.logement_id
    AND o.entree_le >= t.debut_travaux_le
  ORDER BY o.entree_le, o.id LIMIT 1) e ON true
WHERE t.finalite = 'production' AND t.maitre_ouvrage = %s
  AND COALESCE(t.achevee_le, e.entree_le) BETWEEN %s AND %s"""


def faits_menages(debut: date, fin: date) -> Requete:
    """Rehoused households and homes improved for the household that lives there."""
    sql = f"{_RELOGEMENTS}\nUNION ALL\n{_MAINTIENS}"
    return Requete(sql, (debut, fin, debut, fin))


def faits_logements_adaptes(debut: date, fin: date) -> Requete:
    """Adapted homes, on the day a household enters them after the works."""
    return Requete(_ADAPTES, (debut, fin))


def faits_produits_prives(debut: date, fin: date) -> Requete:
    """Homes completed for private landlords."""
    return Requete(_PRODUITS, ("prive", debut, fin))


def faits_produits_communaux(debut: date, fin: date) -> Requete:
    """Homes completed for communes."""
    return Requete(_PRODUITS, ("communal", debut, fin))


INDICATEURS = (
    Indicateur(
        code="C-I1",
        libelle="Ménages relogés ou logements améliorés",
        definition=(
            "Nombre de ménages entrés pendant la période dans un logement trouvé sous une "
            "convention MOUS, et de logements dont les travaux de maintien, conduits sous cette "
            "convention, se sont achevés pendant la période. Un ménage connu compte une fois, "
            "même relogé deux fois ou relogé après des travaux ; des travaux sans ménage connu "
            "comptent par logement. L’entrée d’un ménage orienté vers le relogement qui ne nomme "
            "pas sa convention est montrée et compte dans la complétude, non dans la valeur. La "
            "commune d’un ménage à l’adresse protégée n’est pas donnée."
        ),
        unite="ménages",
        sens=Sens.HAUSSE,
        source=f"{SOURCE} (C-I1)",
        version=1,
        agregat=Agregat.DISTINCT,
        faits=faits_menages,
        objectif=UniteObjectif.MENAGES,
        domaine="amelioration",
    ),
    Indicateur(
        code="C-I2",
        libelle="Logements adaptés remis sur le marché",
        definition=(
            "Nombre de logements adaptés dont les travaux, conduits sous une convention MOUS, sont "
            "achevés et où un ménage est entré ensuite ; le logement compte à la date de cette "
            "entrée. Un logement achevé et occupé dont la mise en location n’est pas constatée est "
            "montré et compte dans la complétude, non dans la valeur."
        ),
        unite="logements",
        sens=Sens.HAUSSE,
        source=f"{SOURCE} (C-I2)",
        version=1,
        agregat=Agregat.DISTINCT,
        faits=faits_logements_adaptes,
        ventilations=("commune", "epci", "origine"),
        objectif=UniteObjectif.LOGEMENTS_ADAPTES,
        domaine="amelioration",
    ),
    Indicateur(
        code="C-I3a",
        libelle="Logements produits par des propriétaires privés",
        definition=(
            "Nombre de logements remis sur le marché dont les travaux, conduits sous une "
            "convention MOUS pour un propriétaire bailleur privé, se sont achevés pendant la "
            "période. Un logement occupé alors que son achèvement n’est pas constaté est montré et "
            "compte dans la complétude, non dans la valeur."
        ),
        unite="logements",
        sens=Sens.HAUSSE,
        source=f"{SOURCE} (C-I3)",
        version=1,
        agregat=Agregat.DISTINCT,
        faits=faits_produits_prives,
        ventilations=("commune", "epci"),
        domaine="amelioration",
    ),
    Indicateur(
        code="C-I3b",
        libelle="Logements produits par des communes",
        definition="Comme C-I3a, pour les logements dont une commune est maître d’ouvrage.",
        unite="logements",
        sens=Sens.HAUSSE,
        source=f"{SOURCE} (C-I3)",
        version=1,
        agregat=Agregat.DISTINCT,
        faits=faits_produits_communaux,
        ventilations=("commune", "epci"),
        domaine="amelioration",
    ),
)
