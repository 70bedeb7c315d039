"""Instances with their dated composition, sessions, agenda, decisions.

A session holds no household's data: it is a date, a place and people who sit. The cases are in
Passage, read through the links of their household (written for the members, J−7 to J+30).
"""

from cariatide.commission.models.agenda import AvisMembre, Decision, Passage
from cariatide.commission.models.instances import Instance, MembreInstance, RegleQuorum
from cariatide.commission.models.seances import Presence, Seance

__all__ = [
    "AvisMembre",
    "Decision",
    "Instance",
    "MembreInstance",
    "Passage",
    "Presence",
    "RegleQuorum",
    "Seance",
]
