"""The facts of a saisine in words, level F: what the session, the sheet and the page show."""

from datetime import date

from cariatide.demandes.models import Saisine
from cariatide.demandes.queries import FicheSaisine
from cariatide.demandes.statuts import Axe, Canal, SensOrientation, TypeLogement
from cariatide.menages.statuts import Origine, StatutOccupation
from cariatide.socle.dates import format_date
from cariatide.socle.money import format_euros, format_nombre


def describe_agent(saisine: Saisine) -> str:
    """Who wrote the saisine."""
    return str(saisine.prescripteur) if saisine.prescripteur else saisine.agent


def describe_faits(fiche: FicheSaisine) -> list[tuple[str, str]]:
    """The facts of a saisine in words, level F, as the session and the sheet print them."""
    saisine = fiche.saisine
    return [
        ("Dispositif", saisine.get_dispositif_display()),
        ("Composition", fiche.composition),
        ("Motifs", ", ".join(fiche.motifs)),
        *describe_logement(saisine),
        ("Ménage informé le", _date(saisine.information_menage_le)),
        ("Saisine du", format_date(saisine.date_saisine)),
        ("Transmise par", Canal(saisine.canal).label),
    ]


def describe_logement(saisine: Saisine) -> list[tuple[str, str]]:
    """Where the household lives; the commune of a protected address is not said."""
    protegee = saisine.menage is not None and saisine.menage.adresse_protegee
    commune = saisine.commune.libelle if saisine.commune and not protegee else ""
    return [
        ("Commune", "Adresse protégée" if protegee else commune),
        (
            "Statut d’occupation",
            StatutOccupation(saisine.statut_occupation).label if saisine.statut_occupation else "",
        ),
        ("Origine", Origine(saisine.origine_menage).label if saisine.origine_menage else ""),
        ("Logement", _logement(saisine)),
        ("Loyer et charges", _loyer(saisine)),
        ("Bailleur", "" if protegee else saisine.bailleur),
    ]


def _logement(saisine: Saisine) -> str:
    parts = [TypeLogement(saisine.type_logement).label] if saisine.type_logement else []
    if saisine.surface is not None:
        parts.append(f"{format_nombre(saisine.surface)} m²")
    return ", ".join(parts)


def _loyer(saisine: Saisine) -> str:
    parts = [format_euros(saisine.loyer)] if saisine.loyer is not None else []
    if saisine.charges is not None:
        parts.append(f"{format_euros(saisine.charges)} de charges")
    return " + ".join(parts)


def _date(jour: date | None) -> str:
    return format_date(jour) if jour else ""


def list_alertes(fiche: FicheSaisine) -> list[str]:
    """What a session must not miss."""
    saisine, found = fiche.saisine, []
    if saisine.urgence:
        found.append(f"Urgence : {saisine.motif_urgence}")
    if saisine.provisoire_le and not saisine.decidee_le:
        axe = Axe(saisine.provisoire_sens).label.lower()
        found.append(
            f"Orientation provisoire du {format_date(saisine.provisoire_le)}, à ratifier : {axe}."
        )
    if fiche.reexamen:
        found.append(
            f"Changement d’axe demandé le {format_date(fiche.reexamen.demande_le)} : "
            f"{fiche.reexamen.motif}"
        )
    for orientation in fiche.orientations:
        if orientation.sens == SensOrientation.AJOURNEMENT:
            found.append(f"Ajournée le {format_date(orientation.le)} : {orientation.motif}")
    if fiche.manquantes:
        found.append(f"Pièces manquantes : {', '.join(fiche.manquantes)}.")
    return found
