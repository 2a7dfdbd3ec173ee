"""Pages of action items and guidelines: who comes in, what stays typed, who opens evidence."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from odsc_counter.actions import guidelines, queries
from odsc_counter.actions.guidelines import Wording
from odsc_counter.actions.models import ActionItem
from odsc_counter.committees.models import Resolution
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import area_scope
from tests.actions.things import a_seat, given
from tests.pages import a_desk, an_app
from tests.world import a_centre, a_unit, a_user


@dataclass
class Offices:
    app: Flask
    province: Unit
    district: Unit
    resolution: Resolution


@pytest.fixture
def offices(database_url: str, tmp_path: Path) -> Iterator[Offices]:
    app = an_app(database_url, tmp_path)
    a_unit("LA02")
    a_centre("LA0101")
    yield Offices(app, a_unit("LA01"), a_unit("LA0101"), a_seat(a_unit("LA01")))
    app.extensions["database"].dispose()


def a_picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    return BytesIO(file.getvalue())


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    return found.group(1) if found else ""


def the_item(offices: Offices) -> ActionItem:
    with area_scope(offices.province.id):
        return queries.of_resolution(offices.province.id, offices.resolution.id)[0].action


@pytest.mark.parametrize("language", ["lo", "en"])
def test_a_secretary_gives_a_task_and_the_district_does_it(offices: Offices, language: str) -> None:
    coordinator = a_user("coordinator", language=language, district_coordinator=offices.district)
    secretary = a_user("secretary", language=language, committee_secretary=offices.province)
    seat, place = a_desk(offices.app, secretary), a_desk(offices.app, coordinator)
    form = f"/a/LA01/resolutions/{offices.resolution.id}/actions"
    typed = {
        "task_lo": "ຕິດປະກາດຄ່າທຳນຽມ", "office_lo": "ຫ້ອງການທີ່ດິນ", "responsible_name": "ທ. ບຸນມີ",
        "place_id": str(offices.district.id), "responsible_id": str(coordinator.id),
    }  # fmt: skip
    assert seat.get(f"{form}/new").status_code == 200
    refused = seat.post(form, data={**typed, "due_on": "2020-01-01"})
    assert refused.status_code == 422
    assert "ຕິດປະກາດຄ່າທຳນຽມ" in refused.text
    due = (clock.today() + timedelta(days=9)).isoformat()
    assert seat.post(form, data={**typed, "due_on": due}).status_code == 303
    item = the_item(offices)
    there = f"/a/LA0101/actions/{item.place_id}/{item.id}"
    page = place.get(there).text
    assert "ຕິດປະກາດຄ່າທຳນຽມ" in page and "note-text" in page and "accept-text" not in page
    sent = {
        "version": version_in(page),
        "report-text": "ຕິດແລ້ວ",
        "evidence": (a_picture(), "ຮູບ.png"),
    }
    assert place.post(f"{there}/report", data=sent).status_code == 303
    again = place.post(f"{there}/report", data={"version": version_in(page), "report-text": "ອີກ"})
    assert again.status_code == 409
    here = f"/a/LA01/actions/{item.place_id}/{item.id}"
    page = seat.get(here).text
    assert "ຕິດແລ້ວ" in page and "accept-text" in page
    note = re.search(r"/evidence/([0-9a-f-]{36})", page)
    assert note is not None
    for desk, base in ((seat, here), (place, there)):
        file = desk.get(f"{base}/evidence/{note.group(1)}")
        assert (file.status_code, file.mimetype) == (200, "image/jpeg")
        file.close()
    short = seat.post(f"{here}/accept", data={"version": version_in(page), "accept-text": "x"})
    assert short.status_code == 422
    done = seat.post(f"{here}/accept", data={"version": version_in(page), "accept-text": "ດີແລ້ວ"})
    assert done.status_code == 303
    assert the_item(offices).state == "done"


def test_who_opens_an_item_and_who_its_evidence(offices: Offices) -> None:
    item = given(offices.province, offices.district, offices.resolution)
    sibling = a_unit("LA0102")
    people = {
        "LA": a_user("analyst", moha_analyst=a_unit("LA")),
        "LA01": a_user("member", committee_member=offices.province),
        "LA0101": a_user("district", district_coordinator=offices.district),
        "LA0102": a_user("sibling", district_coordinator=sibling),
        "LA02": a_user("other", province_coordinator=a_unit("LA02")),
    }
    answers = {}
    for code, user in people.items():
        desk = a_desk(offices.app, user)
        base = f"/a/{code}/actions/{item.place_id}/{item.id}"
        answers[code] = desk.get(base).status_code
        assert desk.get(f"{base}/evidence/{uuid.uuid4()}").status_code == 404
        verbs = [desk.post(f"{base}/{verb}").status_code for verb in ("accept", "cancel", "due")]
        assert set(verbs) == {404}, code
    assert answers == {"LA": 200, "LA01": 200, "LA0101": 200, "LA0102": 404, "LA02": 404}


def test_the_nation_sees_what_is_overdue_and_its_file_says_the_same(offices: Offices) -> None:
    given(offices.province, offices.district, offices.resolution, due_in=1)
    analyst = a_desk(offices.app, a_user("analyst", language="en", moha_analyst=a_unit("LA")))
    later = clock.now() + timedelta(days=4)
    with clock.use(lambda: later):
        analyst = a_desk(offices.app, a_user("second", language="en", moha_analyst=a_unit("LA")))
        page = analyst.get("/a/LA/actions?list=overdue").text
        table = analyst.get("/a/LA/actions.csv?list=overdue").text
    assert "Put up the notice" in page and "3 days overdue" in page
    assert "1/2026-LA01" in table or "-LA01" in table


def test_a_centre_reads_and_acknowledges(offices: Offices) -> None:
    with area_scope(offices.province.id):
        guideline = guidelines.issue(
            offices.province,
            Wording("7/2026", "ຕິດຄ່າທຳນຽມ", "ເນື້ອໃນ", clock.today(), title_en="Show the fees"),
        )
    manager = a_desk(offices.app, a_user("boss", language="en", centre_manager=a_centre("LA0102")))
    clerk = a_desk(offices.app, a_user("clerk", language="en", counter_staff=a_centre("LA0103")))
    base = f"/c/LA0102/guidelines/{guideline.id}"
    assert "Show the fees" in manager.get("/c/LA0102/guidelines").text
    assert "We have read it" in manager.get(base).text
    assert [manager.post(f"{base}/acknowledge").status_code for _ in range(2)] == [303, 303]
    assert "We have read it" not in manager.get(base).text
    assert clerk.post(f"/c/LA0103/guidelines/{guideline.id}/acknowledge").status_code == 403
    province = a_desk(
        offices.app, a_user("pc", language="en", province_coordinator=offices.province)
    )
    assert "1 of 3" in province.get("/a/LA01/guidelines").text
    detail = province.get(f"/a/LA01/guidelines/{guideline.id}").text
    assert detail.count("Not yet") == 2
    other = a_desk(offices.app, a_user("opc", province_coordinator=a_unit("LA02")))
    assert other.get(f"/a/LA02/guidelines/{guideline.id}").status_code == 404
