"""A note names colleagues of the centre, who can then be told; nobody else is named."""

import uuid

import pytest
from sqlalchemy import select

from odsc_counter.applications import remarks
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.events import Event
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.platform.work import reading
from tests.monitoring.records import Hall
from tests.world import a_centre, a_service, a_user


@pytest.fixture
def hall(database: Database) -> Hall:
    centre = a_centre("LA0101")
    return Hall(centre, a_service(centre))


def told(hall: Hall) -> list[dict[str, object]]:
    with reading() as session:
        return list(session.scalars(select(Event.data).where(Event.verb == remarks.MENTION)))


def test_a_note_names_people_of_the_centre_who_are_told(hall: Hall) -> None:
    lead, clerk = a_user("a.lead", lead_clerk=hall.centre), a_user("b", counter_staff=hall.centre)
    officer = a_user("c-officer", ministry_officer=hall.centre)
    file = hall.apply()
    words = "ເບິ່ງໃຫ້ແດ່ @c-officer ແລະ @a.lead, ຂຽນຫາ x@b.la"
    with centre_scope(hall.centre.id):
        assert {one.id for one in remarks.colleagues(hall.centre)} >= {lead.id, clerk.id}
        note = remarks.say(hall.centre, file.id, words, to_citizen=False)
        named = remarks.mentions(file.id)[note.id]
        assert {one.id for one in named} == {lead.id, officer.id}
        assert told(hall) == [{"users": [lead.id, officer.id], "remark": str(note.id)}]
        shown = remarks.with_names(note.words, named, "lo")
    assert shown == f"ເບິ່ງໃຫ້ແດ່ @{officer.name_lo} ແລະ @{lead.name_lo}, ຂຽນຫາ x@b.la"


def test_nobody_of_another_centre_is_named(hall: Hall) -> None:
    a_user("stranger", counter_staff=a_centre("LA0102"))
    file = hall.apply()
    with centre_scope(hall.centre.id):
        for words in ("ຂໍຖາມ @stranger ແດ່", "ຂໍຖາມ @nobody.here ແດ່"):
            with pytest.raises(InvalidInput):
                remarks.say(hall.centre, file.id, words, to_citizen=False)
        assert remarks.remarks(file.id) == []


def test_a_message_to_the_citizen_names_nobody(hall: Hall) -> None:
    a_user("a.lead", lead_clerk=hall.centre)
    file = hall.apply()
    with centre_scope(hall.centre.id):
        remarks.say(hall.centre, file.id, "ຂໍເຊີນມາ @a.lead", to_citizen=True)
        assert remarks.mentions(file.id) == {}
        assert told(hall) == []
        assert remarks.mentions(uuid.uuid4()) == {}
