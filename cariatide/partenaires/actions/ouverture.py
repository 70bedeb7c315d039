"""The first account of a new service: nobody is there yet to invite its administrator."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from cariatide.comptes.models import Utilisateur
from cariatide.journal.actions import record_evenement
from cariatide.partenaires.actions.commun import ORGANISATION, clean_coordonnees, refuse
from cariatide.partenaires.actions.organisations import DonneesOrganisation, clean_organisation
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import perimetre_systeme


@transaction.atomic
def open_service(
    *,
    organisation: DonneesOrganisation,
    courriel: str,
    prenom: str,
    nom: str,
    mot_de_passe: str,
    jour: date,
) -> Utilisateur:
    """Create the first organisation and its technical administrator; refused once there is one."""
    in_office = Mandat.objects.filter(
        en_vigueur(jour), role=Role.ADMINISTRATEUR_TECHNIQUE, utilisateur__is_active=True
    )
    if in_office.exists():
        raise ActeRefuse(
            "Ce service a déjà un administrateur technique : demandez-lui une invitation."
        )
    adresse = clean_coordonnees({"courriel": courriel})["courriel"]
    if not (adresse and prenom.strip() and nom.strip()):
        raise refuse("nom", "Indiquez l’adresse, le prénom et le nom de l’administrateur.")
    if Utilisateur.objects.filter(email__iexact=adresse).exists():
        raise refuse("courriel", "Un compte existe déjà avec cette adresse.")
    personne = Utilisateur(email=adresse, prenom=prenom.strip(), nom=nom.strip())
    try:
        validate_password(mot_de_passe, personne)
    except ValidationError as erreur:
        raise refuse("mot_de_passe", " ".join(erreur.messages)) from erreur
    creee = Organisation.objects.create(**clean_organisation(organisation, None), du=jour)
    utilisateur = Utilisateur.objects.create_user(
        adresse, mot_de_passe, prenom=personne.prenom, nom=personne.nom
    )
    Mandat.objects.create(
        utilisateur=utilisateur, organisation=creee, role=Role.ADMINISTRATEUR_TECHNIQUE, du=jour
    )
    record_evenement(
        "service.ouvert",
        perimetre=perimetre_systeme("ouverture du service", jour),
        objet_type=ORGANISATION,
        objet_id=creee.pk,
        libelle=creee.nom,
        apres={"administrateur": utilisateur.pk},
    )
    return utilisateur
