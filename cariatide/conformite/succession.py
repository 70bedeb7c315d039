"""Sharings follow the organisation that succeeds another one."""

from datetime import date

from cariatide.conformite.actions import hand_over_partages


class RepriseDesPartages:
    """Port `partenaires.reprises`: what was shared stays read, until its term."""

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        return hand_over_partages(ancienne_id=ancienne_id, nouvelle_id=nouvelle_id, le=le)
