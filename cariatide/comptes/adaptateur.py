"""How allauth behaves here: no open sign-up, one page after sign-in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adaptateur(DefaultAccountAdapter):
    """Accounts exist by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
