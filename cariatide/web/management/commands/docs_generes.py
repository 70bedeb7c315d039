"""Write the generated pages of docs/, or check that they are those of the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cariatide.web.documentation import build_documents


class Command(BaseCommand):
    help = "Écrit docs/acces.md, actes.md et cycles/*.mmd ; --check échoue s’ils diffèrent du code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare sans écrire")
        parser.add_argument("--dossier", type=Path, default=Path(settings.BASE_DIR) / "docs")

    def handle(self, *args: Any, **options: Any) -> None:
        dossier: Path = options["dossier"]
        documents = build_documents()
        kept = {p.relative_to(dossier).as_posix() for p in (dossier / "cycles").glob("*.mmd")}
        extra = sorted(kept - documents.keys())
        if options["check"]:
            self._check(dossier, documents, extra)
            return
        for nom, texte in documents.items():
            (dossier / nom).parent.mkdir(parents=True, exist_ok=True)
            (dossier / nom).write_text(texte)
        for nom in extra:
            (dossier / nom).unlink()
        self.stdout.write(f"{len(documents)} documents écrits.")

    def _check(self, dossier: Path, documents: dict[str, str], extra: list[str]) -> None:
        different = [
            nom
            for nom, texte in sorted(documents.items())
            if not (dossier / nom).is_file() or (dossier / nom).read_text() != texte
        ]
        if different or extra:
            raise CommandError(
                "Ces documents ne sont pas à jour : "
                + ", ".join([*different, *extra])
                + ". Lancez « manage.py docs_generes »."
            )
        self.stdout.write("Les documents générés sont à jour.")
