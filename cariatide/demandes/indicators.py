"""C-I4: how long from the saisine to the decision and to the new home (inventory, section 5).

Days are calendar days, medians are over the facts of the period; a fact whose saisine is unknown
is shown and counts in the completeness, not in the median.
"""

from datetime import date

from cariatide.socle.indicateurs import Agregat, Indicateur, Requete, Sens

SOURCE = "Convention MOUS, bilan annuel (C-I4)"

# First decision other than a postponement, on the day of the session.
_DECISIONS = """
SELECT s.decidee_le AS jour, s.id::text AS cle, s.menage_id,
  CASE WHEN m.adresse_protegee THEN NULL ELSE s.commune_id END AS commune_id, s.convention_id,
  c.operateur_id AS organisation_id, c.commanditaire_id, s.decision_sens AS axe, o.type AS origine,
  'demandes.saisine' AS objet_type, s.id AS objet_id, s.reference AS libelle,
  (s.decidee_le - s.date_saisine)::numeric AS valeur, true AS complet
FROM demandes_saisine s
JOIN partenaires_convention c ON c.id = s.convention_id AND c.type = 'mous'
JOIN partenaires_organisation o ON o.id = s.origine_organisation_id
JOIN menages_menage m ON m.id = s.menage_id
WHERE s.decidee_le BETWEEN %s AND %s"""

# First entry into a home found under the agreement, after the saisine it answers: the one that the
# entry names, else the latest of the household under that agreement.
_RELOGEMENTS = """
SELECT e.entree_le AS jour, COALESCE(s.id, -e.id)::text AS cle, e.menage_id,
  CASE WHEN m.adresse_protegee THEN NULL ELSE l.commune_id END AS commune_id,
  e.convention_id, c.operateur_id AS organisation_id, c.commanditaire_id,
  COALESCE(NULLIF(s.decision_sens, ''), s.provisoire_sens, '') AS axe,
  COALESCE(o.type, '') AS origine, 'baux.occupation' AS objet_type, e.id AS objet_id,
  COALESCE(s.reference, m.reference) AS libelle,
  (e.entree_le - s.date_saisine)::numeric AS valeur, s.id IS NOT NULL AS complet
FROM baux_occupation e
JOIN partenaires_convention c ON c.id = e.convention_id AND c.type = 'mous'
JOIN parc_logement l ON l.id = e.logement_id
JOIN menages_menage m ON m.id = e.menage_id
LEFT JOIN LATERAL (
  SELECT d.* FROM demandes_saisine d
  WHERE d.menage_id = e.menage_id AND d.statut <> 'brouillon' AND d.date_saisine <= e.entree_le
    AND (d.id = e.saisine_id OR (e.saisine_id IS NULL AND d.convention_id = e.convention_id))
  ORDER BY d.date_saisine DESC, d.id DESC LIMIT 1) s ON true
LEFT JOIN partenaires_organisation o ON o.id = s.origine_organisation_id
WHERE e.est_relogement AND e.entree_le BETWEEN %s AND %s
  AND NOT EXISTS (
    SELECT 1 FROM baux_occupation p
    WHERE p.menage_id = e.menage_id AND p.convention_id = e.convention_id AND p.est_relogement
      AND p.id <> e.id AND s.id IS NOT NULL AND p.entree_le >= s.date_saisine
      AND (p.entree_le, p.id) < (e.entree_le, e.id))"""
_ORIENTES = "  AND s.decision_sens = 'relogement'"


def faits_decisions(debut: date, fin: date) -> Requete:
    """One fact per saisine decided in the period."""
    return Requete(_DECISIONS, (debut, fin))


def faits_relogements(debut: date, fin: date) -> Requete:
    """One fact per first entry of the period, whatever the axis decided."""
    return Requete(_RELOGEMENTS, (debut, fin))


def faits_relogements_orientes(debut: date, fin: date) -> Requete:
    """The same, for the saisines that a session directed to a new home."""
    return Requete(f"{_RELOGEMENTS}\n{_ORIENTES}", (debut, fin))


INDICATEURS = (
    Indicateur(
        code="C-I4",
        libelle="Délai de la saisine au relogement",
        definition=(
            "Médiane, en jours calendaires, entre la date de la saisine et la première entrée du "
            "ménage dans un logement trouvé sous la convention MOUS, quel que soit l’axe décidé. "
            "Le fait compte à la date d’entrée. C-I4a mesure la part qui va de la saisine à la "
            "décision ; C-I4b restreint aux ménages orientés vers le relogement. Une entrée sans "
            "saisine connue compte dans la complétude, non dans la médiane."
        ),
        unite="jours",
        sens=Sens.BAISSE,
        source=SOURCE,
        version=1,
        agregat=Agregat.MEDIANE,
        faits=faits_relogements,
        domaine="demandes",
    ),
    Indicateur(
        code="C-I4a",
        libelle="Délai de la saisine à la décision",
        definition=(
            "Médiane, en jours calendaires, entre la date de la saisine et la première décision de "
            "l’instance autre qu’un ajournement (maintien, relogement ou refus), pour les saisines "
            "d’une convention MOUS. Le fait compte à la date de la décision. Une orientation "
            "provisoire compte à la date de la séance qui la ratifie."
        ),
        unite="jours",
        sens=Sens.BAISSE,
        source=SOURCE,
        version=1,
        agregat=Agregat.MEDIANE,
        faits=faits_decisions,
        domaine="demandes",
    ),
    Indicateur(
        code="C-I4b",
        libelle="Délai de la saisine au relogement des ménages orientés vers le relogement",
        definition=(
            "Comme C-I4, restreint aux saisines que l’instance a orientées vers le relogement "
            "(décision d’origine ou changement d’axe)."
        ),
        unite="jours",
        sens=Sens.BAISSE,
        source=SOURCE,
        version=1,
        agregat=Agregat.MEDIANE,
        faits=faits_relogements_orientes,
        domaine="demandes",
    ),
)
