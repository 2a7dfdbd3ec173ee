"""What is done with records of people, gathered: each verb is one transaction of the centre.

Locks: a person's record comes before the number series; two records are taken in the order of
their ids.
"""

from odsc_counter.people.consents import note_consent
from odsc_counter.people.merging import OneRecord, PersonAndBusiness, merge, moves_along
from odsc_counter.people.records import edit, for_application

__all__ = [
    "OneRecord",
    "PersonAndBusiness",
    "edit",
    "for_application",
    "merge",
    "moves_along",
    "note_consent",
]
