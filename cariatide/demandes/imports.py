"""Import of saisines from a partner's spreadsheet: one line, one household, one saisine."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cariatide.demandes.actions import (
    DepotRefuse,
    DonneesLogement,
    DonneesSaisine,
    deposit_saisines,
)
from cariatide.demandes.models import MotifSaisine, PieceSaisine, Saisine, SaisineSociale
from cariatide.demandes.queries import OBJET, list_conventions_ouvertes, list_motifs
from cariatide.demandes.statuts import Canal, StatutSaisine
from cariatide.demandes.verification import VerificateurSaisines, to_personne
from cariatide.echanges.ports import ChampImport, LigneRefusee, OptionImport, Verdict
from cariatide.menages.actions import (
    DonneesDomicile,
    DonneesMenage,
    purge_menages,
)
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.masse import chunks
from cariatide.socle.perimetre import Perimetre

CHAMPS = (
    ChampImport("nom", "Nom", ("nom de naissance", "nom de famille", "nom usage"), requis=True),
    ChampImport("prenom", "Prénom", ("prénom du demandeur", "prénoms"), requis=True),
    ChampImport("naissance", "Date de naissance", ("né le", "naissance", "ddn", "date naissance")),
    ChampImport("civilite", "Civilité", ("sexe", "genre", "titre")),
    ChampImport("telephone", "Téléphone", ("tél", "numéro de téléphone", "portable", "mobile")),
    ChampImport("courriel", "Courriel", ("e-mail", "email", "mail", "adresse e-mail")),
    ChampImport("adresse", "Adresse", ("adresse postale", "rue", "voie")),
    ChampImport("complement", "Complément d’adresse", ("complément", "adresse complément")),
    ChampImport("code_postal", "Code postal", ("cp",)),
    ChampImport("commune", "Commune", ("ville", "localité")),
    ChampImport(
        "numero_allocataire",
        "Numéro d’allocataire",
        ("n° allocataire", "numéro allocataire CAF MSA", "allocataire CAF", "n allocataire"),
    ),
    ChampImport(
        "identifiant",
        "Identifiant de l’expéditeur",
        ("id", "identifiant dans le SI", "numéro de dossier", "référence"),
    ),
    ChampImport("date_saisine", "Date de la saisine", ("date de la demande", "date demande")),
    ChampImport("motif", "Motif", ("motif de la saisine", "motif de la demande")),
)


class ImportSaisines:
    """Registered under `saisines`."""

    libelle = "Saisines et ménages"
    description = "Une ligne par ménage : son référent, son adresse, la demande."
    champs: tuple[ChampImport, ...] = CHAMPS

    def options(self, perimetre: Perimetre) -> list[OptionImport]:
        """Agreement asked for, reason by default, day the households were told."""
        conventions = list_conventions_ouvertes(perimetre.jour)
        return [
            OptionImport(
                "convention", "Dispositif demandé",
                choix=tuple((str(c.pk), f"{c.reference}, {c.intitule}") for c in conventions),
            ),
            OptionImport(
                "motif", "Motif par défaut", aide="Pris quand la ligne n’en donne pas.",
                choix=tuple((m.code, m.libelle) for m in list_motifs(perimetre.jour)),
            ),
            OptionImport(
                "information_menage_le", "Ménages informés le",
                aide="Chaque ménage doit savoir que sa situation est transmise.",
            ),
        ]  # fmt: skip

    def open(self, options: Mapping[str, str], perimetre: Perimetre) -> VerificateurSaisines:
        """What judges the lines of one file."""
        self._check_options(options, perimetre)
        return VerificateurSaisines(options, perimetre)

    @staticmethod
    def _check_options(options: Mapping[str, str], perimetre: Perimetre) -> None:
        champs: dict[str, str] = {}
        for code, message in (
            ("convention", "Choisissez le dispositif demandé."),
            ("motif", "Choisissez un motif par défaut."),
            ("information_menage_le", "Indiquez quand les ménages ont été informés."),
        ):
            if not options.get(code):
                champs[code] = message
        pk = options.get("convention", "")
        known = list_conventions_ouvertes(perimetre.jour)
        if pk and (not (pk.isascii() and pk.isdigit()) or not known.filter(pk=int(pk)).exists()):
            champs["convention"] = "Cette convention n’est pas en vigueur."
        told = options.get("information_menage_le", "")
        if told and _iso(told) is None:
            champs["information_menage_le"] = "Cette date n’existe pas."
        elif told and (_iso(told) or perimetre.jour) > perimetre.jour:
            champs["information_menage_le"] = "Cette date est dans l’avenir."
        if champs:
            raise ErreurMetier(" ".join(champs.values()), champs)

    def apply(
        self, verdicts: Sequence[Verdict], options: Mapping[str, str], perimetre: Perimetre
    ) -> list[tuple[str, int]]:
        """Deposit the saisines of a slice of lines."""
        donnees = [_donnees(v.donnees, options, perimetre) for v in verdicts]
        try:
            saisines = deposit_saisines(perimetre=perimetre, donnees=donnees)
        except DepotRefuse as erreur:
            raise LigneRefusee(verdicts[erreur.rang].numero, erreur.message) from erreur
        return [(OBJET, saisine.pk) for saisine in saisines]

    def revert(self, objets: Sequence[tuple[str, int]], perimetre: Perimetre) -> None:
        """Remove the saisines of a batch and the households they created."""
        for part in chunks(pk for _, pk in objets):
            _remove(part, perimetre)


def _remove(ids: Sequence[int], perimetre: Perimetre) -> None:
    found = list(
        Saisine.objects.visible_to(perimetre)
        .select_for_update(of=("self",))
        .filter(pk__in=ids)
        .order_by("id")
    )
    used = [s.reference for s in found if s.statut != StatutSaisine.DEPOSEE]
    if used or len(found) != len(set(ids)):
        names = ", ".join(str(r) for r in used[:10]) or "hors de votre périmètre"
        raise ActeRefuse(f"Des saisines de ce fichier ont été instruites depuis : {names}.")
    reason = "annulation d’un import, saisines déjà obtenues dans le périmètre"
    for modele in (MotifSaisine, PieceSaisine, SaisineSociale):
        modele.objects.unscoped(reason=reason).filter(saisine_id__in=ids).delete()
    Saisine.objects.unscoped(reason=reason).filter(pk__in=ids).delete()
    purge_menages(
        perimetre=perimetre, menage_ids=[s.menage_id for s in found if s.menage_id is not None]
    )


def _donnees(
    d: Mapping[str, Any], options: Mapping[str, str], perimetre: Perimetre
) -> DonneesSaisine:
    return DonneesSaisine(
        convention_id=int(options["convention"]),
        motifs=[d["motif"] or options["motif"]],
        date_saisine=_iso(d["date_saisine"] or "") or perimetre.jour,
        information_menage_le=_iso(options["information_menage_le"]),
        menage=DonneesMenage(
            personnes=[to_personne(d)],
            domicile=DonneesDomicile(
                adresse=d["adresse"], complement=d["complement"][:120],
                code_postal=d["code_postal"] or "", commune_id=d["commune_id"],
            ),
        ),
        logement=DonneesLogement(),
        canal=Canal.FICHIER,
    )  # fmt: skip


def _iso(texte: str) -> date | None:
    try:
        return date.fromisoformat(texte)
    except ValueError:
        return None
