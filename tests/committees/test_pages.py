"""Committees and meetings in a browser, in both languages; who comes in, and what is kept."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.committees import agenda, meetings, members, queries
from odsc_counter.committees.meetings import Presence
from odsc_counter.committees.models import Meeting
from tests.applications.files import a_pdf, a_picture
from tests.committees.seat import Committee, a_committee, a_seat
from tests.pages import a_desk, a_request, an_app
from tests.world import a_unit, a_user

A = "/a/LA0101"
SEAT = {
    "name_lo": "ນ. ມະນີວອນ", "name_en": "Manivone", "post_lo": "ຫົວໜ້າຫ້ອງການ", "post_en": "Head",
    "role": "deputy", "ministry_id": "", "user_id": "", "from_on": "2026-01-01", "until_on": "",
}  # fmt: skip
PLAN = {
    "title_lo": "ກອງປະຊຸມປະຈຳໄຕມາດ", "title_en": "Quarterly meeting", "day": "2026-12-03",
    "starts": "09:00", "ends": "11:30", "venue": "ຫ້ອງປະຊຸມໃຫຍ່", "chair_id": "",
}  # fmt: skip


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def district(web: Flask) -> Committee:
    return a_committee("LA0101", members_=2)


@pytest.fixture
def desk(web: Flask, district: Committee) -> FlaskClient:
    """The secretary of the district's committee, in English."""
    return a_desk(web, a_user(language="en", committee_secretary=district.unit))


def test_a_secretary_sets_up_a_committee_and_gives_seats(web: Flask) -> None:
    unit = a_unit("LA0101")
    desk = a_desk(web, a_user(language="en", committee_secretary=unit))
    assert "Set up the committee" in desk.get(f"{A}/committee").text
    assert "not set up yet" in desk.get(f"{A}/meetings").text
    bad = {"name_lo": "", "name_en": "Committee of Chanthabuly", "quorum_percent": "101"}
    page = desk.post(f"{A}/committee", data=bad)
    assert page.status_code == 422
    assert "Committee of Chanthabuly" in page.text
    assert desk.post(f"{A}/committee/members", data=SEAT).status_code == 422
    good = {"name_lo": "ຄະນະປະສານງານ", "name_en": "Committee", "quorum_percent": "50"}
    assert desk.post(f"{A}/committee", data=good).status_code == 303
    assert desk.post(f"{A}/committee/members", data=SEAT).status_code == 303
    page = desk.get(f"{A}/committee").text
    assert "Manivone" in page
    assert "Vice-chairperson" in page
    assert "More than 50% of the seats" in page


def test_a_seat_that_is_refused_keeps_what_was_typed(
    desk: FlaskClient, district: Committee
) -> None:
    chair = {**SEAT, "role": "chair"}
    assert desk.post(f"{A}/committee/members", data=chair).status_code == 303
    page = desk.post(f"{A}/committee/members", data={**chair, "name_lo": "ຜູ້ທີສອງ"})
    assert page.status_code == 422
    assert "has a chair already" in page.text
    assert "ຜູ້ທີສອງ" in page.text
    early = {**SEAT, "until_on": "2025-01-01"}
    page = desk.post(f"{A}/committee/members", data=early)
    assert page.status_code == 422
    assert "The term ends before it begins" in page.text
    lao = a_desk(desk.application, a_user(committee_secretary=district.unit), "lo")
    assert "ວາລະດຳລົງໜ້າທີ່ສິ້ນສຸດກ່ອນວັນເລີ່ມ" in lao.post(f"{A}/committee/members", data=early).text


def test_a_term_that_is_over_is_shown_and_renewed(desk: FlaskClient, district: Committee) -> None:
    seat = district.seats[0]
    address = f"{A}/committee/members/{seat.id}"
    old = {**SEAT, "role": "member", "until_on": "2026-02-01"}
    assert desk.post(address, data=old).status_code == 303
    assert "Term is over" in desk.get(f"{A}/committee").text
    assert 'value="2026-02-01"' in desk.get(address).text
    assert desk.post(address, data={**old, "until_on": "2036-02-01"}).status_code == 303
    assert "Term is over" not in desk.get(f"{A}/committee").text
    refused = desk.post(f"{address}/end", data={"ended_on": "2025-01-01", "reason": "moved away"})
    assert refused.status_code == 422
    assert "moved away" in refused.text
    data = {"ended_on": "2026-06-01", "reason": "moved away"}
    assert desk.post(f"{address}/end", data=data).status_code == 303
    assert "Former members" in desk.get(f"{A}/committee").text
    assert desk.get(address).status_code == 404


def test_a_meeting_from_plan_to_end(desk: FlaskClient, district: Committee) -> None:
    refused = desk.post(f"{A}/meetings", data={**PLAN, "ends": "08:00"})
    assert refused.status_code == 422
    assert "It ends before it begins" in refused.text
    assert "Quarterly meeting" in refused.text
    chair = str(district.seats[0].id)
    address = desk.post(f"{A}/meetings", data={**PLAN, "chair_id": chair}).location
    page = desk.get(address).text
    assert "Meeting no. 1/2026" in page
    assert "03/12/2026 09:00" in page
    assert "ກຳມະການ 0" in page
    assert "1/2026" in desk.get(f"{A}/meetings").text
    assert 'value="09:00"' in desk.get(f"{address}/change").text
    moved = {**PLAN, "venue": "ຫ້ອງປະຊຸມນ້ອຍ", "chair_id": chair}
    assert desk.post(f"{address}/change", data=moved).status_code == 303
    assert desk.post(f"{address}/change", data={**moved, "day": "2027-01-04"}).status_code == 422
    assert desk.post(f"{address}/invite").status_code == 303
    invitation = desk.get(f"{address}/invitation").text
    assert "ຫ້ອງປະຊຸມນ້ອຍ" in invitation
    assert "ກຳມະການ 1" in invitation
    assert desk.post(f"{address}/open").status_code == 303
    assert "Nobody is noted yet" in desk.get(address).text
    desk.post(f"{address}/attendance", data={"everyone": "1"})
    assert "Quorum is reached" in desk.get(address).text
    presences = {f"presence-{seat.id}": "present" for seat in district.seats}
    absent = {**presences, f"presence-{district.seats[0].id}": "absent"}
    desk.post(f"{address}/attendance", data=absent)
    assert "No quorum: nothing can be decided" in desk.get(address).text
    deputy = {**absent, f"deputy-{district.seats[0].id}": "ທ. ຕາງໜ້າ"}
    desk.post(f"{address}/attendance", data=deputy)
    page = desk.get(address).text
    assert "Quorum is reached" in page
    assert "ທ. ຕາງໜ້າ" in page
    assert desk.post(f"{address}/end").status_code == 303
    assert "Held, minutes open" in desk.get(address).text
    assert desk.post(f"{address}/open").status_code == 409


def test_a_meeting_is_called_off_with_a_reason(desk: FlaskClient, district: Committee) -> None:
    address = f"{A}/meetings/{district.meeting().id}"
    assert desk.post(f"{address}/call-off", data={"reason": "no"}).status_code == 422
    assert (
        desk.post(f"{address}/call-off", data={"reason": "the road is flooded"}).status_code == 303
    )
    assert "The meeting is called off: the road is flooded" in desk.get(address).text
    assert "the road is flooded" in desk.get(f"{address}/invitation").text


def test_an_agenda_is_made_with_one_click_each_and_by_hand(
    desk: FlaskClient, district: Committee
) -> None:
    flag, meeting = district.flag(), district.meeting()
    address = f"{A}/meetings/{meeting.id}"
    page = desk.get(address).text
    assert "Proposed for the agenda" in page
    assert "A centre has fallen silent" in page
    assert desk.post(f"{address}/agenda/flags/{flag.id}").status_code == 303
    assert desk.post(f"{address}/agenda/flags/{flag.id}").status_code == 409
    page = desk.get(address).text
    assert "Proposed for the agenda" not in page
    assert "A centre has fallen silent" in page
    refused = desk.post(f"{address}/agenda/topics", data={"title_lo": "", "title_en": "Budget"})
    assert refused.status_code == 422
    assert 'value="Budget"' in refused.text
    desk.post(f"{address}/agenda/topics", data={"title_lo": "ງົບປະມານ", "title_en": "Budget"})
    with district.inside():
        points = queries.meeting_page(district.unit, meeting.id).agenda
    moved = desk.post(f"{address}/agenda/{points[1].id}/move", data={"to": "up"})
    assert moved.location.endswith(f"#point-{points[1].id}")
    page = desk.get(address).text
    assert page.index("Budget") < page.index("A centre has fallen silent")
    assert "Move down: Budget" in page
    assert "Move up: Budget" not in page
    assert desk.post(f"{address}/agenda/{points[1].id}/withdraw").status_code == 303
    assert "Budget" not in desk.get(address).text


def test_the_same_click_sent_twice_adds_one_point(desk: FlaskClient, district: Committee) -> None:
    address = f"{A}/meetings/{district.meeting().id}"
    data = {"title_lo": "ງົບປະມານ", "title_en": "", "request_key": "k" * 20}
    for _time in range(2):
        assert desk.post(f"{address}/agenda/topics", data=data).status_code == 303
    assert desk.get(address).text.count('id="point-') == 1


def test_papers_are_sent_looked_at_and_withdrawn(desk: FlaskClient, district: Committee) -> None:
    address = f"{A}/meetings/{district.meeting().id}"
    sent = {
        "papers": [
            (io.BytesIO(a_pdf()), "ບົດລາຍງານ.pdf"),
            (io.BytesIO(a_picture()), "plan.jpg"),
        ],
        "item": "",
    }
    assert desk.post(f"{address}/papers", data=sent).status_code == 303
    page = desk.get(address).text
    assert "ບົດລາຍງານ.pdf" in page
    links = re.findall(rf'href="({address}/papers/[0-9a-f-]+)"', page)
    assert len(links) == 2
    kinds = {}
    for link in links:
        answer = desk.get(link)
        assert answer.status_code == 200
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        kinds[answer.mimetype] = answer.headers["Content-Disposition"]
        answer.close()
    assert set(kinds) == {"application/pdf", "image/jpeg"}
    assert kinds["application/pdf"].startswith("attachment; filename=LA0101-2026-01-")
    assert desk.post(f"{links[0]}/withdraw").status_code == 303
    assert desk.get(links[0]).status_code == 404
    assert "ບົດລາຍງານ.pdf" not in desk.get(address).text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"MZ program", "Only pictures"),
        (b"%PDF-1.7 nothing", "The file is damaged"),
    ],
)
def test_a_file_that_is_refused_is_named_with_the_reason(
    desk: FlaskClient, district: Committee, content: bytes, message: str
) -> None:
    address = f"{A}/meetings/{district.meeting().id}"
    page = desk.post(f"{address}/papers", data={"papers": (io.BytesIO(content), "x.pdf")})
    assert page.status_code == 422
    assert "x.pdf" in page.text
    assert message in page.text
    assert desk.post(f"{address}/papers", data={}).status_code == 422


PATHS = ("committee", "meetings", "meetings/{meeting}", "meetings/{meeting}/invitation")
RUN = ("meetings/new", "meetings/{meeting}/change", "committee/members/{member}")


def pages(paths: tuple[str, ...], committee: Committee, meeting: Meeting) -> list[str]:
    names = {"meeting": meeting.id, "member": committee.seats[0].id}
    return [f"/a/{committee.unit.code}/{path.format(**names)}" for path in paths]


@pytest.mark.parametrize(
    ("role", "place", "reads", "runs"),
    [
        ("committee_secretary", "LA0101", True, True),
        ("district_coordinator", "LA0101", True, False),
        ("committee_member", "LA0101", True, False),
        ("province_coordinator", "LA01", False, False),
        ("committee_secretary", "LA01", False, False),
        ("committee_secretary", "LA0102", False, False),
        ("committee_secretary", "LA02", False, False),
        ("moha_analyst", "LA", False, False),
        ("committee_secretary", "LA", False, False),
        ("auditor", "LA", False, False),
    ],
)
def test_a_committees_pages_are_its_own(
    web: Flask, district: Committee, role: str, place: str, reads: bool, runs: bool
) -> None:
    meeting = district.meeting()
    desk = a_desk(web, a_user(**{role: a_unit(place)}))
    for address in pages(PATHS, district, meeting):
        assert desk.get(address).status_code == (200 if reads else 404), address
    for address in pages(RUN, district, meeting):
        assert desk.get(address).status_code == (200 if runs else 404), address
    invited = desk.post(f"{A}/meetings/{meeting.id}/invite")
    assert invited.status_code == (303 if runs else 404)


def test_a_foreign_meeting_is_answered_like_one_that_does_not_exist(
    web: Flask, district: Committee
) -> None:
    meeting = district.meeting()
    province = a_committee("LA01", members_=1)
    desk = a_desk(web, a_user(committee_secretary=province.unit))
    for path in ("", "/invitation", "/change"):
        assert desk.get(f"/a/LA01/meetings/{meeting.id}{path}").status_code == 404
    assert desk.post(f"/a/LA01/meetings/{meeting.id}/invite").status_code == 404
    sent = {"papers": (io.BytesIO(a_pdf()), "x.pdf")}
    assert desk.post(f"/a/LA01/meetings/{meeting.id}/papers", data=sent).status_code == 404


@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_page_speaks_the_persons_language(
    web: Flask, district: Committee, language: str
) -> None:
    unit = district.unit
    meeting = district.meeting(title_en="Quarterly meeting")
    flag = district.flag()
    with a_request(), district.inside():
        members.add(unit, a_seat("ປະທານ", "chair"))
        agenda.add_flag(unit, meeting.id, flag.id)
        meetings.attend(unit, meeting.id, {district.seats[0].id: Presence("excused")})
    desk = a_desk(web, a_user(language=language, committee_secretary=unit))
    shown = {
        "committee": ("ຂໍ້ຕົກລົງແຕ່ງຕັ້ງ", "Founding decision"),
        "meetings": ("ສະຖານທີ່", "Venue"),
        "meetings/new": ("ເລີ່ມເວລາ", "Begins at"),
        f"meetings/{meeting.id}": ("ບໍ່ຄົບອົງປະຊຸມ", "No quorum"),
        f"meetings/{meeting.id}/invitation": ("ໜັງສືເຊີນ", "Invitation"),
        f"committee/members/{district.seats[0].id}": ("ຕໍ່ວາລະ", "Change or renew"),
    }
    for path, (lao, english) in shown.items():
        page = desk.get(f"{A}/{path}").text
        assert (lao in page) == (language == "lo"), path
        assert (english in page) == (language == "en"), path
