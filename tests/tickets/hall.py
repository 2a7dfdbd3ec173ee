"""A small hall: one centre, one service, counters with a clerk at each."""

import uuid
from dataclasses import dataclass
from typing import Any

from odsc_counter.accounts.models import User
from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import operations, profiles
from odsc_counter.tickets.models import Counter, Ticket
from tests.world import a_centre, a_service, a_user, counters_of


@dataclass
class Hall:
    """What a test of tickets works with."""

    centre: Centre
    service: int
    counters: list[Counter]
    clerks: list[User]

    def issue(self, number: int) -> list[Ticket]:
        """So many people take a number. The centre's scope must be set."""
        return [operations.issue(self.centre, self.service) for _person in range(number)]

    def call(self, place: int) -> Ticket | None:
        """The clerk at the counter of that place calls the next person."""
        return operations.call_next(self.centre, self.counters[place].id, self.clerks[place].id)


def give_groups(counter: Counter, *group_ids: uuid.UUID) -> None:
    """Let a counter call people of these groups alone. The centre's scope must be set."""
    profile = profiles.save_profile(
        None,
        name_lo=f"ປ່ອງ {counter.number}",
        name_en="",
        rules=[profiles.NewRule(1, group_id=group_id) for group_id in group_ids],
        helps_others=False,
    )
    profiles.give_profile(counter.id, profile.id)


def a_hall(code: str = "LA0101", counters: int = 2, **rules: Any) -> Hall:
    """A hall whose counters are all taken; `rules` as for a centre."""
    centre = a_centre(code, counters, **rules)
    service = a_service(centre, "MOPS-04")
    clerks = [
        a_user(f"clerk-{code}-{n}", language="en", counter_staff=centre) for n in range(counters)
    ]
    places = counters_of(centre)
    with centre_scope(centre.id):
        for counter, clerk in zip(places, clerks, strict=True):
            operations.claim_counter(counter.id, clerk.id)
    return Hall(centre, service.id, places, clerks)
