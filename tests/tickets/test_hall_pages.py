"""The supervisor's pages: the panel, one ticket, rules, work profiles, skills; who may come in."""

import re
from pathlib import Path

import pytest

from odsc_counter.accounts.models import User
from odsc_counter.platform import clock
from odsc_counter.platform.database import Database
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import operations, profiles, queries, rules
from odsc_counter.tickets.models import Ticket
from odsc_counter.tickets.profiles import NewRule
from tests.pages import a_desk
from tests.tickets.hall import a_hall
from tests.tickets.test_pages import Desk, Place
from tests.world import a_user


@pytest.fixture
def place(database: Database, database_url: str, tmp_path: Path) -> Place:
    return Place(database_url, tmp_path)


def _person(place: Place, role: str, language: str = "en") -> Desk:
    user: User = a_user(language=language, **{role: place.hall.centre})
    return Desk(a_desk(place.app, user, language), place.code)


def _status(desk: Desk, path: str, **fields: str) -> int:
    address = f"/c/{desk.centre}/{path}"
    answer = desk.client.post(address, data=fields) if fields else desk.client.get(address)
    return answer.status_code


def _issued(place: Place, number: int = 1) -> list[Ticket]:
    with centre_scope(place.hall.centre.id):
        return place.hall.issue(number)


# -- who may come in


PAGES = (
    "hall/set-up", "hall/rules", "hall/profiles", "hall/profiles/new", "hall/staff",
)  # fmt: skip


def test_the_panel_is_for_lead_clerks_and_managers_and_set_up_for_managers(place: Place) -> None:
    (ticket,) = _issued(place)
    for path in ("hall", "hall/now", "hall/tickets", f"hall/tickets/{ticket.id}"):
        for role, status in (
            ("lead_clerk", 200), ("centre_manager", 200), ("counter_staff", 403), ("cashier", 403),
        ):  # fmt: skip
            assert _status(_person(place, role), path) == status, (path, role)
    for path in PAGES:
        for role, status in (("centre_manager", 200), ("lead_clerk", 403), ("counter_staff", 403)):
            assert _status(_person(place, role), path) == status, (path, role)


def test_counter_staff_move_and_close_nobody(place: Place) -> None:
    (ticket,) = _issued(place)
    clerk = place.clerk()
    for verb in ("call", "move", "close"):
        path = f"hall/tickets/{ticket.id}/{verb}"
        assert _status(clerk, path, reason="x") == 403
    for path in ("hall/rules", "hall/day-start", "hall/profiles", "hall/staff/1", "hall/close"):
        assert _status(_person(place, "lead_clerk"), path, x="1") == 403, path


def test_a_lead_clerk_acts_on_tickets_but_does_not_end_the_day(place: Place) -> None:
    (ticket,) = _issued(place)
    lead = _person(place, "lead_clerk")
    panel = lead.get("hall")
    assert f"hall/tickets/{ticket.id}#act" in panel
    assert "Close the day" not in panel
    assert "Set up the hall" not in panel
    assert "Free counter" not in panel


# -- the panel


def test_the_panel_follows_the_stream_and_its_fragment_is_no_page(place: Place) -> None:
    _issued(place, 2)
    manager = place.manager()
    page = manager.get("hall")
    assert f'data-live-stream="/c/{place.code}/console/stream"' in page
    assert f'data-fragment="/c/{place.code}/hall/now"' in page
    assert "data-live-stale" in page
    fragment = manager.get("hall/now")
    assert "<html" not in fragment
    assert "2 tickets are still open" in fragment
    assert re.search(r"As of \d\d:\d\d", fragment)


def test_a_person_is_called_out_of_turn_to_a_free_counter(place: Place) -> None:
    _first, second = _issued(place, 2)
    lead = _person(place, "lead_clerk")
    counter = place.hall.counters[1]
    form = lead.get(f"hall/tickets/{second.id}")
    assert f'value="{counter.id}"' in form
    said = lead.post(f"hall/tickets/{second.id}/call", counter=str(counter.id), reason="feels ill")
    assert "A002 is called to counter 2." in said
    life = lead.get(f"hall/tickets/{second.id}")
    assert "Called out of turn" in life
    assert "feels ill" in life
    again = lead.post(f"hall/tickets/{second.id}/call", counter=str(counter.id))
    assert "A002 is still open" in again
    assert _status(lead, f"hall/tickets/{second.id}/call", reason="x") == 404


def test_moving_and_closing_ask_for_a_reason_and_keep_it(place: Place) -> None:
    first, second = _issued(place, 2)
    lead = _person(place, "lead_clerk")
    for verb in ("move", "close"):
        assert "Please write the reason." in lead.post(f"hall/tickets/{first.id}/{verb}")
    moved = lead.post(
        f"hall/tickets/{first.id}/move",
        counter=str(place.hall.counters[0].id),
        clerk="",
        service="",
        place="last",
        reason="asked for counter 1",
    )
    assert "A001 is moved." in moved
    assert "Counter 1" in moved
    closed = lead.post(f"hall/tickets/{second.id}/close", reason="went home")
    assert "A002 is closed." in closed
    told = lead.get(f"hall/tickets/{second.id}")
    assert "Closed by the supervisor" in told
    assert "went home" in told
    assert "What can be done" not in told
    assert "Somebody changed this" in lead.post(f"hall/tickets/{second.id}/close", reason="again")


def test_priority_is_granted_and_taken_back(place: Place) -> None:
    (ticket,) = _issued(place)
    lead = _person(place, "lead_clerk")
    path = f"hall/tickets/{ticket.id}/priority"
    assert "A001 has priority." in lead.post(path, priority="monk")
    assert "A001 waits by arrival." in lead.post(path, priority="")
    assert "does not give priority for this reason" in lead.post(path, priority="rich")
    assert "Priority taken back" in lead.get(f"hall/tickets/{ticket.id}")


def test_why_a_ticket_is_stuck_is_offered_as_the_reason(place: Place) -> None:
    (ticket,) = _issued(place)
    page = place.manager().get(f"hall/tickets/{ticket.id}?because=waited_twice")
    assert 'value="Waits more than twice as long as the target"' in page
    assert "<b>" not in place.manager().get(f"hall/tickets/{ticket.id}?because=<b>")


def test_the_search_leads_to_the_ticket_and_keeps_older_days(place: Place) -> None:
    first, _second = _issued(place, 2)
    manager = place.manager()
    answer = manager.client.get(f"/c/{place.code}/hall/tickets?number=a1")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/hall/tickets/{first.id}")
    assert "A002" in manager.get("hall/tickets")
    assert "has this number" in manager.get("hall/tickets?number=Z9")
    assert "Nobody has taken a number on this day" in manager.get("hall/tickets?day=2020-01-01")
    assert "A002" in manager.get("hall/tickets?day=yesterday&page=99999999999999999999")


def test_tickets_of_another_centre_are_not_found(place: Place) -> None:
    (ticket,) = _issued(place)
    elsewhere = a_hall("LA0404")
    stranger = a_user(language="en", centre_manager=elsewhere.centre)
    manager = Desk(a_desk(place.app, stranger), elsewhere.centre.code)
    assert _status(manager, f"hall/tickets/{ticket.id}") == 404
    for verb in ("call", "move", "close", "priority"):
        assert _status(manager, f"hall/tickets/{ticket.id}/{verb}", reason="x") == 404
    with centre_scope(elsewhere.centre.id):
        (own,) = elsewhere.issue(1)
    for name, key in (("counter", place.hall.counters[0].id), ("clerk", place.hall.clerks[0].id)):
        fields = {name: str(key), "reason": "x"}
        assert _status(manager, f"hall/tickets/{own.id}/move", **fields) == 404, name


# -- rules


def _rules_fields(place: Place, **more: str) -> dict[str, object]:
    with centre_scope(place.hall.centre.id):
        kept = rules.hall_rules()
    fields: dict[str, object] = {
        name: str(getattr(kept, name))
        for name in rules.RULES
        if not isinstance(getattr(kept, name), bool | list)
    }
    return {**fields, "reasons": ["elderly", "monk"], "speaks": "y", **more}


def test_rules_are_shown_saved_and_kept_when_they_are_wrong(place: Place) -> None:
    manager = place.manager()
    assert 'name="ordinary_per_priority"' in manager.get("hall/rules")
    path = f"/c/{place.code}/hall/rules"
    said = manager.post("hall/rules", **_rules_fields(place, target_wait_minutes="35"))
    assert "The rules are saved." in said
    with centre_scope(place.hall.centre.id):
        kept = rules.hall_rules()
    assert (kept.target_wait_minutes, kept.reasons) == (35, ["elderly", "monk"])
    assert (kept.speaks, kept.kiosk_gives_priority) == (True, False)
    wrong = _rules_fields(place, ageing_minutes="0", printer_host="8.8.8.8", hold_minutes="x")
    answer = manager.client.post(path, data=wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="x"' in page
    assert "From 1 to 600." in page
    answer = manager.client.post(path, data=_rules_fields(place, printer_host="8.8.8.8"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="8.8.8.8"' in page
    assert "own network" in page


def test_the_trail_says_what_a_rule_was_and_is(place: Place) -> None:
    manager = place.manager()
    manager.post("hall/rules", **_rules_fields(place, target_wait_minutes="35"))
    trail = manager.get("trail")
    assert "Rules of the hall changed" in trail
    assert "Target for the wait in minutes:</span> 20 → 35" in trail
    assert "Elderly person, Monk or novice" in trail


def test_the_beginning_of_the_day_is_set_by_the_centres_own_manager(place: Place) -> None:
    manager = place.manager()
    path = f"/c/{place.code}/hall/day-start"
    for typed in ("12:00", "soon", "7", "", "99:99"):
        answer = manager.client.post(path, data={"day_start": typed})
        assert answer.status_code == 422, typed
    assert "Please give a time from 00:00 to 11:59." in answer.get_data(as_text=True)


# -- work profiles and skills


def _lines(*lines: tuple[str, str, str]) -> dict[str, str]:
    return {
        f"{name}-{number}": value
        for number, line in enumerate(lines)
        for name, value in zip(("place", "who", "after"), line, strict=True)
    }


def _group(place: Place) -> str:
    with centre_scope(place.hall.centre.id):
        return str(queries.service_groups()[0].id)


def test_a_work_profile_is_made_changed_given_and_removed(place: Place) -> None:
    _issued(place)
    manager = place.manager()
    group, service = f"group:{_group(place)}", f"service:{place.hall.service}"
    made = manager.post(
        "hall/profiles",
        name_lo="ທະບຽນ",
        name_en="Registry",
        **_lines(("1", group, "0"), ("1", service, "5"), ("2", "", "0"), ("", "", "")),
    )
    assert "The work profile is saved." in made
    assert "once they have waited 5 min" in made
    assert "Otherwise: waits" in made
    assert "Next: A001" in made
    with centre_scope(place.hall.centre.id):
        (row,) = profiles.profiles()
    path = f"hall/profiles/{row.profile.id}"
    assert 'value="Registry"' in manager.get(path)
    counter = place.hall.counters[0].id
    given = manager.post(f"counters/{counter}/profile", profile=str(row.profile.id))
    assert "Counter 1" in given
    changed = manager.post(
        path, name_lo="ທະບຽນ", name_en="Registry", helps_others="1", **_lines(("1", group, ""))
    )
    assert "Otherwise: helps all others" in changed
    removed = manager.post(f"{path}/remove")
    assert "The work profile is removed." in removed
    assert _status(manager, path) == 404


def test_a_wrong_profile_comes_back_as_it_was_typed(place: Place) -> None:
    manager = place.manager()
    group = f"group:{_group(place)}"
    manager.post("hall/profiles", name_lo="ທະບຽນ", **_lines(("1", group, "0")))
    path = f"/c/{place.code}/hall/profiles"
    for fields, said in (
        ({"name_lo": "", **_lines(("1", group, "0"))}, "Please write the name."),
        ({"name_lo": "ກ"}, "needs at least one rule"),
        ({"name_lo": "ກ", **_lines(("x", group, "0"))}, "a place from 1 to 20"),
        ({"name_lo": "ກ", **_lines(("1", group, "x"))}, "whole minutes"),
        ({"name_lo": "ກ", **_lines(("1", group, "601"))}, "from 0 to 600 minutes"),
        ({"name_lo": "ທະບຽນ", **_lines(("7", group, "3"))}, "in use already"),
    ):
        fields["request_key"] = f"a-key-of-its-own-{len(said)}"
        answer = manager.client.post(path, data=fields)
        page = answer.get_data(as_text=True)
        assert (answer.status_code, said in page) == (422, True), said
    assert f'<option value="{group}" selected>' in page
    assert 'name="after-0" type="number" inputmode="numeric" min="0" max="600" value="3"' in page
    junk = {"name_lo": "ກ", **_lines(("1", "group:x", "0"))}
    assert manager.client.post(path, data=junk).status_code == 404


def test_skills_are_chosen_clerk_by_clerk(place: Place) -> None:
    manager = place.manager()
    clerk = place.hall.clerks[0]
    assert "All groups" in manager.get("hall/staff")
    manager.post(f"hall/staff/{clerk.id}", group=[_group(place)])
    with centre_scope(place.hall.centre.id):
        skills = {user.id: groups for user, groups in profiles.clerks()}
    assert [str(key) for key in skills[clerk.id]] == [_group(place)]
    manager.post(f"hall/staff/{clerk.id}")
    with centre_scope(place.hall.centre.id):
        assert all(not groups for _user, groups in profiles.clerks())
    assert _status(manager, "hall/staff/99999999999999999999", x="1") == 404


def test_the_profiles_page_says_whom_each_counter_would_call(place: Place) -> None:
    _issued(place)
    with centre_scope(place.hall.centre.id):
        other = profiles.save_profile(
            None,
            name_lo="ລໍ",
            name_en="Later",
            rules=[NewRule(1, group_id=queries.service_groups()[0].id, after_minutes=30)],
            helps_others=False,
        )
        profiles.give_profile(place.hall.counters[0].id, other.id)
    page = place.manager().get("hall/profiles")
    assert page.count("Next: nobody at the moment") == 2
    assert page.count("Next: A001") == 1
    assert "Has waited longest" in page


# -- numbers of a group


def test_numbers_of_a_group_are_set_on_the_services_page(place: Place) -> None:
    manager = place.manager()
    assert "Begins with A001" in manager.get("services")
    path = "services/groups/A/numbers"
    said = manager.post(path, first_number="100", number_width="3", position="2")
    assert "Begins with A100" in said
    answer = manager.client.post(
        f"/c/{place.code}/{path}", data={"first_number": "7777", "number_width": "3"}
    )
    assert answer.status_code == 422
    assert 'value="7777"' in answer.get_data(as_text=True)
    assert _status(manager, "services/groups/Z/numbers", first_number="1") in (404, 422)


def test_every_page_of_the_supervisor_speaks_lao(place: Place) -> None:
    (ticket,) = _issued(place)
    manager = _person(place, "centre_manager", "lo")
    for path in ("hall", "hall/tickets", f"hall/tickets/{ticket.id}", *PAGES):
        page = manager.get(path)
        assert '<html lang="lo">' in page, path
        text = re.sub(r"<[^>]+>", " ", page.split('<main id="main"')[1].split(">", 1)[1])
        # The names of the accounts, and an example of a printer's address.
        assert set(re.findall(r"\b[a-z]{5,}\b", text)) <= {"clerk", "printer", "local"}, path


def test_the_days_of_a_hall_that_keeps_places_are_closed_by_its_manager(place: Place) -> None:
    _issued(place)
    manager = place.manager()
    manager.post("hall/rules", **_rules_fields(place, day_close="by_hand"))
    assert "people keep their place until then" in manager.get("hall")
    assert "was still open" in manager.post("hall/close", day=clock.today().isoformat())
    with centre_scope(place.hall.centre.id):
        assert operations.close_day(place.hall.centre, clock.today()) == 0
