"""Import of saisines from a partner's spreadsheet: one line, one household, one saisine."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cariatide.demandes.actions import DonneesLogement, DonneesSaisine, deposit_saisine
from cariatide.demandes.models import MotifSaisine, PieceSaisine, Saisine, SaisineSociale
from cariatide.demandes.queries import OBJET, list_conventions_ouvertes, list_motifs
from cariatide.demandes.statuts import Canal, StatutSaisine
from cariatide.echanges.ports import ChampImport, LigneLue, OptionImport, Verdict
from cariatide.menages.actions import DonneesDomicile, DonneesMenage, DonneesPersonne, purge_menage
from cariatide.menages.doublons import Ressemblance, find_doublons_of, identify
from cariatide.menages.rules import Membre, check_composition, check_naissance
from cariatide.menages.statuts import RoleMenage
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.identifiants import parse_code_postal, parse_email, parse_telephones
from cariatide.socle.tableurs.valeurs import parse_date, parse_date_naissance, parse_nom
from cariatide.territoire.models import Commune
from cariatide.territoire.recherche import search_communes

CIVILITES = {
    "m": "monsieur", "mr": "monsieur", "monsieur": "monsieur", "h": "monsieur",
    "homme": "monsieur", "masculin": "monsieur", "mme": "madame", "madame": "madame",
    "f": "madame", "femme": "madame", "feminin": "madame", "mlle": "madame",
}  # fmt: skip


CHAMPS = (
    ChampImport("nom", "Nom", ("nom de naissance", "nom de famille", "nom usage"), requis=True),
    ChampImport("prenom", "Prénom", ("prenom du demandeur", "prenoms"), requis=True),
    ChampImport("naissance", "Date de naissance", ("ne le", "naissance", "ddn", "date naissance")),
    ChampImport("civilite", "Civilité", ("sexe", "genre", "titre")),
    ChampImport("telephone", "Téléphone", ("tel", "numero de telephone", "portable", "mobile")),
    ChampImport("courriel", "Courriel", ("email", "e mail", "mail", "adresse e mail")),
    ChampImport("adresse", "Adresse", ("adresse postale", "rue", "voie")),
    ChampImport("complement", "Complément d’adresse", ("adresse complement", "complement")),
    ChampImport("code_postal", "Code postal", ("cp",)),
    ChampImport("commune", "Commune", ("ville", "localite")),
    ChampImport(
        "numero_allocataire",
        "Numéro d’allocataire",
        ("numero allocataire caf msa", "n allocataire", "allocataire caf"),
    ),
    ChampImport(
        "identifiant",
        "Identifiant de l’expéditeur",
        ("id", "identifiant dans le si", "numero de dossier", "reference"),
    ),
    ChampImport("date_saisine", "Date de la saisine", ("date de la demande", "date demande")),
    ChampImport("motif", "Motif", ("motif de la saisine", "motif de la demande")),
)


class ImportSaisines:
    """Registered under `saisines`."""

    libelle = "Saisines et ménages"
    description = "Une ligne par ménage : son référent, son adresse, la demande."
    champs = CHAMPS

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

    def check(
        self, lignes: Sequence[LigneLue], options: Mapping[str, str], perimetre: Perimetre
    ) -> list[Verdict]:
        """Values, composition and territory of each line."""
        self._check_options(options, perimetre)
        motifs = {normalise(m.libelle): m.code for m in list_motifs(perimetre.jour)}
        communes: dict[str, tuple[Commune | None, str]] = {}
        verdicts = [self._check_line(ligne, motifs, communes, perimetre) for ligne in lignes]
        return _check_doublons(verdicts, perimetre)

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

    def _check_line(
        self,
        ligne: LigneLue,
        motifs: Mapping[str, str],
        communes: dict[str, tuple[Commune | None, str]],
        perimetre: Perimetre,
    ) -> Verdict:
        reader = _Reader(ligne.valeurs)
        jour = perimetre.jour
        donnees: dict[str, Any] = {
            "nom": reader.read("nom", parse_nom),
            "prenom": reader.read("prenom", parse_nom),
            "naissance": reader.read("naissance", parse_date_naissance),
            "telephone": reader.read("telephone", _phone),
            "courriel": reader.read("courriel", parse_email),
            "code_postal": reader.read("code_postal", lambda t: parse_code_postal(t).valeur),
            "date_saisine": reader.read("date_saisine", parse_date),
        }
        for nom in ("adresse", "complement", "numero_allocataire"):
            donnees[nom] = ligne.valeurs.get(nom, "")[:200]
        civilite = normalise(ligne.valeurs.get("civilite", ""))
        donnees["civilite"] = CIVILITES.get(civilite, "non_precisee")
        for nom, message in (("nom", "Le nom est vide."), ("prenom", "Le prénom est vide.")):
            if not ligne.valeurs.get(nom, "").strip():
                reader.motifs.append(message)
        texte = normalise(ligne.valeurs.get("motif", ""))
        donnees["motif"] = motifs.get(texte, "")
        if texte and not donnees["motif"]:
            reader.avertissements.append("Motif non reconnu : le motif par défaut est pris.")
        commune, refus = self._commune(ligne.valeurs, donnees["code_postal"] or "", communes)
        if refus:
            reader.motifs.append(refus)
        donnees["commune_id"] = commune.pk if commune else None
        _check_person(donnees, reader, jour)
        return Verdict(
            numero=ligne.numero,
            cle=_key(ligne.valeurs, donnees),
            libelle=f"{ligne.valeurs.get('nom', '')} {ligne.valeurs.get('prenom', '')}".strip(),
            donnees={} if reader.motifs else {k: _plain(v) for k, v in donnees.items()},
            motifs=tuple(reader.motifs),
            avertissements=tuple(reader.avertissements),
        )

    @staticmethod
    def _commune(
        valeurs: Mapping[str, str],
        code_postal: str,
        communes: dict[str, tuple[Commune | None, str]],
    ) -> tuple[Commune | None, str]:
        """The commune of a line, searched once per distinct text of the file."""
        texte = f"{valeurs.get('commune', '')} {code_postal}".strip()
        if texte not in communes:
            nom = valeurs.get("commune", "").strip()
            found = [
                c for c in search_communes(nom or code_postal, limit=10)
                if not code_postal or code_postal in c.codes_postaux or len(code_postal) < 5
            ]  # fmt: skip
            if not texte:
                communes[texte] = (None, "La commune est absente : sans elle, rien ne la couvre.")
            elif not found:
                communes[texte] = (None, f"Commune inconnue : « {texte} ».")
            elif len(found) > 1 and normalise(found[0].nom) != normalise(nom):
                noms = ", ".join(c.libelle for c in found[:4])
                communes[texte] = (None, f"Commune ambiguë « {texte} » : {noms}.")
            else:
                communes[texte] = (found[0], "")
        return communes[texte]

    def apply(
        self, verdict: Verdict, options: Mapping[str, str], perimetre: Perimetre
    ) -> tuple[str, int]:
        """Deposit the saisine of one line through the ordinary act."""
        d = verdict.donnees
        saisine = deposit_saisine(
            perimetre=perimetre,
            donnees=DonneesSaisine(
                convention_id=int(options["convention"]),
                motifs=[d["motif"] or options["motif"]],
                date_saisine=_iso(d["date_saisine"] or "") or perimetre.jour,
                information_menage_le=_iso(options["information_menage_le"]),
                menage=DonneesMenage(
                    personnes=[_to_personne(d)],
                    domicile=DonneesDomicile(
                        adresse=d["adresse"], complement=d["complement"][:120],
                        code_postal=d["code_postal"] or "", commune_id=d["commune_id"],
                    ),
                ),
                logement=DonneesLogement(),
                canal=Canal.FICHIER,
            ),
        )  # fmt: skip
        return OBJET, saisine.pk

    def revert(self, objets: Sequence[tuple[str, int]], perimetre: Perimetre) -> None:
        """Remove the saisines of a batch and the households they created."""
        ids = [pk for _, pk in objets]
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
        for saisine in found:
            menage_id = saisine.menage_id
            for modele in (MotifSaisine, PieceSaisine):
                modele._base_manager.filter(saisine_id=saisine.pk).delete()
            SaisineSociale.objects.unscoped(reason=reason).filter(saisine_id=saisine.pk).delete()
            Saisine.objects.unscoped(reason=reason).filter(pk=saisine.pk).delete()
            if menage_id:
                purge_menage(perimetre=perimetre, menage_id=menage_id)


def _to_personne(d: Mapping[str, Any]) -> DonneesPersonne:
    return DonneesPersonne(
        nom=d["nom"], prenom=d["prenom"], role=RoleMenage.REFERENT,
        civilite=d["civilite"], naissance=_iso(d["naissance"] or ""),
        telephone=d["telephone"] or "", courriel=d["courriel"] or "",
        numero_allocataire=d["numero_allocataire"][:15],
    )  # fmt: skip


def _check_doublons(verdicts: list[Verdict], perimetre: Perimetre) -> list[Verdict]:
    """Refuse a line whose person is surely known, or was on an earlier line; tell of the others."""
    valides = [v for v in verdicts if not v.motifs]
    identites = [identify(_to_personne(v.donnees)) for v in valides]
    lus: dict[tuple[str, date | None], int] = {}
    cles: set[str] = set()
    dits: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for verdict, identite, proches in zip(
        valides, identites, find_doublons_of(perimetre, identites), strict=True
    ):
        motifs, avis = _describe_proches(proches)
        nom = (normalise(f"{identite.nom} {identite.prenom}"), identite.naissance)
        premiere = lus.setdefault(nom, verdict.numero)
        # The same fact twice (the same key) is told by the batch itself.
        if premiere != verdict.numero and verdict.cle not in cles:
            motifs += (f"Même personne que la ligne {premiere}.",)
        cles.add(verdict.cle)
        dits[verdict.numero] = motifs, avis
    return [_add_proches(v, *dits.get(v.numero, ((), ()))) for v in verdicts]


def _describe_proches(
    proches: Sequence[Ressemblance],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why the line is refused, and what the sender is told."""
    phrases = [
        (r.certain, f"{r.appartenance.menage.reference}, {r.appartenance.personne} : {r.texte}")
        for r in proches
    ]
    motifs = tuple(
        f"Personne déjà connue ({texte}). Déposez la saisine depuis son ménage."
        for certain, texte in phrases
        if certain
    )
    avis = tuple(f"Personne peut-être déjà connue ({t})." for certain, t in phrases if not certain)
    return motifs[:1], avis[:3]


def _add_proches(verdict: Verdict, motifs: tuple[str, ...], avis: tuple[str, ...]) -> Verdict:
    return replace(
        verdict,
        donnees={} if motifs else verdict.donnees,
        motifs=verdict.motifs + motifs,
        avertissements=verdict.avertissements + avis,
    )


class _Reader:
    """Reads the cells of a line, keeping every refusal in words."""

    def __init__(self, valeurs: Mapping[str, str]) -> None:
        self.valeurs = valeurs
        self.motifs: list[str] = []
        self.avertissements: list[str] = []

    def read(self, champ: str, parse: Any) -> Any:
        texte = self.valeurs.get(champ, "")
        if not texte.strip():
            return None
        try:
            return parse(texte)
        except ErreurMetier as error:
            if champ in ("telephone", "courriel", "code_postal"):
                self.avertissements.append(f"{error.message} La valeur est laissée de côté.")
            else:
                self.motifs.append(error.message)
            return None


def _check_person(donnees: Mapping[str, Any], reader: _Reader, jour: date) -> None:
    try:
        check_naissance(donnees["naissance"], jour)
        check_composition([Membre(RoleMenage.REFERENT, donnees["naissance"], jour)], jour)
        if donnees["date_saisine"] and donnees["date_saisine"] > jour:
            raise ErreurMetier("La date de la saisine est dans l’avenir.")
    except ErreurMetier as error:
        reader.motifs.append(error.message)


def _key(valeurs: Mapping[str, str], donnees: Mapping[str, Any]) -> str:
    """The sender's identifier when there is one, else who the person is and when they asked."""
    identifiant = valeurs.get("identifiant", "").strip()
    text = identifiant or "|".join(
        [
            normalise(valeurs.get("nom", "")),
            normalise(valeurs.get("prenom", "")),
            str(donnees["naissance"] or ""),
            str(donnees["date_saisine"] or ""),
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _phone(texte: str) -> str:
    """The first telephone of the cell, as people dial it."""
    return parse_telephones(texte)[0].affichage.replace(" ", "")


def _iso(texte: str) -> date | None:
    try:
        return date.fromisoformat(texte)
    except ValueError:
        return None


def _plain(valeur: Any) -> Any:
    return valeur.isoformat() if isinstance(valeur, date) else valeur
