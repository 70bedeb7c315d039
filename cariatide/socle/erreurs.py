"""Errors that the domain raises and the pages explain, in French, without a trace."""

from collections.abc import Mapping


class ErreurMetier(Exception):
    """A refused act: the message is shown to the person as it is."""

    def __init__(self, message: str, champs: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.champs = dict(champs or {})


class ActeRefuse(ErreurMetier):
    """The state, the role or a guard refuses the act (409 on a page)."""


class Introuvable(ErreurMetier):
    """Absent, or outside the perimeter: both answer 404, so that nothing leaks."""


class ConflitDeVersion(ErreurMetier):
    """Somebody else wrote in between: the second writer gets both versions back."""
