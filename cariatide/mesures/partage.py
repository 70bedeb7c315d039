"""What may be shared of the accompaniment: measures as facts, validated writings part by part."""

from django.db.models import QuerySet

from cariatide.conformite.ports import Item
from cariatide.mesures.models import (
    Bilan,
    BilanContenu,
    DiagnosticSocial,
    DiagnosticSocialContenu,
    Mesure,
)
from cariatide.mesures.statuts import BILAN_VALIDE, VIVANTES, StatutDiagnostic
from cariatide.socle.dates import format_date
from cariatide.socle.perimetre import Niveau, Perimetre

ECRITS_MAX = 3
_DIAGNOSTICS = (
    StatutDiagnostic.VALIDE, StatutDiagnostic.TRANSMIS, StatutDiagnostic.SUITES_DONNEES
)  # fmt: skip
_RUBRIQUES_DIAGNOSTIC = (
    "composition", "ressources", "logement", "souhaits", "capacites", "preconisations",
)  # fmt: skip
_RUBRIQUES_BILAN = ("evolution", "actions_menees", "difficultes", "conclusion")


class ItemsDesMesures:
    """Port `conformite.partageables`; health (level C) is never one of them."""

    def list_items(self, perimetre: Perimetre, menage_id: int) -> list[Item]:
        found = [
            _measure(m)
            for m in Mesure.objects.visible_to(perimetre)
            .filter(menage_id=menage_id, statut__in=VIVANTES)
            .select_related("operateur", "referent")
            .order_by("pk")
        ]
        diagnostics = DiagnosticSocial.objects.visible_to(perimetre).filter(
            menage_id=menage_id, statut__in=_DIAGNOSTICS
        )
        bilans = Bilan.objects.visible_to(perimetre).filter(
            menage_id=menage_id, statut__in=BILAN_VALIDE
        )
        found += _list_rubriques(
            "Diagnostic social", "diagnostic", _RUBRIQUES_DIAGNOSTIC, diagnostics,
            DiagnosticSocialContenu.objects.visible_to(perimetre),
        )  # fmt: skip
        return found + _list_rubriques(
            "Bilan", "bilan", _RUBRIQUES_BILAN, bilans,
            BilanContenu.objects.visible_to(perimetre),
        )  # fmt: skip


def _measure(mesure: Mesure) -> Item:
    lignes = [
        ("Mesure", f"{mesure.get_dispositif_display()} ({mesure.reference})"),
        ("État", mesure.get_statut_display()),
        ("Opérateur", str(mesure.operateur)),
        ("Référent", str(mesure.referent or "")),
        ("Début", format_date(mesure.debut) if mesure.debut else ""),
        ("Fin prévue", format_date(mesure.fin_prevue) if mesure.fin_prevue else ""),
    ]
    return Item(
        f"mesure-{mesure.pk}", "Accompagnement", f"Mesure {mesure.reference}", Niveau.FACTUEL,
        tuple(ligne for ligne in lignes if ligne[1]),
    )  # fmt: skip


def _list_rubriques(
    nom: str,
    lien: str,
    rubriques: tuple[str, ...],
    ecrits: QuerySet[Bilan] | QuerySet[DiagnosticSocial],
    contenus: QuerySet[BilanContenu] | QuerySet[DiagnosticSocialContenu],
) -> list[Item]:
    """One element a written part of the latest validated writings."""
    dates = dict(ecrits.order_by("-valide_le", "-pk").values_list("pk", "valide_le")[:ECRITS_MAX])
    found = []
    for contenu in contenus.filter(**{f"{lien}__in": list(dates)}).order_by("-pk"):
        pk = getattr(contenu, f"{lien}_id")
        for champ in rubriques:
            libelle = str(contenu._meta.get_field(champ).verbose_name)  # type: ignore[union-attr]
            if texte := getattr(contenu, champ).strip():
                titre = f"{nom} du {format_date(dates[pk])} : {libelle}"
                lignes = ((libelle[:1].upper() + libelle[1:], texte),)
                found.append(Item(f"{lien}-{pk}-{champ}", nom, titre, Niveau.SOCIAL, lignes))
    return found
