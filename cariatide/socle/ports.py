"""A typed registry: the only way for a lower app to reach what a higher one knows."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registre(Generic[T]):
    """Implementations of one port, by code; filled by AppConfig.ready(), read at run time."""

    def __init__(self, nom: str) -> None:
        self.nom = nom
        self._entries: dict[str, T] = {}

    def register(self, code: str, implementation: T) -> None:
        known = self._entries.get(code)
        if (
            known is not None
            and known != implementation
            and type(known) is not type(implementation)
        ):
            raise ValueError(f"{self.nom} : « {code} » est déjà pris.")
        self._entries[code] = implementation

    def get(self, code: str) -> T:
        try:
            return self._entries[code]
        except KeyError:
            raise LookupError(f"{self.nom} : « {code} » n’est pas enregistré.") from None

    def find(self, code: str) -> T | None:
        return self._entries.get(code)

    def items(self) -> list[tuple[str, T]]:
        return sorted(self._entries.items())

    def __iter__(self) -> Iterator[T]:
        return iter(implementation for _, implementation in self.items())

    def __contains__(self, code: object) -> bool:
        return code in self._entries
