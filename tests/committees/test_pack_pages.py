"""The doors of a meeting's papers: who makes a pack, who reads it, and who never hears of it."""

from pathlib import Path

import pytest
from flask import Flask

from odsc_counter.committees.models import Meeting
from odsc_counter.committees.pack_queries import edition_of
from odsc_counter.platform.database import Database
from odsc_counter.platform.lao import has_lao
from odsc_counter.platform.tenancy import area_scope
from tests.committees.boards import MOMENT, a_committee, a_flag, a_meeting, a_point
from tests.monitoring.records import a_letterhead, at
from tests.pages import a_desk, an_app
from tests.world import a_centre, a_unit, a_user


@pytest.fixture
def web(database: Database, database_url: str, tmp_path: Path) -> Flask:
    return an_app(database_url, tmp_path)


@pytest.fixture
def meeting(database: Database) -> Meeting:
    a_letterhead()
    a_centre("LA0101")
    a_unit("LA0201")
    unit = a_unit("LA01")
    a_committee(unit)
    meeting = a_meeting(unit)
    a_point(meeting, 1)
    return meeting


def pages(meeting: Meeting) -> list[str]:
    here = f"/a/LA01/meetings/{meeting.id}"
    return [here, f"{here}/pack/1.pdf", f"{here}/pack/1.pdf?lang=en",
            f"{here}/invitation.pdf"]  # fmt: skip


def test_the_secretary_makes_a_pack_and_a_member_reads_it(web: Flask, meeting: Meeting) -> None:
    secretary = a_desk(web, a_user("sec", committee_secretary=a_unit("LA01")), "lo")
    member = a_desk(web, a_user("mem", committee_member=a_unit("LA01")), "en")
    address = f"/a/LA01/meetings/{meeting.id}/pack"
    with at(MOMENT):
        assert "ຍັງບໍ່ທັນໄດ້ເຮັດ" in secretary.get(pages(meeting)[0]).text
        for _copy in range(2):
            answer = secretary.post(address, data={"request_key": "the-same-key"})
            assert answer.status_code == 303
        assert f'action="{address}"' in secretary.get(answer.location).text
        assert member.post(address).status_code == 404
        for page in pages(meeting):
            answer = member.get(page)
            assert answer.status_code == 200, page
            if ".pdf" in page:
                assert answer.mimetype == "application/pdf"
                assert answer.data.startswith(b"%PDF")
        shown = member.get(pages(meeting)[0]).text
        assert "05/10/2026 09:00" in shown
        assert f'action="{address}"' not in shown
        assert member.get(f"{address}/2.pdf").status_code == 404
        assert member.get(f"{address}/99999999999.pdf").status_code == 404


def test_neither_above_nor_below_nor_beside_hears_of_it(web: Flask, meeting: Meeting) -> None:
    with at(MOMENT):
        a_desk(web, a_user("sec", committee_secretary=a_unit("LA01"))).post(
            f"/a/LA01/meetings/{meeting.id}/pack"
        )
        for place in ("LA", "LA0101", "LA02"):
            desk = a_desk(web, a_user(committee_secretary=a_unit(place)))
            for page in pages(meeting):
                assert desk.get(page).status_code == 404
                own = page.replace("/a/LA01/", f"/a/{place}/")
                assert desk.get(own).status_code == 404, own
            for unit in ("LA01", place):
                answer = desk.post(f"/a/{unit}/meetings/{meeting.id}/pack")
                assert answer.status_code == 404


def test_flags_are_frozen_in_words_of_both_languages(web: Flask, meeting: Meeting) -> None:
    unit = a_unit("LA01")
    a_flag(unit, a_unit("LA0101"), "LA0101")
    with at(MOMENT):
        a_desk(web, a_user("sec", committee_secretary=unit), "en").post(
            f"/a/LA01/meetings/{meeting.id}/pack"
        )
    with area_scope(unit.id):
        (flag,) = edition_of(unit, meeting.id, 1).content["flags"]
    assert flag["title"]["en"].startswith("An office holds files too long")
    assert flag["situation"]["en"].startswith("Of 30 files")
    assert has_lao(flag["situation"]["lo"])
    assert "An office" not in flag["title"]["lo"]


def test_a_meeting_that_is_over_gets_no_new_pack(web: Flask, meeting: Meeting) -> None:
    secretary = a_desk(web, a_user("sec", committee_secretary=a_unit("LA01")), "en")
    over = a_meeting(a_unit("LA01"), number=2, state="held")
    answer = secretary.post(f"/a/LA01/meetings/{over.id}/pack")
    assert answer.status_code == 409
    assert "Make a pack" not in secretary.get(f"/a/LA01/meetings/{over.id}").text
