"""Letters of decision a second and core: the product's engine, and WeasyPrint on the same letter.

One process, one thread: what a worker does with the letters of a session. Each letter has its own
text, so that nothing is kept from one to the next.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape

from cariatide.documents.contextes.base import Destinataire, EnTete, Signature
from cariatide.documents.contextes.courriers import NotificationDecision
from cariatide.documents.modeles import find_modele
from cariatide.documents.moteur import to_donnees

LETTRES = 300
LETTRES_RIVAL = 12

_MODELE = NotificationDecision(
    en_tete=EnTete(
        organisation="Département du banc",
        service="Service logement",
        adresse=("1 place du Banc", "59000 LILLE"),
        telephone="03 00 00 00 00",
    ),
    reference="DOC-2026-00001",
    etabli_le=date(2026, 11, 22),
    lieu="Lille",
    destinataire=Destinataire(lignes=("Madame Banc", "1 rue du Lac", "59600 MAUBEUGE")),
    objet="Décision du groupe de pilotage",
    civilite="Madame",
    signature=Signature(qualite="La présidente", nom="Manon Siège"),
    suivi_par="Dora Michel, 03 00 00 00 01",
    instance="Groupe de pilotage",
    seance_le=date(2026, 11, 20),
    dossier_reference="S-2026-00001",
    menage="votre ménage",
    sens="Orientation vers un relogement",
    axe="relogement",
    motif="Le logement que vous occupez ne peut pas être rendu décent par des travaux d’un coût "
    "raisonnable. Sa surface est insuffisante pour quatre personnes.",
    conditions=("Dépôt ou renouvellement de la demande de logement social.",),
    suites=("Une travailleuse sociale prendra contact avec vous avant la fin du mois.",),
    copies=("Service social départemental",),
)
_PAGE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{objet}</title><style>
@page {{ size: A4; margin: 20mm }} body {{ font: 10.5pt/1.4 serif; text-align: justify }}
h1 {{ font-size: 10.8pt }} h2 {{ font-size: 11.2pt }} header {{ width: 83mm; float: left }}
address {{ margin: 34mm 0 14mm 83mm; font-style: normal }} .cadre {{ border: 1pt solid #333;
padding: 3mm }} .signature {{ margin-left: 83mm }}</style></head><body>
<header><strong>{organisation}</strong><br>{service}<br>{adresse}<br>{telephone}<p>Nos réf. :
{reference}<br>Suivi par : {suivi_par}</p></header><address>{lignes}</address>
<p class="signature">{lieu}, le {etabli_le}</p><h1>Objet : {objet}</h1><p>{civilite},</p>
<p>La situation de {menage}, enregistrée sous le numéro {dossier}, a été examinée en séance le
{seance_le} par l’instance « {instance} ». Je vous fais connaître la décision prise.</p>
<p class="cadre">Décision : <strong>{sens}</strong><br>Axe : {axe}</p>
<h2>Motif de la décision</h2><p>{motif}</p><h2>Condition</h2><ul>{conditions}</ul>
<h2>Suites données</h2><ul>{suites}</ul><p>{formule}</p><p class="signature">{qualite}<br>{nom}</p>
<p>Copie à : {copies}</p></body></html>"""


def build_lettre(rang: int) -> NotificationDecision:
    """Its own number, addressee and reason."""
    nom = f"Madame Banc-{rang}"
    return replace(
        _MODELE,
        reference=f"DOC-2026-{rang:05d}",
        dossier_reference=f"S-2026-{rang:05d}",
        destinataire=Destinataire(lignes=(nom, f"{rang} rue du Lac", "59600 MAUBEUGE")),
        motif=f"{_MODELE.motif} Dossier examiné en {rang}e position.",
    )


def _html(lettre: NotificationDecision) -> str:
    d = to_donnees(lettre)
    items = {
        nom: "".join(f"<li>{escape(t)}</li>" for t in d[nom]) for nom in ("conditions", "suites")
    }
    return _PAGE.format(
        **items,
        **{nom: escape(d[nom]) for nom in (
            "objet", "reference", "suivi_par", "lieu", "civilite", "menage", "instance", "sens",
            "axe", "motif", "formule")},
        organisation=escape(d["en_tete"]["organisation"]), service=escape(d["en_tete"]["service"]),
        adresse="<br>".join(map(escape, d["en_tete"]["adresse"])),
        telephone=escape(d["en_tete"]["telephone"]),
        lignes="<br>".join(map(escape, d["destinataire"]["lignes"])),
        etabli_le=d["etabli_le"]["texte"], seance_le=d["seance_le"]["long"],
        dossier=escape(d["dossier_reference"]), qualite=escape(d["signature"]["qualite"]),
        nom=escape(d["signature"]["nom"]), copies=escape(" ; ".join(d["copies"])),
    )  # fmt: skip


def _rate(render: Callable[[NotificationDecision], bytes], nombre: int) -> float:
    """Letters a second of processor, every thread of the engine counted."""
    for rang in range(3):
        assert render(build_lettre(90_000 + rang)).startswith(b"%PDF")
    start = time.process_time()
    for rang in range(nombre):
        render(build_lettre(rang))
    return nombre / (time.process_time() - start)


def run() -> None:
    """Print both rates and their ratio; without the rival's libraries, say so and go on."""
    modele = find_modele("notification_decision")
    ours = _rate(lambda lettre: modele.render(lettre), LETTRES)
    print(f"\nlettres : produit {ours:.0f} par seconde et par cœur (PDF/UA-1, PDF/A-2a)")
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        print(f"  WeasyPrint n’a pas pu être chargé sur cette machine ({error}) : pas de rapport.")
        return
    rival = _rate(
        lambda lettre: weasyprint.HTML(string=_html(lettre)).write_pdf(pdf_variant="pdf/ua-1"),
        LETTRES_RIVAL,
    )
    print(
        f"  WeasyPrint {rival:.1f} par seconde et par cœur (PDF/UA-1), rapport {ours / rival:.1f}"
    )
