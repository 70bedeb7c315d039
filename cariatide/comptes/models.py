"""People who sign in, and the drafts of what they were typing."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.module_loading import import_string

from cariatide.socle.chiffrement import JSONChiffre
from cariatide.socle.perimetre import Niveau


class GestionnaireUtilisateur(BaseUserManager["Utilisateur"]):
    """Accounts are created by invitation (partenaires.actions) or by a command."""

    def create_user(self, email: str, password: str | None = None, **champs: Any) -> "Utilisateur":
        utilisateur = self.model(email=self.normalize_email(email).lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def get_by_natural_key(self, email: str | None) -> "Utilisateur":
        return self.get(email__iexact=email)


class Utilisateur(AbstractBaseUser):
    """One person with one e-mail address; rights come from mandates, never from the account."""

    email = models.EmailField("adresse électronique", max_length=254, unique=True)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    is_active = models.BooleanField("actif", default=True)
    desactive_le = models.DateTimeField("désactivé le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GestionnaireUtilisateur()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["prenom", "nom"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="utilisateur_email_unique",
                violation_error_message="Un compte existe déjà avec cette adresse électronique.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=True, desactive_le__isnull=True)
                | models.Q(is_active=False, desactive_le__isnull=False),
                name="utilisateur_inactif_date",
                violation_error_message="Un compte désactivé porte la date de sa désactivation.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_complet

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}".strip()


class IdentiteFederee(models.Model):
    """Who a person is for an identity provider: its own number, and nothing else it says of them.

    One person may have several: ProConnect numbers a person once per identity provider.
    """

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE)
    emetteur = models.CharField("émetteur", max_length=300)
    sujet = models.CharField("identifiant chez l’émetteur", max_length=255)
    liee_le = models.DateTimeField("liée le", auto_now_add=True)

    class Meta:
        verbose_name = "identité fédérée"
        verbose_name_plural = "identités fédérées"
        constraints = [
            models.UniqueConstraint(fields=["emetteur", "sujet"], name="identite_federee_une_fois")
        ]

    def __str__(self) -> str:
        return f"{self.emetteur} {self.sujet}"


class Brouillon(models.Model):
    """What a person typed in a form not sent yet: it survives a lost session or network.

    Encrypted: a form of level C leaves here the very text that its own table encrypts.
    """

    niveau_du_contenu = Niveau.CONFIDENTIEL  # whatever a form may hold; its author alone reads it
    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE)
    cle = models.CharField(max_length=120)
    donnees = JSONChiffre(default=dict)
    modifie_le = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "cle"], name="brouillon_un_par_formulaire"
            )
        ]

    def __str__(self) -> str:
        return self.cle


class SessionOuverte(AbstractBaseSession):
    """A session and whose it is (plain id: it outlives no account); device and times are inside."""

    utilisateur_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")
