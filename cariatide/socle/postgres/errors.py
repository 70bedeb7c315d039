"""The one exception of the embedded server: its text is French and says what to do."""


class PostgresError(RuntimeError):
    """The embedded PostgreSQL cannot do what was asked; ``str()`` is shown to a person as it is."""
