"""What a higher app does when an organisation takes over from another one."""

from datetime import date
from typing import Protocol

from cariatide.socle.ports import Registre


class Reprise(Protocol):
    """An app whose rows belong to an organisation and must follow its successor."""

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        """What was open the day before `le` belongs to the new one from `le` on; how many rows.

        What ended before stays under the old name. Runs in the transaction of the succession.
        """


reprises: Registre[Reprise] = Registre("Reprises par l’organisation qui succède")
