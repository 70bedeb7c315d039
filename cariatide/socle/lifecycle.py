"""A table of states and transitions, checked at import and run by the only assignment of `statut`.

Closed by default: a transition says who may do it (roles, and whose organisation) and its guards.
`evaluate` tells a page which acts are open and why the others are refused; `apply` does one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import TextChoices

from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

Garde = Callable[[Any, "Contexte"], str | None]


class CycleInvalide(ValueError):
    """The table itself is wrong: found at import, never at run time."""


@dataclass(frozen=True)
class Contexte:
    """What a guard may read beside the object: who, when, and the values given with the act."""

    perimetre: Perimetre
    jour: date
    donnees: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Transition:
    """One act: from which states, to which one, by whom, under which conditions.

    roles: roles of the mandate used. Empty means that only the system applies it.
    organisation: given the object, the ids of the organisations one of which must be that of the
    mandate; None lets any organisation through (the access condition already chose the objects).
    gardes: each returns None, or the French sentence that says why the act is refused.
    """

    nom: str
    libelle: str
    sources: frozenset[str]
    cible: str
    roles: frozenset[str]
    gardes: tuple[Garde, ...] = ()
    organisation: Callable[[Any], Iterable[int]] | None = None


@dataclass(frozen=True)
class Evaluation:
    """An act as a page shows it: open, or refused with the reason."""

    transition: Transition
    motif: str | None

    @property
    def is_open(self) -> bool:
        return self.motif is None


class Lifecycle:
    """The life of one kind of object."""

    def __init__(
        self,
        nom: str,
        statuts: type[TextChoices],
        *,
        initial: str,
        finaux: Iterable[str],
        transitions: Iterable[Transition],
    ) -> None:
        self.nom = nom
        self.statuts = statuts
        self.initial = str(initial)
        self.finaux = frozenset(str(f) for f in finaux)
        self.transitions = {t.nom: t for t in transitions}
        self._check(list(transitions))

    def _check(self, transitions: list[Transition]) -> None:
        values = {str(v) for v in self.statuts.values}
        if len(self.transitions) != len(transitions):
            raise CycleInvalide(f"{self.nom} : deux transitions du même nom")
        for t in transitions:
            unknown = (t.sources | {t.cible}) - values
            if unknown:
                raise CycleInvalide(f"{self.nom}.{t.nom} : états inconnus {sorted(unknown)}")
        reached, frontier = {self.initial}, [self.initial]
        while frontier:
            state = frontier.pop()
            for t in transitions:
                if state in t.sources and t.cible not in reached:
                    reached.add(t.cible)
                    frontier.append(t.cible)
        if values - reached:
            raise CycleInvalide(f"{self.nom} : états inatteignables {sorted(values - reached)}")
        dead = {v for v in values if not any(v in t.sources for t in transitions)}
        if dead != self.finaux:
            raise CycleInvalide(f"{self.nom} : impasses non déclarées {sorted(dead ^ self.finaux)}")

    def evaluate(self, objet: Any, ctx: Contexte) -> Iterator[Evaluation]:
        """Acts that leave from the object's state, each with the reason when it is refused.

        Those that no mandate of the person would ever open are left out: the page is not theirs.
        """
        for transition in self.transitions.values():
            if objet.statut in transition.sources and self._concerns(transition, objet, ctx):
                yield Evaluation(transition, self.refusal(transition, objet, ctx))

    def _concerns(self, transition: Transition, objet: Any, ctx: Contexte) -> bool:
        return (
            not transition.roles
            or ctx.perimetre.utilisateur_id is None
            or self.find_mandat(transition, objet, ctx) is not None
        )

    def refusal(self, transition: Transition, objet: Any, ctx: Contexte) -> str | None:
        """Why this act is refused now, or None."""
        if objet.statut not in transition.sources:
            label = self.statuts(objet.statut).label
            return f"« {transition.libelle} » n’est pas possible dans l’état « {label} »."
        if self.find_mandat(transition, objet, ctx) is None and not self._is_system(
            transition, ctx
        ):
            return f"Votre rôle ne permet pas l’acte « {transition.libelle} »."
        for garde in transition.gardes:
            motif = garde(objet, ctx)
            if motif:
                return motif
        return None

    @staticmethod
    def _is_system(transition: Transition, ctx: Contexte) -> bool:
        return not transition.roles and ctx.perimetre.utilisateur_id is None

    @staticmethod
    def find_mandat(transition: Transition, objet: Any, ctx: Contexte) -> MandatEnVigueur | None:
        """The mandate that this act would use."""
        if transition.organisation is None:
            return ctx.perimetre.find_mandat(transition.roles)
        for organisation_id in transition.organisation(objet):
            mandat = ctx.perimetre.find_mandat(transition.roles, organisation_id)
            if mandat:
                return mandat
        return None

    def apply(self, objet: Any, nom: str, ctx: Contexte) -> MandatEnVigueur | None:
        """Assign the target state after every check; the caller saves, journals and notifies.

        Returns the mandate used (None for the system). Raises ActeRefuse with the reason.
        """
        transition = self.transitions[nom]
        motif = self.refusal(transition, objet, ctx)
        if motif:
            raise ActeRefuse(motif)
        objet.statut = transition.cible
        return self.find_mandat(transition, objet, ctx)

    def to_mermaid(self) -> str:
        """The diagram kept in docs/cycles, compared in CI."""
        lines = ["stateDiagram-v2", f"  [*] --> {self.initial}"]
        lines += [f"  {v} : {self.statuts(v).label}" for v in self.statuts.values]
        for t in self.transitions.values():
            lines += [f"  {s} --> {t.cible} : {t.libelle}" for s in sorted(t.sources)]
        lines += [f"  {f} --> [*]" for f in sorted(self.finaux)]
        return "\n".join(lines) + "\n"
