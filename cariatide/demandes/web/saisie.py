"""From the form of a saisine to what the acts take, and from a kept draft back to the form.

A draft keeps the text as typed, so that it survives whatever is wrong in it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from cariatide.demandes.actions import DonneesLogement, DonneesSaisine
from cariatide.demandes.rules import check_dates, check_urgence, list_absences
from cariatide.demandes.web.forms import FormulairePersonne, FormulaireSaisine
from cariatide.menages.actions import DonneesDomicile, DonneesMenage
from cariatide.menages.models import Menage
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Commune
from cariatide.territoire.queries import CommuneAncienne, CommunesAmbigues, resolve_commune

PERSONNES_MAX = 15
_MULTIPLES = ("motifs", "pieces")
_TAILLE_MAX = 20_000  # characters of one field of a draft


class SaisieSaisine:
    """The form as the page shows it: sections, people, the household chosen."""

    def __init__(
        self,
        perimetre: Perimetre,
        donnees: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
        expose: str = "",
    ) -> None:
        self.perimetre = perimetre
        self.is_bound = donnees is not None
        self.avertissement = ""
        self.commune: Commune | None = None
        brut: Mapping[str, Any] = donnees if donnees is not None else (initial or {})
        self.menage = self._find_menage(str(brut.get("menage_id", "") or ""))
        convention = str(brut.get("convention", "") or "")
        if donnees is not None:
            self.form = FormulaireSaisine(donnees, perimetre=perimetre, convention=convention)
            nombre = _count(donnees)
            self.personnes = [FormulairePersonne(donnees, prefix=f"p{i}") for i in range(nombre)]
        else:
            valeurs = {"date_saisine": perimetre.jour.isoformat(), **brut, "expose": expose}
            self.form = FormulaireSaisine(
                initial=valeurs, perimetre=perimetre, convention=convention
            )
            rows = list(brut.get("personnes", [])) or [{"role": "referent"}]
            self.personnes = [
                FormulairePersonne(initial=row, prefix=f"p{i}") for i, row in enumerate(rows)
            ]

    def _find_menage(self, menage_id: str) -> Menage | None:
        """The household chosen, if it is (still) in the perimeter."""
        if not menage_id.isascii() or not menage_id.isdigit():
            return None
        found = Menage.objects.visible_to(self.perimetre).filter(pk=int(menage_id))
        return found.select_related("commune__departement").first()

    # -- people ------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, str]]:
        """The people as typed."""
        return [
            {
                nom: _plain(form.data.get(form.add_prefix(nom), ""))
                if form.is_bound
                else str(form.initial.get(nom, ""))
                for nom in form.fields
            }
            for form in self.personnes
        ]

    def to_brouillon(self, geste: str = "") -> dict[str, Any]:
        """What the draft keeps: fields as typed, people after the gesture (add, remove)."""
        data = self.form.data
        kept: dict[str, Any] = {
            nom: [_plain(v) for v in data.getlist(nom)]
            if nom in _MULTIPLES
            else _plain(data.get(nom, ""))
            for nom in self.form.fields
            if nom != "expose"
        }
        rows = self.rows()
        if geste == "ajouter" and len(rows) < PERSONNES_MAX:
            rows.append({"role": "enfant"})
        if geste.startswith("retirer-") and len(rows) > 1:
            rang = geste.removeprefix("retirer-")
            rows = [r for i, r in enumerate(rows) if str(i) != rang]
        menage_id = "" if geste == "decrire" else (str(self.menage.pk) if self.menage else "")
        if geste.startswith("choisir-"):
            chosen = self._find_menage(geste.removeprefix("choisir-"))
            menage_id = str(chosen.pk) if chosen else ""
            kept["menage_nom"] = chosen.nom_usage if chosen else ""
        elif menage_id and self.menage:
            kept["menage_nom"] = self.menage.nom_usage
        return {**kept, "personnes": rows, "menage_id": menage_id}

    # -- deposit -----------------------------------------------------------------------------

    def is_valid(self) -> bool:
        """The fields read one by one, and what lacks for a deposit: every point at once."""
        valid = self.form.is_valid()
        self._read_commune()
        self._read_absences()
        people = True
        if self.menage is None:
            people = all([form.is_valid() for form in self.personnes])  # noqa: C419  every error
        return valid and people and not self.form.errors

    def _read_commune(self) -> None:
        texte = str(self.form.data.get("commune_saisie", "")).strip()
        if not texte:
            return
        try:
            self.commune, self.avertissement = read_commune(texte)
        except ErreurMetier as erreur:
            self.form.add_error("commune_saisie", erreur.message)

    def _read_absences(self) -> None:
        d = self.form.cleaned_data
        known = self.menage is not None and self.menage.commune_id is not None
        found = list_absences(
            convention=bool(d.get("convention")),
            commune=known or bool(d.get("commune_saisie")),
            motifs=bool(d.get("motifs")),
        )
        checks: tuple[Callable[[], None], ...] = (
            lambda: check_dates(
                d.get("date_saisine") or self.perimetre.jour,
                d.get("information_menage_le"),
                self.perimetre.jour,
            ),
            lambda: check_urgence(d.get("urgence", False), d.get("motif_urgence", "")),
        )
        for check in checks:
            try:
                check()
            except ErreurMetier as erreur:
                found |= erreur.champs
        for champ, phrase in found.items():
            if champ not in self.form.errors:
                self.form.add_error(champ, phrase)

    def to_donnees(self) -> DonneesSaisine:
        """The saisine, once valid."""
        d = self.form.cleaned_data
        return DonneesSaisine(
            convention_id=int(d["convention"]) if d["convention"] else None,
            motifs=d["motifs"],
            date_saisine=d["date_saisine"] or self.perimetre.jour,
            information_menage_le=d["information_menage_le"],
            menage_id=self.menage.pk if self.menage else None,
            menage=None if self.menage else self._to_menage(),
            commune_id=self.commune.pk if self.commune else None,
            logement=DonneesLogement(
                statut_occupation=d["statut_occupation"],
                origine_menage=d["origine_menage"],
                type_logement=d["type_logement"],
                surface=d["surface"],
                loyer=d["loyer"],
                charges=d["charges"],
                bailleur=d["bailleur"],
            ),
            urgence=d["urgence"],
            motif_urgence=d["motif_urgence"],
            demarches=d["demarches"],
            expose=d["expose"],
            pieces_recues=d["pieces"],
            canal=d.get("canal") or "plateforme",
            origine_id=int(d["origine"]) if d.get("origine") else None,
            agent=d.get("agent", ""),
            doublon_confirme=d["doublon_confirme"],
        )

    def _to_menage(self) -> DonneesMenage:
        d = self.form.cleaned_data
        return DonneesMenage(
            personnes=[form.to_personne() for form in self.personnes],
            domicile=DonneesDomicile(
                adresse=d["adresse"],
                complement=d["complement"],
                code_postal=find_code_postal(d["commune_saisie"], self.commune),
                commune_id=self.commune.pk if self.commune else None,
                statut_occupation=d["statut_occupation"],
                origine=d["origine_menage"],
            ),
            telephone=d["telephone"],
            courriel=d["courriel"],
            adresse_protegee=d["adresse_protegee"],
            public_plan=d["public_plan"],
        )

    @property
    def erreurs(self) -> list[tuple[str, str, str]]:
        """Every error as (anchor, label, message), for the summary."""
        found = [("", "", e) for e in self.form.non_field_errors()]
        for field in self.form:
            found += [(field.auto_id, str(field.label), e) for e in field.errors]
        for rang, form in enumerate(self.personnes, 1):
            if form.is_bound and self.menage is None:
                for field in form:
                    label = f"Personne {rang}, {str(field.label).lower()}"
                    found += [(field.auto_id, label, e) for e in field.errors]
        return found


def _plain(texte: Any) -> str:
    """What a draft may hold."""
    return str(texte)[:_TAILLE_MAX]


def _count(donnees: QueryDict) -> int:
    """How many people the page showed."""
    nombre = 0
    while nombre < PERSONNES_MAX and f"p{nombre}-nom" in donnees:
        nombre += 1
    return max(nombre, 1)


def read_commune(texte: str) -> tuple[Commune, str]:
    """The commune of today that the text means, with a warning when it was another one.

    Raises ErreurMetier: unknown, or several answer.
    """
    found = resolve_commune(texte)
    if isinstance(found, CommunesAmbigues):
        raise ErreurMetier(found.avertissement)
    if isinstance(found, CommuneAncienne):
        return found.commune, found.avertissement
    return found.commune, found.avertissement


def describe_commune(texte: str) -> str:
    """What is worth saying of the commune typed in a draft: a former one, one to make precise."""
    if not texte.strip():
        return ""
    try:
        return read_commune(texte)[1]
    except ErreurMetier as erreur:
        return erreur.message


def find_code_postal(texte: str, commune: Commune | None) -> str:
    """The postal code typed when it is one of the commune's, else its only one."""
    if commune is None:
        return ""
    typed = [mot for mot in normalise(texte).split() if mot in commune.codes_postaux]
    if typed:
        return typed[0]
    return commune.codes_postaux[0] if len(commune.codes_postaux) == 1 else ""
