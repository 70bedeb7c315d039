from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "cariatide.journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        # Models are importable only now: the one place where an import is not at the top.
        from cariatide.journal.actions import record_lecture
        from cariatide.socle.pages.routes import consigne_lecture

        if record_lecture not in consigne_lecture:
            consigne_lecture.append(record_lecture)
