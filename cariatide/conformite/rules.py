"""Pure rules of retention (CNIL 2021-028 and 2023-095); "today" is an argument."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from cariatide.conformite.statuts import Conservation
from cariatide.menages.rules import compute_terme
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import add_months, add_years, format_date

ROLES_CONFORMITE = frozenset({Role.PROTECTION_DES_DONNEES})
# Who reads the register of processing: whoever answers for one of them. It names no person.
ROLES_REGISTRE = ROLES_CONFORMITE | frozenset(
    {
        Role.ADMINISTRATEUR,
        Role.ADMINISTRATEUR_TECHNIQUE,
        Role.CHARGE_DU_PLAN,
        Role.CHEF_DE_SERVICE,
    }
)
# Who shares elements of a file: those who accompany the household, and their head of service.
ROLES_PARTAGE = frozenset({Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE})
# What RGPD article 30 asks of a record, in its order; a date beside a choice counts with it.
RUBRIQUES = (
    "finalite", "base_legale", "personnes", "donnees", "destinataires", "conservation", "securite",
    "transferts", "responsable", "conjoints", "contact_dpo", "aipd",
)  # fmt: skip
MOTIF_MINIMUM = 20  # characters: a sentence, not a word
BIENTOT_MOIS = 6  # a screen's convenience, not a rule of law


def read_etat(
    dernier_contact: date, ans: int, jour: date, *, gele: bool, archive_le: date | None = None
) -> Conservation:
    """Where a file stands on `jour`; a hold wins over the clock."""
    if gele:
        return Conservation.GELEE
    if archive_le is not None:
        return Conservation.ARCHIVEE
    terme = compute_terme(dernier_contact, ans)
    if terme <= jour:
        return Conservation.ECHUE
    return Conservation.BIENTOT if terme <= add_months(jour, BIENTOT_MOIS) else Conservation.ACTIVE


def find_butoir(jour: date, ans: int) -> date:
    """The latest last contact whose term is reached on `jour`.

    29 February: its term is 28 February of a common year, so that a file never stays a day more.
    """
    butoir = add_years(jour, -ans)
    suivant = date.fromordinal(butoir.toordinal() + 1)
    return suivant if compute_terme(suivant, ans) <= jour else butoir


def list_a_completer(valeurs: Mapping[str, Any]) -> list[str]:
    """The headings of a record that say nothing yet; a length of the dated reference is enough."""
    dites = {nom for nom in RUBRIQUES if str(valeurs.get(nom) or "").strip()}
    if valeurs.get("conservation_code"):
        dites.add("conservation")
    return [nom for nom in RUBRIQUES if nom not in dites]


def is_a_revoir(revu_le: date, mois: int | None, jour: date) -> bool:
    """Whether a record waits for a review; without a delay set locally, none does."""
    return mois is not None and add_months(revu_le, mois) <= jour


def check_recopie(texte: str, reference: str) -> bool:
    """The second step of a purge: its reference copied by hand, spaces and case aside."""
    return texte.strip().upper() == reference.upper()


def check_exception(motif: str, heures: int, maximum: int) -> dict[str, str]:
    """What is wrong with a request of exceptional access, by field; empty when nothing is."""
    found = {}
    if len(motif.strip()) < MOTIF_MINIMUM:
        found["motif"] = "Dites en une phrase ce qui justifie de lire ce dossier."
    if not 1 <= heures <= maximum:
        found["heures"] = f"Entre une heure et {maximum} heures."
    return found


def check_partage(
    finalite: str, jour: date, au: date, mois: int, informe_le: date
) -> dict[str, str]:
    """What is wrong with a sharing, by field; empty when nothing is."""
    found = {}
    if len(finalite.strip()) < MOTIF_MINIMUM:
        found["finalite"] = "Dites en une phrase à quoi servira ce qui est partagé."
    limite = add_months(jour, mois)
    if not jour <= au <= limite:
        found["au"] = f"D’aujourd’hui au {format_date(limite)} ({mois} mois au plus)."
    if informe_le > jour:
        found["informe_le"] = "Le ménage est informé avant le partage : cette date est à venir."
    return found


def check_accord(demande: bool, le: date | None, comment: str, jour: date) -> dict[str, str]:
    """A basis that rests on the person's agreement says when and how; no other does."""
    if not demande:
        dit = "Seule la base « accord de la personne » porte un accord."
        return {"accord_le": dit} if le or comment.strip() else {}
    found = {}
    if le is None or le > jour:
        found["accord_le"] = "Dites quel jour l’accord a été donné."
    if not comment.strip():
        found["accord_comment"] = "Dites comment : par écrit, en entretien, avec qui."
    return found


def check_choix(choisis: Collection[str], offerts: Collection[str]) -> str:
    """Why these elements cannot be shared; empty when they can."""
    if not choisis:
        return "Choisissez ce qui est strictement nécessaire."
    if not set(choisis) <= set(offerts):
        return "Un des éléments n’est plus partageable : relisez la liste."
    if len(offerts) > 1 and set(choisis) == set(offerts):
        return "Un partage ne porte jamais sur tout : ne gardez que le strictement nécessaire."
    return ""
