from django.urls import path

from cariatide.bareme.web import views

app_name = "bareme"

urlpatterns = [
    path("baremes/", views.baremes, name="baremes"),
    path("baremes/<str:code>/fixer/", views.fixer, name="fixer"),
]
