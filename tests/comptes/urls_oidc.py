"""The addresses of a service where an identity provider is set."""

from django.urls import include, path

from cariatide.comptes.web.urls import fournisseur
from config import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("", include((fournisseur, "oidc"))), *urls.urlpatterns]
