"""Pages of resolutions and minutes: the way through them, forms that keep words, who gets in."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from odsc_counter.accounts import passwords
from odsc_counter.accounts.models import User
from odsc_counter.committees import minutes_paper, resolution_queries
from odsc_counter.committees.models import CommitteeMember, Meeting, Resolution
from odsc_counter.platform.tenancy import area_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.committees.test_resolutions import DECISIONS, SIMPLE, Room, a_room
from tests.pages import a_desk, an_app
from tests.world import a_unit, a_user

PASSWORD = "a long enough one"
TEXTS = {
    "title_lo": "ຫົວຂໍ້ມະຕິ", "text_lo": "ເນື້ອໃນ\nສອງແຖວ", "title_en": "Title of it",
    "proposer_name": "ກະຊວງ",
}  # fmt: skip


@dataclass
class Office:
    """A committee of LA01 in session, with its secretary at a desk."""

    app: Flask
    room: Room
    secretary: User
    desk: FlaskClient

    @property
    def meeting(self) -> str:
        return f"/a/LA01/meetings/{self.room.meeting.id}"

    def resolutions(self) -> list[Resolution]:
        with area_scope(self.room.unit.id), reading() as session:
            return list(session.scalars(select(Resolution).order_by(Resolution.number)))


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    app = an_app(database_url, tmp_path)
    room = a_room()
    secretary = a_user("secretary", language="en", committee_secretary=room.unit)
    kept = passwords.hash_password(PASSWORD)
    with reference_scope(), unit_of_work() as work:
        work.session.execute(update(User).where(User.id == secretary.id).values(password_hash=kept))
    yield Office(app, room, secretary, a_desk(app, secretary))
    app.extensions["database"].dispose()


def test_from_the_proposal_to_the_signed_paper(office: Office) -> None:
    desk = office.desk
    assert "Propose" in desk.get(f"{office.meeting}/resolutions/new").text
    made = desk.post(f"{office.meeting}/resolutions", data=TEXTS)
    assert made.status_code == 303
    page = desk.get(made.location).text
    assert "Resolution 1/2026-LA01" in page and "3 of 5 members are present" in page
    decided = desk.post(
        f"{made.location}/decide",
        data={"decision": "amend", "amended_lo": "ປັບປຸງແລ້ວ", "way": "vote", "votes_for": "2",
              "votes_against": "1", "votes_abstained": "0"},
    )  # fmt: skip
    assert decided.status_code == 303
    page = desk.get(made.location).text
    assert "Confirmed with amendments" in page and "2 for, 1 against, 0 abstained" in page
    draft = desk.get(f"{office.meeting}/minutes?draft=1").text
    assert "ກອງປະຊຸມໄດ້ໄຂຂຶ້ນ" in draft and "1/2026-LA01" in draft
    with area_scope(office.room.unit.id):
        point = resolution_queries.agenda_of(office.room.meeting)[0]
    written = desk.post(
        f"{office.meeting}/minutes",
        data={"minutes_lo": "ທົ່ວໄປ", f"discussion_lo-{point.id}": "ສົນທະນາ"},
    )
    assert written.status_code == 303
    assert "ສົນທະນາ" in desk.get(f"{office.meeting}/minutes").text
    assert desk.get(f"{office.meeting}/minutes.pdf").data.startswith(b"%PDF")
    office.room.end()
    assert "Member 1" not in desk.get(f"{office.meeting}/sign").text  # Lao names sign
    signed = desk.post(
        f"{office.meeting}/sign",
        data={"chair_name": "ທ. ປະທານ", "secretary_name": "ນ. ເລຂາ", "own_password": PASSWORD},
    )
    assert signed.status_code == 303
    page = desk.get(f"{office.meeting}/minutes").text
    assert "Signed off" in page and "textarea" not in page
    listed = desk.get("/a/LA01/resolutions").text
    assert "1/2026-LA01" in listed and "Title of it" in listed
    table = desk.get("/a/LA01/resolutions.csv")
    assert "ປັບປຸງແລ້ວ" in table.text and table.mimetype == "text/csv"
    (resolution,) = office.resolutions()
    assert "ປັບປຸງແລ້ວ" in desk.get(
        f"/a/LA01/decisions/{office.room.unit.id}/{resolution.id}"
    ).text  # fmt: skip


@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_page_in_both_languages(office: Office, language: str) -> None:
    room = office.room
    open_one = room.propose()
    done = room.decide(room.propose(), DECISIONS["amend"])
    put_off = room.decide(room.propose(), DECISIONS["defer"])
    with reference_scope(), unit_of_work() as work:
        work.session.get_one(User, office.secretary.id).language = language
    desk = a_desk(office.app, office.secretary, language)
    wanted = {"lo": "ມະຕິ", "en": "Resolution"}[language]
    for path in (
        *(f"/a/LA01/resolutions/{one.id}" for one in (open_one, done, put_off)),
        f"/a/LA01/resolutions/{open_one.id}/words", "/a/LA01/resolutions",
        f"{office.meeting}/minutes", f"{office.meeting}/resolutions/new",
        f"{office.meeting}/sign",
    ):  # fmt: skip
        page = desk.get(path)
        assert page.status_code == 200, path
        assert wanted in page.text, path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title_lo": ""}, "Required."),
        ({"proposer_name": ""}, "Choose the member who proposes it"),
        ({"goes_down": "y"}, "Write a day after the meeting."),
        ({"acknowledge_by": "yesterday"}, "Not a valid date"),
        ({"proposer_id": str(uuid.uuid4())}, "Not a valid choice"),
        ({"proposer_id": "x"}, "Invalid Choice"),
    ],
)
def test_a_refused_proposal_keeps_its_words(
    office: Office, change: dict[str, str], says: str
) -> None:
    for address in (
        f"{office.meeting}/resolutions",
        f"/a/LA01/resolutions/{office.room.propose().id}/words",
    ):
        before = len(office.resolutions())
        page = office.desk.post(address, data={**TEXTS, **change})
        assert page.status_code == 422
        assert says in page.text
        assert "ສອງແຖວ" in page.text and "Title of it" in page.text
        assert len(office.resolutions()) == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"decision": "amend", "amended_lo": ""}, "Write the text as it was amended."),
        ({"decision": "reject"}, "Write why."),
        ({"way": "vote", "votes_for": "4"}, "only 3 members are present"),
        ({"way": "vote", "votes_against": "2"}, "The votes say otherwise"),
        ({"way": "vote", "votes_for": "-1"}, "Number must be between"),
        ({"way": "vote"}, "Write how many voted."),
        ({"decision": "maybe"}, "Not a valid choice"),
    ],
)
def test_a_refused_decision_keeps_its_words(
    office: Office, typed: dict[str, str], says: str
) -> None:
    made = office.room.propose()
    page = office.desk.post(
        f"/a/LA01/resolutions/{made.id}/decide",
        data={"decision": "confirm", "way": "consensus", "amended_en": "kept words", **typed},
    )
    assert page.status_code == 422
    assert says in page.text and "kept words" in page.text
    assert office.room.now(made).state == "proposed"


def test_a_sign_off_takes_the_secretarys_own_password(office: Office) -> None:
    office.room.decide(office.room.propose(), DECISIONS["confirm"])
    office.room.end()
    names = {"chair_name": "ທ. ປະທານ", "secretary_name": "ນ. ເລຂາ", "secretary_post": "kept post"}
    for typed, says in (
        ({}, "Required."), ({"own_password": "wrong"}, "This is not your password."),
        ({"own_password": PASSWORD, "chair_name": ""}, "Required."),
    ):  # fmt: skip
        page = office.desk.post(f"{office.meeting}/sign", data={**names, **typed})
        assert page.status_code == 422
        assert says in page.text and "kept post" in page.text
    assert office.desk.post(
        f"{office.meeting}/sign", data={**names, "own_password": PASSWORD}
    ).status_code == 303  # fmt: skip
    again = office.desk.post(f"{office.meeting}/sign", data={**names, "own_password": PASSWORD})
    assert again.status_code == 409


def test_minutes_that_come_too_late_are_shown_again(office: Office) -> None:
    office.room.decide(office.room.propose(), DECISIONS["confirm"])
    office.room.end()
    office.room.sign()
    page = office.desk.post(f"{office.meeting}/minutes", data={"minutes_lo": "late words"})
    assert page.status_code == 409


# -- who gets in


def test_from_above_and_beside_only_what_is_signed_is_there(office: Office) -> None:
    room = office.room
    done = room.decide(room.propose(), DECISIONS["confirm"])
    deferred = room.decide(room.propose(), DECISIONS["defer"])
    nation, beside, below = a_unit("LA"), a_unit("LA02"), a_unit("LA0101")
    people = {
        "LA": a_user("national", committee_secretary=nation),
        "LA02": a_user("beside", committee_secretary=beside),
        "LA0101": a_user("below", committee_secretary=below),
    }
    desks = {code: a_desk(office.app, user) for code, user in people.items()}

    def statuses(resolution: Resolution) -> dict[str, list[int]]:
        return {
            code: [
                desk.get(f"/a/{code}/decisions/{room.unit.id}/{resolution.id}").status_code,
                desk.get(f"/a/{code}/resolutions/{resolution.id}").status_code,
                desk.get(f"/a/LA01/resolutions/{resolution.id}").status_code,
                desk.get(f"{office.meeting}/minutes").status_code,
                desk.get(f"{office.meeting}/minutes.pdf").status_code,
                desk.get(f"/a/{code}/meetings/{room.meeting.id}/minutes").status_code,
            ]
            for code, desk in desks.items()
        }

    nothing = dict.fromkeys(desks, [404] * 6)
    assert statuses(done) == statuses(deferred) == nothing
    room.end()
    room.sign()
    assert statuses(deferred) == nothing
    assert statuses(done) == {**nothing, "LA": [200, *[404] * 5]}
    assert "1/2026-LA01" in desks["LA"].get("/a/LA/resolutions").text
    assert "2/2026-LA01" not in desks["LA"].get("/a/LA/resolutions.csv").text
    assert "1/2026-LA01" not in desks["LA02"].get("/a/LA02/resolutions").text


def test_a_member_reads_and_only_the_secretary_writes(office: Office) -> None:
    made = office.room.propose()
    member = a_desk(office.app, a_user("member", language="en", committee_member=office.room.unit))
    page = member.get(f"/a/LA01/resolutions/{made.id}").text
    assert "The committee has not decided yet." in page and "/decide" not in page
    for path in ("words", "decide", "reopen"):
        assert member.post(f"/a/LA01/resolutions/{made.id}/{path}").status_code == 404
    for path in ("resolutions", "minutes", "sign"):
        assert member.post(f"{office.meeting}/{path}").status_code == 404


# -- the paper


def words_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(content))
    return " ".join(page.get_textpage().get_text_range() for page in document)


def test_the_paper_is_made_of_what_was_signed(office: Office) -> None:
    room = office.room
    room.decide(
        room.propose(replace(SIMPLE, proposer_id=room.members[1].id, title_en="The subject")),
        DECISIONS["amend"],
    )
    with area_scope(room.unit.id):
        early = words_of(minutes_paper.minutes_pdf(room.unit, room.meeting, "en"))
    assert "Draft, not signed" in early and "Head of office 2" in early
    room.end()
    signed = room.sign()
    with area_scope(room.unit.id), unit_of_work() as work:
        member = work.session.get_one(CommitteeMember, (room.unit.id, room.members[0].id))
        member.name_en = "Changed since"
    with area_scope(room.unit.id):
        with reading() as session:
            meeting = session.get_one(Meeting, (room.unit.id, signed.id))
        english = words_of(minutes_paper.minutes_pdf(room.unit, meeting, "en"))
        lao = words_of(minutes_paper.minutes_pdf(room.unit, meeting))
    assert "Draft" not in english and "Changed since" not in english and "Member 1" in english
    assert "Confirmed with amendments" in english and "The subject" in english
    assert meeting.signed_hash in english.replace("\r\n", "").replace("\n", "")
    assert "1/2026-LA01" in lao
