"""Flags in a browser: the list, one flag and its forms, the rules, and whose they are."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from odsc_counter.flags.models import Flag
from odsc_counter.flags.sweeping import sweep
from odsc_counter.platform import clock
from tests.flags.flagged import a_flag, as_it_is, events_of, moved
from tests.pages import a_desk, an_app
from tests.world import a_centre, a_ministry, a_unit, a_user


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def flag(web: Flask) -> Flag:
    centre = a_centre("LA0101")
    return a_flag(
        a_unit("LA0101"),
        "office_slow",
        subject="LA0101/MAE/district",
        about_centre_id=centre.id,
        ministry_id=a_ministry("MAE").id,
        office_level="district",
        figures={
            "measured": 5, "allowed": 3, "overdue": 5, "over_standard": 2,
            "files_open": 9, "held_longest": 12,
        },
    )  # fmt: skip


@pytest.fixture
def district(web: Flask) -> FlaskClient:
    return a_desk(web, a_user("dara", language="en", district_coordinator=a_unit("LA0101")))


def address(flag: Flag, unit: str = "LA0101") -> str:
    return f"/a/{unit}/flags/{flag.id}"


def form(flag: Flag, verb: str, **fields: str) -> dict[str, str]:
    now = as_it_is(flag.id, a_unit("LA"))
    return {
        "version": str(now.version),
        **{f"{verb}-{name}": text for name, text in fields.items()},
    }


def test_the_list_and_the_flag_say_what_was_found_in_plain_words(
    district: FlaskClient, flag: Flag
) -> None:
    said = "Of 9 files with this office 5 are overdue, and 2 were kept longer"
    page = district.get("/a/LA0101/flags").text
    assert said in page
    assert "Ministry MAE, District office – Centre LA0101" in page
    page = district.get(address(flag)).text
    assert said in page
    assert "Working days of the file that has lain there longest" in page
    assert f"/a/LA0101/workload/offices?office={flag.ministry_id}.district" in page
    assert 'action="/a/LA0101/flags' in page


def test_the_story_of_a_flag_from_the_district_to_the_province(
    web: Flask, district: FlaskClient, flag: Flag
) -> None:
    day = (clock.today() + timedelta(days=10)).isoformat()
    sent = form(flag, "answer", text="Two officers come on Monday", promised_on=day)
    assert district.post(f"{address(flag)}/answer", data=sent).status_code == 303
    page = district.get(address(flag)).text
    assert "Two officers come on Monday" in page
    assert "To be put right by" in page
    sent = form(flag, "escalate", reason="The province must lend us people")
    assert district.post(f"{address(flag)}/escalate", data=sent).status_code == 303
    page = district.get(address(flag)).text
    assert "This flag lies with" in page
    assert "/escalate" not in page
    province = a_desk(web, a_user("pha", language="en", province_coordinator=a_unit("LA01")))
    page = province.get(address(flag, "LA01")).text
    assert "The province must lend us people" in page
    assert "Province LA01 Province" in page  # to which office it went, by name
    assert "ທ. dara" in page
    sent = form(flag, "close", reason="People were lent until May")
    assert province.post(f"{address(flag, 'LA01')}/close", data=sent).status_code == 303
    assert as_it_is(flag.id, a_unit("LA01")).state == "closed"
    assert "No flag here." in province.get("/a/LA01/flags").text
    assert "People were lent until May" in province.get(address(flag, "LA01")).text


@pytest.mark.parametrize(
    ("verb", "fields", "said"),
    [
        ("answer", {"text": "abc"}, "Write at least five characters"),
        ("answer", {"text": "We begin soon", "promised_on": "2001-01-01"}, "Today or later"),
        ("snooze", {"reason": "They are on the way"}, "Please choose a day."),
        ("snooze", {"reason": "They are on the way", "until": "2099-01-01"}, "at most 30 days"),
        ("escalate", {"reason": ""}, "Required."),
        ("assign", {"owner": "nobody"}, "Choose a person of this office."),
        ("assign", {"owner": "999999"}, "Choose a person of this office."),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_says_why(
    district: FlaskClient, flag: Flag, verb: str, fields: dict[str, str], said: str
) -> None:
    answer = district.post(f"{address(flag)}/{verb}", data=form(flag, verb, **fields))
    assert answer.status_code == 422
    assert said in answer.text
    for text in fields.values():
        assert verb == "assign" or text in answer.text
    assert len(events_of(flag)) == 1


def test_whoever_comes_second_is_told_and_keeps_the_words(
    district: FlaskClient, flag: Flag
) -> None:
    stale = form(flag, "answer", text="My own careful answer")
    moved(flag, "assign")
    answer = district.post(f"{address(flag)}/answer", data=stale)
    assert answer.status_code == 409
    assert "Somebody changed this in the meantime" in answer.text
    assert "My own careful answer" in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    again = {**stale, "version": version[1]}
    assert district.post(f"{address(flag)}/answer", data=again).status_code == 303


def test_a_click_twice_is_one_answer(district: FlaskClient, flag: Flag) -> None:
    sent = {**form(flag, "answer", text="We look after it"), "request_key": "twice-the-same"}
    assert [district.post(f"{address(flag)}/answer", data=sent).status_code for _ in "12"] == [
        303,
        303,
    ]
    assert [event.verb for event in events_of(flag)] == ["raise", "answer"]


def test_closing_what_lasts_without_an_answer_is_refused(district: FlaskClient, flag: Flag) -> None:
    sent = form(flag, "close", reason="Enough of it")
    answer = district.post(f"{address(flag)}/close", data=sent)
    assert answer.status_code == 409
    assert "Answer first" in answer.text
    assert "Enough of it" in answer.text


LOOKS = {
    # role at a unit                       in whose address       may look
    ("district_coordinator", "LA0101"): {"LA0101": True, "LA01": False, "LA": False},
    ("district_coordinator", "LA0102"): {"LA0101": False, "LA0102": False},
    ("province_coordinator", "LA01"): {"LA0101": True, "LA01": True, "LA": False},
    ("province_coordinator", "LA02"): {"LA0101": False, "LA01": False, "LA02": False},
    ("committee_member", "LA01"): {"LA0101": True, "LA01": True},
    ("moha_analyst", "LA"): {"LA0101": True, "LA01": True, "LA": True, "LA02": False},
    ("auditor", "LA"): {"LA0101": True, "LA": True},
}


def test_who_may_look_and_who_may_act(web: Flask, flag: Flag) -> None:
    for code in ("LA0102", "LA0201"):
        a_unit(code)
    for (role, held), seen in LOOKS.items():
        client = a_desk(web, a_user(language="en", **{role: a_unit(held)}))
        for code, may in seen.items():
            answer = client.get(address(flag, code))
            assert answer.status_code == (200 if may else 404), (role, held, code)
            acts = (role, held, code) == ("district_coordinator", "LA0101", "LA0101")
            assert ("/answer" in answer.text) == acts, (role, held, code)
            posted = client.post(
                f"{address(flag, code)}/assign", data=form(flag, "assign", owner="")
            )
            if not acts:
                at_own_seat = role in ("province_coordinator", "moha_analyst") and held == code
                expected = 409 if at_own_seat and may else 404
                assert posted.status_code == expected, (role, held, code)


def test_the_list_as_a_file_is_the_list(district: FlaskClient, flag: Flag) -> None:
    answer = district.get("/a/LA0101/flags/csv?show=live&rule=office_slow")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["Rule"], row["Measured"], row["Late"]) for row in rows] == [
        ("An office holds files too long", "5", "No")
    ]
    assert district.get("/a/LA0101/flags/xlsx").data[:2] == b"PK"
    empty = district.get("/a/LA0101/flags/csv?rule=voids_spike").data.decode("utf-8-sig")
    assert len(empty.splitlines()) == 1


def test_filters_that_nobody_offers_are_left_out(district: FlaskClient, flag: Flag) -> None:
    page = district.get("/a/LA0101/flags?show=x&rule=y&level=9&page=99&mine=1")
    assert page.status_code == 200
    assert address(flag) in page.text


def test_a_rule_is_set_switched_off_and_left_to_the_level_above(
    web: Flask, district: FlaskClient
) -> None:
    a_centre("LA0101")
    at = "/a/LA0101/flags/rules"
    assert "nobody has set anything" in district.get(at).text
    sent = {"till_left_open-threshold": "7", "till_left_open-answer_days": "2"}
    assert district.post(f"{at}/till_left_open", data=sent).status_code == 303
    page = district.get(at).text
    assert "Set here on" in page
    assert "by dara" in page
    assert "The rule is off" in page
    assert "Above stands: 1, 2 working days" in page
    for wrong in ({"threshold": "0"}, {"threshold": "x"}, {"answer_days": "61"}):
        bad = {**sent, **{f"till_left_open-{name}": value for name, value in wrong.items()}}
        answer = district.post(f"{at}/till_left_open", data=bad)
        assert answer.status_code == 422
        assert f'value="{next(iter(wrong.values()))}"' in answer.text
    assert district.post(f"{at}/till_left_open/return").status_code == 303
    assert "Set here on" not in district.get(at).text
    assert district.post(f"{at}/till_left_open/return").status_code == 404
    assert district.post(f"{at}/of_old", data=sent).status_code == 404


def test_rules_are_set_at_the_own_seat_alone(web: Flask) -> None:
    province = a_desk(web, a_user(language="en", province_coordinator=a_unit("LA01")))
    member = a_desk(web, a_user(language="en", committee_member=a_unit("LA01")))
    a_unit("LA0101")
    assert province.get("/a/LA01/flags/rules").status_code == 200
    for client, unit in ((province, "LA0101"), (province, "LA"), (member, "LA01")):
        assert client.get(f"/a/{unit}/flags/rules").status_code == 404
        assert client.post(f"/a/{unit}/flags/rules/office_slow").status_code == 404


def test_a_silent_centre_is_found_and_said_in_lao(web: Flask) -> None:
    a_centre("LA0101")
    assert sweep()["raise"] == 1
    client = a_desk(web, a_user(language="lo", province_coordinator=a_unit("LA01")), "lo")
    page = client.get("/a/LA01/flags").text
    assert "ສູນ LA0101" in page
    assert "ບໍ່ມີຕົວເລກຈາກສູນນີ້" in page
    (link,) = re.findall(r'href="(/a/LA01/flags/[-0-9a-f]{36})"', page)
    assert "ບໍ່ມີຕົວເລກຈາກສູນນີ້" in client.get(link).text


def test_a_flag_leads_to_the_figures_of_its_days(web: Flask, district: FlaskClient) -> None:
    centre = a_centre("LA0101")
    figures = {
        "measured": 60, "allowed": 40, "applications": 20, "applications_usual": 50,
        "applications_change": -60, "visits": 30, "visits_usual": 60, "visits_change": -50,
    }  # fmt: skip
    flag = a_flag(
        a_unit("LA0101"), "sudden_change", about_centre_id=centre.id, figures=figures,
        last_seen_on=date(2026, 10, 9),
    )  # fmt: skip
    text = district.get(address(flag)).text
    assert "Visits fell by 50 percent: 30 instead of 60 in seven days." in text
    assert (
        'href="/a/LA0101/figures?show=applications&amp;period=chosen'
        '&amp;from=2026-10-02&amp;to=2026-10-08"'
    ) in text


def test_a_flag_of_files_leads_to_no_figures(district: FlaskClient, flag: Flag) -> None:
    assert "/figures?" not in district.get(address(flag)).text


def test_the_page_of_figures_says_how_many_flags_doubt_them(
    web: Flask, district: FlaskClient
) -> None:
    a_centre("LA0101")
    a_centre("LA0201")
    nothing = "doubt these figures"
    assert nothing not in district.get("/a/LA0101/figures").text
    a_flag(a_unit("LA0101"), "days_missing")
    a_flag(a_unit("LA0101"), "unreliable_times")
    a_flag(a_unit("LA0101"), "till_left_open")
    a_flag(a_unit("LA0201"), "silent_centre")
    analyst = a_desk(web, a_user("moha", language="en", moha_analyst=a_unit("LA")))
    there = district.get("/a/LA0101/figures").text
    assert "2 open flags doubt these figures." in there
    assert 'href="/a/LA0101/flags?rule=data"' in there
    assert "3 open flags doubt these figures." in analyst.get("/a/LA/figures").text
    listed = district.get("/a/LA0101/flags?rule=data").text
    assert "Days are missing" in listed
    assert listed.count("/a/LA0101/flags/") >= 2
    rows = csv.DictReader(
        io.StringIO(district.get("/a/LA0101/flags/csv?rule=data").data.decode("utf-8-sig"))
    )
    assert {row["Rule"] for row in rows} == {"Days are missing", "Times can't be relied on"}
