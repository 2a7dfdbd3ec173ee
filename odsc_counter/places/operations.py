"""What is done about centres: open one, change its particulars, close it."""

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from odsc_counter.places.models import Centre, Unit
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import centre_area, centre_scope
from odsc_counter.platform.work import unit_of_work

USUAL_COUNTERS = 4
MOST_COUNTERS = 40


class CentreClosed(DomainError):
    """The centre has been closed already."""

    slug = "centre-closed"
    message = _("This centre has been closed already.")


def _names_given(name_lo: str, name_en: str) -> tuple[str, str]:
    name_lo, name_en = lao_normalize(name_lo), " ".join(name_en.split())
    missing = {
        field: str(_("Please write the name."))
        for field, name in (("name_lo", name_lo), ("name_en", name_en))
        if not name
    }
    if missing:
        raise InvalidInput(missing)
    return name_lo, name_en


def open_centre(
    unit_code: str,
    *,
    name_lo: str,
    name_en: str,
    abbreviation_lo: str = "",
    phone: str = "",
    opened_on: date | None = None,
    day_starts_minute: int = 0,
    counters: int = USUAL_COUNTERS,
) -> Centre:
    """Open a centre in a province or district, ready to work.

    Its code is the unit's, with -2, -3 … for further ones there. The centre's first event,
    `opened`, tells the other rooms to give it service groups and `counters` counters.
    Raises NotFound for an unknown unit and InvalidInput for the nation or a missing name.
    Needs the reference scope.
    """
    name_lo, name_en = _names_given(name_lo, name_en)
    if not 1 <= counters <= MOST_COUNTERS:
        raise InvalidInput({"counters": str(_("Please give a number from 1 to 40."))})
    with unit_of_work() as work:
        session = work.session
        # The lock makes the next free code certain when two open a centre here at once.
        unit = session.scalars(
            select(Unit).where(Unit.code == unit_code).with_for_update(of=Unit)
        ).one_or_none()
        if unit is None:
            raise NotFound
        if unit.parent_id is None:
            raise InvalidInput({"unit": str(_("A centre belongs to a province or a district."))})
        before = len(list(session.scalars(select(Centre.id).where(Centre.unit_id == unit.id))))
        centre = Centre(
            code=unit.code if not before else f"{unit.code}-{before + 1}",
            unit=unit,
            name_lo=name_lo,
            name_en=name_en,
            abbreviation_lo=lao_normalize(abbreviation_lo),
            phone=phone.strip(),
            opened_on=opened_on or clock.today(),
            day_starts_minute=day_starts_minute,
        )
        session.add(centre)
        session.flush()
        area: Unit | None = unit
        while area is not None:
            session.execute(centre_area.insert().values(area_id=area.id, covered_id=centre.id))
            area = area.parent
        work.record_national(
            "opened",
            subject_kind="centre",
            subject_id=centre.code,
            name_lo=name_lo,
            name_en=name_en,
            opened_on=centre.opened_on.isoformat(),
        )
    equip(centre, counters)
    return centre


def equip(centre: Centre, counters: int = USUAL_COUNTERS) -> None:
    """Tell the rooms that the centre begins its work; each gives it what it lacks.

    A transaction of its own, since it is the centre's and no longer the nation's. It may be
    repeated: a room that finds its things there leaves them.
    """
    with centre_scope(centre.id), unit_of_work() as work:
        work.record(
            "opened",
            subject_kind="centre",
            subject_id=centre.code,
            day=centre.opened_on,
            data={"counters": counters},
        )


def update_centre(
    code: str, *, name_lo: str, name_en: str, abbreviation_lo: str = "", phone: str = ""
) -> Centre:
    """Change a centre's names or telephone. Raises NotFound and InvalidInput."""
    name_lo, name_en = _names_given(name_lo, name_en)
    with unit_of_work() as work:
        centre = work.session.scalars(select(Centre).where(Centre.code == code)).one_or_none()
        if centre is None:
            raise NotFound
        values = {
            "name_lo": name_lo,
            "name_en": name_en,
            "abbreviation_lo": lao_normalize(abbreviation_lo),
            "phone": phone.strip(),
        }
        changes = {
            name: {"from": getattr(centre, name), "to": value}
            for name, value in values.items()
            if getattr(centre, name) != value
        }
        for name, value in values.items():
            setattr(centre, name, value)
        if changes:
            work.record_national(
                "changed", subject_kind="centre", subject_id=centre.code, changes=changes
            )
    return centre


LATEST_DAY_START = 719


def set_day_start(code: str, minute: int) -> Centre:
    """Let a centre's day begin at another minute after midnight (0 to 719: before noon).

    Until then people, numbers and figures count to the day before: for centres that work
    over midnight. Refused while it would change which day it is now, since everybody who
    waits would lose their place. Raises NotFound and InvalidInput.
    """
    if not 0 <= minute <= LATEST_DAY_START:
        raise InvalidInput({"day_start": str(_("Please give a time from 00:00 to 11:59."))})
    now = clock.now()
    with unit_of_work() as work:
        centre = work.session.scalars(
            select(Centre).where(Centre.code == code).with_for_update(of=Centre, key_share=True)
        ).one_or_none()
        if centre is None:
            raise NotFound
        before = centre.day_starts_minute
        if before == minute:
            return centre
        if clock.business_day(now, before) != clock.business_day(now, minute):
            later = max(before, minute)
            message = _("This would change the day in the middle of it. Do it after %(time)s.")
            raise InvalidInput(
                {"day_start": str(message) % {"time": f"{later // 60:02}:{later % 60:02}"}}
            )
        centre.day_starts_minute = minute
        work.record_national(
            "changed",
            subject_kind="centre",
            subject_id=centre.code,
            changes={"day_starts_minute": {"from": before, "to": minute}},
        )
    return centre


def close_centre(code: str) -> Centre:
    """Close a centre from today on. Its records stay. Raises NotFound and CentreClosed."""
    with unit_of_work() as work:
        centre = work.session.scalars(
            select(Centre).where(Centre.code == code).with_for_update(of=Centre)
        ).one_or_none()
        if centre is None:
            raise NotFound
        if centre.closed_on is not None:
            raise CentreClosed
        centre.closed_on = clock.today()
        work.record_national("closed", subject_kind="centre", subject_id=centre.code)
    return centre
