"""What the invented committees decided when they last met, signed by their secretaries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.committees import minutes, minutes_paper, resolutions, signing
from odsc_counter.committees import resolution_queries as queries
from odsc_counter.committees.lifecycle import HELD
from odsc_counter.committees.minutes import Said
from odsc_counter.committees.models import Meeting
from odsc_counter.committees.resolutions import Ballot, Decision, Proposal
from odsc_counter.committees.signing import Signer
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as, area_scope
from odsc_counter.platform.work import reading

SECRETARIES = {
    "LA": "national.secretary",
    "LA01": "capital.secretary",
    "LA0101": "chanthabuly.secretary",
}


@dataclass(frozen=True)
class Matter:
    """A resolution of the demonstration: title, text, and what became of it."""

    title_lo: str
    title_en: str
    text_lo: str
    text_en: str
    decision: Decision
    goes_down: bool = False


MATTERS = (
    Matter(
        "ໄລຍະເວລາພິຈາລະນາສຳນວນທີ່ດິນ", "Time limit for land files",
        "ໃຫ້ຂະແໜງທີ່ດິນພິຈາລະນາສຳນວນໃຫ້ສຳເລັດພາຍໃນ 10 ວັນລັດຖະການ.",
        "The land sector shall decide files within 10 working days.",
        Decision(
            "amend", Ballot("vote", 3, 1, 0),
            "ໃຫ້ຂະແໜງທີ່ດິນພິຈາລະນາສຳນວນໃຫ້ສຳເລັດພາຍໃນ 15 ວັນລັດຖະການ"
            " ແລະ ລາຍງານສຳນວນທີ່ຊັກຊ້າທຸກເດືອນ.",
            "The land sector shall decide files within 15 working days and report late files"
            " every month.",
        ),
    ),
    Matter(
        "ຕິດປະກາດຄ່າທຳນຽມຢູ່ທຸກສູນ", "Fees on display at all centres",
        "ໃຫ້ທຸກສູນຕິດປະກາດຕາຕະລາງຄ່າທຳນຽມສະບັບຫຼ້າສຸດໄວ້ບ່ອນທີ່ປະຊາຊົນເຫັນໄດ້ງ່າຍ.",
        "All centres shall display the newest fee table where people see it.",
        Decision("confirm"),
        goes_down=True,
    ),
    Matter(
        "ເປີດບໍລິການວັນເສົາ", "Opening on Saturdays",
        "ໃຫ້ສູນທົດລອງເປີດບໍລິການໃນຕອນເຊົ້າວັນເສົາ.",
        "Centres shall try out opening on Saturday mornings.",
        Decision("defer", reason="ລໍຖ້າແຜນງົບປະມານ ແລະ ຈຳນວນພະນັກງານຂອງແຕ່ລະສູນ."),
    ),
)  # fmt: skip
SAID = (
    "ຂະແໜງທີ່ດິນສະເໜີຂໍເວລາເພີ່ມ ຍ້ອນຕ້ອງລົງວັດແທກຕົວຈິງ.",
    "The land sector asked for more time, because plots must be measured in the field.",
)


def decide_matters(now: datetime) -> None:
    """Resolutions for each meeting that was held, and its minutes signed the same day."""
    with reading() as session:
        units = list(session.scalars(select(Unit).where(Unit.code.in_(SECRETARIES))))
        people = {
            user.username: user
            for user in session.scalars(select(User).where(User.username.in_(SECRETARIES.values())))
        }
    for unit in sorted(units, key=lambda unit: unit.code):
        secretary = people[SECRETARIES[unit.code]]
        with area_scope(unit.id), acting_as(Actor(secretary.name_lo, secretary.id)):
            with reading() as session:
                held = session.scalars(
                    select(Meeting).where(
                        Meeting.place_id == unit.id, Meeting.state == HELD, Meeting.ends_at < now
                    )
                ).all()
            for meeting in held:
                _decide(unit, meeting)


def _standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _decide(unit: Unit, meeting: Meeting) -> None:
    points = queries.agenda_of(meeting)[::-1]
    seats = {one.role: one for one in queries.members_on(meeting)}
    chair, secretary = seats["chair"], seats["secretary"]
    day = clock.local(meeting.starts_at).date()
    with clock.use(_standing_at(meeting.ends_at)):
        for matter, point in zip(MATTERS, points, strict=False):
            made = resolutions.propose(
                unit,
                meeting.id,
                Proposal(
                    title_lo=matter.title_lo,
                    title_en=matter.title_en,
                    text_lo=matter.text_lo,
                    text_en=matter.text_en,
                    proposer_id=seats["deputy"].id,
                    agenda_item_id=point.id,
                    goes_down=matter.goes_down,
                    acknowledge_by=day + timedelta(days=30) if matter.goes_down else None,
                ),
            )
            resolutions.decide(unit, made.id, matter.decision)
        general = minutes_paper.draft(unit, meeting)
        said = {point.id: Said(*SAID) for point in points[:1]}
        minutes.write(unit, meeting.id, general, said)
    with clock.use(_standing_at(meeting.ends_at + timedelta(hours=3))):
        signing.sign(
            unit,
            meeting.id,
            Signer(chair.name_lo, chair.post_lo),
            Signer(secretary.name_lo, secretary.post_lo),
        )
