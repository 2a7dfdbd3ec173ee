"""Who is expected in the days to come: hours for appointments, and places that are taken."""

import random
from datetime import date, timedelta

from odsc_counter.accounts.models import User
from odsc_counter.catalogue.queries import OfferedRow
from odsc_counter.demo.history import POPULAR
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.tickets import appointments, slot_plans, slots
from odsc_counter.tickets.slot_plans import Hours

SERVICES = 3
MORNING = Hours(8 * 60 + 30, 11 * 60 + 30, 30, 3)
AFTERNOON = Hours(13 * 60 + 30, 15 * 60 + 30, 30, 2)
DAYS_AHEAD = 6
TAKEN_SHARE = 0.4


def book_ahead(
    centre: Centre, manager: User, rows: list[OfferedRow], today: date, rng: random.Random
) -> None:
    """Set up hours for the services that most people come for, and let people book.

    Needs the centre's scope and the clock of the demonstration's last moment.
    """
    wanted = sorted(rows, key=lambda row: -POPULAR.get(row.service.code, 0))[:SERVICES]
    with acting_as(Actor(manager.name_lo, manager.id)):
        for row in wanted:
            for hours in (MORNING, AFTERNOON):
                slot_plans.add_plans(row.service.id, slot_plans.WORKING_WEEKDAYS, hours, today)
    with acting_as(Actor("hall")):
        for row in wanted:
            for ahead in range(DAYS_AHEAD):
                _fill(centre, row.service.id, today + timedelta(days=ahead), rng)


def _fill(centre: Centre, service_id: int, day: date, rng: random.Random) -> None:
    for slot in slots.slots_of_day(centre, day, service_id):
        for _place in range(slot.places):
            if rng.random() < TAKEN_SHARE and slot.at > clock.now():
                phone = f"020 5{rng.randrange(10**7):07}"
                appointments.book(centre, slot.plan_id, slot.at, phone=phone)
