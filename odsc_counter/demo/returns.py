"""Monthly returns of the demonstration: most approved, one sent back, one that nobody signed."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import DISTRICT_COORDINATOR, PROVINCE_COORDINATOR
from odsc_counter.demo.people import a_name
from odsc_counter.monitoring import rollups
from odsc_counter.monitoring.figures import first_of_month, first_of_next_month
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import (
    Actor,
    acting_as,
    area_scope,
    centre_scope,
    reference_scope,
)
from odsc_counter.platform.work import unit_of_work
from odsc_counter.returns import operations, queries, telling
from odsc_counter.returns.models import APPROVE, SEND_BACK, MonthlyReturn
from odsc_counter.returns.operations import Said
from odsc_counter.returns.rules import Finding
from odsc_counter.returns.standing import is_due_from

SENT_BACK_AT, MISSING_AT, WAITING_AT = 1, 2, 3
"""Of the newest month, whose return is not approved, by the order of the centres' opening."""
SIGNED_AFTER, REVIEWED_AFTER = timedelta(days=3, hours=9), timedelta(days=5, hours=10)
"""After the first midnight of the next month."""
MARKS = 100_000
"""So many marks of changes are worked off in one round."""
COMMENTS = {
    "missing_days": "ມື້ເຫຼົ່ານັ້ນຍັງຈົດໃສ່ປຶ້ມ ຍ້ອນລະບົບຍັງບໍ່ທັນຕິດຕັ້ງ ຫຼື ໄຟຟ້າມອດ.",
    "days_not_closed": "ບັນຊີປະຈຳວັນປິດໃສ່ປຶ້ມແລ້ວ, ຈະຕື່ມເຂົ້າລະບົບ.",
    "tills_left": "ຜູ້ຢັ້ງຢືນລາພັກ, ໄດ້ກວດເງິນຄືນແລ້ວໃນມື້ຕໍ່ມາ.",
    "files_overdue": "ຂະແໜງທີ່ດິນມີພະນັກງານບໍ່ພຽງພໍ, ໄດ້ລາຍງານຕໍ່ຄະນະກຳມະການແລ້ວ.",
    "unusual": "ເດືອນນີ້ມີບຸນປະຈຳປີ ແລະ ປະຊາຊົນມາໜ້ອຍກວ່າປົກກະຕິ.",
}
OTHER_COMMENT = "ໄດ້ກວດຄືນກັບບັນທຶກແລ້ວ, ຕົວເລກຖືກຕ້ອງ."
SENT_BACK_WORDS = "ກະລຸນາອະທິບາຍວ່າເປັນຫຍັງຫຼາຍສຳນວນຈຶ່ງຕົກລົງຊ້າກຳນົດ ແລ້ວເຊັນໃໝ່."


def hand_in(centres: Sequence[Centre], first: date, now: datetime, seed: int) -> None:
    """The returns of the months that are over and of which the history tells."""
    months = list(_months_over(first, clock.local(now).date()))
    if not months:
        return
    rng = random.Random(seed)  # noqa: S311 - invented names, no secret
    for centre in centres:
        _reviewer(centre, first, rng)
    for month in months:
        # Each signature marks its own day, which lies in a month that is signed later.
        with clock.use(lambda: now):
            while rollups.refresh(MARKS):
                pass
        for place, centre in enumerate(centres):
            if is_due_from(centre, month):
                _hand_in(centre, month, now, place if month == months[-1] else None)


def _hand_in(centre: Centre, month: date, now: datetime, place: int | None) -> None:
    """One return; `place` is the centre's in the newest month, None in those before."""
    if place == MISSING_AT:
        return
    row = _sign(centre, month, now)
    if row is not None and place != WAITING_AT:
        _review(centre, row, now, SEND_BACK if place == SENT_BACK_AT else APPROVE)


def _months_over(first: date, today: date) -> Iterator[date]:
    month = first_of_month(first)
    while first_of_next_month(month) <= today:
        yield month
        month = first_of_next_month(month)


def _after(month: date, later: timedelta, now: datetime) -> Callable[[], datetime]:
    moment = min(now, clock.start_of_day(first_of_next_month(month)) + later)
    return lambda: moment


def _sign(centre: Centre, month: date, now: datetime) -> MonthlyReturn | None:
    manager = next(iter(telling.managers(centre)), None)
    if manager is None:
        return None
    with (
        clock.use(_after(month, SIGNED_AFTER, now)),
        centre_scope(centre.id),
        acting_as(Actor(manager.name_lo, manager.id)),
    ):
        draft, _pending = queries.draft_of(centre, month)
        comments = {finding.key: _comment(finding) for finding in draft.findings}
        return operations.sign(centre, month, Said(comments), draft.hash)


def _comment(finding: Finding) -> str:
    return COMMENTS.get(finding.code, OTHER_COMMENT)


def _review(centre: Centre, row: MonthlyReturn, now: datetime, verdict: str) -> None:
    reviewer = telling.reviewers(centre)[0]
    unit = telling.reviewing_unit(centre)
    with (
        clock.use(_after(row.month, REVIEWED_AFTER, now)),
        area_scope(unit.id),
        acting_as(Actor(reviewer.name_lo, reviewer.id)),
    ):
        words = SENT_BACK_WORDS if verdict == SEND_BACK else ""
        operations.review(centre, row.month, row.version, row.content_hash, verdict, words)


def _reviewer(centre: Centre, since: date, rng: random.Random) -> None:
    """An invented coordinator without a password where the centre's unit and province have none."""
    if telling.reviewers(centre):
        return
    unit = telling.reviewing_unit(centre)
    role = PROVINCE_COORDINATOR if unit.level == telling.PROVINCE else DISTRICT_COORDINATOR
    name_lo, name_en = a_name(rng)
    with reference_scope(), unit_of_work() as work:
        user = User(
            username=f"{unit.code.lower()}.coordinator",
            name_lo=name_lo,
            name_en=name_en,
            is_demo=True,
            created_at=clock.now(),
        )
        work.session.add(user)
        work.session.flush()
        work.session.add(
            RoleGrant(user_id=user.id, role=role, at_unit_id=unit.id, granted_on=since)
        )
