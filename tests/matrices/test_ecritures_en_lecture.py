"""GET writes nothing: the few that do are named here, and the database refuses the others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import InternalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from cariatide.journal.models import Battement
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.routes import AccesAuxRoutes, route
from cariatide.web.documentation import list_routes
from tests.distribution import Monde
from tests.matrices.routes import add_role, list_adresses

# Sign-in call-backs: the library rotates the session, axes counts the failures.
ECRIVENT = {
    "account_change_password",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_from_key",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}
# Beside the page, each in its own short transaction: the journal of reads, the session's activity.
A_COTE = ("journal_consultation", "comptes_sessionouverte", "axes_", "comptes_utilisateur")


def test_la_liste_est_nommee() -> None:
    ecrivent = {r.nom for r in list_routes() if r.acces and r.acces.ecrit}
    assert ecrivent == ECRIVENT


def write(request: HttpRequest) -> HttpResponse:
    Battement.objects.create(travailleur="essai", vu_le=timezone.now())
    return HttpResponse("écrit")


def run(monde: Monde, vue: Callable[..., HttpResponse], methode: str) -> Any:
    request = getattr(RequestFactory(), methode)("/essai/")
    request.user = monde.alice
    request.perimetre = monde.perimetre("alice")
    return AccesAuxRoutes(lambda r: HttpResponse()).process_view(request, vue, (), {})


@pytest.mark.django_db
@pytest.mark.parametrize("methode", ["get", "head"])
def test_une_lecture_qui_ecrit_est_refusee_par_la_base(monde: Monde, methode: str) -> None:
    with pytest.raises(InternalError, match="read-only"):
        run(monde, route(connecte=True)(write), methode)
    assert not Battement.objects.filter(travailleur="essai").exists()


@pytest.mark.django_db
def test_une_lecture_nommee_et_un_envoi_ecrivent(monde: Monde) -> None:
    assert run(monde, route(connecte=True, ecrit=True)(write), "get").content.decode() == "écrit"
    Battement.objects.all().delete()
    assert run(monde, route(connecte=True)(write), "post").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.TRAVAILLEUR_SOCIAL, Role.SECRETARIAT, Role.CHARGE_DU_PLAN])
def test_aucune_page_n_essaie_d_ecrire(role: Role, monde: Monde, client_de: Any) -> None:
    """Every page runs READ ONLY, and none sends a write that the database would refuse."""
    utilisateur = add_role(role, monde.operateur)
    ecrites: list[str] = []
    en_cours = {"route": ""}

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        texte = str(sql).lstrip().upper()
        if texte.startswith(("INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE")) and not any(
            table in str(sql) for table in A_COTE
        ):
            ecrites.append(f"{en_cours['route']} : {str(sql)[:120]}")
        return execute(sql, params, many, context)

    with client_de(utilisateur) as c, connection.execute_wrapper(watch):
        for une, adresse in list_adresses():
            acces = une.acces
            assert acces is not None
            if not acces.ecrit and (not acces.roles or role.value in acces.roles):
                en_cours["route"] = une.nom
                c.get(adresse)
    assert not ecrites, "\n".join(ecrites)
