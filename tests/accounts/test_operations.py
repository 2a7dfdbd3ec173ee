"""Accounts, roles and one-time links: who may change whom, and what the logs say."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import select

from odsc_counter.accounts import operations
from odsc_counter.accounts.models import OneTimeLink, RoleGrant, User
from odsc_counter.accounts.operations import (
    BelongsElsewhere,
    LinkUsedUp,
    NotForOneself,
    RoleHeldAlready,
    UsernameTaken,
)
from odsc_counter.accounts.passwords import WeakPassword, verify
from odsc_counter.accounts.sessions import hashed, held_grants
from odsc_counter.places.models import Centre
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope, reference_scope
from odsc_counter.platform.work import reading
from tests.accounts.conftest import StoppedClock
from tests.accounts.people import PASSWORD, again, centre_events, national_verbs, somebody
from tests.world import a_centre, a_ministry, a_unit, a_user


def at(centre: Centre, user: User | None = None) -> ExitStack:
    """Work as this person (the manager) at the centre."""
    stack = ExitStack()
    stack.enter_context(centre_scope(centre.id))
    if user is not None:
        stack.enter_context(acting_as(Actor(user.name_lo, user.id)))
    return stack


def roles(user: User) -> set[tuple[str, int | None]]:
    return {(grant.role, grant.centre_id) for grant in held_grants(user.id)}


def grant_of(user: User, role: str) -> int:
    with reference_scope(), reading() as session:
        return session.scalars(
            select(RoleGrant.id).where(
                RoleGrant.user_id == user.id,
                RoleGrant.role == role,
                RoleGrant.ended_on.is_(None),
            )
        ).one()


def test_a_manager_makes_staff_and_the_centre_remembers_who_did(database: Database) -> None:
    centre = a_centre("LA0101")
    manager = a_user(centre_manager=centre)
    with at(centre, manager):
        user = operations.create_staff("k.somchay", "ສົມໃຈ", "Somchay", "cashier")
    assert roles(user) == {("cashier", centre.id)}
    events = centre_events(centre.id)
    assert [event.verb for event in events] == ["user_created", "role_granted"]
    assert {event.actor_id for event in events} == {manager.id}
    assert national_verbs() == []


@pytest.mark.parametrize("role", ["auditor", "national_administrator", "nonsense"])
def test_a_manager_gives_no_role_but_the_centres(database: Database, role: str) -> None:
    centre = a_centre("LA0101")
    with at(centre, a_user(centre_manager=centre)), pytest.raises(InvalidInput):
        operations.create_staff("k.somchay", "ສົມໃຈ", "Somchay", role)
    with reference_scope(), reading() as session:
        assert session.scalars(select(User).where(User.username == "k.somchay")).all() == []


def test_a_user_name_is_taken_once(database: Database) -> None:
    with reference_scope():
        operations.create_user("Keo", "ແກ້ວ", "Keo")
        with pytest.raises(UsernameTaken):
            operations.create_user("keo", "ແກ້ວ", "Keo")


@pytest.mark.parametrize("username", ["ke", "ke o", "ແກ້ວ", "-keo", "k" * 61, ""])
def test_a_user_name_can_be_typed_on_every_keyboard(database: Database, username: str) -> None:
    with reference_scope(), pytest.raises(InvalidInput):
        operations.create_user(username, "ແກ້ວ", "Keo")


def test_nobody_grants_ends_or_disables_for_oneself(database: Database) -> None:
    centre = a_centre("LA0101")
    manager = a_user(centre_manager=centre)
    with at(centre, manager):
        with pytest.raises(NotForOneself):
            operations.grant_role(manager.id, "cashier")
        with pytest.raises(NotForOneself):
            operations.bring_in(manager.username, "cashier")
        with pytest.raises(NotForOneself):
            operations.end_role(grant_of(manager, "centre_manager"))
        with pytest.raises(NotForOneself):
            operations.disable_user(manager.id)
        with pytest.raises(NotForOneself):
            operations.issue_one_time_link(manager.id)
    admin = a_user(national_administrator=a_unit("LA"))
    with reference_scope(), acting_as(Actor("admin", admin.id)), pytest.raises(NotForOneself):
        operations.grant_role(admin.id, "cashier", centre_id=centre.id)
    assert roles(manager) == {("centre_manager", centre.id)}


def test_people_of_another_centre_do_not_exist_for_a_manager(database: Database) -> None:
    here, there = a_centre("LA0101"), a_centre("LA0102")
    stranger = a_user(cashier=there)
    with at(here, a_user(centre_manager=here)):
        for action in (
            operations.disable_user,
            operations.enable_user,
            operations.issue_one_time_link,
            operations.reset_second_factor,
        ):
            with pytest.raises(NotFound):
                action(stranger.id)
        with pytest.raises(NotFound):
            operations.grant_role(stranger.id, "cashier")
        with pytest.raises(NotFound):
            operations.end_role(grant_of(stranger, "cashier"))
    assert roles(stranger) == {("cashier", there.id)}


def test_whoever_also_works_elsewhere_keeps_their_account_and_roles_there(
    database: Database,
) -> None:
    here, there = a_centre("LA0101"), a_centre("LA0102")
    shared = a_user(cashier=there)
    with at(here, a_user(centre_manager=here)):
        operations.bring_in(shared.username, "cashier")
        assert roles(shared) == {("cashier", here.id), ("cashier", there.id)}
        for action in (
            operations.disable_user,
            operations.issue_one_time_link,
            operations.reset_second_factor,
        ):
            with pytest.raises(BelongsElsewhere):
                action(shared.id)
        ours = next(
            grant_id for grant_id in _grants(shared) if grant_id not in _grants_at(shared, there)
        )
        operations.end_role(ours)
        with pytest.raises(NotFound):
            operations.end_role(_grants_at(shared, there)[0])
    assert roles(shared) == {("cashier", there.id)}
    assert again(shared).is_active


def _grants(user: User) -> list[int]:
    with reference_scope(), reading() as session:
        return list(session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == user.id)))


def _grants_at(user: User, centre: Centre) -> list[int]:
    with reference_scope(), reading() as session:
        return list(
            session.scalars(
                select(RoleGrant.id).where(
                    RoleGrant.user_id == user.id, RoleGrant.at_centre_id == centre.id
                )
            )
        )


def test_former_staff_can_be_given_a_role_again_but_not_a_password(database: Database) -> None:
    centre = a_centre("LA0101")
    user = a_user(cashier=centre)
    with at(centre, a_user(centre_manager=centre)):
        operations.end_role(grant_of(user, "cashier"))
        with pytest.raises(BelongsElsewhere):
            operations.issue_one_time_link(user.id)
        operations.grant_role(user.id, "cashier")
        assert operations.issue_one_time_link(user.id)


def test_a_role_is_held_once_at_a_place_also_when_two_grant_it_at_once(
    database: Database,
) -> None:
    centre = a_centre("LA0101")
    user = a_user(counter_staff=centre)

    def grant(_number: int) -> bool:
        with centre_scope(centre.id):
            try:
                operations.grant_role(user.id, "cashier")
            except RoleHeldAlready:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(grant, range(4))) == 1
    assert roles(user) == {("counter_staff", centre.id), ("cashier", centre.id)}


def test_a_national_grant_at_a_centre_stands_in_both_trails(database: Database) -> None:
    centre = a_centre("LA0101")
    user = a_user()
    with reference_scope():
        operations.grant_role(user.id, "cashier", centre_id=centre.id)
    assert national_verbs() == ["role_granted"]
    assert [event.verb for event in centre_events(centre.id)] == ["role_granted"]


@pytest.mark.parametrize(
    ("role", "place", "fits"),
    [
        ("auditor", "LA", True),
        ("auditor", "LA01", True),
        ("province_coordinator", "LA01", True),
        ("province_coordinator", "LA0101", False),
        ("moha_analyst", "LA01", False),
        ("cashier", "LA0101", False),
    ],
)
def test_a_role_is_held_where_such_roles_are_held(
    database: Database, role: str, place: str, fits: bool
) -> None:
    user = a_user()
    unit = a_unit(place)
    with reference_scope():
        if fits:
            operations.grant_role(user.id, role, unit_id=unit.id)
        else:
            with pytest.raises(InvalidInput):
                operations.grant_role(user.id, role, unit_id=unit.id)
    assert len(held_grants(user.id)) == int(fits)


def test_a_ministry_officer_has_a_ministry_and_nobody_else_has(database: Database) -> None:
    centre = a_centre("LA0101")
    ministry = a_ministry()
    user = a_user(counter_staff=centre)
    with centre_scope(centre.id):
        with pytest.raises(InvalidInput):
            operations.grant_role(user.id, "ministry_officer")
        with pytest.raises(InvalidInput):
            operations.grant_role(user.id, "cashier", ministry_id=ministry.id)
        operations.grant_role(user.id, "ministry_officer", ministry_id=ministry.id)
    assert {grant.ministry_id for grant in held_grants(user.id)} == {None, ministry.id}


def test_a_committee_member_sits_for_a_ministry_or_for_none(database: Database) -> None:
    ministry = a_ministry()
    for ministry_id in (None, ministry.id):
        member = a_user()
        with reference_scope():
            operations.grant_role(
                member.id, "committee_member", unit_id=a_unit("LA01").id, ministry_id=ministry_id
            )
        assert [grant.ministry_id for grant in held_grants(member.id)] == [ministry_id]


# One-time links


def test_a_link_sets_the_password_once(app: Flask, stopped: StoppedClock) -> None:
    user = somebody(password=None)
    with reference_scope():
        token = operations.issue_one_time_link(user.id)
    operations.use_one_time_link(token, PASSWORD)
    assert verify(again(user).password_hash, PASSWORD)
    with pytest.raises(LinkUsedUp):
        operations.use_one_time_link(token, "mango-under-tree")
    assert verify(again(user).password_hash, PASSWORD)


def test_of_two_uses_of_a_link_at_the_same_moment_one_wins(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody(password=None)
    with reference_scope():
        token = operations.issue_one_time_link(user.id)

    def use(number: int) -> int | None:
        try:
            operations.use_one_time_link(token, f"mekong-river-boat {number}")
        except LinkUsedUp:
            return None
        return number

    with ThreadPoolExecutor(4) as pool:
        winners = [number for number in pool.map(use, range(4)) if number is not None]
    assert len(winners) == 1
    assert verify(again(user).password_hash, f"mekong-river-boat {winners[0]}")


def test_a_link_is_good_for_72_hours_and_until_the_next_one(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody(password=None)
    with reference_scope():
        first = operations.issue_one_time_link(user.id)
        second = operations.issue_one_time_link(user.id)
    with pytest.raises(LinkUsedUp):
        operations.owner_of_link(first)
    stopped.on(hours=71, minutes=59)
    assert operations.owner_of_link(second).id == user.id
    stopped.on(minutes=1)
    with pytest.raises(LinkUsedUp):
        operations.use_one_time_link(second, PASSWORD)


def test_a_link_dies_with_its_account_and_with_a_password_set_otherwise(
    app: Flask, stopped: StoppedClock
) -> None:
    user = somebody(password=None)
    with reference_scope():
        token = operations.issue_one_time_link(user.id)
        operations.disable_user(user.id)
        operations.enable_user(user.id)
        with pytest.raises(LinkUsedUp):
            operations.owner_of_link(token)
        token = operations.issue_one_time_link(user.id)
    operations.set_password(user.id, PASSWORD)
    with pytest.raises(LinkUsedUp):
        operations.owner_of_link(token)


def test_a_weak_password_leaves_the_link_as_it_was(app: Flask, stopped: StoppedClock) -> None:
    user = somebody(password=None)
    with reference_scope():
        token = operations.issue_one_time_link(user.id)
    with pytest.raises(WeakPassword):
        operations.use_one_time_link(token, "password123")
    operations.use_one_time_link(token, PASSWORD)


def test_the_link_is_stored_as_a_hash_alone(database: Database) -> None:
    user = a_user()
    with reference_scope():
        token = operations.issue_one_time_link(user.id)
        with reading() as session:
            assert session.scalars(select(OneTimeLink.token_hash)).all() == [hashed(token)]


def test_a_token_is_stored_as_a_hash_and_needs_an_open_account(database: Database) -> None:
    user = a_user("keo")
    token = operations.create_token("keo")
    assert token.startswith("odsc_")
    with reference_scope():
        operations.disable_user(user.id)
    for name in ("keo", "nobody"):
        with pytest.raises(NotFound):
            operations.create_token(name)
    with pytest.raises(NotFound):
        operations.revoke_token("odsc_nonsense")
