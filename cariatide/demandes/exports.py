"""Columns of the lists of saisines, declared once for the screen and for the files."""

from cariatide.socle.pages.composants import Colonne
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("menage__nom_usage", "Ménage", tris=("nom", "nom_desc"), principale=True),
    Colonne("reference", "Saisine"),
    Colonne("commune__nom", "Commune"),
    Colonne("dispositif", "Dispositif"),
    Colonne("liste_motifs", "Motifs"),
    Colonne("origine", "Origine"),
    Colonne("date_saisine", "Date", "date", tris=("anciennes", "recentes")),
    Colonne("statut", "État"),
    Colonne("decidee_le", "Décision", "date", masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("reference", "Saisine"),
    ColonneExport("menage", "Ménage"),
    ColonneExport("commune", "Commune"),
    ColonneExport("dispositif", "Dispositif"),
    ColonneExport("motifs", "Motifs"),
    ColonneExport("origine", "Origine"),
    ColonneExport("urgence", "Urgence", "booleen"),
    ColonneExport("date_saisine", "Date de la saisine", "date"),
    ColonneExport("statut", "État"),
    ColonneExport("decidee_le", "Décidée le", "date"),
)
