"""Resolutions: proposed, decided as in the workshop's form, numbered, corrected by later ones."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from odsc_counter.committees import lifecycle, resolution_queries, resolution_words, resolutions
from odsc_counter.committees import signing as deeds
from odsc_counter.committees.models import CommitteeMember, Meeting, Resolution
from odsc_counter.committees.resolution_errors import (
    AgainstTheVote,
    MinutesClosed,
    NoQuorum,
    NothingToSign,
    TooManyVotes,
    Undecided,
)
from odsc_counter.committees.resolutions import Ballot, Decision, Proposal
from odsc_counter.committees.signing import Signer
from odsc_counter.places.models import Unit
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged, DomainError, InvalidInput, NotFound
from odsc_counter.platform.events import AreaEvent
from odsc_counter.platform.tenancy import area_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.committees.builders import a_committee, a_meeting
from tests.pages import a_request
from tests.world import a_unit

SIMPLE = Proposal("ຫົວຂໍ້", "ເນື້ອໃນຂອງມະຕິ", proposer_name="ກະຊວງພາຍໃນ")
CHAIR, SECRETARY = Signer("ທ. ປະທານ", "ເຈົ້າແຂວງ"), Signer("ນ. ເລຂາ", "ຫົວໜ້າຫ້ອງການ")
BY_VOTE = Ballot("vote", 2, 1, 0)
DECISIONS = {
    "confirm": Decision("confirm"),
    "amend": Decision("amend", amended_lo="ເນື້ອໃນທີ່ປັບປຸງ", amended_en="Amended"),
    "defer": Decision("defer", reason="ລໍຖ້າຂໍ້ມູນ"),
    "reject": Decision("reject", reason="ບໍ່ເໝາະສົມ"),
}


@dataclass
class Room:
    """A committee of five of LA01 that sits with three of them."""

    unit: Unit
    members: list[CommitteeMember]
    meeting: Meeting

    def propose(self, proposal: Proposal = SIMPLE) -> Resolution:
        with area_scope(self.unit.id), a_request():
            return resolutions.propose(self.unit, self.meeting.id, proposal)

    def decide(self, resolution: Resolution, decision: Decision) -> Resolution:
        with area_scope(self.unit.id), a_request():
            return resolutions.decide(self.unit, resolution.id, decision)

    def end(self) -> None:
        with area_scope(self.unit.id), unit_of_work() as work:
            meeting = work.session.get_one(Meeting, (self.unit.id, self.meeting.id))
            work.change(meeting, lifecycle.MEETING, "end")

    def sign(self) -> Meeting:
        with area_scope(self.unit.id), a_request():
            return deeds.sign(self.unit, self.meeting.id, CHAIR, SECRETARY)

    def meet_again(self) -> None:
        self.meeting = a_meeting(self.unit, present=self.members[:3])

    def now(self, resolution: Resolution) -> Resolution:
        with area_scope(self.unit.id), reading() as session:
            return session.get_one(Resolution, (self.unit.id, resolution.id))


def a_room(code: str = "LA01", present: int = 3) -> Room:
    a_unit("LA")
    unit = a_unit(code)
    members = a_committee(unit)
    return Room(unit, members, a_meeting(unit, present=members[:present]))


@pytest.fixture
def room(database: Database) -> Room:
    return a_room()


# -- the lifecycle, turned round


ALLOWED = {
    ("reword", "proposed"), ("confirm", "proposed"), ("amend", "proposed"),
    ("defer", "proposed"), ("reject", "proposed"), ("reopen", "confirmed"),
    ("reopen", "amended"), ("reopen", "deferred"), ("reopen", "rejected"),
}  # fmt: skip
LEADS_TO = {
    "reword": "proposed", "confirm": "confirmed", "amend": "amended", "defer": "deferred",
    "reject": "rejected", "reopen": "proposed",
}  # fmt: skip


def _brought_to(room: Room, state: str) -> Resolution:
    made = room.propose()
    verb = next((verb for verb, target in LEADS_TO.items() if target == state), "")
    return made if state == "proposed" else room.decide(made, DECISIONS[verb])


def _do(room: Room, verb: str, made: Resolution) -> Any:
    with area_scope(room.unit.id), a_request():
        if verb == "reword":
            return resolutions.reword(room.unit, made.id, SIMPLE)
        if verb == "reopen":
            return resolutions.reopen(room.unit, made.id)
    return room.decide(made, DECISIONS[verb])


def test_every_verb_in_every_state(room: Room) -> None:
    for state in ("proposed", "confirmed", "amended", "deferred", "rejected"):
        for verb, target in LEADS_TO.items():
            made = _brought_to(room, state)
            if (verb, state) in ALLOWED:
                assert _do(room, verb, made).state == target, (verb, state)
            else:
                with pytest.raises(AlreadyChanged):
                    _do(room, verb, made)
            assert room.now(made).state == (target if (verb, state) in ALLOWED else state)


@pytest.mark.parametrize("state", [lifecycle.PLANNED, lifecycle.INVITED, lifecycle.CALLED_OFF])
def test_nothing_is_proposed_outside_of_a_meeting(room: Room, state: str) -> None:
    room.meeting = a_meeting(room.unit, state, present=room.members[:3])
    with pytest.raises(MinutesClosed):
        room.propose()


def test_after_the_meeting_it_may_still_be_written_down(room: Room) -> None:
    room.end()
    assert room.decide(room.propose(), DECISIONS["amend"]).amended_lo == "ເນື້ອໃນທີ່ປັບປຸງ"


def test_a_decision_taken_back_leaves_nothing_but_its_event(room: Room) -> None:
    made = room.decide(room.propose(), replace(DECISIONS["reject"], ballot=Ballot("vote", 1, 2, 0)))
    with area_scope(room.unit.id):
        reopened = resolutions.reopen(room.unit, made.id)
        with reading() as session:
            events = session.scalars(
                select(AreaEvent)
                .where(AreaEvent.subject_id == str(made.id))
                .order_by(AreaEvent.seq)
            ).all()
    assert (reopened.way, reopened.votes_for, reopened.reason) == ("", None, "")
    assert [event.verb for event in events] == ["propose", "reject", "reopen"]
    assert events[1].data["votes_against"] == 2
    assert events[1].data["reason"] == "ບໍ່ເໝາະສົມ"


# -- what a proposal needs


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title_lo": " "}, "title_lo"),
        ({"text_lo": ""}, "text_lo"),
        ({"proposer_name": ""}, "proposer_name"),
        ({"goes_down": True}, "acknowledge_by"),
        ({"goes_down": True, "acknowledge_by": date(2026, 11, 25)}, "acknowledge_by"),
        ({"corrects_id": uuid.uuid4()}, "corrects_id"),
    ],
)
def test_a_proposal_says_what_it_must(room: Room, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        room.propose(replace(SIMPLE, **change))
    assert set(refused.value.fields) == {field}


def test_the_proposer_is_a_member_with_a_post(room: Room) -> None:
    made = room.propose(replace(SIMPLE, proposer_id=room.members[1].id))
    assert made.proposer_name == "ທ. ສະມາຊິກ 2, ຫົວໜ້າຫ້ອງການ 2"
    with pytest.raises(NotFound):
        room.propose(replace(SIMPLE, proposer_id=uuid.uuid4()))
    other = a_room("LA02")
    with pytest.raises(NotFound):
        room.propose(replace(SIMPLE, proposer_id=other.members[0].id))


def test_a_point_of_another_meeting_is_no_point_of_this(room: Room) -> None:
    with area_scope(room.unit.id):
        item = resolution_queries.agenda_of(room.meeting)[0]
    assert room.propose(replace(SIMPLE, agenda_item_id=item.id)).agenda_item_id == item.id
    room.meet_again()
    with pytest.raises(NotFound):
        room.propose(replace(SIMPLE, agenda_item_id=item.id))


# -- votes and quorum


@pytest.mark.parametrize(
    ("verb", "votes", "error"),
    [
        ("confirm", (2, 1, 0), None),
        ("confirm", (1, 1, 1), None),  # the chair decides
        ("confirm", (1, 2, 0), AgainstTheVote),
        ("amend", (0, 1, 2), AgainstTheVote),
        ("reject", (1, 1, 0), None),
        ("reject", (2, 1, 0), AgainstTheVote),
        ("defer", (2, 0, 0), None),
        ("confirm", (3, 0, 1), TooManyVotes),
        ("reject", (0, 4, 0), TooManyVotes),
        ("confirm", (0, 0, 0), InvalidInput),
        ("confirm", (3, -1, 0), InvalidInput),
    ],
)
def test_the_arithmetic_of_a_vote(
    room: Room, verb: str, votes: tuple[int, int, int], error: type[DomainError] | None
) -> None:
    made = room.propose()
    decision = replace(DECISIONS[verb], ballot=Ballot("vote", *votes))
    if error is not None:
        with pytest.raises(error):
            room.decide(made, decision)
        assert room.now(made).state == "proposed"
        return
    decided = room.decide(made, decision)
    assert (decided.votes_for, decided.votes_against, decided.votes_abstained) == votes


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision("amend"), "amended_lo"),
        (Decision("defer", reason=" "), "reason"),
        (Decision("reject"), "reason"),
    ],
)
def test_a_decision_says_what_it_must(room: Room, decision: Decision, field: str) -> None:
    made = room.propose()
    with pytest.raises(InvalidInput) as refused:
        room.decide(made, decision)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(("present", "may"), [(0, False), (2, False), (3, True), (5, True)])
def test_two_of_five_decide_nothing(database: Database, present: int, may: bool) -> None:
    room = a_room(present=present)
    made = room.propose()
    if may:
        assert room.decide(made, DECISIONS["confirm"]).state == "confirmed"
        return
    for decision in DECISIONS.values():
        with pytest.raises(NoQuorum) as refused:
            room.decide(made, decision)
    assert refused.value.details == {"present": present, "seats": 5, "needed": 3}


# -- numbers


def test_numbers_run_without_gap_per_committee_and_year(room: Room) -> None:
    with pytest.raises(InvalidInput):
        room.propose(replace(SIMPLE, title_lo=""))
    first, second = room.propose(), room.propose()
    assert [resolution_words.label(one, room.unit) for one in (first, second)] == [
        "1/2026-LA01", "2/2026-LA01",
    ]  # fmt: skip
    other = a_room("LA02")
    assert resolution_words.label(other.propose(), other.unit) == "1/2026-LA02"


def test_two_at_once_get_two_numbers(room: Room) -> None:
    with ThreadPoolExecutor(2) as pool:
        made = list(
            pool.map(lambda context: context.run(room.propose), [copy_context() for _ in "12"])
        )
    assert {one.number for one in made} == {1, 2}


# -- the sign-off


def test_what_is_undecided_or_empty_is_not_signed(room: Room) -> None:
    with pytest.raises(MinutesClosed):
        room.sign()  # still in session
    room.end()
    with pytest.raises(NothingToSign):
        room.sign()
    made = room.propose()
    with pytest.raises(Undecided) as refused:
        room.sign()
    assert refused.value.details == {"labels": "1/2026-LA01"}
    room.decide(made, DECISIONS["confirm"])
    assert room.sign().state == "signed"
    with pytest.raises(MinutesClosed):
        room.sign()


@pytest.mark.parametrize("_round", range(3))
def test_nothing_is_added_while_it_is_signed(room: Room, _round: int) -> None:
    room.decide(room.propose(), DECISIONS["confirm"])
    room.end()

    def attempt(deed: Callable[[], object]) -> object:
        try:
            return deed()
        except (MinutesClosed, Undecided) as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        signed, proposed = pool.map(attempt, [room.sign, room.propose])
    outcomes = isinstance(signed, Undecided), isinstance(proposed, MinutesClosed)
    assert outcomes in {(False, True), (True, False)}


def test_a_later_resolution_corrects_a_signed_one(room: Room) -> None:
    first = room.decide(room.propose(), DECISIONS["confirm"])
    deferred = room.decide(room.propose(), DECISIONS["defer"])
    room.end()
    with pytest.raises(InvalidInput):  # not signed yet
        room.propose(replace(SIMPLE, corrects_id=first.id))
    room.sign()
    for deed in ("reword", "reopen", "reject"):
        with pytest.raises(MinutesClosed):
            _do(room, deed, first)
    room.meet_again()
    with pytest.raises(InvalidInput):  # never in force
        room.propose(replace(SIMPLE, corrects_id=deferred.id))
    later = room.decide(
        room.propose(replace(SIMPLE, corrects_id=first.id)), DECISIONS["amend"]
    )  # fmt: skip
    with area_scope(room.unit.id):
        (shown,) = resolution_queries.in_force()
        assert (shown.resolution.id, shown.corrected_by) == (first.id, [])
    room.end()
    room.sign()
    with area_scope(room.unit.id):
        newest, oldest = resolution_queries.in_force()
        assert newest.resolution.id == later.id
        assert [one.id for one in oldest.corrected_by] == [later.id]


# -- who sees what


def test_drafts_and_unsigned_decisions_are_seen_at_their_own_seat_alone(
    database: Database,
) -> None:
    rooms = {code: a_room(code) for code in ("LA", "LA01", "LA02")}
    district = a_room("LA0101")
    rooms["LA0101"] = district
    held = {
        state: _brought_to(district, state)
        for state in ("proposed", "confirmed", "amended", "deferred", "rejected")
    }

    def seen() -> dict[str, tuple[set[str], set[str]]]:
        found = {}
        for code, room in rooms.items():
            with area_scope(room.unit.id), a_request():
                listed = {row.resolution.id for row in resolution_queries.in_force()}
                opened, owned = set(), set()
                for state, made in held.items():
                    for kept, look in (
                        (opened, lambda key: resolution_queries.decision(district.unit.id, key)),
                        (owned, lambda key: resolution_queries.own(room.unit, key)),  # noqa: B023 - used here and now
                    ):
                        try:
                            look(made.id)
                            kept.add(state)
                        except NotFound:
                            pass
                assert listed == {held[state].id for state in opened}
            found[code] = opened, owned
        return found

    every = set(held)
    assert seen() == {
        "LA": (set(), set()), "LA01": (set(), set()), "LA02": (set(), set()),
        "LA0101": (set(), every),
    }  # fmt: skip
    district.decide(held["proposed"], DECISIONS["reject"])
    district.end()
    district.sign()
    in_force = {"confirmed", "amended"}
    assert seen() == {
        "LA": (in_force, set()), "LA01": (in_force, set()), "LA02": (set(), set()),
        "LA0101": (in_force, every),
    }  # fmt: skip


def test_a_seat_does_nothing_with_another_ones_resolutions(database: Database) -> None:
    district, province = a_room("LA0101"), a_room("LA01")
    made = district.propose()
    for deed in (
        lambda: resolutions.propose(province.unit, district.meeting.id, SIMPLE),
        lambda: resolutions.reword(province.unit, made.id, SIMPLE),
        lambda: resolutions.decide(province.unit, made.id, DECISIONS["confirm"]),
        lambda: resolutions.reopen(province.unit, made.id),
        lambda: deeds.sign(province.unit, district.meeting.id, CHAIR, SECRETARY),
    ):
        with area_scope(province.unit.id), pytest.raises(NotFound):
            deed()


def test_the_list_is_searched_by_number_and_words(room: Room) -> None:
    room.decide(room.propose(replace(SIMPLE, title_lo="ຄ່າທຳນຽມ")), DECISIONS["confirm"])
    room.decide(room.propose(replace(SIMPLE, title_en="Opening hours")), DECISIONS["confirm"])
    room.end()
    room.sign()
    with area_scope(room.unit.id):
        for text, numbers in (
            ("", [2, 1]), ("1/2026-la01", [1]), ("1", [1]), ("2/2026", [2]),
            ("1/2025", []), ("%", []), ("opening", [2]), ("ຄ່າທໍານຽມ", [1]), ("nil", []),
        ):  # fmt: skip
            found = resolution_queries.in_force(text)
            assert [row.resolution.number for row in found] == numbers, text
