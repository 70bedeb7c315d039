"""Judgement of the lines of a partner's file of saisines: nothing is written here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cariatide.demandes.queries import (
    find_communes_couvertes,
    list_conventions_ouvertes,
    list_motifs,
)
from cariatide.echanges.ports import LigneLue, Verdict
from cariatide.menages.actions import DonneesPersonne
from cariatide.menages.doublons import Ressemblance, find_doublons_of, identify
from cariatide.menages.rules import Membre, check_composition, check_naissance
from cariatide.menages.statuts import RoleMenage
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.identifiants import parse_code_postal, parse_email, parse_telephones
from cariatide.socle.tableurs.valeurs import parse_date, parse_date_naissance, parse_nom
from cariatide.territoire.models import Commune
from cariatide.territoire.recherche import find_communes_exactes, search_communes

CIVILITES = {
    "m": "monsieur", "mr": "monsieur", "monsieur": "monsieur", "h": "monsieur",
    "homme": "monsieur", "masculin": "monsieur", "mme": "madame", "madame": "madame",
    "f": "madame", "femme": "madame", "feminin": "madame", "mlle": "madame",
}  # fmt: skip


class VerificateurSaisines:
    """Judges the lines of one file; what the file repeats is looked up once."""

    def __init__(self, options: Mapping[str, str], perimetre: Perimetre) -> None:
        self.perimetre = perimetre
        self._convention_id = int(options["convention"])
        self._motifs = {normalise(m.libelle): m.code for m in list_motifs(perimetre.jour)}
        self._communes: dict[str, tuple[Commune | None, str]] = {}
        self._refus: dict[int, str] = {}
        self._vues: dict[tuple[str, date | None], int] = {}
        self._cles: set[str] = set()

    def check(self, lignes: Sequence[LigneLue]) -> list[Verdict]:
        """Values, composition, territory, people already known."""
        self._read_communes(lignes)
        return self._check_doublons([self._check_line(ligne) for ligne in lignes])

    def _check_doublons(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """Refuse a line whose person is surely known, or was on an earlier line; tell of others."""
        valides = [v for v in verdicts if not v.motifs]
        identites = [identify(to_personne(v.donnees)) for v in valides]
        dits: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for verdict, identite, proches in zip(
            valides, identites, find_doublons_of(self.perimetre, identites), strict=True
        ):
            motifs, avis = _describe_proches(proches)
            nom = (normalise(f"{identite.nom} {identite.prenom}"), identite.naissance)
            premiere = self._vues.setdefault(nom, verdict.numero)
            # The same fact twice (the same key) is told by the batch itself.
            if premiere != verdict.numero and verdict.cle not in self._cles:
                motifs += (f"Même personne que la ligne {premiere}.",)
            self._cles.add(verdict.cle)
            dits[verdict.numero] = motifs, avis
        return [_add_proches(v, *dits.get(v.numero, ((), ()))) for v in verdicts]

    def _check_line(self, ligne: LigneLue) -> Verdict:
        reader = _Reader(ligne.valeurs)
        donnees = _read_values(ligne.valeurs, reader)
        texte = normalise(ligne.valeurs.get("motif", ""))
        donnees["motif"] = self._motifs.get(texte, "")
        if texte and not donnees["motif"]:
            reader.avertissements.append("Motif non reconnu : le motif par défaut est pris.")
        commune = self._check_commune(ligne.valeurs, donnees["code_postal"] or "", reader)
        donnees["commune_id"] = commune.pk if commune else None
        _check_person(donnees, reader, self.perimetre.jour)
        return Verdict(
            numero=ligne.numero,
            cle=_key(ligne.valeurs, donnees),
            libelle=f"{ligne.valeurs.get('nom', '')} {ligne.valeurs.get('prenom', '')}".strip(),
            donnees={} if reader.motifs else {k: _plain(v) for k, v in donnees.items()},
            motifs=tuple(reader.motifs),
            avertissements=tuple(reader.avertissements),
        )

    def _read_communes(self, lignes: Sequence[LigneLue]) -> None:
        """Look up at once the places that these lines name exactly, and the territory asked for."""
        lieux = {_lieu(ligne.valeurs) for ligne in lignes}
        found = find_communes_exactes(
            lieu for lieu in lieux if " ".join(lieu).strip() not in self._communes
        )
        for (nom, code), commune in found.items():
            self._communes[f"{nom} {code}".strip()] = commune, ""
        ids = {commune.pk for commune in found.values()} - set(self._refus)
        for pk in find_communes_couvertes(self._convention_id, self.perimetre.jour, ids):
            self._refus[pk] = ""

    def _check_commune(
        self, valeurs: Mapping[str, str], code_postal: str, reader: "_Reader"
    ) -> Commune | None:
        """The commune of a line, searched once per distinct text of the file."""
        nom = valeurs.get("commune", "").strip()
        texte = f"{nom} {code_postal}".strip()
        if texte not in self._communes:
            self._communes[texte] = _find_commune(nom, code_postal, texte)
        commune, refus = self._communes[texte]
        if commune is not None and not refus:
            refus = self._find_refus(commune)
        if refus:
            reader.motifs.append(refus)
        return commune

    def _find_refus(self, commune: Commune) -> str:
        """Why the agreement asked for does not cover that commune; empty when it does."""
        if commune.pk not in self._refus:
            covers = list_conventions_ouvertes(self.perimetre.jour, commune.pk)
            covered = covers.filter(pk=self._convention_id).exists()
            self._refus[commune.pk] = (
                "" if covered else f"Le dispositif demandé ne couvre pas {commune.libelle}."
            )
        return self._refus[commune.pk]


def _lieu(valeurs: Mapping[str, str]) -> tuple[str, str]:
    """Name and postal code of a line, as `_check_commune` reads them."""
    reader = _Reader(valeurs)
    return valeurs.get("commune", "").strip(), reader.read("code_postal", _postcode) or ""


def _find_commune(nom: str, code_postal: str, texte: str) -> tuple[Commune | None, str]:
    found = [
        c for c in search_communes(nom or code_postal, limit=10)
        if not code_postal or code_postal in c.codes_postaux or len(code_postal) < 5
    ]  # fmt: skip
    if not texte:
        return None, "La commune est absente : sans elle, rien ne la couvre."
    if not found:
        return None, f"Commune inconnue : « {texte} »."
    if len(found) > 1 and normalise(found[0].nom) != normalise(nom):
        noms = ", ".join(c.libelle for c in found[:4])
        return None, f"Commune ambiguë « {texte} » : {noms}."
    return found[0], ""


def _read_values(valeurs: Mapping[str, str], reader: "_Reader") -> dict[str, Any]:
    donnees: dict[str, Any] = {
        "nom": reader.read("nom", parse_nom),
        "prenom": reader.read("prenom", parse_nom),
        "naissance": reader.read("naissance", parse_date_naissance),
        "telephone": reader.read("telephone", _phone),
        "courriel": reader.read("courriel", parse_email),
        "code_postal": reader.read("code_postal", _postcode),
        "date_saisine": reader.read("date_saisine", parse_date),
    }
    for nom in ("adresse", "complement", "numero_allocataire"):
        donnees[nom] = valeurs.get(nom, "")[:200]
    civilite = normalise(valeurs.get("civilite", ""))
    donnees["civilite"] = CIVILITES.get(civilite, "non_precisee")
    for nom, message in (("nom", "Le nom est vide."), ("prenom", "Le prénom est vide.")):
        if not valeurs.get(nom, "").strip():
            reader.motifs.append(message)
    return donnees


def to_personne(d: Mapping[str, Any]) -> DonneesPersonne:
    """The person of a line, as the act takes it."""
    return DonneesPersonne(
        nom=d["nom"], prenom=d["prenom"], role=RoleMenage.REFERENT,
        civilite=d["civilite"], naissance=_birth(d),
        telephone=d["telephone"] or "", courriel=d["courriel"] or "",
        numero_allocataire=d["numero_allocataire"][:15],
    )  # fmt: skip


def _birth(d: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(d["naissance"]) if d["naissance"] else None


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


def _postcode(texte: str) -> str:
    return parse_code_postal(texte).valeur


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


def _plain(valeur: Any) -> Any:
    return valeur.isoformat() if isinstance(valeur, date) else valeur
