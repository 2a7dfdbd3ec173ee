"""Builders: an area with centres whose returns are approved, and the people who publish."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from odsc_counter.accounts.models import User
from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.reports import operations, queries
from odsc_counter.reports.models import ReportDecision, ReportDraft
from odsc_counter.returns.models import MonthlyReturn
from tests.committees.builders import a_letterhead
from tests.pages import a_request
from tests.returns.papers import World, a_month, at_unit, reviewed, signed, the_centre
from tests.world import a_unit, a_user

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)


@dataclass
class Country:
    """The nation with some centres; who drafts and who publishes its reports."""

    nation: Unit
    analyst: User
    publisher: User
    worlds: dict[str, World] = field(default_factory=dict)

    def centre(self, code: str) -> Centre:
        return self.worlds[code].centre


def a_country(*codes: str) -> Country:
    """Centres that have signed nothing yet."""
    a_letterhead()
    nation = a_unit("LA")
    country = Country(
        nation,
        a_user("analyst", language="en", moha_analyst=nation),
        a_user("publisher", language="en", committee_secretary=nation),
    )
    for code in codes:
        centre = the_centre(code)
        district, province = a_unit(code), a_unit(code[:4])
        manager = a_user(f"{code.lower()}.manager", centre_manager=centre)
        coordinator = a_user(f"{code.lower()}.coordinator", district_coordinator=district)
        country.worlds[code] = World(centre, district, province, manager, coordinator)
    return country


def approved(country: Country, code: str, month: date, **counts: int) -> MonthlyReturn:
    """A centre's approved return of a month with these counts."""
    world = country.worlds[code]
    a_month(world.centre, month, **counts)
    row = signed(world, month)
    reviewed(world, row)
    return row


@contextmanager
def in_nation(country: Country, who: User, language: str = "en") -> Iterator[None]:
    """In the nation's scope, in a person's name, on the fifth of October."""
    with at_unit(country.nation, who), acting_as(Actor(who.name_en, who.id)), a_request(language):
        yield


def drafted(country: Country, code: str = "2026-09", reason: str = "") -> ReportDraft:
    """A draft by the analyst."""
    with in_nation(country, country.analyst):
        return operations.draft(country.nation, code, reason)


def published(country: Country, draft: ReportDraft, who: User | None = None) -> ReportDecision:
    """The draft published as it is shown now."""
    with in_nation(country, who or country.publisher):
        seen = queries.shown(country.nation, draft.id, with_drafts=True).seen
        return operations.publish(country.nation, draft.id, seen)


def content_of(country: Country, draft: ReportDraft) -> dict:
    """What a report says."""
    with in_nation(country, country.analyst):
        return queries.shown(country.nation, draft.id, with_drafts=True).content
