"""Filters of the lists, the reason of a hold, what an exceptional access asks."""

from django import forms

from cariatide.conformite.statuts import Conservation, Droit, NaturePurge, StatutDemande
from cariatide.socle.pages.formulaires import ChampDate, Formulaire


class FiltresConservation(Formulaire):
    etat = forms.ChoiceField(
        label="Conservation",
        required=False,
        choices=[
            ("", "Au terme"),
            (Conservation.BIENTOT, "Au terme dans les six mois"),
            (Conservation.GELEE, "Gelée"),
            (Conservation.ARCHIVEE, "En archive intermédiaire"),
        ],
    )
    reference = forms.CharField(label="Référence du ménage", required=False, max_length=20)


class FormulaireGel(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="La procédure ou la demande qui le justifie, sans détail du dossier. "
        "Le motif reste au journal.",
    )


class FiltresPurges(Formulaire):
    nature = forms.ChoiceField(
        label="Nature", required=False, choices=[("", "Toutes"), *NaturePurge.choices]
    )


class FormulairePurge(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Pour une archive : le besoin légal ou probatoire qui la justifie. "
        "Le motif figure au procès-verbal ; ne nommez personne.",
    )


class FormulaireConfirmation(Formulaire):
    recopie = forms.CharField(
        label="Référence de la purge",
        max_length=20,
        help_text="Recopiez la référence affichée au-dessus du titre.",
    )


class FormulaireVide(Formulaire):
    pass


class FormulaireRetour(Formulaire):
    contact_le = ChampDate(label="Date du nouveau contact")
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce qui ramène le ménage, sans détail du dossier.",
    )


class FiltresExceptions(Formulaire):
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), ("en_cours", "En cours")]
    )
    reference = forms.CharField(label="Référence du ménage", required=False, max_length=20)


class FormulaireException(Formulaire):
    reference = forms.CharField(
        label="Référence du ménage", max_length=20, help_text="Par exemple M-2026-00042."
    )
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui justifie de lire ce dossier : une plainte, un contrôle, une demande de "
        "la personne. L’organisation qui tient le dossier le lira.",
    )
    heures = forms.IntegerField(label="Durée, en heures", min_value=1, initial=1)


class FiltresDroits(Formulaire):
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "À répondre"),
            *[e for e in StatutDemande.choices if e[0] != StatutDemande.RECUE],
            ("toutes", "Toutes"),
        ],
    )
    droit = forms.ChoiceField(label="Droit", required=False, choices=[("", "Tous"), *Droit.choices])


class FormulaireDemande(Formulaire):
    droit = forms.ChoiceField(label="Droit exercé", choices=Droit.choices)
    recue_le = ChampDate(label="Demande reçue le")
    menage = forms.CharField(label="Référence du ménage", max_length=20)
    nom = forms.CharField(label="Nom de la personne", max_length=80)
    prenom = forms.CharField(label="Prénom", max_length=80)
    identite = forms.CharField(
        label="Comment l’identité est vérifiée",
        max_length=200,
        help_text="La pièce vue, sans en garder de copie.",
    )
    demande = forms.CharField(
        label="Ce qui est demandé", max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class FormulaireReponse(Formulaire):
    sens = forms.ChoiceField(
        label="Suite donnée",
        choices=[
            (StatutDemande.REPONDUE, "Il est fait droit à la demande, en tout ou partie"),
            (StatutDemande.REJETEE, "La demande est rejetée"),
        ],
    )
    reponse = forms.CharField(
        label="Réponse faite à la personne",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Un rejet dit pourquoi, et rappelle la réclamation possible auprès de la CNIL.",
    )


class FormulaireRectification(Formulaire):
    nom = forms.CharField(label="Nom", max_length=80, required=False)
    prenom = forms.CharField(label="Prénom", max_length=80, required=False)
    naissance = ChampDate(label="Date de naissance", required=False)
    telephone = forms.CharField(label="Téléphone", max_length=20, required=False)
    courriel = forms.EmailField(label="Courriel", required=False)
    numero_allocataire = forms.CharField(
        label="Numéro d’allocataire", max_length=15, required=False
    )
    motif = forms.CharField(
        label="Motif",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Le justificatif vu. Le motif figure au parcours du ménage.",
    )
